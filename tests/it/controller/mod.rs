//! The controller: its pure decisions, and what it does on a real API server.

mod accept;
mod both_doors;
mod deploy;
mod e2e;
mod keep;
mod leases;
mod permit;
mod plan_body;
mod reconcile;
mod rig;
mod status;
mod view;
mod watching;
mod world;
