//! The API server is away, has forgotten what it told, or serves kinds that let anything in.

use serde_json::json;

use super::super::rig;
use super::world::{World, fleet, lines};
use crate::kubernetes::Cluster;

const A: &str = "08012345601";
const B: &str = "08012345602";

fn spec(state_of_b: &str) -> String {
    format!("  mode: Apply\n  sims:\n    - {{msisdn: \"{A}\", state: Active}}\n    - {{msisdn: \"{B}\", state: {state_of_b}}}\n")
}

#[tokio::test]
async fn an_api_server_that_was_away_is_worked_with_again() {
    let mut cluster = Cluster::alone().await;
    cluster.install_simfleet().await;
    let world = World::on(&cluster, "away", "frozen", &lines(&[A, B])).await;
    let controller = world.controller();
    world.declare("kanto", &spec("Active")).await;
    world.says("SimFleet/kanto", "Ready=True InSync").await;

    // What the watches saw last is older than what the API server will know when it is back: they have expired.
    world.roster("unrelated", "msisdn\n").await;
    cluster.stop_api_server();
    world.carrier.console("suspend", B).await;
    world
        .until("the watches break", async || {
            let log = controller.log();
            if log.contains("a watch broke and begins anew") { Ok(()) } else { Err(format!("{} bytes", log.len())) }
        })
        .await;
    cluster.start_api_server().await;

    // Drift is seen, an edit is heard, and the console's work is put right.
    world.carrier_got(&[&format!("POST /v1/sims/{B}/resume")]).await;
    world.carrier.advance("PT2M").await;
    world.says("SimFleet/kanto", "Ready=True InSync").await;
    world.apply(&fleet("kanto", "main", &spec("Suspended"))).await;
    world.carrier_got(&[&format!("POST /v1/sims/{B}/resume"), &format!("POST /v1/sims/{B}/suspend")]).await;
    world.says("SimFleet/kanto", "Ready=True Pending").await;
    let log = controller.stop().await;
    assert!(log.contains("too old resource version"), "no watch had expired:\n{log}");
}

#[tokio::test]
async fn an_object_that_is_none_of_ours_stops_no_other() {
    let cluster = Cluster::alone().await;
    rig::install_lax_kinds(&cluster).await;
    let world = World::on(&cluster, "lax", "frozen", &lines(&[A, B])).await;
    let nonsense = json!({"accountRef": {"name": "main"}, "sims": "none", "rosters": {"csv": 1}, "mode": ["Apply"]});
    rig::apply(&world.client, &world.namespace, "SimFleet", "nonsense", nonsense).await;
    rig::apply(&world.client, &world.namespace, "SimOrder", "nonsense", json!({"accountRef": {"name": "main"}, "quantity": -1}))
        .await;
    rig::apply(&world.client, &world.namespace, "SimOperation", "nonsense", json!("nothing")).await;
    let controller = world.controller();
    world.declare("kanto", &spec("Suspended")).await;
    world.says("SimFleet/kanto", "Ready=True Pending").await;
    assert_eq!(world.carrier.mutations().await, [format!("POST /v1/sims/{B}/suspend")]);
    for place in ["SimFleet/nonsense", "SimOrder/nonsense"] {
        world
            .until(&format!("{place} is refused"), async || match world.reason(place, "Accepted=False").await {
                Some(_) => Ok(()),
                None => Err(world.object(place).await.data["status"].to_string()),
            })
            .await;
    }
    // It is put right, and is as good as any.
    world.apply(&fleet("nonsense", "main", "  mode: Apply\n  rosters: []\n  sims: []\n")).await;
    world.says("SimFleet/nonsense", "Accepted=True Valid").await;
    controller.stop().await;
}
