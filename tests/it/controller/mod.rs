//! The controller, on a real API server.

mod keep;
mod plan_body;
