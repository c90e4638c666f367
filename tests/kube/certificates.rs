//! The certificates of a test's API server: one authority, a server and an administrator.

use std::fs;
use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose};

/// Writes `ca.crt`, `server.{crt,key}`, `admin.{crt,key}` and the pair that signs service accounts'
/// tokens, `accounts.{pub,key}` (kube-apiserver wants the public key by itself), all in PEM.
pub(crate) fn write(folder: &Path) {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyCertSign];
    authority.distinguished_name.push(DnType::CommonName, "simfleet tests");
    let key = KeyPair::generate().expect("a key can be made");
    let certificate = authority.self_signed(&key).expect("the authority signs itself");
    save(folder, "ca.crt", &certificate.pem());
    let authority = Issuer::new(authority, key);

    let names = ["127.0.0.1", "localhost", "kubernetes", "kubernetes.default.svc"].map(str::to_owned);
    let mut server = CertificateParams::new(names).expect("the names are valid");
    server.distinguished_name.push(DnType::CommonName, "kube-apiserver");
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    issue(folder, "server", server, &authority);

    // A client's user is its CN, its groups are its Os.
    let mut admin = CertificateParams::default();
    admin.distinguished_name.push(DnType::CommonName, "admin");
    admin.distinguished_name.push(DnType::OrganizationName, "system:masters");
    admin.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    issue(folder, "admin", admin, &authority);

    let accounts = KeyPair::generate().expect("a key can be made");
    save(folder, "accounts.key", &accounts.serialize_pem());
    save(folder, "accounts.pub", &accounts.public_key_pem());
}

fn issue(folder: &Path, name: &str, mut params: CertificateParams, authority: &Issuer<'_, KeyPair>) {
    let key = KeyPair::generate().expect("a key can be made");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.use_authority_key_identifier_extension = true;
    let certificate = params.signed_by(&key, authority).expect("the authority signs");
    save(folder, &format!("{name}.crt"), &certificate.pem());
    save(folder, &format!("{name}.key"), &key.serialize_pem());
}

fn save(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).expect("the folder can be written");
}
