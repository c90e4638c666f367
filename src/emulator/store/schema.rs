//! The tables.

/// Written to `PRAGMA application_id`, so that another program's database is not taken for a store.
pub(super) const APPLICATION_ID: i64 = 0x5349_4d46;

/// Written to `PRAGMA user_version`; counts up when the tables change.
pub(super) const VERSION: i64 = 1;

/// Times are seconds since 1970, months are counted from year 0, dates are text.
///
/// `pending` holds open applications only, so that a page of lines joins a small table. Everything
/// that happens by itself has its moment in an index: bringing the world to a moment is a range scan.
pub(super) const TABLES: &str = "
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE generation (list TEXT PRIMARY KEY, members INTEGER NOT NULL, changes INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO generation VALUES ('lines', 0, 0), ('chips', 0, 0);

CREATE TABLE services (
  place INTEGER PRIMARY KEY, system_no TEXT NOT NULL, service_code TEXT NOT NULL, functions TEXT NOT NULL,
  UNIQUE (system_no, service_code)
);

CREATE TABLE lines (
  msisdn TEXT PRIMARY KEY, iccid TEXT NOT NULL, imsi TEXT NOT NULL, imei TEXT, chip INTEGER NOT NULL,
  system_no TEXT NOT NULL, service_code TEXT NOT NULL, plan_code TEXT NOT NULL,
  status TEXT NOT NULL, label TEXT, suspend_reason TEXT, remaining INTEGER, remaining_month INTEGER NOT NULL,
  opened_at INTEGER, termination_date TEXT, updated_at INTEGER NOT NULL, version INTEGER NOT NULL,
  billed_from INTEGER NOT NULL, billed_until INTEGER, gone_at INTEGER
) WITHOUT ROWID;
CREATE INDEX lines_msisdn ON lines (msisdn);
CREATE INDEX lines_status ON lines (status);
CREATE INDEX lines_plan ON lines (plan_code);
CREATE INDEX lines_tally ON lines (system_no, service_code, status, plan_code);
CREATE INDEX lines_updated ON lines (updated_at);
CREATE INDEX lines_gone ON lines (gone_at) WHERE gone_at IS NOT NULL;

CREATE TABLE chips (
  msisdn TEXT PRIMARY KEY, iccid TEXT NOT NULL, imei TEXT, system_no TEXT, status TEXT NOT NULL, label TEXT,
  ordered_at INTEGER, activated_at INTEGER, version INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX chips_msisdn ON chips (msisdn);
CREATE INDEX chips_status ON chips (status);
CREATE INDEX chips_imei ON chips (imei) WHERE imei IS NOT NULL;

CREATE TABLE applications (
  seq INTEGER PRIMARY KEY, no TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, status TEXT NOT NULL,
  requested_at INTEGER NOT NULL, via TEXT NOT NULL, effective_date TEXT, cancellable_until INTEGER,
  target TEXT, argument TEXT NOT NULL, due_at INTEGER, stuck INTEGER NOT NULL
);
CREATE INDEX applications_due ON applications (due_at, seq) WHERE due_at IS NOT NULL;
CREATE INDEX applications_requested ON applications (requested_at);

CREATE TABLE items (
  seq INTEGER NOT NULL, place INTEGER NOT NULL, msisdn TEXT NOT NULL, status TEXT, error_code TEXT, target TEXT NOT NULL,
  PRIMARY KEY (seq, place)
) WITHOUT ROWID;
CREATE INDEX items_msisdn ON items (msisdn, seq);

CREATE TABLE pending (msisdn TEXT NOT NULL, seq INTEGER NOT NULL, target TEXT NOT NULL, PRIMARY KEY (msisdn, seq)) WITHOUT ROWID;
CREATE INDEX pending_target ON pending (target);
CREATE INDEX pending_seq ON pending (seq);

CREATE TABLE usage (msisdn TEXT NOT NULL, day TEXT NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (msisdn, day)) WITHOUT ROWID;
CREATE TABLE sessions (msisdn TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE ledger (
  seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, msisdn TEXT, application_no TEXT, amount INTEGER NOT NULL
);

CREATE TABLE journal (
  seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL, query TEXT, function INTEGER,
  status INTEGER NOT NULL, asked INTEGER NOT NULL, accepted INTEGER NOT NULL, msisdns TEXT NOT NULL, fault TEXT, read INTEGER NOT NULL
);

CREATE TABLE history (
  place INTEGER PRIMARY KEY, list TEXT NOT NULL, msisdn TEXT NOT NULL, superseded_at INTEGER NOT NULL, image TEXT
);
CREATE INDEX history_superseded ON history (superseded_at);
";

/// Made wherever they are missing: they hold nothing, they only make haste.
pub(super) const INDEXES: &str = "CREATE INDEX IF NOT EXISTS applications_kind ON applications (kind);";

/// What [`TABLES`] makes, in an order in which it can be emptied.
pub(super) const EMPTIED: &[&str] =
    &["services", "lines", "chips", "applications", "items", "pending", "usage", "sessions", "ledger", "journal", "history"];
