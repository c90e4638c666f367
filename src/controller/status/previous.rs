//! What stood in a status before.

use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;

use super::reasons;
use crate::api::status::CarrierAccountStatus;
use crate::api::{Condition, ConditionType};
use crate::controller::object::Object;

/// An object's status; an empty one where there is none, or none that can be read.
pub(crate) fn previous<S: DeserializeOwned + Default>(object: &Object) -> S {
    serde_json::from_str::<Option<S>>(&object.status).ok().flatten().unwrap_or_default()
}

/// Whom an account says that it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claim {
    /// The digest of carrier and contractor.
    pub(crate) identity: String,
    /// Whether it stands back behind an older account.
    pub(crate) stands_back: bool,
}

/// What an account's status claims; `None` where it says nothing of the kind yet.
pub(crate) fn claim_of(account: &Object) -> Option<Claim> {
    let CarrierAccountStatus { carrier, conditions, .. } = previous(account);
    let stands_back = stands_back(&conditions);
    carrier.map(|carrier| Claim { identity: carrier.identity, stands_back })
}

/// Whether these conditions say that an older account stands for the same contractor.
pub(super) fn stands_back(conditions: &[Condition]) -> bool {
    conditions.iter().any(|condition| condition.kind == ConditionType::Accepted && condition.reason == reasons::DUPLICATE_ACCOUNT)
}

/// Whether a time is so much earlier than another one. One that cannot be read is.
pub(super) fn is_older(before: Option<&String>, next: Option<&String>, by: SignedDuration) -> bool {
    let read = |text: Option<&String>| text.and_then(|text| text.parse::<Timestamp>().ok());
    match (read(before), read(next)) {
        (Some(before), Some(next)) => next.duration_since(before) >= by,
        (None, Some(_)) => true,
        (_, None) => false,
    }
}
