//! What formatting does, by example.

use simfleet::manifest::format::{FormatOptions, Formatted, format, format_manifest, format_roster};

const PLAIN: FormatOptions = FormatOptions { sort: false };
const SORTED: FormatOptions = FormatOptions { sort: true };

#[track_caller]
fn becomes(before: &str, options: FormatOptions, after: &str) {
    assert_eq!(format_manifest(before, options), after);
    assert_eq!(format_manifest(after, options), after, "once is enough");
}

#[test]
fn a_manifest_by_many_hands() {
    becomes(
        "\u{feff}# Licence: ours\r\n\r\nkind: SimFleet   # a fleet\r\napiVersion: simfleet.dev/v1alpha1\r\nmetadata:\r\n    name:   a\r\n\
         spec:\r\n    # The account\r\n    accountRef: { name : main }\r\n    serviceCode: m2m-lte\r\n    systemNumber: S0001234   \r\n\r\n\r\n\
         \x20   sims:   # cards\r\n    # Ueno\r\n    - {state: Active,msisdn: '08000000002'}   # why\r\n    - {\"msisdn\": \"08000000001\",\r\n\
         \x20      \"ratePlan\": \"fixed-500mb\"}\r\n\r\n    # Shinjuku\r\n    - name: \"東京😀\"\r\n      # the number\r\n      msisdn: 08000000003\r\n\
         \x20     labels:\r\n            site: ueno\r\n    # - {msisdn: \"08000000009\"}   gone\r\n    policy: {limits: {suspend: 10%}}   # policy\r\n\r\n\
         \x20   # about defaults\r\n    defaults:\r\n        ratePlan: fixed-500mb\r\n        state: Active\r\n    chipSims: []\r\n# end\r\n\r\n",
        PLAIN,
        &as_on_windows(
            r#"# Licence: ours

apiVersion: simfleet.dev/v1alpha1
kind: SimFleet   # a fleet
metadata:
  name: a
spec:
  # The account
  accountRef: {name: main}
  systemNumber: "S0001234"
  serviceCode: m2m-lte

  # about defaults
  defaults:
    state: Active
    ratePlan: fixed-500mb

  sims:   # cards
    # Ueno
    - {msisdn: "08000000002", state: Active}   # why
    - {"msisdn": "08000000001", "ratePlan": "fixed-500mb"}

    # Shinjuku
    - name: "東京😀"
      # the number
      msisdn: "08000000003"
      labels:
        site: ueno
    # - {msisdn: "08000000009"}   gone
  chipSims: []
  policy: {limits: {suspend: 10%}}   # policy
# end
"#,
        ),
    );
}

/// With a byte order mark and CRLF.
fn as_on_windows(text: &str) -> String {
    format!("\u{feff}{}", text.replace('\n', "\r\n"))
}

#[test]
fn a_file_keeps_its_own_line_ends() {
    let tidy = format!("{HEAD}  # cards\n  sims:\n    - {{msisdn: \"08000000001\"}}\n");
    for text in [as_on_windows(&tidy), tidy.replace('\n', "\r\n")] {
        becomes(&text, PLAIN, &text);
        let crooked = text.replace("{msisdn: \"", "{ msisdn:   \"");
        becomes(&crooked, PLAIN, &text);
    }
    // What is mixed becomes what most lines have; each document for itself, and those of others not at all.
    let mixed = tidy.replace('\n', "\r\n").replacen("\r\n", "\n", 2);
    becomes(&mixed, PLAIN, &tidy.replace('\n', "\r\n"));
    becomes(&tidy.replacen('\n', "\r\n", 2), PLAIN, &tidy);
    let other = "apiVersion: v1\r\nkind: ConfigMap  \n";
    becomes(&format!("{other}---  \r\n{mixed}"), PLAIN, &format!("{other}---\r\n{}", tidy.replace('\n', "\r\n")));
    // Line ends inside of a text are those of the file, too: to YAML they are all the same.
    let long = as_on_windows(&format!("{HEAD}  serviceCode: |\n    m2m\n    lte\n  mode: \"Ap\\\n    ply\"\n"));
    becomes(&long.replace("mode: ", "mode:  "), PLAIN, &long);
}

const HEAD: &str = "apiVersion: simfleet.dev/v1alpha1\nkind: SimFleet\nmetadata: {name: a}\nspec:\n";

