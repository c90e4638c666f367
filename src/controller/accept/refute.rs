//! What the carrier's catalogue refutes: objects that are valid, and cannot be fulfilled.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Accepted, Standing};
use crate::controller::object::ObjectKind;
use crate::diag::Diagnostic;
use crate::domain::Desired;

/// Refuses the objects that the findings of [`crate::manifest::against_catalogue`] are errors of. The others stay as
/// they are; warnings are noted. Something that stood back behind an object that is refused here does not come
/// forward: both are wrong.
pub fn refute(accepted: Accepted, findings: Vec<Diagnostic>) -> Accepted {
    let Accepted { account, settings, mut desired, mut fleets, mut orders, owners } = accepted;
    let mut refused: BTreeSet<(ObjectKind, Arc<str>)> = BTreeSet::new();
    for finding in findings {
        let Some((kind, name)) = owners.get(&finding.location.file) else { continue };
        let list = match kind {
            // The catalogue says nothing of accounts.
            ObjectKind::CarrierAccount => continue,
            ObjectKind::SimFleet => &mut fleets,
            ObjectKind::SimOrder => &mut orders,
        };
        let Some(judged) = list.iter_mut().find(|judged| judged.name == *name) else { continue };
        if finding.is_error() {
            refused.insert((*kind, Arc::clone(name)));
            judged.standing = Standing::Refused;
        }
        judged.findings.push(finding);
    }
    if !refused.is_empty() {
        leave_out(&mut desired, |kind, name| refused.iter().any(|(other, refused)| *other == kind && **refused == *name));
    }
    Accepted { account, settings, desired, fleets, orders, owners }
}

/// Removes fleets with their lines and purchases, and orders.
fn leave_out(desired: &mut Desired, is_refused: impl Fn(ObjectKind, &str) -> bool) {
    let Desired { account: _, spend: _, fleets, sims, grants, top_ups, orders, cancel_removed_orders: _, files: _ } = desired;
    let mut next = 0;
    let numbers: Vec<Option<u32>> = fleets
        .iter()
        .map(|fleet| {
            (!is_refused(ObjectKind::SimFleet, &fleet.name)).then(|| {
                next += 1;
                next - 1
            })
        })
        .collect();
    let renumber = |fleet: &mut u32| numbers.get(*fleet as usize).copied().flatten().map(|number| *fleet = number).is_some();
    fleets.retain(|fleet| !is_refused(ObjectKind::SimFleet, &fleet.name));
    sims.retain_mut(|sim| renumber(&mut sim.fleet));
    grants.retain_mut(|grant| renumber(&mut grant.fleet));
    top_ups.retain_mut(|policy| renumber(&mut policy.fleet));
    orders.retain(|order| !is_refused(ObjectKind::SimOrder, &order.name));
}
