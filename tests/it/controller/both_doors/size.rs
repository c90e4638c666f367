//! As many lines as an object may have.

use serde_json::{Value, json};
use simfleet::api::MAX_INLINE_LINES;

use super::door::{Attempt, Doors};
use crate::controller::rig::apply;
use crate::kubernetes::Cluster;

/// A spec with so many lines in each list, each with these fields.
fn spec(sims: usize, chips: usize, of_each: &Value) -> Value {
    let line = |msisdn: String| {
        let mut line = of_each.clone();
        line["msisdn"] = msisdn.into();
        line
    };
    let sims: Vec<Value> = (0..sims).map(|nth| line(format!("080{nth:08}"))).collect();
    let chips: Vec<Value> = (0..chips).map(|nth| line(format!("0201{nth:07}"))).collect();
    json!({
        "accountRef": {"name": "main"}, "systemNumber": "S0001234", "serviceCode": "m2m-lte",
        "sims": sims, "chipSims": chips,
    })
}

fn fleet(spec: &Value) -> Value {
    json!({"apiVersion": "simfleet.dev/v1alpha1", "kind": "SimFleet", "metadata": {"name": "large"}, "spec": spec})
}

/// etcd takes 1.5 MiB, and the API server writes down who manages each field of each line.
#[tokio::test]
async fn four_thousand_lines_are_applied_again_and_again() {
    let cluster = Cluster::shared().await;
    cluster.install_simfleet().await;
    let (client, namespace) = (cluster.client(), cluster.namespace("size").await);
    let told = json!({"name": "vending-machine-at-the-east-exit", "labels": {"site": "ueno"}, "ratePlan": "fixed-500mb"});
    for (name, spec) in
        [("bare", spec(MAX_INLINE_LINES, MAX_INLINE_LINES, &json!({}))), ("told", spec(MAX_INLINE_LINES, 0, &told))]
    {
        let first = apply(&client, namespace.name(), "SimFleet", name, spec.clone()).await;
        let again = apply(&client, namespace.name(), "SimFleet", name, spec).await;
        assert_eq!(again.metadata.generation, first.metadata.generation, "{name}: the same again is no change");
        let kept = again.data["spec"]["sims"].as_array().map(Vec::len);
        assert_eq!(kept, Some(MAX_INLINE_LINES), "{name}");
    }
}

#[tokio::test]
async fn one_more_is_refused_by_both() {
    let doors = Doors::open("size").await;
    for (sims, chips) in [(MAX_INLINE_LINES + 1, 0), (0, MAX_INLINE_LINES + 1)] {
        let document = fleet(&spec(sims, chips, &json!({})));
        let refusal = doors.cluster(&document).await.expect_err("it is one too many");
        assert!(refusal.contains("must have at most 4000 items"), "{refusal}");
        assert_eq!(doors.files(&document), ["TOO_MANY_LINES"].into());
    }
    let document = fleet(&spec(MAX_INLINE_LINES, MAX_INLINE_LINES, &json!({})));
    assert_eq!(doors.differences(vec![Attempt { what: "as many as there may be".to_owned(), document }]).await, [""; 0]);
}

/// Of lines of which more is told there is room for fewer. Nothing but the store knows how many; it says so, and a
/// roster holds any number.
#[tokio::test]
async fn what_etcd_cannot_hold_is_refused_in_words() {
    let cluster = Cluster::shared().await;
    cluster.install_simfleet().await;
    let namespace = cluster.namespace("size").await;
    let told = json!({"name": "n".repeat(200), "labels": {"site": "v".repeat(100)}});
    let document = fleet(&spec(MAX_INLINE_LINES, 0, &told)).to_string();
    let output = cluster.kubectl(&["apply", "--server-side", "--namespace", namespace.name(), "-f", "-"], &document).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("request is too large"), "{said}");
}
