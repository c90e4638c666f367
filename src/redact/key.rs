//! The key of the tokens.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::redact::token::{Found, spell};

/// The least characters of a key. Sixteen random hexadecimal digits are out of reach of trying; what a person makes up is not.
pub const SHORTEST_KEY: usize = 16;

/// A secret from which tokens are made. Whoever has it can find out what a token stands for.
pub struct RedactionKey(Hmac<Sha256>);

/// Why a text is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a redaction key has at least {SHORTEST_KEY} characters, this has {found}")]
pub struct KeyError {
    /// The characters found.
    pub found: usize,
}

impl RedactionKey {
    /// Takes a secret text; blanks at its ends (the line end of a file) do not count.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        let found = text.chars().count();
        if found < SHORTEST_KEY {
            return Err(KeyError { found });
        }
        // HMAC takes keys of any length.
        Hmac::new_from_slice(text.as_bytes()).map(Self).map_err(|_| KeyError { found })
    }

    /// The token of an identifier.
    pub(super) fn token(&self, found: &Found) -> String {
        let mut digest = self.0.clone();
        digest.update(&[found.kind.letter() as u8, 0]);
        digest.update(found.digits.as_bytes());
        spell(found, &digest.finalize().into_bytes())
    }
}

impl fmt::Debug for RedactionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedactionKey(…)")
    }
}
