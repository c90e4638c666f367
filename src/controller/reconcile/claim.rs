//! Two account objects for one contractor: the younger one is refused, and never do both work.
//!
//! An account says whose lines it stands for in `status.carrier` **before** it lists the others afresh, so of two that
//! come at the same time one at least sees the other. The younger stands back for good; the older waits until the
//! younger has said that it does.

use kube::api::{DynamicObject, ListParams};
use serde_json::json;

use super::tell::write_status;
use super::trouble;
use super::turn::{End, Pass};
use crate::api::Condition;
use crate::api::status::{CarrierAccountStatus, CarrierStatus};
use crate::controller::object::{Object, ObjectKind};
use crate::controller::resource::api;
use crate::controller::status::{Trouble, TroubleKind, claim_of, previous};
use crate::controller::{keep, watch};
use crate::domain::CarrierIdentity;

/// Whether an account may work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rivalry {
    /// It may.
    Alone,
    /// An older account stands for the same contractor.
    Younger(String),
    /// A younger one does, and has not stood back yet.
    NotYet(String),
}

/// Judges an account among the others, by their statuses. `is_new`: this process did not work on it before, so
/// a younger one may be at work. Pure.
pub fn rivalry(me: &Object, identity: &str, is_new: bool, others: &[Object]) -> Rivalry {
    let seniority = |account: &Object| (account.created, account.uid.clone());
    let is_me = |other: &&Object| other.uid == me.uid;
    let same = others.iter().filter(|other| !is_me(other)).filter_map(|other| Some((other, claim_of(other)?)));
    let mut waits_for = None;
    for (other, claim) in same.filter(|(_, claim)| claim.identity == identity) {
        let place = format!("CarrierAccount {} in namespace {}", other.name, other.namespace);
        if seniority(other) < seniority(me) {
            return Rivalry::Younger(place);
        }
        if is_new && !claim.stands_back {
            waits_for.get_or_insert(place);
        }
    }
    waits_for.map_or(Rivalry::Alone, Rivalry::NotYet)
}

/// Makes sure that this account is the one that stands for its contractor.
pub(super) async fn claim(pass: &mut Pass<'_>, identity: &CarrierIdentity, is_new: bool, others: &[Object]) -> Result<(), End> {
    let mine = CarrierStatus { host: identity.host.clone(), identity: keep::digest(identity) };
    let is_alone = if is_new {
        publish_and_look(pass, &mine).await.map_err(|error| trouble::of_api(&error))?
    } else {
        rivalry(&pass.view.account, &mine.identity, false, others)
    };
    let trouble = match is_alone {
        Rivalry::Alone => {
            pass.carrier = Some(mine);
            return Ok(());
        }
        Rivalry::Younger(other) => Trouble {
            kind: TroubleKind::DuplicateAccount,
            message: format!("{other} is older and stands for the same contractor at {}; delete one of the two", mine.host),
        },
        Rivalry::NotYet(other) => Trouble {
            kind: TroubleKind::JournalHeldElsewhere,
            message: format!(
                "{other} is younger, stands for the same contractor at {} and has not stood back yet; if no controller watches \
                 it, delete one of the two",
                mine.host
            ),
        },
    };
    pass.carrier = Some(mine);
    Err(End::Trouble(trouble))
}

async fn publish_and_look(pass: &mut Pass<'_>, mine: &CarrierStatus) -> kube::Result<Rivalry> {
    if previous::<CarrierAccountStatus>(&pass.view.account).carrier.as_ref() != Some(mine) {
        publish(pass, mine, None).await?;
    }
    let accounts_now = accounts(pass).await?;
    let found = rivalry(&pass.view.account, &mine.identity, true, &accounts_now);
    // As the API server has it: the watch may be late.
    let me = accounts_now.iter().find(|account| account.uid == pass.view.account.uid);
    let stood_back = me.and_then(claim_of).is_some_and(|claim| claim.stands_back);
    if found != Rivalry::Alone || !stood_back {
        return Ok(found);
    }
    // It comes forward again. An older one that comes now, too, must not rely on what was said before.
    publish(pass, mine, Some(Vec::new())).await?;
    Ok(rivalry(&pass.view.account, &mine.identity, true, &accounts(pass).await?))
}

/// Says whose lines these are, and maybe nothing more for now.
async fn publish(pass: &mut Pass<'_>, mine: &CarrierStatus, conditions: Option<Vec<Condition>>) -> kube::Result<()> {
    let before: CarrierAccountStatus = previous(&pass.view.account);
    let conditions = conditions.unwrap_or_else(|| before.conditions.clone());
    let status = json!(CarrierAccountStatus { carrier: Some(mine.clone()), conditions, ..before });
    pass.view.account.status = status.to_string().into();
    write_status(pass.shared.client.clone(), pass.view.account.clone(), status).await
}

/// All accounts that are watched, as they are now.
async fn accounts(pass: &Pass<'_>) -> kube::Result<Vec<Object>> {
    let namespaces = &pass.shared.options.namespaces;
    let scopes: Vec<Option<&str>> =
        if namespaces.is_empty() { vec![None] } else { namespaces.iter().map(|name| Some(name.as_str())).collect() };
    let mut found = Vec::new();
    for scope in scopes {
        let accounts = api::<DynamicObject>(&pass.shared.client, ObjectKind::CarrierAccount.as_str(), scope);
        let listed = accounts.list(&ListParams::default()).await?.items;
        found.extend(listed.into_iter().map(|account| watch::object(ObjectKind::CarrierAccount, account)));
    }
    Ok(found)
}
