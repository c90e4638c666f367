//! "Did you mean …?"

/// The most similar of the known names, if it is similar enough to be what was meant.
///
/// Names are compared without regard to case, `-` and `_`, so that `rate_plan` finds `ratePlan`.
pub fn did_you_mean<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A long text is no misspelt name, and comparing is quadratic in its length.
    if found.len() > 64 {
        return None;
    }
    let folded = fold(found);
    known
        .into_iter()
        .map(|name| (similarity(&folded, &fold(name)), name))
        .filter(|(similarity, _)| *similarity >= 0.7)
        // The first of equals, whatever the iterator.
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, name)| name)
}

fn fold(name: &str) -> String {
    name.chars().filter(|character| !matches!(character, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}

fn similarity(left: &str, right: &str) -> f64 {
    // Jaro-Winkler alone finds "iccid" in "imei"; the edit distance alone misses swapped letters.
    let edits = strsim::normalized_damerau_levenshtein(left, right);
    edits.midpoint(strsim::jaro_winkler(left, right))
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn finds_what_was_meant() {
        let fields = ["msisdn", "state", "ratePlan", "terminationDate", "iccid", "name", "labels", "protected"];
        for (found, meant) in [
            ("mssidn", "msisdn"),
            ("rate_plan", "ratePlan"),
            ("plan", ""),
            ("stat", "state"),
            ("State", "state"),
            ("termination", "terminationDate"),
            ("lables", "labels"),
            ("protect", "protected"),
            ("imei", ""),
            ("", ""),
        ] {
            assert_eq!(did_you_mean(found, fields).unwrap_or_default(), meant, "{found}");
        }
    }
}
