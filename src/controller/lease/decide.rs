//! What a replica does with the locks that it sees. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::rendezvous::owner;
use super::sessions::Sessions;
use super::store::Lock;
use crate::controller::AccountKey;

/// What a replica sees.
#[derive(Debug)]
pub struct Situation<'a> {
    /// This replica's session. It counts as living, whatever the list says.
    pub me: &'a str,
    /// Which accounts it works on.
    pub scope: &'a str,
    /// All sessions, read after the locks.
    pub sessions: &'a Sessions,
    /// All accounts that there are.
    pub accounts: &'a BTreeSet<AccountKey>,
    /// All locks, read before the sessions.
    pub locks: &'a BTreeMap<AccountKey, Lock>,
    /// What this replica holds, with the version of each lock that it wrote.
    pub held: &'a BTreeMap<AccountKey, String>,
    /// What this replica is working on.
    pub busy: &'a BTreeSet<AccountKey>,
}

/// What is to be done with one lease.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The lock is not as this replica wrote it: it holds the account no more.
    Lose(AccountKey),
    /// Another should have it: the work on it has to end first.
    Stop(AccountKey),
    /// Delete the lock: it is this replica's and should be another's, or it is a dead session's and of an account
    /// that there is no more.
    Free(AccountKey, String),
    /// Create the lock, or take over that of this version.
    Take(AccountKey, Option<String>),
    /// Delete a dead session's lease, which no lock names.
    Bury(String, String),
}

/// What is to be done, in order: first what makes room for others.
pub fn decide(situation: &Situation<'_>) -> Vec<Step> {
    let Situation { me, scope, sessions, accounts, locks, held, busy } = *situation;
    let living: BTreeSet<&str> = sessions.living(scope).chain([me]).collect();
    let mut steps = Vec::new();
    for (account, version) in held {
        if locks.get(account).is_none_or(|lock| lock.version != *version) {
            steps.push(Step::Lose(account.clone()));
        }
    }
    for (account, lock) in locks {
        let is_mine = *lock.holder == *me;
        let is_wanted = accounts.contains(account) && owner(account, living.iter().copied()) == Some(me);
        if is_mine && !is_wanted {
            let account = account.clone();
            let free = |account| Step::Free(account, lock.version.clone());
            steps.push(if busy.contains(&account) { Step::Stop(account) } else { free(account) });
        } else if !is_mine && !accounts.contains(account) && sessions.is_dead(&lock.holder) {
            steps.push(Step::Free(account.clone(), lock.version.clone()));
        }
    }
    for account in accounts.iter().filter(|account| owner(account, living.iter().copied()) == Some(me)) {
        match locks.get(account) {
            None => steps.push(Step::Take(account.clone(), None)),
            Some(lock) if *lock.holder == *me && held.contains_key(account) => {}
            Some(lock) if *lock.holder == *me || sessions.is_dead(&lock.holder) => {
                steps.push(Step::Take(account.clone(), Some(lock.version.clone())));
            }
            // It lives, and has been told by the same hashing to let go.
            Some(_) => {}
        }
    }
    let named: BTreeSet<&str> = locks.values().map(|lock| &*lock.holder).collect();
    for member in sessions.dead().filter(|member| *member.session != *me && !named.contains(&*member.session)) {
        steps.push(Step::Bury(member.session.to_string(), member.version.clone()));
    }
    steps
}
