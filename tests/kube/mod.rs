//! A real Kubernetes API server for the tests of the controller.
//!
//! ```ignore
//! let cluster = Cluster::shared().await;          // one for all tests of the binary
//! cluster.install_simfleet().await;               // CarrierAccount, SimFleet, SimOrder, SimOperation
//! let space = cluster.namespace("roster").await;  // a namespace that no other test knows
//! let secrets: Api<Secret> = space.api();
//! ```
//!
//! The binaries come from `KUBEBUILDER_ASSETS` (which `tests/run` sets), else from the cache that
//! `tests/kube/assets` fills; with `USE_EXISTING_CLUSTER=true` the cluster of `KUBECONFIG` serves. Where
//! none is there the tests fail and say what to do.
//!
//! It is an API server without kube-controller-manager: nothing collects garbage, finishes the deletion
//! of namespaces or runs pods.

mod assets;
mod certificates;
mod cluster;
mod control_plane;
mod controller_role;
mod process;
mod smoke;

pub(crate) use cluster::{Cluster, Identity};
