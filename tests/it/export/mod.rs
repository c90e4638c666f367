//! Import: observed to manifests whose plan is empty, and into manifests that are there.

mod hand;
mod laws;
mod layout;
mod merge;
mod merge_laws;
mod split;
mod world;
