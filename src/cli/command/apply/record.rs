//! What an apply records of its plan: which it is, of which revision, and by whose word it was applied or not.

use std::collections::{BTreeMap, BTreeSet};

use tracing::Level;

use super::account::Prepared;
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::domain::{Money, OperationKind};
use crate::exec::approve::Flags;
use crate::exec::audit::{AuditEvent, Revision};
use crate::plan::{AccountSection, ApprovalNeed, Operation, Plan, SummaryCost};

/// One account's part of a plan.
struct Part<'p> {
    plan: &'p Plan,
    section: &'p AccountSection,
}

impl<'p> Part<'p> {
    /// `None` where nothing is to be done.
    fn of(plan: &'p Plan, account: &str) -> Option<Self> {
        let section = plan.accounts.iter().find(|section| *section.name == *account)?;
        let part = Self { plan, section };
        part.operations().next().is_some().then_some(part)
    }

    fn operations(&self) -> impl Iterator<Item = &'p Operation> + use<'p> {
        let name = &self.section.name;
        self.plan.operations.iter().filter(move |operation| operation.account == *name)
    }

    fn planned(&self, stored: bool, revision: Option<&Revision>) -> AuditEvent {
        let mut operations: BTreeMap<OperationKind, u64> = BTreeMap::new();
        let (mut once, mut monthly) = (Money::ZERO, Money::ZERO);
        for operation in self.operations() {
            *operations.entry(operation.change.kind()).or_default() += 1;
            once = once.plus(operation.cost.one_off());
            monthly = monthly.plus(operation.cost.every_month());
        }
        AuditEvent::Plan {
            plan: self.section.plan_id.clone(),
            plan_id: self.plan.plan_id.clone(),
            stored,
            revision: revision.cloned(),
            desired: self.section.desired.digest.clone(),
            observed: self.section.observed.digest.clone(),
            operations,
            cost: SummaryCost { once, monthly, ..SummaryCost::default() },
        }
    }

    fn approved(&self, flags: &Flags) -> AuditEvent {
        let policy: BTreeSet<OperationKind> = self
            .operations()
            .filter(|operation| operation.approval == ApprovalNeed::Policy)
            .map(|operation| operation.change.kind())
            .collect();
        let Flags { yes, prompt, approve, acks } = flags;
        let mut given: Vec<String> = yes.then(|| "--yes".to_owned()).into_iter().collect();
        given.extend(approve.iter().map(|id| format!("--approve {id}")));
        given.extend(acks.iter().map(|(kind, count)| format!("--ack {kind}={count}")));
        AuditEvent::Approved {
            plan: self.section.plan_id.clone(),
            plan_id: self.plan.plan_id.clone(),
            flags: given,
            prompt: *prompt == Some(true),
            policy: policy.into_iter().collect(),
        }
    }
}

impl Prepared<'_> {
    /// Before anything is sent: the plan, and by whose word it is applied.
    pub(super) fn record_approval(
        &mut self,
        plan: &Plan,
        stored: bool,
        revision: Option<&Revision>,
        flags: &Flags,
    ) -> Result<(), Failure> {
        let Some(part) = Part::of(plan, &self.target.name) else { return Ok(()) };
        self.record(&[part.planned(stored, revision), part.approved(flags)])
    }

    /// A plan that is not applied, and why.
    pub(super) fn record_refusal(
        &mut self,
        plan: &Plan,
        stored: bool,
        revision: Option<&Revision>,
        why: String,
    ) -> Result<(), Failure> {
        let Some(part) = Part::of(plan, &self.target.name) else { return Ok(()) };
        let refused = AuditEvent::Refused { plan: Some(part.section.plan_id.clone()), why };
        self.record(&[part.planned(stored, revision), refused])
    }

    fn record(&mut self, events: &[AuditEvent]) -> Result<(), Failure> {
        let now = self.session.carrier().now();
        let journal = self.journal.journal()?;
        journal.carrier_is_at(now);
        Ok(journal.audit(events)?)
    }
}

/// The last record of each log that was written, for whoever keeps this output: with it nobody can cut the
/// log unseen.
pub(super) fn tell_heads(shell: &Shell, accounts: &mut [Prepared<'_>]) {
    let mut heads = BTreeMap::new();
    for account in accounts {
        let Ok(journal) = account.journal.journal() else { continue };
        let Some((log, head)) = journal.audit_log().and_then(|log| Some((log.path(), log.head()?))) else { continue };
        // Several accounts may write to one log: the last of their records proves the others.
        let last = heads.entry(log).or_insert_with(|| head.clone());
        if head.seq > last.seq {
            *last = head;
        }
    }
    for (log, head) in heads {
        shell.tell(Level::INFO, &format!("audit log {}: record {}, head {}", log.display(), head.seq, head.hash));
    }
}
