//! The README's first command, on a copy of the committed example.

use std::path::Path;

use super::world::simfleet;

pub(super) fn copy(folder: &Path) {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/quickstart");
    std::fs::create_dir_all(folder.join("examples/quickstart")).expect("a folder");
    for name in ["fleet.yaml", "seed.json"] {
        std::fs::copy(example.join(name), folder.join("examples/quickstart").join(name)).expect("a copy");
    }
}

#[test]
fn it_converges_and_a_second_run_has_nothing_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    copy(folder.path());
    let run = |arguments: &[&str]| {
        let output = simfleet(folder.path()).args(arguments).output().expect("runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, stdout, stderr) = run(&["apply", "--yes", "examples/quickstart"]);
    assert_eq!(code, Some(0), "{stdout}\n{stderr}");
    for part in ["Plan: ", "kiosk-1", "IMEI_ALREADY_BOUND", "2026-12-01"] {
        assert!(stdout.contains(part), "{part}\n{stdout}\n{stderr}");
    }
    let (code, stdout, stderr) = run(&["apply", "--yes", "examples/quickstart"]);
    assert_eq!(code, Some(0), "{stdout}\n{stderr}");
    assert!(stdout.contains("No changes."), "{stdout}\n{stderr}");
    let (code, stdout, stderr) = run(&["plan", "examples/quickstart", "--detailed-exitcode"]);
    assert_eq!(code, Some(0), "{stdout}\n{stderr}");
}
