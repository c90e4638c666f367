//! What valid manifests compile to.

use std::path::Path;

use simfleet::domain::{Approval, DesiredState, Limit, List, Mode, OperationKind, Protection, RatePlan};
use simfleet::manifest::{AccountDriver, RateLimit, read};

use super::{codes, fleet, read_files, write};

const CONTRACT: &str = include_str!("valid/contract.yaml");

#[test]
fn the_contracts_example() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "contract.yaml", CONTRACT.as_bytes());
    write(
        folder.path(),
        "rosters/osaka.csv",
        "\u{feff}kind,msisdn,state,imei,labels\r\nsim,08055550001,,,site=osaka;floor=2\r\nchip,02055550002,Registered,353918058888880,\r\n"
            .as_bytes(),
    );
    let compiled = read(&[folder.path().to_owned()]).expect("valid");
    let [manifest] = compiled.accounts.as_slice() else { panic!("one account") };
    let account = manifest.account.as_ref().expect("declared");
    assert_eq!(account.driver, AccountDriver::Http { endpoint: Some("https://carrier.example.jp".into()) });
    assert_eq!(account.credentials.as_deref(), Some("main-credentials"));
    assert_eq!(account.rate_limit, Some(RateLimit { requests_per_second: 10, burst: 20 }));
    let desired = &manifest.desired;
    let fleet = desired.fleets.first().expect("a fleet");
    assert_eq!((&*fleet.name, fleet.system.as_str(), fleet.mode), ("kanto-vending", "S0001234", Mode::Apply));
    assert_eq!(fleet.policy.limits[&OperationKind::Suspend], Limit::Percent(10));
    assert_eq!(fleet.policy.limits[&OperationKind::StartUse], Limit::Count(500));
    assert_eq!(fleet.policy.limits[&OperationKind::Terminate], Limit::Count(1));
    assert_eq!(fleet.policy.approval[&OperationKind::BindImei], Approval::Auto);
    let rows: Vec<String> = desired
        .sims
        .iter()
        .map(|sim| {
            let source =
                format!("{}:{}", Path::new(desired.file_of(sim.source)).file_name().expect("a name").display(), sim.source.line);
            let state = sim.state.map_or("-", DesiredState::as_str);
            let plan = sim.plan.as_ref().map_or("-", |plan| plan.as_str());
            format!("{} {:?} {state} {plan} {source}", sim.msisdn, sim.list)
        })
        .collect();
    assert_eq!(
        rows,
        [
            "02012345678 Sims Suspended fixed-500mb contract.yaml:21",
            "02055550002 ChipSims Registered fixed-500mb osaka.csv:3",
            "02098765432 ChipSims Active fixed-500mb contract.yaml:25",
            "02098765433 ChipSims Allocated - contract.yaml:26",
            "08011112222 Sims Terminated fixed-500mb contract.yaml:22",
            "08012345678 Sims Active fixed-500mb contract.yaml:20",
            "08033334444 Sims - fixed-500mb contract.yaml:23",
            "08055550001 Sims Active fixed-500mb osaka.csv:2",
        ]
    );
    let kiosk = desired.sims.iter().find(|sim| sim.msisdn.as_str() == "08033334444").expect("declared");
    assert_eq!(kiosk.protection, Protection::Protected);
    assert_eq!(kiosk.name.as_deref(), Some("kiosk-17"));
    assert_eq!(kiosk.labels.as_ref().expect("labels")["site"], "ueno");
    let osaka = desired.sims.last().expect("declared");
    assert_eq!(osaka.labels.as_ref().expect("labels")["floor"], "2");
}

#[test]
fn an_embedded_carrier_lives_beside_its_manifest() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "apiVersion: simfleet.dev/v1alpha1\nkind: CarrierAccount\nmetadata: {name: lab}\nspec:\n  driver: embedded\n  embedded: {seed: \
                seed.json}\n";
    write(folder.path(), "deep/account.yaml", text.as_bytes());
    let compiled = read(&[folder.path().to_owned()]).expect("valid");
    let account = compiled.accounts.first().and_then(|manifest| manifest.account.as_ref()).expect("declared");
    let deep = folder.path().join("deep");
    assert_eq!(
        account.driver,
        AccountDriver::Embedded { seed: Some(deep.join("seed.json")), data: deep.join(".simfleet/lab.db") }
    );
    assert_eq!(account.folder, deep);
}

#[test]
fn one_account_need_not_be_declared() {
    let compiled = read_files(&[("a.yaml", &fleet("kanto", "  sims: [{msisdn: \"+818012345678\"}]\n"))]).expect("valid");
    let [manifest] = compiled.accounts.as_slice() else { panic!("one account") };
    assert_eq!((manifest.account.as_ref(), &**manifest.name()), (None, "main"));
    assert_eq!(manifest.desired.sims.first().expect("a line").msisdn.as_str(), "08012345678", "national form");
}

