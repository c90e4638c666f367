//! `simfleet ops`: the operation journal.

mod journals;
mod list;
mod resolve;
mod show;
mod vouch;

use serde_json::{Value, json};

use crate::cli::args::Ops;
use crate::cli::failure::Failure;
use crate::cli::shell::Shell;
use crate::domain::calendar::rfc3339;
use crate::exec::journal::{OperationRecord, Resolution};
use crate::exec::settle::{SETTLE_WINDOW, settled_by};

pub(crate) async fn run(shell: &Shell, ops: &Ops) -> Result<u8, Failure> {
    match ops {
        Ops::List(args) => list::run(shell, args),
        Ops::Show(args) => show::run(shell, args),
        Ops::Resolve(args) => resolve::run(shell, args).await,
        Ops::Vouch(args) => vouch::run(shell, args).await,
    }
}

fn unknown(id: &str) -> Failure {
    Failure::error(format!("no journal has an operation {id}")).help("`simfleet ops list` shows all")
}

fn as_json(record: &OperationRecord) -> Value {
    json!({
        "id": record.id,
        "attempt": record.attempt,
        "kind": record.kind,
        "risk": record.kind.risk(),
        "msisdn": record.subject.msisdn(),
        "order": record.subject.order(),
        "plan": record.plan.0,
        "state": record.state.as_str(),
        "inDoubt": record.state.is_in_doubt(),
        "resolution": record.resolution.map(Resolution::as_str),
        "from": record.from,
        "to": record.to,
        "amount": record.amount,
        "applicationNo": record.application,
        "sentAt": record.sent_at.map(rfc3339),
        "settledBy": settled_by(record, SETTLE_WINDOW).filter(|_| record.state.is_in_doubt()).map(rfc3339),
        "effectiveDate": record.effective,
        "note": record.note,
    })
}
