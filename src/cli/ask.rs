//! The one question that simfleet asks.

use std::io::{self, BufRead, Write};
use std::thread;

use tokio::sync::oneshot;

use crate::cli::redaction;
use crate::cli::shell::Shell;
use crate::exec::Stop;

/// Asks on a terminal; `None` where there is nobody to ask. A signal while the question stands is a no.
pub(super) async fn confirm(shell: &Shell, question: &str, stop: &Stop) -> Option<bool> {
    if !shell.environment.terminals.stdin {
        return None;
    }
    let mut stderr = io::stderr();
    let asked = write!(stderr, "{} Only \"yes\" is a yes: ", redaction::redacted(question)).and_then(|()| stderr.flush());
    asked.ok()?;
    let (sender, receiver) = oneshot::channel();
    // A thread of its own, which nobody waits for: reading a terminal cannot be broken off.
    thread::spawn(move || {
        let mut answer = String::new();
        let read = io::stdin().lock().read_line(&mut answer).map(|_length| answer);
        // Who asked may be gone.
        drop(sender.send(read));
    });
    let mut stop = stop.clone();
    tokio::select! {
        answer = receiver => answer.ok()?.ok().map(|answer| answer.trim() == "yes"),
        () = stop.asked() => Some(false),
    }
}
