//! Which objects of an account are accepted: examples told in full, and laws.

mod laws;
mod size;

use serde_json::json;
use simfleet::controller::object::{AccountView, ObjectKind};
use simfleet::controller::{Accepted, Standing, accept, refute};
use simfleet::diag::{Diagnostic, Location, codes};
use simfleet::domain::Mode;

use super::view::{account, fleet, fleet_of, object, order, roster, view};

/// `name standing message`, of all that there is something to say of.
fn said(accepted: &Accepted) -> Vec<String> {
    accepted
        .all()
        .filter(|judged| judged.standing != Standing::Accepted || !judged.findings.is_empty())
        .map(|judged| format!("{} {:?} {}", judged.name, judged.standing, judged.message()))
        .collect()
}

fn declared(accepted: &Accepted) -> Vec<&str> {
    accepted.desired.sims.iter().map(|sim| sim.msisdn.as_str()).collect()
}

#[test]
fn what_is_valid_is_declared() {
    let lines = roster("osaka", "lines.csv", "msisdn,state\n08000000002,Suspended\n");
    let kanto = fleet_of(
        "kanto",
        1,
        json!({"mode": "Apply", "sims": [{"msisdn": "08000000001"}], "rosters": [{"configMapRef": {"name": "osaka", "key": "lines.csv"}}]}),
    );
    let accepted = accept(&view(vec![kanto], vec![order("expansion", 2)], vec![lines]));
    assert_eq!(said(&accepted), [""; 0]);
    assert_eq!(declared(&accepted), ["08000000001", "08000000002"]);
    assert_eq!(accepted.desired.orders.len(), 1);
    assert_eq!(accepted.desired.fleets.first().map(|fleet| fleet.mode), Some(Mode::Apply));
    let settings = accepted.settings.as_ref().expect("the account is valid");
    assert_eq!(&*settings.name, "main");
    // A place in one line of JSON says nothing; one in a roster does.
    let places = |nth: usize| accepted.desired.sims.get(nth).map(|sim| (accepted.desired.file_of(sim.source), sim.source.line));
    assert_eq!(places(0), Some(("SimFleet/kanto", 0)));
    assert_eq!(places(1), Some(("SimFleet/kanto (ConfigMap osaka, key lines.csv)", 2)));
}

#[test]
fn of_two_fleets_with_one_number_the_younger_is_refused_and_told_of_the_older() {
    let accepted = accept(&view(
        vec![fleet("aichi", 9, &["08000000001", "08000000002"]), fleet("kanto", 1, &["08000000002"])],
        Vec::new(),
        Vec::new(),
    ));
    assert_eq!(
        said(&accepted),
        ["aichi Refused DUPLICATE_MSISDN: 08000000002 is declared twice; it is declared here already: SimFleet/kanto; \
          remove one of the two"]
    );
    assert_eq!(declared(&accepted), ["08000000002"]);
}

/// A cluster's time has whole seconds.
#[test]
fn of_two_of_one_age_the_name_decides() {
    let fleets = vec![fleet("kanto", 1, &["08000000001"]), fleet("aichi", 1, &["08000000001"])];
    let accepted = accept(&view(fleets, Vec::new(), Vec::new()));
    assert_eq!(accepted.judged(ObjectKind::SimFleet, "kanto").map(|judged| judged.standing), Some(Standing::Refused));
    assert_eq!(accepted.judged(ObjectKind::SimFleet, "aichi").map(|judged| judged.standing), Some(Standing::Accepted));
}

#[test]
fn a_roster_of_an_old_fleet_is_older_than_the_lines_of_a_young_one() {
    let lines = roster("lines", "csv", "msisdn\n08000000001\n");
    let old = fleet_of("old", 1, json!({"rosters": [{"configMapRef": {"name": "lines", "key": "csv"}}]}));
    let accepted = accept(&view(vec![fleet("young", 2, &["08000000001"]), old], Vec::new(), vec![lines]));
    assert_eq!(
        said(&accepted),
        ["young Refused DUPLICATE_MSISDN: 08000000001 is declared twice; it is declared here already: SimFleet/old \
          (ConfigMap lines, key csv):2:1; remove one of the two"]
    );
}

