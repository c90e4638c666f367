//! The header of a document: what it is, before anything else of it is looked at.

use crate::api::{API_VERSION, GROUP};
use crate::diag::{Code, codes, did_you_mean};
use crate::manifest::locate::Header;

/// The kinds of our API group.
pub(crate) const KINDS: &[&str] = &["CarrierAccount", "SimFleet", "SimOrder"];

/// What to do with a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Dispatch {
    CarrierAccount,
    SimFleet,
    SimOrder,
    ConfigMap,
    /// Somebody else's: left alone.
    Foreign,
    /// It means to be ours.
    Wrong {
        code: Code,
        /// The field at which it goes wrong.
        field: &'static str,
        message: String,
        help: String,
    },
}

/// Tells documents apart by version and kind.
pub(crate) fn dispatch(header: &Header) -> Dispatch {
    let kind = header.kind.as_deref();
    match header.api_version.as_deref() {
        Some(API_VERSION) => match kind {
            Some("CarrierAccount") => Dispatch::CarrierAccount,
            Some("SimFleet") => Dispatch::SimFleet,
            Some("SimOrder") => Dispatch::SimOrder,
            Some(other) => Dispatch::Wrong {
                code: codes::UNKNOWN_KIND,
                field: "kind",
                message: format!("{API_VERSION} has no kind {other:?}"),
                help: suggestion(other, KINDS, "the kinds are CarrierAccount, SimFleet and SimOrder"),
            },
            None => Dispatch::Wrong {
                code: codes::MISSING_FIELD,
                field: "",
                message: "the document has no kind".into(),
                help: "the kinds are CarrierAccount, SimFleet and SimOrder".into(),
            },
        },
        Some("v1") if header.is_config_map() => Dispatch::ConfigMap,
        Some(version) => {
            let ours = header.is_ours();
            let nearly =
                header.names_our_kind() && (!version.contains('/') || did_you_mean(version, [API_VERSION, GROUP]).is_some());
            if ours || nearly {
                Dispatch::Wrong {
                    code: codes::UNKNOWN_VERSION,
                    field: "apiVersion",
                    message: format!("apiVersion {version:?} is unknown"),
                    help: format!("this version of simfleet reads {API_VERSION}"),
                }
            } else {
                Dispatch::Foreign
            }
        }
        None if header.names_our_kind() => Dispatch::Wrong {
            code: codes::MISSING_FIELD,
            field: "",
            message: format!("the {} has no apiVersion", kind.unwrap_or_default()),
            help: format!("add apiVersion: {API_VERSION}"),
        },
        None => Dispatch::Foreign,
    }
}

fn suggestion(found: &str, known: &[&str], otherwise: &str) -> String {
    did_you_mean(found, known.iter().copied()).map_or_else(|| otherwise.to_owned(), |name| format!("did you mean {name}?"))
}
