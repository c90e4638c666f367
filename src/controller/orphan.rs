//! Fleets and orders whose account is not there: they are told so, and nothing of theirs is kept waiting.

use std::sync::Arc;

use jiff::Timestamp;
use kube::Client;
use kube::api::{Patch, PatchParams};
use serde_json::{Value, json};

use crate::api::{Condition, ConditionStatus, ConditionType};
use crate::controller::names;
use crate::controller::object::Object;
use crate::controller::resource::objects;
use crate::diag::{Code, codes, did_you_mean};

/// What an orphan's status has to be. None: it is so already. Pure.
pub fn status(orphan: &Object, account: &str, accounts: &[Arc<str>], now: Timestamp) -> Option<Value> {
    let (code, message) = verdict(account, &orphan.namespace, accounts);
    let before: Value = serde_json::from_str(&orphan.status).unwrap_or_default();
    let known: Vec<Condition> =
        before.get("conditions").and_then(|known| serde_json::from_value(known.clone()).ok()).unwrap_or_default();
    let condition = |kind, status| {
        let since = known.iter().find(|before| before.kind == kind && before.status == status);
        Condition {
            kind,
            status,
            observed_generation: Some(orphan.generation),
            last_transition_time: since.map_or_else(|| now.to_string(), |before| before.last_transition_time.clone()),
            reason: code.as_str().to_owned(),
            message: message.clone(),
        }
    };
    let conditions = [
        condition(ConditionType::Ready, ConditionStatus::False),
        condition(ConditionType::Reconciling, ConditionStatus::False),
        condition(ConditionType::Stalled, ConditionStatus::True),
        condition(ConditionType::Accepted, ConditionStatus::False),
        condition(ConditionType::DriftDetected, ConditionStatus::Unknown),
        condition(ConditionType::InDoubt, ConditionStatus::Unknown),
        condition(ConditionType::Blocked, ConditionStatus::Unknown),
    ];
    (known != conditions).then(|| json!({"observedGeneration": orphan.generation, "conditions": conditions}))
}

fn verdict(account: &str, namespace: &str, accounts: &[Arc<str>]) -> (Code, String) {
    if account.is_empty() {
        return (codes::MISSING_FIELD, "spec.accountRef.name is missing: it names the account whose lines these are".to_owned());
    }
    let help = match did_you_mean(account, accounts.iter().map(|name| &**name)) {
        Some(meant) => format!("did you mean {meant}?"),
        None if accounts.is_empty() => "there is none".to_owned(),
        None => format!("there are {}", accounts.iter().map(|name| &**name).collect::<Vec<_>>().join(", ")),
    };
    (codes::UNKNOWN_ACCOUNT, format!("there is no CarrierAccount named {account} in namespace {namespace}; {help}"))
}

/// Tells an orphan that it is one, and lets it go if it is being deleted: with its account gone nobody can cancel
/// anything for it any more.
pub(crate) async fn tell(
    client: &Client,
    orphan: &Object,
    account: &str,
    accounts: &[Arc<str>],
    now: Timestamp,
) -> kube::Result<()> {
    let api = objects(client, orphan.kind, &orphan.namespace);
    let how = PatchParams { field_manager: Some(names::FIELD_MANAGER.to_owned()), ..PatchParams::default() };
    let outcome = if orphan.deleting {
        if !orphan.finalizers.iter().any(|finalizer| finalizer == names::FINALIZER) {
            return Ok(());
        }
        tracing::warn!(object = %orphan.place(), namespace = %orphan.namespace, "deleted after its account: what it had open at the carrier goes on");
        let left: Vec<&String> = orphan.finalizers.iter().filter(|finalizer| *finalizer != names::FINALIZER).collect();
        let metadata = json!({"finalizers": left, "resourceVersion": orphan.resource_version});
        api.patch(&orphan.name, &how, &Patch::Merge(json!({"metadata": metadata}))).await
    } else {
        let Some(status) = status(orphan, account, accounts, now) else { return Ok(()) };
        api.patch_status(&orphan.name, &how, &Patch::Merge(json!({"status": status}))).await
    };
    match outcome {
        Ok(_) => Ok(()),
        Err(kube::Error::Api(status)) if status.is_not_found() => Ok(()),
        Err(error) => Err(error),
    }
}
