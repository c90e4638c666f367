//! SIGINT and SIGTERM: the first asks for a clean stop, the second ends the process.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tracing::Level;

use crate::cli::args::LogFormat;
use crate::cli::exit;
use crate::cli::logging::tell;
use crate::exec::StopHandle;

/// Remembers which signal came.
#[derive(Debug, Clone, Default)]
pub(super) struct Signals(Arc<AtomicU8>);

impl Signals {
    /// Listens from now on, as long as the runtime lives.
    pub(super) fn listen(handle: StopHandle, format: LogFormat) -> Self {
        let signals = Self::default();
        let received = signals.clone();
        tokio::spawn(async move {
            received.0.store(next().await, Ordering::SeqCst);
            let text = "stopping: nothing new is sent, what is on its way is finished (once more to end at once)";
            tell(format, Level::INFO, text);
            handle.stop();
            std::process::exit(i32::from(next().await));
        });
        signals
    }

    /// The exit code of a run that a signal stopped.
    pub(super) fn exit_code(&self) -> Option<u8> {
        match self.0.load(Ordering::SeqCst) {
            0 => None,
            code => Some(code),
        }
    }
}

/// The exit code that belongs to the next signal.
#[cfg(unix)]
async fn next() -> u8 {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => exit::INTERRUPTED,
        _ = terminate.recv() => exit::TERMINATED,
    }
}

/// The exit code that belongs to the next signal.
#[cfg(not(unix))]
async fn next() -> u8 {
    match tokio::signal::ctrl_c().await {
        Ok(()) => exit::INTERRUPTED,
        Err(_) => std::future::pending().await,
    }
}
