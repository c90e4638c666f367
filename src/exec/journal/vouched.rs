//! What a person vouched for: that nothing was bought but what this journal has. Where no carrier can be asked what was
//! bought (driver `csv`), nothing is bought before that: a journal that was lost would buy everything again.

use jiff::civil::Date;
use rusqlite::OptionalExtension as _;

use super::{Journal, JournalError};
use crate::exec::audit::AuditEvent;

/// Made in journals of any age, by the first who vouches.
const VOUCHED: &str = "
CREATE TABLE IF NOT EXISTS vouched (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  nothing_bought_since TEXT NOT NULL
);
";

impl Journal {
    /// From when on (JST) nothing was bought but what this journal has; `None` where nobody vouched for any.
    pub fn nothing_else_bought_since(&self) -> Result<Option<Date>, JournalError> {
        let since: Option<String> = self.sql(|db| {
            if !db.table_exists(None, "vouched")? {
                return Ok(None);
            }
            db.query_row("SELECT nothing_bought_since FROM vouched", [], |row| row.get(0)).optional()
        })?;
        since.map(|since| since.parse().map_err(|_| self.corrupt("a date"))).transpose()
    }

    /// A person vouches for it; gives from when on it holds, as somebody may have vouched for more before. The audit log hears of it
    /// first.
    pub fn vouch(&self, since: Date) -> Result<Date, JournalError> {
        let since = self.nothing_else_bought_since()?.map_or(since, |before| before.min(since));
        self.audit(&[AuditEvent::Vouched { nothing_bought_since: since }])?;
        self.sql(|db| {
            db.execute_batch(VOUCHED)?;
            db.execute(
                "INSERT INTO vouched VALUES (1, ?1) ON CONFLICT (one) DO UPDATE SET nothing_bought_since = ?1",
                [since.to_string()],
            )
            .map(|_| since)
        })
    }
}
