//! Labels, annotations and the namespace, as Kubernetes takes them: a file may be applied to a cluster as it is.

use std::sync::Arc;

use super::flaws;
use super::text_format::is_dns_label;
use crate::diag::{Code, Diagnostic, codes};
use crate::manifest::locate::{NodeId, Tree, Value};
use crate::manifest::sink::Sink;

/// Bytes of all annotations of an object, keys and values (apimachinery, `TotalAnnotationSizeLimitB`).
const MOST_ANNOTATION_BYTES: usize = 256 * 1024;

/// Checks what people attach to an object.
pub(crate) fn check(tree: &Tree<'_>, file: &Arc<str>, sink: &mut Sink) {
    let Some((_, metadata)) = tree.field(tree.root(), "metadata") else { return };
    let check = Check { tree, file };
    if let Some((_, namespace)) = tree.field(metadata, "namespace")
        && let Some(text) = tree.text(namespace).filter(|text| !tree.is_null(namespace) && !is_dns_label(text))
    {
        let problem = check.problem(
            codes::INVALID_NAME,
            namespace,
            "metadata.namespace",
            &format!("{:?} cannot be a namespace", shown(text)),
        );
        sink.push(problem.help("a namespace has lower-case letters, digits and -, at most 63, and no - at its ends"));
    }
    for (key, value) in check.entries(metadata, "labels") {
        let (name, text) = (tree.text(key).unwrap_or_default(), tree.text(value).unwrap_or_default());
        if !is_qualified(name) {
            sink.push(check.key(key, "labels", name));
        }
        if !text.is_empty() && !is_label(text) {
            let message = format!("{:?} cannot be the value of a label", shown(text));
            let problem = check.problem(codes::INVALID_LABEL, value, &format!("metadata.labels.{name}"), &message);
            sink.push(
                problem.help("letters, digits, -, _ and ., at most 63, letters or digits at the ends; annotations take any text"),
            );
        }
    }
    let mut bytes = 0;
    for (key, value) in check.entries(metadata, "annotations") {
        let (name, text) = (tree.text(key).unwrap_or_default(), tree.text(value).unwrap_or_default());
        bytes += name.len() + text.len();
        if !is_qualified(&name.to_lowercase()) {
            sink.push(check.key(key, "annotations", name));
        }
    }
    if bytes > MOST_ANNOTATION_BYTES
        && let Some((_, annotations)) = tree.field(metadata, "annotations")
    {
        let message = format!("the annotations have {bytes} bytes, they may have {MOST_ANNOTATION_BYTES} in all");
        sink.push(check.problem(codes::INVALID_LABEL, annotations, "metadata.annotations", &message));
    }
}

struct Check<'a, 't> {
    tree: &'a Tree<'t>,
    file: &'a Arc<str>,
}

impl Check<'_, '_> {
    fn entries(&self, metadata: NodeId, name: &str) -> impl Iterator<Item = (NodeId, NodeId)> + '_ {
        let map = self.tree.field(metadata, name).map(|(_, map)| self.tree.value(map));
        let pairs = match map {
            Some(Value::Mapping(pairs)) => pairs.as_slice(),
            Some(Value::Scalar { .. } | Value::Sequence(_)) | None => &[],
        };
        pairs.iter().copied().filter(|(_, value)| !self.tree.is_left_out(*value))
    }

    fn problem(&self, code: Code, at: NodeId, route: &str, message: &str) -> Diagnostic {
        Diagnostic::error(code, flaws::location(self.file, self.tree.spot(at)), message).at(route)
    }

    fn key(&self, key: NodeId, map: &str, name: &str) -> Diagnostic {
        let message = format!("{:?} cannot be a key of {map}", shown(name));
        self.problem(codes::INVALID_LABEL, key, &format!("metadata.{map}"), &message)
            .help("a key is a name (letters, digits, -, _ and ., at most 63), or example.com/name")
    }
}

fn shown(text: &str) -> String {
    text.chars().take(70).collect()
}

/// `name`, or `example.com/name`.
fn is_qualified(key: &str) -> bool {
    match key.split_once('/') {
        Some((prefix, name)) => is_dns_subdomain(prefix) && is_label(name),
        None => is_label(key),
    }
}

/// A name of a label, or a value that is not empty.
fn is_label(text: &str) -> bool {
    let end = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    (1..=63).contains(&text.len())
        && end(text.bytes().next())
        && end(text.bytes().next_back())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// RFC 1123, in lower case, as Kubernetes has it.
fn is_dns_subdomain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_dns_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_as_kubernetes_has_them() {
        for key in ["site", "app.kubernetes.io/name", "a", "A_b.c-d", "1", "simfleet.dev/approve"] {
            assert!(is_qualified(key), "{key}");
        }
        for key in ["", "-a", "a-", "a b", "/a", "a/", "a/b/c", "Example.com/a", "a..b/c", &"x".repeat(64), "床"] {
            assert!(!is_qualified(key), "{key}");
        }
        assert!(is_dns_subdomain("example.com") && !is_dns_subdomain("example.com.") && !is_dns_subdomain(""));
    }
}
