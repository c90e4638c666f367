//! Why the emulator cannot do something: the world failing, or the carrier refusing.

use std::path::PathBuf;

use crate::carrier::wire::{ErrorBody, ErrorCode, ParameterError};

/// Why an emulator cannot be opened, seeded or served.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// SQLite says no.
    #[error("the emulator's store failed")]
    Store(#[from] rusqlite::Error),
    /// A file or socket says no.
    #[error("the emulator cannot use {what}")]
    Io {
        /// Which file or address.
        what: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Another process has the store open.
    #[error("{} is in use by another emulator", .0.display())]
    InUse(PathBuf),
    /// The store was written by something else.
    #[error("{} is not a store this version can read", .0.display())]
    Foreign(PathBuf),
    /// What the store holds cannot be read.
    #[error("the store holds something that cannot be read: {0}")]
    Corrupt(String),
    /// The seed is wrong; nothing of it was taken.
    #[error("the seed is wrong in {} places, first {}: {}", .0.len(), .0.first().map_or("", |first| &first.name), .0.first().map_or("", |first| &first.reason))]
    Seed(Vec<ParameterError>),
    /// A time outside the emulator's calendar.
    #[error("virtual time cannot go there")]
    Clock,
}

/// Why a request is not answered with success.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The carrier refuses.
    Refused(Refusal),
    /// The emulator is broken: `SYSTEM_ERROR`.
    Broken(Error),
}

/// A refusal as the protocol writes it.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// HTTP status.
    pub(crate) status: u16,
    /// The body.
    pub(crate) body: ErrorBody,
    /// Seconds of `Retry-After`.
    pub(crate) retry_after: Option<u64>,
}

impl Refusal {
    /// A refusal with the code's own status.
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            status: code.status(),
            body: ErrorBody {
                error_code: code.as_str().to_owned(),
                error_message: message.into(),
                parameter_error_list: Vec::new(),
            },
            retry_after: None,
        }
    }

    /// Wrong parameters, all of them.
    pub(crate) fn parameters(list: Vec<ParameterError>) -> Self {
        let mut refusal = Self::new(ErrorCode::InvalidParameter, "a parameter is missing or wrong");
        refusal.body.parameter_error_list = list;
        refusal
    }
}

impl Failure {
    /// The carrier refuses.
    pub(crate) fn refused(code: ErrorCode, message: impl Into<String>) -> Self {
        Self::Refused(Refusal::new(code, message))
    }

    /// One wrong parameter.
    pub(crate) fn parameter(name: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Refused(Refusal::parameters(vec![ParameterError { name: name.into(), reason: reason.into() }]))
    }

    /// `LINE_NOT_FOUND` for whatever there is not.
    pub(crate) fn not_found(what: &str) -> Self {
        Self::refused(ErrorCode::LineNotFound, format!("there is no such {what}"))
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Broken(error)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Broken(Error::Store(error))
    }
}

impl Failure {
    /// Outside HTTP a refusal is an error of the caller's; only seeds and clocks can meet one.
    pub(crate) fn into_error(self) -> Error {
        match self {
            Self::Broken(error) => error,
            Self::Refused(refusal) if refusal.body.parameter_error_list.is_empty() => Error::Corrupt(refusal.body.error_message),
            Self::Refused(refusal) => Error::Seed(refusal.body.parameter_error_list),
        }
    }
}

/// The result of a request.
pub(crate) type Outcome<T> = Result<T, Failure>;
