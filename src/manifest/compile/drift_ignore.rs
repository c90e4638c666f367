//! Drift ignores.

use std::sync::Arc;

use crate::api::{DriftFieldName, DriftIgnore as Spec, MsisdnText};
use crate::domain::name::Interner;
use crate::domain::{DriftField, DriftIgnore, Msisdn, Source};
use crate::manifest::places::{Places, ValuePlaces};
use crate::manifest::sink::Sink;
use crate::manifest::validate::{dates, identifiers};

/// Numbers that stand in a list of a setting: they are judged when every line is known.
#[derive(Debug)]
pub(crate) struct NamedNumbers {
    /// Sorted, each once, with their places among the values.
    pub(crate) numbers: Vec<(Msisdn, usize)>,
    pub(crate) places: ValuePlaces,
}

/// Compiles an ignore. `None`: its day was refused.
pub(super) fn drift_ignore(
    entry: &Spec,
    file: u32,
    places: &impl Places,
    nth: usize,
    interner: &mut Interner,
    sink: &mut Sink,
) -> (Option<DriftIgnore>, Option<NamedNumbers>) {
    const LIST: &str = "policy.driftIgnores";
    let Spec { msisdns, labels, fields, reason, owner, until } = entry;
    let named = msisdns.as_ref().map(|msisdns| {
        let values = places.entry_values(LIST, nth, "msisdns");
        let mut numbers: Vec<(Msisdn, usize)> = Vec::with_capacity(msisdns.len());
        for (nth, MsisdnText(text)) in msisdns.iter().enumerate() {
            numbers.extend(sink.keep(identifiers::msisdn(text, || values.place(nth))).map(|msisdn| (msisdn, nth)));
        }
        numbers.sort_unstable();
        numbers.dedup_by_key(|(msisdn, _)| *msisdn);
        NamedNumbers { numbers, places: values }
    });
    let spot = places.entry(LIST, nth);
    let ignore = dates::parse(until).ok().map(|until| DriftIgnore {
        msisdns: named.as_ref().map(|named| named.numbers.iter().map(|(msisdn, _)| *msisdn).collect()),
        labels: labels.clone(),
        fields: fields.as_ref().map(|fields| fields.iter().map(|field| field_of(*field)).collect()),
        reason: reason.as_deref().map(Arc::from),
        owner: interner.intern(owner),
        until,
        source: Source { file, line: spot.line, column: spot.column },
    });
    (ignore, named)
}

fn field_of(name: DriftFieldName) -> DriftField {
    match name {
        DriftFieldName::State => DriftField::State,
        DriftFieldName::RatePlan => DriftField::RatePlan,
        DriftFieldName::Imei => DriftField::Imei,
        DriftFieldName::SystemNumber => DriftField::SystemNumber,
    }
}
