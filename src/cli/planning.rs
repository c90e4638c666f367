//! Desired and observed to a plan, for every command that plans.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;
use tracing::Level;

use crate::carrier::Carrier;
use crate::cli::account::Target;
use crate::cli::exit;
use crate::cli::failure::Failure;
use crate::cli::selector::Selector;
use crate::cli::shell::Shell;
use crate::domain::{ApplicationNumber, DesiredSim, Observed, Risk};
use crate::exec::attribute_drift;
use crate::manifest;
use crate::plan::{self, AccountPlan, Memory, Part, Plan};

/// Plans one account. What the catalogue refutes (an unknown plan, a missing function) is reported here
/// and ends it.
pub(super) fn plan_account(
    shell: &Shell,
    target: &Target,
    observed: &Observed,
    memory: &Memory,
    now: Timestamp,
    selector: &Selector,
) -> Result<AccountPlan, Failure> {
    if !observed.complete {
        return Err(Failure::error(format!(
            "account {}: the observation is incomplete, and nothing is planned from a part",
            target.name
        ))
        .help("observe again"));
    }
    let findings = manifest::against_catalogue(&target.desired, observed);
    if !findings.is_empty() {
        shell.report(&findings);
        if findings.iter().any(crate::diag::Diagnostic::is_error) {
            return Err(Failure::silent(exit::ERROR));
        }
    }
    let desired = &target.desired;
    let lines = |sim: &DesiredSim| selector.takes(desired, sim);
    let part = Part { lines: &lines, orders: &|name| selector.takes_order(name) };
    let account = plan::sound(desired, observed, memory, now, part).map_err(|contradiction| {
        Failure::error(format!("account {}: {contradiction}", target.name))
            .help("this is a defect of simfleet: please report it with the output of `simfleet observe`")
    })?;
    tracing::info!(account = %target.name, operations = account.operations.len(), blocked = account.blocked.len(), "planned");
    Ok(account)
}

/// Fills in who made the changes that the plan lists as drift. It is no part of what is decided: where the carrier does not
/// tell, that is said, and the plan stands.
pub(super) async fn tell_who(
    shell: &Shell,
    target: &Target,
    carrier: &dyn Carrier,
    observed: &Observed,
    plan: &mut AccountPlan,
    own: BTreeSet<ApplicationNumber>,
) {
    if let Err(error) = attribute_drift(carrier, &target.desired, observed, plan, own).await {
        let text =
            format!("warning: account {}: who made the changes that are listed as drift is not known: {error}", target.name);
        shell.tell(Level::WARN, &text);
    }
}

/// Says what stood in for a journal that was not there, where money is at stake.
pub(super) fn without_journal(shell: &Shell, path: &Path, plan: &AccountPlan) {
    if plan.operations.iter().any(|operation| operation.change.risk() == Risk::R4) {
        let text = format!(
            "note: there is no journal {}; the carrier's applications of this month were read so that nothing is bought twice. \
             A pipeline keeps or shares its journal with --journal FILE (simfleet explain journal)",
            path.display()
        );
        shell.tell(Level::INFO, &text);
    }
}

/// Writes into a plan how its accounts are reached, so that its file alone can be applied.
pub(super) fn connect(plan: &mut Plan, targets: &[Target]) {
    for section in &mut plan.accounts {
        section.connection = targets.iter().find(|target| target.name == section.name).map(Target::connection);
    }
}