#[test]
fn a_roster_in_a_config_map_keeps_its_lines() {
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: osaka}\ndata:\n  lines.csv: |\n    msisdn,state\n\n    08012345601,Active\n    \
               08012345602,Suspended\n";
    let fleet = fleet("kanto", "  rosters: [{configMapRef: {name: osaka, key: lines.csv}}]\n");
    let compiled = read_files(&[("map.yaml", map), ("fleet.yaml", &fleet)]).expect("valid");
    let desired = &compiled.accounts.first().expect("an account").desired;
    let lines: Vec<(String, u32)> = desired.sims.iter().map(|sim| (sim.msisdn.to_string(), sim.source.line)).collect();
    assert_eq!(lines, [("08012345601".to_owned(), 8), ("08012345602".to_owned(), 9)]);
    assert!(desired.sims.iter().all(|sim| desired.file_of(sim.source).ends_with("map.yaml")));
}

#[test]
fn null_opts_out_of_a_default_and_an_empty_cell_does_not() {
    let rest = "  defaults: {state: Active, ratePlan: fixed-1gb}\n  sims:\n    - {msisdn: \"08000000001\", state: null, ratePlan: ~}\n  chipSims:\n    \
                - {msisdn: \"02011111111\"}\n  rosters: [{csv: a.csv}]\n";
    let roster = "msisdn,state,ratePlan\n08000000002,,\n";
    let compiled = read_files(&[("a.yaml", &fleet("kanto", rest)), ("a.csv", roster)]).expect("valid");
    let desired = &compiled.accounts.first().expect("an account").desired;
    let rows: Vec<(List, Option<DesiredState>, Option<&str>)> =
        desired.sims.iter().map(|sim| (sim.list, sim.state, sim.plan.as_ref().map(RatePlan::as_str))).collect();
    assert_eq!(
        rows,
        [
            (List::ChipSims, None, Some("fixed-1gb")),
            (List::Sims, None, None),
            (List::Sims, Some(DesiredState::Active), Some("fixed-1gb")),
        ]
    );
}

#[test]
fn what_a_cluster_adds_to_an_object_is_let_through() {
    let text = fleet("kanto", "  paused: true\nstatus: {lines: 3}\n")
        .replace("{name: kanto}", "{name: kanto, namespace: ops, uid: x, generation: 3, managedFields: [{a: b}]}");
    let compiled = read_files(&[("a.yaml", &text)]).expect("valid");
    let fleets = &compiled.accounts.first().expect("an account").desired.fleets;
    assert_eq!(fleets.first().expect("a fleet").mode, Mode::Observe, "a paused fleet does nothing");
}

#[test]
fn aliases_and_chomped_documents_are_yaml_too() {
    let rest = "  sims:\n    - &line {msisdn: \"08000000001\", labels: &site {site: ueno}}\n    - {msisdn: \"08000000002\", labels: *site}\n";
    let text = format!("---\n# nothing\n---\n{}...\n", fleet("kanto", rest));
    let compiled = read_files(&[("a.yaml", &text)]).expect("valid");
    let sims = &compiled.accounts.first().expect("an account").desired.sims;
    assert_eq!(sims.first().expect("a line").labels, sims.last().expect("a line").labels);
}

#[test]
fn other_tools_files_in_the_folder_are_left_alone() {
    let helm = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: {{ .Release.Name }}}\n{{ end }}\n";
    let files = [
        ("fleet.yaml", fleet("kanto", "")),
        ("chart/templates/deployment.yaml", helm.to_owned()),
        ("chart/values.yaml", "replicas: 3\nimage: {a: b, a: c}\n".to_owned()),
        ("crd.yml", "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: !!map {}\n".to_owned()),
        (".simfleet/state.yaml", "{{{".to_owned()),
        ("notes.txt", "{{{".to_owned()),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let result = read_files(&files);
    assert!(result.is_ok(), "{result:?}");
    assert!(codes(&result).iter().all(|code| *code == "INVALID_YAML"), "the template is a warning");
}

#[test]
fn two_sims_behind_one_imei_where_the_policy_allows_it() {
    let rest = |policy: &str| {
        format!(
            "  chipSims:\n    - {{msisdn: \"02011111111\", imei: \"490154203237518\"}}\n    - {{msisdn: \"02011111112\", imei: \
             \"490154203237518\"}}\n{policy}"
        )
    };
    assert_eq!(codes(&read_files(&[("a.yaml", &fleet("kanto", &rest("")))])), ["DUPLICATE_IMEI"]);
    assert_eq!(codes(&read_files(&[("a.yaml", &fleet("kanto", &rest("  policy: {allowDuplicateImei: true}\n")))])), [""; 0]);
}
