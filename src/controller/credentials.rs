//! The credentials of an account: the Secret that it names, read afresh by every reconciliation, so that a rotated
//! password is used at once and none is kept in a cache of secrets.

use k8s_openapi::api::core::v1::Secret;
use kube::{Api, Client};

use crate::carrier::Credentials;

/// The key of the contractor id.
const CONTRACTOR_ID: &str = "contractorId";
/// The key of the password.
const PASSWORD: &str = "password";

/// Why there are no credentials. No variant repeats what a Secret holds.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsTrouble {
    /// There is no such Secret.
    #[error("there is no Secret {0} in the account's namespace; create it with the keys contractorId and password")]
    Missing(String),
    /// Keys are missing, empty, or not text.
    #[error("the Secret {name} has no text under {}; it needs contractorId and password", .keys.join(" and "))]
    Incomplete {
        /// Its name.
        name: String,
        /// Which keys.
        keys: Vec<&'static str>,
    },
    /// The controller may not read it.
    #[error("the controller may not read the Secret {0}; give its role `get` on secrets in this namespace")]
    Forbidden(String),
    /// The API server did not answer.
    #[error("the Secret {name} cannot be read")]
    Api {
        /// Its name.
        name: String,
        /// Why.
        #[source]
        source: kube::Error,
    },
}

/// Reads them.
pub async fn read(client: &Client, namespace: &str, name: &str) -> Result<Credentials, CredentialsTrouble> {
    let secrets: Api<Secret> = Api::namespaced(client.clone(), namespace);
    let secret = match secrets.get(name).await {
        Ok(secret) => secret,
        Err(kube::Error::Api(status)) if status.is_not_found() => return Err(CredentialsTrouble::Missing(name.to_owned())),
        Err(kube::Error::Api(status)) if status.is_forbidden() => return Err(CredentialsTrouble::Forbidden(name.to_owned())),
        Err(source) => return Err(CredentialsTrouble::Api { name: name.to_owned(), source }),
    };
    let data = secret.data.unwrap_or_default();
    // Most editors and `echo` end a file with a line feed, which is part of no credential.
    let text = |key: &str| {
        let text = std::str::from_utf8(&data.get(key)?.0).ok()?.trim_end_matches(['\r', '\n']);
        (!text.is_empty()).then(|| text.to_owned())
    };
    match (text(CONTRACTOR_ID), text(PASSWORD)) {
        (Some(contractor), Some(password)) => Ok(Credentials::new(contractor, password)),
        (contractor, password) => {
            let keys = [(CONTRACTOR_ID, contractor.is_none()), (PASSWORD, password.is_none())];
            let keys = keys.into_iter().filter(|(_, missing)| *missing).map(|(key, _)| key).collect();
            Err(CredentialsTrouble::Incomplete { name: name.to_owned(), keys })
        }
    }
}
