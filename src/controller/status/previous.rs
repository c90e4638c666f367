//! What stood in a status before.

use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;

use crate::controller::object::Object;

/// An object's status; an empty one where there is none, or none that can be read.
pub(crate) fn previous<S: DeserializeOwned + Default>(object: &Object) -> S {
    serde_json::from_str::<Option<S>>(&object.status).ok().flatten().unwrap_or_default()
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
