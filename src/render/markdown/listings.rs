//! What is no operation, what wants a decision first.

use super::alike::Manner;
use super::document::Section;
use super::topic::Topic;
use super::{Page, place};
use crate::plan::{
    BlockedCode, BlockedItem, DriftIgnoreNote, DriftItem, InDoubtItem, PendingItem, Place, ProtectionItem, UnmanagedItem,
    WarningCode,
};
use crate::render::drift::words;
use crate::render::escape::markdown_code;
use crate::render::view::{Alike, Count, GuardLine};

/// A warning of one line or order.
struct Warning<'a> {
    account: &'a str,
    code: WarningCode,
    message: &'a str,
    source: &'a Place,
    subject: String,
}

impl Page<'_> {
    /// All lists that are not empty.
    pub(super) fn listings(&self) -> Vec<Section> {
        let sections = [
            self.stops(),
            self.in_doubt(),
            self.warnings(),
            self.blocked(),
            self.waiting(),
            self.drift(),
            self.drift_ignored(),
            self.unmanaged(),
            self.protection(),
            self.spend(),
        ];
        sections.into_iter().filter(|section| section.total() > 0).collect()
    }

    fn section<T>(&self, topic: Topic, title: String, items: &[T], manner: &Manner<'_, T>) -> Section {
        Section { topic, title, intro: String::new(), parts: self.parts(items, manner) }
    }

    fn stops(&self) -> Section {
        let topic = Topic::Stops;
        let manner = Manner {
            noun: "guards",
            columns: vec!["guard", "plan", "at most", "lets it pass"],
            row: &|stop: &GuardLine<'_>| {
                let name = self.code(&stop.name(true), topic);
                format!("| {name} | {} | {} | `{}` |", stop.actual(), stop.limit(), stop.flag())
            },
            shared: &|stop| format!("{} where {} is allowed; `{}`", stop.actual(), stop.limit(), stop.flag()),
            member: &|stop| self.code(&stop.name(true), topic),
            labels: &|_| String::new(),
            is_required: false,
        };
        let title = "Guards exceeded: nothing of the account is applied".to_owned();
        self.section(topic, title, &self.view.listings.stops, &manner)
    }

    /// Limits that hold, where money is about to be spent: how much of them is used.
    fn spend(&self) -> Section {
        let topic = Topic::Spend;
        let manner = Manner {
            noun: "limits",
            columns: vec!["limit", "used", "at most"],
            row: &|limit: &GuardLine<'_>| {
                format!("| {} | {} | {} |", self.code(&limit.name(true), topic), limit.actual(), limit.limit())
            },
            shared: &|limit| format!("{} of {}", limit.actual(), limit.limit()),
            member: &|limit| self.code(&limit.name(true), topic),
            labels: &|_| String::new(),
            is_required: false,
        };
        self.section(topic, "Spend limits".to_owned(), &self.view.listings.spend, &manner)
    }

    fn warnings(&self) -> Section {
        let topic = Topic::Warnings;
        let groups = self.view.listings.warnings.iter().flat_map(|group| group.alike.iter().map(|alike| (group.code, alike)));
        let warnings: Vec<Warning<'_>> = groups
            .flat_map(|(code, Alike { account, message, source, subjects })| {
                subjects.iter().map(move |subject| Warning { account, code, message, source, subject: subject.to_string() })
            })
            .collect();
        let manner = Manner {
            noun: "warnings",
            columns: vec!["code", "of", "what and why", "where"],
            row: &|warning: &Warning<'_>| {
                let Warning { account, code, message, source, subject } = warning;
                let (of, message) = (self.line(account, subject), self.text(message, topic));
                format!("| `{}` | {of} | {message} | {} |", code.as_str(), place(source))
            },
            shared: &|warning| {
                format!("`{}` {}; {}", warning.code.as_str(), self.text(warning.message, topic), self.file(warning.source, topic))
            },
            member: &|warning| self.line(warning.account, &warning.subject),
            labels: &|_| String::new(),
            is_required: false,
        };
        self.section(topic, format!("Warnings: {}", Count(self.view.verdict.warnings)), &warnings, &manner)
    }

    fn in_doubt(&self) -> Section {
        let topic = Topic::InDoubt;
        let until = |item: &InDoubtItem| item.settled_by.map(|until| until.to_string()).unwrap_or_default();
        let of = |item: &InDoubtItem| self.line(&item.account, &item.subject.to_string());
        let manner = Manner {
            noun: "operations",
            columns: vec!["of", "operation", "sent at", "known", "not done, if nothing shows by", "id"],
            row: &|item: &InDoubtItem| {
                let (note, id) = (self.text(&item.note, topic), markdown_code(&item.id.0));
                format!("| {} | {} | {} | {note} | {} | {id} |", of(item), item.kind, item.since, until(item))
            },
            shared: &|item| format!("{} sent at {}: {}; {}", item.kind, item.since, self.text(&item.note, topic), until(item)),
            member: &|item| format!("{} ({})", of(item), markdown_code(&item.id.0)),
            labels: &|_| String::new(),
            is_required: false,
        };
        let title = "In doubt: nothing is sent for these, every plan and apply asks the carrier".to_owned();
        self.section(topic, title, self.view.listings.in_doubt, &manner)
    }

    fn blocked(&self) -> Section {
        let topic = Topic::Blocked;
        let groups = self.view.listings.blocked.iter();
        let items: Vec<(BlockedCode, &BlockedItem)> =
            groups.flat_map(|group| group.items.iter().map(|item| (group.code, *item))).collect();
        let of = |item: &BlockedItem| self.line(&item.account, &item.subject.to_string());
        let manner = Manner {
            noun: "wishes",
            columns: vec!["code", "line", "why and what to do", "where"],
            row: &|(code, item): &(BlockedCode, &BlockedItem)| {
                let message = self.text(&item.message, topic);
                format!("| `{}` | {} | {message} | {} |", code.as_str(), of(item), place(&item.source))
            },
            shared: &|(code, item)| {
                format!("`{}` {}; {}", code.as_str(), self.text(&item.message, topic), self.file(&item.source, topic))
            },
            member: &|(_, item)| of(item),
            labels: &|_| String::new(),
            is_required: false,
        };
        self.section(topic, format!("Blocked: {}", Count(self.view.verdict.blocked)), &items, &manner)
    }

    fn waiting(&self) -> Section {
        let topic = Topic::Waiting;
        let items = self.view.listings.waiting;
        let of = |item: &PendingItem| self.line(&item.account, &item.subject.to_string());
        let application =
            |item: &PendingItem| item.application_no.as_ref().map(|number| self.code(number.as_str(), topic)).unwrap_or_default();
        let effective = |item: &PendingItem| item.effective_date.map(|date| date.to_string()).unwrap_or_default();
        let not_before = |item: &PendingItem| item.not_before.map(|time| time.to_string()).unwrap_or_default();
        let manner = Manner {
            noun: "wishes",
            columns: vec!["line", "what", "application", "effective", "not before"],
            row: &|item: &PendingItem| {
                let (what, application) = (self.text(&item.what, topic), application(item));
                format!("| {} | {what} | {application} | {} | {} |", of(item), effective(item), not_before(item))
            },
            shared: &|item| {
                let said = [("", self.text(&item.what, topic)), ("from ", effective(item)), ("not before ", not_before(item))];
                let said = said.into_iter().filter(|(_, text)| !text.is_empty());
                said.map(|(what, text)| format!("{what}{text}")).collect::<Vec<_>>().join("; ")
            },
            member: &|item| format!("{} {}", of(item), application(item)).trim_end().to_owned(),
            labels: &|_| String::new(),
            is_required: false,
        };
        self.section(topic, format!("Waiting: {}", Count::from(items.len())), items, &manner)
    }

    fn drift(&self) -> Section {
        let items = self.view.listings.drift;
        let title = format!("Drift: {} changed outside", Count::from(items.len()));
        self.changes(Topic::Drift, title, items, words::expired)
    }

    fn drift_ignored(&self) -> Section {
        let items = self.view.listings.drift_ignored;
        let title = format!("Drift ignored: {} changed outside, planned for all the same", Count::from(items.len()));
        self.changes(Topic::DriftIgnored, title, items, words::ignored)
    }

    fn changes(&self, topic: Topic, title: String, items: &[DriftItem], note: fn(&DriftIgnoreNote) -> String) -> Section {
        let said = |item: &DriftItem| {
            let values = [&item.field, &item.baseline, &item.observed].map(|value| self.code(value, topic));
            let told = item.by.as_deref().map(|by| words::by_whom(Some(by))).into_iter().chain(item.ignore.as_ref().map(note));
            (values, told.map(|text| self.text(&text, topic)).collect::<Vec<_>>().join(", "))
        };
        let manner = Manner {
            noun: "changes",
            columns: vec!["line", "field", "was", "is", "by"],
            row: &|item: &DriftItem| {
                let ([field, was, is], told) = said(item);
                format!("| {} | {field} | {was} | {is} | {told} |", self.line(&item.account, item.msisdn.as_str()))
            },
            shared: &|item| {
                let ([field, was, is], told) = said(item);
                let told = if told.is_empty() { told } else { format!(", {told}") };
                format!("{field} was {was}, is {is}{told}")
            },
            member: &|item| self.line(&item.account, item.msisdn.as_str()),
            labels: &|_| String::new(),
            is_required: false,
        };
        self.section(topic, title, items, &manner)
    }

    fn protection(&self) -> Section {
        let items = &self.view.listings.protection;
        let what = |item: &ProtectionItem| if item.protected { "protected" } else { "no longer protected" };
        let manner = Manner {
            noun: "lines",
            columns: vec!["line", "from now on"],
            row: &|item: &&ProtectionItem| format!("| {} | {} |", self.line(&item.account, item.msisdn.as_str()), what(item)),
            shared: &|item| what(item).to_owned(),
            member: &|item| self.line(&item.account, item.msisdn.as_str()),
            labels: &|_| String::new(),
            is_required: false,
        };
        let count = Count::from(items.len());
        let title = format!("Protection: {count}, kept from the apply on, also when a line leaves the files");
        self.section(Topic::Protection, title, items, &manner)
    }

    fn unmanaged(&self) -> Section {
        let topic = Topic::Unmanaged;
        let listings = &self.view.listings;
        let items = listings.unmanaged;
        let manner = Manner {
            noun: "lines",
            columns: vec!["line", "status", "cost"],
            row: &|item: &UnmanagedItem| {
                let (line, status) = (self.line(&item.account, item.msisdn.as_str()), self.code(&item.status, topic));
                format!("| {line} | {status} | {}/month |", item.monthly_cost)
            },
            shared: &|item| format!("{}, {}/month", self.code(&item.status, topic), item.monthly_cost),
            member: &|item| self.line(&item.account, item.msisdn.as_str()),
            labels: &|_| String::new(),
            is_required: false,
        };
        let count = Count::from(items.len());
        let title = format!("Unmanaged: {count} that nobody declares, {}/month", listings.unmanaged_cost);
        self.section(topic, title, items, &manner)
    }
}
