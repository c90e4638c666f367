//! Amounts for people.

/// Traffic in decimal units, as plans are sold: `1.25 GB`.
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [(u64, &str); 4] = [(1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    for (size, unit) in UNITS {
        if count >= size {
            // Rounded down: remaining traffic must not look like more than it is.
            let hundredths = u128::from(count) * 100 / u128::from(size);
            return format!("{}.{:02} {unit}", hundredths / 100, hundredths % 100);
        }
    }
    format!("{count} B")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traffic_is_decimal_and_rounded_down() {
        assert_eq!(bytes(0), "0 B");
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(1_259_999_999), "1.25 GB");
        assert_eq!(bytes(u64::MAX), "18446744.07 TB");
    }
}
