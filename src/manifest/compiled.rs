//! What manifests compile to.

use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::domain::Desired;
use crate::manifest::Account;

/// Valid manifests, by account.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Compiled {
    /// Every account that is declared or referred to, sorted by name.
    pub accounts: Vec<AccountManifest>,
    /// What was used, but is probably not what was meant.
    pub warnings: Vec<Diagnostic>,
    /// Files read, as the user named them: manifests and rosters.
    pub files: Vec<Arc<str>>,
}

/// One account and what is declared for it.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountManifest {
    /// Its settings. `None`: no `CarrierAccount` is declared at all and this is the only account that
    /// fleets name, so the command line has to say where it is.
    pub account: Option<Account>,
    /// Its fleets and lines; [`Desired::account`] is its name.
    pub desired: Desired,
}

impl AccountManifest {
    /// The account's name.
    pub fn name(&self) -> &Arc<str> {
        &self.desired.account
    }
}
