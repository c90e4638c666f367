//! Operations: the worst first, a block a line, large groups a row a line.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::{Page, difference, pad, place};
use crate::domain::{OperationKind, Risk};
use crate::plan::Operation;
use crate::render::escape::plain;
use crate::render::view::{Block, Costs, Count, Group, HarmSection, Mark, Variant, fields};

/// The variants of a large group that are listed before its rows.
const VARIANTS: usize = 8;

impl<W: Write + ?Sized> Page<'_, W> {
    /// All operations.
    pub(super) fn operations(&mut self) -> io::Result<()> {
        let view = self.view;
        for section in &view.sections {
            self.heading(&format!("{} ({}): {}", title(section.risk), section.risk, section.subjects()))?;
            self.groups(section)?;
        }
        Ok(())
    }

    fn groups(&mut self, section: &HarmSection<'_>) -> io::Result<()> {
        let mut fleet = None;
        for group in &section.groups {
            if fleet != Some((group.account, group.fleet)) {
                fleet = Some((group.account, group.fleet));
                writeln!(self.out, "  {}", plain(&group.place()))?;
            }
            if group.blocks.len() <= self.options.detailed {
                for block in &group.blocks {
                    self.block(block)?;
                }
            } else {
                self.group(group, section.is_always_full())?;
            }
        }
        Ok(())
    }

    /// A line and each of its operations with all there is to say.
    fn block(&mut self, block: &Block<'_>) -> io::Result<()> {
        let name = block.name.map(|name| format!("  {}", plain(name))).unwrap_or_default();
        let place = place(block.source);
        let place = if place.is_empty() { place } else { format!("  {}", self.paint.dim(&place)) };
        writeln!(self.out, "    {}{name}{place}", self.paint.bold(&block.subject.to_string()))?;
        let width = block.operations.iter().map(|operation| operation.change.kind().as_str().len()).max().unwrap_or(0);
        for operation in &block.operations {
            let kind = operation.change.kind().as_str();
            let mark = self.paint.mark(Mark::of(operation));
            let what = join([self.changes(block, operation), Costs::of_one(operation.cost).text()]);
            writeln!(self.out, "      {mark} {kind:width$}  {what}")?;
            if !operation.reason.is_empty() {
                writeln!(self.out, "          {:width$}  {}", "", self.paint.dim(&plain(&operation.reason)))?;
            }
        }
        Ok(())
    }

    /// The fields that an operation changes, and what it waits for.
    fn changes(&self, block: &Block<'_>, operation: &Operation) -> String {
        let fields = fields(&operation.from, &operation.to);
        let texts = fields.iter().map(|field| difference::field(field, self.paint));
        texts.chain(block.after(operation)).collect::<Vec<_>>().join(", ")
    }

    /// Many lines with the same kinds of operation.
    fn group(&mut self, group: &Group<'_>, all: bool) -> io::Result<()> {
        let mark = group.mark.map(|mark| self.paint.mark(mark)).unwrap_or_default();
        let head = format!("{}: {}", chain(&group.kinds), group.subjects());
        writeln!(self.out, "    {mark} {}", join_with(", ", [head, group.costs.text()]))?;
        self.variants(group)?;
        if let Some(reason) = group.reason.as_deref().filter(|reason| !reason.is_empty()) {
            writeln!(self.out, "        {}", self.paint.dim(&plain(reason)))?;
        }
        let total = group.blocks.len();
        let shown = if all { total } else { self.shown(total) };
        let blocks = group.blocks.get(..shown).unwrap_or_default();
        let rows: Vec<Row> = blocks.iter().map(|block| row(block, group)).collect();
        let (msisdn, name) = (widest(&rows, |row| &row.msisdn), widest(&rows, |row| &row.name));
        for row in &rows {
            let named = if name == 0 { String::new() } else { format!("  {}", pad(&row.name, name)) };
            let line =
                format!("      {}{named}  {}", pad(&row.msisdn, msisdn), join([row.what.clone(), self.paint.dim(&row.place)]));
            writeln!(self.out, "{}", line.trim_end())?;
        }
        self.more(6, total - shown)
    }

    fn variants(&mut self, group: &Group<'_>) -> io::Result<()> {
        let shown = group.variants.iter().take(if self.options.full { usize::MAX } else { VARIANTS });
        let width = group.variants.first().map_or(0, |variant| Count::from(variant.count).to_string().len());
        if let [variant] = group.variants.as_slice() {
            return if variant.change.is_empty() {
                Ok(())
            } else {
                writeln!(self.out, "        {}", self.variant(group, variant))
            };
        }
        for variant in shown {
            writeln!(self.out, "        {:>width$} x {}", Count::from(variant.count), self.variant(group, variant))?;
        }
        let hidden: usize = group.variants.len().saturating_sub(VARIANTS);
        if hidden > 0 && !self.options.full {
            writeln!(self.out, "        and {} other changes", Count::from(hidden))?;
        }
        Ok(())
    }

    /// What several blocks change, with what differs made visible.
    fn variant(&self, group: &Group<'_>, variant: &Variant) -> String {
        let paint = self.paint;
        let block = group.blocks.get(variant.first).filter(|_| paint.on);
        block.map_or_else(
            || variant.change.clone(),
            |block| block.changes_as(false, |field| difference::field(field, paint)).join("; "),
        )
    }
}

/// A line of a large group.
struct Row {
    msisdn: String,
    name: String,
    what: String,
    place: String,
}

/// What the group's head has not said yet.
fn row(block: &Block<'_>, group: &Group<'_>) -> Row {
    let shared = if group.variants.len() > 1 { block.change(false) } else { String::new() };
    let reason = if group.reason.is_some() { String::new() } else { plain(&block.reason()).into_owned() };
    Row {
        msisdn: block.subject.to_string(),
        name: block.name.map(|name| plain(name).into_owned()).unwrap_or_default(),
        what: join([join_with(", ", [block.change(true), shared, block.costs.text()]), reason]),
        place: place(block.source),
    }
}

fn widest(rows: &[Row], column: impl Fn(&Row) -> &String) -> usize {
    rows.iter().map(|row| column(row).width()).max().unwrap_or(0)
}

fn join<const N: usize>(parts: [String; N]) -> String {
    join_with("  ", parts)
}

fn join_with<const N: usize>(separator: &str, parts: [String; N]) -> String {
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(separator)
}

/// `bindImei -> allocate -> startUse`.
fn chain(kinds: &[OperationKind]) -> String {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    names.join(" -> ")
}

/// What a risk class means to the reader.
pub(in crate::render) fn title(risk: Risk) -> &'static str {
    match risk {
        Risk::R5 => "Irreversible",
        Risk::R4 => "Paid at once",
        Risk::R3 => "Changes the bill",
        Risk::R2 => "Cuts or restores service",
        Risk::R1 => "Cuts no service, costs nothing at once",
        Risk::R0 => "Reads",
    }
}
