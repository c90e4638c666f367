//! Exit codes, documented because scripts rely on them (DESIGN 3.2). Where several apply, the one
//! nearest the top of this file wins.

use crate::exec::ExitCode;

/// Operations in doubt: their outcome is unknown, and nothing more is sent for their lines.
pub const IN_DOUBT: u8 = ExitCode::InDoubt.number();
/// Partly applied: some operations failed or went stale, others were done.
pub const PARTLY_APPLIED: u8 = ExitCode::Partly.number();
/// Nothing written: a guard is exceeded, approval is missing, or the plan is stale, expired or used.
pub const REFUSED: u8 = ExitCode::NotAllowed.number();
/// An error, an incomplete observation or invalid input.
pub const ERROR: u8 = ExitCode::Error.number();
/// Changes are pending (`plan --detailed-exitcode`).
pub const CHANGES: u8 = ExitCode::Pending.number();
/// Done, accepted, or nothing to do.
pub const DONE: u8 = ExitCode::Done.number();
/// The command line itself is wrong.
pub const USAGE: u8 = 64;
/// Stopped cleanly by SIGINT.
pub const INTERRUPTED: u8 = 130;
/// Stopped cleanly by SIGTERM.
pub const TERMINATED: u8 = 143;

/// The order in which codes win, strongest first.
const PRECEDENCE: [u8; 8] = [USAGE, INTERRUPTED, TERMINATED, IN_DOUBT, PARTLY_APPLIED, REFUSED, ERROR, CHANGES];

/// The stronger of two codes.
pub fn strongest(one: u8, other: u8) -> u8 {
    PRECEDENCE.into_iter().find(|code| *code == one || *code == other).unwrap_or(DONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubt_outranks_all_that_a_run_can_end_with() {
        assert_eq!(strongest(PARTLY_APPLIED, IN_DOUBT), IN_DOUBT);
        assert_eq!(strongest(ERROR, REFUSED), REFUSED);
        assert_eq!(strongest(CHANGES, ERROR), ERROR);
        assert_eq!(strongest(DONE, CHANGES), CHANGES);
        assert_eq!(strongest(DONE, USAGE), USAGE);
        assert_eq!(strongest(DONE, DONE), DONE);
    }
}
