//! What became of a plan, as text.

use std::time::Duration;

use simfleet::domain::{Msisdn, OperationKind};
use simfleet::exec::{ApplyReport, Event, OperationReport, Outcome};
use simfleet::plan::{OpId, Plan, RequestId};
use simfleet::render::report::{self, ReportOptions};

use super::{fixture, paid};
use crate::golden;

fn render(reports: &[ApplyReport]) -> String {
    render_of(&fixture::empty(), reports)
}

fn render_of(plan: &Plan, reports: &[ApplyReport]) -> String {
    let mut out = Vec::new();
    report::write(&mut out, plan, reports, &ReportOptions::default()).expect("a vector takes everything");
    String::from_utf8(out).expect("text is UTF-8")
}

fn operation(n: u32, kind: OperationKind, outcome: Outcome) -> OperationReport {
    let msisdn = Msisdn::parse(&format!("080{n:08}")).expect("a number");
    OperationReport { id: OpId(format!("{kind}-{n:04}").into()), kind, subject: msisdn.into(), outcome }
}

fn report(operations: Vec<OperationReport>) -> ApplyReport {
    ApplyReport { account: "main".into(), requests_sent: 7, operations, stopped: false, fatal: None }
}

fn mixed() -> Vec<ApplyReport> {
    let done = |effective: Option<&str>| Outcome::Confirmed {
        application: Some("A1".into()),
        effective: effective.map(|date| date.parse().expect("a date")),
    };
    let mut operations = vec![
        operation(1, OperationKind::Suspend, done(None)),
        operation(2, OperationKind::ChangeRatePlan, done(Some("2026-12-01"))),
        operation(3, OperationKind::ChangeRatePlan, Outcome::Accepted { application: "A2".into() }),
        operation(
            4,
            OperationKind::Resume,
            Outcome::Rejected { code: "INVALID_STATE".into(), message: "状態が不正です\u{1b}[2J".into() },
        ),
        operation(5, OperationKind::Terminate, Outcome::InDoubt { note: "timed out after sending".into() }),
        operation(6, OperationKind::Suspend, Outcome::Stale { why: "status is terminated, was active".into() }),
    ];
    operations.extend(
        (10..40).map(|n| {
            operation(n, OperationKind::StartUse, Outcome::Skipped { because: OpId(format!("allocate-{n:04}").into()) })
        }),
    );
    let mut other = report(vec![operation(50, OperationKind::Suspend, Outcome::NotSent { why: "stopped".into() })]);
    other.account = "osaka".into();
    other.stopped = true;
    other.fatal = Some("the carrier refuses the password".into());
    vec![report(operations), other]
}

#[test]
fn goldens() {
    golden::check("report/mixed.txt", &render(&mixed()));
    golden::check("report/paid.txt", &render_of(&paid::plan(), &[bought()]));
}

/// What became of [`paid::plan`]: most of it was bought, the order is in doubt.
fn bought() -> ApplyReport {
    let operations = paid::plan().operations.into_iter().zip(51..).map(|(operation, n)| {
        let kind = operation.change.kind();
        let application = format!("A{n}").as_str().into();
        let outcome = if kind == OperationKind::PlaceOrder {
            Outcome::InDoubt { note: "timed out after sending".into() }
        } else if kind == OperationKind::Terminate {
            Outcome::Accepted { application }
        } else {
            Outcome::Confirmed { application: Some(application), effective: None }
        };
        OperationReport { id: operation.id, kind, subject: operation.subject, outcome }
    });
    report(operations.collect())
}

#[test]
fn the_last_line_is_the_bill() {
    let last = render_of(&paid::plan(), &[bought()]).lines().last().unwrap_or_default().to_owned();
    assert_eq!(
        last,
        "Partly applied: 7 done, 1 accepted; 1 in doubt; cost +13,700 JPY once, -900 JPY/month; in doubt +162,300 JPY once."
    );
}

#[test]
fn the_last_line_is_the_sum() {
    let last = |reports: &[ApplyReport]| render(reports).lines().last().unwrap_or_default().to_owned();
    assert_eq!(last(&mixed()), "Partly applied: 2 done, 1 accepted; 1 rejected, 1 stale, 1 not sent, 30 skipped, 1 in doubt.");
    assert_eq!(last(&[report(Vec::new())]), "Nothing was to be done.");
    let accepted = Outcome::Accepted { application: "A1".into() };
    assert_eq!(last(&[report(vec![operation(1, OperationKind::Suspend, accepted)])]), "Applied: 1 accepted.");
    let stale = Outcome::Stale { why: "it is terminated".into() };
    assert_eq!(last(&[report(vec![operation(1, OperationKind::Suspend, stale)])]), "Nothing was done: 1 stale.");
}

#[test]
fn a_date_is_told_where_it_means_something() {
    let date = "2026-12-01".parse().expect("a date");
    let done = |kind| operation(1, kind, Outcome::Confirmed { application: None, effective: Some(date) });
    let line = |kind| {
        let OperationReport { id, kind, subject, outcome } = done(kind);
        let line = report::line(&Event::OperationEnded { id, kind, subject, outcome }).expect("an end is worth a line");
        let told = render(&[report(vec![done(kind)])]);
        let what = line.rsplit(": ").next().expect("an outcome").trim_start_matches("done").to_owned();
        assert!(told.contains(&format!("{kind}: 1 done{what}\n")), "{told}");
        what
    };
    assert_eq!(line(OperationKind::ChangeRatePlan), ", in force from 2026-12-01");
    assert_eq!(line(OperationKind::Terminate), ", ends with 2026-12-01");
    assert_eq!(line(OperationKind::PlaceOrder), ", expected on 2026-12-01");
    // Done at once; the date of a cancelled application is none of the cancellation's.
    for kind in [OperationKind::BuyCoupon, OperationKind::Suspend, OperationKind::CancelApplication] {
        assert_eq!(line(kind), "");
    }
}

#[test]
fn lines_of_a_log_mask_numbers() {
    for OperationReport { id, kind, subject, outcome } in mixed().into_iter().flat_map(|report| report.operations) {
        let number = subject.to_string();
        let line = report::line(&Event::OperationEnded { id, kind, subject, outcome }).expect("an end is worth a line");
        assert!(line.starts_with(kind.as_str()), "{line}");
        assert!(!line.contains(&number), "{line}");
        assert!(!line.contains(char::is_control), "{line}");
    }
}

#[test]
fn what_is_not_worth_a_line_has_none() {
    let request = RequestId("r0001".into());
    let retry = Event::RetryScheduled { request: request.clone(), after: Duration::from_millis(1_200), why: "429".into() };
    assert_eq!(report::line(&retry).as_deref(), Some("r0001: 429; again in 2 s"));
    assert_eq!(report::line(&Event::RequestSent { request, kind: OperationKind::Suspend, items: 1 }), None);
    assert_eq!(report::line(&Event::Waiting { applications: 3 }), None);
}
