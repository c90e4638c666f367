//! The watches themselves, merged into one stream of accounts.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, DynamicObject, PartialObjectMeta};
use kube::runtime::watcher::{self, Event};
use kube::runtime::{WatchStreamExt as _, watcher as watch_objects};
use kube::{Client, ResourceExt as _};
use tokio::sync::{mpsc, watch as channel};

use super::index::{Index, Partial};
use super::read::object;
use crate::controller::causes::causes;
use crate::controller::names;
use crate::controller::object::{Object, ObjectKind};
use crate::controller::resource::api;
use crate::controller::turn::AccountKey;

/// What the watches have seen so far.
#[derive(Debug, Clone)]
pub struct Watches {
    index: Arc<Mutex<Index>>,
    complete: channel::Receiver<bool>,
}

impl Watches {
    /// Everything that was seen.
    pub fn index(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether every watch has told at least once what there is.
    pub fn is_complete(&self) -> bool {
        *self.complete.borrow()
    }

    /// Ends when they have.
    pub async fn completed(&mut self) {
        // A task that ended leaves nothing to wait for.
        drop(self.complete.wait_for(|complete| *complete).await);
    }
}

/// What one watch tells.
enum Told {
    Object(ObjectKind, Event<Object>),
    ConfigMap(Event<Partial>),
    Operation(Event<Partial>),
}

/// One watch: what it is of, where (`None`: in all namespaces).
struct Source {
    namespace: Option<String>,
    stream: BoxStream<'static, Result<Told, watcher::Error>>,
}

/// Watches all namespaces, or some, as long as the future is polled. Accounts that should have a turn go to `due`, from
/// the moment when every watch has told once what there is; what they are then is in [`Watches`].
pub fn watch(
    client: &Client,
    namespaces: &[String],
    due: mpsc::UnboundedSender<AccountKey>,
) -> (Watches, impl Future<Output = ()> + Send + use<>) {
    let index = Arc::new(Mutex::new(Index::default()));
    let (complete, is_complete) = channel::channel(false);
    let sources = sources(client, namespaces);
    let task = follow(sources, Arc::clone(&index), complete, due);
    (Watches { index, complete: is_complete }, task)
}

async fn follow(
    sources: Vec<Source>,
    index: Arc<Mutex<Index>>,
    complete: channel::Sender<bool>,
    due: mpsc::UnboundedSender<AccountKey>,
) {
    let scopes: Vec<Option<String>> = sources.iter().map(|source| source.namespace.clone()).collect();
    let mut outstanding: BTreeSet<usize> = (0..sources.len()).collect();
    let streams = sources.into_iter().enumerate().map(|(watch, source)| source.stream.map(move |told| (watch, told)).boxed());
    let mut streams = stream::select_all(streams);
    while let Some((watch, told)) = streams.next().await {
        let told = match told {
            Ok(told) => told,
            Err(error) => {
                tracing::warn!("a watch broke and begins anew: {}", causes(&error));
                continue;
            }
        };
        let is_done = matches!(
            told,
            Told::Object(_, Event::InitDone) | Told::ConfigMap(Event::InitDone) | Told::Operation(Event::InitDone)
        );
        let namespace = scopes.get(watch).and_then(Option::as_deref);
        let mut accounts = {
            let mut index = index.lock().unwrap_or_else(PoisonError::into_inner);
            match told {
                Told::Object(kind, event) => index.object(watch, kind, namespace, event),
                Told::ConfigMap(event) => index.config_map(watch, namespace, event),
                Told::Operation(event) => index.operation(event),
            }
        };
        if !outstanding.is_empty() {
            if !is_done || !outstanding.remove(&watch) || !outstanding.is_empty() {
                continue;
            }
            complete.send_replace(true);
            accounts = index.lock().unwrap_or_else(PoisonError::into_inner).accounts();
        }
        for account in accounts {
            // Nobody listens any more when the process ends.
            drop(due.send(account));
        }
    }
}

fn sources(client: &Client, namespaces: &[String]) -> Vec<Source> {
    let scopes: Vec<Option<&str>> =
        if namespaces.is_empty() { vec![None] } else { namespaces.iter().map(|namespace| Some(namespace.as_str())).collect() };
    let mut sources = Vec::new();
    for namespace in scopes {
        for kind in [ObjectKind::CarrierAccount, ObjectKind::SimFleet, ObjectKind::SimOrder] {
            let objects = api::<DynamicObject>(client, kind.as_str(), namespace);
            let stream = watch_objects(objects, watcher::Config::default()).default_backoff();
            let stream = stream.map(move |event| event.map(|event| Told::Object(kind, map(event, |from| object(kind, from)))));
            sources.push(Source { namespace: namespace.map(str::to_owned), stream: stream.boxed() });
        }
        let maps: Api<PartialObjectMeta<ConfigMap>> = match namespace {
            Some(namespace) => Api::namespaced(client.clone(), namespace),
            None => Api::all(client.clone()),
        };
        // Those that the controller writes itself are not of interest.
        let rosters = watcher::Config::default().labels(&format!("!{}", names::CONTENT));
        let stream = watch_objects(maps, rosters).default_backoff();
        let stream = stream.map(|event| event.map(|event| Told::ConfigMap(map(event, |from| config_map(&from)))));
        sources.push(Source { namespace: namespace.map(str::to_owned), stream: stream.boxed() });
        let operations = api::<PartialObjectMeta<DynamicObject>>(client, "SimOperation", namespace);
        let stream = watch_objects(operations, watcher::Config::default()).default_backoff();
        let stream = stream.map(|event| event.map(|event| Told::Operation(map(event, |from| operation(&from)))));
        sources.push(Source { namespace: namespace.map(str::to_owned), stream: stream.boxed() });
    }
    sources
}

fn config_map(from: &PartialObjectMeta<ConfigMap>) -> Partial {
    Partial {
        namespace: from.namespace().unwrap_or_default().into(),
        name: from.name_any().into(),
        version: from.resource_version().unwrap_or_default().into(),
        account: None,
    }
}

fn operation(from: &PartialObjectMeta<DynamicObject>) -> Partial {
    Partial {
        namespace: from.namespace().unwrap_or_default().into(),
        name: from.name_any().into(),
        version: from.annotations().get(names::RESOLVE).map(|asked| asked.as_str().into()).unwrap_or_default(),
        account: from.labels().get(names::ACCOUNT).map(|account| account.as_str().into()),
    }
}

fn map<A, B>(event: Event<A>, change: impl FnOnce(A) -> B) -> Event<B> {
    match event {
        Event::Apply(from) => Event::Apply(change(from)),
        Event::Delete(from) => Event::Delete(change(from)),
        Event::InitApply(from) => Event::InitApply(change(from)),
        Event::Init => Event::Init,
        Event::InitDone => Event::InitDone,
    }
}
