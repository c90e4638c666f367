//! The report as JSON.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::words;
use crate::domain::calendar::JstTime;
use crate::domain::money::CURRENCY;
use crate::savings::{
    Finding, FindingKind, LargerPlan, Matter, Savings, Since, SmallerPlan, Subject, Thresholds, Totals, Unjudged,
};

/// The version of the document.
const FORMAT_VERSION: &str = "1.0";

/// Writes the report: all accounts summed up, then each by itself.
pub fn write(out: &mut (impl Write + ?Sized), accounts: &[Savings]) -> io::Result<()> {
    let accounts_json: Vec<Value> = accounts.iter().map(account).collect();
    let mut sums = totals(&words::sum(accounts));
    if let Some(sums) = sums.as_object_mut() {
        sums.insert("linesUnknown".to_owned(), words::unknown(accounts).into());
    }
    let document = json!({
        "formatVersion": FORMAT_VERSION,
        "currency": CURRENCY,
        "totals": sums,
        "accounts": accounts_json,
    });
    crate::render::json::write_any(out, &document, crate::render::json::Layout::Pretty)
}

fn totals(totals: &Totals) -> Value {
    let Totals { lines, unpriced, monthly, saving, termination_fee: _, kinds } = totals;
    let kinds: Map<String, Value> = FindingKind::ALL
        .into_iter()
        .map(|kind| {
            let total = kinds.get(&kind).copied().unwrap_or_default();
            (kind.to_string(), json!({"lines": total.lines, "monthlyCost": total.monthly, "saving": total.saving}))
        })
        .collect();
    json!({"lines": lines, "linesWithoutPrice": unpriced, "monthlyCost": monthly, "possibleSaving": saving, "findings": kinds})
}

fn account(savings: &Savings) -> Value {
    let Savings { account, at, month, thresholds, totals: sums, findings, unknown, unjudged, sample } = savings;
    let Thresholds { idle_days, over_percent, under_percent } = thresholds;
    let Unjudged { pay_as_you_go, unpriced, changing, young } = unjudged;
    let unknown: Vec<Value> =
        unknown.iter().map(|one| json!({"msisdn": one.msisdn, "what": one.what.as_str(), "why": words::why(&one.why)})).collect();
    json!({
        "name": &**account,
        "at": JstTime(*at),
        "thisMonth": month,
        "lastFullMonth": month.previous(),
        "idleDays": idle_days,
        "overPercent": over_percent,
        "underPercent": under_percent,
        "terminationFee": sums.termination_fee,
        "totals": totals(sums),
        "findings": findings.iter().map(finding).collect::<Vec<_>>(),
        "unknown": unknown,
        "notJudgedByTraffic": {"payAsYouGo": pay_as_you_go, "noPriceOrQuota": unpriced, "planChanging": changing, "noFullMonth": young},
        "sample": sample.map(|sample| json!({"limit": sample.limit, "linesWanted": sample.wanted, "linesRead": sample.chosen})),
    })
}

fn finding(finding: &Finding) -> Value {
    let Finding { subject, saving, matter } = finding;
    let Subject { msisdn, name, labels, fleet, system, service, plan, status, monthly } = subject;
    json!({
        "finding": matter.kind().as_str(),
        "msisdn": msisdn,
        "name": name.as_deref(),
        "labels": labels.as_deref(),
        "fleet": fleet.as_deref(),
        "systemNumber": system,
        "serviceCode": service,
        "ratePlan": plan,
        "status": status.wire(),
        "monthlyCost": monthly,
        "saving": saving,
        "detail": detail(matter),
    })
}

fn detail(matter: &Matter) -> Value {
    match matter {
        Matter::OtherDevice { bound, seen } => json!({"boundImei": bound, "seenImei": seen.as_str()}),
        Matter::Idle { last_seen, since, days } => {
            json!({"lastSeenAt": last_seen.map(JstTime), "since": JstTime(*since), "days": days})
        }
        Matter::Suspended { since } => match since {
            Since::At(at) => json!({"since": JstTime(*at), "orEarlier": false}),
            Since::AtLeast(at) => json!({"since": JstTime(*at), "orEarlier": true}),
            Since::Unsaid => json!({"since": null, "orEarlier": true}),
        },
        Matter::UnderPlan { quota, last_month, this_month, cheaper: SmallerPlan { plan, monthly } } => json!({
            "quotaBytes": quota, "lastFullMonthBytes": last_month, "thisMonthBytes": this_month,
            "ratePlan": plan, "monthlyCost": monthly,
        }),
        Matter::OverPlan { quota, last_month, this_month, larger } => {
            let (plan, monthly) = larger.as_ref().map(|LargerPlan { plan, monthly }| (plan, monthly)).unzip();
            json!({
                "quotaBytes": quota, "lastFullMonthBytes": last_month, "thisMonthBytes": this_month,
                "ratePlan": plan, "monthlyCost": monthly,
            })
        }
        Matter::Unmanaged => json!({}),
    }
}
