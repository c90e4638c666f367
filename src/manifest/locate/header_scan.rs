//! Version and kind of a document, read from the events before any tree: a document that is not ours
//! needs none, however large it is.

use granit_parser::Event;

use crate::api::GROUP;
use crate::manifest::header::KINDS;

/// The two fields that say what a document is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) api_version: Option<String>,
    pub(crate) kind: Option<String>,
}

impl Header {
    /// Whether the version belongs to our API group, whatever the version.
    pub(crate) fn is_ours(&self) -> bool {
        self.api_version.as_deref().is_some_and(|version| version.split('/').next() == Some(GROUP))
    }

    /// Whether it is a `ConfigMap`, which may hold a roster.
    pub(crate) fn is_config_map(&self) -> bool {
        self.api_version.as_deref() == Some("v1") && self.kind.as_deref() == Some("ConfigMap")
    }

    /// Whether the kind has one of our names; then a strange version may be a mistake.
    pub(crate) fn names_our_kind(&self) -> bool {
        self.kind.as_deref().is_some_and(|kind| KINDS.contains(&kind))
    }

    /// Whether both fields are known and say that the document is of no interest here.
    pub(super) fn is_foreign(&self) -> bool {
        let both = self.api_version.is_some() && self.kind.is_some();
        both && !self.is_ours() && !self.is_config_map() && !self.names_our_kind()
    }
}

/// Follows the events of one document and picks the scalars of its top level.
#[derive(Debug, Default)]
pub(super) struct HeaderScan {
    pub(super) header: Header,
    depth: usize,
    top_is_mapping: bool,
    /// The key whose value comes next. A key that is no text is empty here.
    key: Option<String>,
}

impl HeaderScan {
    /// Takes an event, and says whether it told something new.
    pub(super) fn take(&mut self, event: &Event<'_>) -> bool {
        match event {
            Event::Scalar(text, ..) if self.depth == 1 && self.top_is_mapping => match self.key.take() {
                None => self.key = Some(text.to_string()),
                Some(key) => return self.note(&key, text),
            },
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                if self.depth == 0 {
                    self.top_is_mapping = matches!(event, Event::MappingStart(..));
                }
                self.pass();
                self.depth += 1;
            }
            Event::Alias(_) => self.pass(),
            Event::SequenceEnd | Event::MappingEnd => self.depth = self.depth.saturating_sub(1),
            // Comments and anchors are switched off; what is left stands deeper, or between documents.
            Event::Scalar(..)
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(..)
            | Event::DocumentEnd
            | Event::Anchor(..)
            | Event::UnresolvedAlias(_)
            | Event::Comment(..)
            | _ => {}
        }
        false
    }

    /// A key or value of the top level that is no scalar.
    fn pass(&mut self) {
        if self.depth == 1 && self.top_is_mapping {
            self.key = if self.key.is_some() { None } else { Some(String::new()) };
        }
    }

    fn note(&mut self, key: &str, text: &str) -> bool {
        let field = match key {
            "apiVersion" => &mut self.header.api_version,
            "kind" => &mut self.header.kind,
            _ => return false,
        };
        field.get_or_insert_with(|| text.to_owned());
        true
    }
}
