//! Broken YAML, and documents that are YAML but not one we would trust.

use std::sync::Arc;

use crate::diag::{Diagnostic, Location, codes};
use crate::manifest::locate::{Broken, Flaw, MAX_DEPTH, MAX_NODES, Spot};

/// The place of a spot in a file.
pub(crate) fn location(file: &Arc<str>, spot: Spot) -> Location {
    Location::new(Arc::clone(file), spot.line, spot.column, spot.length)
}

/// Text that is not YAML.
pub(crate) fn broken(file: &Arc<str>, broken: &Broken) -> Diagnostic {
    Diagnostic::error(codes::INVALID_YAML, location(file, broken.spot), format!("this is not YAML: {}", broken.message))
        .help("look for a missing quote, bracket or indentation here or just above")
}

/// A document with a flaw.
pub(crate) fn flaw(file: &Arc<str>, flaw: &Flaw) -> Diagnostic {
    match flaw {
        Flaw::DuplicateKey { key, first, second } => {
            Diagnostic::error(codes::DUPLICATE_KEY, location(file, *second), format!("{key} stands twice in this mapping"))
                .related("it stands here already", location(file, *first))
                .help("remove one of the two")
        }
        Flaw::KeyIsNotText(spot) => {
            Diagnostic::error(codes::WRONG_TYPE, location(file, *spot), "a key is a list or a mapping, it must be text")
        }
        Flaw::Tagged { tag, spot } => {
            Diagnostic::error(codes::WRONG_TYPE, location(file, *spot), format!("the YAML tag {tag} has no meaning here"))
                .help("remove the tag")
        }
        Flaw::AliasInside(spot) => {
            Diagnostic::error(codes::ALIAS_BOMB, location(file, *spot), "this alias stands inside the value it names")
                .help("such a value would never end")
        }
        Flaw::TooManyByAliases(spot) => Diagnostic::error(
            codes::ALIAS_BOMB,
            location(file, *spot),
            format!("aliases multiply this document into more than {MAX_NODES} values"),
        )
        .help("write the values out, or use spec.defaults for what lines share"),
        Flaw::TooDeep(spot) => Diagnostic::error(
            codes::NESTED_TOO_DEEP,
            location(file, *spot),
            format!("the document has more than {MAX_DEPTH} levels"),
        ),
        Flaw::TooLarge(spot) => Diagnostic::error(
            codes::DOCUMENT_TOO_LARGE,
            location(file, *spot),
            format!("the document has more than {MAX_NODES} values"),
        )
        .help("move the lines into a roster: rosters: [{csv: lines.csv}]"),
    }
}
