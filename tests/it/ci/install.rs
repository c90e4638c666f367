//! Where the action has its program from: nothing that a pull request wrote has a say in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::world::path;
use crate::cli::world::Run;

const TAG: &str = concat!("v", env!("CARGO_PKG_VERSION"));
const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// Stands in for the internet: an archive with a program that says who it is.
const CURL: &str = r#"while [ $# -gt 0 ]; do case $1 in --output) archive=$2 ;; http*) url=$1 ;; esac; shift; done
echo "$url" >>"$here/curl.log"
name=$(basename "$archive" .tar.gz); made=$(mktemp -d)
mkdir "$made/$name"; printf '#!/bin/sh\necho released\n' >"$made/$name/simfleet"; chmod +x "$made/$name/simfleet"
tar -czf "$archive" -C "$made" "$name"
"#;

/// Stands in for what looks at attestations.
const GH: &str = r#"printf '%s\n' "$PWD" "token ${GH_TOKEN:-}" "$@" >"$here/gh.log"; exit "${ATTESTED:-0}""#;

/// Stands in for the compiler.
const CARGO: &str = r#"{ pwd; printf '%s\n' "$@"; env; } >"$here/cargo.log"
while [ "$1" != --root ]; do shift; done
printf '#!/bin/sh\necho built\n' >"$2/bin/simfleet"; chmod +x "$2/bin/simfleet"
"#;

/// A runner, with a workspace in which a pull request put a trap.
struct Runner(tempfile::TempDir);

impl Runner {
    fn new() -> Self {
        let runner = Self(tempfile::tempdir().expect("a folder"));
        for folder in ["bin", "temp", "workspace/.cargo"] {
            std::fs::create_dir_all(runner.path(folder)).expect("a folder");
        }
        std::fs::write(runner.path("workspace/.cargo/config.toml"), "build.rustc-wrapper = \"./trap\"\n").expect("a file");
        for (name, bash) in [("curl", CURL), ("gh", GH), ("cargo", CARGO)] {
            runner.tool(name, bash);
        }
        runner
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn tool(&self, name: &str, bash: &str) {
        let tool = self.path("bin").join(name);
        std::fs::write(&tool, format!("#!/usr/bin/env bash\nhere=$(dirname \"$0\")\n{bash}\n")).expect("a file");
        std::fs::set_permissions(&tool, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a program");
    }

    /// What a tool was told, if it was called.
    fn log(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.path("bin").join(format!("{name}.log"))).ok()
    }

    /// Installs the action of this tag, branch or commit: what the program says that it found.
    fn install(&self, reference: &str, attested: bool) -> String {
        let mut search = self.path("bin").into_os_string();
        search.push(":");
        search.push(path());
        let output = Command::new("bash")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/actions/simfleet/install.sh"))
            .current_dir(self.path("workspace"))
            .env_clear()
            .env("PATH", search)
            .env("HOME", self.path(""))
            .env("RUNNER_TEMP", self.path("temp"))
            .env("GITHUB_PATH", self.path("path"))
            .env("GITHUB_TOKEN", "the token")
            .env("SIMFLEET_PASSWORD", "the password")
            .env("CARGO_BUILD_RUSTC_WRAPPER", "./trap")
            .env("RUSTFLAGS", "-C linker=./trap")
            .env("ACTION_REPOSITORY", "example-org/simfleet")
            .env("ACTION_REF", reference)
            .env("ATTESTED", if attested { "0" } else { "1" })
            .stdin(Stdio::null())
            .output()
            .expect("bash runs");
        let run = Run::of(&output).expect(0);
        let program = run.stdout.trim_end();
        assert!(!program.contains('\n'), "one path and nothing else: {program}");
        let said = Command::new(program).output().expect("the program runs");
        String::from_utf8_lossy(&said.stdout).trim_end().to_owned()
    }
}

#[test]
fn what_was_released_is_taken_if_it_is_attested() {
    let runner = Runner::new();
    assert_eq!(runner.install(TAG, true), "released");
    let url = runner.log("curl").expect("a download");
    assert!(
        url.starts_with(&format!("https://github.com/example-org/simfleet/releases/download/{TAG}/simfleet-{TAG}-")),
        "{url}"
    );
    let asked = runner.log("gh").expect("an attestation");
    for argument in [
        "token the token\nattestation\nverify\n",
        "--repo\nexample-org/simfleet\n",
        "--signer-workflow\nexample-org/simfleet/.github/workflows/release.yml\n",
        &format!("--source-ref\nrefs/tags/{TAG}\n"),
    ] {
        assert!(asked.contains(argument), "{argument}\n{asked}");
    }
    assert!(!asked.starts_with(&runner.path("workspace").display().to_string()), "{asked}");
    assert_eq!(runner.log("cargo"), None);
    let search = std::fs::read_to_string(runner.path("path")).expect("a path");
    assert!(Path::new(search.trim_end()).join("simfleet").exists(), "for the steps that follow: {search}");

    // Who pins a commit gets what was built from it.
    let runner = Runner::new();
    assert_eq!(runner.install(COMMIT, true), "released");
    assert!(runner.log("gh").expect("an attestation").contains(&format!("--source-digest\n{COMMIT}\n")));
}

#[test]
fn what_is_not_attested_is_built_from_the_action_s_own_files() {
    for reference in [TAG, COMMIT] {
        let runner = Runner::new();
        assert_eq!(runner.install(reference, false), "built");
        assert!(runner.log("gh").is_some());
    }
    // A branch and another version have no release to ask for.
    for reference in ["main", "v0", "v999.0.0", ""] {
        let runner = Runner::new();
        assert_eq!(runner.install(reference, true), "built");
        assert_eq!((runner.log("curl"), runner.log("gh")), (None, None));
    }
}

/// Cargo reads its configuration from where it stands, and what it builds runs.
#[test]
fn a_build_stands_elsewhere_and_knows_no_secret() {
    let runner = Runner::new();
    assert_eq!(runner.install("main", true), "built");
    let seen = runner.log("cargo").expect("a build");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).canonicalize().expect("a folder");
    assert_eq!(seen.lines().next(), Some(&*root.display().to_string()));
    for secret in ["the token", "the password", "./trap", "SIMFLEET_", "GITHUB_", "RUSTFLAGS"] {
        assert!(!seen.contains(secret), "{secret}\n{seen}");
    }
    for own in ["CARGO_HOME=", "CARGO_TARGET_DIR="] {
        let line = seen.lines().find_map(|line| line.strip_prefix(own)).expect("a folder of its own");
        assert!(Path::new(line).starts_with(runner.path("temp")), "{own}{line}");
    }
}

#[test]
fn a_program_on_the_path_is_used_as_it_is() {
    let runner = Runner::new();
    runner.tool("simfleet", "echo installed");
    assert_eq!(runner.install(TAG, true), "installed");
    assert_eq!((runner.log("curl"), runner.log("cargo")), (None, None));
}
