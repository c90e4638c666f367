//! A SIM order on a real carrier process: placed once, followed, shipped, written down, and called off.

use serde_json::{Value, json};

use super::world::{Run, World};

const NOW: &str = "2026-11-10T10:00:00+09:00";

fn order(name: &str, more: &str) -> String {
    format!(
        r#"apiVersion: simfleet.dev/v1alpha1
kind: SimOrder
metadata: {{name: {name}}}
spec:
  accountRef: {{name: main}}
  systemNumber: "S0001234"
  serviceCode: m2m-lte
  ratePlan: fixed-500mb
  formFactor: nano
  quantity: 3
  devices: [{{model: rtr-100, quantity: 2}}]
  shipTo:
    postalCode: "100-0001"
    prefecture: 東京都
    city: 千代田区
    street: 千代田1-1
    company: サンプル株式会社
    contact: 山田 太郎
    phone: "03-1234-5678"
{more}"#
    )
}

fn world() -> World {
    let world = World::at(NOW);
    world.seed(&json!({"sims": [{"msisdn": "08000000001"}]}));
    world.fleet("  mode: Apply\n  sims:\n    - {msisdn: \"08000000001\"}\n");
    world.write("fleet/order.yaml", &order("expansion", ""));
    world
}

const APPLY: [&str; 5] = ["apply", "fleet", "--yes", "--ack", "placeOrder=1"];

fn applications(world: &World) -> Vec<Value> {
    let run = world.run(&["get", "applications", "-f", "fleet", "--type", "order", "--format", "json"]).expect(0);
    run.json().as_array().expect("applications").clone()
}

fn number(world: &World) -> String {
    let applications = applications(world);
    let [application] = applications.as_slice() else { panic!("{} orders", applications.len()) };
    application["applicationNo"].as_str().expect("a number").to_owned()
}

fn pending(world: &World) -> Value {
    let plan = world.run(&["plan", "fleet", "--format", "json"]).expect(0).json();
    assert_eq!(plan["operations"], json!([]), "{plan}");
    plan["pending"].clone()
}

fn import(world: &World, more: &[&str]) -> Run {
    world.run(&[&["import", "fleet", "--order", "expansion", "-o", "new"], more].concat())
}

#[test]
fn an_order_is_placed_once_followed_and_written_down() {
    let world = world();
    world.run(&["apply", "fleet", "--yes"]).expect(3).says("--ack placeOrder=1");
    import(&world, &[]).expect(1).says("was not placed so far");
    world.run(&APPLY).expect(0);
    world.run(&APPLY).expect(0);
    let number = number(&world);
    let waits = pending(&world);
    assert_eq!((&waits[0]["order"], &waits[0]["applicationNo"]), (&json!("expansion"), &json!(number)));
    import(&world, &[]).expect(1).says("its numbers are known once it is shipped").says("nothing was written");
    assert!(!world.path("new").exists());
    world.run(&["get", "applications", "-f", "fleet", "--type", "order"]).expect(0).says("3 nano on fixed-500mb, 2 rtr-100");

    world.post(&format!("/_emu/orders/{number}/ship"), &json!({}));
    let shipped = &applications(&world)[0];
    let numbers: Vec<&str> = shipped["order"]["msisdns"].as_array().expect("numbers").iter().filter_map(Value::as_str).collect();
    assert_eq!(numbers.len(), 3, "{shipped}");
    world.run(&["get", "applications", "-f", "fleet", &number]).expect(0).says(&format!("{} … {}", numbers[0], numbers[2]));
    import(&world, &[]).expect(0).says("imported 3 SIMs");
    let text = std::fs::read_to_string(world.path("new/expansion.yaml")).expect("a manifest");
    assert!(numbers.iter().all(|number| text.contains(number)), "{text}");
    let rows = world.run(&["get", "sims", "-f", "fleet", "--format", "json"]).expect(0).json();
    let rows: Vec<&Value> =
        rows.as_array().expect("rows").iter().filter(|row| numbers.iter().any(|number| row["msisdn"] == **number)).collect();
    let cards: Vec<&str> = rows.iter().filter_map(|row| row["iccid"].as_str()).collect();
    assert_eq!(cards.len(), 3, "{rows:?}");
    assert!(cards.iter().all(|iccid| text.contains(iccid)), "each is pinned to its card: {text}");
    world.write("new/mine.yaml", "# kept\n");
    import(&world, &[]).expect(0);
    world.write("new/expansion.yaml", "# edited\n");
    import(&world, &[]).expect(1).says("holds other content");
    import(&world, &["--force"]).expect(0);

    // What was imported is declared beside the order, and its plan is empty.
    std::fs::rename(world.path("new/expansion.yaml"), world.path("fleet/expansion.yaml")).expect("a manifest");
    world.run(&["validate", "fleet"]).expect(0);
    let plan = world.run(&["plan", "fleet", "--format", "json"]).expect(0).json();
    assert_eq!((&plan["operations"], &plan["blocked"], &plan["unmanaged"]), (&json!([]), &json!([]), &json!([])), "{plan}");
    world.advance("P10D");
    assert_eq!(pending(&world), json!([]), "completed is in sync");
    assert_eq!(ledger(&world), 1, "placed once");
    world.run(&["audit", "verify", "fleet"]).expect(0);
    let told = world.run(&["audit", "show", "fleet", "--order", "expansion", "--format", "json"]).expect(0);
    assert!(told.stdout.contains("/v1/orders") && !told.stdout.contains("山田"), "no contact in the log\n{}", told.stdout);
}

