//! The report as JSON: the document of [`crate::savings::document`].

use std::io::{self, Write};
use std::sync::Arc;

use super::words;
use crate::domain::Money;
use crate::domain::calendar::JstTime;
use crate::domain::money::CURRENCY;
use crate::render::json::{Layout, write_any};
use crate::savings::document::{
    NotJudged, OverallTotals, PlanDetail, REPORT_FORMAT_VERSION, ReportAccount, ReportDocument, ReportFinding, ReportKind,
    ReportKinds, ReportMatter, ReportSample, ReportTotals, ReportUnknown,
};
use crate::savings::{
    Finding, FindingKind, LargerPlan, Matter, Savings, Since, SmallerPlan, Subject, Thresholds, Totals, Unjudged,
};

/// Writes the report: all accounts summed up, then each by itself.
pub fn write(out: &mut (impl Write + ?Sized), accounts: &[Savings]) -> io::Result<()> {
    write_any(out, &document(accounts), Layout::Pretty)
}

/// The document.
pub fn document(accounts: &[Savings]) -> ReportDocument {
    ReportDocument {
        format_version: REPORT_FORMAT_VERSION,
        currency: CURRENCY,
        totals: OverallTotals { totals: totals(&words::sum(accounts)), lines_unknown: words::unknown(accounts) },
        accounts: accounts.iter().map(account).collect(),
    }
}

fn totals(totals: &Totals) -> ReportTotals {
    let Totals { lines, unpriced, monthly, saving, termination_fee: _, kinds } = totals;
    let kind = |kind: FindingKind| {
        let total = kinds.get(&kind).copied().unwrap_or_default();
        ReportKind { lines: total.lines, monthly_cost: total.monthly, saving: total.saving }
    };
    ReportTotals {
        lines: *lines,
        lines_without_price: *unpriced,
        monthly_cost: *monthly,
        possible_saving: *saving,
        findings: ReportKinds {
            other_device: kind(FindingKind::OtherDevice),
            idle: kind(FindingKind::Idle),
            suspended: kind(FindingKind::Suspended),
            under_plan: kind(FindingKind::UnderPlan),
            over_plan: kind(FindingKind::OverPlan),
            unmanaged: kind(FindingKind::Unmanaged),
        },
    }
}

fn account(savings: &Savings) -> ReportAccount {
    let Savings { account, at, month, thresholds, totals: sums, findings, unknown, unjudged, sample } = savings;
    let Thresholds { idle_days, over_percent, under_percent } = *thresholds;
    let Unjudged { pay_as_you_go, unpriced, changing, young } = *unjudged;
    let unknown = unknown.iter();
    ReportAccount {
        name: Arc::clone(account),
        at: JstTime(*at),
        this_month: *month,
        last_full_month: month.previous(),
        idle_days,
        over_percent,
        under_percent,
        termination_fee: sums.termination_fee,
        totals: totals(sums),
        findings: findings.iter().map(finding).collect(),
        unknown: unknown
            .map(|one| ReportUnknown { msisdn: one.msisdn, what: one.what.as_str(), why: words::why(&one.why) })
            .collect(),
        not_judged_by_traffic: NotJudged {
            pay_as_you_go,
            no_price_or_quota: unpriced,
            plan_changing: changing,
            no_full_month: young,
        },
        sample: sample.map(|sample| ReportSample { limit: sample.limit, lines_wanted: sample.wanted, lines_read: sample.chosen }),
    }
}

fn finding(finding: &Finding) -> ReportFinding {
    let Finding { subject, saving, matter } = finding;
    let Subject { msisdn, name, labels, fleet, system, service, plan, status, monthly } = subject;
    ReportFinding {
        msisdn: *msisdn,
        name: name.clone(),
        labels: labels.clone(),
        fleet: fleet.clone(),
        system_number: system.clone(),
        service_code: service.clone(),
        rate_plan: plan.clone(),
        status: status.wire().into(),
        monthly_cost: *monthly,
        saving: *saving,
        matter: self::matter(matter),
    }
}

fn matter(matter: &Matter) -> ReportMatter {
    match matter {
        Matter::OtherDevice { bound, seen } => {
            ReportMatter::OtherDevice { bound_imei: *bound, seen_imei: seen.as_str().to_owned() }
        }
        Matter::Idle { last_seen, since, days } => {
            ReportMatter::Idle { last_seen_at: last_seen.map(JstTime), since: JstTime(*since), days: *days }
        }
        Matter::Suspended { since } => match since {
            Since::At(at) => ReportMatter::Suspended { since: Some(JstTime(*at)), or_earlier: false },
            Since::AtLeast(at) => ReportMatter::Suspended { since: Some(JstTime(*at)), or_earlier: true },
            Since::Unsaid => ReportMatter::Suspended { since: None, or_earlier: true },
        },
        Matter::UnderPlan { quota, last_month, this_month, cheaper: SmallerPlan { plan, monthly } } => {
            ReportMatter::UnderPlan(PlanDetail {
                quota_bytes: *quota,
                last_full_month_bytes: Some(*last_month),
                this_month_bytes: *this_month,
                rate_plan: Some(plan.clone()),
                monthly_cost: Some(*monthly),
            })
        }
        Matter::OverPlan { quota, last_month, this_month, larger } => {
            let (rate_plan, monthly_cost): (_, Option<Money>) =
                larger.as_ref().map(|LargerPlan { plan, monthly }| (plan.clone(), *monthly)).unzip();
            ReportMatter::OverPlan(PlanDetail {
                quota_bytes: *quota,
                last_full_month_bytes: *last_month,
                this_month_bytes: *this_month,
                rate_plan,
                monthly_cost,
            })
        }
        Matter::Unmanaged => ReportMatter::Unmanaged {},
    }
}
