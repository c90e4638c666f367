//! Who we are at a carrier: contractor id and password, from the environment or a file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// Contractor id and password. The password shows in no `Debug`, log or error.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// 契約者ID.
    pub contractor_id: String,
    /// Its password.
    pub password: SecretString,
}

impl Credentials {
    /// From plain text.
    pub fn new(contractor_id: impl Into<String>, password: impl Into<String>) -> Self {
        Self { contractor_id: contractor_id.into(), password: SecretString::from(password.into()) }
    }

    /// From the values of `SIMFLEET_CONTRACTOR_ID` and `SIMFLEET_PASSWORD`; `None` where neither is set.
    pub fn from_environment(contractor_id: Option<&str>, password: Option<&str>) -> Result<Option<Self>, CredentialsError> {
        match (contractor_id.filter(|text| !text.is_empty()), password.filter(|text| !text.is_empty())) {
            (None, None) => Ok(None),
            (Some(id), Some(password)) => Ok(Some(Self::new(id, password))),
            (None, Some(_)) => Err(CredentialsError::HalfSet { set: "SIMFLEET_PASSWORD", missing: "SIMFLEET_CONTRACTOR_ID" }),
            (Some(_), None) => Err(CredentialsError::HalfSet { set: "SIMFLEET_CONTRACTOR_ID", missing: "SIMFLEET_PASSWORD" }),
        }
    }
}

/// Why there are no credentials.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// One of the two variables.
    #[error("{set} is set and {missing} is not; set both")]
    HalfSet {
        /// The one that is there.
        set: &'static str,
        /// The one that is not.
        missing: &'static str,
    },
    /// The file cannot be read.
    #[error("cannot read the credentials file {}", .file.display())]
    Unreadable {
        /// Which.
        file: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Not TOML, or of another shape. The text of the file is not repeated: it holds passwords.
    #[error("the credentials file {}, line {line}: {problem}; an account is `[name]` with `contractorId` and `password`", .file.display())]
    Malformed {
        /// Which.
        file: PathBuf,
        /// From 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// No table of that name.
    #[error("the credentials file {} has no account `{account}` (it has {})", .file.display(), .known.join(", "))]
    UnknownAccount {
        /// Which.
        file: PathBuf,
        /// The account that was asked for.
        account: String,
        /// The accounts that are there.
        known: Vec<String>,
    },
}

/// A credentials file: a table per account.
///
/// ```toml
/// [main]
/// contractorId = "C0001234"
/// password = "…"
/// ```
#[derive(Debug, Clone)]
pub struct CredentialsFile {
    file: PathBuf,
    accounts: BTreeMap<String, Entry>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Entry {
    contractor_id: String,
    password: SecretString,
}

impl CredentialsFile {
    /// Reads a file.
    pub fn read(file: &Path) -> Result<Self, CredentialsError> {
        let unreadable = |source| CredentialsError::Unreadable { file: file.to_owned(), source };
        let text = std::fs::read_to_string(file).map_err(unreadable)?;
        Self::parse(file, &text)
    }

    /// Takes the text of a file.
    pub fn parse(file: &Path, text: &str) -> Result<Self, CredentialsError> {
        let accounts = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            CredentialsError::Malformed {
                file: file.to_owned(),
                line: before.matches('\n').count() + 1,
                problem: without_values(error.message()),
            }
        })?;
        Ok(Self { file: file.to_owned(), accounts })
    }

    /// The credentials of an account.
    pub fn account(&self, name: &str) -> Result<Credentials, CredentialsError> {
        let entry = self.accounts.get(name).ok_or_else(|| CredentialsError::UnknownAccount {
            file: self.file.clone(),
            account: name.to_owned(),
            known: self.accounts.keys().cloned().collect(),
        })?;
        Ok(Credentials::new(entry.contractor_id.as_str(), entry.password.expose_secret()))
    }
}

/// A parser quotes the value that it stumbles over, and here that may be a password.
fn without_values(message: &str) -> String {
    if message.contains("invalid type") || message.contains("invalid value") {
        "a value is no text (quote it)".to_owned()
    } else {
        message.to_owned()
    }
}

/// The permission bits of a file that everybody on this machine may read. Worth a warning and no more: a
/// Secret that a cluster mounts has such bits, and nobody else to read them.
#[cfg(unix)]
pub fn exposed(file: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(file).ok()?.permissions().mode() & 0o777;
    (mode & 0o004 != 0).then(|| format!("{mode:03o}"))
}

/// Other systems have no such bits.
#[cfg(not(unix))]
pub fn exposed(_file: &Path) -> Option<String> {
    None
}
