//! One file a command.

pub(super) mod apply;
pub(super) mod audit;
pub(super) mod completions;
#[cfg(feature = "controller")]
pub(super) mod controller;
#[cfg(feature = "controller")]
pub(super) mod crd;
pub(super) mod doctor;
pub(super) mod drift;
pub(super) mod emulator;
pub(super) mod explain;
pub(super) mod fmt;
pub(super) mod get;
pub(super) mod import;
pub(super) mod man;
pub(super) mod observe;
pub(super) mod ops;
pub(super) mod plan;
pub(super) mod report;
pub(super) mod reveal;
pub(super) mod schema;
pub(super) mod show;
pub(super) mod validate;