/// Orders of SIMs that were billed.
fn ledger(world: &World) -> usize {
    world.billed("simOrder").len()
}

#[test]
fn without_the_journal_an_order_is_known_by_its_content() {
    let world = world();
    world.run(&APPLY).expect(0);
    std::fs::remove_dir_all(world.path("state")).expect("a state folder");
    world.run(&APPLY).expect(0);
    assert_eq!(ledger(&world), 1);
    world.post(&format!("/_emu/orders/{}/ship", number(&world)), &json!({}));
    std::fs::remove_dir_all(world.path("state")).expect("a state folder");
    import(&world, &[]).expect(0).says("imported 3 SIMs");
    world.run(&["import", "fleet", "--order", "other", "-o", "new"]).expect(1).says("no order other");
}

#[test]
fn an_order_is_called_off_while_that_is_open() {
    let world = world();
    world.run(&APPLY).expect(0);
    world.write("fleet/order.yaml", &order("expansion", "  state: Cancelled\n"));
    world.run(&["apply", "fleet", "--yes"]).expect(0);
    assert_eq!(applications(&world)[0]["status"], "cancelled");
    assert_eq!(pending(&world), json!([]));
    import(&world, &[]).expect(1).says("is cancelled").says("nothing was written");
    // Too late for the next one.
    world.write("fleet/order.yaml", &order("second", ""));
    world.run(&APPLY).expect(0);
    let second = applications(&world).into_iter().find(|one| one["status"] == "accepted").expect("an open order");
    world.post(&format!("/_emu/orders/{}/ship", second["applicationNo"].as_str().expect("a number")), &json!({}));
    world.write("fleet/order.yaml", &order("second", "  state: Cancelled\n"));
    world.run(&["plan", "fleet"]).expect(0).says("ORDER_NOT_CANCELLABLE");
}

#[test]
fn a_removed_order_goes_on_unless_somebody_calls_it_off() {
    let world = world();
    world.run(&APPLY).expect(0);
    std::fs::remove_file(world.path("fleet/order.yaml")).expect("an order");
    let plan = world.run(&["plan", "fleet", "--format", "json"]).expect(0).json();
    assert_eq!((&plan["operations"], &plan["warnings"][0]["code"]), (&json!([]), &json!("ORDER_NOT_DECLARED")), "{plan}");
    world.run(&["apply", "fleet", "--yes"]).expect(0);
    assert_eq!(applications(&world)[0]["status"], "accepted");

    let plan =
        world.run(&["plan", "fleet", "--cancel-removed-orders", "--out", "plan.json", "--format", "json"]).expect(0).json();
    assert_eq!(plan["operations"][0]["kind"], "cancelApplication", "{plan}");
    world.run(&["apply", "plan.json", "--yes", "--cancel-removed-orders"]).expect(64).says("plan it");
    world.run(&["apply", "fleet", "--yes", "--cancel-removed-orders"]).expect(0);
    assert_eq!(applications(&world)[0]["status"], "cancelled");
    world.run(&["apply", "fleet", "--yes", "--cancel-removed-orders"]).expect(0).says("No changes");
    world.run(&["audit", "verify", "fleet"]).expect(0);
}

