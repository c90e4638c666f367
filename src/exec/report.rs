//! What an apply did, and the exit code it deserves (DESIGN 3.2).

use crate::domain::{OperationKind, Subject};
use crate::exec::Outcome;
use crate::plan::OpId;

/// Exit codes of simfleet. **Ordered by priority**: of several, the greatest wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum ExitCode {
    /// 0: done, accepted, or nothing to do.
    #[default]
    Done,
    /// 2: changes pending (`plan --detailed-exitcode`) or drift found (`drift`).
    Pending,
    /// 1: an error, an incomplete observation or invalid input.
    Error,
    /// 3: a guard exceeded, approval missing, a stale, expired or used plan; nothing written.
    NotAllowed,
    /// 4: partly applied.
    Partly,
    /// 5: operations in doubt.
    InDoubt,
}

impl ExitCode {
    /// The number.
    pub const fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Pending => 2,
            Self::Error => 1,
            Self::NotAllowed => 3,
            Self::Partly => 4,
            Self::InDoubt => 5,
        }
    }
}

/// What became of one account's plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplyReport {
    /// The account.
    pub account: String,
    /// Every operation of the plan, in its order.
    pub operations: Vec<OperationReport>,
    /// Requests that were sent, repetitions not counted.
    pub requests_sent: u64,
    /// Whether a stop was asked for before the end.
    pub stopped: bool,
    /// What ended the apply for the whole account (wrong credentials), for people.
    pub fatal: Option<String>,
}

/// What became of one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationReport {
    /// The operation.
    pub id: OpId,
    /// Its kind.
    pub kind: OperationKind,
    /// Its line.
    pub subject: Subject,
    /// Its outcome.
    pub outcome: Outcome,
}

impl ApplyReport {
    /// The exit code.
    pub fn exit_code(&self) -> ExitCode {
        let any = |test: fn(&Outcome) -> bool| self.operations.iter().any(|operation| test(&operation.outcome));
        let failed = any(|outcome| !outcome.is_success());
        if any(|outcome| matches!(outcome, Outcome::InDoubt { .. })) {
            ExitCode::InDoubt
        } else if any(Outcome::is_success) && failed {
            ExitCode::Partly
        } else if any(|outcome| matches!(outcome, Outcome::Rejected { .. } | Outcome::NotSent { .. })) || self.fatal.is_some() {
            ExitCode::Error
        } else if failed {
            // Only stale operations (and what hung on them): nothing was written.
            ExitCode::NotAllowed
        } else {
            ExitCode::Done
        }
    }

    /// Operations with an outcome of that name ([`Outcome::as_str`]).
    pub fn count(&self, outcome: &str) -> u64 {
        let count = self.operations.iter().filter(|operation| operation.outcome.as_str() == outcome).count();
        u64::try_from(count).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(outcomes: &[Outcome]) -> ApplyReport {
        let msisdn = crate::domain::Msisdn::parse("08012345678").unwrap();
        let operations = outcomes
            .iter()
            .map(|outcome| OperationReport {
                id: OpId("o".into()),
                kind: OperationKind::Suspend,
                subject: msisdn.into(),
                outcome: outcome.clone(),
            })
            .collect();
        ApplyReport { account: "main".to_owned(), operations, requests_sent: 0, stopped: false, fatal: None }
    }

    #[test]
    fn the_gravest_outcome_decides() {
        let accepted = Outcome::Accepted { application: "A1".into() };
        let rejected = Outcome::Rejected { code: String::new(), message: String::new() };
        let stale = Outcome::Stale { why: String::new() };
        let doubt = Outcome::InDoubt { note: String::new() };
        for (outcomes, code) in [
            (vec![], 0),
            (vec![accepted.clone()], 0),
            (vec![rejected.clone()], 1),
            (vec![stale.clone()], 3),
            (vec![stale.clone(), rejected.clone()], 1),
            (vec![stale.clone(), accepted.clone()], 4),
            (vec![accepted.clone(), rejected, doubt], 5),
        ] {
            assert_eq!(report(&outcomes).exit_code().number(), code, "{outcomes:?}");
        }
        assert!(ExitCode::Error > ExitCode::Pending, "1 wins over 2");
    }
}
