//! The `SimOperation` objects of an account, as one process knows them: every write names the version that it knows, so
//! that of two writers one is refused.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::StreamExt as _;
use kube::api::{Api, DynamicObject, ObjectMeta, PostParams};
use kube::core::ApiResource;
use serde_json::json;

use super::record::{Writer, spec_of, status_of};
use super::{Owner, labels, resource};
use crate::api::{SimOperationSpec, SimOperationStatus};
use crate::controller::causes::causes;
use crate::controller::names::RESOLVE;
use crate::exec::journal::{OperationRecord, RecordState};
use crate::exec::keeper::{KeepError, Keeper, Keeping, NotKept};
use crate::plan::OpId;

/// Writes at the same time.
const AT_ONCE: usize = 16;

/// How long the API server may take for one of them, its client's own repetitions included.
const LONGEST: Duration = Duration::from_secs(30);

/// How often a write is repeated because only metadata changed (a person's annotation, a label).
const TRIES: u32 = 4;

/// The objects.
pub(super) struct Operations {
    pub(super) api: Api<DynamicObject>,
    pub(super) resource: ApiResource,
    pub(super) owner: Owner,
    known: Mutex<BTreeMap<OpId, Known>>,
}

/// An object as it was read or written last.
#[derive(Debug, Clone)]
pub(super) enum Known {
    /// As we wrote or read it.
    Object(Box<KnownObject>),
    /// Not ours to write: somebody else wrote it, or it cannot be read. Why.
    Foreign(String),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct KnownObject {
    pub(super) metadata: ObjectMeta,
    pub(super) spec: SimOperationSpec,
    pub(super) status: Option<SimOperationStatus>,
}

impl KnownObject {
    /// The error says what cannot be read.
    pub(super) fn read(object: DynamicObject) -> Result<Self, String> {
        let DynamicObject { types: _, mut metadata, mut data } = object;
        // Long, and the API server's own business.
        metadata.managed_fields = None;
        let mut part = |name: &str| data.get_mut(name).map(serde_json::Value::take).unwrap_or_default();
        let spec = serde_json::from_value(part("spec")).map_err(|error| format!("spec: {error}"))?;
        let status = serde_json::from_value(part("status")).map_err(|error| format!("status: {error}"))?;
        Ok(Self { metadata, spec, status })
    }
}

/// How a write ended that the API server answered.
enum Answer {
    /// Written.
    Written(KnownObject),
    /// There is such an object, of another version than ours.
    Other(KnownObject),
    /// There is none (any more).
    None,
}

impl std::fmt::Debug for Operations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Operations").field("owner", &self.owner).finish_non_exhaustive()
    }
}

impl Operations {
    pub(super) fn new(client: &kube::Client, owner: Owner, known: BTreeMap<OpId, Known>) -> Self {
        let resource = resource();
        let api = Api::namespaced_with(client.clone(), &owner.namespace, &resource);
        Self { api, resource, owner, known: Mutex::new(known) }
    }

