//! What a person says of an operation in doubt.

use kube::ResourceExt as _;
use kube::api::{Patch, PatchParams};
use serde_json::json;
use simfleet::carrier::Carrier as _;
use simfleet::carrier::wire::CouponBody;
use simfleet::controller::keep::{ByHand, Restored};
use simfleet::exec::by_hand::Decision;
use simfleet::exec::journal::{PlanKey, RecordState, Resolution, Sent};
use simfleet::plan::Operation;

use super::{LINE, OTHER, Scene, firmware, named};
use crate::exec::handmade::coupon;
use crate::exec::plans::msisdn;
use crate::kubernetes::Cluster;

/// Two operations in doubt, in the hands of a process.
async fn doubtful(scene: &Scene) -> (Restored, Operation) {
    let mut process = scene.takes_over("one").await;
    let other = named(coupon(msisdn(OTHER), "firmware", 1), 2);
    let at = Some(scene.world.emulator.now());
    process
        .journal
        .together(|entry| {
            let operations = [&firmware(), &other];
            entry.begin(&PlanKey("plan-1@2026-11-10T01:00:00Z#1".to_owned()), at, &[], &operations)?;
            let ids = operations.iter().map(|operation| operation.id.clone()).collect();
            entry.sent(&Sent { ids, newest_before: None, at })
        })
        .unwrap();
    scene.settle(&mut process.journal).await.unwrap();
    (scene.takes_over("two").await, other)
}

async fn say(scene: &Scene, operation: &Operation, text: &str) {
    let change = json!({"metadata": {"annotations": {"simfleet.dev/resolve": text}}});
    scene.objects().patch(&operation.id.0, &PatchParams::default(), &Patch::Merge(change)).await.unwrap();
}

async fn hear(scene: &Scene, process: &mut Restored) -> Vec<ByHand> {
    process.kept.resolve_by_hand(&mut process.journal, &scene.world.carrier()).await.unwrap()
}

#[tokio::test]
async fn a_persons_word_settles_a_doubt_once() {
    let scene = Scene::new(Cluster::shared().await, "keep-word").await;
    let (mut process, other) = doubtful(&scene).await;
    assert_eq!(hear(&scene, &mut process).await, [], "nobody said anything");

    say(&scene, &firmware(), "not-done").await;
    let heard = hear(&scene, &mut process).await;
    assert_eq!(heard.len(), 1);
    assert_eq!((&heard[0].said, &heard[0].outcome), (&"not-done".to_owned(), &Ok(Decision::NotDone)));
    let object = scene.object(&firmware()).await;
    assert_eq!((&object.data["status"]["state"], &object.data["status"]["resolution"]), (&json!("resolved"), &json!("notDone")));
    assert_eq!(object.data["status"]["note"], "settled by hand");
    assert!(!object.annotations().contains_key("simfleet.dev/resolve"));
    assert_eq!(hear(&scene, &mut process).await, [], "once");

    say(&scene, &other, "done").await;
    hear(&scene, &mut process).await;
    let record = process.journal.attempts(&other.id).unwrap().pop().unwrap();
    assert_eq!((record.state, record.resolution), (RecordState::Resolved, Some(Resolution::Done)));
    let next = scene.takes_over("three").await;
    assert_eq!(next.journal.attempts(&other.id).unwrap().pop().unwrap().state, RecordState::Resolved);
}

#[tokio::test]
async fn an_application_that_is_named_has_to_be_the_operations() {
    let scene = Scene::new(Cluster::shared().await, "keep-named").await;
    let (mut process, other) = doubtful(&scene).await;
    let carrier = scene.world.carrier();
    let body = CouponBody { coupon_code: "add-100mb".to_owned() };
    let ours = carrier.buy_coupon(msisdn(LINE), &body).await.unwrap().application_no;
    let theirs = carrier.buy_coupon(msisdn(OTHER), &body).await.unwrap().application_no;
    for (said, refused) in [
        ("maybe".to_owned(), "\"maybe\" is none of done, not-done and application=NUMBER".to_owned()),
        ("application=A999999".to_owned(), "the carrier has no application A999999".to_owned()),
        (format!("application={theirs}"), format!("application {theirs} is of another line")),
    ] {
        say(&scene, &firmware(), &said).await;
        let heard = hear(&scene, &mut process).await;
        assert_eq!(heard[0].outcome, Err(refused));
        let object = scene.object(&firmware()).await;
        assert_eq!(object.annotations()["simfleet.dev/resolve"], said, "it is for the person to correct");
        assert_eq!(object.data["status"]["state"], "unknown");
    }
    say(&scene, &firmware(), &format!("application={ours}")).await;
    let heard = hear(&scene, &mut process).await;
    assert_eq!(heard[0].outcome, Ok(Decision::Became(ours.as_str().into())));
    let object = scene.object(&firmware()).await;
    assert_eq!((&object.data["status"]["resolution"], &object.data["status"]["applicationNo"]), (&json!("done"), &json!(ours)));

    say(&scene, &other, &format!("application={ours}")).await;
    let heard = hear(&scene, &mut process).await;
    assert_eq!(heard[0].outcome, Err(format!("application {ours} is operation {} already", firmware().id)));
}

/// What was said of one call is never taken for a word on the next one.
#[tokio::test]
async fn a_word_on_an_earlier_call_is_gone_with_it() {
    let scene = Scene::new(Cluster::shared().await, "keep-stale").await;
    let (mut process, _) = doubtful(&scene).await;
    say(&scene, &firmware(), "maybe").await;
    scene.world.emulator.advance(std::time::Duration::from_mins(16)).unwrap();
    scene.settle(&mut process.journal).await.unwrap();
    say(&scene, &firmware(), "not-done").await;
    assert_eq!(hear(&scene, &mut process).await, [], "it is settled already");
    scene.perform(&mut process.journal, vec![firmware()]).await.unwrap();
    let object = scene.object(&firmware()).await;
    assert_eq!(object.data["spec"]["sent"]["call"], 2);
    assert!(!object.annotations().contains_key("simfleet.dev/resolve"));
}
