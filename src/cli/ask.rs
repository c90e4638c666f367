//! The one question that simfleet asks.

use std::io::{self, BufRead, Write};

use crate::cli::shell::Shell;

/// Asks on a terminal; `None` where there is nobody to ask.
pub(super) fn confirm(shell: &Shell, question: &str) -> Option<bool> {
    if !shell.environment.terminals.stdin {
        return None;
    }
    let mut stderr = io::stderr();
    let asked = write!(stderr, "{question} Only \"yes\" is a yes: ").and_then(|()| stderr.flush());
    let mut answer = String::new();
    asked.and_then(|()| io::stdin().lock().read_line(&mut answer)).ok()?;
    Some(answer.trim() == "yes")
}
