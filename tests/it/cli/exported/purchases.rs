//! Coupons and orders through a person: each handed over once, done when somebody says under which number.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};
use simfleet::domain::calendar::jst_date;

use super::office::{ACCOUNT, Office};

/// Prices that no list has.
const CATALOGUE: &str = "\
system: {planChangeCutOff: none, terminationFee: 1000, orderPrices: {cards: {nano: 300}, devices: {rtr-100: 12000}}}
plans: [{planCode: fixed-500mb, monthlyFee: 450}, {planCode: fixed-1gb, monthlyFee: 600}]
couponPrices: {fixed-500mb: [{couponCode: add-1gb, price: 500}]}
";

/// The month that a person's clock shows: nobody else has one here.
#[expect(clippy::disallowed_methods, reason = "what is planned from lists is planned for the machine's time")]
fn today() -> Date {
    jst_date(Timestamp::now())
}

fn first() -> String {
    today().first_of_month().to_string()
}

fn fleet(more: &str) -> String {
    let month = today().strftime("%Y-%m");
    format!(
        r#"apiVersion: simfleet.dev/v1alpha1
kind: SimFleet
metadata: {{name: test}}
spec:
  accountRef: {{name: main}}
  systemNumber: "S0001234"
  serviceCode: m2m-lte
  mode: Apply
  sims:
    - {{msisdn: "08012340001", state: Active, name: "ueno | <b>1</b>"}}
    - {{msisdn: "08012340003"}}
  coupons:
    - {{name: firmware, month: {month}, code: add-1gb, msisdns: ["08012340001", "08012340003"]}}
{more}"#
    )
}

const ORDER: &str = r#"apiVersion: simfleet.dev/v1alpha1
kind: SimOrder
metadata: {name: expansion}
spec:
  accountRef: {name: main}
  systemNumber: "S0001234"
  serviceCode: m2m-lte
  ratePlan: fixed-500mb
  formFactor: nano
  quantity: 3
  devices: [{model: rtr-100, quantity: 2}]
  shipTo:
    postalCode: "100-0001"
    prefecture: 東京都
    city: 千代田区
    street: 千代田1-1
    company: "サンプル | <b>株式会社</b>"
    contact: 山田 太郎
    phone: "03-1234-5678"
"#;

const APPLY: [&str; 7] = ["apply", "fleet", "--yes", "--ack", "buyCoupon=2", "--ack", "placeOrder=1"];

fn open() -> Office {
    let office = Office::open();
    office.world.write("fleet/account.yaml", ACCOUNT);
    office.world.write("fleet/catalogue.yaml", CATALOGUE);
    office.world.write("fleet/fleet.yaml", &fleet(""));
    office.world.write("fleet/order.yaml", ORDER);
    office
}

fn vouched() -> Office {
    let office = open();
    office.run(&["ops", "vouch", "fleet", "--nothing-bought-since", &first(), "--yes"]).expect(0);
    office
}

const JOURNAL: &str = "fleet/.simfleet/main-journal.db";

fn remove_journal(office: &Office) {
    std::fs::remove_file(office.world.path(JOURNAL)).expect("a journal");
    for more in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(office.world.path(&format!("{JOURNAL}{more}")));
    }
}

fn operations(office: &Office) -> Vec<Value> {
    let plan = office.run(&["plan", "fleet", "--format", "json"]).expect(0).json();
    plan["operations"].as_array().expect("operations").clone()
}

/// The ids of what is handed over, coupons first.
fn handed_over(office: &Office) -> Vec<String> {
    let ops: Value = office.run(&["ops", "list", "fleet", "--format", "json"]).expect(0).json();
    let open = ops.as_array().expect("operations").iter().filter(|record| record["state"] == "acked");
    let text = |record: &Value, key: &str| record[key].as_str().expect("text").to_owned();
    let mut open: Vec<(String, String)> = open.map(|record| (text(record, "kind"), text(record, "id"))).collect();
    open.sort();
    open.into_iter().map(|(_, id)| id).collect()
}

