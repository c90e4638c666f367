//! The controller: its pure decisions, and what it does on a real API server.

mod accept;
mod keep;
mod permit;
mod plan_body;
mod status;
mod view;
mod world;
