//! The config maps of what is remembered.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::api::{Api, DeleteParams, PostParams, Preconditions};
use kube::{Client, ResourceExt as _};

use super::part::hex;
use super::{Part, Remembered, join, split};
use crate::controller::causes::causes;
use crate::controller::keep::restore::list;
use crate::controller::keep::{KeptError, Owner, Problem, label_of, labels};
use crate::controller::names::CONTENT;
use crate::domain::Msisdn;

/// The value of the label [`CONTENT`].
const MEMORY: &str = "memory";
/// The key of a part.
const PART_KEY: &str = "memory.csv.gz";
/// The key of the number where it begins; not there in the first.
const FROM_KEY: &str = "from";

/// The config maps as they were read or written last.
#[derive(Debug)]
pub(crate) struct Maps {
    api: Api<ConfigMap>,
    owner: Owner,
    known: BTreeMap<Option<Msisdn>, KnownMap>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct KnownMap {
    version: Option<String>,
    uid: Option<String>,
    /// Of its text; `None` where it cannot be read, and is to be written anew.
    digest: Option<String>,
}

/// Reads what is remembered. What cannot be read is told, and left out.
pub(crate) async fn read(client: &Client, owner: &Owner) -> kube::Result<(Maps, Remembered, Vec<Problem>)> {
    let api: Api<ConfigMap> = Api::namespaced(client.clone(), &owner.namespace);
    let mut maps = Maps { api: api.clone(), owner: owner.clone(), known: BTreeMap::new() };
    let (mut parts, mut problems) = (Vec::new(), Vec::new());
    for map in list(&api, &format!("{},{CONTENT}={MEMORY}", label_of(owner))).await? {
        let name = map.name_any();
        let (version, uid) = (map.resource_version(), map.uid());
        let problem = |why: String| Problem::Memory { name: name.clone(), why };
        let from = match map.data.as_ref().and_then(|data| data.get(FROM_KEY)).map(|text| Msisdn::parse(text)) {
            None => None,
            Some(Ok(from)) => Some(from),
            Some(Err(error)) => {
                problems.push(problem(format!("{FROM_KEY}: {error}")));
                continue;
            }
        };
        if name != maps.name(from) {
            problems.push(problem("it is none of the config maps that the controller makes".to_owned()));
            continue;
        }
        let packed = map.binary_data.and_then(|mut data| data.remove(PART_KEY));
        let part = match packed {
            Some(ByteString(packed)) => Part::unpack(from, &packed).map_err(|error| causes(&error)),
            None => Err(format!("it has no {PART_KEY}")),
        };
        let digest = part.as_ref().ok().map(|part| part.digest.clone());
        maps.known.insert(from, KnownMap { version, uid, digest });
        match part {
            Ok(part) => parts.push(part),
            Err(why) => problems.push(problem(why)),
        }
    }
    let (remembered, unreadable) = join(&parts);
    for (from, error) in unreadable {
        problems.push(Problem::Memory { name: maps.name(from), why: causes(&error) });
        if let Some(known) = maps.known.get_mut(&from) {
            known.digest = None;
        }
    }
    Ok((maps, remembered, problems))
}

impl Maps {
    /// Writes what changed; how many config maps that were. Nothing is read or written where nothing changed.
    pub(crate) async fn write(&mut self, remembered: &Remembered) -> Result<u32, KeptError> {
        let borders: BTreeSet<Msisdn> = self.known.keys().flatten().copied().collect();
        let parts = split(remembered, &borders);
        let kept: BTreeSet<Option<Msisdn>> = parts.iter().map(|part| part.from).collect();
        let mut written = 0;
        // The last first: of one that was halved the new half is there before the old one lets go of its lines. Who
        // finds both takes a line from the part that begins closest before it.
        for part in parts.iter().rev() {
            let is_there = self.known.contains_key(&part.from);
            let is_new_and_empty = !is_there && remembered.confirmed.is_empty() && remembered.protected.is_empty();
            let is_same = self.known.get(&part.from).is_some_and(|known| known.digest.as_ref() == Some(&part.digest));
            if !is_same && !is_new_and_empty {
                self.write_part(part).await?;
                written += 1;
            }
        }
        let gone: Vec<Option<Msisdn>> = self.known.keys().filter(|from| !kept.contains(from)).copied().collect();
        for from in gone {
            self.remove(from).await?;
            written += 1;
        }
        Ok(written)
    }

    async fn write_part(&mut self, part: &Part) -> Result<(), KeptError> {
        let name = self.name(part.from);
        let known = self.known.get(&part.from);
        let mut labels = labels(&self.owner);
        labels.insert(CONTENT.to_owned(), MEMORY.to_owned());
        let map = ConfigMap {
            metadata: ObjectMeta {
                name: Some(name.clone()),
                labels: Some(labels),
                resource_version: known.and_then(|known| known.version.clone()),
                ..ObjectMeta::default()
            },
            binary_data: Some(BTreeMap::from([(PART_KEY.to_owned(), ByteString(part.packed()))])),
            data: part.from.map(|from| BTreeMap::from([(FROM_KEY.to_owned(), from.to_string())])),
            ..ConfigMap::default()
        };
        let how = PostParams::default();
        let written = match known {
            None => self.api.create(&how, &map).await,
            Some(_) => match self.api.replace(&name, &how, &map).await {
                // Somebody removed it.
                Err(kube::Error::Api(status)) if status.is_not_found() => {
                    let metadata = ObjectMeta { resource_version: None, ..map.metadata.clone() };
                    self.api.create(&how, &ConfigMap { metadata, ..map }).await
                }
                written => written,
            },
        };
        let written = match written {
            Ok(written) => written,
            Err(kube::Error::Api(status)) if status.is_conflict() || status.is_already_exists() => {
                // Our own write, whose answer was lost and which the client sent again, or somebody else's.
                let found = self.api.get(&name).await?;
                let packed = found.binary_data.as_ref().and_then(|data| data.get(PART_KEY));
                let text = packed.and_then(|ByteString(packed)| Part::unpack(part.from, packed).ok());
                if text.as_ref() != Some(part) {
                    return Err(KeptError::Lost(format!("config map {name} was written by somebody else")));
                }
                found
            }
            Err(error) => return Err(error.into()),
        };
        let known = KnownMap { version: written.resource_version(), uid: written.uid(), digest: Some(part.digest.clone()) };
        self.known.insert(part.from, known);
        Ok(())
    }

    async fn remove(&mut self, from: Option<Msisdn>) -> Result<(), KeptError> {
        let known = self.known.get(&from).cloned();
        let preconditions = known.map(|known| Preconditions { resource_version: known.version, uid: known.uid });
        let name = self.name(from);
        match self.api.delete(&name, &DeleteParams { preconditions, ..DeleteParams::default() }).await {
            Ok(_) => {}
            Err(kube::Error::Api(status)) if status.is_not_found() => {}
            Err(kube::Error::Api(status)) if status.is_conflict() => {
                return Err(KeptError::Lost(format!("config map {name} was written by somebody else")));
            }
            Err(error) => return Err(error.into()),
        }
        self.known.remove(&from);
        Ok(())
    }

    /// Names are not told which lines an account has: they turn up in logs.
    fn name(&self, from: Option<Msisdn>) -> String {
        let short = |text: &str, length: usize| hex(text.as_bytes()).get(..length).unwrap_or_default().to_owned();
        let range = from.map_or_else(|| "first".to_owned(), |from| short(from.as_str(), 12));
        format!("simfleet-memory-{}-{range}", short(&self.owner.carrier, 12))
    }
}
