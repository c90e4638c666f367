//! The carrier's functions that manifests may need, before anybody has looked at the carrier's lines.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Desired, DesiredSim, DesiredState, Function, List, ServiceCode, SystemNumber};

/// A service under a system number.
pub type Offered = (SystemNumber, ServiceCode);

/// The functions that each service may be asked for, with the number of lines, purchases and orders that may ask. What is
/// as declared already needs none of them: only a plan knows that.
pub fn functions_needed(desired: &Desired) -> BTreeMap<Offered, BTreeMap<Function, usize>> {
    let mut needs: BTreeMap<Offered, BTreeMap<Function, usize>> = BTreeMap::new();
    let mut need = |offered: Offered, functions: &[Function], by: usize| {
        let counts = needs.entry(offered).or_default();
        for function in functions {
            *counts.entry(*function).or_default() += by;
        }
    };
    let place = |fleet: u32| {
        let fleet = usize::try_from(fleet).ok().and_then(|index| desired.fleets.get(index))?;
        Some((fleet.system.clone(), fleet.service.clone()))
    };
    for fleet in &desired.fleets {
        need((fleet.system.clone(), fleet.service.clone()), &[], 0);
    }
    for sim in &desired.sims {
        let Some(offered) = place(sim.fleet) else { continue };
        let functions: Vec<Function> = of_line(sim).into_iter().collect();
        need(offered, &functions, 1);
    }
    for grant in &desired.grants {
        let Some(offered) = place(grant.fleet) else { continue };
        need(offered, &[Function::BuyCoupon], grant.msisdns.len());
    }
    for top_up in &desired.top_ups {
        let Some(offered) = place(top_up.fleet) else { continue };
        need(offered, &[Function::BuyCoupon, Function::Usage], 1);
    }
    for order in &desired.orders {
        let content = &order.content;
        let functions: &[Function] = match (order.cancelled, content.devices.is_empty()) {
            (true, _) => &[Function::Applications],
            (false, true) => &[Function::OrderSims, Function::Applications],
            (false, false) => &[Function::OrderSims, Function::OrderDevices, Function::Applications],
        };
        need((content.system_number.clone(), content.service_code.clone()), functions, 1);
    }
    needs
}

fn of_line(sim: &DesiredSim) -> BTreeSet<Function> {
    let mut functions = BTreeSet::from([Function::Applications]);
    functions.insert(match sim.list {
        List::Sims => Function::ListSims,
        List::ChipSims => Function::ListChipSims,
    });
    let chip_steps: &[Function] = match (sim.list, sim.state) {
        (List::Sims, _) | (List::ChipSims, None | Some(DesiredState::Terminated)) => &[],
        (List::ChipSims, Some(DesiredState::Registered)) => &[Function::BindImei],
        (List::ChipSims, Some(DesiredState::Allocated)) => &[Function::BindImei, Function::Allocate],
        (List::ChipSims, Some(DesiredState::Active | DesiredState::Suspended)) => {
            &[Function::BindImei, Function::Allocate, Function::StartUse]
        }
    };
    functions.extend(chip_steps);
    functions.extend(match sim.state {
        Some(DesiredState::Active) => Some(Function::Resume),
        Some(DesiredState::Suspended) => Some(Function::Suspend),
        Some(DesiredState::Terminated) => Some(Function::Terminate),
        Some(DesiredState::Registered | DesiredState::Allocated) | None => None,
    });
    if sim.terminate_after.is_some() {
        functions.insert(Function::Suspend);
    }
    if sim.plan.is_some() && sim.state != Some(DesiredState::Terminated) {
        functions.insert(Function::ChangePlan);
    }
    functions
}
