//! Findings and plans as the marks that forges and CI systems show at a line: one type, one file a format.
//! Pure: text goes to a writer that the caller brings.
//!
//! ```text
//! Diagnostics ─ of_findings ┐                        ┌ github   (fitted: a step shows only so many)
//!                           ├─▶ Annotation ──────────┼ gitlab
//! Plan ──────── of_plan ────┘                        └ sarif    (findings only: it has rules with pages)
//! Diagnostics, Plan ─────────────────────────────────▶ junit    (what passed is shown, too)
//! ```

mod annotation;
mod fingerprint;
mod fit;
pub mod github;
pub mod gitlab;
pub mod junit;
mod of_findings;
mod of_plan;
mod paths;
pub mod sarif;

pub use annotation::{Annotation, Level, Spot};
pub use fit::{Fitted, Limits, fit};
pub use of_findings::of_findings;
pub use of_plan::of_plan;
pub use paths::Paths;
