//! The invalid manifests through both doors, as kubectl applies them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use futures_util::StreamExt as _;
use futures_util::stream;

use super::case::{Case, Document, yaml_files};
use super::contents::{Codes, Contents};
use super::exceptions::{Difference, Door, exceptions};
use crate::kubernetes::Cluster;

const FOLDER: &str = "tests/it/manifest/invalid";

/// How a case went.
struct Outcome {
    case: String,
    /// How many documents the cluster has refused, at its door or after.
    refused: usize,
    differences: Vec<Difference>,
    /// What the API server refused and `validate` does not.
    surprises: Vec<String>,
}

/// The files and folders of the corpus.
pub(super) fn cases() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(FOLDER).expect("the corpus").map(|entry| entry.expect("an entry").path());
    let mut cases: Vec<PathBuf> =
        entries.filter(|path| path.is_dir() || path.extension().is_some_and(|of| of == "yaml")).collect();
    cases.sort();
    cases
}

#[tokio::test]
async fn every_invalid_manifest_is_refused_alike() {
    let cluster = Cluster::shared().await;
    cluster.install_simfleet().await;
    let outcomes: Vec<Outcome> = stream::iter(cases()).map(|case| judge(cluster, case)).buffer_unordered(4).collect().await;
    assert_eq!(outcomes.len(), cases().len());

    let surprises: Vec<&String> = outcomes.iter().flat_map(|outcome| &outcome.surprises).collect();
    assert!(surprises.is_empty(), "{surprises:#?}");
    let found: BTreeSet<&Difference> = outcomes.iter().flat_map(|outcome| &outcome.differences).collect();
    let known = exceptions();
    assert_eq!(found, known.iter().collect(), "what the doors say differently, and what is known of it");
    // A case of which neither says anything tests nothing.
    for Outcome { case, refused, .. } in &outcomes {
        assert!(*refused > 0 || known.iter().any(|exception| exception.case == *case), "{case} is never refused");
    }
}

async fn judge(cluster: &'static Cluster, path: PathBuf) -> Outcome {
    let name = path.file_stem().and_then(|name| name.to_str()).expect("its name is ASCII").to_owned();
    let mut case = Case::read(&yaml_files(&path));
    if let Some(account) = missing_account(&case) {
        case.add("account.yaml", account.as_bytes());
    }
    let found = case.validate().expect_err("every case is invalid");
    let namespace = cluster.namespace("both-doors").await;
    let mut outcome = Outcome { case: name, refused: 0, differences: Vec::new(), surprises: Vec::new() };
    let mut let_in: BTreeMap<String, Codes> = BTreeMap::new();
    for document in &case.documents {
        let codes = case.codes(&found, document);
        if !document.is_ours() {
            assert!(codes.is_empty(), "{} is somebody else's: {codes:?}", document.place());
            continue;
        }
        match apply(cluster, namespace.name(), document).await {
            Ok(()) if document.is_of("ConfigMap") => {}
            Ok(()) => let_in.entry(document.place()).or_default().extend(codes),
            Err(refusal) => {
                outcome.refused += 1;
                if codes.is_empty() {
                    outcome.surprises.push(format!("{} {}: {refusal}", outcome.case, document.place()));
                }
            }
        }
    }
    let says = Contents::list(&cluster.client(), namespace.name()).await.judge().codes;
    assert_eq!(says.keys().collect::<Vec<_>>(), let_in.keys().collect::<Vec<_>>(), "{}", outcome.case);
    let homeless = (String::new(), (case.homeless(&found), Codes::new()));
    let both = let_in.into_iter().map(|(place, files)| (place.clone(), (files, says.get(&place).cloned().unwrap_or_default())));
    for (place, (files, cluster)) in both.chain([homeless]) {
        outcome.refused += usize::from(!cluster.is_empty());
        for (only, code) in files
            .difference(&cluster)
            .map(|code| (Door::Files, *code))
            .chain(cluster.difference(&files).map(|code| (Door::Cluster, *code)))
        {
            outcome.differences.push(Difference { case: outcome.case.clone(), place: place.clone(), only, code });
        }
    }
    outcome
}

/// Files need no account where the command line says where the carrier is; a cluster does.
fn missing_account(case: &Case) -> Option<String> {
    let is_needed = case.documents.iter().any(|document| document.is_ours() && !document.is_of("ConfigMap"))
        && !case.documents.iter().any(|document| document.is_of("CarrierAccount"));
    let found = case.validate().expect_err("every case is invalid");
    let is_missed = found.iter().any(|finding| finding.code.as_str() == "UNKNOWN_ACCOUNT");
    (is_needed && !is_missed).then(|| {
        "apiVersion: simfleet.dev/v1alpha1\nkind: CarrierAccount\nmetadata: {name: main}\n\
         spec: {driver: http, endpoint: \"https://carrier.example.jp\"}\n"
            .to_owned()
    })
}

/// As a user does it, with the namespace of the test.
pub(super) async fn apply(cluster: &Cluster, namespace: &str, document: &Document) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("document.yaml");
    std::fs::write(&path, document.for_namespace(namespace)).expect("it can be written");
    let path = path.to_str().expect("its name is ASCII");
    let output = cluster.kubectl(&["apply", "--server-side", "--namespace", namespace, "--filename", path], "").await;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!said.contains("connection to the server"), "no answer is no refusal: {said}");
    if output.status.success() { Ok(()) } else { Err(said) }
}

/// The table of exceptions names cases that are there.
#[test]
fn every_exception_has_its_case() {
    let cases = cases();
    for Difference { case, .. } in exceptions() {
        assert!(cases.iter().any(|path| Path::file_stem(path).is_some_and(|stem| *stem == *case)), "{case}");
    }
}
