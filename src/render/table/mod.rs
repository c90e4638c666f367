//! Lists of the carrier as tables for people: one row a line, fixed columns, no borders.
//!
//! The columns are the same for every answer, so that eyes and `awk` find them; only `ACCOUNT` appears
//! with the second account. What is absent is `-`. Programs take the JSON.

mod application;
mod audit;
mod line;
mod operations;
mod savings;
mod sheet;
mod system;
mod traffic;

pub use application::applications;
pub use audit::audit;
pub use line::{chips, sims};
pub use operations::operations;
pub use savings::savings;
pub use system::{services, system};
pub use traffic::{sessions, usage};
