//! The controller, on a real API server.

mod accept;
mod keep;
mod plan_body;
mod view;
