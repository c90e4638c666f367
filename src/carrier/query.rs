//! Filters and pages of the list routes.

use jiff::civil::Date;

use crate::domain::{ApplicationStatus, ApplicationType, Msisdn, SystemNumber};

/// The most rows a page holds (DOMAIN 5).
pub const LARGEST_PAGE: u64 = 10_000;

/// Which page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageQuery {
    /// From 1.
    pub page: u64,
    /// Rows a page, at most [`LARGEST_PAGE`].
    pub page_size: u64,
}

impl PageQuery {
    /// The first page, as large as they come.
    pub const FIRST: Self = Self { page: 1, page_size: LARGEST_PAGE };
}

impl Default for PageQuery {
    fn default() -> Self {
        Self::FIRST
    }
}

/// Function 7.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LineQuery {
    /// Only of this system number.
    pub system: Option<SystemNumber>,
    /// Only in this status, by its wire name.
    pub status: Option<String>,
    /// Only on this rate plan.
    pub plan_code: Option<String>,
    /// Which page.
    pub page: PageQuery,
}

/// Function 19.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChipQuery {
    /// Only of this system number.
    pub system: Option<SystemNumber>,
    /// Only in this status, by its wire name.
    pub status: Option<String>,
    /// Which page.
    pub page: PageQuery,
}

/// Function 10.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ApplicationQuery {
    /// Only of this type.
    pub kind: Option<ApplicationType>,
    /// Only in this status.
    pub status: Option<ApplicationStatus>,
    /// Only those that touch this line.
    pub msisdn: Option<Msisdn>,
    /// Requested on this day (JST) or later.
    pub from: Option<Date>,
    /// Requested on this day (JST) or before.
    pub to: Option<Date>,
    /// Which page.
    pub page: PageQuery,
}

/// Function 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UsageQuery {
    /// From this day on; by default the current month.
    pub from: Option<Date>,
    /// Up to and with this day.
    pub to: Option<Date>,
    /// A row a day or a row a month.
    pub unit: UsageUnit,
}

/// What a row of usage covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UsageUnit {
    /// A day.
    #[default]
    Day,
    /// A month.
    Month,
}

impl UsageUnit {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
        }
    }
}

/// A query string's pairs, in the order in which they are written.
pub type Pairs = Vec<(&'static str, String)>;

fn add(pairs: &mut Pairs, name: &'static str, value: Option<impl ToString>) {
    if let Some(value) = value {
        pairs.push((name, value.to_string()));
    }
}

fn add_page(pairs: &mut Pairs, page: PageQuery) {
    pairs.push(("page", page.page.to_string()));
    pairs.push(("pageSize", page.page_size.to_string()));
}

impl LineQuery {
    /// As it is written.
    pub fn pairs(&self) -> Pairs {
        let Self { system, status, plan_code, page } = self;
        let mut pairs = Pairs::new();
        add(&mut pairs, "systemNo", system.as_ref());
        add(&mut pairs, "status", status.as_ref());
        add(&mut pairs, "planCode", plan_code.as_ref());
        add_page(&mut pairs, *page);
        pairs
    }
}

impl ChipQuery {
    /// As it is written.
    pub fn pairs(&self) -> Pairs {
        let Self { system, status, page } = self;
        let mut pairs = Pairs::new();
        add(&mut pairs, "status", status.as_ref());
        add(&mut pairs, "systemNo", system.as_ref());
        add_page(&mut pairs, *page);
        pairs
    }
}

impl ApplicationQuery {
    /// As it is written.
    pub fn pairs(&self) -> Pairs {
        let Self { kind, status, msisdn, from, to, page } = self;
        let mut pairs = Pairs::new();
        add(&mut pairs, "type", kind.as_ref());
        add(&mut pairs, "status", status.as_ref());
        add(&mut pairs, "msisdn", *msisdn);
        add(&mut pairs, "from", *from);
        add(&mut pairs, "to", *to);
        add_page(&mut pairs, *page);
        pairs
    }
}

impl UsageQuery {
    /// As it is written.
    pub fn pairs(&self) -> Pairs {
        let Self { from, to, unit } = self;
        let mut pairs = Pairs::new();
        add(&mut pairs, "from", *from);
        add(&mut pairs, "to", *to);
        pairs.push(("unit", unit.as_str().to_owned()));
        pairs
    }
}
