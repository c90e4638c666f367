//! Whether the user approved the plan: by flags, by the manifest, or by an answer.

use tracing::Level;

use crate::cli::args::Apply;
use crate::cli::ask;
use crate::cli::shell::Shell;
use crate::exec::Stop;
use crate::exec::approve::{Decision, Flags, decide};
use crate::plan::Plan;

/// Whether all accounts with operations may be applied. A refusal says which flags would do; nothing is
/// written unless everything is approved.
pub(super) async fn given(shell: &Shell, args: &Apply, plan: &Plan, stop: &Stop) -> bool {
    let mut flags = Flags {
        yes: args.yes,
        prompt: None,
        approve: args.approve.iter().cloned().collect(),
        acks: args.ack.iter().copied().collect(),
    };
    let with_operations: Vec<&str> = plan
        .accounts
        .iter()
        .map(|section| &*section.name)
        .filter(|name| plan.operations.iter().any(|operation| *operation.account == **name))
        .collect();
    let mut decisions: Vec<Decision> = with_operations.iter().map(|name| decide(plan, name, &flags)).collect();
    let would_do = |decision: &Decision| match decision {
        Decision::Allowed => true,
        Decision::Missing(missing) => missing.prompt_would_do,
        Decision::Declined => false,
    };
    let is_missing = decisions.iter().any(|decision| *decision != Decision::Allowed);
    if is_missing && decisions.iter().all(would_do) {
        let count = plan.operations.len();
        let question = format!("Apply {count} {}?", if count == 1 { "operation" } else { "operations" });
        if let Some(answer) = ask::confirm(shell, &question, stop).await {
            flags.prompt = Some(answer);
            decisions = with_operations.iter().map(|name| decide(plan, name, &flags)).collect();
        }
    }
    let mut all = true;
    for (name, decision) in with_operations.iter().zip(&decisions) {
        match decision {
            Decision::Allowed => {}
            Decision::Declined => {
                shell.tell(Level::INFO, "declined; nothing was written");
                return false;
            }
            Decision::Missing(missing) => {
                shell.tell(Level::ERROR, &format!("refused: account {name}: {missing}"));
                if missing.approve_would_do && missing.flags.iter().all(|flag| !flag.starts_with("--approve")) {
                    let or = format!("or approve all of this plan with: --approve {}", plan.plan_id);
                    shell.tell(Level::ERROR, &or);
                }
                all = false;
            }
        }
    }
    if !all {
        if let Some(given) = args.approve.as_deref().filter(|given| !is_id_of(plan, given)) {
            shell.tell(Level::ERROR, &format!("--approve {given} is the id of another plan; this one is {}", plan.plan_id));
        }
        shell.tell(Level::ERROR, "nothing was written");
    }
    all
}

/// Whether this is the id of the plan or of an account's part.
fn is_id_of(plan: &Plan, id: &str) -> bool {
    plan.plan_id == id || plan.accounts.iter().any(|account| account.plan_id == id)
}
