//! The carrier's nineteen control functions (DOMAIN 1; Article 3 of the terms of service).

use crate::domain::Risk;

/// One of the nineteen functions. A communication service offers a subset of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[expect(missing_docs, reason = "the table below names each in both languages")]
pub enum Function {
    LineStatus = 1,
    Suspend = 2,
    Resume = 3,
    Usage = 4,
    BuyCoupon = 5,
    ChangePlan = 6,
    ListSims = 7,
    OrderSims = 8,
    OrderDevices = 9,
    Applications = 10,
    Session = 11,
    ServiceDetail = 12,
    System = 13,
    Terminate = 14,
    BindImei = 15,
    Allocate = 16,
    Deallocate = 17,
    StartUse = 18,
    ListChipSims = 19,
}

impl Function {
    /// All nineteen, by number.
    pub const ALL: [Self; 19] = [
        Self::LineStatus,
        Self::Suspend,
        Self::Resume,
        Self::Usage,
        Self::BuyCoupon,
        Self::ChangePlan,
        Self::ListSims,
        Self::OrderSims,
        Self::OrderDevices,
        Self::Applications,
        Self::Session,
        Self::ServiceDetail,
        Self::System,
        Self::Terminate,
        Self::BindImei,
        Self::Allocate,
        Self::Deallocate,
        Self::StartUse,
        Self::ListChipSims,
    ];

    /// The number in the carrier's list, 1 to 19.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The function of that number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|function| function.number() == number)
    }

    /// The carrier's name for it.
    pub fn label(self) -> &'static str {
        match self {
            Self::LineStatus => "状態取得",
            Self::Suspend => "通信停止",
            Self::Resume => "通信再開",
            Self::Usage => "通信量取得",
            Self::BuyCoupon => "クーポン購入",
            Self::ChangePlan => "プラン変更",
            Self::ListSims => "SIMカード一覧",
            Self::OrderSims => "SIMカード発送申込",
            Self::OrderDevices => "端末機器申込",
            Self::Applications => "申込状況",
            Self::Session => "セッション監視",
            Self::ServiceDetail => "利用サービス詳細",
            Self::System => "システム情報",
            Self::Terminate => "解約",
            Self::BindImei => "チップSIM IMEI登録",
            Self::Allocate => "チップSIM在庫引当",
            Self::Deallocate => "チップSIM在庫引当解除",
            Self::StartUse => "チップSIM利用開始登録",
            Self::ListChipSims => "チップSIM一覧",
        }
    }

    /// What it does, in English.
    pub fn title(self) -> &'static str {
        match self {
            Self::LineStatus => "line status",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Usage => "usage",
            Self::BuyCoupon => "buy coupon",
            Self::ChangePlan => "change plan",
            Self::ListSims => "list SIMs",
            Self::OrderSims => "order SIM shipment",
            Self::OrderDevices => "order devices",
            Self::Applications => "application status and cancellation",
            Self::Session => "session status",
            Self::ServiceDetail => "service detail",
            Self::System => "system information",
            Self::Terminate => "terminate",
            Self::BindImei => "bind IMEI to chip SIM",
            Self::Allocate => "allocate chip SIM",
            Self::Deallocate => "deallocate chip SIM",
            Self::StartUse => "start use of chip SIM",
            Self::ListChipSims => "list chip SIMs",
        }
    }

    /// Its risk class; cancelling through function 10 is R1 ([`crate::domain::OperationKind`]).
    pub fn risk(self) -> Risk {
        match self {
            Self::LineStatus
            | Self::Usage
            | Self::ListSims
            | Self::Applications
            | Self::Session
            | Self::ServiceDetail
            | Self::System
            | Self::ListChipSims => Risk::R0,
            Self::Allocate | Self::Deallocate => Risk::R1,
            Self::Suspend | Self::Resume => Risk::R2,
            Self::ChangePlan => Risk::R3,
            Self::BuyCoupon | Self::OrderSims | Self::OrderDevices => Risk::R4,
            Self::Terminate | Self::BindImei | Self::StartUse => Risk::R5,
        }
    }
}
