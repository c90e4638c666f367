//! Manifests as people leave them: comments, other layouts, names.

/// A generator that gives the same numbers for the same seed.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % sides
    }
}

/// An exported manifest after people worked on it. What a comment says of a line holds its number: see [`is_beside`].
pub(super) fn lived_in(text: &str, dice: &mut Dice) -> String {
    let mut lines = Vec::new();
    for (nth, line) in text.lines().enumerate() {
        let entry = line.strip_prefix("    - {").and_then(|rest| rest.strip_suffix('}')).filter(|_| !line.contains("csv:"));
        let Some(fields) = entry else {
            lines.push(line.to_owned());
            continue;
        };
        let number = number_in(line).unwrap_or_default();
        let in_rows = |indent: &str| fields.replace(", ", &format!("\n{indent}"));
        match dice.roll(10) {
            0 => lines.push(format!("    # above {number}\n{line}")),
            1 => lines.push(format!("{line}   # of {number}")),
            2 => lines.push(format!("    - {}  # of {number}", in_rows("      "))),
            3 => lines.push(format!("    -   {{ name: \"n {nth}\" , {} }}", fields.replace('"', "'"))),
            4 => lines.push(format!("\n    - {{{},\n       labels: {{site: \"s{}\"}}}}", fields, dice.roll(3))),
            5 => lines.push(format!("    - {}\n      # of {number}\n\n       # of {number} too", in_rows("      "))),
            6 => lines.push(format!("{line}\n     # of {number}")),
            7 => lines.push(format!("    -\n        {}\n        # of {number}", in_rows("        "))),
            _ => lines.push(line.to_owned()),
        }
    }
    lines.push("# the end".to_owned());
    lines.join("\n") + "\n"
}

fn number_in(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("msisdn: ")?;
    rest.get(1..)?.split(['"', '\'']).next()
}

/// Whether every comment that [`lived_in`] wrote stands beside the line that it is about.
#[track_caller]
pub(crate) fn is_beside(text: &str) {
    let numbers: Vec<(usize, &str)> = text.lines().enumerate().filter_map(|(nth, line)| Some((nth, number_in(line)?))).collect();
    for (nth, line) in text.lines().enumerate() {
        let behind = numbers.partition_point(|(at, _)| *at <= nth);
        let (number, beside) = if let Some((_, number)) = line.split_once("# of ") {
            (number, behind.checked_sub(1).and_then(|last| numbers.get(last)))
        } else if let Some((_, number)) = line.split_once("# above ") {
            (number, numbers.get(behind))
        } else {
            continue;
        };
        let number = number.split(' ').next();
        assert_eq!(beside.map(|(_, number)| *number), number, "line {}: {line}\n{text}", nth + 1);
    }
}
