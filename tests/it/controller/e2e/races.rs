//! Controllers that know nothing of one another work on the same account at the same time: what costs money is bought
//! once, and in the end everything is said to be so.

use serde_json::json;

use super::process::Controller;
use super::world::{World, lines};

/// As many purchases as controllers have to collide on.
const LINES: usize = 24;

#[tokio::test]
async fn of_controllers_on_one_account_each_purchase_is_one_controllers() {
    let numbers: Vec<String> = (0..LINES).map(|number| format!("080123456{number:02}")).collect();
    let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
    let world = World::new("race", &lines(&numbers)).await;
    let sims: Vec<String> = numbers.iter().map(|msisdn| format!("    - {{msisdn: \"{msisdn}\"}}\n")).collect();
    let quoted: Vec<String> = numbers.iter().map(|msisdn| format!("\"{msisdn}\"")).collect();
    world
        .declare(
            "kanto",
            &format!(
                "  mode: Apply\n  policy: {{approval: {{buyCoupon: Auto}}}}\n  sims:\n{}  \
                 coupons:\n    - {{name: firmware, month: 2026-11, code: add-1gb, msisdns: [{}]}}\n",
                sims.concat(),
                quoted.join(", ")
            ),
        )
        .await;
    let controllers: Vec<Controller> = (0..2).map(|_| world.controller()).collect();
    let bought = async || {
        let billed = world.carrier.billed("coupon").await;
        for msisdn in &numbers {
            let times = billed.iter().filter(|line| line == msisdn).count();
            assert!(times <= 1, "{msisdn} was bought for {times} times");
        }
        billed.len()
    };
    world
        .until("all is bought, once", async || {
            let count = bought().await;
            if count == LINES { Ok(()) } else { Err(format!("{count} are bought")) }
        })
        .await;
    world.says("SimFleet/kanto", "Ready=True InSync").await;
    for _ in 0..3 {
        world.look("SimFleet/kanto").await;
        assert_eq!(bought().await, LINES);
    }
    world.says("SimFleet/kanto", "Ready=True InSync").await;
    world.says("SimFleet/kanto", "InDoubt=False None").await;
    let records = world.records().await;
    assert_eq!(records.len(), LINES);
    assert!(records.iter().all(|record| record.data["status"]["state"] == "confirmed"), "{records:#?}");
    assert_eq!(world.object("SimFleet/kanto").await.data["status"]["lines"]["inSync"], json!(LINES));
    for controller in controllers {
        controller.stop().await;
    }
}
