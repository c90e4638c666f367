//! `--redact`: what this process says goes through one redactor, stdout and stderr alike, so that no command can forget it.
//! Files that are written for other commands (`plan --out`, `observe -o`) do not: they have to name the lines.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{self, Write};
use std::sync::{OnceLock, PoisonError, RwLock};

use secrecy::ExposeSecret as _;

use crate::cli::environment::Environment;
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::diag::Diagnostic;
use crate::redact::{RedactionKey, Redactor, masked, without_address};

/// A process has one stdout and one stderr, and so one redactor, or none.
static REDACTOR: OnceLock<RwLock<Redactor>> = OnceLock::new();

/// Begins to redact, if that is asked for.
pub(super) fn start(shell: &Shell) -> Result<(), Failure> {
    if shell.global.redact {
        let redactor = redactor(&shell.environment)?;
        // A second command in the same process (in tests) keeps the first key.
        REDACTOR.get_or_init(|| RwLock::new(redactor));
    }
    Ok(())
}

/// A redactor with the key of the environment.
pub(super) fn redactor(environment: &Environment) -> Result<Redactor, Failure> {
    let way_out = "SIMFLEET_REDACTION_KEY holds a secret of your own, the same for every run: openssl rand -hex 32 makes one \
                   (simfleet explain redaction)";
    let Some(key) = &environment.redaction_key else {
        return Err(Failure::usage("there is no key to make tokens with").help(way_out));
    };
    let key = RedactionKey::parse(key.expose_secret());
    key.map(Redactor::new).map_err(|error| Failure::usage(format!("SIMFLEET_REDACTION_KEY: {error}")).help(way_out))
}

/// Whether a command line that could not be taken apart asks for it. In doubt it does: a value of the environment that clap
/// would refuse, or the option with a value that it does not take.
pub(super) fn is_asked_for(arguments: &[String], environment: &Environment) -> bool {
    let is_false = |value: &OsString| value.to_str().is_some_and(|text| FALSE.contains(&text.to_ascii_lowercase().as_str()));
    arguments.iter().any(|argument| argument.starts_with("--redact"))
        || environment.redact.as_ref().is_some_and(|value| !is_false(value))
}

/// What clap takes for false.
const FALSE: [&str; 6] = ["n", "no", "f", "false", "off", "0"];

/// A text as it may be said before anything has begun. Without a key there are no tokens, and no numbers either.
pub(super) fn redacted_early(text: &str, environment: &Environment) -> String {
    let Ok(mut redactor) = redactor(environment) else {
        return masked(text, environment.contractor_id.as_deref());
    };
    if let Some(id) = &environment.contractor_id {
        redactor.hide_contractor(id);
    }
    redactor.redact(text)
}

/// Whether what is said is redacted.
pub(super) fn is_on() -> bool {
    REDACTOR.get().is_some()
}

/// Hides the contractor of an account, as soon as it is known.
pub(super) fn hide_contractor(id: &str) {
    if let Some(redactor) = REDACTOR.get() {
        redactor.write().unwrap_or_else(PoisonError::into_inner).hide_contractor(id);
    }
}

/// Findings as they may be said, but for what is found in their finished text.
pub(super) fn findings(findings: &[Diagnostic]) -> Cow<'_, [Diagnostic]> {
    if is_on() {
        return Cow::Owned(findings.iter().cloned().map(without_address).collect());
    }
    Cow::Borrowed(findings)
}

/// The text as it may be said.
pub(super) fn redacted(text: &str) -> Cow<'_, str> {
    said(text, Redactor::redact)
}

/// A CSV table as it may be said.
pub(super) fn redacted_table(text: &str) -> Cow<'_, str> {
    said(text, Redactor::redact_table)
}

fn said(text: &str, redact: fn(&Redactor, &str) -> String) -> Cow<'_, str> {
    match REDACTOR.get() {
        // A redactor is whole even after a panic elsewhere.
        Some(redactor) => Cow::Owned(redact(&redactor.read().unwrap_or_else(PoisonError::into_inner), text)),
        None => Cow::Borrowed(text),
    }
}

/// A stream of records, each written at once, as they may be said.
pub(super) struct Redacting<W>(pub(super) W);

impl<W: Write> Write for Redacting<W> {
    fn write(&mut self, record: &[u8]) -> io::Result<usize> {
        if is_on() {
            self.0.write_all(redacted(&String::from_utf8_lossy(record)).as_bytes())?;
            return Ok(record.len());
        }
        self.0.write(record)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
