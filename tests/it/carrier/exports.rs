//! Lists that a console exported: what they say is what the API says, and what is wrong with them is an error.

use std::fmt::Write as _;

use encoding_rs::SHIFT_JIS;
use simfleet::carrier::exports::{ExportCatalogue, ExportedFile, read};
use simfleet::carrier::{ExportCarrier, ObserveOptions, observe};
use simfleet::domain::{ChipStatus, ExportReading, LineStatus, Observed, ObservedSim};

use super::emulated::Emulated;

/// The two lists of an observation, with the headings and labels of a Japanese console.
fn exported(observed: &Observed) -> (String, String) {
    let mut sims = String::from("電話番号,ICCID,IMSI,IMEI,システム番号,サービス,料金プラン,状態\r\n");
    let mut chips = String::from("電話番号,ICCID,IMEI,システム番号,ステータス,メモ\r\n");
    for ObservedSim { msisdn, line, chip } in &observed.sims {
        let text = |value: Option<String>| value.unwrap_or_default();
        if let Some(line) = line {
            let iccid = text(line.iccid.map(|it| it.to_string()));
            let subscription = text(line.imsi.map(|it| it.to_string()));
            let device = text(line.imei.map(|it| it.to_string()));
            let (system, service, plan) = (&line.system, &line.service, &line.plan);
            let label = line.status.label();
            writeln!(sims, "{msisdn},{iccid},{subscription},{device},{system},{service},\"{plan}\",{label}\r").unwrap();
        }
        if let Some(chip) = chip {
            let (iccid, imei) = (text(chip.iccid.map(|it| it.to_string())), text(chip.imei.map(|it| it.to_string())));
            let system = text(chip.system.as_ref().map(ToString::to_string));
            // A started chip SIM has the label of its line.
            let label = match &chip.status {
                ChipStatus::Unknown(wire) => LineStatus::from_wire(wire).label().to_owned(),
                ChipStatus::Ordered | ChipStatus::ImeiRegistered | ChipStatus::Allocated | ChipStatus::Active => {
                    chip.status.label().to_owned()
                }
            };
            writeln!(chips, "{msisdn},{iccid},{imei},{system},{label},\"1階, 右\"\r").unwrap();
        }
    }
    (sims, chips)
}

/// What the columns say of a number.
fn told(sim: &ObservedSim) -> String {
    let line = sim
        .line
        .as_ref()
        .map(|line| (line.iccid, line.imsi, line.imei, line.is_chip, &line.system, &line.service, &line.plan, &line.status));
    let chip = sim.chip.as_ref().map(|chip| (chip.iccid, chip.imei, &chip.system, &chip.status));
    format!("{} {line:?} {chip:?}", sim.msisdn)
}

async fn observed_from(sims: &[u8], chips: &[u8]) -> Observed {
    let reading = ExportReading::default();
    let file = |name, bytes| Some(ExportedFile { name, bytes });
    let lists = read(file("sims.csv", sims), file("chips.csv", chips), &reading).unwrap();
    let at = "2026-11-10T10:00:00+09:00".parse().unwrap();
    let carrier = ExportCarrier::new("main", lists, ExportCatalogue::default(), &reading, at);
    observe(&carrier, &ObserveOptions::default()).await.unwrap()
}

#[tokio::test]
async fn exported_lists_say_what_the_api_says_in_utf_8_and_in_cp932() {
    let world = Emulated::frozen().await;
    world.emulator.generate(2_000, 11).unwrap();
    let over_http = observe(&world.carrier(), &ObserveOptions::default()).await.unwrap();
    let (sims, chips) = exported(&over_http);
    let cp932 = |text: &str| {
        let (bytes, _, lossy) = SHIFT_JIS.encode(text);
        assert!(!lossy);
        bytes.into_owned()
    };
    let encodings = [
        (sims.clone().into_bytes(), chips.clone().into_bytes()),
        (format!("\u{feff}{sims}").into_bytes(), format!("\u{feff}{}", chips.replace("\r\n", "\n")).into_bytes()),
        (cp932(&sims), cp932(&chips)),
    ];
    let expected: Vec<String> = over_http.sims.iter().map(told).collect();
    assert!(over_http.sims.iter().filter(|sim| sim.line.is_some() && sim.chip.is_some()).count() > 50, "some are in both lists");
    for (sims, chips) in encodings {
        let observed = observed_from(&sims, &chips).await;
        assert!(observed.complete);
        assert_eq!(observed.sims.iter().map(told).collect::<Vec<_>>(), expected);
        // Nobody said what they cost, and that is not nothing.
        assert!(!observed.catalogue.plans.is_empty());
        assert!(observed.catalogue.plans.values().all(|price| price.monthly.is_none()));
        assert_eq!(observed.catalogue.terms.termination_fee, None);
    }
}

