//! The planner's memory, as it will be when settlements are written: what `plan` goes by, which writes
//! nothing.

use std::sync::Arc;

use crate::domain::Msisdn;
use crate::exec::journal::{OperationRecord, RecordState, Resolution, enter_fee, remembered_order, remembered_purchase};
use crate::exec::settle::{SettledAs, Settlement, Unclear};
use crate::plan::{Memory, RememberedOrder, RememberedPurchase};

/// The planner's memory, as it will be when settlements are written.
pub fn memory_after(mut memory: Memory, settlements: &[Settlement]) -> Memory {
    for Settlement { record, verdict } in settlements {
        memory.in_doubt.retain(|doubtful| doubtful.id != record.id);
        match verdict {
            SettledAs::Confirmed { .. } => confirm(&mut memory, record),
            SettledAs::Accepted(_) => unconfirm(&mut memory, record),
            SettledAs::Rejected { .. } | SettledAs::NotDone(_) => {}
        }
        let settled = settled(record, verdict);
        remember(&mut memory, &settled);
        enter_fee(&mut memory.fees, &settled);
    }
    memory.fees.sort_by(|left, right| left.order().cmp(&right.order()));
    memory
}

/// The planner's memory, which knows of what was found that only a person can tell what it is.
pub fn unclear_in(mut memory: Memory, unclear: &[Unclear]) -> Memory {
    for Unclear { record, note } in unclear {
        if let Some(doubtful) = memory.in_doubt.iter_mut().find(|doubtful| doubtful.id == record.id) {
            doubtful.note.clone_from(note);
            doubtful.asks_a_person = true;
        }
    }
    memory
}

/// The record, as it will be.
fn settled(record: &OperationRecord, verdict: &SettledAs) -> OperationRecord {
    let known = record.application.clone();
    let (state, resolution, application) = match verdict {
        SettledAs::Accepted(application) => (RecordState::Acked, None, Some(application.clone())),
        SettledAs::Confirmed { application: Some(application), effective: _ } => {
            (RecordState::Confirmed, None, Some(application.clone()))
        }
        SettledAs::Confirmed { application: None, effective: _ } => (RecordState::Resolved, Some(Resolution::Done), known),
        SettledAs::Rejected { application, note: _ } => (RecordState::Rejected, None, Some(application.clone())),
        SettledAs::NotDone(_) => (RecordState::Resolved, Some(Resolution::NotDone), known),
    };
    OperationRecord { state, resolution, application, ..record.clone() }
}

/// A purchase is in the memory already, as one in doubt or on its way: it gets its end.
fn remember(memory: &mut Memory, record: &OperationRecord) {
    if let Some(settled) = remembered_purchase(record) {
        let same = |known: &&mut RememberedPurchase| (known.msisdn, &known.purchase) == (settled.msisdn, &settled.purchase);
        if let Some(known) = memory.purchases.iter_mut().find(same) {
            *known = settled;
        }
    }
    if let Some(settled) = remembered_order(record) {
        let attempt = |order: &RememberedOrder| (Arc::clone(&order.name), order.placement.attempt);
        if let Some(known) = memory.orders.iter_mut().find(|known| attempt(known) == attempt(&settled)) {
            *known = settled;
        }
    }
}

/// What an accepted operation changes is neither the old value for sure nor the new one.
fn unconfirm(memory: &mut Memory, record: &OperationRecord) {
    let (Some(msisdn), Some(confirmed)) = (record.subject.msisdn(), &mut memory.confirmed) else { return };
    let released = record.from.system_number.as_ref().map(|_| "systemNumber");
    for field in record.to.lasting().filter_map(|(field, value)| value.map(|_| field)).chain(released) {
        confirmed.remove(&(msisdn, field.into()));
    }
}

fn confirm(memory: &mut Memory, record: &OperationRecord) {
    let Some(msisdn) = record.subject.msisdn() else { return };
    let confirmed = memory.confirmed.get_or_insert_default();
    for (field, value) in record.to.lasting() {
        let key: (Msisdn, Arc<str>) = (msisdn, field.into());
        if let Some(value) = value {
            confirmed.insert(key, value);
        }
    }
    if record.from.system_number.is_some() && record.to.system_number.is_none() {
        confirmed.remove(&(msisdn, "systemNumber".into()));
    }
}
