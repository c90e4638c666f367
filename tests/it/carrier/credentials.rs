//! Where contractor id and password come from, and what is said when they do not.

use std::path::Path;

use secrecy::ExposeSecret as _;
use simfleet::carrier::Credentials;
use simfleet::carrier::credentials::{CredentialsFile, exposed};

const FILE: &str =
    "[main]\ncontractorId = \"C0001234\"\npassword = \"s3cret-word\"\n\n[test]\ncontractorId = \"C9\"\npassword = \"other\"\n";

#[test]
fn a_file_holds_a_table_an_account() {
    let file = CredentialsFile::parse(Path::new("c.toml"), FILE).unwrap();
    let main = file.account("main").unwrap();
    assert_eq!((main.contractor_id.as_str(), main.password.expose_secret()), ("C0001234", "s3cret-word"));
    assert_eq!(
        file.account("other").unwrap_err().to_string(),
        "the credentials file c.toml has no account `other` (it has main, test)"
    );
}

#[test]
fn no_error_and_no_debug_text_repeats_a_password() {
    assert!(!format!("{:?}", Credentials::new("C1", "s3cret-word")).contains("s3cret-word"));
    for text in [
        "[main]\ncontractorId = \"C1\"\npassword = s3cret-word\n",
        "[main]\ncontractorId = \"C1\"\npassword = 90125558811\n",
        "[main]\ncontractorId = \"C1\"\npassword = \"s3cret-word\"\nextra = 90125558811\n",
        "[main]\npassword = \"s3cret-word\n",
        "[main]\npassword = \"s3cret-word\"\n",
    ] {
        let error = CredentialsFile::parse(Path::new("c.toml"), text).unwrap_err();
        let whole = format!("{error} {error:?}");
        assert!(!whole.contains("s3cret-word") && !whole.contains("90125558811"), "{whole}");
        assert!(whole.contains("c.toml, line "), "{whole}");
    }
}

#[test]
fn the_environment_has_both_or_neither() {
    assert!(Credentials::from_environment(None, Some("")).unwrap().is_none());
    assert!(Credentials::from_environment(Some("C1"), Some("p")).unwrap().is_some());
    let half = Credentials::from_environment(Some("C1"), None).unwrap_err();
    assert_eq!(half.to_string(), "SIMFLEET_CONTRACTOR_ID is set and SIMFLEET_PASSWORD is not; set both");
}

#[cfg(unix)]
#[test]
fn a_file_that_everybody_may_read_is_told_from_one_that_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("credentials.toml");
    std::fs::write(&path, FILE).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(exposed(&path).as_deref(), Some("644"));
    // A Secret that a cluster mounts looks like this, and has to work.
    assert!(CredentialsFile::read(&path).unwrap().account("main").is_ok());
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(exposed(&path), None);
}
