//! How far the reading of single lines is, on stderr: a bar on a terminal, elsewhere a line now and then.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use tokio::time::Instant;
use tracing::Level;

use crate::cli::args::LogFormat;
use crate::cli::shell::Shell;
use crate::render::view::Count;

/// Between two lines, where there is no terminal: a log of an hour has some hundred.
const EVERY: Duration = Duration::from_secs(10);

/// Counts readings.
pub(super) struct Progress<'a> {
    shell: &'a Shell,
    bar: Option<ProgressBar>,
    done: u64,
    all: u64,
    said: Instant,
}

impl<'a> Progress<'a> {
    pub(super) fn new(shell: &'a Shell, all: u64) -> Self {
        let has_bar = shell.environment.terminals.stderr && shell.global.log_format == LogFormat::Text;
        let bar = has_bar.then(|| {
            let bar = ProgressBar::new(all);
            if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} read, {eta} left") {
                bar.set_style(style);
            }
            bar
        });
        Self { shell, bar, done: 0, all, said: Instant::now() }
    }

    /// One more came.
    pub(super) fn advance(&mut self) {
        self.done += 1;
        match &self.bar {
            Some(bar) => bar.inc(1),
            None if self.said.elapsed() >= EVERY => {
                self.said = Instant::now();
                self.shell.tell(Level::INFO, &format!("read {} of {}", Count(self.done), Count(self.all)));
            }
            None => {}
        }
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
