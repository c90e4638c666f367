//! The name of a file in a patch, as git writes and reads it.

use std::fmt::Write as _;
use std::path::Path;

use crate::render::escape::plain;

/// The name below `a` or `b`. In quotes where it has to be: what `git apply` could misread or could deceive somebody stands
/// there in octal digits, byte by byte. Other letters, of whatever script, stay readable.
pub(super) fn header(side: &str, name: &Path) -> String {
    let parts = name.components().map(|part| part.as_os_str().as_encoded_bytes());
    let bytes = parts.fold(side.as_bytes().to_vec(), |name, part| [&name[..], b"/", part].concat());
    match std::str::from_utf8(&bytes) {
        Ok(text) if plain(text) == text && !text.contains(['"', '\\']) => {
            // A tab ends a name with blanks: what stands behind the last one could be taken for a time.
            let end = if text.contains(char::is_whitespace) { "\t" } else { "" };
            format!("{text}{end}")
        }
        Ok(_) | Err(_) => quoted(&bytes),
    }
}

fn quoted(bytes: &[u8]) -> String {
    let mut quoted = String::from('"');
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            let mut buffer = [0; 4];
            let text: &str = character.encode_utf8(&mut buffer);
            match character {
                '"' | '\\' => quoted.extend(['\\', character]),
                _ if plain(text) == text => quoted.push(character),
                _ => octal(&mut quoted, text.as_bytes()),
            }
        }
        octal(&mut quoted, chunk.invalid());
    }
    quoted.push('"');
    quoted
}

fn octal(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "\\{byte:03o}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_git_quotes_them() {
        for (name, expected) in [
            ("fleet/a.yaml", "a/fleet/a.yaml"),
            ("東京/上野.yaml", "a/東京/上野.yaml"),
            ("a b.yaml", "a/a b.yaml\t"),
            ("a\"b\\.yaml", "\"a/a\\\"b\\\\.yaml\""),
            ("a\tb\n.yaml", "\"a/a\\011b\\012.yaml\""),
            ("\u{202e}x", "\"a/\\342\\200\\256x\""),
        ] {
            assert_eq!(header("a", Path::new(name)), expected);
        }
    }
}
