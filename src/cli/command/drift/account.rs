//! One account: observed, and compared with its journal or with a snapshot.

use std::sync::Arc;

use jiff::Timestamp;
use tracing::Level;

use super::attribute::attribute;
use crate::carrier::snapshot::Snapshot;
use crate::cli::account::{Recalled, Session, Target, journal_path, recalled};
use crate::cli::args::{Drift, DriftFormat};
use crate::cli::failure::Failure;
use crate::cli::selector::Selector;
use crate::cli::shell::Shell;
use crate::cli::{exit, snapshot};
use crate::domain::calendar::{JstTime, jst_date};
use crate::domain::{Desired, Observed};
use crate::manifest;
use crate::plan::drift::{
    BaselineKind, Cause, DriftAccount, DriftEntry, IgnoreReview, NotAcceptable, Ours, Outside, Scan, Wanted, accept, baseline,
    reviews, scan,
};
use crate::plan::{Confirmed, Place};

/// What was found of an account.
pub(super) struct Compared {
    pub(super) about: DriftAccount,
    pub(super) drift: Vec<Found>,
    /// What is ignored for now.
    pub(super) ignored: Vec<DriftEntry>,
    pub(super) ignores: Vec<IgnoreReview>,
}

/// A change, and what would have to be declared for it to be right.
pub(super) struct Found {
    pub(super) entry: DriftEntry,
    pub(super) wanted: Result<Wanted, NotAcceptable>,
}

pub(super) async fn compare(
    shell: &Shell,
    args: &Drift,
    target: &Target,
    accounts: usize,
    snapshot: Option<&Snapshot>,
    selector: &Selector,
) -> Result<Compared, Failure> {
    let session = Session::open(shell, &args.connection, target, accounts).await?;
    if args.write {
        // What is written into the manifests from an old list would undo what was done since.
        session.may_be_planned_from(shell, target)?;
    }
    let observed = session.observe(target).await?;
    let too_long = manifest::drift_ignores_too_long(&target.desired, observed.at);
    if !too_long.is_empty() {
        shell.report(&too_long);
        return Err(Failure::silent(exit::ERROR));
    }
    let path = journal_path(shell, &args.connection, target, &observed.carrier);
    let Recalled { mut memory, applications, undecided } = match (&path, snapshot) {
        (Ok(path), _) => recalled(path, &observed.carrier, session.carrier()).await?,
        // Without a home there is no journal, and with a snapshot none is needed.
        (Err(_), Some(_)) => Recalled::default(),
        (Err(_), None) => return Err(path.err().unwrap_or_else(|| Failure::error("there is no journal"))),
    };
    let (confirmed, ours, kind, at): (Confirmed, Ours, _, _) = if let Some(snapshot) = snapshot {
        let before = of_same(snapshot, target, accounts, &observed)?;
        let pending = before.sims.iter().flat_map(|sim| sim.pending().map(|pending| pending.application.clone()));
        let ours = Ours { applications, since: Some((pending.collect(), before.at)) };
        (baseline(before), ours, BaselineKind::Snapshot, Some(before.at))
    } else {
        let confirmed = memory.confirmed.take().ok_or_else(|| nothing_to_compare_with(target))?;
        (confirmed, Ours { applications, since: None }, BaselineKind::Journal, None)
    };
    let (desired, today) = (&target.desired, jst_date(observed.at));
    let mut found = scan(&Scan {
        desired,
        observed: &observed,
        baseline: &confirmed,
        doubted: &undecided,
        known: &|number| ours.knows(number),
        selected: &|sim| selector.takes(desired, sim),
        today,
    });
    let reviewed = reviews(desired, &found, today, args.only.is_empty());
    // The text says so itself.
    if !found.unknown.is_empty() && args.format != DriftFormat::Text {
        let text = format!(
            "note: account {}: {} declared lines have no baseline yet, and were not compared",
            target.name,
            found.unknown.len()
        );
        shell.tell(Level::WARN, &text);
    }
    let mut changes = std::mem::take(&mut found.outside);
    changes.append(&mut found.ignored);
    let told = attribute(&session, target, changes, &ours).await?;
    let (drift, ignored): (Vec<_>, Vec<_>) = told.into_iter().partition(|(change, _)| change.bearing.counts());
    let found_of =
        |(change, cause): (Outside<'_>, Cause)| Found { entry: entry(desired, &change, &cause), wanted: accept(&change) };
    let drift = drift.into_iter().map(found_of).collect();
    let ignored = ignored.into_iter().map(|(change, cause)| entry(desired, &change, &cause)).collect();
    let about = DriftAccount {
        name: Arc::clone(&target.name),
        carrier: observed.carrier.clone(),
        observed_at: JstTime(observed.at),
        baseline: kind,
        baseline_at: at.map(|at: Timestamp| JstTime(at)),
        lines: found.lines,
        without_baseline: found.unknown,
        in_doubt: found.in_doubt,
    };
    Ok(Compared { about, drift, ignored, ignores: reviewed })
}

fn of_same<'s>(snapshot: &'s Snapshot, target: &Target, accounts: usize, observed: &Observed) -> Result<&'s Observed, Failure> {
    let before = &snapshot.observed;
    if !snapshot::is_of(snapshot, target, accounts) {
        return Err(Failure::error(format!("account {}: the snapshot is of account {}", target.name, snapshot.account))
            .help("name the manifests of that account only"));
    }
    if before.carrier != observed.carrier {
        let name = |observed: &Observed| format!("{} at {}", observed.carrier.contractor_id, observed.carrier.host);
        let message = format!("account {}: the snapshot is of {}, and this is {}", target.name, name(before), name(observed));
        return Err(Failure::error(message).help("give --baseline a snapshot of the same contractor"));
    }
    if !before.complete {
        return Err(Failure::error(format!(
            "account {}: the snapshot is incomplete, and nothing is told from a part",
            target.name
        ))
        .help("observe again"));
    }
    Ok(before)
}

