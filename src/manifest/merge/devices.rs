//! One device, one chip SIM: which of the IMEIs that are bound can be declared.

use std::collections::{BTreeMap, BTreeSet};

use super::decide::Decision;
use crate::domain::{DesiredSim, DesiredState, Imei};

/// Takes out the IMEIs that would be declared of two lines, whichever line comes first, and gives the devices that are
/// declared in the end. What is left now is left the next time too.
pub(super) fn settle(lines: &mut [(&DesiredSim, Decision)]) -> BTreeSet<String> {
    loop {
        let mut lines_of: BTreeMap<String, usize> = BTreeMap::new();
        for device in lines.iter().filter_map(|(sim, decision)| declared(sim, decision)) {
            *lines_of.entry(device).or_default() += 1;
        }
        let mut is_settled = true;
        for (sim, decision) in lines.iter_mut() {
            let Some(bound) = edited(decision) else { continue };
            if declared(sim, decision).and_then(|device| lines_of.get(&device)).is_some_and(|lines| *lines > 1) {
                decision.edits.retain(|(field, _)| *field != "imei");
                decision.left.push(format!("IMEI {bound} is bound to it, and to another line that is declared"));
                is_settled = false;
            }
        }
        if is_settled {
            return lines_of.into_keys().collect();
        }
    }
}

fn edited(decision: &Decision) -> Option<Imei> {
    decision.edits.iter().find(|(field, _)| *field == "imei").and_then(|(_, value)| Imei::parse(value).ok())
}

/// The device that a line declares in the end; a tombstone sets its device free.
fn declared(sim: &DesiredSim, decision: &Decision) -> Option<String> {
    let ends = decision.edits.iter().any(|(field, value)| *field == "state" && value == DesiredState::Terminated.as_str());
    let imei = edited(decision).or(sim.imei)?;
    (!ends && sim.state != Some(DesiredState::Terminated)).then(|| imei.device().to_owned())
}
