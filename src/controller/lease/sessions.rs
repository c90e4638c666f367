//! What one replica knows of the others' sessions, by its own clock.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::DURATION;
use super::store::{Lock, Member};

/// Sessions, and since when they are as they are.
#[derive(Debug, Clone, Default)]
pub struct Sessions(BTreeMap<Arc<str>, Sighting>);

#[derive(Debug, Clone)]
struct Sighting {
    /// None: it has no lease (any more), though a lock names it.
    member: Option<Member>,
    /// When it was first seen so: the end of that read.
    since: Duration,
    /// When it was last seen so: the beginning of that read.
    confirmed: Duration,
}

impl Sessions {
    /// Takes in a read of all sessions that lasted from `begun` to `ended`.
    pub fn read(&mut self, members: Vec<Member>, begun: Duration, ended: Duration) {
        let mut gone: BTreeMap<_, _> = std::mem::take(&mut self.0);
        for member in members {
            let before = gone.remove(&member.session);
            let since = match before {
                Some(before) if before.member.as_ref() == Some(&member) => before.since,
                Some(_) | None => ended,
            };
            self.0.insert(Arc::clone(&member.session), Sighting { member: Some(member), since, confirmed: begun });
        }
        for (session, before) in gone {
            let since = if before.member.is_none() { before.since } else { ended };
            self.0.insert(session, Sighting { member: None, since, confirmed: begun });
        }
    }

    /// Takes in the locks of an earlier read: sessions that only locks name are counted from here on, others that
    /// have no lease are forgotten.
    pub fn named_by(&mut self, locks: &[Lock], now: Duration) {
        for lock in locks {
            let absent = Sighting { member: None, since: now, confirmed: now };
            self.0.entry(Arc::clone(&lock.holder)).or_insert(absent);
        }
        self.0.retain(|session, sighting| sighting.member.is_some() || locks.iter().any(|lock| lock.holder == *session));
    }

    /// Whether it is certain that nobody uses what this session holds.
    pub fn is_dead(&self, session: &str) -> bool {
        self.0.get(session).is_some_and(Sighting::is_dead)
    }

    /// Sessions of a scope that are not dead.
    pub fn living<'a>(&'a self, scope: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .values()
            .filter(|sighting| !sighting.is_dead())
            .filter_map(|sighting| sighting.member.as_ref())
            .filter_map(move |member| (*member.scope == *scope).then_some(&*member.session))
    }

    /// Leases of dead sessions.
    pub fn dead(&self) -> impl Iterator<Item = &Member> {
        self.0.values().filter(|sighting| sighting.is_dead()).filter_map(|sighting| sighting.member.as_ref())
    }

    /// The version of a session's lease, where there is one.
    pub fn version(&self, session: &str) -> Option<&str> {
        self.0.get(session)?.member.as_ref().map(|member| member.version.as_str())
    }
}

impl Sighting {
    fn is_dead(&self) -> bool {
        let duration = self.member.as_ref().map_or(DURATION, |member| member.duration.max(DURATION));
        self.confirmed.checked_sub(self.since).is_some_and(|unchanged| unchanged >= duration)
    }
}
