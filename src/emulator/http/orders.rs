//! Orders of SIMs and devices (functions 8 and 9).

use crate::carrier::wire::{DeviceOrder, OrderBody, OrderDetail, ShipTo};
use crate::domain::Function;
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
    let mut text = |name: &str| address.as_ref().map(|address| address.text(name, complaints)).unwrap_or_default();
    let postal_code = text("postalCode");
    let mut ship_to = ShipTo {
        prefecture: text("prefecture"),
        city: text("city"),
        street: text("street"),
        building: None,
        company: text("company"),
        department: None,
        contact: text("contact"),
        phone: text("phone"),
        postal_code,
    };
    if let Some(address) = &address {
        ship_to.building = address.optional_text("building", complaints);
        ship_to.department = address.optional_text("department", complaints);
        if !ship_to.postal_code.is_empty() && !is_postal_code(&ship_to.postal_code) {
            complaints.add("shipTo.postalCode", "has seven digits, such as 100-0001");
        }
    }
    ship_to
}

/// `123-4567`, or the same without the hyphen.
fn is_postal_code(text: &str) -> bool {
    let digits = match text.split_once('-') {
        Some((area, rest)) if area.len() == 3 && rest.len() == 4 => format!("{area}{rest}"),
        Some(_) => return false,
        None => text.to_owned(),
    };
    digits.len() == 7 && digits.bytes().all(|byte| byte.is_ascii_digit())
}
