//! Annotations, labels and finalizers: names that people and other tools type.

/// On an account: the id of the plan that may be applied. Removed once it is used.
pub const APPROVE: &str = "simfleet.dev/approve";
/// On an account, beside [`APPROVE`]: guards that may be exceeded, `terminate=2,spendPerPlan=12400`. Removed with it.
pub const ACK: &str = "simfleet.dev/ack";
/// On an account or fleet: any new value makes the controller reconcile now.
pub const RECONCILE_AT: &str = "simfleet.dev/reconcile-at";
/// On a `SimOperation` in doubt: `done`, `not-done` or `application=NUMBER` settles it, as `simfleet ops resolve` does.
pub const RESOLVE: &str = "simfleet.dev/resolve";
/// On what the controller makes: the name of the account that it belongs to.
pub const ACCOUNT: &str = "simfleet.dev/account";
/// On what outlives the account's object: whose carrier and contractor it is about, as a digest.
pub const CARRIER: &str = "simfleet.dev/carrier";
/// On config maps that the controller makes: `plan` or `memory`.
pub const CONTENT: &str = "simfleet.dev/content";
/// On orders that were placed and are still open, and fleets and accounts while an operation of theirs is under way.
pub const FINALIZER: &str = "simfleet.dev/open-operation";
/// Who writes, in `managedFields`.
pub const FIELD_MANAGER: &str = "simfleet-controller";
/// On leases of replicas: `session` (a replica) or `account` (who works on it).
pub const LEASE: &str = "simfleet.dev/lease";
/// On a replica's session: the namespaces that it watches; only replicas of one scope share accounts.
pub const SCOPE: &str = "simfleet.dev/scope";
