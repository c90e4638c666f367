//! The annotation by which a person settles an operation in doubt.

use kube::api::{Patch, PatchParams};
use serde_json::json;

use super::KeptError;
use super::operations::{Known, KnownObject, Operations};
use crate::carrier::Carrier;
use crate::controller::names::{FIELD_MANAGER, RESOLVE};
use crate::domain::ApplicationNumber;
use crate::exec::by_hand::{self, Decision};
use crate::exec::journal::{Journal, OperationRecord};

/// What became of somebody's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByHand {
    /// The operation as it was, in doubt.
    pub record: OperationRecord,
    /// What the annotation says.
    pub said: String,
    /// What was settled, or why it was not. A refused annotation stays, and is looked at again: it is for the person to
    /// correct.
    pub outcome: Result<Decision, String>,
}

/// Reads a decision: `done`, `not-done` or `application=NUMBER`.
pub fn decision(text: &str) -> Result<Decision, String> {
    match text.trim() {
        "done" => Ok(Decision::Done),
        "not-done" => Ok(Decision::NotDone),
        text => match text.strip_prefix("application=").map(str::trim).filter(|number| !number.is_empty()) {
            Some(number) => Ok(Decision::Became(ApplicationNumber::new(number))),
            None => Err(format!("{text:?} is none of done, not-done and application=NUMBER")),
        },
    }
}

/// Settles what people said of the operations in doubt. One read for each of them; nothing where there is none.
pub(super) async fn resolve(
    operations: &Operations,
    journal: &mut Journal,
    carrier: &dyn Carrier,
) -> Result<Vec<ByHand>, KeptError> {
    let doubtful: Vec<OperationRecord> =
        journal.open_operations()?.into_iter().filter(|record| record.state.is_in_doubt()).collect();
    let mut settled = Vec::new();
    for record in doubtful {
        if !operations.known().contains_key(&record.id) {
            continue;
        }
        let Some(object) = operations.api.get_opt(&record.id.0).await? else { continue };
        let Ok(found) = KnownObject::read(object) else { continue };
        let Some(said) = found.metadata.annotations.as_ref().and_then(|annotations| annotations.get(RESOLVE)).cloned() else {
            continue;
        };
        let outcome = match decision(&said) {
            Ok(decision) => settle(operations, journal, carrier, &record, &found, decision).await?,
            Err(why) => Err(why),
        };
        settled.push(ByHand { record, said, outcome });
    }
    if !settled.is_empty() {
        journal.keep_changes().await??;
    }
    Ok(settled)
}

async fn settle(
    operations: &Operations,
    journal: &mut Journal,
    carrier: &dyn Carrier,
    record: &OperationRecord,
    found: &KnownObject,
    decision: Decision,
) -> Result<Result<Decision, String>, KeptError> {
    if let Err(why) = by_hand::check(journal, record, &decision)? {
        return Ok(Err(why.to_string()));
    }
    if let Some(application) = decision.application()
        && let Err(why) = by_hand::look_up(carrier, record, application).await?
    {
        return Ok(Err(why.to_string()));
    }
    // First of all: said once, it must never be taken for a word on a later call.
    take_back(operations, record, found).await?;
    by_hand::write(journal, std::slice::from_ref(record), &decision)?;
    Ok(Ok(decision))
}

/// Removes the annotation from the object as it was read. Somebody who writes it at the same time is heard by the next
/// reconciliation.
async fn take_back(operations: &Operations, record: &OperationRecord, found: &KnownObject) -> Result<(), KeptError> {
    let version = &found.metadata.resource_version;
    let change = json!({"metadata": {"resourceVersion": version, "annotations": {RESOLVE: null}}});
    let how = PatchParams { field_manager: Some(FIELD_MANAGER.to_owned()), ..PatchParams::default() };
    let written = operations.api.patch(&record.id.0, &how, &Patch::Merge(change)).await?;
    let mut known = operations.known();
    if let (Some(Known::Object(known)), Ok(written)) = (known.get_mut(&record.id), KnownObject::read(written)) {
        // Only if nobody else wrote the rest: that is found out by the next write.
        if (&known.spec, &known.status) == (&written.spec, &written.status) {
            known.metadata = written.metadata;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_is_one_of_three() {
        assert_eq!(decision("done"), Ok(Decision::Done));
        assert_eq!(decision(" not-done\n"), Ok(Decision::NotDone));
        assert_eq!(decision("application=A000123"), Ok(Decision::Became("A000123".into())));
        for text in ["", "yes", "application", "application=", "Done", "notDone"] {
            assert!(decision(text).is_err(), "{text:?}");
        }
    }
}
