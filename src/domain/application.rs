//! Applications (申込): every mutation that the carrier accepts is one, with a number, a type, a
//! status and maybe an effective date (DOMAIN 4 and 5).

use crate::domain::OperationKind;
use crate::domain::open_enum::open_enum;

open_enum! {
    /// What an application asks for.
    ApplicationType shown by wire {
        /// Function 2.
        Suspend => "suspend", "通信停止";
        /// Function 3.
        Resume => "resume", "通信再開";
        /// Function 6.
        PlanChange => "planChange", "プラン変更";
        /// Function 5.
        Coupon => "coupon", "クーポン購入";
        /// Function 14.
        Terminate => "terminate", "解約";
        /// Functions 8 and 9.
        Order => "order", "SIMカード発送申込";
        /// Function 15.
        ImeiRegistration => "imeiRegistration", "IMEI登録";
        /// Function 16.
        Allocation => "allocation", "在庫引当";
        /// Function 17.
        Deallocation => "deallocation", "在庫引当解除";
        /// Function 18.
        Activation => "activation", "利用開始登録";
    }
}

open_enum! {
    /// How far an application has come. Orders have statuses of their own behind `accepted`.
    ApplicationStatus shown by wire {
        /// Taken, not begun. Blocks the line.
        Accepted => "accepted", "受付済";
        /// Being carried out. Blocks the line.
        Processing => "processing", "処理中";
        /// Waiting for its effective date. Does not block the line.
        Scheduled => "scheduled", "予約済";
        /// Done.
        Completed => "completed", "完了";
        /// Done for some of its rows.
        PartiallyCompleted => "partiallyCompleted", "一部完了";
        /// Refused.
        Rejected => "rejected", "却下";
        /// Cancelled by the contractor.
        Cancelled => "cancelled", "キャンセル済";
        /// An order that is being made up.
        Arranging => "arranging", "手配中";
        /// An order on its way: its numbers and ICCIDs are known.
        Shipped => "shipped", "発送済";
        /// An order of which a part was delivered.
        Partial => "partial", "一部完了";
    }
}

open_enum! {
    /// Through which of the carrier's entry points an application came.
    RequestedVia shown by wire {
        /// The API: us, or another client of the same account.
        Api => "api", "API";
        /// A person in the console.
        Console => "console", "コンソール";
        /// The carrier itself.
        Carrier => "carrier", "事業者";
    }
}

impl ApplicationStatus {
    /// Whether another mutation of the same line is refused while this lasts (DOMAIN 3).
    /// An unknown status blocks: caution costs a wait, the contrary may cost a line.
    pub fn blocks_line(&self) -> bool {
        matches!(self, Self::Accepted | Self::Processing | Self::Unknown(_))
    }

    /// Whether nothing more will happen to it.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Completed | Self::PartiallyCompleted | Self::Rejected | Self::Cancelled | Self::Partial)
    }

    /// Whether it came to nothing: what it asked for was not done and will not be, and costs nothing. A status
    /// that is not known may stand for anything, and so for something that was bought.
    pub fn came_to_nothing(&self) -> bool {
        match self {
            Self::Rejected | Self::Cancelled => true,
            Self::Accepted
            | Self::Processing
            | Self::Scheduled
            | Self::Completed
            | Self::PartiallyCompleted
            | Self::Arranging
            | Self::Shipped
            | Self::Partial
            | Self::Unknown(_) => false,
        }
    }

    /// Whether it has come as far as it gets before its effective date: completed or scheduled.
    pub fn is_settled(&self) -> bool {
        self.is_final() || *self == Self::Scheduled
    }
}

impl ApplicationType {
    /// The type of application that an operation becomes; cancelling makes none of its own.
    pub fn of(kind: OperationKind) -> Option<Self> {
        match kind {
            OperationKind::Suspend => Some(Self::Suspend),
            OperationKind::Resume => Some(Self::Resume),
            OperationKind::ChangeRatePlan => Some(Self::PlanChange),
            OperationKind::Terminate => Some(Self::Terminate),
            OperationKind::BindImei => Some(Self::ImeiRegistration),
            OperationKind::Allocate => Some(Self::Allocation),
            OperationKind::Deallocate => Some(Self::Deallocation),
            OperationKind::StartUse => Some(Self::Activation),
            OperationKind::BuyCoupon => Some(Self::Coupon),
            OperationKind::PlaceOrder => Some(Self::Order),
            OperationKind::CancelApplication => None,
        }
    }
}