#[test]
fn lines_are_sorted_only_where_that_is_asked_for() {
    let before = format!(
        "{HEAD}  sims:\n    # the second\n    - {{msisdn: \"08000000002\"}}  # 2\n    - {{msisdn: \"08000000001\"}}\n  chipSims:\n    - msisdn: \"02012345679\"\n      name: b\n    - msisdn: \"02012345678\"\n"
    );
    becomes(&before, PLAIN, &before);
    becomes(
        &before,
        SORTED,
        &format!(
            "{HEAD}  sims:\n    - {{msisdn: \"08000000001\"}}\n    # the second\n    - {{msisdn: \"08000000002\"}}  # 2\n  chipSims:\n    - msisdn: \"02012345678\"\n    - msisdn: \"02012345679\"\n      name: b\n"
        ),
    );
}

#[test]
fn what_only_a_person_should_move_gets_its_blanks_mended() {
    becomes(
        &format!("{HEAD}    sims:\n    - &a {{msisdn: \"08000000002\" }}   \n\n\n    - {{ <<: *a}}\n\n"),
        PLAIN,
        &format!("{HEAD}    sims:\n    - &a {{msisdn: \"08000000002\" }}\n\n    - {{ <<: *a}}\n"),
    );
    // Blanks that are text.
    let kept = format!("{HEAD}  serviceCode: |+\n    m2m  \n\n\n  sims: []\n");
    becomes(&kept, PLAIN, &kept);
}

#[test]
fn a_comment_that_is_indented_into_a_line_stays_with_it() {
    let before = format!(
        "{HEAD}  mode: Plan\n     # shown only\n  sims:\n    - {{msisdn: \"08000000002\"}}\n        # of two\n\n     # of two as well\n    # one\n    - msisdn: \"08000000001\"\n      name: a\n     # of one\n   # the end\n  chipSims:\n      # none yet\n  coupons: [\n    ]\n    # none either\n"
    );
    becomes(
        &before,
        PLAIN,
        &format!(
            "{HEAD}  mode: Plan\n    # shown only\n  sims:\n    - {{msisdn: \"08000000002\"}}\n      # of two\n\n      # of two as well\n    # one\n    - msisdn: \"08000000001\"\n      name: a\n      # of one\n    # the end\n  chipSims:\n    # none yet\n  coupons: [\n    ]\n    # none either\n"
        ),
    );
    becomes(
        &before,
        SORTED,
        &format!(
            "{HEAD}  mode: Plan\n    # shown only\n  sims:\n    # one\n    - msisdn: \"08000000001\"\n      name: a\n      # of one\n    - {{msisdn: \"08000000002\"}}\n      # of two\n\n      # of two as well\n    # the end\n  chipSims:\n    # none yet\n  coupons: [\n    ]\n    # none either\n"
        ),
    );
}

#[test]
fn a_dash_alone_comes_beside_its_item() {
    becomes(
        &format!(
            "{HEAD}  sims:  # cards\n  # one\n  -   # is\n\n      # here\n      name: a\n      msisdn: '08000000001'  # number\n      # own\n  -\n    {{msisdn: \"08000000002\"}}\n\n  - msisdn: \"08000000003\"\n  coupons:\n    - name: x\n      msisdns:\n      -\n        08000000001\n      - \"08000000002\"\n"
        ),
        PLAIN,
        &format!(
            "{HEAD}  sims:  # cards\n    # one\n    # is\n    # here\n    - msisdn: \"08000000001\"  # number\n      name: a\n      # own\n    - {{msisdn: \"08000000002\"}}\n\n    - msisdn: \"08000000003\"\n  coupons:\n    - name: x\n      msisdns:\n        - \"08000000001\"\n        - \"08000000002\"\n"
        ),
    );
}

