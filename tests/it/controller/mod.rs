//! The controller, on a real API server.

mod plan_body;
