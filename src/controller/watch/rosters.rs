//! Config maps that fleets name: read when they are needed, and again only when the watch says that they changed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use k8s_openapi::api::core::v1::ConfigMap;
use kube::{Api, Client, ResourceExt as _};

use super::index::Versions;
use crate::controller::AccountKey;
use crate::controller::object::RosterMap;

/// A config map that could not be read.
#[derive(Debug, thiserror::Error)]
#[error("config map {namespace}/{name} cannot be read")]
pub struct RosterError {
    namespace: Arc<str>,
    name: Arc<str>,
    #[source]
    source: kube::Error,
}

/// What was read of each account's rosters.
#[derive(Debug, Default)]
pub struct RosterCache(Mutex<BTreeMap<AccountKey, BTreeMap<Arc<str>, Cached>>>);

#[derive(Debug, Clone)]
struct Cached {
    version: String,
    map: RosterMap,
}

impl RosterCache {
    /// The config maps of an account, by name and the version that the watch has seen. One that is gone meanwhile is
    /// left out. What is no longer named is forgotten.
    pub async fn read(&self, client: &Client, account: &AccountKey, wanted: &Versions) -> Result<Vec<RosterMap>, RosterError> {
        let mut known = self.lock().remove(account).unwrap_or_default();
        let mut read = BTreeMap::new();
        let maps: Api<ConfigMap> = Api::namespaced(client.clone(), &account.namespace);
        for (name, version) in wanted {
            if let Some(cached) = known.remove(name).filter(|cached| *cached.version == **version) {
                read.insert(Arc::clone(name), cached);
                continue;
            }
            let failed = |source| RosterError { namespace: Arc::clone(&account.namespace), name: Arc::clone(name), source };
            if let Some(map) = maps.get_opt(name).await.map_err(failed)? {
                let version = map.resource_version().unwrap_or_default();
                let data = map.data.unwrap_or_default().into_iter().map(|(key, text)| (key, text.into())).collect();
                read.insert(Arc::clone(name), Cached { version, map: RosterMap { name: Arc::clone(name), data } });
            }
        }
        let rosters = read.values().map(|cached| cached.map.clone()).collect();
        self.lock().insert(account.clone(), read);
        Ok(rosters)
    }

    /// Forgets an account's rosters.
    pub fn forget(&self, account: &AccountKey) {
        self.lock().remove(account);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<AccountKey, BTreeMap<Arc<str>, Cached>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
