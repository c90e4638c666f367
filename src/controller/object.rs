//! Objects as the controller reads them: their header, and the document as text, judged like a file.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::controller::AccountKey;
pub use crate::manifest::RosterMap;

/// One of our kinds that people write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// `CarrierAccount`.
    CarrierAccount,
    /// `SimFleet`.
    SimFleet,
    /// `SimOrder`.
    SimOrder,
}

impl ObjectKind {
    /// `kind` in the document.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CarrierAccount => "CarrierAccount",
            Self::SimFleet => "SimFleet",
            Self::SimOrder => "SimOrder",
        }
    }
}

/// An object of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its kind.
    pub kind: ObjectKind,
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// `metadata.uid`.
    pub uid: String,
    /// `metadata.resourceVersion`.
    pub resource_version: String,
    /// `metadata.generation`.
    pub generation: i64,
    /// `metadata.creationTimestamp`: of two that contradict one another, the younger is refused.
    pub created: Timestamp,
    /// Whether it is being deleted.
    pub deleting: bool,
    /// Its finalizers.
    pub finalizers: Vec<String>,
    /// Its annotations.
    pub annotations: BTreeMap<String, String>,
    /// `apiVersion`, `kind`, `metadata` (name, namespace) and `spec` as JSON: what `validate` would read.
    pub document: Arc<str>,
    /// `status` as JSON, `null` where there is none.
    pub status: Arc<str>,
}

impl Object {
    /// Its namespace and name, which are an account's key where it is one.
    pub fn key(&self) -> AccountKey {
        AccountKey { namespace: Arc::clone(&self.namespace), name: Arc::clone(&self.name) }
    }

    /// Where a diagnostic about it points: `SimFleet/kanto-vending`.
    pub fn place(&self) -> Arc<str> {
        format!("{}/{}", self.kind.as_str(), self.name).into()
    }
}

/// Everything in the cluster that is about one account: all in its namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountView {
    /// The account.
    pub account: Object,
    /// Fleets that name it, the oldest first.
    pub fleets: Vec<Object>,
    /// Orders that name it, the oldest first.
    pub orders: Vec<Object>,
    /// Config maps that its fleets name and that exist.
    pub rosters: Vec<RosterMap>,
}
