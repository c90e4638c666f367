//! The file of a log: appended to, never rewritten, by any number of processes in turn.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Map, Value};

use super::chain::{Head, digest, seal, unseal};
use super::verify::is_torn_region;

/// How much of the end of a file is read at first to find its last record.
const TAIL: u64 = 64 * 1024;

/// How long another process may write.
const PATIENCE: Duration = Duration::from_secs(20);

/// Between two looks at its lock.
const PAUSE: Duration = Duration::from_millis(5);

/// Why nothing can be written to a log. Then nothing is sent either.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// It cannot be opened, read, written or synced.
    #[error("the audit log {} cannot be written, and without it nothing is sent", .file.display())]
    Unwritable {
        /// Which.
        file: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It does not end as a log ends, not even one whose writer was killed.
    #[error("the audit log {} does not end in a record (was it edited?), and nothing is appended to it", .file.display())]
    Foreign {
        /// Which.
        file: PathBuf,
    },
}

/// A log that is written.
#[derive(Debug)]
pub(super) struct LogFile {
    path: PathBuf,
    file: File,
    /// Its length and last record as we left it. Another process may have gone on since.
    known: Option<(u64, Option<Head>)>,
}

impl LogFile {
    /// Opens or makes it. A new one can be read by nobody but its owner.
    pub(super) fn open(path: &Path) -> Result<Self, AuditError> {
        let unwritable = |source| AuditError::Unwritable { file: path.to_owned(), source };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder {
            std::fs::create_dir_all(folder).map_err(unwritable)?;
        }
        let is_new = !path.exists();
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(unwritable)?;
        if !file.metadata().map_err(unwritable)?.is_file() {
            // A pipe or a terminal cannot be read back, and forgets.
            return Err(unwritable(io::Error::other("it is no regular file")));
        }
        if is_new {
            // Its name has to survive a crash as its lines do.
            file.sync_all().map_err(unwritable)?;
            #[cfg(unix)]
            File::open(folder.unwrap_or(Path::new("."))).and_then(|folder| folder.sync_all()).map_err(unwritable)?;
        }
        Ok(Self { path: path.to_owned(), file, known: None })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Its last record, as it is now.
    pub(super) fn head(&self) -> Result<Option<Head>, AuditError> {
        let unwritable = |source| AuditError::Unwritable { file: self.path.clone(), source };
        self.lock().map_err(unwritable)?;
        let tail = self.file.metadata().map_err(unwritable).and_then(|metadata| self.tail(metadata.len()));
        self.file.unlock().map_err(unwritable)?;
        Ok(tail?.head)
    }

    /// Appends records as one write and one sync, and gives the last one. When it returns they are on the
    /// disk. `torn` makes the record that names what a killed writer left.
    pub(super) fn append(
        &mut self,
        records: Vec<Map<String, Value>>,
        torn: impl FnOnce(u64, String) -> Map<String, Value>,
    ) -> Result<Head, AuditError> {
        let path = self.path.clone();
        let unwritable = |source| AuditError::Unwritable { file: path.clone(), source };
        // Other processes append between our records, never into them.
        self.lock().map_err(unwritable)?;
        let appended = self.append_locked(records, torn);
        let unlocked = self.file.unlock().map_err(unwritable);
        let head = appended?;
        unlocked?;
        Ok(head)
    }

    /// A writer keeps the lock for one write and one sync. Who keeps it for longer is stuck, and is not waited
    /// for: what was to be done is not done.
    fn lock(&self) -> io::Result<()> {
        let mut tries = PATIENCE.as_millis() / PAUSE.as_millis();
        loop {
            match self.file.try_lock() {
                Ok(()) => return Ok(()),
                Err(TryLockError::WouldBlock) if tries > 0 => {
                    tries -= 1;
                    std::thread::sleep(PAUSE);
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(io::Error::new(io::ErrorKind::TimedOut, "another process is writing to it and does not end"));
                }
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
    }

    fn append_locked(
        &mut self,
        records: Vec<Map<String, Value>>,
        torn: impl FnOnce(u64, String) -> Map<String, Value>,
    ) -> Result<Head, AuditError> {
        let failed = |source| AuditError::Unwritable { file: self.path.clone(), source };
        let length = self.file.metadata().map_err(failed)?.len();
        let tail = match &self.known {
            Some((known, head)) if *known == length => Tail { head: head.clone(), ..Tail::default() },
            Some(_) | None => self.tail(length)?,
        };
        let mut text = if tail.is_ended { String::new() } else { "\n".to_owned() };
        let mut head = tail.head;
        let mut add = |fields: Map<String, Value>| {
            let (line, next) = seal(fields, head.as_ref());
            text.push_str(&line);
            head = Some(next);
        };
        if !tail.region.is_empty() {
            add(torn(u64::try_from(tail.region.len()).unwrap_or(u64::MAX), digest(&tail.region)));
        }
        records.into_iter().for_each(add);
        // Whatever happens now, what we knew of the end is no longer true.
        self.known = None;
        (&self.file).write_all(text.as_bytes()).and_then(|()| self.file.sync_data()).map_err(failed)?;
        self.known = Some((length.saturating_add(u64::try_from(text.len()).unwrap_or(u64::MAX)), head.clone()));
        // Nobody appends nothing; an empty log has no head.
        head.ok_or_else(|| failed(io::ErrorKind::InvalidInput.into()))
    }

    /// How the file ends: its last record, and what stands behind it.
    fn tail(&self, length: u64) -> Result<Tail, AuditError> {
        let failed = |source| AuditError::Unwritable { file: self.path.clone(), source };
        let mut size = TAIL.min(length);
        loop {
            let mut bytes = Vec::new();
            (&self.file)
                .seek(SeekFrom::Start(length - size))
                .and_then(|_| (&self.file).take(size).read_to_end(&mut bytes))
                .map_err(failed)?;
            match Tail::of(&bytes, size == length) {
                Some(tail) if tail.is_plausible() => return Ok(tail),
                Some(_) => return Err(AuditError::Foreign { file: self.path.clone() }),
                None => size = size.saturating_mul(8).min(length),
            }
        }
    }
}

/// How a log ends.
#[derive(Debug, PartialEq, Eq)]
struct Tail {
    /// Its last record.
    head: Option<Head>,
    /// What stands behind it, the end of its last line included.
    region: Vec<u8>,
    /// Whether the last line has its end.
    is_ended: bool,
}

impl Default for Tail {
    fn default() -> Self {
        Self { head: None, region: Vec::new(), is_ended: true }
    }
}

impl Tail {
    /// From the last bytes of a file; `None` where they hold no record and are not all there is.
    fn of(bytes: &[u8], is_whole: bool) -> Option<Self> {
        let is_ended = bytes.is_empty() || bytes.ends_with(b"\n");
        let mut region_begins = bytes.len();
        for line in bytes.split_inclusive(|byte| *byte == b'\n').rev() {
            let content = line.strip_suffix(b"\n").unwrap_or(line);
            // A record that lacks only the end of its line lacks nothing.
            if let Ok(record) = unseal(content) {
                let mut region = bytes.get(region_begins..).unwrap_or_default().to_vec();
                if !is_ended && !region.is_empty() {
                    region.push(b'\n');
                }
                return Some(Self { head: Some(Head { seq: record.seq, hash: record.hash }), region, is_ended });
            }
            region_begins = region_begins.saturating_sub(line.len());
        }
        if !is_whole {
            return None;
        }
        let mut region = bytes.to_vec();
        if !is_ended {
            region.push(b'\n');
        }
        Some(Self { head: None, region, is_ended })
    }

    /// Whether a killed writer can have left it.
    fn is_plausible(&self) -> bool {
        self.region.is_empty() || is_torn_region(&self.region)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_log_is_found_in_any_part_of_it_that_holds_a_record() {
        let (first, one) = seal(Map::new(), None);
        let (second, two) = seal(Map::new(), Some(&one));
        let both = format!("{first}{second}");
        let tail = |text: &str, is_whole| Tail::of(text.as_bytes(), is_whole);
        let clean = |head: &Head, is_ended| Tail { head: Some(head.clone()), region: Vec::new(), is_ended };
        assert_eq!(tail(&both, true), Some(clean(&two, true)));
        assert_eq!(tail(&both[10..], false), Some(clean(&two, true)));
        assert_eq!(tail(both.trim_end(), true), Some(clean(&two, false)));
        assert_eq!(tail(&second[10..], false), None);
        let torn = &both[..first.len() + 20];
        let region = format!("{}\n", &second[..20]).into_bytes();
        assert_eq!(tail(torn, true), Some(Tail { head: Some(one), region, is_ended: false }));
        assert_eq!(tail("", true), Some(Tail::default()));
        assert!(!tail("hello\n", true).unwrap().is_plausible());
        assert!(!tail(&both.replace("\"seq\":2", "\"seq\":3"), true).unwrap().is_plausible(), "an edit is not torn");
        assert!(tail("{\"at", true).unwrap().is_plausible());
    }
}
