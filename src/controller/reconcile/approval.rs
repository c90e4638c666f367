//! An approval is used once, and for no other plan than its own: it is taken away before the first thing is sent because of
//! it, and when it is of another plan. What was approved one day must not be sent another day, when the same is planned again.

use kube::api::{Patch, PatchParams};
use serde_json::json;

use super::turn::Pass;
use crate::controller::names;
use crate::controller::permit::Permit;
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
    for name in [names::APPROVE, names::ACK] {
        pass.view.account.annotations.remove(name);
    }
    Ok(true)
}

/// Takes an approval away that is of another plan, and says so.
pub(super) async fn refuse(pass: &mut Pass<'_>, permit: &Permit) -> kube::Result<()> {
    if take(pass).await? {
        for problem in &permit.problems {
            pass.warn("ApprovalRefused", "Plan", format!("{problem}; the annotation is removed")).await;
        }
    }
    Ok(())
}
