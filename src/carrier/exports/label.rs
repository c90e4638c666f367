//! Statuses by the labels that a console shows (DOMAIN 3).

use super::heading::plain;
use crate::domain::{ChipStatus, ExportReading, LineStatus};

/// Words for statuses besides the carrier's labels and our names.
const OTHER_LINE_WORDS: [(&str, LineStatus); 2] = [("契約中", LineStatus::Active), ("解約", LineStatus::Terminated)];

/// The status of a line. A label that nobody knows is kept, and freezes its line.
pub fn line_status(label: &str, reading: &ExportReading) -> LineStatus {
    if let Some(wire) = named(label, reading) {
        return LineStatus::from_wire(wire);
    }
    let text = plain(label);
    let known = LineStatus::ALL.iter().find(|status| is(&text, status.wire(), status.label()));
    let other = || OTHER_LINE_WORDS.into_iter().find(|(word, _)| plain(word) == text).map(|(_, status)| status);
    known.cloned().or_else(other).unwrap_or_else(|| LineStatus::Unknown(label.into()))
}

/// The status of a chip SIM. One that was started has the status of a line, by its name on the wire.
pub fn chip_status(label: &str, reading: &ExportReading) -> ChipStatus {
    if let Some(wire) = named(label, reading) {
        return ChipStatus::from_wire(wire);
    }
    let text = plain(label);
    if let Some(known) = ChipStatus::ALL.iter().find(|status| is(&text, status.wire(), status.label())) {
        return known.clone();
    }
    ChipStatus::from_wire(line_status(label, reading).wire())
}

fn named<'r>(label: &str, reading: &'r ExportReading) -> Option<&'r str> {
    reading.statuses.iter().find(|(named, _)| plain(named) == plain(label)).map(|(_, wire)| wire.as_str())
}

fn is(text: &str, wire: &str, label: &str) -> bool {
    plain(wire) == text || plain(label) == text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_known_by_its_label_and_by_its_names() {
        let reading = ExportReading::default();
        for status in LineStatus::ALL {
            for label in [status.wire(), status.name(), status.label()] {
                assert_eq!(line_status(label, &reading), *status);
            }
        }
        for status in ChipStatus::ALL {
            for label in [status.wire(), status.name(), status.label()] {
                assert_eq!(chip_status(label, &reading), *status);
            }
        }
        assert_eq!(line_status("契約中", &reading), LineStatus::Active);
        assert_eq!(line_status("解約", &reading), LineStatus::Terminated);
        assert_eq!(chip_status("通信停止中", &reading), ChipStatus::Unknown("suspended".into()));
        assert_eq!(chip_status("ＩＭＥＩ登録済", &reading), ChipStatus::ImeiRegistered);
    }

    #[test]
    fn what_nobody_knows_is_kept_as_it_is_written() {
        let reading =
            ExportReading { statuses: [("休止".to_owned(), "suspended".to_owned())].into(), ..ExportReading::default() };
        assert_eq!(line_status("休止", &reading), LineStatus::Suspended);
        assert_eq!(line_status("保留", &reading), LineStatus::Unknown("保留".into()));
        assert_eq!(chip_status("保留", &reading), ChipStatus::Unknown("保留".into()));
    }
}
