//! What `simfleet doctor` found, for people and programs.

use std::io::{self, Write};

use serde::Serialize;

use crate::render::escape::plain;
use crate::render::text::Paint;

/// How one check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// Worth a look; nothing is stopped by it.
    Warning,
    /// Some command will fail for it.
    Problem,
}

impl Verdict {
    /// The word at the head of its line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Of which account; `None` for what belongs to none, as the terminal does.
    pub account: Option<String>,
    /// What was looked at, in one word: `credentials`.
    pub check: &'static str,
    /// How it came out.
    pub verdict: Verdict,
    /// What was found.
    pub message: String,
    /// The way out, where there is something to do.
    pub help: Option<String>,
}

/// All that was found, in the order in which it was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Checkup {
    /// One entry a check.
    pub checks: Vec<Finding>,
    /// How many operations are in doubt, in all journals.
    pub in_doubt: usize,
}

/// The JSON document of `doctor`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    format_version: &'static str,
    #[serde(flatten)]
    checkup: &'a Checkup,
    summary: Summary,
}

#[derive(Serialize)]
struct Summary {
    ok: usize,
    warnings: usize,
    problems: usize,
}

impl Checkup {
    /// How many checks came out so.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.checks.iter().filter(|finding| finding.verdict == verdict).count()
    }

    /// Whether any command will fail for what was found.
    pub fn has_problems(&self) -> bool {
        self.count(Verdict::Problem) > 0
    }

    /// Writes it for a terminal: a line a check, the way out below it, and a sum.
    pub fn write(&self, out: &mut (impl Write + ?Sized), color: bool) -> io::Result<()> {
        let paint = Paint { on: color };
        let width = self.checks.iter().map(|finding| finding.check.len()).max().unwrap_or(0);
        for part in self.checks.chunk_by(|one, other| one.account == other.account) {
            if let Some(account) = part.first().and_then(|finding| finding.account.as_deref()) {
                writeln!(out, "{}", paint.bold(&format!("Account {}", plain(account))))?;
            }
            for Finding { account, check, verdict, message, help } in part {
                let word = format!("{:<7}", verdict.as_str());
                let word = match verdict {
                    Verdict::Ok => paint.comes(&word),
                    Verdict::Warning => paint.warns(&word),
                    Verdict::Problem => paint.alert(&word),
                };
                let indent = if account.is_some() { "  " } else { "" };
                writeln!(out, "{indent}{word}  {check:<width$}  {}", plain(message))?;
                if let Some(help) = help {
                    writeln!(out, "{indent}         {:width$}  {} {}", "", paint.dim("help:"), plain(help))?;
                }
            }
        }
        writeln!(out, "\n{}", paint.bold(&self.sum()))
    }

    /// `2 problems, 1 warning, 9 checks ok.`
    fn sum(&self) -> String {
        let counted = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        let mut parts = Vec::new();
        for (verdict, one, many) in [(Verdict::Problem, "problem", "problems"), (Verdict::Warning, "warning", "warnings")] {
            let count = self.count(verdict);
            if count > 0 {
                parts.push(counted(count, one, many));
            }
        }
        if self.in_doubt > 0 {
            parts.push(counted(self.in_doubt, "operation in doubt", "operations in doubt"));
        }
        parts.push(counted(self.count(Verdict::Ok), "check ok", "checks ok"));
        format!("{}.", parts.join(", "))
    }

    /// Writes it for programs.
    pub fn write_json(&self, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
        let summary = Summary {
            ok: self.count(Verdict::Ok),
            warnings: self.count(Verdict::Warning),
            problems: self.count(Verdict::Problem),
        };
        serde_json::to_writer_pretty(&mut *out, &Document { format_version: "1.0", checkup: self, summary })?;
        writeln!(out)
    }
}
