//! Import: observed to manifests whose plan is empty.

mod laws;
mod layout;
mod world;