/// That nothing drifted would be no answer: nobody knows what it was.
fn nothing_to_compare_with(target: &Target) -> Failure {
    Failure::error(format!("account {}: the journal has no confirmed values yet, so there is nothing to compare with", target.name))
        .help("apply once (an apply with nothing to do counts), give the journal that applies (--journal FILE), or compare with a snapshot (--baseline FILE)")
}

fn entry(desired: &Desired, change: &Outside<'_>, cause: &Cause) -> DriftEntry {
    let sim = change.sim;
    let trace = match cause {
        Cause::Application(trace) => Some(trace),
        Cause::Carrier | Cause::Unknown | Cause::Intended => None,
    };
    DriftEntry {
        account: Arc::clone(&desired.account),
        fleet: desired.fleet_of(sim).map(|fleet| Arc::clone(&fleet.name)).unwrap_or_default(),
        msisdn: sim.msisdn,
        name: sim.name.clone(),
        field: Arc::clone(&change.field),
        baseline: Arc::clone(&change.baseline),
        observed: Arc::clone(&change.observed),
        declared: change.declared().map(Arc::from),
        pending: change.pending.is_some(),
        effective_date: change.effective(),
        by: cause.by(),
        application_no: trace
            .map(|trace| trace.application.clone())
            .or_else(|| change.pending.map(|pending| pending.application.clone())),
        application_status: trace
            .map(|trace| trace.status.clone())
            .or_else(|| change.pending.map(|pending| pending.status.clone())),
        at: trace.map(|trace| JstTime(trace.at)),
        ignore: change.bearing.note(desired),
        source: Place {
            file: usize::try_from(sim.source.file).ok().and_then(|file| desired.files.get(file)).cloned().unwrap_or_default(),
            line: sim.source.line,
            column: sim.source.column,
        },
    }
}
