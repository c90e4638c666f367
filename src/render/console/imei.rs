//! Files that register IMEIs (DOMAIN 4): rows `phone,imei`, no heading, digits only, CRLF, at most 3,000 rows.

use crate::domain::console::IMEI_FILE_ROWS;
use crate::domain::{Imei, Msisdn};

/// A chip SIM and the device it is bound to, for ever.
pub type ImeiRow = (Msisdn, Imei);

/// The rows, file by file: in their order, as few files as there can be.
pub fn files(rows: &[ImeiRow]) -> impl Iterator<Item = String> {
    rows.chunks(IMEI_FILE_ROWS).map(text)
}

/// One file.
pub(super) fn text(rows: &[ImeiRow]) -> String {
    rows.iter().flat_map(|(msisdn, imei)| [msisdn.as_str(), ",", imei.as_str(), "\r\n"]).collect()
}

/// The name of the n-th file, from 1.
pub(super) fn name(number: usize) -> String {
    format!("imei-{number:03}.csv")
}
