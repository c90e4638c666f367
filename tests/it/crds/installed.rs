//! The API server takes the kinds, and has nothing to complain of.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::ResourceExt as _;
use kube::api::Api;
use simfleet::api::crd;

use crate::kubernetes::Cluster;

/// kubectl takes a category before a kind, and would then get (or delete) all of them.
#[test]
fn no_category_is_called_like_a_kind() {
    let kinds = crd::all().expect("the schemas are schemas");
    let names = |kind: &CustomResourceDefinition| {
        let names = &kind.spec.names;
        let short = names.short_names.iter().flatten();
        short.chain(&names.singular).chain([&names.plural, &names.kind]).map(|name| name.to_lowercase()).collect::<Vec<_>>()
    };
    let taken: Vec<String> = kinds.iter().flat_map(names).collect();
    for kind in &kinds {
        assert_eq!(kind.spec.names.categories.as_deref(), Some(&["simfleet-all".to_owned()][..]), "{}", kind.name_any());
    }
    assert!(!taken.iter().any(|name| name == "simfleet-all"), "{taken:?}");
}

#[tokio::test]
async fn the_kinds_are_established_and_structural() {
    let cluster = Cluster::shared().await;
    cluster.install_simfleet().await;
    let kinds: Api<CustomResourceDefinition> = Api::all(cluster.client());
    for kind in crd::all().expect("the schemas are schemas") {
        let found = kinds.get(&kind.name_any()).await.expect("it is installed");
        let conditions = found.status.and_then(|status| status.conditions).unwrap_or_default();
        let told = |name: &str| conditions.iter().find(|condition| condition.type_ == name);
        assert_eq!(told("Established").map(|condition| condition.status.as_str()), Some("True"), "{conditions:?}");
        assert_eq!(told("NamesAccepted").map(|condition| condition.status.as_str()), Some("True"), "{conditions:?}");
        assert!(told("NonStructuralSchema").is_none_or(|condition| condition.status == "False"), "{conditions:?}");
    }
}
