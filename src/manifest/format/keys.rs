//! What stands where in our kinds: the order of keys, and which values are identifiers.

/// A mapping of one of our kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The document.
    Document(Kind),
    Metadata,
    /// `spec`.
    Spec(Kind),
    Defaults,
    /// A line of `sims` or `chipSims`.
    Line,
    Roster,
    ConfigMapRef,
    Coupon,
    TopUp,
    Policy,
    Spend,
    RateLimit,
    Embedded,
    Csv,
    ExpectedRows,
    ExportColumns,
    DriftIgnore,
    Device,
    ShipTo,
    /// The user's own keys, such as labels: they stay as they are.
    Own,
}

/// A kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Account,
    Fleet,
    Order,
}

/// The keys of a mapping in the order of the documentation and of `import`; of a line what we call it stands before what is
/// wished for. Keys that are not listed follow as they stood.
pub(super) fn order(place: Place) -> &'static [&'static str] {
    match place {
        Place::Document(_) => &["apiVersion", "kind", "metadata", "spec"],
        Place::Metadata => &["name", "namespace", "labels", "annotations"],
        Place::Spec(Kind::Account) => &["driver", "endpoint", "embedded", "csv", "credentialsRef", "rateLimit", "spend"],
        Place::Spec(Kind::Fleet) => &[
            "accountRef",
            "systemNumber",
            "serviceCode",
            "mode",
            "paused",
            "protected",
            "defaults",
            "sims",
            "chipSims",
            "rosters",
            "coupons",
            "topUps",
            "policy",
        ],
        Place::Spec(Kind::Order) => &[
            "accountRef",
            "systemNumber",
            "serviceCode",
            "ratePlan",
            "formFactor",
            "quantity",
            "devices",
            "shipTo",
            "preferredDate",
            "timeSlot",
            "state",
        ],
        Place::Defaults => &["state", "ratePlan"],
        Place::Line => {
            &["msisdn", "iccid", "name", "labels", "protected", "imei", "state", "ratePlan", "terminateAfter", "terminationDate"]
        }
        Place::Roster => &["csv", "configMapRef"],
        Place::ConfigMapRef => &["name", "key"],
        Place::Coupon => &["name", "month", "code", "msisdns"],
        Place::TopUp => &["name", "code", "whenRemainingBelow", "maxPerLinePerMonth", "maxSpendPerMonth"],
        Place::Policy => &["unmanaged", "limits", "approval", "spend", "allowDuplicateImei", "driftIgnores"],
        Place::Spend => &["perPlan", "perMonth"],
        Place::RateLimit => &["requestsPerSecond", "burst"],
        Place::Embedded => &["seed", "data"],
        Place::Csv => &[
            "sims",
            "chipSims",
            "output",
            "catalogue",
            "exportedAt",
            "maxAge",
            "rows",
            "systemNumber",
            "serviceCode",
            "columns",
            "statuses",
        ],
        Place::ExpectedRows => &["sims", "chipSims"],
        Place::ExportColumns => {
            &["msisdn", "status", "iccid", "imsi", "imei", "systemNumber", "serviceCode", "ratePlan", "terminationDate"]
        }
        Place::DriftIgnore => &["msisdns", "labels", "fields", "reason", "owner", "until"],
        Place::Device => &["model", "quantity"],
        Place::ShipTo => &["postalCode", "prefecture", "city", "street", "building", "company", "department", "contact", "phone"],
        Place::Own => &[],
    }
}

/// What a key's value is, or each of its items.
pub(super) fn below(place: Place, key: &str) -> Place {
    match (place, key) {
        (Place::Document(_), "metadata") => Place::Metadata,
        (Place::Document(kind), "spec") => Place::Spec(kind),
        (Place::Spec(Kind::Account), "rateLimit") => Place::RateLimit,
        (Place::Spec(Kind::Account), "embedded") => Place::Embedded,
        (Place::Spec(Kind::Account), "csv") => Place::Csv,
        (Place::Csv, "rows") => Place::ExpectedRows,
        (Place::Csv, "columns") => Place::ExportColumns,
        (Place::Policy, "driftIgnores") => Place::DriftIgnore,
        (Place::Spec(Kind::Account) | Place::Policy, "spend") => Place::Spend,
        (Place::Spec(Kind::Fleet), "defaults") => Place::Defaults,
        (Place::Spec(Kind::Fleet), "sims" | "chipSims") => Place::Line,
        (Place::Spec(Kind::Fleet), "rosters") => Place::Roster,
        (Place::Roster, "configMapRef") => Place::ConfigMapRef,
        (Place::Spec(Kind::Fleet), "coupons") => Place::Coupon,
        (Place::Spec(Kind::Fleet), "topUps") => Place::TopUp,
        (Place::Spec(Kind::Fleet), "policy") => Place::Policy,
        (Place::Spec(Kind::Order), "devices") => Place::Device,
        (Place::Spec(Kind::Order), "shipTo") => Place::ShipTo,
        _ => Place::Own,
    }
}

/// Whether a value, or each item of a list, is an identifier: digits that a reader must not take for a number.
pub(super) fn is_identifier(place: Place, key: &str) -> bool {
    matches!(
        (place, key),
        (Place::Line, "msisdn" | "imei" | "iccid")
            | (Place::Spec(Kind::Fleet | Kind::Order) | Place::Csv, "systemNumber")
            | (Place::Coupon | Place::DriftIgnore, "msisdns")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{CarrierAccount, SimFleet, SimOrder};
    use crate::manifest::shape::{Form, Shape};

    /// Every key of every kind has its place.
    #[test]
    fn every_field_is_listed() {
        let mut seen = 0;
        for (kind, shape) in [
            (Kind::Account, Shape::of_document::<CarrierAccount>()),
            (Kind::Fleet, Shape::of_document::<SimFleet>()),
            (Kind::Order, Shape::of_document::<SimOrder>()),
        ] {
            seen += compare(Place::Document(kind), &shape);
        }
        assert!(seen > 80, "{seen} fields were looked at");
    }

    fn compare(place: Place, shape: &Shape) -> usize {
        match &shape.form {
            Form::List { items, .. } => compare(place, items),
            Form::Object(fields) if place != Place::Own => {
                let fields: Vec<_> = fields.iter().filter(|field| field.shape.form != Form::Anything).collect();
                let mut listed: Vec<&str> = order(place).to_vec();
                let mut known: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
                listed.sort_unstable();
                known.sort_unstable();
                // Of the two lists of lines only chip SIMs have an IMEI.
                listed.retain(|name| *name != "imei" || known.contains(name));
                assert_eq!(listed, known, "{place:?}");
                let below = fields.iter().map(|field| compare(super::below(place, &field.name), &field.shape));
                below.sum::<usize>() + known.len()
            }
            Form::Object(_)
            | Form::Text { .. }
            | Form::Choice(_)
            | Form::Whole { .. }
            | Form::Truth
            | Form::Limit
            | Form::TextMap { .. }
            | Form::Anything => 0,
        }
    }
}
