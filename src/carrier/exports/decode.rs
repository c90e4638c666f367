//! The text of an exported list. Strictly: a character that cannot be read is an error, never a guess.

use std::borrow::Cow;

use encoding_rs::SHIFT_JIS;

use crate::diag::{Diagnostic, Location, codes};

/// How a list is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without byte order mark.
    Utf8,
    /// What Windows calls CP932 and most others `Shift_JIS`.
    Cp932,
}

/// Bytes that are no text in either encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecodable {
    /// The line of the first byte that is no UTF-8, from 1.
    pub line: u32,
    /// What it looks like.
    pub looks_like: &'static str,
}

/// The text, without byte order mark.
pub fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), Undecodable> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(Undecodable { line: 1, looks_like: "UTF-16, which spreadsheets call \"Unicode text\"" });
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(Undecodable { line: line_of(bytes, at), looks_like: "a binary file, such as a workbook" });
    }
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok((Cow::Borrowed(text), Encoding::Utf8)),
        Err(error) => error,
    };
    match SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok((text, Encoding::Cp932)),
        None => Err(Undecodable { line: line_of(bytes, error.valid_up_to()), looks_like: "neither UTF-8 nor CP932 (Shift_JIS)" }),
    }
}

fn line_of(bytes: &[u8], at: usize) -> u32 {
    let before = bytes.iter().take(at).filter(|byte| **byte == b'\n').count();
    u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
}

impl Undecodable {
    pub(super) fn diagnostic(&self, file: &str) -> Diagnostic {
        let message = format!("the list is {}", self.looks_like);
        Diagnostic::error(codes::UNKNOWN_ENCODING, Location::new(file, self.line, 1, 1), message)
            .help("export it again as CSV, in UTF-8 or Shift_JIS, and do not open it in between")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_as_it_was_written_or_not_at_all() {
        assert_eq!(decode("電話番号".as_bytes()), Ok(("電話番号".into(), Encoding::Utf8)));
        assert_eq!(decode("\u{feff}電話番号".as_bytes()), Ok(("電話番号".into(), Encoding::Utf8)));
        assert_eq!(decode(b"\x93\x64\x98\x62\x94\xd4\x8d\x86\r\n"), Ok(("電話番号\r\n".into(), Encoding::Cp932)));
        // CP932 has these, and the older JIS table has not.
        assert_eq!(decode(b"\x87\x40\xfb\xfc"), Ok(("①髙".into(), Encoding::Cp932)));
        // Half of a character at the end.
        assert_eq!(decode(b"a\n\x93\x64\x98").map_err(|error| error.line), Err(2));
        assert_eq!(decode(b"a\n\n\xff\xff,b").map_err(|error| error.line), Err(3));
        assert!(decode(b"\xff\xfea\0").is_err());
        assert!(decode(b"PK\x03\x04\0\0").is_err());
    }
}
