//! Rendezvous hashing (Thaler and Ravishankar, 1998): every account goes to the session that scores highest with it.

use sha2::{Digest as _, Sha256};

use crate::controller::AccountKey;

/// The session that should have an account. None: there are no sessions.
pub fn owner<'a>(account: &AccountKey, sessions: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    sessions.into_iter().max_by_key(|session| (score(account, session), *session))
}

/// No part may run into the next: names hold no zero bytes.
fn score(account: &AccountKey, session: &str) -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in [session, "\0", &account.namespace, "\0", &account.name] {
        digest.update(part.as_bytes());
    }
    digest.finalize().into()
}
