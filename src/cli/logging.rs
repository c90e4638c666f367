//! Logs: to stderr, as text or JSON. Data goes to stdout, everything else here.

use std::io::Write as _;

use tracing::Level;
use tracing_subscriber::EnvFilter;

use crate::cli::args::{Global, LogFormat};
use crate::cli::environment::Environment;
use crate::cli::output::error_colours;
use crate::cli::redaction::{self, Redacting};

/// The target of records that are told to people as plain lines where logs are text.
const TOLD: &str = "simfleet::told";

/// `kube_client` repeats a body that it cannot read, on level `warn`; the others below it repeat headers.
const SILENT: &str = "kube_client::client=error,hyper=info,hyper_util=info,h2=info,tower=info,rustls=info,reqwest=info";

/// A line for people on stderr; where logs are JSON, a record like all others.
pub(super) fn tell(format: LogFormat, level: Level, text: &str) {
    match format {
        // Where nobody listens any more (`2>&1 | head`), an apply goes on all the same.
        LogFormat::Text => drop(writeln!(std::io::stderr(), "{}", redaction::redacted(text))),
        LogFormat::Json if level == Level::ERROR => tracing::error!(target: TOLD, "{text}"),
        LogFormat::Json if level == Level::WARN => tracing::warn!(target: TOLD, "{text}"),
        LogFormat::Json => tracing::info!(target: TOLD, "{text}"),
    }
}

/// What is logged: what was asked for, else everything from a level on. What repeats headers and bodies of answers, Secrets
/// among them, stays silent whatever is asked for.
fn filter(level: &str, asked: Option<&str>) -> EnvFilter {
    let filter = asked.map_or_else(|| level.to_owned(), |filter| format!("{filter},{TOLD}=info"));
    EnvFilter::try_new(format!("{filter},{SILENT}")).unwrap_or_else(|_| EnvFilter::new(format!("{level},{SILENT}")))
}

/// Starts logging. A second call (in tests) changes nothing.
///
/// A service, which nobody watches as it works, says what it does without being asked to.
pub(super) fn start(global: &Global, is_a_service: bool, environment: &Environment) {
    let level = match global.verbose + u8::from(is_a_service) {
        0 => "warn",
        1 => "simfleet=info,warn",
        2 => "simfleet=debug,warn",
        _ => "trace",
    };
    // What people are told is told in any case.
    let level = &format!("{level},{TOLD}=info");
    let filter = filter(level, environment.log_filter.as_deref());
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(|| Redacting(std::io::stderr()));
    let started = match global.log_format {
        LogFormat::Text => builder.with_ansi(error_colours(global, environment)).with_target(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).with_current_span(false).try_init(),
    };
    // Another subscriber in the same process keeps its place.
    drop(started);
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::filter;

    #[test]
    fn what_may_repeat_a_secret_is_silent_whatever_is_asked_for() {
        for asked in [None, Some("trace"), Some("debug,kube_client=trace")] {
            tracing::subscriber::with_default(tracing_subscriber::registry().with(filter("trace", asked)), || {
                assert!(!tracing::enabled!(target: "kube_client::client", tracing::Level::WARN), "{asked:?}");
                assert!(!tracing::enabled!(target: "hyper::proto::h1", tracing::Level::TRACE), "{asked:?}");
                assert!(tracing::enabled!(target: "simfleet::controller", tracing::Level::DEBUG), "{asked:?}");
            });
        }
    }
}
