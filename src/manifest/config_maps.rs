//! The `ConfigMap`s of all files, for rosters that name them. Those that nobody names are somebody
//! else's and are not judged.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::locate::{NodeId, Style, Tree, Value};
use super::roster::Origin;
use crate::api::ConfigMapKeyRef;
use crate::diag::did_you_mean;

/// The text under one key.
#[derive(Debug)]
pub(crate) struct MapText {
    pub(crate) text: String,
    pub(crate) origin: Origin,
    /// Which path of the command line led to it.
    pub(crate) argument: usize,
}

#[derive(Debug, Default)]
pub(crate) struct ConfigMaps(BTreeMap<(Option<String>, String), BTreeMap<String, MapText>>);

impl ConfigMaps {
    pub(crate) fn add(&mut self, tree: &Tree<'_>, file: &Arc<str>, number: u32, argument: usize) {
        let top = |name: &str| tree.field(tree.root(), name).map(|(_, value)| value);
        let metadata = |name: &str| tree.field(top("metadata")?, name).and_then(|(_, value)| tree.text(value));
        let Some(name) = metadata("name") else { return };
        let key = (metadata("namespace").map(str::to_owned), name.to_owned());
        let Some(Value::Mapping(data)) = top("data").map(|data| tree.value(data)) else { return };
        let texts = self.0.entry(key).or_default();
        for (key, value) in data {
            if let (Some(key), Some(text)) = (tree.text(*key), tree.text(*value)) {
                let origin = origin(tree, *value, file, number);
                texts.insert(key.to_owned(), MapText { text: text.to_owned(), origin, argument });
            }
        }
    }

    /// The text that a roster names, or what is missing and what to do.
    pub(crate) fn find(&self, namespace: Option<&str>, reference: &ConfigMapKeyRef) -> Result<&MapText, (String, String)> {
        let ConfigMapKeyRef { name, key } = reference;
        let Some(map) = self.0.get(&(namespace.map(str::to_owned), name.clone())) else {
            let help = did_you_mean(name, self.0.keys().map(|(_, name)| name.as_str()).filter(|known| known != name))
                .map_or_else(
                    || "add the path that holds it (in the namespace of the fleet)".to_owned(),
                    |meant| format!("did you mean {meant}?"),
                );
            return Err((format!("there is no ConfigMap named {name}"), help));
        };
        map.get(key).ok_or_else(|| {
            let keys: Vec<&str> = map.keys().map(String::as_str).collect();
            (format!("the ConfigMap {name} has no text under the key {key}"), format!("its keys are {}", keys.join(", ")))
        })
    }
}

/// The lines of a literal block are lines of the file; of any other text only its place is known.
fn origin(tree: &Tree<'_>, value: NodeId, file: &Arc<str>, number: u32) -> Origin {
    let spot = tree.spot(value);
    let Value::Scalar { text, style: Style::Literal } = tree.value(value) else {
        return Origin { file: Arc::clone(file), number, lines_before: 0, indentation: 0, fixed: Some(spot) };
    };
    // A literal block's spot is its first character that is no line end.
    let blank = text.bytes().take_while(|byte| *byte == b'\n').count();
    Origin {
        file: Arc::clone(file),
        number,
        lines_before: spot.line.saturating_sub(1).saturating_sub(u32::try_from(blank).unwrap_or(u32::MAX)),
        indentation: spot.column.saturating_sub(1),
        fixed: None,
    }
}
