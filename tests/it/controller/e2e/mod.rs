//! The whole of it: `simfleet controller` as a process of its own, on a real API server with the rights that
//! `examples/deploy/base` gives, against a carrier that really listens. What it says in conditions and events is
//! compared with what the carrier saw.

mod approvals;
mod away;
mod carrier;
mod credentials;
mod deletions;
mod drift;
mod duplicates;
mod edits;
mod front_doors;
mod idle;
mod kills;
mod kubectl;
mod link;
mod orders;
mod process;
mod races;
mod replicas;
mod scale;
mod stops;
mod telemetry;
mod troubles;
mod world;
