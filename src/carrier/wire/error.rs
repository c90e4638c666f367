//! Error answers.

use serde::{Deserialize, Serialize};

/// The body of every answer that is no success.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// One of [`ErrorCode`]'s names, or one this version does not know.
    pub error_code: String,
    /// For people.
    #[serde(default)]
    pub error_message: String,
    /// Which parameters are wrong, and why.
    #[serde(default)]
    pub parameter_error_list: Vec<ParameterError>,
}

/// What is wrong with one parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParameterError {
    /// Its name, as a path (`items[3].imei`).
    pub name: String,
    /// Why.
    pub reason: String,
}

macro_rules! error_codes {
    ($($(#[$doc:meta])* $variant:ident = $status:literal, $name:literal;)+) => {
        /// The error codes of the protocol, each with its HTTP status.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ErrorCode {
            $($(#[$doc])* $variant,)+
        }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The name on the wire.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// The HTTP status it comes with.
            pub fn status(self) -> u16 {
                match self {
                    $(Self::$variant => $status,)+
                }
            }
        }
    };
}

error_codes! {
    /// A parameter is missing or wrong.
    InvalidParameter = 400, "INVALID_PARAMETER";
    /// No token, an unknown one or an expired one; wrong id or password.
    Unauthenticated = 401, "UNAUTHENTICATED";
    /// The service does not offer this function.
    FunctionNotAvailable = 403, "FUNCTION_NOT_AVAILABLE";
    /// Somebody else's line or system number.
    NotOwner = 403, "NOT_OWNER";
    /// No such line, chip SIM, application or plan.
    LineNotFound = 404, "LINE_NOT_FOUND";
    /// Not legal in this state.
    InvalidState = 409, "INVALID_STATE";
    /// Another mutation of the line is open.
    ApplicationInProgress = 409, "APPLICATION_IN_PROGRESS";
    /// The chip has an IMEI, or the IMEI has a chip.
    ImeiAlreadyBound = 409, "IMEI_ALREADY_BOUND";
    /// The application can no longer be cancelled.
    NotCancellable = 409, "NOT_CANCELLABLE";
    /// Plan changes are closed until the month's end.
    CutoffPassed = 409, "CUTOFF_PASSED";
    /// More than 3,000 rows.
    TooManyRows = 413, "TOO_MANY_ROWS";
    /// Too many requests; `Retry-After` says when to come again.
    RateLimited = 429, "RATE_LIMITED";
    /// A fault of the carrier's. **The outcome of a mutation is unknown.**
    SystemError = 500, "SYSTEM_ERROR";
    /// Closed for maintenance; `Retry-After` says until when.
    Maintenance = 503, "MAINTENANCE";
}
