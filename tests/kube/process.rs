//! A server that lives no longer than the test process, however that one ends.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Runs `"$@"` until its standard input ends, which it does when the test process dies, by a panic, a
/// signal or `kill -9`. `$1` is a folder to remove then, or empty.
const SUPERVISOR: &str = r#"
folder=$1
shift
exec 3<&0
"$@" 3<&- </dev/null &
server=$!
(
  read -r _ <&3
  kill -9 "$server"
  [ -z "$folder" ] || rm -rf "$folder"
) &
guard=$!
wait "$server"
status=$?
if [ "$status" -eq 137 ]; then wait "$guard"; else kill "$guard"; fi
exit "$status"
"#;

/// A running server. Dropping it kills it.
pub(crate) struct Process {
    supervisor: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a server that writes to a log. `remove` is a folder that goes with it.
    pub(crate) fn start(program: &Path, arguments: &[String], log: PathBuf, remove: Option<&Path>) -> Self {
        let output = File::options().create(true).append(true).open(&log).expect("the log can be written");
        let supervisor = Command::new("sh")
            .args(["-c", SUPERVISOR, "sh"])
            .arg(remove.unwrap_or(Path::new("")))
            .arg(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(output.try_clone().expect("a file handle can be doubled"))
            .stderr(output)
            .spawn()
            .expect("sh can be run");
        Self { supervisor, log }
    }

    /// Whether the server has ended by itself.
    pub(crate) fn ended(&mut self) -> bool {
        self.supervisor.try_wait().expect("a child can be asked").is_some()
    }

    /// The end of the log, for the message of a test that failed.
    pub(crate) fn last_words(&self) -> String {
        let log = String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(60)..].join("\n")
    }
}

impl Drop for Process {
    /// Kills the server at once (SIGKILL) and waits until it is gone.
    fn drop(&mut self) {
        drop(self.supervisor.stdin.take());
        let _ = self.supervisor.wait();
    }
}
