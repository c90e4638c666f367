//! The emulator on the network.

pub(crate) mod account;
pub(crate) mod applications;
pub(crate) mod bulk;
pub(crate) mod call;
pub(crate) mod control;
pub(crate) mod fields;
mod gate;
mod limit;
pub(crate) mod lines;
pub(crate) mod lists;
mod metering;
pub(crate) mod orders;
pub(crate) mod routes;
mod server;
mod socket;

pub use server::Server;
pub(crate) use server::serve;
