//! Leases as an API server keeps them, behind a bad connection.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use simfleet::carrier::retry::Jitter;
use simfleet::controller::AccountKey;
use simfleet::controller::lease::{DURATION, LeaseStore, Lock, Member, StoreError, StoreFuture};
use tokio::sync::watch;

/// What all replicas share.
#[derive(Default)]
pub(super) struct Shelf {
    version: u64,
    members: BTreeMap<String, (String, u64)>,
    locks: BTreeMap<AccountKey, (String, u64)>,
    pub(super) requests: u64,
    pub(super) takes: u64,
}

/// How one replica reaches it.
#[derive(Clone)]
pub(super) struct Connection {
    pub(super) shelf: Arc<Mutex<Shelf>>,
    pub(super) luck: Arc<Mutex<Jitter>>,
    /// Whether nothing gets through.
    pub(super) cut: watch::Receiver<bool>,
    /// Whether the whole process stands still.
    pub(super) frozen: watch::Receiver<bool>,
    /// Whether it is slow and loses answers.
    pub(super) bad: watch::Receiver<bool>,
}

impl Shelf {
    pub(super) fn names(&self) -> (Vec<String>, Vec<AccountKey>) {
        (self.members.keys().cloned().collect(), self.locks.keys().cloned().collect())
    }

    fn next(&mut self) -> u64 {
        self.version += 1;
        self.version
    }
}

impl Connection {
    fn draw(&self) -> f64 {
        self.luck.lock().expect("nobody panicked").draw()
    }

    async fn transit(&self) {
        let slow = *self.bad.borrow() && self.draw() < 0.1;
        let longest = if slow { 9_000.0 } else { 40.0 };
        tokio::time::sleep(Duration::from_secs_f64(longest * self.draw() / 1000.0)).await;
    }

    async fn thawed(&self) {
        self.frozen.clone().wait_for(|frozen| !frozen).await.expect("it does not panic");
    }

    /// A request: on its way it may be late or lost, and so may its answer.
    fn ask<T: Send + 'static>(
        &self,
        effect: impl FnOnce(&mut Shelf) -> Result<T, StoreError> + Send + 'static,
    ) -> StoreFuture<'_, T> {
        // What has left arrives, whether somebody waits for the answer or not.
        let connection = self.clone();
        let lost = || StoreError::Away("lost".to_owned());
        let answer = tokio::spawn(async move {
            connection.thawed().await;
            connection.transit().await;
            if *connection.cut.borrow() || (*connection.bad.borrow() && connection.draw() < 0.05) {
                return Err(lost());
            }
            let outcome = {
                let mut all = connection.shelf.lock().expect("nobody panicked");
                all.requests += 1;
                effect(&mut all)
            };
            connection.transit().await;
            if *connection.cut.borrow() || (*connection.bad.borrow() && connection.draw() < 0.05) {
                return Err(lost());
            }
            connection.thawed().await;
            outcome
        });
        Box::pin(async { answer.await.expect("it does not panic") })
    }
}

fn put<K: Ord>(
    shelf: &mut BTreeMap<K, (String, u64)>,
    key: K,
    value: String,
    expected: Option<&str>,
    version: u64,
) -> Result<String, StoreError> {
    if shelf.get(&key).map(|(_, version)| version.to_string()).as_deref() != expected {
        return Err(StoreError::Conflict);
    }
    shelf.insert(key, (value, version));
    Ok(version.to_string())
}

fn remove<K: Ord>(shelf: &mut BTreeMap<K, (String, u64)>, key: &K, expected: &str) -> Result<(), StoreError> {
    match shelf.get(key) {
        None => Ok(()),
        Some((_, version)) if version.to_string() == expected => {
            shelf.remove(key);
            Ok(())
        }
        Some(_) => Err(StoreError::Conflict),
    }
}

impl LeaseStore for Connection {
    fn members(&self) -> StoreFuture<'_, Vec<Member>> {
        self.ask(|shelf| {
            let read = shelf.members.iter().map(|(session, (scope, version))| Member {
                session: session.as_str().into(),
                scope: scope.as_str().into(),
                version: version.to_string(),
                duration: DURATION,
            });
            Ok(read.collect())
        })
    }

    fn locks(&self) -> StoreFuture<'_, Vec<Lock>> {
        self.ask(|shelf| {
            let read = shelf.locks.iter().map(|(account, (holder, version))| Lock {
                account: account.clone(),
                holder: holder.as_str().into(),
                version: version.to_string(),
            });
            Ok(read.collect())
        })
    }

    fn renew<'a>(&'a self, session: &'a str, scope: &'a str, version: Option<&'a str>) -> StoreFuture<'a, String> {
        let (session, scope, expected) = (session.to_owned(), scope.to_owned(), version.map(str::to_owned));
        self.ask(move |shelf| {
            let version = shelf.next();
            put(&mut shelf.members, session, scope, expected.as_deref(), version)
        })
    }

    fn take<'a>(&'a self, account: &'a AccountKey, session: &'a str, version: Option<&'a str>) -> StoreFuture<'a, String> {
        let (account, session, expected) = (account.clone(), session.to_owned(), version.map(str::to_owned));
        self.ask(move |shelf| {
            let version = shelf.next();
            shelf.takes += 1;
            put(&mut shelf.locks, account, session, expected.as_deref(), version)
        })
    }

    fn free<'a>(&'a self, account: &'a AccountKey, version: &'a str) -> StoreFuture<'a, ()> {
        let (account, version) = (account.clone(), version.to_owned());
        self.ask(move |shelf| remove(&mut shelf.locks, &account, &version))
    }

    fn bury<'a>(&'a self, session: &'a str, version: &'a str) -> StoreFuture<'a, ()> {
        let (session, version) = (session.to_owned(), version.to_owned());
        self.ask(move |shelf| remove(&mut shelf.members, &session, &version))
    }
}