#[test]
fn what_is_not_laid_out_anew_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.yaml");
    let head = HEAD.lines().count();
    let fine = format!("{HEAD}  sims: []\n");
    for (spec, line, word) in [
        ("  defaults: &d\n    state: Active\n  sims: []\n", 1, "an anchor"),
        ("  sims:\n    - &a {msisdn: \"08000000001\"}\n    - *a\n", 2, "an anchor"),
        ("  sims: !!seq\n    - {msisdn: \"08000000001\"}\n", 1, "a tag"),
        ("  mode: Plan\n  sims:\n    - - a\n", 3, "is left alone"),
        ("  mode: Plan\n  mode: Plan\n", 2, "mode stands twice"),
        ("  mode: Plan\n  serviceCode: |+\n    m2m\n\n", 2, "is left alone"),
    ] {
        // The second of three documents; the others are formatted and not named.
        let text = format!("{fine}---\n{HEAD}{spec}---\n{fine}");
        std::fs::write(&path, &text).expect("a file");
        let Formatted { files, left } = format(std::slice::from_ref(&path), PLAIN).expect("it is YAML");
        assert!(files.is_empty(), "{files:?}");
        let line = u32::try_from(head + 1 + 1 + head + line).expect("few");
        assert_eq!(left.iter().map(|left| left.location.line).collect::<Vec<_>>(), [line], "{spec} {left:?}");
        assert!(left[0].why.contains(word), "{spec} {left:?}");
    }
    let of_another = fine.replace("SimFleet", "SimFlete");
    std::fs::write(&path, format!("{of_another}---\na: b\n")).expect("a file");
    let left = format(&[path], PLAIN).expect("it is YAML").left;
    assert!(left.len() == 1 && left[0].why.contains("has no kind"), "{left:?}");
}

#[test]
fn other_documents_stay_byte_for_byte() {
    let other = "apiVersion: v1\nkind: ConfigMap\ndata:\n      a:   |\n        kind,msisdn   \n\n\n";
    becomes(
        &format!("{other}---\n{HEAD}  sims:   []\n---\n{other}"),
        PLAIN,
        &format!("{other}---\n{HEAD}  sims: []\n---\n{other}"),
    );
    for text in ["a:    b\r\n", "", "# only a comment   \n", "{{ template }}\n"] {
        assert_eq!(format_manifest(text, PLAIN), text);
    }
}

#[test]
fn texts_of_several_lines_move_as_a_whole() {
    let text = format!(
        "{HEAD}      serviceCode: >-\n         m2m-\n           lte\n      accountRef: {{name: \"ma\\\n         in\"}}\n      coupons:\n      - name: x\n        msisdns: [\n          '08000000001', # the first\n          \"08000000002\"\n        ]\n"
    );
    becomes(
        &text,
        PLAIN,
        &format!(
            "{HEAD}  accountRef: {{name: \"ma\\\n     in\"}}\n  serviceCode: >-\n     m2m-\n       lte\n  coupons:\n    - name: x\n      msisdns: [\n        '08000000001', # the first\n        \"08000000002\"\n      ]\n"
        ),
    );
}

#[test]
fn rosters_keep_their_columns_and_lose_what_means_nothing() {
    let roster = |text: &str, options| format_roster(text, options).expect("a roster");
    let before = "\u{feff}name,\"msisdn\", state\r\n\"a, \"\"b\"\"\", 08000000002 ,\"Active\"\r\n,,\r\n x ,08000000001,\r\n";
    let after = "\u{feff}name,msisdn,state\r\n\"a, \"\"b\"\"\",08000000002,Active\r\nx,08000000001,\r\n";
    assert_eq!(roster(before, PLAIN), after);
    assert_eq!(roster(after, PLAIN), after);
    assert_eq!(roster(before, SORTED), "\u{feff}name,msisdn,state\r\nx,08000000001,\r\n\"a, \"\"b\"\"\",08000000002,Active\r\n");
    assert_eq!(roster("msisdn,name\n1 ,\"a\r\nb\"\r\n", PLAIN), "msisdn,name\n1,\"a\r\nb\"\n", "as the header's line ends");
    assert_eq!(roster(",,\n\"m\nn\",o\r\n1,\"2\"", PLAIN), "\"m\nn\",o\r\n1,2\r\n");
    assert_eq!(format_roster("msisdn,state\n08000000001\n", PLAIN), None, "a cell is missing");
}

/// The examples are how we write manifests.
#[test]
fn the_examples_are_formatted() {
    let Formatted { files, left } = format(&["examples".into()], PLAIN).expect("they are YAML");
    assert_eq!(left, []);
    let differ: Vec<_> = files.iter().map(|file| file.path.display().to_string()).collect();
    assert_eq!(differ, Vec::<String>::new());
}
