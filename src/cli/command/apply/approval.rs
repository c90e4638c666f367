//! Whether the user approved the plan: by flags, by the manifest, or by an answer.

use tracing::Level;

use crate::cli::args::Apply;
use crate::cli::ask;
use crate::cli::shell::Shell;
use crate::exec::Stop;
use crate::exec::approve::{Decision, Flags, decide};
use crate::plan::Plan;

/// What was decided on a plan. Nothing is written unless every account is allowed.
pub(super) struct Decided {
    /// What the user said.
    pub(super) flags: Flags,
    /// Accounts with operations, and whether each may be applied.
    decisions: Vec<(String, Decision)>,
}

/// Decides for all accounts with operations, and asks where an answer would do.
pub(super) async fn decided(shell: &Shell, args: &Apply, plan: &Plan, stop: &Stop) -> Decided {
    let flags = Flags {
        yes: args.yes,
        prompt: None,
        approve: args.approve.iter().cloned().collect(),
        acks: args.ack.iter().copied().collect(),
    };
    let mut decided = Decided::of(plan, flags);
    let would_do = |decision: &Decision| match decision {
        Decision::Allowed => true,
        Decision::Missing(missing) => missing.prompt_would_do,
        Decision::Declined => false,
    };
    if !decided.is_allowed() && decided.decisions.iter().all(|(_, decision)| would_do(decision)) {
        let count = plan.operations.len();
        let question = format!("Apply {count} {}?", if count == 1 { "operation" } else { "operations" });
        if let Some(answer) = ask::confirm(shell, &question, stop).await {
            decided = Decided::of(plan, Flags { prompt: Some(answer), ..decided.flags });
        }
    }
    decided
}

impl Decided {
    fn of(plan: &Plan, flags: Flags) -> Self {
        let has_operations = |name: &str| plan.operations.iter().any(|operation| *operation.account == *name);
        let accounts = plan.accounts.iter().map(|section| section.name.to_string()).filter(|name| has_operations(name));
        let decisions = accounts.map(|name| (name.clone(), decide(plan, &name, &flags))).collect();
        Self { flags, decisions }
    }

    /// Whether all of the plan may be applied.
    pub(super) fn is_allowed(&self) -> bool {
        self.decisions.iter().all(|(_, decision)| *decision == Decision::Allowed)
    }

    /// Why an account is not applied.
    pub(super) fn why(&self, account: &str) -> String {
        let own = self.decisions.iter().find(|(name, _)| name == account).map(|(_, decision)| decision);
        match own {
            Some(Decision::Missing(missing)) => missing.to_string(),
            Some(Decision::Declined) => "declined at the prompt".to_owned(),
            Some(Decision::Allowed) | None => "another account of the plan was refused".to_owned(),
        }
    }

    /// Tells a refusal, with the flags that would do.
    pub(super) fn tell(&self, shell: &Shell, args: &Apply, plan: &Plan) {
        for (name, decision) in &self.decisions {
            match decision {
                Decision::Allowed => {}
                Decision::Declined => return shell.tell(Level::INFO, "declined; nothing was written"),
                Decision::Missing(missing) => {
                    shell.tell(Level::ERROR, &format!("refused: account {name}: {missing}"));
                    if missing.approve_would_do && missing.flags.iter().all(|flag| !flag.starts_with("--approve")) {
                        let or = format!("or approve all of this plan with: --approve {}", plan.plan_id);
                        shell.tell(Level::ERROR, &or);
                    }
                }
            }
        }
        if let Some(given) = args.approve.as_deref().filter(|given| !is_id_of(plan, given)) {
            shell.tell(Level::ERROR, &format!("--approve {given} is the id of another plan; this one is {}", plan.plan_id));
        }
        shell.tell(Level::ERROR, "nothing was written");
    }
}

/// Whether this is the id of the plan or of an account's part.
fn is_id_of(plan: &Plan, id: &str) -> bool {
    plan.plan_id == id || plan.accounts.iter().any(|account| account.plan_id == id)
}
