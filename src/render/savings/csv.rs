//! The report as CSV, for a spreadsheet: a row a finding, then a row for each thing that is unknown.

use std::borrow::Cow;
use std::io::{self, Write};

use super::words;
use crate::render::escape;
use crate::savings::{Finding, LargerPlan, Matter, Savings, Since, SmallerPlan, Subject, Unknown};

/// The columns. What a row does not have is empty.
const HEADER: [&str; 22] = [
    "account",
    "finding",
    "msisdn",
    "name",
    "fleet",
    "labels",
    "systemNumber",
    "serviceCode",
    "status",
    "ratePlan",
    "monthlyCost",
    "saving",
    "since",
    "days",
    "quotaBytes",
    "lastFullMonthBytes",
    "thisMonthBytes",
    "fittingRatePlan",
    "fittingMonthlyCost",
    "boundImei",
    "seenImei",
    "detail",
];

/// Writes the rows (RFC 4180: CRLF). Text that others wrote cannot become a formula.
pub fn write(out: &mut (impl Write + ?Sized), accounts: &[Savings]) -> io::Result<()> {
    let mut sheet = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    sheet.write_record(HEADER)?;
    for savings in accounts {
        for finding in &savings.findings {
            sheet.write_record(row(savings, finding).map(safe))?;
        }
        for unknown in &savings.unknown {
            sheet.write_record(unknown_row(savings, unknown).map(safe))?;
        }
    }
    sheet.flush()
}

/// A cell that no spreadsheet computes.
fn safe(cell: String) -> String {
    match escape::csv_cell(&cell) {
        Cow::Borrowed(_) => cell,
        Cow::Owned(safe) => safe,
    }
}

fn row(savings: &Savings, finding: &Finding) -> [String; 22] {
    let Finding { subject, saving, matter } = finding;
    let Subject { msisdn, name, labels, fleet, system, service, plan, status, monthly } = subject;
    let text = |text: &Option<std::sync::Arc<str>>| text.as_deref().unwrap_or_default().to_owned();
    let Facts { since, days, quota, last_month, this_month, fitting, fee, bound, seen } = facts(matter);
    [
        savings.account.to_string(),
        matter.kind().to_string(),
        msisdn.to_string(),
        text(name),
        text(fleet),
        words::labels(labels.as_deref()),
        system.to_string(),
        service.to_string(),
        status.wire().to_owned(),
        plan.to_string(),
        number(monthly.map(|fee| fee.0)),
        saving.0.to_string(),
        since,
        days,
        quota,
        last_month,
        this_month,
        fitting,
        fee,
        bound,
        seen,
        words::detail(finding, savings.month),
    ]
}

fn unknown_row(savings: &Savings, unknown: &Unknown) -> [String; 22] {
    let mut row: [String; 22] = std::array::from_fn(|_| String::new());
    let detail = format!("{}: {}", words::reading(unknown.what), words::why(&unknown.why));
    let [account, finding, msisdn, .., last] = &mut row;
    *account = savings.account.to_string();
    "unknown".clone_into(finding);
    *msisdn = unknown.msisdn.to_string();
    *last = detail;
    row
}

/// What a finding has of its own, as cells.
#[derive(Default)]
struct Facts {
    since: String,
    days: String,
    quota: String,
    last_month: String,
    this_month: String,
    fitting: String,
    fee: String,
    bound: String,
    seen: String,
}

fn facts(matter: &Matter) -> Facts {
    match matter {
        Matter::OtherDevice { bound, seen } => Facts { bound: bound.to_string(), seen: seen.to_string(), ..Facts::default() },
        Matter::Idle { last_seen: _, since, days } => {
            Facts { since: words::day(*since), days: days.to_string(), ..Facts::default() }
        }
        Matter::Suspended { since: Since::At(at) | Since::AtLeast(at) } => Facts { since: words::day(*at), ..Facts::default() },
        Matter::Suspended { since: Since::Unsaid } | Matter::Unmanaged => Facts::default(),
        Matter::UnderPlan { quota, last_month, this_month, cheaper: SmallerPlan { plan, monthly } } => Facts {
            quota: quota.to_string(),
            last_month: last_month.to_string(),
            this_month: number(*this_month),
            fitting: plan.to_string(),
            fee: monthly.0.to_string(),
            ..Facts::default()
        },
        Matter::OverPlan { quota, last_month, this_month, larger } => Facts {
            quota: quota.to_string(),
            last_month: number(*last_month),
            this_month: number(*this_month),
            fitting: larger.as_ref().map(|LargerPlan { plan, .. }| plan.to_string()).unwrap_or_default(),
            fee: number(larger.as_ref().map(|larger| larger.monthly.0)),
            ..Facts::default()
        },
    }
}

fn number(number: Option<impl std::fmt::Display>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}
