//! What a namespace holds, read and judged as the controller does it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, ListParams};
use kube::runtime::watcher::Event;
use kube::{Client, ResourceExt as _};
use simfleet::controller::object::{Object, ObjectKind, RosterMap};
use simfleet::controller::watch::{Index, Partial, object};
use simfleet::controller::{Accepted, accept, orphan};
use simfleet::diag::Code;

use crate::controller::rig::objects;

/// Codes of errors.
pub(super) type Codes = BTreeSet<&'static str>;

/// The kinds that people write.
pub(super) const KINDS: [ObjectKind; 3] = [ObjectKind::CarrierAccount, ObjectKind::SimFleet, ObjectKind::SimOrder];

/// Everything of a namespace that the controller reads.
#[derive(Clone, Default)]
pub(super) struct Contents {
    objects: Vec<Object>,
    maps: Vec<RosterMap>,
}

/// What the controller says of it.
pub(super) struct Judgement {
    /// Of every object (`SimFleet/kanto`), the codes with which it is refused.
    pub(super) codes: BTreeMap<String, Codes>,
    /// What the accounts that are there declare.
    pub(super) accounts: Vec<Accepted>,
}

impl Contents {
    pub(super) async fn list(client: &Client, namespace: &str) -> Self {
        let mut contents = Self::default();
        for kind in KINDS {
            let found = objects(client, namespace, kind.as_str()).list(&ListParams::default()).await.expect("it can be listed");
            contents.objects.extend(found.items.into_iter().map(|found| object(kind, found)));
        }
        let maps: Api<ConfigMap> = Api::namespaced(client.clone(), namespace);
        let found = maps.list(&ListParams::default()).await.expect("they can be listed");
        contents.maps.extend(found.items.into_iter().map(|map| RosterMap {
            name: map.name_any().into(),
            data: map.data.unwrap_or_default().into_iter().map(|(key, text)| (key, text.into())).collect(),
        }));
        contents
    }

    /// As if this were there too.
    pub(super) fn with(&self, object: Object) -> Self {
        let mut contents = self.clone();
        contents.objects.push(object);
        contents
    }

    pub(super) fn judge(&self) -> Judgement {
        let mut index = Index::default();
        for object in &self.objects {
            index.object(0, object.kind, None, Event::Apply(object.clone()));
            for map in &self.maps {
                let (namespace, name) = (Arc::clone(&object.namespace), Arc::clone(&map.name));
                index.config_map(0, None, Event::Apply(Partial { namespace, name, version: "1".into(), account: None }));
            }
        }
        let mut judgement = Judgement { codes: BTreeMap::new(), accounts: Vec::new() };
        for key in index.accounts() {
            let Some((mut view, versions)) = index.view(&key) else {
                for orphan in index.orphans(&key) {
                    let status = orphan::status(&orphan, &key.name, &index.names(&key.namespace), Timestamp::UNIX_EPOCH);
                    let status = status.expect("nobody has told it before");
                    let reason = status["conditions"][0]["reason"].as_str().and_then(Code::from_name).expect("a code of ours");
                    judgement.codes.insert(orphan.place().to_string(), [reason.as_str()].into());
                }
                continue;
            };
            view.rosters = self.maps.iter().filter(|map| versions.contains_key(&map.name)).cloned().collect();
            let accepted = accept(&view);
            for judged in accepted.all() {
                let errors = judged.findings.iter().filter(|finding| finding.is_error());
                let place = format!("{}/{}", judged.kind.as_str(), judged.name);
                judgement.codes.insert(place, errors.map(|finding| finding.code.as_str()).collect());
            }
            judgement.accounts.push(accepted);
        }
        judgement
    }
}
