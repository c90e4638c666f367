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
    world.write("new/mine.yaml", "# kept\n");
    import(&world, &[]).expect(0);
    world.write("new/expansion.yaml", "# edited\n");
    import(&world, &[]).expect(1).says("holds other content");
    import(&world, &["--force"]).expect(0);

    // What was imported is declared beside the order, and its plan is empty.
    std::fs::rename(world.path("new/expansion.yaml"), world.path("fleet/expansion.yaml")).expect("a manifest");
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
