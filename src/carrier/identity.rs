//! Which carrier and contractor an endpoint stands for.

use crate::domain::CarrierIdentity;

/// The host of a carrier that runs inside this process.
pub const EMBEDDED: &str = "embedded";

/// The identity of a contractor at an endpoint such as `https://carrier.example.jp:8443/api`: the
/// host in lower case, with the port where it is not the scheme's own.
///
/// The path and the scheme are no part of it: moving an API to `/v2` must not make every open
/// operation somebody else's.
pub fn identity_of(endpoint: &str, contractor_id: &str) -> CarrierIdentity {
    let (scheme, rest) = endpoint.split_once("://").unwrap_or(("https", endpoint));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host).to_ascii_lowercase();
    let default_port = if scheme.eq_ignore_ascii_case("http") { ":80" } else { ":443" };
    let host = host.strip_suffix(default_port).unwrap_or(&host).to_owned();
    CarrierIdentity { host, contractor_id: contractor_id.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::identity_of;

    #[test]
    fn the_host_is_what_counts() {
        for (endpoint, host) in [
            ("https://Carrier.Example.jp", "carrier.example.jp"),
            ("https://carrier.example.jp:443/v1", "carrier.example.jp"),
            ("https://carrier.example.jp:8443/", "carrier.example.jp:8443"),
            ("http://127.0.0.1:8080", "127.0.0.1:8080"),
            ("http://[::1]:80/x", "[::1]"),
        ] {
            assert_eq!(identity_of(endpoint, "c").host, host, "{endpoint}");
        }
    }
}
