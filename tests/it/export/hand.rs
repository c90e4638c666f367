//! Manifests as people leave them: comments, other layouts, names.

/// A generator that gives the same numbers for the same seed.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % sides
    }
}

/// An exported manifest after people worked on it.
pub(super) fn lived_in(text: &str, dice: &mut Dice) -> String {
    let mut lines = Vec::new();
    for (nth, line) in text.lines().enumerate() {
        let entry = line.strip_prefix("    - {").and_then(|rest| rest.strip_suffix('}')).filter(|_| !line.contains("csv:"));
        let Some(fields) = entry else {
            lines.push(line.to_owned());
            continue;
        };
        match dice.roll(6) {
            0 => lines.push(format!("    # above {nth}\n{line}")),
            1 => lines.push(format!("{line}   # behind {nth}")),
            2 => lines.push(format!("    - {}  # in rows {nth}", fields.replace(", ", "\n      "))),
            3 => lines.push(format!("    -   {{ name: \"n {nth}\" , {} }}", fields.replace('"', "'"))),
            4 => lines.push(format!("\n    - {{{},\n       labels: {{site: \"s{}\"}}}}", fields, dice.roll(3))),
            _ => lines.push(line.to_owned()),
        }
    }
    lines.push("# the end".to_owned());
    lines.join("\n") + "\n"
}
