//! Orders of SIMs and devices (functions 8 and 9).

use crate::carrier::wire::{DeviceOrder, OrderBody, OrderDetail, ShipTo};
use crate::domain::Function;
use crate::domain::address::AddressField;
use crate::domain::calendar::jst_date;
use crate::emulator::catalogue::{CARDS, DEVICES};
use crate::emulator::error::Outcome;
use crate::emulator::faults::Kind;
use crate::emulator::http::call::{Answer, Writing, offered, owned};
use crate::emulator::http::fields::{Body, Complaints};
use crate::emulator::http::lines::known_plan;

/// The most SIMs, or devices of a model, in an order.
pub(crate) const QUANTITY: u32 = 999;

/// Parts of the preferred day.
pub(crate) const TIME_SLOTS: [&str; 3] = ["morning", "afternoon", "evening"];

/// Functions 8 and 9.
pub(crate) fn place(ask: &Writing<'_>) -> Outcome<Answer> {
    let mut complaints = Complaints::default();
    let body = Body::of(ask.call)?;
    let request = read(&body, &mut complaints);
    if request.preferred_date.is_some_and(|date| date < jst_date(ask.world.now)) {
        complaints.add("preferredDate", "is not in the past");
    }
    complaints.settle()?;
    let db = ask.world.db;
    owned(db, &request.system_no)?;
    offered(db, &request.system_no, &request.service_code, ask.function)?;
    if !request.devices.is_empty() {
        offered(db, &request.system_no, &request.service_code, Some(Function::OrderDevices))?;
    }
    let asked = usize::try_from(request.quantity).unwrap_or(usize::MAX);
    let stuck = ask.fault(Kind::StuckProcessing).is_some();
    let accepted = ask.world.order(OrderDetail { request, msisdns: Vec::new(), iccids: Vec::new() }, stuck)?;
    Answer::accepted(&accepted, asked)
}

fn read(body: &Body, complaints: &mut Complaints) -> OrderBody {
    let form_factors: Vec<&str> = CARDS.iter().map(|(name, _)| *name).collect();
    let models: Vec<&str> = DEVICES.iter().map(|(name, _)| *name).collect();
    let devices = body
        .objects("devices", true, complaints)
        .iter()
        .map(|device| DeviceOrder {
            model: device.choice("model", &models, complaints),
            quantity: device.number("quantity", QUANTITY, complaints),
        })
        .collect();
    let plan_code = body.text("planCode", complaints);
    known_plan("planCode", &plan_code, complaints);
    OrderBody {
        system_no: body.text("systemNo", complaints),
        service_code: body.text("serviceCode", complaints),
        plan_code,
        form_factor: body.choice("formFactor", &form_factors, complaints),
        quantity: body.number("quantity", QUANTITY, complaints),
        devices,
        ship_to: read_address(body, complaints),
        preferred_date: body.optional_date("preferredDate", complaints),
        time_slot: body.optional_choice("timeSlot", &TIME_SLOTS, complaints),
    }
}

fn read_address(body: &Body, complaints: &mut Complaints) -> ShipTo {
    let address = body.object("shipTo", complaints);
    let mut text = |field: AddressField| {
        let Some(address) = &address else { return String::new() };
        let name = field.name();
        let text = if field.is_optional() {
            address.optional_text(name, complaints).unwrap_or_default()
        } else {
            address.text(name, complaints)
        };
        if !text.is_empty() {
            for problem in field.problems(&text) {
                complaints.add(address.path(name), problem.message);
            }
        }
        text
    };
    let given = |text: String| (!text.is_empty()).then_some(text);
    ShipTo {
        postal_code: text(AddressField::PostalCode),
        prefecture: text(AddressField::Prefecture),
        city: text(AddressField::City),
        street: text(AddressField::Street),
        building: given(text(AddressField::Building)),
        company: text(AddressField::Company),
        department: given(text(AddressField::Department)),
        contact: text(AddressField::Contact),
        phone: text(AddressField::Phone),
    }
}
