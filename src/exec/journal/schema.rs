//! The tables, and whose journal it is.

use super::{Journal, JournalError};
use crate::domain::CarrierIdentity;

/// The schema this version writes, as `PRAGMA user_version`.
const VERSION: i64 = 1;

const SCHEMA: &str = "
CREATE TABLE carrier (
  host TEXT NOT NULL,
  contractor_id TEXT NOT NULL
);
CREATE TABLE lease (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  since INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
);
CREATE TABLE plans (
  plan TEXT PRIMARY KEY,
  started_at INTEGER
) WITHOUT ROWID;
CREATE TABLE requests (
  plan TEXT NOT NULL REFERENCES plans (plan),
  request TEXT NOT NULL,
  ended INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (plan, request)
) WITHOUT ROWID;
CREATE TABLE operations (
  seq INTEGER PRIMARY KEY,
  op_id TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  plan TEXT NOT NULL,
  request TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  from_values TEXT NOT NULL,
  to_values TEXT NOT NULL,
  state TEXT NOT NULL,
  resolution TEXT,
  application TEXT,
  newest_before TEXT,
  sent_at INTEGER,
  effective TEXT,
  note TEXT,
  amount INTEGER NOT NULL,
  UNIQUE (op_id, attempt)
);
CREATE INDEX operations_open ON operations (state) WHERE state IN ('intended', 'sent', 'acked', 'unknown');
CREATE INDEX operations_plan ON operations (plan);
CREATE INDEX operations_line ON operations (subject);
CREATE INDEX operations_application ON operations (application) WHERE application IS NOT NULL;
CREATE TABLE confirmed (
  msisdn TEXT NOT NULL,
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (msisdn, field)
) WITHOUT ROWID;
CREATE TABLE protected (
  msisdn TEXT PRIMARY KEY
) WITHOUT ROWID;
";

/// Made in journals of any age: an index is nothing that an earlier version would stumble over.
const INDEXES: &str = "
CREATE INDEX IF NOT EXISTS operations_coupons ON operations (json_extract(to_values, '$.purchase.month'))
  WHERE kind = 'buyCoupon';
CREATE INDEX IF NOT EXISTS operations_fees ON operations (sent_at) WHERE kind IN ('terminate', 'cancelApplication');
CREATE INDEX IF NOT EXISTS operations_orders ON operations (subject) WHERE kind = 'placeOrder';
";

impl Journal {
    pub(super) fn schema_version(&self) -> Result<i64, JournalError> {
        let found = self.sql(|db| db.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0)))?;
        if found > VERSION {
            return Err(JournalError::Newer { file: self.file.clone(), found, ours: VERSION });
        }
        Ok(found)
    }

    pub(super) fn migrate(&self) -> Result<(), JournalError> {
        if self.schema_version()? == VERSION {
            return self.sql(|db| db.execute_batch(INDEXES));
        }
        // Two first openers: the second one finds the tables made.
        self.sql(|db| db.execute_batch("BEGIN IMMEDIATE"))?;
        let made = self.schema_version().and_then(|found| {
            if found == VERSION {
                return Ok(());
            }
            self.sql(|db| {
                db.execute_batch(SCHEMA)?;
                db.execute_batch(INDEXES)?;
                db.pragma_update(None, "user_version", VERSION)
            })
        });
        self.sql(|db| db.execute_batch(if made.is_ok() { "COMMIT" } else { "ROLLBACK" }))?;
        made
    }

    /// Whose journal it is; nobody's where nothing was written to it.
    pub fn carrier(&self) -> Result<Option<CarrierIdentity>, JournalError> {
        self.sql(|db| {
            let mut statement = db.prepare("SELECT host, contractor_id FROM carrier")?;
            let mut rows =
                statement.query_map([], |row| Ok(CarrierIdentity { host: row.get(0)?, contractor_id: row.get(1)? }))?;
            rows.next().transpose()
        })
    }

    /// Notes whose journal it is, or refuses another carrier's.
    pub(super) fn check_identity(&self, identity: &CarrierIdentity) -> Result<(), JournalError> {
        let found = self.carrier()?;
        match found {
            Some(found) if found == *identity => Ok(()),
            Some(found) => {
                let name = |identity: &CarrierIdentity| format!("{} at {}", identity.contractor_id, identity.host);
                Err(JournalError::OtherCarrier { file: self.file.clone(), found: name(&found), ours: name(identity) })
            }
            // Read-only, with nothing in it yet: nobody's.
            None if self.sql(|db| db.is_readonly("main"))? => Ok(()),
            None => self.sql(|db| {
                db.execute("INSERT INTO carrier VALUES (?1, ?2)", (&identity.host, &identity.contractor_id)).map(|_| ())
            }),
        }
    }
}
