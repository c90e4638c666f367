//! `simfleet report`: what costs money for nothing. Reads only.

mod only;
mod progress;

use std::time::Duration;

use tracing::Level;

use only::Only;

use crate::carrier::rate::RateLimit;
use crate::carrier::{ReadingsOptions, read_lines, read_suspensions};
use crate::cli::account::{Session, Target, targets};
use crate::cli::args::{Report, ReportFormat};
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::cli::{exit, output};
use crate::count::counted;
use crate::domain::WantedReadings;
use crate::render::MarkdownOptions;
use crate::render::markdown::DEFAULT_MAX_BYTES;
use crate::render::savings::{csv, headline, json, markdown};
use crate::render::table;
use crate::render::view::Count;
use crate::savings::{self, Case, Savings, Thresholds};

pub(crate) async fn run(shell: &Shell, args: &Report) -> Result<u8, Failure> {
    check(args)?;
    let targets = targets(shell, &args.paths, &args.connection)?;
    let mut only = only::read(&args.only, &targets)?;
    let (mut accounts, mut code) = (Vec::new(), exit::DONE);
    for target in &targets {
        match one(shell, args, target, targets.len(), &mut only).await {
            Ok(savings) => accounts.push(savings),
            // An account that cannot be observed is an error for itself; the others go on.
            Err(failure) if targets.len() > 1 && !failure.everywhere => code = exit::strongest(code, failure.print(shell)),
            Err(failure) => return Err(failure),
        }
    }
    if accounts.is_empty() {
        return Ok(code);
    }
    for msisdn in &only.unseen {
        shell.tell(Level::WARN, &format!("warning: --only {msisdn}: the carrier lists no such number"));
    }
    let text = match args.format {
        ReportFormat::Markdown => comment(args, &accounts)?,
        ReportFormat::Table | ReportFormat::Json | ReportFormat::Csv => String::new(),
    };
    match args.format {
        ReportFormat::Table => output::to_stdout(|mut out| table::savings(&mut out, &accounts)),
        ReportFormat::Json => output::to_stdout(|mut out| json::write(&mut out, &accounts)),
        ReportFormat::Csv => output::table_to_stdout(|mut out| csv::write(&mut out, &accounts)),
        ReportFormat::Markdown => output::to_stdout(|out| out.write_all(text.as_bytes())),
    }?;
    if args.format == ReportFormat::Csv {
        // A sheet of rows has no place for it.
        shell.tell(Level::INFO, &headline(&accounts));
    }
    Ok(code)
}

/// Refuses what says how a comment is written where none is.
fn check(args: &Report) -> Result<(), Failure> {
    let flags = [("--max-bytes", args.max_bytes.is_some()), ("--marker", args.marker.is_some())];
    match flags.into_iter().find(|(_, is_given)| *is_given && args.format != ReportFormat::Markdown) {
        Some((flag, _)) => Err(Failure::usage(format!("{flag} is for --format markdown"))),
        None => Ok(()),
    }
}

fn comment(args: &Report, accounts: &[Savings]) -> Result<String, Failure> {
    let max_bytes = Some(args.max_bytes.unwrap_or(DEFAULT_MAX_BYTES));
    let marker = args.marker.clone().unwrap_or_default();
    markdown::render(accounts, &MarkdownOptions { max_bytes, marker, ..MarkdownOptions::default() }).map_err(|too_large| {
        let needed = too_large.needed;
        Failure::from(too_large).help(format!("allow --max-bytes {needed} or more"))
    })
}

async fn one(shell: &Shell, args: &Report, target: &Target, accounts: usize, only: &mut Only) -> Result<Savings, Failure> {
    let session = Session::open(shell, &args.connection, target, accounts).await?;
    let observed = session.observe(target).await?;
    only.unseen.retain(|msisdn| observed.get(*msisdn).is_none());
    let case = Case {
        observed: &observed,
        desired: (!args.paths.is_empty()).then_some(&target.desired),
        only: only.lines.as_ref(),
        thresholds: Thresholds { idle_days: args.idle_days, over_percent: args.over, under_percent: args.under },
        now: observed.at,
    };
    let mut wanted = savings::wanted(&case);
    let sample = args.limit.and_then(|limit| savings::sample(&mut wanted, limit));
    announce(shell, target, &session, &wanted, observed.sims.len());
    let mut progress = progress::Progress::new(shell, wanted.requests());
    let carrier = session.carrier();
    let options = ReadingsOptions::default();
    let read = read_lines(carrier, &wanted, case.now, options, || progress.advance()).await;
    drop(progress);
    let mut readings = read.map_err(|error| session.unobserved(target, error))?;
    if wanted.suspensions
        && let Err(error) = read_suspensions(carrier, &mut readings).await
    {
        // The finding stands without it: the line's last change says since when at least.
        let text =
            format!("warning: account {}: since when lines are suspended is told by their last change: {error}", target.name);
        shell.tell(Level::WARN, &text);
    }
    Ok(savings::judge(&case, &readings, sample, &target.name))
}

/// Says how much will be asked of the carrier, and how long that takes at least.
fn announce(shell: &Shell, target: &Target, session: &Session, wanted: &WantedReadings, numbers: usize) {
    let requests = wanted.requests();
    let rate = session.rate();
    // A carrier of our own, or exported lists, that nobody waits for.
    if requests == 0 || rate == RateLimit::NONE {
        return;
    }
    let text = format!(
        "account {}: {} listed; reading {} and the traffic of {}, {}, {} at {} requests/s (--limit N reads a sample)",
        target.name,
        counted(numbers, "number"),
        counted(wanted.sessions.len(), "session"),
        counted(wanted.traffic.len(), "line"),
        counted(Count(requests), "request"),
        about(rate.time_for(requests)),
        rate.requests_per_second
    );
    shell.tell(Level::INFO, &text);
}

/// `about 4 min`
fn about(time: Duration) -> String {
    match time.as_secs() {
        0 => "less than a second".to_owned(),
        seconds @ 1..=119 => format!("about {} s", seconds + 1),
        seconds @ 120..=7_199 => format!("about {} min", seconds.div_ceil(60)),
        seconds => format!("about {} h", seconds.div_ceil(3_600)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::carrier::rate::RateLimit;

    #[test]
    fn the_time_is_that_of_the_rate_limit() {
        let rate = RateLimit { requests_per_second: 10.0, burst: 20 };
        assert_eq!(about(rate.time_for(0)), "less than a second");
        assert_eq!(about(rate.time_for(18)), "less than a second", "the burst, less what is kept back");
        assert_eq!(about(rate.time_for(1_018)), "about 101 s");
        assert_eq!(about(rate.time_for(20_000)), "about 34 min");
        assert_eq!(about(RateLimit::NONE.time_for(1_000_000)), "less than a second");
        assert_eq!(about(rate.time_for(u64::MAX)), "about 119305 h");
    }
}