/// The youngest contradicts only one that is refused itself.
#[test]
fn who_is_refused_refuses_nobody() {
    let fleets = vec![
        fleet("a", 1, &["08000000001"]),
        fleet("b", 2, &["08000000001", "08000000002"]),
        fleet("c", 3, &["08000000002", "08000000003"]),
        fleet("d", 4, &["08000000003"]),
    ];
    let accepted = accept(&view(fleets, Vec::new(), Vec::new()));
    let refused = |name| accepted.judged(ObjectKind::SimFleet, name).is_some_and(|judged| judged.standing == Standing::Refused);
    assert_eq!(["a", "b", "c", "d"].map(refused), [false, true, false, true]);
    assert_eq!(declared(&accepted), ["08000000001", "08000000002", "08000000003"]);
}

#[test]
fn what_is_wrong_by_itself_says_so_and_stops_nothing_else() {
    let mut broken = fleet("broken", 1, &[]);
    broken.document = "{\"apiVersion\": ".into();
    let mut foreign = fleet("foreign", 1, &[]);
    foreign.document = "{}".into();
    let lines = roster("osaka", "csv", "msisdn,state\n08000000009,Sleeping\n");
    let fleets = vec![
        broken,
        foreign,
        fleet("typo", 1, &["0800000000"]),
        fleet_of("files", 1, json!({"rosters": [{"csv": "osaka.csv"}]})),
        fleet_of("missing", 1, json!({"rosters": [{"configMapRef": {"name": "osaca", "key": "csv"}}]})),
        fleet_of("key", 1, json!({"rosters": [{"configMapRef": {"name": "osaka", "key": "lines"}}]})),
        fleet_of("row", 1, json!({"rosters": [{"configMapRef": {"name": "osaka", "key": "csv"}}]})),
        fleet_of("elsewhere", 1, json!({"accountRef": {"name": "other"}})),
        fleet("good", 2, &["08000000001"]),
    ];
    let accepted = accept(&view(fleets, Vec::new(), vec![lines]));
    crate::golden::check("controller/refused.txt", &(said(&accepted).join("\n") + "\n"));
    assert_eq!(declared(&accepted), ["08000000001"]);
    assert!(accepted.settings.is_some());
}

/// As `validate` says all at once; what others would have to be accepted for is not said.
#[test]
fn what_is_wrong_by_itself_is_told_all_that_is_wrong() {
    let grant = json!([{
        "name": "maps", "month": "2026-12", "code": "add-1gb", "msisdns": ["08000000001", "+818000000001", "08000000009"],
    }]);
    let kanto = fleet_of("kanto", 2, json!({"sims": [{"msisdn": "08000000001"}], "coupons": grant}));
    let accepted = accept(&view(vec![kanto, fleet("aichi", 1, &["08000000001"])], Vec::new(), Vec::new()));
    let kanto = accepted.judged(ObjectKind::SimFleet, "kanto").expect("it is there");
    let codes: Vec<&str> = kanto.findings.iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(codes, ["DUPLICATE_GRANT", "LINE_NOT_DECLARED"]);
    assert_eq!(accepted.judged(ObjectKind::SimFleet, "aichi").map(|judged| judged.standing), Some(Standing::Accepted));
}

#[test]
fn an_account_without_a_carrier_it_can_reach_is_refused() {
    for (spec, code) in [
        (json!({"driver": "embedded"}), "DRIVER_NOT_IN_CLUSTER"),
        (json!({"driver": "csv"}), "DRIVER_NOT_IN_CLUSTER"),
        (json!({"driver": "csv", "csv": {"sims": "exports/sims.csv"}}), "DRIVER_NOT_IN_CLUSTER"),
        (json!({"driver": "http"}), "MISSING_FIELD"),
        (json!({"driver": "http", "endpoint": "carrier"}), "INVALID_VALUE"),
    ] {
        let main = object(ObjectKind::CarrierAccount, "main", 0, spec);
        let view = AccountView { account: main, ..view(vec![fleet("kanto", 1, &["08000000001"])], Vec::new(), Vec::new()) };
        let accepted = accept(&view);
        assert_eq!(accepted.account.code().map(simfleet::diag::Code::as_str), Some(code), "{}", accepted.account.message());
        assert_eq!((accepted.account.standing, accepted.settings.is_none()), (Standing::Refused, true));
        // Its fleets are judged all the same.
        assert_eq!(declared(&accepted), ["08000000001"]);
    }
}

