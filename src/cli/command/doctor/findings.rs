//! Findings as they are made.

use crate::cli::failure::Failure;
use crate::render::checkup::{Checkup, Finding, Verdict};

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    Manifests,
    Terminal,
    #[cfg(feature = "controller")]
    Cluster,
    #[cfg(feature = "controller")]
    Kinds,
    Declared,
    Credentials,
    Carrier,
    Endpoint,
    Connection,
    Clock,
    Token,
    Functions,
    RateLimit,
    Journal,
    Disk,
    Lock,
    Operations,
    LastApply,
    AuditLog,
}

impl Check {
    /// Its name in the report and in `simfleet explain doctor`.
    fn name(self) -> &'static str {
        match self {
            Self::Manifests => "manifests",
            Self::Terminal => "terminal",
            #[cfg(feature = "controller")]
            Self::Cluster => "cluster",
            #[cfg(feature = "controller")]
            Self::Kinds => "kinds",
            Self::Declared => "declared",
            Self::Credentials => "credentials",
            Self::Carrier => "carrier",
            Self::Endpoint => "endpoint",
            Self::Connection => "connection",
            Self::Clock => "clock",
            Self::Token => "token",
            Self::Functions => "functions",
            Self::RateLimit => "rate limit",
            Self::Journal => "journal",
            Self::Disk => "disk",
            Self::Lock => "lock",
            Self::Operations => "operations",
            Self::LastApply => "last apply",
            Self::AuditLog => "audit log",
        }
    }
}

/// Collects what is found, for one account after the other.
#[derive(Debug, Default)]
pub(super) struct Findings {
    account: Option<String>,
    pub(super) checkup: Checkup,
}

impl Findings {
    /// From here on it is about this account, or about none.
    pub(super) fn of(&mut self, account: Option<&str>) {
        self.account = account.map(str::to_owned);
    }

    /// As it should be.
    pub(super) fn ok(&mut self, check: Check, message: impl Into<String>) {
        self.add(check, Verdict::Ok, message.into(), None);
    }

    /// Worth a look, and what to do about it.
    pub(super) fn warning(&mut self, check: Check, message: impl Into<String>, help: impl Into<String>) {
        self.add(check, Verdict::Warning, message.into(), Some(help.into()));
    }

    /// In the way of some command, and the way out.
    pub(super) fn problem(&mut self, check: Check, message: impl Into<String>, help: impl Into<String>) {
        self.add(check, Verdict::Problem, message.into(), Some(help.into()));
    }

    /// What a command would have failed with.
    pub(super) fn failure(&mut self, check: Check, failure: Failure) {
        let Failure { code: _, message, help, everywhere: _ } = failure;
        // What says its own way out in its message, as a system's errors do, still has a page.
        let help = help.unwrap_or_else(|| "`simfleet explain doctor` says what is looked at here".to_owned());
        self.add(check, Verdict::Problem, message, Some(help));
    }

    fn add(&mut self, check: Check, verdict: Verdict, message: String, help: Option<String>) {
        self.checkup.checks.push(Finding { account: self.account.clone(), check: check.name(), verdict, message, help });
    }
}

#[cfg(all(test, feature = "controller"))]
mod tests {
    use super::Check;

    /// Every check, in the order of the report.
    const ALL: [Check; 19] = [
        Check::Manifests,
        Check::Terminal,
        Check::Cluster,
        Check::Kinds,
        Check::Declared,
        Check::Credentials,
        Check::Carrier,
        Check::Endpoint,
        Check::Connection,
        Check::Clock,
        Check::Token,
        Check::Functions,
        Check::RateLimit,
        Check::Journal,
        Check::Disk,
        Check::Lock,
        Check::Operations,
        Check::LastApply,
        Check::AuditLog,
    ];

    #[test]
    fn every_check_is_explained_and_nothing_else() {
        let page = include_str!("../../../diag/topics/doctor.md");
        let rows = page.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
        let explained: Vec<&str> = rows.skip(1).flat_map(|names| names.split(", ")).collect();
        let mut printed: Vec<&str> = ALL.into_iter().map(Check::name).collect();
        assert_eq!(explained, printed);
        printed.sort_unstable();
        printed.dedup();
        assert_eq!(printed.len(), ALL.len());
    }
}
