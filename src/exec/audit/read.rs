//! Reading a log: whole records, or the proof that they are what was written.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader};
use std::path::Path;

use super::chain::{Head, Sealed};
use super::verify::{Broken, Verified, Verifier};

/// A log that was read: its records up to the first flaw, and the flaw.
#[derive(Debug)]
pub struct AuditRead {
    /// In the order in which they were written.
    pub records: Vec<Sealed>,
    /// What the whole of it is, or the first thing that is wrong.
    pub verdict: Result<Verified, Broken>,
}

/// Checks a log without keeping it. With `heads`, also says which of them it does not contain.
pub fn verify(file: &Path, heads: &[Head]) -> io::Result<(Result<Verified, Broken>, Vec<Head>)> {
    let mut missing = heads.to_vec();
    let verdict = pass(file, |record| missing.retain(|head| head.hash != record.hash))?;
    Ok((verdict, missing))
}

/// Reads a log.
pub fn read(file: &Path) -> io::Result<AuditRead> {
    let mut records = Vec::new();
    let verdict = pass(file, |record| records.push(record))?;
    Ok(AuditRead { records, verdict })
}

fn pass(file: &Path, mut take: impl FnMut(Sealed)) -> io::Result<Result<Verified, Broken>> {
    let file = File::open(file)?;
    // A writer that is in the middle of a line is waited for.
    file.lock_shared()?;
    let mut reader = BufReader::new(&file);
    let mut verifier = Verifier::default();
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        if let Some(record) = verifier.line(&line) {
            take(record);
        }
        line.clear();
    }
    file.unlock()?;
    Ok(verifier.finish())
}
