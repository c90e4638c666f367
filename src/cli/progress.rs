//! Progress on stderr: a bar on a terminal, plain lines elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::shell::Shell;
use crate::domain::OperationKind;
use crate::exec::{Event, EventSink, Outcome};

/// Shows events as they come.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    /// A bar if stderr is a terminal.
    pub(super) fn new(shell: &Shell) -> Self {
        let bar = shell.environment.terminals.stderr.then(|| {
            let bar = ProgressBar::new(0);
            if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} {elapsed}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        Self { bar }
    }

    fn line(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.println(text),
            None => eprintln!("{text}"),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl EventSink for Progress {
    fn take(&mut self, event: &Event) {
        match event {
            Event::Started { operations, .. } => {
                if let Some(bar) = &self.bar {
                    bar.set_length(*operations);
                }
            }
            Event::OperationEnded { kind, msisdn, outcome, .. } => {
                if let Some(bar) = &self.bar {
                    bar.inc(1);
                    bar.set_message(format!("{kind} {msisdn}"));
                }
                // A bar has no room for what was done as wished; trouble is always worth a line.
                if self.bar.is_none() || !outcome.is_success() {
                    self.line(&format!("{kind} {msisdn}: {}", described(*kind, outcome)));
                }
            }
            Event::RetryScheduled { request, after, why } => {
                self.line(&format!("{request}: {why}; again in {} s", after.as_secs_f64().ceil()));
            }
            Event::OutcomeLost { request, why } => self.line(&format!("{request}: outcome unknown ({why}); asking the carrier")),
            Event::Waiting { applications } => {
                if let Some(bar) = &self.bar {
                    bar.set_message(format!("waiting for {applications} applications"));
                }
                tracing::debug!(applications, "waiting");
            }
            Event::Stopping => self.line("stopping"),
            Event::RequestSent { request, kind, items } => tracing::debug!(%request, %kind, items, "sent"),
            Event::RequestAccepted { request, application } => tracing::debug!(%request, %application, "accepted"),
        }
    }
}

/// An outcome in a few words.
fn described(kind: OperationKind, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Confirmed { effective: Some(date), .. } if kind.is_deferred() => format!("done, in force from {date}"),
        Outcome::Confirmed { .. } => "done".to_owned(),
        Outcome::Accepted { application } => format!("accepted as {application}"),
        Outcome::Rejected { code, message } => format!("rejected: {code} {message}"),
        Outcome::Stale { why } => format!("stale, not sent: {why}"),
        Outcome::Skipped { because } => format!("not sent, because {because} was not done"),
        Outcome::NotSent { why } => format!("not sent: {why}"),
        Outcome::InDoubt { note } => format!("in doubt: {note}"),
    }
}
