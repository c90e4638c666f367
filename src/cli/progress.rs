//! Progress on stderr: a bar on a terminal, plain lines elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use tracing::Level;

use crate::cli::args::LogFormat;
use crate::cli::logging::tell;
use crate::cli::shell::Shell;
use crate::exec::{Event, EventSink};
use crate::render::report;

/// Shows events as they come.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    format: LogFormat,
}

impl Progress {
    /// A bar if stderr is a terminal.
    pub(super) fn new(shell: &Shell) -> Self {
        let format = shell.global.log_format;
        let bar = (shell.environment.terminals.stderr && format == LogFormat::Text).then(|| {
            let bar = ProgressBar::new(0);
            if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} {elapsed}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        Self { bar, format }
    }

    fn line(&self, event: &Event) {
        match (&self.bar, report::line(event)) {
            (Some(bar), Some(text)) => bar.println(text),
            (None, Some(text)) => tell(self.format, Level::INFO, &text),
            (_, None) => {}
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
            Event::OperationEnded { kind, subject, outcome, .. } => {
                if let Some(bar) = &self.bar {
                    bar.inc(1);
                    bar.set_message(format!("{kind} {}", subject.masked()));
                }
                // A bar has no room for what was done as wished; trouble is always worth a line.
                if self.bar.is_none() || !outcome.is_success() {
                    self.line(event);
                }
            }
            Event::RetryScheduled { .. } | Event::OutcomeLost { .. } | Event::Stopping => self.line(event),
            Event::Waiting { applications } => {
                if let Some(bar) = &self.bar {
                    bar.set_message(format!("waiting for {applications} applications"));
                }
                tracing::debug!(applications, "waiting");
            }
            Event::RequestSent { request, kind, items } => tracing::debug!(%request, %kind, items, "sent"),
            Event::RequestAccepted { request, application } => tracing::debug!(%request, %application, "accepted"),
        }
    }
}
