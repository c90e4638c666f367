//! Logs: to stderr, as text or JSON. Data goes to stdout, everything else here.

use tracing_subscriber::EnvFilter;

use crate::cli::args::{Global, LogFormat};
use crate::cli::environment::Environment;

/// Starts logging. A second call (in tests) changes nothing.
pub(super) fn start(global: &Global, environment: &Environment) {
    let level = match global.verbose {
        0 => "warn",
        1 => "simfleet=info,warn",
        2 => "simfleet=debug,warn",
        _ => "trace",
    };
    let filter = environment.log_filter.as_deref().unwrap_or(level);
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new(level));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match global.log_format {
        LogFormat::Text => builder.with_ansi(environment.terminals.stderr && !environment.no_color).with_target(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).with_current_span(false).try_init(),
    };
    // Another subscriber in the same process keeps its place.
    drop(started);
}
