//! Whether requests and waves carry the operations as the carrier takes them.

use std::collections::{BTreeMap, BTreeSet};

use super::Violation;
use crate::domain::{OperationKind, RatePlan, Subject, SystemNumber};
use crate::plan::{AccountPlan, Change, OpId, Operation, RequestId};

/// `comes_first`: whether an operation has to be done before its line can take a purchase.
pub(super) fn check(
    plan: &AccountPlan,
    bulk_limit: u32,
    comes_first: &dyn Fn(&Operation) -> bool,
    violations: &mut Vec<Violation>,
) {
    let mut fault = |operation: Option<&Operation>, message: String| {
        violations.push(Violation {
            msisdn: operation.and_then(|operation| operation.subject.msisdn()),
            operation: operation.map(|operation| operation.id.clone()),
            message,
        });
    };
    let mut by_id: BTreeMap<&OpId, &Operation> = BTreeMap::new();
    for operation in &plan.operations {
        if by_id.insert(&operation.id, operation).is_some() {
            fault(Some(operation), "two operations have this id".to_owned());
        }
    }

    // The operations of a line: one a wave, each after the one before. Its purchases are a chain of their own.
    let mut lines: BTreeMap<&Subject, Vec<&Operation>> = BTreeMap::new();
    for operation in &plan.operations {
        lines.entry(&operation.subject).or_default().push(operation);
    }
    for operations in lines.values_mut() {
        operations.sort_by_key(|operation| operation.wave);
        let (purchases, others): (Vec<&Operation>, Vec<&Operation>) =
            operations.iter().partition(|operation| operation.change.kind() == OperationKind::BuyCoupon);
        for (chain, before) in [(&others, None), (&purchases, others.iter().rev().find(|operation| comes_first(operation)))] {
            let Some(first) = chain.first() else { continue };
            let expected = before.map(|operation| &operation.id);
            if !first.depends_on.iter().eq(expected) || before.map_or(0, |before| before.wave) >= first.wave {
                let message = "it must depend on what brings its line into use, and on nothing else; waves count from 1";
                fault(Some(first), message.to_owned());
            }
            for pair in chain.windows(2) {
                let [before, after] = pair else { continue };
                if before.wave == after.wave {
                    fault(Some(after), "two operations of one line in one wave".to_owned());
                }
                if after.depends_on.as_slice() != std::slice::from_ref(&before.id) {
                    fault(Some(after), "it must depend on the line's operation before it".to_owned());
                }
            }
        }
    }

    // The requests: each operation in one, and only what may go together.
    let mut carried: BTreeSet<&OpId> = BTreeSet::new();
    let mut names: BTreeSet<&RequestId> = BTreeSet::new();
    for request in &plan.requests {
        if !names.insert(&request.id) {
            fault(None, format!("two requests are called {}", request.id));
        }
        let members: Vec<&Operation> = request.items.iter().filter_map(|id| by_id.get(id).copied()).collect();
        let Some(first) = members.first() else {
            fault(None, format!("request {} carries nothing", request.id));
            continue;
        };
        if members.len() != request.items.len() || !members.is_sorted_by_key(|operation| &operation.subject) {
            fault(Some(first), format!("request {} carries unknown or unsorted operations", request.id));
        }
        let most = if first.change.kind().is_bulk() { usize::try_from(bulk_limit.max(1)).unwrap_or(usize::MAX) } else { 1 };
        if members.len() > most {
            fault(Some(first), format!("request {} carries {} operations, {most} are allowed", request.id, members.len()));
        }
        if request.function != first.change.function().number() {
            fault(Some(first), format!("request {} calls another function", request.id));
        }
        for operation in &members {
            if !carried.insert(&operation.id) {
                fault(Some(operation), "carried twice".to_owned());
            }
            if operation.request != request.id || operation.wave != request.wave {
                fault(Some(operation), format!("disagrees with its request {}", request.id));
            }
            if company(&operation.change) != company(&first.change) || operation.change.kind() != first.change.kind() {
                fault(Some(operation), format!("does not belong into request {}", request.id));
            }
        }
    }
    for operation in plan.operations.iter().filter(|operation| !carried.contains(&operation.id)) {
        fault(Some(operation), "no request carries it".to_owned());
    }
    if !plan.requests.is_sorted_by_key(|request| (request.wave, &request.id)) {
        fault(None, "requests are not in the order of their waves".to_owned());
    }
}

/// What all operations of one request share.
fn company(change: &Change) -> (Option<&SystemNumber>, Option<&RatePlan>) {
    match change {
        Change::Allocate { system } | Change::Deallocate { system } => (Some(system), None),
        Change::StartUse { system, plan } => (Some(system), Some(plan)),
        Change::Suspend
        | Change::Resume
        | Change::ChangeRatePlan { .. }
        | Change::Terminate { .. }
        | Change::BindImei { .. }
        | Change::BuyCoupon { .. }
        | Change::PlaceOrder { .. }
        | Change::CancelApplication { .. } => (None, None),
    }
}
