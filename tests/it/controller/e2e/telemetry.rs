//! What probes, Prometheus and whoever reads logs get to see: that it works, and no number of anybody.

use std::net::TcpListener;

use serde_json::{Value, json};

use super::carrier::PASSWORD;
use super::world::{World, lines};

const A: &str = "08012345601";
const B: &str = "08012345602";
const CHIP: &str = "02012345601";
const IMEI: &str = "490154203237518";
const ICCID: &str = "8981100022312345678";

const SERIES: [&str; 13] = [
    "simfleet_lines",
    "simfleet_unmanaged_lines",
    "simfleet_operations_in_doubt",
    "simfleet_drifted_lines",
    "simfleet_spend_this_month_yen",
    "simfleet_observation_age_seconds",
    "simfleet_rate_budget_left",
    "simfleet_operations_total",
    "simfleet_carrier_requests_total",
    "simfleet_reconciles_total",
    "simfleet_reconcile_duration_seconds",
    "simfleet_accounts",
    "simfleet_accounts_held",
];

#[tokio::test]
async fn probes_metrics_and_logs_tell_the_state_and_nobodys_number() {
    let mut seed = lines(&[A, B]);
    seed["chipSims"] = json!([{"msisdn": CHIP}]);
    let world = World::with("telemetry", "x300", &seed).await;
    let address = {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap().to_string()
    };
    let controller = world.controller_with(&["--leader-elect=false", "--resync", "1s", "--listen", &address]);
    let get = async |path: &str| match reqwest::get(format!("http://{address}{path}")).await {
        Ok(answer) => {
            let status = answer.status().as_u16();
            (status, answer.text().await.unwrap_or_default())
        }
        Err(error) => (0, error.to_string()),
    };
    for path in ["/healthz", "/readyz"] {
        world
            .until(path, async || match get(path).await {
                (200, text) if text == "ok\n" => Ok(()),
                answer => Err(format!("{answer:?}")),
            })
            .await;
    }

    // Every kind of thing that has a number: done, paid for, blocked, refused, drifted.
    world
        .declare(
            "kanto",
            &format!(
                "  mode: Apply\n  policy: {{approval: {{buyCoupon: Auto, bindImei: Auto, startUse: Auto}}}}\n  sims:\n    \
                 - {{msisdn: \"{A}\", state: Active}}\n    - {{msisdn: \"{B}\", state: Suspended, iccid: \"{ICCID}\"}}\n  chipSims:\n    \
                 - {{msisdn: \"{CHIP}\", imei: \"{IMEI}\", state: Active, ratePlan: fixed-500mb}}\n  \
                 coupons:\n    - {{name: firmware, month: 2026-11, code: add-1gb, msisdns: [\"{A}\"]}}\n"
            ),
        )
        .await;
    let duplicate = format!("  mode: Apply\n  sims:\n    - {{msisdn: \"{A}\", state: Suspended}}\n");
    world.says("SimFleet/kanto", "Ready=False ICCID_MISMATCH").await;
    world.apply(&super::world::fleet("zzz", "main", &duplicate)).await;
    world.says("SimFleet/zzz", "Accepted=False DUPLICATE_MSISDN").await;
    // There is something to measure drift against.
    world.says("SimFleet/kanto", "DriftDetected=False NoDrift").await;
    world.carrier.console("suspend", A).await;
    world.event("SimFleet/kanto", "DriftDetected").await;
    world
        .until("the chip is started and the line resumed", async || {
            let done = (world.carrier.accepted(18).await, world.carrier.accepted(3).await, world.carrier.accepted(5).await);
            if done == (1, 1, 1) { Ok(()) } else { Err(format!("{done:?}")) }
        })
        .await;
    world.look("CarrierAccount/main").await;

    let (status, metrics) = get("/metrics").await;
    assert_eq!(status, 200);
    for series in SERIES {
        let has = metrics.lines().any(|line| line.strip_prefix(series).is_some_and(|rest| rest.starts_with(['{', ' ', '_'])));
        assert!(has, "{series} is missing:\n{metrics}");
    }
    let of_account = format!("namespace=\"{}\",account=\"main\"", world.namespace);
    let value = |name: &str, labels: &str| {
        let wanted = format!("{name}{{{of_account}{labels}}} ");
        let line = metrics.lines().find_map(|line| line.strip_prefix(&wanted));
        line.unwrap_or_else(|| panic!("{wanted} is missing:\n{metrics}")).parse::<f64>().expect("a number")
    };
    assert!((value("simfleet_lines", ",state=\"desired\"") - 3.0).abs() < 0.1, "{metrics}");
    assert!((value("simfleet_lines", ",state=\"blocked\"") - 1.0).abs() < 0.1, "{metrics}");
    let ledger = world.carrier.get("/_emu/ledger").await;
    let coupons = ledger["entries"].as_array().unwrap().iter().filter(|entry| entry["kind"] == "coupon");
    let paid: f64 = coupons.filter_map(|entry| entry["amount"].as_f64()).sum();
    assert!((value("simfleet_spend_this_month_yen", "") - paid).abs() < 0.1, "{ledger}\n{metrics}");
    assert!(metrics.contains("kind=\"buyCoupon\""), "{metrics}");
    assert!(metrics.contains("kind=\"startUse\""), "{metrics}");

    let log = controller.stop().await;
    assert!(log.lines().count() > 10, "there is a log to look at:\n{log}");
    let secrets = [A, B, CHIP, IMEI, ICCID, PASSWORD, &A[1..], &B[1..], &CHIP[1..]];
    for secret in secrets {
        let where_to = log.lines().find(|line| line.contains(secret));
        assert!(where_to.is_none(), "{secret} is in the log: {where_to:?}");
        assert!(!metrics.contains(secret), "{secret} is in the metrics");
    }
    assert_records(&log);
}

/// Every line is a record for machines, and none tells of an error.
fn assert_records(log: &str) {
    for line in log.lines() {
        let record: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(record["level"].is_string() && record["timestamp"].is_string(), "{line}");
        assert_ne!(record["level"], "ERROR", "{line}");
    }
}