#[test]
fn nothing_is_bought_by_a_journal_that_nobody_vouched_for() {
    let office = open();
    let plan = office.run(&["plan", "fleet", "--format", "json"]).expect(0).json();
    assert_eq!(plan["operations"], json!([]), "{plan:#}");
    let codes: Vec<&Value> = plan["blocked"].as_array().expect("blocked").iter().map(|blocked| &blocked["code"]).collect();
    assert_eq!(codes, ["PURCHASES_NOT_OBSERVED"; 3], "{plan:#}");
    office.run(&["plan", "fleet"]).expect(0).says("simfleet ops vouch");
    office.run(&APPLY).expect(0);
    assert!(office.folders().is_empty());

    let vouch =
        |day: &str, more: &[&str]| office.run(&[&["ops", "vouch", "fleet", "--nothing-bought-since", day], more].concat());
    vouch(&first(), &[]).expect(3).says("nobody confirmed");
    assert!(operations(&office).is_empty());
    // Half a month is not what a grant counts.
    let second = today().first_of_month().tomorrow().expect("a day").to_string();
    vouch(&second, &["--yes"]).expect(64).says("coupons count by the month");
    assert!(operations(&office).is_empty());
    vouch(&first(), &["--yes"]).expect(0).says("nothing else was bought");
    let operations = operations(&office);
    let costs: Vec<i64> = operations.iter().map(|operation| operation["cost"]["amount"].as_i64().expect("yen")).collect();
    assert_eq!(costs, [500, 500, 3 * 300 + 2 * 12000], "{operations:#?}");
    office.run(&["audit", "show", "fleet"]).expect(0).says("nothing else was bought since");
}

#[test]
fn what_is_handed_over_is_bought_once_whatever_lists_say() {
    let office = vouched();
    office.run(&["apply", "fleet", "--yes"]).expect(3).says("--ack buyCoupon=2");
    office.run(&APPLY).expect(0);
    let [folder] = office.folders().try_into().expect("one folder");
    let list = std::fs::read_to_string(folder.join("CHECKLIST.md")).expect("a check-list");
    for part in [
        "add-1gb",
        "申込状況",
        "500 JPY at once",
        "24,900 JPY at once",
        "千代田１－１",
        "山田",
        "100-0001",
        "--application NUMBER",
    ] {
        assert!(list.contains(part), "{part}\n{list}");
    }
    assert!(!list.contains("<b>"), "a name is no markup\n{list}");

    let steps = handed_over(&office);
    assert_eq!(steps.len(), 3);
    for _ in 0..2 {
        assert_eq!(operations(&office), Vec::<Value>::new());
        office.run(&APPLY).expect(0).says("is handed over (step 1 of ");
        // No list shows a purchase, so none confirms it.
        office.export();
    }
    assert_eq!(handed_over(&office), steps);
    assert_eq!(office.folders(), [folder]);

    // A person says under which number, one for each.
    let resolve = |id: &str, more: &[&str]| office.run(&[&["ops", "resolve", id, "fleet", "--yes"], more].concat());
    let done = |id: &str, number: &str| resolve(id, &["--outcome", "done", "--application", number]);
    resolve(&steps[0], &["--outcome", "done"]).expect(1).says("--application NO");
    done(&steps[0], "console:plan-0000000000000000/1").expect(3).says("is a step of a check-list");
    assert_eq!(handed_over(&office), steps);
    done(&steps[0], "A0000101").expect(0);
    done(&steps[1], "A0000101").expect(3).says("is operation");
    done(&steps[1], "A0000102").expect(0);
    done(&steps[2], "A0000103").expect(0);
    office.run(&APPLY).expect(0).says("No changes.");
    assert_eq!(operations(&office), Vec::<Value>::new());
    let bought = office.run(&["get", "applications", "-f", "fleet", "--type", "coupon", "--format", "json"]).expect(0).json();
    let rows = bought.as_array().expect("rows").iter();
    let mut numbers: Vec<&str> = rows.map(|row| row["applicationNo"].as_str().expect("a number")).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, ["A0000101", "A0000102"]);

    // The same through a snapshot.
    office.run(&["observe", "fleet", "-o", "seen.json"]).expect(0);
    let offline = office.run(&["plan", "fleet", "--observed", "seen.json", "--format", "json"]).expect(0).json();
    assert_eq!((&offline["operations"], &offline["blocked"]), (&json!([]), &json!([])), "{offline:#}");

    // A journal that is lost knows nothing, and says so.
    remove_journal(&office);
    office.run(&APPLY).expect(0).says("simfleet ops vouch");
    assert_eq!(office.folders().len(), 1);
}

