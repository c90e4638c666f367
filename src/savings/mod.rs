//! Where money is lost (DOMAIN 7): idle lines, suspended lines that are billed in full, lines over or far under
//! their rate plan, SIMs seen in another device, lines that nobody declares.
//!
//! Beside `plan/`, not in it: a plan says what has to be done to keep a declaration, this says what the declaration
//! itself costs, and nothing follows from it without a person. Pure like the planner: the observation, what was read
//! of single lines, and the time are arguments. [`wanted()`] says beforehand which lines have to be read, because each
//! costs a request (functions 4 and 11); [`judge()`] takes what came back. **What is unknown is counted as unknown, never
//! as idle.**

mod case;
mod device;
pub mod document;
mod finding;
mod idle;
mod judge;
mod prices;
mod suspended;
mod traffic;
mod wanted;

pub use case::{Case, Thresholds};
pub use finding::{
    Finding, FindingKind, KindTotal, LargerPlan, Matter, Savings, Since, SmallerPlan, Subject, Totals, Unjudged, Unknown,
    UnknownWhy,
};
pub use judge::judge;
pub use wanted::{Reading, Sample, sample, wanted};
