//! Whether a plan's ids are those of its contents: a file that was edited after its review is not what
//! was approved.

use crate::plan::digest::plan_id;
use crate::plan::{AccountPlan, AccountSection, Plan, account_plan_id};

/// Recomputes every id from the contents. The error names the one that does not fit.
pub fn verify_ids(plan: &Plan) -> Result<(), String> {
    for section in &plan.accounts {
        let computed = account_plan_id(&part(plan, section));
        if computed != section.plan_id {
            return Err(format!("account {} has the id {}, its contents have {computed}", section.name, section.plan_id));
        }
    }
    let computed = plan_id(plan.accounts.iter().map(|section| section.plan_id.as_str()));
    if computed == plan.plan_id {
        Ok(())
    } else {
        Err(format!("the plan has the id {}, its contents have {computed}", plan.plan_id))
    }
}

fn part(plan: &Plan, section: &AccountSection) -> AccountPlan {
    AccountPlan {
        account: section.name.clone(),
        carrier: section.carrier.clone(),
        desired: section.desired.clone(),
        observed: section.observed.clone(),
        operations: plan.operations.iter().filter(|operation| operation.account == section.name).cloned().collect(),
        requests: plan.requests.iter().filter(|request| request.account == section.name).cloned().collect(),
        blocked: Vec::new(),
        pending: Vec::new(),
        drift: None,
        unmanaged: Vec::new(),
        in_doubt: Vec::new(),
        guards: Vec::new(),
        in_sync: 0,
    }
}
