//! An approval is used once: it is taken away before the first thing is sent because of it.

use kube::api::{Patch, PatchParams};
use serde_json::json;

use super::turn::Pass;
use crate::controller::names;
use crate::controller::resource::objects;
use crate::controller::watch;

/// Takes the approval of the account's plan away. False: it is not what was read any more, and nothing was taken.
pub(super) async fn take(pass: &mut Pass<'_>) -> kube::Result<bool> {
    let account = &pass.view.account;
    let accounts = objects(&pass.shared.client, account.kind, &account.namespace);
    let Some(found) = accounts.get_opt(&account.name).await? else { return Ok(false) };
    let found = watch::object(account.kind, found);
    let said = |object: &crate::controller::object::Object| {
        [names::APPROVE, names::ACK].map(|name| object.annotations.get(name).cloned())
    };
    if found.uid != account.uid || said(&found) != said(account) {
        return Ok(false);
    }
    let change = json!({"metadata": {
        "resourceVersion": found.resource_version,
        "annotations": {names::APPROVE: null, names::ACK: null},
    }});
    let how = PatchParams { field_manager: Some(names::FIELD_MANAGER.to_owned()), ..PatchParams::default() };
    match accounts.patch_metadata(&account.name, &how, &Patch::Merge(change)).await {
        Ok(_) => {}
        Err(kube::Error::Api(status)) if status.is_conflict() || status.is_not_found() => return Ok(false),
        Err(error) => return Err(error),
    }
    tracing::info!(account = %account.key(), approve = ?said(account)[0], ack = ?said(account)[1], "approval used");
    for name in [names::APPROVE, names::ACK] {
        pass.view.account.annotations.remove(name);
    }
    Ok(true)
}
