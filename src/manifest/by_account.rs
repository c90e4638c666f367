//! What was read, sorted to its accounts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::compile::{FleetDraft, OrderDraft};
use super::{Account, AccountManifest};
use crate::domain::{Desired, DesiredSim};

/// Every account that is declared or referred to, with its fleets, lines, purchases and orders. The lines
/// are sorted by number.
pub(super) fn by_account(
    mut accounts: BTreeMap<Arc<str>, Account>,
    mut drafts: Vec<FleetDraft>,
    lines: Vec<DesiredSim>,
    mut orders: Vec<OrderDraft>,
    files: &[Arc<str>],
) -> Vec<AccountManifest> {
    let mut manifests: BTreeMap<Arc<str>, AccountManifest> = BTreeMap::new();
    let referred = drafts.iter().map(|draft| &draft.account).chain(orders.iter().map(|draft| &draft.account));
    let names: BTreeSet<Arc<str>> = accounts.keys().chain(referred).cloned().collect();
    for name in names {
        let account = accounts.remove(&name);
        let spend = account.as_ref().map(|account| account.spend).unwrap_or_default();
        let desired = Desired { account: Arc::clone(&name), spend, files: files.to_vec(), ..Desired::default() };
        manifests.insert(name, AccountManifest { account, desired });
    }
    // Drafts are numbered as they were read; fleets are numbered by name within their account.
    let mut numbers: Vec<(Arc<str>, u32)> = vec![(Arc::from(""), 0); drafts.len()];
    drafts.sort_by(|left, right| left.fleet.name.cmp(&right.fleet.name));
    for draft in drafts {
        let Some(manifest) = manifests.get_mut(&draft.account) else { continue };
        let desired = &mut manifest.desired;
        let number = u32::try_from(desired.fleets.len()).unwrap_or(u32::MAX);
        if let Some(slot) = numbers.get_mut(draft.index as usize) {
            *slot = (draft.account, number);
        }
        desired.fleets.push(draft.fleet);
        desired.grants.extend(draft.grants.into_iter().map(|draft| draft.grant).map(|mut grant| {
            grant.fleet = number;
            grant
        }));
        desired.top_ups.extend(draft.top_ups.into_iter().map(|mut policy| {
            policy.fleet = number;
            policy
        }));
    }
    orders.sort_by(|left, right| left.order.name.cmp(&right.order.name));
    for OrderDraft { account, order, .. } in orders {
        if let Some(manifest) = manifests.get_mut(&account) {
            manifest.desired.orders.push(order);
        }
    }
    for manifest in manifests.values_mut() {
        manifest.desired.grants.sort_by(|left, right| (&left.name, left.fleet).cmp(&(&right.name, right.fleet)));
        manifest.desired.top_ups.sort_by(|left, right| (left.fleet, &left.name).cmp(&(right.fleet, &right.name)));
    }
    if manifests.len() == 1
        && let Some(only) = manifests.values_mut().next()
    {
        // A million lines stay where they are.
        only.desired.sims = lines;
        for line in &mut only.desired.sims {
            line.fleet = numbers.get(line.fleet as usize).map_or(0, |(_, number)| *number);
        }
    } else {
        for mut line in lines {
            let Some((account, number)) = numbers.get(line.fleet as usize) else { continue };
            line.fleet = *number;
            if let Some(manifest) = manifests.get_mut(account) {
                manifest.desired.sims.push(line);
            }
        }
    }
    manifests.into_values().collect()
}