#[test]
fn what_is_being_deleted_is_orphaned_or_cancelled() {
    let mut gone = fleet("gone", 1, &["08000000001"]);
    gone.deleting = true;
    let mut ended = order("ended", 2);
    ended.deleting = true;
    let accepted = accept(&view(vec![gone, fleet("kanto", 9, &["08000000001"])], vec![ended, order("kept", 3)], Vec::new()));
    assert_eq!(said(&accepted), ["gone Orphaned "]);
    assert_eq!(accepted.desired.fleets.iter().map(|fleet| &*fleet.name).collect::<Vec<_>>(), ["kanto"]);
    let cancelled: Vec<(&str, bool)> = accepted.desired.orders.iter().map(|order| (&*order.name, order.cancelled)).collect();
    assert_eq!(cancelled, [("ended", true), ("kept", false)]);
}

#[test]
fn a_paused_fleet_keeps_its_lines_and_does_nothing() {
    let paused = fleet_of("paused", 1, json!({"paused": true, "mode": "Apply", "sims": [{"msisdn": "08000000001"}]}));
    let accepted = accept(&view(vec![paused, fleet("kanto", 9, &["08000000001"])], Vec::new(), Vec::new()));
    assert_eq!(
        accepted.desired.fleets.iter().map(|fleet| (&*fleet.name, fleet.mode)).collect::<Vec<_>>(),
        [("paused", Mode::Observe)]
    );
    assert!(accepted.judged(ObjectKind::SimFleet, "paused").is_some_and(|judged| judged.is_paused));
    assert_eq!(accepted.judged(ObjectKind::SimFleet, "kanto").map(|judged| judged.standing), Some(Standing::Refused));
}

#[test]
fn what_the_catalogue_refutes_is_left_out_with_all_of_its_own() {
    let lines = roster("lines", "csv", "msisdn,ratePlan\n08000000003,fixed-1bg\n");
    let grant = json!([{"name": "maps", "month": "2026-12", "code": "add-1gb", "msisdns": ["08000000001"]}]);
    let aichi = fleet_of("aichi", 1, json!({"rosters": [{"configMapRef": {"name": "lines", "key": "csv"}}]}));
    let kanto = fleet_of("kanto", 2, json!({"sims": [{"msisdn": "08000000001"}], "coupons": grant}));
    let accepted = accept(&view(vec![aichi, kanto], vec![order("a", 1), order("b", 1)], vec![lines]));
    let at = |file: &str| Location::new(file, 2, 1, 1);
    let findings = vec![
        Diagnostic::error(
            codes::UNKNOWN_RATE_PLAN,
            at("SimFleet/aichi (ConfigMap lines, key csv)"),
            "the carrier has no such plan",
        ),
        Diagnostic::error(codes::UNKNOWN_DEVICE, at("SimOrder/a"), "the carrier has no such device"),
        Diagnostic::warning(codes::COUPON_NOT_OFFERED, at("SimFleet/kanto"), "one plan takes no such coupon"),
        Diagnostic::error(codes::UNKNOWN_RATE_PLAN, at("nowhere"), "nobody's"),
    ];
    let refuted = refute(accepted, findings);
    assert_eq!(
        said(&refuted),
        [
            "aichi Refused UNKNOWN_RATE_PLAN: SimFleet/aichi (ConfigMap lines, key csv):2:1: the carrier has no such plan",
            "kanto Accepted COUPON_NOT_OFFERED: one plan takes no such coupon",
            "a Refused UNKNOWN_DEVICE: the carrier has no such device",
        ]
    );
    let desired = &refuted.desired;
    assert_eq!(declared(&refuted), ["08000000001"]);
    assert_eq!(desired.sims.first().and_then(|sim| desired.fleet_of(sim)).map(|fleet| &*fleet.name), Some("kanto"));
    assert_eq!(desired.grants.iter().map(|grant| grant.fleet).collect::<Vec<_>>(), [0]);
    assert_eq!(desired.orders.iter().map(|order| &*order.name).collect::<Vec<_>>(), ["b"]);
}

/// A status holds so much and no more.
#[test]
fn a_message_lists_the_first_problems_and_counts_the_others() {
    let numbers: Vec<String> = (0..3_000).map(|number| format!("0800000{number:04}")).collect();
    let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
    let accepted = accept(&view(vec![fleet("old", 1, &numbers), fleet("young", 2, &numbers)], Vec::new(), Vec::new()));
    let message = accepted.judged(ObjectKind::SimFleet, "young").expect("it is there").message();
    assert!(message.len() < 10_000, "{}", message.len());
    assert!(message.ends_with("\nand 981 more"), "{message}");
    assert_eq!(accepted.desired.sims.len(), 3_000);
    // The account is there, whatever its fleets are.
    assert_eq!(accepted.account.name, account().name);
}