/// Codes and lines of what is wrong with a list of SIMs.
fn wrong(text: &str) -> Vec<(String, u32)> {
    let reading = ExportReading::default();
    let problems = read(Some(ExportedFile { name: "sims.csv", bytes: text.as_bytes() }), None, &reading).unwrap_err();
    problems.diagnostics.iter().map(|problem| (problem.code.to_string(), problem.location.line)).collect()
}

#[test]
fn everything_that_is_wrong_is_told_at_once_and_with_its_line() {
    let text = "\
電話番号,ICCID,IMEI,システム番号,サービス,状態,解約日
8012345678,,,S0001234,m2m-lte,利用中,
8.01235E+10,,,S0001234,m2m-lte,利用中,
08012345678,8.98111E+18,4.9E+14,S0001234,m2m-lte,利用中,
080-1234-5679,,49015420323751,S0001234,m2m-lte,利用中,11/30/26
08012345670,,,S0001234,m2m-lte,,
08012345671,,,S0001234,m2m-lte,利用中
+81 80 1234 5672,,,S0001234,m2m-lte,利用中,
08012345672,,,S0001234,m2m-lte,利用中,
,,,S0001234,m2m-lte,利用中,
\"08012345673,,,S0001234,m2m-lte,利用中,
";
    let expected = [
        ("SPREADSHEET_DAMAGE", 2),
        ("SPREADSHEET_DAMAGE", 3),
        ("SPREADSHEET_DAMAGE", 4),
        ("SPREADSHEET_DAMAGE", 4),
        ("INVALID_DATE", 5),
        ("INVALID_VALUE", 6),
        ("INVALID_ROW", 7),
        ("DUPLICATE_MSISDN", 9),
        ("INVALID_MSISDN", 10),
        ("INVALID_ROW", 11),
    ];
    assert_eq!(wrong(text), expected.map(|(code, line)| (code.to_owned(), line)));
}

#[test]
fn a_list_that_cannot_be_told_apart_is_none() {
    for (text, code, line) in [
        ("", "MISSING_COLUMN", 0),
        ("\n,,,\n", "MISSING_COLUMN", 0),
        ("番号,状態,システム番号,サービス\n", "MISSING_COLUMN", 1),
        ("電話番号,システム番号,サービス\n", "MISSING_COLUMN", 1),
        ("電話番号,状態,サービス\n", "MISSING_COLUMN", 1),
        ("電話番号,MSISDN,状態,システム番号,サービス\n", "DUPLICATE_COLUMN", 1),
        ("電話番号;状態\n08012345678;利用中\n", "MISSING_COLUMN", 1),
    ] {
        let found = wrong(text);
        assert!(found.contains(&(code.to_owned(), line)), "{text:?}: {found:?}");
    }
    let reading = ExportReading::default();
    let utf16: Vec<u8> = b"\xff\xfe".iter().copied().chain("電話".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let problems = read(None, Some(ExportedFile { name: "chips.csv", bytes: &utf16 }), &reading).unwrap_err();
    assert_eq!(problems.diagnostics[0].code.as_str(), "UNKNOWN_ENCODING");
}

#[tokio::test]
async fn an_unknown_label_freezes_its_line_and_no_other() {
    let sims = "電話番号,状態,システム番号,サービス,プラン\n08012345678,保留,S0001234,m2m-lte,fixed-1gb\n080-1234-5679,契約中,S0001234,m2m-lte,fixed-1gb\n";
    let observed = observed_from(sims.as_bytes(), "電話番号,状態\n".as_bytes()).await;
    let statuses: Vec<LineStatus> = observed.sims.iter().map(|sim| sim.line.as_ref().unwrap().status.clone()).collect();
    assert_eq!(statuses, [LineStatus::Unknown("保留".into()), LineStatus::Active]);
}
