//! The laws of the planner (DESIGN 3.4), and a brute-force search that proves its plans minimal.
//!
//! | module | what it holds |
//! |---|---|
//! | `carrier` | the carrier's rules for one line, in words of its own: no table or code of the planner |
//! | `search` | every sequence of calls, and the cheapest that reaches a wish |
//! | `verdict` | what a right plan says of one line |
//! | `scene` | models and wishes as `Observed` and `Desired` |
//! | `single` | one line: all it can be against all that can be wished |
//! | `batching` | several chip SIMs: requests and waves |
//! | `world` | the effects of a plan's operations on an observation |
//! | `examples` | single situations, told in full |
//! | `fleet` | the counts of a fleet, which no id knows |
//! | `stopping` | terminations, holds and protection, told in full |
//! | `judge` | faults that `plan::check` must see |
//! | `laws` | the laws as properties, and the plan as a document |
//! | `purchase` | coupons: who gets which, once |
//! | `order` | orders: laws, every message, faults that the judge must see |
//! | `size` | a million lines |
//!
//! `SIMFLEET_ORACLE=long cargo test --test it oracle` searches ten times as many worlds.

#![expect(clippy::unwrap_used, reason = "a test that cannot build its world has failed")]

mod batching;
mod carrier;
mod examples;
mod fleet;
mod judge;
mod laws;
mod order;
mod purchase;
mod scene;
mod search;
mod single;
mod size;
mod stopping;
mod verdict;
mod world;

/// Whether the long run was asked for.
#[expect(clippy::disallowed_methods, reason = "how much to search is asked of whoever runs the tests")]
fn long_run() -> bool {
    std::env::var("SIMFLEET_ORACLE").is_ok_and(|value| value == "long")
}
