//! One document a kind and name.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Location, codes};

/// The documents seen so far.
#[derive(Debug, Default)]
pub(crate) struct DocumentNames(BTreeMap<(&'static str, String), Location>);

impl DocumentNames {
    /// Notes a document, or says that there is one of that kind and name.
    pub(crate) fn note(&mut self, kind: &'static str, name: &str, location: &Location) -> Result<(), Box<Diagnostic>> {
        let key = (kind, name.to_owned());
        if let Some(first) = self.0.get(&key) {
            let message = format!("there are two {kind}s named {name}");
            return Err(Box::new(
                Diagnostic::error(codes::DUPLICATE_DOCUMENT, location.clone(), message)
                    .at("metadata.name")
                    .related("the other one is here", first.clone())
                    .help("rename or merge them"),
            ));
        }
        self.0.insert(key, location.clone());
        Ok(())
    }
}
