//! Operations: a section for the kinds and the fleet, the worst first.

use super::alike::Manner;
use super::document::Section;
use super::topic::Topic;
use super::{Page, chain, code_mark, place};
use crate::render::escape::{markdown, markdown_code, plain};
use crate::render::text::title;
use crate::render::view::{Block, Group, HarmSection, Subjects};

impl Page<'_> {
    /// All sections of operations.
    pub(super) fn operations(&self) -> Vec<Section> {
        let groups = self.view.sections.iter().flat_map(|section| section.groups.iter().map(move |group| (section, group)));
        groups.map(|(section, group)| self.group(section, group)).collect()
    }

    fn group(&self, section: &HarmSection<'_>, group: &Group<'_>) -> Section {
        let (topic, subjects) = (Topic::Risk(section.risk), group.subjects());
        let of = if group.fleet.is_empty() { "Account" } else { "Fleet" };
        let manner = Manner {
            noun: plural(subjects),
            columns: vec!["", subjects.noun(), "name", "change", "cost", "why", "where"],
            row: &|block: &Block<'_>| self.block(block, topic),
            shared: &|block: &Block<'_>| self.shared(block, topic),
            member: &|block: &Block<'_>| self.member(block, topic),
            labels: &|block: &Block<'_>| self.labels(block, topic),
            is_required: topic.is_required(),
        };
        Section {
            topic,
            title: format!("{} ({}): {}", title(section.risk), section.risk, chain(&group.kinds)),
            intro: format!("{of} {}, {subjects}.", self.code(&group.place(), topic)),
            parts: self.parts(&group.blocks, &manner),
        }
    }

    fn block(&self, block: &Block<'_>, topic: Topic) -> String {
        let changes: Vec<String> =
            block.changes(true).iter().chain(&block.changes(false)).map(|change| self.code(change, topic)).collect();
        format!(
            "| {} | {} | {} | {} | {} | {} | {} |",
            mark(block),
            markdown_code(&block.subject.to_string()),
            block.name.map(|name| self.code(name, topic)).unwrap_or_default(),
            changes.join("<br>"),
            block.costs.text(),
            self.text(&block.reason(), topic),
            place(block.source),
        )
    }

    /// All that others can have in common with it. The line of the file is a line's own; the file is not.
    fn shared(&self, block: &Block<'_>, topic: Topic) -> String {
        let changes: Vec<String> = block.changes(false).iter().map(|change| self.code(change, topic)).collect();
        let said = [changes.join(", "), block.costs.text(), self.text(&block.reason(), topic), self.file(block.source, topic)];
        let said: Vec<String> = said.into_iter().filter(|text| !text.is_empty()).collect();
        format!("{} {}", mark(block), said.join("; "))
    }

    /// `floor=2, site=ueno`.
    fn labels(&self, block: &Block<'_>, topic: Topic) -> String {
        let labels: Vec<String> =
            block.labels.iter().flat_map(|labels| labels.iter().map(|(key, value)| format!("{key}={value}"))).collect();
        self.brief(&labels.join(", "), topic).into_owned()
    }

    fn member(&self, block: &Block<'_>, topic: Topic) -> String {
        let name = block.name.map(|name| format!(" {}", markdown(&self.brief(name, topic)))).unwrap_or_default();
        let own: Vec<String> = block.changes(true).iter().map(|change| self.code(change, topic)).collect();
        let own = if own.is_empty() { String::new() } else { format!(" ({})", own.join(", ")) };
        format!("{}{name}{own}", markdown_code(&plain(&block.subject.to_string())))
    }
}

fn mark(block: &Block<'_>) -> String {
    block.mark().map(|mark| code_mark(&mark.to_string())).unwrap_or_default()
}

fn plural(subjects: Subjects) -> &'static str {
    match (subjects.lines, subjects.orders) {
        (_, 0) => "lines",
        (0, _) => "orders",
        (_, _) => "lines and orders",
    }
}
