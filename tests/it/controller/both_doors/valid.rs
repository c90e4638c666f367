//! What is valid is let in, accepted, and declares what the files declare.

use std::path::{Path, PathBuf};

use simfleet::domain::{Desired, Source};
use simfleet::manifest::AccountManifest;

use super::case::{Case, config_map, yaml_files};
use super::contents::{Codes, Contents, Judgement};
use super::corpus::apply;
use crate::kubernetes::Cluster;

/// Accounts that are valid and that a cluster cannot use, with the code. Each has to occur.
const NOT_IN_A_CLUSTER: [(&str, &str, &str); 4] = [
    ("examples/csv", "CarrierAccount/console", "DRIVER_NOT_IN_CLUSTER"),
    ("examples/quickstart", "CarrierAccount/quickstart", "DRIVER_NOT_IN_CLUSTER"),
    ("examples/paid", "CarrierAccount/paid", "DRIVER_NOT_IN_CLUSTER"),
    // For files the command line may say where the carrier is.
    ("tests/it/manifest/valid/purchases.yaml", "CarrierAccount/spares", "MISSING_FIELD"),
];

/// Folders and files that belong together.
fn cases() -> Vec<PathBuf> {
    let mut cases = yaml_files(Path::new("tests/it/manifest/valid"));
    let mut folders = vec![PathBuf::from("examples")];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).expect("the examples").map(|entry| entry.expect("an entry").path());
        folders.extend(entries.filter(|path| path.is_dir() && !path.ends_with(".simfleet")));
        let is_ours = |path: &PathBuf| {
            let text = std::fs::read_to_string(path).expect("it is text");
            text.lines().any(|line| line == "apiVersion: simfleet.dev/v1alpha1")
        };
        if yaml_files(&folder).iter().any(is_ours) {
            cases.push(folder);
        }
    }
    cases.sort();
    cases
}

#[tokio::test]
async fn what_is_valid_is_let_in_and_declares_the_same() {
    let cluster = Cluster::shared().await;
    cluster.install_simfleet().await;
    let mut refused = Vec::new();
    let names = cases();
    for path in &names {
        let mut case = Case::read(&yaml_files(path));
        if path.ends_with("contract.yaml") {
            // It names a file that a test of manifests writes.
            case.add("osaka.yaml", config_map("rosters.osaka.csv", "msisdn\n08055550001\n").as_bytes());
        }
        let compiled = case.validate().unwrap_or_else(|found| panic!("{}: {found:#?}", path.display()));
        let namespace = cluster.namespace("valid").await;
        for document in case.documents.iter().filter(|document| document.is_ours()) {
            let applied = apply(cluster, namespace.name(), document).await;
            applied.unwrap_or_else(|refusal| panic!("{} {}: {refusal}", path.display(), document.place()));
            // Again, as a repository does it with every change.
            let applied = apply(cluster, namespace.name(), document).await;
            applied.unwrap_or_else(|refusal| panic!("{} {}: {refusal}", path.display(), document.place()));
        }
        let Judgement { codes, accounts } = Contents::list(&cluster.client(), namespace.name()).await.judge();
        let said = codes.into_iter().filter(|(_, codes): &(String, Codes)| !codes.is_empty());
        refused.extend(
            said.flat_map(|(place, codes)| codes.into_iter().map(move |code| (place.clone(), code)))
                .map(|(place, code)| (path.display().to_string(), place, code)),
        );
        let in_files: Vec<Desired> =
            compiled.accounts.into_iter().map(|AccountManifest { desired, .. }| placeless(desired)).collect();
        let in_cluster: Vec<Desired> = accounts.into_iter().map(|accepted| placeless(accepted.desired)).collect();
        assert_eq!(in_cluster, in_files, "{}", path.display());
    }
    let mut known = NOT_IN_A_CLUSTER.map(|(case, place, code)| (case.to_owned(), place.to_owned(), code));
    known.sort();
    refused.sort();
    assert_eq!(refused, known);
    let folders = ["examples/csv", "examples/deploy/overlays/emulator", "examples/paid", "examples/quickstart"];
    assert!(folders.iter().all(|folder| names.iter().any(|name| name == Path::new(folder))), "{names:?}");
}

/// What is declared, and not where.
fn placeless(mut desired: Desired) -> Desired {
    desired.files.clear();
    let sources = desired.fleets.iter_mut().map(|fleet| &mut fleet.source);
    let sources = sources.chain(desired.sims.iter_mut().map(|sim| &mut sim.source));
    let sources = sources.chain(desired.grants.iter_mut().map(|grant| &mut grant.source));
    let sources = sources.chain(desired.top_ups.iter_mut().map(|policy| &mut policy.source));
    let sources = sources.chain(desired.orders.iter_mut().map(|order| &mut order.source));
    sources.for_each(|source| *source = Source::default());
    desired
}
