//! Too much of something: refused early, with a clear message.

use std::fmt::Write as _;
use std::fs::File;

use simfleet::manifest::{MAX_MANIFEST_BYTES, MAX_ROSTER_BYTES, read};

use super::{codes, fleet, read_files, write};

#[test]
fn a_path_that_is_not_there() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(codes(&read(&[folder.path().join("nowhere")])), ["FILE_UNREADABLE"]);
    assert_eq!(codes(&read(&[folder.path().to_owned()])), ["NO_DOCUMENTS"]);
}

#[test]
fn a_file_of_200_megabytes_is_refused_unread() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("large.yaml");
    // Sparse: it takes no room, and reading it would find no YAML.
    File::create(&path).expect("a file").set_len(200 << 20).expect("room");
    assert_eq!(codes(&read(&[path])), ["FILE_TOO_LARGE"]);
    const { assert!(MAX_MANIFEST_BYTES < 200 << 20) };
}

#[test]
fn a_roster_beyond_its_limit_is_refused_unread() {
    let folder = tempfile::tempdir().expect("a folder");
    let fleet = write(folder.path(), "fleet.yaml", fleet("kanto", "  rosters: [{csv: large.csv}]\n").as_bytes());
    File::create(folder.path().join("large.csv")).expect("a file").set_len(MAX_ROSTER_BYTES + 1).expect("room");
    assert_eq!(codes(&read(&[fleet])), ["FILE_TOO_LARGE"]);
}

#[test]
fn a_document_with_too_many_values() {
    let mut text = fleet("kanto", "  sims:\n");
    for _ in 0..350_000 {
        text.push_str("    - {msisdn: x}\n");
    }
    assert_eq!(codes(&read_files(&[("a.yaml", &text)])), ["DOCUMENT_TOO_LARGE"]);
    // Somebody else's may be as large as it likes.
    let other = text.replace("simfleet.dev/v1alpha1", "example.com/v1");
    let ours = fleet("kanto", "");
    assert_eq!(codes(&read_files(&[("a.yaml", &ours), ("b.yaml", &other)])), [""; 0]);
}

#[test]
fn inline_lists_hold_4000_lines() {
    let lines = |count: usize| {
        let mut text = fleet("kanto", "  sims:\n");
        for number in 0..count {
            writeln!(text, "    - {{msisdn: \"080{number:08}\"}}").expect("a string");
        }
        text
    };
    assert_eq!(codes(&read_files(&[("a.yaml", &lines(4_000))])), [""; 0]);
    assert_eq!(codes(&read_files(&[("a.yaml", &lines(4_001))])), ["TOO_MANY_LINES"]);
}

#[test]
fn ten_thousand_problems_are_enough() {
    let roster = format!("msisdn\n{}", "1\n".repeat(20_000));
    let diagnostics =
        read_files(&[("a.yaml", &fleet("kanto", "  rosters: [{csv: a.csv}]\n")), ("a.csv", &roster)]).expect_err("all are wrong");
    assert_eq!(diagnostics.len(), 10_001);
    let last = diagnostics.last().expect("a last one");
    assert_eq!(last.code.as_str(), "TOO_MANY_PROBLEMS");
    assert!(last.message.starts_with("10000 more"), "{}", last.message);
}

#[test]
fn folders_that_loop_end() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "deep/fleet.yaml", fleet("kanto", "").as_bytes());
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path(), folder.path().join("deep/again")).expect("a link");
    let result = read(&[folder.path().to_owned(), folder.path().join("deep")]);
    assert_eq!(codes(&result), [""; 0], "a file that is found twice is read once");
}
