//! Findings as they are made.

use crate::cli::failure::Failure;
use crate::render::checkup::{Checkup, Finding, Verdict};

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
    pub(super) fn ok(&mut self, check: &'static str, message: impl Into<String>) {
        self.add(check, Verdict::Ok, message.into(), None);
    }

    /// Worth a look, and what to do about it.
    pub(super) fn warning(&mut self, check: &'static str, message: impl Into<String>, help: impl Into<String>) {
        self.add(check, Verdict::Warning, message.into(), Some(help.into()));
    }

    /// In the way of some command, and the way out.
    pub(super) fn problem(&mut self, check: &'static str, message: impl Into<String>, help: impl Into<String>) {
        self.add(check, Verdict::Problem, message.into(), Some(help.into()));
    }

    /// What a command would have failed with.
    pub(super) fn failure(&mut self, check: &'static str, failure: Failure) {
        let Failure { code: _, message, help, everywhere: _ } = failure;
        // What says its own way out in its message, as a system's errors do, still has a page.
        let help = help.unwrap_or_else(|| "`simfleet explain doctor` says what is looked at here".to_owned());
        self.add(check, Verdict::Problem, message, Some(help));
    }

    fn add(&mut self, check: &'static str, verdict: Verdict, message: String, help: Option<String>) {
        self.checkup.checks.push(Finding { account: self.account.clone(), check, verdict, message, help });
    }
}
