//! The rules, one a file. Each takes what it judges and says what is wrong with it; none stops at the
//! first problem.

pub(crate) mod accounts;
pub(crate) mod amounts;
pub(crate) mod card_line;
mod catalogue;
pub(crate) mod console;
pub(crate) mod dates;
pub(crate) mod documents;
mod drift_ignores;
pub(crate) mod driver;
pub(crate) mod duplicates;
pub(crate) mod flaws;
pub(crate) mod fleet_settings;
pub(crate) mod grants;
pub(crate) mod identifiers;
pub(crate) mod metadata;
pub(crate) mod orders;
pub(crate) mod protected;
pub(crate) mod structure;
pub(crate) mod text_format;
pub(crate) mod top_ups;
pub(crate) mod unsupported;

pub use catalogue::against_catalogue;
pub use drift_ignores::too_long as drift_ignores_too_long;
