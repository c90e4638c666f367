//! A row of a roster to a line as written. An empty cell is an absent field.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::header::Header;
use crate::diag::{codes, did_you_mean};
use crate::domain::{DesiredState, List, Source};
use crate::manifest::compile::{Labels, LineInput, Wish};
use crate::manifest::sink::{Place, Sink};
use crate::manifest::validate::card_line;
use crate::sheet::Cells;

/// Label cells that were read, by their text: many rows share one.
#[derive(Debug, Default)]
pub(super) struct LabelCache(BTreeMap<String, Labels>);

const STATES: [DesiredState; 5] =
    [DesiredState::Registered, DesiredState::Allocated, DesiredState::Active, DesiredState::Suspended, DesiredState::Terminated];

/// `None`: the row has no number.
pub(super) fn input<'c>(
    cells: &'c Cells,
    header: &Header,
    source: Source,
    place: &dyn Fn(&str) -> Place,
    labels: &mut LabelCache,
    sink: &mut Sink,
) -> Option<LineInput<'c>> {
    // In the order of `COLUMNS`.
    let [kind, msisdn, iccid, imei, state, rate_plan, termination_date, terminate_after, protected, name, label_cell] =
        std::array::from_fn(|column| header.cell(cells, column));
    let list = match kind {
        None | Some("sim") => List::Sims,
        Some("chip") => List::ChipSims,
        Some(other) => {
            sink.push(place("kind").error(codes::INVALID_VALUE, format!("{:?} is none of sim, chip", shown(other))));
            // Rules of cards would only add noise.
            List::ChipSims
        }
    };
    let mut imei = imei;
    if imei.is_some() && list == List::Sims {
        sink.push(place("imei").error(codes::IMEI_ON_CARD, card_line::IMEI_MESSAGE).help(card_line::IMEI_HELP));
        imei = None;
    }
    let Some(msisdn) = msisdn else {
        sink.push(place("msisdn").error(codes::MISSING_FIELD, "msisdn is missing"));
        return None;
    };
    Some(LineInput {
        list,
        msisdn,
        iccid,
        imei,
        state: state.and_then(|text| state_of(text, list, place, sink)).map_or(Wish::Default, Wish::Is),
        rate_plan: rate_plan.map_or(Wish::Default, Wish::Is),
        termination_date,
        terminate_after,
        protected: protected.and_then(|text| truth_of(text, place, sink)),
        name,
        labels: label_cell.and_then(|text| labels.of(text, place, sink)),
        source,
    })
}

fn state_of(text: &str, list: List, place: &dyn Fn(&str) -> Place, sink: &mut Sink) -> Option<DesiredState> {
    let Some(state) = STATES.into_iter().find(|state| state.as_str() == text) else {
        let fits = |state: &DesiredState| list == List::ChipSims || !card_line::is_chip_only(*state);
        let names: Vec<&str> = STATES.iter().filter(|state| fits(state)).map(|state| state.as_str()).collect();
        let problem = place("state").error(codes::INVALID_VALUE, format!("{:?} is none of {}", shown(text), names.join(", ")));
        sink.push(match did_you_mean(text, names) {
            Some(meant) => problem.help(format!("did you mean {meant}?")),
            None => problem,
        });
        return None;
    };
    if list == List::Sims && card_line::is_chip_only(state) {
        sink.push(place("state").error(codes::CHIP_STATE_ON_CARD, card_line::state_message(text)).help(card_line::STATE_HELP));
        return None;
    }
    Some(state)
}

/// Spreadsheets write booleans in capitals.
fn truth_of(text: &str, place: &dyn Fn(&str) -> Place, sink: &mut Sink) -> Option<bool> {
    match text {
        "true" | "TRUE" | "True" => Some(true),
        "false" | "FALSE" | "False" => Some(false),
        other => {
            sink.push(
                place("protected")
                    .error(codes::WRONG_TYPE, format!("true or false is expected here, this is {:?}", shown(other))),
            );
            None
        }
    }
}

impl LabelCache {
    /// `key=value;key=value`.
    fn of(&mut self, text: &str, place: &dyn Fn(&str) -> Place, sink: &mut Sink) -> Option<Labels> {
        if let Some(known) = self.0.get(text) {
            return Some(Arc::clone(known));
        }
        let mut labels = BTreeMap::new();
        for pair in text.split(';').map(str::trim).filter(|pair| !pair.is_empty()) {
            let Some((key, value)) = pair.split_once('=') else {
                let problem = place("labels").error(codes::INVALID_VALUE, format!("{:?} is not a label", shown(pair)));
                sink.push(problem.help("labels are written site=ueno;floor=2"));
                return None;
            };
            labels.insert(key.trim().to_owned(), value.trim().to_owned());
        }
        let labels = Arc::new(labels);
        self.0.insert(text.to_owned(), Arc::clone(&labels));
        Some(labels)
    }
}

fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}
