//! Why there is no connection: the name, the port, or the encryption. Only looked into where a request has failed, because
//! a request may take another way (a proxy).

use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};

use crate::carrier::CarrierError;
use crate::carrier::error::Failure;
use crate::cli::account::Target;

/// A port that says nothing for so long is behind a wall.
const PATIENCE: Duration = Duration::from_secs(5);

/// What failed, and the way out.
pub(super) async fn diagnose(target: &Target, error: &CarrierError) -> (String, String) {
    let causes = causes(error);
    if error.failure != Failure::Unreachable {
        return (format!("{}{causes}", error.failure), "try again; if it stays so, ask the carrier".to_owned());
    }
    let Some((host, port)) = target.endpoint().ok().and_then(address) else {
        return (format!("{}{causes}", error.failure), "check the endpoint".to_owned());
    };
    let addresses: Vec<_> = match tokio::time::timeout(PATIENCE, lookup_host((host.as_str(), port))).await {
        Ok(Ok(addresses)) => addresses.collect(),
        Ok(Err(error)) => {
            return (
                format!("no address for the name {host}: {error}"),
                "check the endpoint's name, and this machine's DNS".to_owned(),
            );
        }
        Err(_) => return (format!("no answer about the name {host}"), "check this machine's DNS".to_owned()),
    };
    match tokio::time::timeout(PATIENCE, TcpStream::connect(addresses.as_slice())).await {
        // Somebody is there, and it is the encryption that fails.
        Ok(Ok(_)) => (
            format!("{host} port {port} is open, and TLS fails{causes}"),
            "check the endpoint's scheme and port; a certificate of one's own belongs into this machine's trust store".to_owned(),
        ),
        Ok(Err(error)) => (
            format!("{host} port {port}: {error}"),
            "check the endpoint's port, and whether the carrier (or the emulator) is running".to_owned(),
        ),
        Err(_) => (
            format!("{host} port {port} does not answer"),
            "check the firewall, the VPN or HTTPS_PROXY between this machine and the carrier".to_owned(),
        ),
    }
}

/// What the library below said: the innermost causes name the certificate.
fn causes(error: &CarrierError) -> String {
    let mut texts = vec![String::new()];
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let text = cause.to_string();
        if !texts.contains(&text) {
            texts.push(text);
        }
        source = cause.source();
    }
    texts.join(": ")
}

fn address(endpoint: &str) -> Option<(String, u16)> {
    let url = reqwest::Url::parse(endpoint).ok()?;
    Some((url.host_str()?.trim_matches(['[', ']']).to_owned(), url.port_or_known_default()?))
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_endpoint_is_a_host_and_a_port() {
        for (endpoint, host, port) in [
            ("https://carrier.example.jp", "carrier.example.jp", 443),
            ("http://127.0.0.1:8080/v1", "127.0.0.1", 8080),
            ("https://[::1]:8443", "::1", 8443),
        ] {
            assert_eq!(address(endpoint), Some((host.to_owned(), port)), "{endpoint}");
        }
    }
}
