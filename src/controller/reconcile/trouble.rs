//! What failed, as it stands in the account's conditions: which trouble, and what to do. Texts do not differ from one
//! attempt to the next, or every attempt would be a change of the status.

use super::logging::{causes_of, masked};
use super::{Trouble, TroubleKind};
use crate::carrier::http::EndpointError;
use crate::carrier::wire::ErrorCode;
use crate::carrier::{CarrierError, ObserveError, RetryClass};
use crate::controller::credentials::CredentialsTrouble;
use crate::controller::keep::KeptError;
use crate::exec::{ExecError, JournalError, KeepError};

fn trouble(kind: TroubleKind, message: impl Into<String>) -> Trouble {
    Trouble { kind, message: message.into() }
}

pub(super) fn of_credentials(error: &CredentialsTrouble) -> Trouble {
    match error {
        CredentialsTrouble::Missing(_) | CredentialsTrouble::Incomplete { .. } | CredentialsTrouble::Forbidden(_) => {
            trouble(TroubleKind::CredentialsMissing, error.to_string())
        }
        CredentialsTrouble::Api { .. } => trouble(TroubleKind::ClusterUnavailable, causes_of(error)),
    }
}

pub(super) fn of_endpoint(error: &EndpointError) -> Trouble {
    trouble(TroubleKind::CarrierUnreachable, causes_of(error))
}

pub(super) fn of_carrier(error: &CarrierError) -> Trouble {
    if error.code() == Some(ErrorCode::Maintenance) {
        return trouble(TroubleKind::CarrierMaintenance, "the carrier is in maintenance; it is asked again until it is back");
    }
    if error.class() == RetryClass::Auth {
        let text = "the carrier refuses the credentials; correct the Secret that the account names in credentialsRef";
        return trouble(TroubleKind::CredentialsRefused, text);
    }
    let hint = error.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
    trouble(TroubleKind::CarrierUnreachable, masked(&format!("{error}{hint}")))
}

pub(super) fn of_observe(error: ObserveError) -> Trouble {
    match error {
        ObserveError::Carrier(error) => of_carrier(&error),
        ObserveError::Incomplete { list, .. } => {
            let text =
                format!("the carrier's list of {list} does not add up; nothing is planned from a part, it is listed again");
            trouble(TroubleKind::ObservationIncomplete, text)
        }
        ObserveError::Unattributed(_) | ObserveError::NoClock => trouble(TroubleKind::ObservationIncomplete, error.to_string()),
    }
}

pub(super) fn of_journal(error: &JournalError) -> Trouble {
    match error {
        JournalError::Held(_) | JournalError::Lost(_) => trouble(TroubleKind::JournalHeldElsewhere, error.to_string()),
        JournalError::Unopenable { .. }
        | JournalError::Database { .. }
        | JournalError::Newer { .. }
        | JournalError::OtherCarrier { .. }
        | JournalError::Audit(_)
        | JournalError::Corrupt { .. } => trouble(TroubleKind::Defect, causes_of(error)),
    }
}

fn of_keep(error: &KeepError) -> Trouble {
    let kind = if error.is_lost() { TroubleKind::JournalHeldElsewhere } else { TroubleKind::ClusterUnavailable };
    trouble(kind, error.to_string())
}

pub(super) fn of_kept(error: KeptError) -> Trouble {
    match error {
        KeptError::Api(error) => of_api(&error),
        KeptError::Lost(_) => trouble(TroubleKind::JournalHeldElsewhere, error.to_string()),
        KeptError::Journal(error) => of_journal(&error),
        KeptError::Kept(error) => of_keep(&error),
        KeptError::Carrier(error) => of_carrier(&error),
    }
}

pub(super) fn of_exec(error: ExecError) -> Trouble {
    match error {
        ExecError::Journal(error) => of_journal(&error),
        ExecError::Carrier(error) => of_carrier(&error),
        ExecError::Kept(error) => of_keep(&error),
        ExecError::NoAccount(_) => trouble(TroubleKind::Defect, error.to_string()),
    }
}

pub(super) fn of_api(error: &kube::Error) -> Trouble {
    trouble(TroubleKind::ClusterUnavailable, format!("the Kubernetes API failed: {}", causes_of(error)))
}
