//! What an apply makes the journal keep of a line's protection. It is no operation: the carrier sees
//! nothing of it, it needs no approval, and it is no part of a plan's id, so that a plan made with the journal
//! is the one that was made without it. It stands in the plan all the same, because a plan that is stored has
//! nothing else that tells what was declared.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::{Desired, DesiredSim, Msisdn, Protection};
use crate::plan::{Memory, Operation, ProtectionItem};

/// The lines whose protection changes, sorted. One that is lifted is named where it was remembered, or where
/// the plan stops the line: who applies that may have a journal which the planner had not.
pub(crate) fn changes(
    desired: &Desired,
    sims: &[&DesiredSim],
    selected: &dyn Fn(&DesiredSim) -> bool,
    memory: &Memory,
    operations: &[Operation],
) -> Vec<ProtectionItem> {
    let stops = |operation: &&Operation| operation.change.kind().stops_a_line();
    let stopped: BTreeSet<Msisdn> = operations.iter().filter(stops).filter_map(|operation| operation.subject.msisdn()).collect();
    let changes = |sim: &&&DesiredSim| {
        let remembered = memory.protected.contains(&sim.msisdn);
        match sim.protection {
            Protection::Protected => !remembered,
            Protection::Lifted => remembered || stopped.contains(&sim.msisdn),
            Protection::Unsaid => false,
        }
    };
    let item = |sim: &&DesiredSim| ProtectionItem {
        account: Arc::clone(&desired.account),
        msisdn: sim.msisdn,
        protected: sim.protection == Protection::Protected,
    };
    sims.iter().filter(|sim| selected(sim)).filter(changes).map(item).collect()
}
