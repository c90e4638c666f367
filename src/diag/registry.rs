//! The table of all codes. To add one: a line here and `pages/CODE.md`.

use crate::diag::Code;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        /// Every code as a constant.
        pub mod codes {
            use crate::diag::Code;
            $(
                $(#[$doc])*
                pub const $name: Code = Code { name: stringify!($name), page: include_str!(concat!("pages/", stringify!($name), ".md")) };
            )+
        }

        /// Every code, in the order of the table.
        pub const CODES: &[Code] = &[$(codes::$name,)+];
    };
}

codes! {
    // Files.
    /// A path that does not exist or cannot be read.
    FILE_UNREADABLE,
    /// A file beyond the limit.
    FILE_TOO_LARGE,
    /// A file in another encoding.
    NOT_UTF8,
    /// An exported list in an encoding that is not read.
    UNKNOWN_ENCODING,
    /// A path in which no simfleet document is.
    NO_DOCUMENTS,
    /// More problems than are listed.
    TOO_MANY_PROBLEMS,

    // YAML.
    /// Text that is not YAML.
    INVALID_YAML,
    /// A key twice in one mapping.
    DUPLICATE_KEY,
    /// Aliases that multiply into too much.
    ALIAS_BOMB,
    /// Too many levels.
    NESTED_TOO_DEEP,
    /// Too many values in one document.
    DOCUMENT_TOO_LARGE,

    // Structure.
    /// A kind that does not exist.
    UNKNOWN_KIND,
    /// An `apiVersion` that this version does not know.
    UNKNOWN_VERSION,
    /// A field that the kind does not have.
    UNKNOWN_FIELD,
    /// A field that must be there.
    MISSING_FIELD,
    /// A value of another type.
    WRONG_TYPE,
    /// A value outside of what the field takes.
    INVALID_VALUE,
    /// A name that no object can have.
    INVALID_NAME,
    /// A label or annotation that Kubernetes does not take.
    INVALID_LABEL,
    /// An identifier without quotes.
    UNQUOTED_IDENTIFIER,
    /// An inline list that is too long.
    TOO_MANY_LINES,
    /// A setting that would have no say.
    SETTING_WITHOUT_EFFECT,
    /// A feature that this version, or a driver, does not have.
    NOT_SUPPORTED_YET,

    // Identifiers.
    /// Not a phone number.
    INVALID_MSISDN,
    /// Not an IMEI.
    INVALID_IMEI,
    /// Not an ICCID.
    INVALID_ICCID,
    /// What a spreadsheet made of an identifier.
    SPREADSHEET_DAMAGE,

    // Lines.
    /// A number declared twice.
    DUPLICATE_MSISDN,
    /// An IMEI declared twice.
    DUPLICATE_IMEI,
    /// An IMEI on a card SIM.
    IMEI_ON_CARD,
    /// A chip SIM's state on a card SIM.
    CHIP_STATE_ON_CARD,
    /// A default that would end every line without a state.
    TERMINATED_BY_DEFAULT,
    /// A termination date on a line that is not to be terminated.
    TERMINATION_DATE_WITHOUT_TERMINATED,
    /// Not a date.
    INVALID_DATE,
    /// A protected line that is declared suspended or terminated.
    PROTECTED_LINE_STOPPED,
    /// A line that is held longer than until its termination date.
    HOLD_PAST_TERMINATION,

    // Purchases.
    /// A grant, or a line of one, declared twice.
    DUPLICATE_GRANT,
    /// A top-up policy declared twice.
    DUPLICATE_TOP_UP,
    /// A line of a grant or drift ignore that its fleet does not declare.
    LINE_NOT_DECLARED,
    /// A drift ignore that would hold for more than a year.
    DRIFT_IGNORE_TOO_LONG,
    /// An address that no label can carry.
    INVALID_ADDRESS,
    /// A model twice in an order, or too many devices.
    ORDER_DEVICES,
    /// A part of a day without the day.
    TIME_SLOT_WITHOUT_DATE,

    // Documents.
    /// Two documents of the same kind and name.
    DUPLICATE_DOCUMENT,
    /// A reference to an account that is not declared.
    UNKNOWN_ACCOUNT,
    /// Settings that do not belong to the driver.
    DRIVER_SETTINGS,
    /// A driver that works with files, in a cluster.
    DRIVER_NOT_IN_CLUSTER,

    // Rosters.
    /// A roster that is not there.
    MISSING_ROSTER,
    /// A roster entry without exactly one source.
    ROSTER_SOURCE,
    /// A column that rosters do not have.
    UNKNOWN_COLUMN,
    /// A column that must be there.
    MISSING_COLUMN,
    /// A column twice.
    DUPLICATE_COLUMN,
    /// A row that is not CSV or has another number of cells than the header.
    INVALID_ROW,

    // Against the carrier's catalogue.
    /// A rate plan that the carrier does not have.
    UNKNOWN_RATE_PLAN,
    /// A system number that is not the contractor's.
    UNKNOWN_SYSTEM_NUMBER,
    /// A service that the system number does not have.
    UNKNOWN_SERVICE,
    /// A function that the service lacks and the desired state needs.
    FUNCTION_NOT_OFFERED,
    /// A coupon that the carrier does not have.
    UNKNOWN_COUPON,
    /// A device that the carrier does not have.
    UNKNOWN_DEVICE,

    // What blocks a wish in a plan (`crate::plan::BlockedCode`), besides `UNKNOWN_RATE_PLAN` and `FUNCTION_NOT_OFFERED`.
    /// The carrier does not list the number.
    LINE_NOT_FOUND,
    /// A chip SIM under `sims`, or a card under `chipSims`.
    WRONG_LIST,
    /// Another card than the pinned one.
    ICCID_MISMATCH,
    /// Another system number or service than the fleet's.
    WRONG_SYSTEM,
    /// Ended, and declared otherwise.
    TERMINATED,
    /// Suspended by the carrier.
    CARRIER_SUSPENDED,
    /// A status that this version does not know.
    UNKNOWN_STATUS,
    /// Another IMEI is bound.
    IMEI_ALREADY_BOUND,
    /// The IMEI is bound to another chip SIM.
    IMEI_IN_USE,
    /// No IMEI is declared or bound.
    IMEI_MISSING,
    /// No rate plan to start with.
    RATE_PLAN_MISSING,
    /// Use has begun.
    ALREADY_STARTED,
    /// Use has not begun.
    NOT_STARTED,
    /// The line is protected.
    PROTECTED,
    /// A rate plan is declared, and none was observed.
    RATE_PLAN_NOT_OBSERVED,
    /// An earlier operation is in doubt.
    IN_DOUBT,
    /// A coupon for a line that is not active.
    LINE_NOT_ACTIVE,
    /// The rate plan takes no such coupon.
    COUPON_NOT_OFFERED,
    /// A grant was bought with another coupon.
    GRANT_CHANGED,
    /// How much traffic is left is not known.
    TRAFFIC_UNKNOWN,
    /// A top-up policy bought as often as it may.
    TOP_UP_CAP_REACHED,
    /// A top-up policy has no money left.
    SPEND_CAP_REACHED,
    /// What was bought was not observed.
    PURCHASES_NOT_OBSERVED,
    /// An order was placed with another content.
    ORDER_CHANGED,
    /// The carrier rejected the order.
    ORDER_REJECTED,
    /// The order was cancelled.
    ORDER_CANCELLED,
    /// The order can no longer be cancelled.
    ORDER_NOT_CANCELLABLE,
    /// The wished-for day of delivery is over.
    ORDER_DATE_PASSED,
    /// What is ordered has no price, and nobody can be asked for one.
    ORDER_PRICE_UNKNOWN,
    /// A coupon that ends within three days.
    COUPON_ENDS_SOON,
    /// A day that costs more, or gives something away.
    TERMINATION_DATE,
    /// A price that nobody said.
    PRICE_UNKNOWN,
    /// A placed order that is no longer declared.
    ORDER_NOT_DECLARED,
    /// An open order that nothing explains.
    ORDER_UNEXPLAINED,
    /// An order that came in part.
    ORDER_PARTIAL,
}
