//! Orders: from acceptance to delivery.

use crate::carrier::wire::OrderDetail;
use crate::domain::{ApplicationStatus, ApplicationType, ChipStatus, LineStatus, Msisdn, RequestedVia};
use crate::emulator::catalogue;
use crate::emulator::error::{Failure, Outcome};
use crate::emulator::model::{ApplicationRecord, Argument, ChipRecord, LineRecord, Month, filler, order};
use crate::emulator::store::{applications, chips, lines, meta};
use crate::emulator::world::{Accepted, Request, World};

/// Numbers for new cards and chips: a prefix and so many digits behind it.
const CARD_NUMBERS: (&str, usize) = ("0701", 7);
const CHIP_NUMBERS: (&str, usize) = ("0209", 7);

impl World<'_> {
    /// Accepts an order: it is paid for at once.
    pub(crate) fn order(&self, detail: OrderDetail, stuck: bool) -> Outcome<Accepted> {
        let date = detail.request.preferred_date;
        let request = Request {
            kind: ApplicationType::Order,
            via: RequestedVia::Api,
            target: Some(detail.request.plan_code.clone()),
            argument: Argument { order: Some(detail), ..Argument::default() },
            date,
            stuck,
        };
        let application = self.accept(&request, &[])?;
        self.pay(&application, 1)?;
        Ok(Accepted { application: self.answer(&application)?, msisdns: Vec::new() })
    }

    /// Takes back what was paid for an order.
    pub(super) fn refund(&self, application: &ApplicationRecord) -> Outcome<()> {
        self.pay(application, -1)
    }

    fn pay(&self, application: &ApplicationRecord, sign: i64) -> Outcome<()> {
        let Some(detail) = &application.argument.order else { return Ok(()) };
        let request = &detail.request;
        let cards = catalogue::card_price(&request.form_factor).unwrap_or(0).saturating_mul(i64::from(request.quantity));
        self.charge("simOrder", None, &application.no, sign * cards)?;
        for device in &request.devices {
            let price = catalogue::device_price(&device.model).unwrap_or(0).saturating_mul(i64::from(device.quantity));
            self.charge("deviceOrder", None, &application.no, sign * price)?;
        }
        Ok(())
    }

    /// Moves an order on that is due.
    pub(super) fn step_order(&self, mut application: ApplicationRecord) -> Outcome<()> {
        if application.status == ApplicationStatus::Accepted {
            application.status = ApplicationStatus::Arranging;
            application.due_at = Some(application.ships_at().max(self.now));
        } else if application.status == ApplicationStatus::Arranging {
            self.send(&mut application, None)?;
        } else {
            let order = application.argument.order.as_ref();
            let whole = order.is_none_or(|detail| detail.msisdns.len() as u64 == u64::from(detail.request.quantity));
            application.status = if whole { ApplicationStatus::Completed } else { ApplicationStatus::Partial };
            application.due_at = None;
        }
        Ok(applications::put(self.db, &application)?)
    }

    /// Ships an order now, whatever the day: all of it, or so many SIMs. What is not delivered is not paid for.
    pub(crate) fn ship(&self, no: &str, sims: Option<u32>) -> Outcome<Accepted> {
        let mut application = applications::by_no(self.db, no)?
            .filter(|application| application.kind == ApplicationType::Order)
            .ok_or_else(|| Failure::not_found("order"))?;
        if !matches!(application.status, ApplicationStatus::Accepted | ApplicationStatus::Arranging) {
            let message = format!("an order that is {} cannot be shipped", application.status.wire());
            return Err(Failure::refused(crate::carrier::wire::ErrorCode::InvalidState, message));
        }
        self.remember_application(&application)?;
        let msisdns = self.send(&mut application, sims)?;
        applications::put(self.db, &application)?;
        Ok(Accepted { application: self.answer(&application)?, msisdns })
    }

    /// Puts numbers into the parcel. Cards arrive active and billable; chips arrive without an IMEI.
    fn send(&self, application: &mut ApplicationRecord, sims: Option<u32>) -> Outcome<Vec<Msisdn>> {
        let ordered_at = application.requested_at;
        if let Some(detail) = &mut application.argument.order {
            let chip = detail.request.form_factor == "chip";
            let sent = sims.unwrap_or(detail.request.quantity).min(detail.request.quantity);
            let missing = i64::from(detail.request.quantity - sent);
            if missing > 0 {
                let price = catalogue::card_price(&detail.request.form_factor).unwrap_or(0);
                self.charge("simOrder", None, &application.no, -price.saturating_mul(missing))?;
            }
            for _ in 0..sent {
                let msisdn = self.free_number(chip)?;
                self.remember(msisdn)?;
                if chip {
                    chips::put(self.db, &new_chip(msisdn, ordered_at), true)?;
                } else {
                    lines::put(self.db, &self.new_card(msisdn, detail), true)?;
                }
                detail.msisdns.push(msisdn);
                detail.iccids.push(filler::iccid(msisdn));
            }
        }
        application.status = ApplicationStatus::Shipped;
        application.due_at = Some(order::delivered_at(self.now));
        Ok(application.argument.order.as_ref().map(|detail| detail.msisdns.clone()).unwrap_or_default())
    }

    fn free_number(&self, chip: bool) -> Outcome<Msisdn> {
        let (key, (prefix, digits)) = if chip { ("next.chip", CHIP_NUMBERS) } else { ("next.card", CARD_NUMBERS) };
        let mut next: u64 = meta::get(self.db, key)?.and_then(|text| text.parse().ok()).unwrap_or(1);
        loop {
            let text = format!("{prefix}{next:0digits$}");
            let msisdn = Msisdn::parse(&text)
                .map_err(|error| crate::emulator::error::Error::Corrupt(format!("no number is free: {error}")))?;
            next += 1;
            if self.line(msisdn)?.is_none() && self.chip(msisdn)?.is_none() {
                meta::set(self.db, key, &next.to_string())?;
                return Ok(msisdn);
            }
        }
    }

    fn new_card(&self, msisdn: Msisdn, detail: &OrderDetail) -> LineRecord {
        let plan_code = detail.request.plan_code.clone();
        LineRecord {
            msisdn,
            iccid: filler::iccid(msisdn),
            imsi: filler::imsi(msisdn),
            imei: None,
            chip: false,
            system_no: detail.request.system_no.clone(),
            service_code: detail.request.service_code.clone(),
            status: LineStatus::Active,
            label: None,
            suspend_reason: None,
            remaining: catalogue::plan_of(&plan_code).map(|plan| plan.quota),
            plan_code,
            remaining_month: Month::of(self.now),
            opened_at: Some(self.now),
            termination_date: None,
            updated_at: self.now,
            version: 1,
            billed_from: Month::of(self.now),
            billed_until: None,
            gone_at: None,
        }
    }
}

fn new_chip(msisdn: Msisdn, ordered_at: jiff::Timestamp) -> ChipRecord {
    ChipRecord {
        msisdn,
        iccid: filler::iccid(msisdn),
        imei: None,
        system_no: None,
        status: ChipStatus::Ordered,
        label: None,
        ordered_at: Some(ordered_at),
        activated_at: None,
        version: 1,
    }
}
