//! One document as JSON, through both doors, without leaving anything behind.

use futures_util::StreamExt as _;
use futures_util::stream;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::Client;
use kube::api::{Patch, PatchParams, PostParams, ValidationDirective};
use serde_json::Value;
use simfleet::controller::watch::object;
use simfleet::diag::Diagnostic;
use simfleet::manifest::{Compiled, read};
use tempfile::TempDir;

use super::case::config_map;
use super::contents::{Codes, Contents, Judgement, KINDS};
use crate::controller::rig::{apply, objects};
use crate::kubernetes::Cluster;

/// Documents on their way at the same time.
const AT_ONCE: usize = 8;

/// A folder and a namespace with the same account (`main`) and the same roster (`lines`, key `csv`; the folder has it as
/// `lines.csv`, too).
pub(super) struct Doors {
    client: Client,
    namespace: String,
    contents: Contents,
    folder: TempDir,
}

/// A document, and what is special about it.
pub(super) struct Attempt {
    pub(super) what: String,
    pub(super) document: Value,
}

const ROSTER: &str = "msisdn\n08000000011\n";

impl Doors {
    pub(super) async fn open(test: &str) -> Self {
        let cluster = Cluster::shared().await;
        cluster.install_simfleet().await;
        let (client, namespace) = (cluster.client(), cluster.namespace(test).await);
        let account = serde_json::json!({"driver": "http", "endpoint": "https://carrier.example.jp"});
        apply(&client, namespace.name(), "CarrierAccount", "main", account.clone()).await;
        let map = serde_yaml::from_str(&config_map("lines", ROSTER)).expect("it is a config map");
        namespace.api::<ConfigMap>().create(&PostParams::default(), &map).await.expect("it is created");
        let folder = tempfile::tempdir().expect("a folder");
        let account = serde_json::json!({
            "apiVersion": "simfleet.dev/v1alpha1", "kind": "CarrierAccount", "metadata": {"name": "main"}, "spec": account,
        });
        let given = format!("{account}\n---\n{}", config_map("lines", ROSTER));
        std::fs::write(folder.path().join("given.yaml"), given).expect("it can be written");
        std::fs::write(folder.path().join("lines.csv"), ROSTER).expect("it can be written");
        let contents = Contents::list(&client, namespace.name()).await;
        Self { client, namespace: namespace.name().to_owned(), contents, folder }
    }

    /// What the cluster says: why the API server refuses it, or the codes with which the controller does.
    pub(super) async fn cluster(&self, document: &Value) -> Result<Codes, String> {
        let (kind, name) = names(document);
        let place = format!("{kind}/{name}");
        Ok(self.judgement(document).await?.codes.remove(&place).expect("it is judged"))
    }

    /// The same, and what is accepted.
    pub(super) async fn judgement(&self, document: &Value) -> Result<Judgement, String> {
        let (kind, name) = names(document);
        let kind = KINDS.into_iter().find(|known| known.as_str() == kind).expect("a kind of ours");
        let how = PatchParams {
            dry_run: true,
            force: true,
            field_manager: Some("tests".to_owned()),
            field_validation: Some(ValidationDirective::Strict),
        };
        match objects(&self.client, &self.namespace, kind.as_str()).patch(name, &how, &Patch::Apply(document)).await {
            Ok(kept) => Ok(self.contents.with(object(kind, kept)).judge()),
            Err(kube::Error::Api(status)) => Err(status.message.clone()),
            Err(error) => panic!("no answer is no refusal: {error}"),
        }
    }

    /// The codes with which `validate` refuses it.
    pub(super) fn files(&self, document: &Value) -> Codes {
        let found = self.validate(document).err().unwrap_or_default();
        found.iter().filter(|finding| finding.is_error()).map(|finding| finding.code.as_str()).collect()
    }

    /// What `validate` says of it.
    pub(super) fn validate(&self, document: &Value) -> Result<Compiled, Vec<Diagnostic>> {
        let path = self.folder.path().join("document.yaml");
        std::fs::write(&path, document.to_string()).expect("it can be written");
        read(&[self.folder.path().join("given.yaml"), path])
    }

    /// Where the doors differ.
    pub(super) async fn differences(&self, attempts: Vec<Attempt>) -> Vec<String> {
        let differences = stream::iter(attempts).map(|attempt| self.difference(attempt)).buffer_unordered(AT_ONCE);
        let mut differences: Vec<String> = differences.filter_map(std::future::ready).collect().await;
        differences.sort();
        differences
    }

    async fn difference(&self, Attempt { what, document }: Attempt) -> Option<String> {
        let cluster = self.cluster(&document).await;
        let files = self.files(&document);
        match cluster {
            Err(refusal) => files.is_empty().then(|| format!("{what}: only the API server refuses it: {refusal}")),
            Ok(_) if has_files(&document) => None,
            Ok(cluster) => {
                let is_of_files = files.is_empty() || lacks_lists(&document, &files);
                let expected = if is_of_files { of_the_cluster(&document) } else { files };
                (cluster != expected).then(|| format!("{what}: the controller says {cluster:?}, validate {expected:?}"))
            }
        }
    }
}

/// Kind and name.
fn names(document: &Value) -> (&str, &str) {
    (document["kind"].as_str().expect("a kind"), document["metadata"]["name"].as_str().expect("a name"))
}

/// A controller has no files: a roster in one is wrong there.
fn has_files(document: &Value) -> bool {
    let rosters = document["spec"]["rosters"].as_array();
    rosters.is_some_and(|rosters| rosters.iter().any(|roster| roster["csv"].is_string()))
}

/// Which lists a console exported is of no matter where none can be read.
fn lacks_lists(document: &Value, files: &Codes) -> bool {
    document["spec"]["driver"] == "csv" && *files == Codes::from(["MISSING_FIELD"])
}

/// Why an account that is valid in a file cannot be used in a cluster.
fn of_the_cluster(document: &Value) -> Codes {
    if document["kind"] != "CarrierAccount" {
        return Codes::new();
    }
    let spec = &document["spec"];
    if spec["driver"].as_str().is_some_and(|driver| driver != "http") {
        return ["DRIVER_NOT_IN_CLUSTER"].into();
    }
    if spec["endpoint"].is_null() { ["MISSING_FIELD"].into() } else { Codes::new() }
}