    /// What is known of the objects. Never held while anything is awaited.
    pub(super) fn known(&self) -> MutexGuard<'_, BTreeMap<OpId, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn keep_one(&self, record: &OperationRecord) -> Result<(), KeepError> {
        let known = self.known().get(&record.id).cloned();
        let is_sent = record.state == RecordState::Sent;
        let kept = match known {
            Some(Known::Foreign(why)) => Err(KeepError::Lost(why)),
            None if is_sent => self.create(record, 1).await,
            // It was never recorded as sent: there is nothing to tell.
            None => Ok(()),
            Some(Known::Object(known)) if is_sent => self.send_again(record, *known).await,
            Some(Known::Object(known)) => self.tell(record, *known).await,
        };
        if let Err(KeepError::Lost(why)) = &kept {
            self.known().insert(record.id.clone(), Known::Foreign(why.clone()));
        }
        kept
    }

    /// The first call of an operation: creating its object is the lock.
    async fn create(&self, record: &OperationRecord, call: u32) -> Result<(), KeepError> {
        let spec = spec_of(record, &self.writer(), call);
        let mut object = DynamicObject::new(&record.id.0, &self.resource).within(&self.owner.namespace);
        object.metadata.labels = Some(labels(&self.owner));
        object.data = json!({ "spec": spec });
        let created = self.api.create(&PostParams::default(), &object).await;
        match self.answer(&record.id, created).await? {
            Answer::Written(written) => self.is_whole(&record.id, written, &spec),
            // Our own, whose answer was lost and which the client sent again.
            Answer::Other(found) if found.spec == spec && found.status.is_none() => self.is_whole(&record.id, found, &spec),
            Answer::Other(found) => Err(taken(&record.id, &found.spec)),
            Answer::None => Err(KeepError::Away(format!("SimOperation {} was deleted as it was made", record.id))),
        }
    }

    /// Another call of an operation whose object is known.
    async fn send_again(&self, record: &OperationRecord, known: KnownObject) -> Result<(), KeepError> {
        let call = known.spec.sent.call.saturating_add(1);
        // Whose operation it is stays as it was written first, also where the account has another name by now.
        let writer = Writer { account: &known.spec.account_ref.name, ..self.writer() };
        let spec = spec_of(record, &writer, call);
        let wanted = KnownObject { spec: spec.clone(), ..known.clone() };
        match self.write(&record.id, known, wanted, false).await? {
            Some(written) => self.is_whole(&record.id, written, &spec),
            // Somebody deleted it: the next one is made anew, under the same lock.
            None => self.create(record, call).await,
        }
    }

    /// What became of the latest call.
    async fn tell(&self, record: &OperationRecord, known: KnownObject) -> Result<(), KeepError> {
        let status = Some(status_of(record, known.spec.sent.call));
        if known.status == status {
            return Ok(());
        }
        let wanted = KnownObject { status, ..known.clone() };
        match self.write(&record.id, known, wanted, true).await? {
            Some(written) => {
                self.known().insert(record.id.clone(), Known::Object(Box::new(written)));
            }
            // Whoever deleted it does not want to be told.
            None => {
                self.known().remove(&record.id);
            }
        }
        Ok(())
    }

    /// Replaces one half of an object, unless somebody else wrote it since; `None` where it is gone.
    async fn write(
        &self,
        id: &OpId,
        mut known: KnownObject,
        mut wanted: KnownObject,
        is_status: bool,
    ) -> Result<Option<KnownObject>, KeepError> {
        for _ in 0..TRIES {
            let KnownObject { metadata, spec, status } = wanted.clone();
            let mut object = DynamicObject::new(&id.0, &self.resource);
            object.metadata = metadata;
            object.data = json!({ "spec": spec });
            if let (Some(status), Some(halves)) = (status, object.data.as_object_mut()) {
                halves.insert("status".to_owned(), json!(status));
            }
            if !is_status && let Some(annotations) = &mut object.metadata.annotations {
                // What a person said was about an earlier call.
                annotations.remove(RESOLVE);
            }
            let written = if is_status {
                self.api.replace_status(&id.0, &PostParams::default(), &object).await
            } else {
                self.api.replace(&id.0, &PostParams::default(), &object).await
            };
            match self.answer(id, written).await? {
                Answer::Written(written) => return Ok(Some(written)),
                Answer::None => return Ok(None),
                Answer::Other(found) => {
                    let same = |other: &KnownObject| {
                        (&found.spec, &found.status, &found.metadata.uid) == (&other.spec, &other.status, &other.metadata.uid)
                    };
                    // Our own, whose answer was lost and which the client sent again.
                    if same(&wanted) {
                        return Ok(Some(found));
                    }
                    if !same(&known) {
                        return Err(taken(id, &found.spec));
                    }
                    known.metadata = found.metadata.clone();
                    wanted.metadata = found.metadata;
                }
            }
        }
        Err(KeepError::Away(format!("SimOperation {id} is changed by somebody all the time")))
    }

    async fn answer(&self, id: &OpId, answer: kube::Result<DynamicObject>) -> Result<Answer, KeepError> {
        let unreadable = |why| KeepError::Lost(format!("SimOperation {id} cannot be read: {why}"));
        match answer {
            // What we wrote ourselves was readable.
            Ok(object) => KnownObject::read(object).map(Answer::Written).map_err(|_| other_kind()),
            Err(kube::Error::Api(status)) if status.is_not_found() => Ok(Answer::None),
            Err(kube::Error::Api(status)) if status.is_already_exists() || status.is_conflict() => {
                match self.api.get_opt(&id.0).await {
                    Ok(Some(object)) => KnownObject::read(object).map(Answer::Other).map_err(unreadable),
                    Ok(None) => Ok(Answer::None),
                    Err(error) => Err(away(id, &error)),
                }
            }
            Err(error) => Err(away(id, &error)),
        }
    }

    /// What was recorded must be what is read back: a kind of another version would drop what it does not know.
    fn is_whole(&self, id: &OpId, written: KnownObject, spec: &SimOperationSpec) -> Result<(), KeepError> {
        let is_whole = written.spec == *spec;
        self.known().insert(id.clone(), Known::Object(Box::new(written)));
        if is_whole {
            return Ok(());
        }
        Err(other_kind())
    }

    fn writer(&self) -> Writer<'_> {
        Writer { account: &self.owner.account, identity: &self.owner.carrier, by: &self.owner.by }
    }
}

fn other_kind() -> KeepError {
    let why = "this cluster's kind SimOperation does not hold all that this version writes; install the CRDs of this version";
    KeepError::Away(why.to_owned())
}

fn taken(id: &OpId, found: &SimOperationSpec) -> KeepError {
    KeepError::Lost(format!("SimOperation {id} was written by {}", found.sent.by))
}

fn away(id: &OpId, error: &kube::Error) -> KeepError {
    KeepError::Away(format!("SimOperation {id}: {}", causes(error)))
}

impl Keeper for Operations {
    fn keep(&self, records: Vec<OperationRecord>) -> Keeping<'_> {
        Box::pin(async move {
            let one = async |record: OperationRecord| {
                let late = || KeepError::Away(format!("SimOperation {}: no answer within {LONGEST:?}", record.id));
                let kept = tokio::time::timeout(LONGEST, self.keep_one(&record)).await;
                kept.unwrap_or_else(|_| Err(late())).err().map(|error| NotKept { record, error })
            };
            let writes = futures_util::stream::iter(records.into_iter().map(one)).buffer_unordered(AT_ONCE);
            writes.filter_map(std::future::ready).collect().await
        })
    }
}
