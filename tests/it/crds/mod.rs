//! The kinds in a cluster: what a real API server makes of them.

mod generated;
mod installed;
