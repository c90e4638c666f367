//! Replicas share accounts by leases. One is killed, or cut off from the API server, and another takes over what was
//! its.

use k8s_openapi::api::coordination::v1::Lease;
use kube::api::{Api, ListParams};

use super::carrier::{Carrier, PASSWORD};
use super::world::{World, account, fleet, lines};
use crate::exec::proxy::{Act, Point, Proxy};

const NAMES: [&str; 3] = ["east", "north", "west"];

/// Who holds each account's lease.
async fn holders(world: &World) -> Vec<String> {
    let leases: Api<Lease> = Api::namespaced(world.client.clone(), &world.namespace);
    let found = leases.list(&ListParams::default().labels("simfleet.dev/lease=account")).await.expect("leases can be listed");
    let holder = |lease: &Lease| lease.spec.as_ref().and_then(|spec| spec.holder_identity.clone());
    found.items.iter().filter_map(holder).filter(|holder| !holder.is_empty()).collect()
}

#[tokio::test]
async fn replicas_share_accounts_and_take_over_from_one_that_is_killed() {
    let world = World::new("replicas", &lines(&[])).await;
    let mut carriers = Vec::new();
    for (number, name) in NAMES.into_iter().enumerate() {
        let line = format!("0801234560{number}");
        let carrier = Carrier::start("frozen", &lines(&[&line])).await;
        world.secret(&format!("{name}-credentials"), PASSWORD).await;
        world.apply(&account(name, &carrier.endpoint)).await;
        world.apply(&fleet(name, name, &format!("  mode: Apply\n  sims:\n    - {{msisdn: \"{line}\", state: Active}}\n"))).await;
        carriers.push((name, line, carrier));
    }
    let replica = |identity: &str| {
        let namespace = world.namespace.as_str();
        world.controller_with(&["--leader-elect", "--lease-namespace", namespace, "--identity", identity, "--resync", "1s"])
    };
    let mut replicas = vec![("pod-a", replica("pod-a")), ("pod-b", replica("pod-b"))];
    for name in NAMES {
        world.says(&format!("SimFleet/{name}"), "Ready=True InSync").await;
    }
    let held = world
        .until("every account is somebody's", async || {
            let held = holders(&world).await;
            if held.len() == NAMES.len() { Ok(held) } else { Err(format!("{held:?}")) }
        })
        .await;

    // The one that has the first account dies without a word.
    let dying = replicas.iter().position(|(name, _)| held[0].starts_with(name)).expect("a replica holds it");
    let (dead, controller) = replicas.remove(dying);
    let log = controller.kill().await;
    assert!(log.contains("shares accounts by leases"), "{log}");
    for (name, line, carrier) in &carriers {
        let suspended = format!("  mode: Apply\n  sims:\n    - {{msisdn: \"{line}\", state: Suspended}}\n");
        world.apply(&fleet(name, name, &suspended)).await;
        world
            .until(&format!("{name} is somebody's who works"), async || {
                let sent = carrier.mutations().await;
                if sent == [format!("POST /v1/sims/{line}/suspend")] { Ok(()) } else { Err(format!("{sent:?}")) }
            })
            .await;
        world.says(&format!("SimFleet/{name}"), "Ready=True Pending").await;
    }
    let held = holders(&world).await;
    assert!(held.iter().all(|holder| !holder.starts_with(dead)), "{held:?}");

    // The last one goes as it should, and gives back what it had.
    for (_, controller) in replicas {
        controller.stop().await;
    }
    assert_eq!(holders(&world).await, Vec::<String>::new());
    for (_, _, carrier) in &carriers {
        assert_eq!(carrier.accepted(2).await, 1, "once");
    }
}

/// What it says reaches the API server only when another replica has done its work.
#[tokio::test]
async fn a_replica_that_was_cut_off_buys_nothing_when_it_is_back() {
    let number = "08012345601";
    let world = World::new("cut-off", &lines(&[number])).await;
    let proxy = Proxy::start(&world.carrier.endpoint).await;
    world.account_at(&proxy.endpoint).await;
    let spec = format!(
        "  mode: Apply\n  policy: {{approval: {{buyCoupon: Auto}}}}\n  sims:\n    - {{msisdn: \"{number}\"}}\n  \
         coupons:\n    - {{name: firmware, month: 2026-11, code: add-1gb, msisdns: [\"{number}\"]}}\n"
    );
    world.apply(&fleet("kanto", "main", &spec)).await;
    let arguments =
        |identity| ["--leader-elect", "--lease-namespace", world.namespace.as_str(), "--identity", identity, "--resync", "1s"];
    let fresh_read = proxy.stop("GET", "/v1/sims/0", 1, Act::Pass, Point::Seen);
    let link = world.link().await;
    let cut_off = world.controller_by_with(&link, &arguments("pod-a"));
    fresh_read.reached().await;
    link.hold();
    let other = world.controller_with(&arguments("pod-b"));
    world
        .until("the other one buys it", async || {
            let bought = world.carrier.billed("coupon").await.len();
            if bought == 1 { Ok(()) } else { Err(format!("{bought} are bought")) }
        })
        .await;
    world.says("SimFleet/kanto", "Ready=True InSync").await;

    fresh_read.resume();
    link.release();
    cut_off.stop().await;
    world.look("SimFleet/kanto").await;
    assert_eq!(world.carrier.billed("coupon").await, [number], "once");
    let records = world.records().await;
    assert_eq!(records.len(), 1);
    let by = records[0].data["spec"]["sent"]["by"].as_str().expect("a name");
    assert!(by.starts_with("pod-b"), "{by}");
    world.says("SimFleet/kanto", "Ready=True InSync").await;
    other.stop().await;
    assert_eq!(world.carrier.billed("coupon").await, [number], "once");
}
