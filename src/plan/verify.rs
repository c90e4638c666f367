//! Whether a plan's ids are those of its contents: a file that was edited after its review is not what
//! was approved.

use crate::plan::digest::{part_id, plan_id};
use crate::plan::{Operation, Plan, Request};

/// Recomputes every id from the contents. The error names the one that does not fit.
pub fn verify_ids(plan: &Plan) -> Result<(), String> {
    for section in &plan.accounts {
        let operations: Vec<&Operation> = plan.operations.iter().filter(|operation| operation.account == section.name).collect();
        let requests: Vec<&Request> = plan.requests.iter().filter(|request| request.account == section.name).collect();
        let computed = part_id(&section.carrier, &operations, &requests);
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
