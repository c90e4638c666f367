//! Leases in the API server, `coordination.k8s.io/v1`.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use kube::api::{Api, DeleteParams, ListParams, ObjectMeta, PostParams, Preconditions};
use kube::{Client, ResourceExt as _};
use sha2::{Digest as _, Sha256};

use super::DURATION;
use super::store::{LeaseStore, Lock, Member, StoreError, StoreFuture};
use crate::controller::{AccountKey, names};

/// The leases of one namespace.
#[derive(Debug, Clone)]
pub struct KubernetesLeases {
    api: Api<Lease>,
}

/// What a lease is for, as its label says.
#[derive(Debug, Clone, Copy)]
enum Purpose {
    Session,
    Account,
}

impl KubernetesLeases {
    /// The leases of a namespace. All replicas have to look at the same one.
    pub fn new(client: Client, namespace: &str) -> Self {
        Self { api: Api::namespaced(client, namespace) }
    }

    /// A list without a `resourceVersion` is of the latest state.
    async fn list(&self, purpose: Purpose) -> Result<Vec<Lease>, StoreError> {
        let labels = format!("{}={}", names::LEASE, purpose.as_str());
        Ok(self.api.list(&ListParams::default().labels(&labels)).await.map_err(|error| failed(&error))?.items)
    }

    /// Creates it, or replaces that version of it.
    async fn write(&self, mut lease: Lease, version: Option<&str>) -> Result<String, StoreError> {
        let how = PostParams { field_manager: Some(names::FIELD_MANAGER.to_owned()), ..PostParams::default() };
        let written = match version {
            None => self.api.create(&how, &lease).await,
            Some(version) => {
                lease.metadata.resource_version = Some(version.to_owned());
                self.api.replace(&lease.name_any(), &how, &lease).await
            }
        };
        Ok(written.map_err(|error| failed(&error))?.resource_version().unwrap_or_default())
    }

    async fn delete(&self, name: &str, version: &str) -> Result<(), StoreError> {
        let preconditions = Preconditions { resource_version: Some(version.to_owned()), uid: None };
        let how = DeleteParams { preconditions: Some(preconditions), ..DeleteParams::default() };
        match self.api.delete(name, &how).await {
            Ok(_) => Ok(()),
            Err(kube::Error::Api(status)) if status.is_not_found() => Ok(()),
            Err(error) => Err(failed(&error)),
        }
    }
}

impl LeaseStore for KubernetesLeases {
    fn members(&self) -> StoreFuture<'_, Vec<Member>> {
        Box::pin(async { Ok(self.list(Purpose::Session).await?.into_iter().filter_map(member).collect()) })
    }

    fn locks(&self) -> StoreFuture<'_, Vec<Lock>> {
        Box::pin(async { Ok(self.list(Purpose::Account).await?.into_iter().filter_map(lock).collect()) })
    }

    fn renew<'a>(&'a self, session: &'a str, scope: &'a str, version: Option<&'a str>) -> StoreFuture<'a, String> {
        let mut lease = lease(Purpose::Session, session, session);
        lease.annotations_mut().insert(names::SCOPE.to_owned(), scope.to_owned());
        Box::pin(self.write(lease, version))
    }

    fn take<'a>(&'a self, account: &'a AccountKey, session: &'a str, version: Option<&'a str>) -> StoreFuture<'a, String> {
        let mut lease = lease(Purpose::Account, &account.to_string(), session);
        lease.annotations_mut().insert(names::ACCOUNT.to_owned(), account.to_string());
        Box::pin(self.write(lease, version))
    }

    fn free<'a>(&'a self, account: &'a AccountKey, version: &'a str) -> StoreFuture<'a, ()> {
        Box::pin(async move { self.delete(&name(Purpose::Account, &account.to_string()), version).await })
    }

    fn bury<'a>(&'a self, session: &'a str, version: &'a str) -> StoreFuture<'a, ()> {
        Box::pin(async move { self.delete(&name(Purpose::Session, session), version).await })
    }
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Account => "account",
        }
    }
}

/// A name for whatever the subject is called: names of accounts and their namespaces may together be too long.
fn name(purpose: Purpose, subject: &str) -> String {
    use std::fmt::Write as _;
    let mut name = format!("simfleet-{}-", purpose.as_str());
    for byte in Sha256::digest(subject.as_bytes()).iter().take(10) {
        // Writing to a String cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    name
}

#[expect(clippy::disallowed_methods, reason = "for people who look at the lease; nothing is decided by it")]
fn lease(purpose: Purpose, subject: &str, holder: &str) -> Lease {
    let now = Some(MicroTime(Timestamp::now()));
    Lease {
        metadata: ObjectMeta {
            name: Some(name(purpose, subject)),
            labels: Some([(names::LEASE.to_owned(), purpose.as_str().to_owned())].into()),
            ..ObjectMeta::default()
        },
        spec: Some(LeaseSpec {
            holder_identity: Some(holder.to_owned()),
            lease_duration_seconds: i32::try_from(DURATION.as_secs()).ok(),
            acquire_time: if matches!(purpose, Purpose::Account) { now.clone() } else { None },
            renew_time: now,
            ..LeaseSpec::default()
        }),
    }
}

fn member(lease: Lease) -> Option<Member> {
    let version = lease.resource_version()?;
    let scope = lease.annotations().get(names::SCOPE).map(|scope| scope.as_str().into()).unwrap_or_default();
    let spec = lease.spec?;
    let seconds = spec.lease_duration_seconds.and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or_default();
    Some(Member { session: spec.holder_identity?.into(), scope, version, duration: Duration::from_secs(seconds) })
}

fn lock(lease: Lease) -> Option<Lock> {
    let version = lease.resource_version()?;
    let (namespace, name) = lease.annotations().get(names::ACCOUNT)?.split_once('/')?;
    let account = AccountKey { namespace: namespace.into(), name: name.into() };
    let holder: Arc<str> = lease.spec.and_then(|spec| spec.holder_identity).unwrap_or_default().into();
    Some(Lock { account, holder, version })
}

fn failed(error: &kube::Error) -> StoreError {
    if let kube::Error::Api(status) = error
        && (status.is_conflict() || status.is_not_found() || status.is_already_exists())
    {
        return StoreError::Conflict;
    }
    StoreError::Away(error.to_string())
}