#[test]
fn an_order_is_followed_from_its_acceptance_to_its_parcel() {
    let world = world();
    world.run(&APPLY).expect(0);
    // It is made up from nine on the next day, goes on its way after three business days and is a day on it.
    for (now, says) in [
        ("2026-11-11T08:59:59+09:00", "accepted: 3 nano SIMs"),
        ("2026-11-11T09:00:00+09:00", "being made up: 3 nano SIMs"),
        ("2026-11-13T09:59:59+09:00", "being made up: 3 nano SIMs"),
        ("2026-11-13T10:00:00+09:00", "3 of 3 SIMs are known by number"),
        ("2026-11-14T09:59:59+09:00", "3 of 3 SIMs are known by number"),
    ] {
        world.post("/_emu/clock", &json!({"set": now}));
        let waits = pending(&world);
        assert!(waits[0]["what"].as_str().expect("text").contains(says), "{now}: {waits}");
        world.run(&["plan", "fleet"]).expect(0).says(says).says("expansion");
    }
    world.advance("PT1S");
    assert_eq!(pending(&world), json!([]));
    world.run(&APPLY).expect(0).says("No changes");
    assert_eq!(ledger(&world), 1);
}

#[test]
fn an_order_that_was_placed_cannot_be_changed() {
    let world = world();
    world.run(&APPLY).expect(0);
    let as_placed = order("expansion", "");
    let changed = as_placed.replace("quantity: 3", "quantity: 5").replace("山田 太郎", "鈴木 花子");
    world.write("fleet/order.yaml", &changed);
    let told = world.run(&["plan", "fleet"]).expect(0).says("ORDER_CHANGED").says("quantity (3, declared is 5)");
    assert!(told.stdout.contains("shipTo.contact") && !told.stdout.contains("鈴木"), "{}", told.stdout);
    world.run(&APPLY).expect(0).says("ORDER_CHANGED");
    world.run(&[&APPLY[..], &["--strict"]].concat()).expect(3);
    assert_eq!((ledger(&world), applications(&world).len()), (1, 1));
    world.write("fleet/order.yaml", &as_placed);
    world.run(&APPLY).expect(0).says("No changes");
    // What is wanted besides has a name of its own.
    world.write("fleet/second.yaml", &order("second", ""));
    world.run(&["apply", "fleet", "--yes"]).expect(3).says("--ack placeOrder=1");
    world.run(&APPLY).expect(0);
    world.run(&APPLY).expect(0).says("No changes");
    assert_eq!(ledger(&world), 2);
}

#[test]
fn an_order_is_no_longer_called_off_once_it_is_made_up() {
    let world = world();
    world.run(&APPLY).expect(0);
    world.write("fleet/order.yaml", &order("expansion", "  state: Cancelled\n"));
    world.run(&["plan", "fleet", "--out", "plan.json"]).expect(0).says("cancelApplication");
    // Planned while it was open, and applied too late.
    world.post(&format!("/_emu/orders/{}/ship", number(&world)), &json!({}));
    world.run(&["apply", "plan.json", "--yes"]).expect(3).says("stale");
    world.run(&["apply", "fleet", "--yes"]).expect(0).says("ORDER_NOT_CANCELLABLE").says("No changes");
    world.run(&["apply", "fleet", "--yes", "--strict"]).expect(3);
    assert_eq!(applications(&world)[0]["status"], "shipped");
    // The carrier makes up an order from nine on the next day; until then it is open.
    let world = self::world();
    world.run(&APPLY).expect(0);
    world.write("fleet/order.yaml", &order("expansion", "  state: Cancelled\n"));
    world.post("/_emu/clock", &json!({"set": "2026-11-11T08:59:59+09:00"}));
    world.run(&["plan", "fleet"]).expect(0).says("cancelApplication");
    world.advance("PT1S");
    world.run(&["apply", "fleet", "--yes"]).expect(0).says("ORDER_NOT_CANCELLABLE");
    assert_eq!(applications(&world)[0]["status"], "arranging");
}

#[test]
fn what_the_carrier_does_not_send_is_not_ordered_again() {
    let world = world();
    world.run(&APPLY).expect(0);
    let first = number(&world);
    world.post(&format!("/_emu/orders/{first}/ship"), &json!({"sims": 2}));
    world.advance("P3D");
    let plan = world.run(&["plan", "fleet", "--format", "json"]).expect(0).json();
    assert_eq!((&plan["operations"], &plan["warnings"][0]["code"]), (&json!([]), &json!("ORDER_PARTIAL")), "{plan}");
    import(&world, &[]).expect(0).says("imported 2 SIMs");
    world.run(&APPLY).expect(0);

    world.write("fleet/second.yaml", &order("second", ""));
    world.run(&APPLY).expect(0);
    let second = applications(&world).into_iter().find(|one| one["status"] == "accepted").expect("an open order");
    world.post(&format!("/_emu/applications/{}/reject", second["applicationNo"].as_str().expect("a number")), &json!({}));
    for _ in 0..2 {
        world.run(&APPLY).expect(0).says("ORDER_REJECTED");
    }
    assert_eq!(applications(&world).len(), 2);
}