#[test]
fn a_wrong_answer_is_taken_back_and_a_wrong_number_is_not_taken() {
    let office = vouched();
    office.run(&APPLY).expect(0);
    let [folder] = office.folders().try_into().expect("one folder");
    let folder = format!("console:{}", folder.file_name().expect("a name").to_string_lossy());
    let steps = handed_over(&office);
    let resolve = |id: &str, more: &[&str]| office.run(&[&["ops", "resolve", id, "fleet", "--yes"], more].concat());
    let done = |id: &str, number: &str| resolve(id, &["--outcome", "done", "--application", number]);
    for number in ["", "  ", "A 1", "申込1", "A1;"] {
        done(&steps[0], number).expect(64).says("is no application number");
    }
    done(&folder, "A1").expect(64).says("each has a number of its own");
    done(&steps[0], &format!(" {folder}/1")).expect(3).says("is a step of a check-list");
    assert_eq!(handed_over(&office), steps);
    // As people copy it.
    done(&steps[0], " Ａ１ ").expect(0).says("application A1");
    done(&steps[1], "A1").expect(3).says("is operation");
    done(&steps[0], "A2").expect(0);
    done(&steps[1], "A1").expect(0);

    // It was not bought after all, nor was the order; both are planned as they were, and nothing else is.
    resolve(&steps[0], &["--outcome", "not-done"]).expect(0);
    resolve(&steps[2], &["--outcome", "not-done"]).expect(0);
    let planned = operations(&office);
    let kinds: Vec<&Value> = planned.iter().map(|operation| &operation["kind"]).collect();
    assert_eq!(kinds, ["buyCoupon", "placeOrder"]);
    resolve(&steps[0], &["--outcome", "done", "--application", "A2"]).expect(0);
    assert_eq!(operations(&office).len(), 1);
    office.run(&["apply", "fleet", "--yes", "--ack", "placeOrder=1"]).expect(0);
    assert_eq!(handed_over(&office).len(), 1);
    resolve(&folder, &["--outcome", "not-done"]).expect(1).says("anything open");
    office.run(&["audit", "verify", "fleet"]).expect(0);
}

#[test]
fn an_older_journal_buys_nothing_beside_a_check_list_that_it_does_not_know() {
    let office = vouched();
    std::fs::copy(office.world.path(JOURNAL), office.world.path("backup.db")).expect("a copy");
    office.run(&APPLY).expect(0);
    let [folder] = office.folders().try_into().expect("one folder");
    for more in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(office.world.path(&format!("{JOURNAL}{more}")));
    }
    std::fs::copy(office.world.path("backup.db"), office.world.path(JOURNAL)).expect("a copy");
    let changed = fleet("").replace("{msisdn: \"08012340003\"}", "{msisdn: \"08012340003\", ratePlan: fixed-1gb}");
    office.world.write("fleet/fleet.yaml", &changed);
    office.run(&APPLY).expect(3).says("this journal knows nothing of it").says("move it away");
    assert_eq!(office.folders(), [folder]);
    // What costs nothing at once is handed over, and the other list is told of.
    office.run(&["apply", "fleet", "--yes", "--only", "08012340003"]).expect(3);
    office.world.write("fleet/fleet.yaml", changed.split("  coupons:").next().expect("a head"));
    std::fs::remove_file(office.world.path("fleet/order.yaml")).expect("an order");
    office.run(&["apply", "fleet", "--yes"]).expect(0).says("this journal knows nothing of it");
    assert_eq!(office.folders().len(), 2);
}

#[test]
fn each_account_is_vouched_for_by_its_name() {
    let office = open();
    office.world.write("fleet/osaka.yaml", &ACCOUNT.replace("{name: main}", "{name: osaka}"));
    let vouch =
        |more: &[&str]| office.run(&[&["ops", "vouch", "fleet", "--yes", "--nothing-bought-since", &first()], more].concat());
    vouch(&[]).expect(64).says("main, osaka").says("--account");
    vouch(&["--account", "kobe"]).expect(1).says("no such account");
    vouch(&["--account", "osaka"]).expect(0);
    assert!(operations(&office).is_empty());
    vouch(&["--account", "main"]).expect(0);
    assert_eq!(operations(&office).len(), 3);
}

#[test]
fn what_was_not_bought_is_given_back_and_counts_for_nothing() {
    let office = vouched();
    let limited = fleet("  policy: {spend: {perMonth: \"1000 JPY\"}}\n");
    office.world.write("fleet/fleet.yaml", &limited);
    std::fs::remove_file(office.world.path("fleet/order.yaml")).expect("an order");
    let apply = ["apply", "fleet", "--yes", "--ack", "buyCoupon=2"];
    office.run(&apply).expect(0);
    let steps = handed_over(&office);
    // A third would be too much: what is handed over counts as spent.
    let month = today().strftime("%Y-%m").to_string();
    let third = format!("    - {{name: more, month: {month}, code: add-1gb, msisdns: [\"08012340001\"]}}\n  policy:");
    office.world.write("fleet/fleet.yaml", &limited.replace("  policy:", &third));
    office.run(&["apply", "fleet", "--yes", "--ack", "buyCoupon=1"]).expect(3).says("spendPerMonth");
    assert_eq!(handed_over(&office), steps);
    office.run(&["ops", "resolve", &steps[0], "fleet", "--yes", "--outcome", "not-done"]).expect(0);
    // One is planned anew and one is new; both are more than is left.
    office.run(&apply).expect(3).says("spendPerMonth");
    office.world.write("fleet/fleet.yaml", &limited);
    office.run(&["apply", "fleet", "--yes", "--ack", "buyCoupon=1"]).expect(0);
    assert_eq!(office.folders().len(), 2);
    assert_eq!(handed_over(&office).len(), 2);
    // A folder that was lost is given back by its name.
    let [first, _] = office.folders().try_into().expect("two folders");
    std::fs::remove_dir_all(&first).expect("a folder");
    let folder = format!("console:{}", first.file_name().expect("a name").to_string_lossy());
    office.run(&["ops", "resolve", &folder, "fleet", "--yes", "--outcome", "done"]).expect(1).says("--application NO");
    office.run(&["ops", "resolve", &folder, "fleet", "--outcome", "not-done"]).expect(3).says("buyCoupon");
    office.run(&["ops", "resolve", &folder, "fleet", "--yes", "--outcome", "not-done"]).expect(0);
    assert_eq!(handed_over(&office).len(), 1);
    office.run(&["ops", "resolve", &folder, "fleet", "--yes", "--outcome", "not-done"]).expect(1).says("no journal has");
}

#[test]
fn a_coupon_stands_in_nobodys_way_and_an_order_is_called_off_on_the_list() {
    let office = vouched();
    office.run(&APPLY).expect(0);
    let suspended = fleet("  policy: {limits: {suspend: 1}}\n").replace("state: Active", "state: Suspended");
    office.world.write("fleet/fleet.yaml", &suspended);
    let kinds: Vec<Value> = operations(&office).iter().map(|operation| operation["kind"].clone()).collect();
    assert_eq!(kinds, ["suspend"]);
    office.run(&["apply", "fleet", "--yes"]).expect(0);
    assert_eq!(office.folders().len(), 2);

    office.world.write("fleet/order.yaml", &ORDER.replace("quantity: 3", "quantity: 4"));
    office.run(&["plan", "fleet"]).expect(0).says("ORDER_CHANGED").says("is handed over (step");
    office.world.write("fleet/order.yaml", &format!("{ORDER}  state: Cancelled\n"));
    let plan = office.run(&["plan", "fleet"]).expect(0).says("ORDER_NOT_CANCELLABLE");
    plan.says("strike it from the check-list");
    let ops: Value = office.run(&["ops", "list", "fleet", "--format", "json"]).expect(0).json();
    let order = ops.as_array().expect("operations").iter().find(|record| record["kind"] == "placeOrder").expect("an order");
    let id = order["id"].as_str().expect("an id");
    office.run(&["ops", "resolve", id, "fleet", "--yes", "--outcome", "not-done"]).expect(0);
    let plan = office.run(&["plan", "fleet", "--format", "json"]).expect(0).json();
    assert_eq!((&plan["operations"], &plan["blocked"]), (&json!([]), &json!([])), "{plan:#}");
}

#[test]
fn two_stored_plans_of_one_coupon_are_not_both_handed_over() {
    let office = vouched();
    office.run(&["plan", "fleet", "--out", "one.json"]).expect(0);
    office.world.write(
        "fleet/fleet.yaml",
        &fleet("").replace("    - {msisdn: \"08012340003\"}", "    - {msisdn: \"08012340003\", ratePlan: fixed-1gb}"),
    );
    office.run(&["plan", "fleet", "--out", "two.json"]).expect(0);
    let apply = |plan: &str| office.run(&["apply", plan, "--yes", "--ack", "buyCoupon=2", "--ack", "placeOrder=1"]);
    apply("one.json").expect(0);
    apply("one.json").expect(3);
    apply("two.json").expect(3).says("may be the same purchase");
    remove_journal(&office);
    apply("two.json").expect(3).says("simfleet ops vouch");
    assert_eq!(office.folders().len(), 1);
}

#[test]
fn a_coupon_without_a_price_is_not_bought_and_a_key_that_is_none_is_told() {
    let office = vouched();
    office.world.write("fleet/catalogue.yaml", &CATALOGUE.replace("couponPrices", "couponPrice"));
    office.run(&["plan", "fleet"]).expect(1).says("a catalogue has no couponPrice");
    office.world.write("fleet/catalogue.yaml", &CATALOGUE.replace("terminationFee", "terminationFees"));
    office.run(&["plan", "fleet"]).expect(1).says("system.terminationFees");
    let unpriced = CATALOGUE
        .lines()
        .take(2)
        .collect::<Vec<_>>()
        .join("\n")
        .replace("monthlyFee: 450", "monthlyFee: 450, couponCodes: [add-1gb]")
        .replace(", devices: {rtr-100: 12000}", "");
    office.world.write("fleet/catalogue.yaml", &unpriced);
    let plan = office.run(&["plan", "fleet", "--format", "json"]).expect(0).json();
    let codes: Vec<&Value> = plan["blocked"].as_array().expect("blocked").iter().map(|blocked| &blocked["code"]).collect();
    assert_eq!(codes, ["COUPON_NOT_OFFERED", "COUPON_NOT_OFFERED", "ORDER_PRICE_UNKNOWN"], "{plan:#}");
}
