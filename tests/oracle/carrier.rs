//! The carrier's rules for one line or chip SIM, as DOMAIN 3 and 4 tell them.
//!
//! Small on purpose: two system numbers (0 is the fleet's), rate plans 0 and 1 (2 is none that the
//! carrier has), devices 0 and 1.

/// What a line or chip SIM can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    /// In neither list.
    Missing,
    Ordered,
    Registered,
    Allocated,
    Active,
    Suspended,
    /// A termination is accepted.
    Ending,
    Ended,
    CarrierSuspended,
    CarrierEnded,
    /// A status that nobody has heard of.
    Strange,
}

/// How far an application has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Openness {
    /// Waits for its date, can be cancelled.
    Scheduled,
    /// Waits for its date, cannot be cancelled any more.
    Fixed,
    /// Blocks the line, can be cancelled.
    Accepted,
    /// Blocks the line.
    Processing,
}

impl Openness {
    pub(super) const ALL: [Self; 4] = [Self::Scheduled, Self::Fixed, Self::Accepted, Self::Processing];

    pub(super) fn cancellable(self) -> bool {
        matches!(self, Self::Scheduled | Self::Accepted)
    }

    pub(super) fn blocks(self) -> bool {
        matches!(self, Self::Accepted | Self::Processing)
    }
}

/// An open plan change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PlanChange {
    pub(super) to: u8,
    pub(super) open: Openness,
}

/// An accepted termination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ending {
    /// Its day, counted from today.
    pub(super) day: i8,
    pub(super) open: Openness,
}

/// One line or chip SIM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Model {
    pub(super) is_chip: bool,
    pub(super) status: Status,
    /// The bound device.
    pub(super) device: Option<u8>,
    /// The stock an unstarted chip SIM is in.
    pub(super) stock: Option<u8>,
    /// The system number of a line.
    pub(super) home: u8,
    pub(super) plan: u8,
    pub(super) change: Option<PlanChange>,
    pub(super) ending: Option<Ending>,
    /// What a line in termination was before.
    pub(super) was_suspended: bool,
    /// Something else is in progress.
    pub(super) busy: bool,
}

/// What is the same for every line of a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Terms {
    pub(super) cut_off_passed: bool,
    /// The number of a function that the service lacks.
    pub(super) missing: Option<u8>,
    /// The declared device is bound to another live chip SIM.
    pub(super) device_taken: bool,
}

/// One call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Call {
    Suspend,
    Resume,
    ChangePlan(u8),
    Terminate(i8),
    Bind(u8),
    Allocate(u8),
    Deallocate(u8),
    Start(u8, u8),
    CancelChange,
    CancelEnding,
}

impl Call {
    pub(super) fn function(self) -> u8 {
        match self {
            Self::Suspend => 2,
            Self::Resume => 3,
            Self::ChangePlan(_) => 6,
            Self::CancelChange | Self::CancelEnding => 10,
            Self::Terminate(_) => 14,
            Self::Bind(_) => 15,
            Self::Allocate(_) => 16,
            Self::Deallocate(_) => 17,
            Self::Start(..) => 18,
        }
    }

    pub(super) fn is_irreversible(self) -> bool {
        matches!(self, Self::Terminate(_) | Self::Bind(_) | Self::Start(..))
    }
}

/// Charged for a termination.
pub(super) const TERMINATION_FEE: i64 = 1_000;

impl Model {
    pub(super) const MISSING: Self = Self {
        is_chip: false,
        status: Status::Missing,
        device: None,
        stock: None,
        home: 0,
        plan: 0,
        change: None,
        ending: None,
        was_suspended: false,
        busy: false,
    };

    pub(super) fn is_line(&self) -> bool {
        !matches!(self.status, Status::Missing | Status::Ordered | Status::Registered | Status::Allocated)
            && (!self.is_chip || self.status != Status::Strange)
    }

    /// Whether the carrier answers 409 because something is in progress, `but` aside.
    pub(super) fn in_progress(&self, but: Option<Call>) -> bool {
        self.busy
            || (but != Some(Call::CancelChange) && self.change.is_some_and(|change| change.open.blocks()))
            || (but != Some(Call::CancelEnding) && self.ending.is_some_and(|ending| ending.open.blocks()))
    }

    /// What becomes of it by a call; `None` where the carrier refuses.
    pub(super) fn after(&self, call: Call, terms: Terms) -> Option<Self> {
        if terms.missing == Some(call.function()) || self.in_progress(Some(call)) {
            return None;
        }
        let living = matches!(self.status, Status::Active | Status::Suspended);
        let mut next = *self;
        match call {
            Call::Suspend if self.status == Status::Active => next.status = Status::Suspended,
            Call::Resume if self.status == Status::Suspended => next.status = Status::Active,
            Call::ChangePlan(to) if living && self.change.is_none() && !terms.cut_off_passed && to < 2 => {
                next.change = Some(PlanChange { to, open: Openness::Scheduled });
            }
            Call::Terminate(day) if living && day >= 0 => {
                next.status = Status::Ending;
                next.was_suspended = self.status == Status::Suspended;
                next.ending = Some(Ending { day, open: Openness::Scheduled });
                next.change = None;
            }
            Call::CancelEnding if self.status == Status::Ending && self.ending?.open.cancellable() => {
                next.status = if self.was_suspended { Status::Suspended } else { Status::Active };
                next.ending = None;
                next.was_suspended = false;
            }
            Call::CancelChange if self.change?.open.cancellable() => next.change = None,
            Call::Bind(device) if self.status == Status::Ordered && !terms.device_taken => {
                next.status = Status::Registered;
                next.device = Some(device);
            }
            Call::Allocate(system) if self.status == Status::Registered => {
                next.status = Status::Allocated;
                next.stock = Some(system);
            }
            Call::Deallocate(system) if self.status == Status::Allocated && self.stock == Some(system) => {
                next.status = Status::Registered;
                next.stock = None;
            }
            Call::Start(system, plan) if self.status == Status::Allocated && self.stock == Some(system) && plan < 2 => {
                next.status = Status::Active;
                next.home = system;
                next.plan = plan;
            }
            Call::Suspend
            | Call::Resume
            | Call::ChangePlan(_)
            | Call::Terminate(_)
            | Call::CancelEnding
            | Call::CancelChange
            | Call::Bind(_)
            | Call::Allocate(_)
            | Call::Deallocate(_)
            | Call::Start(..) => return None,
        }
        Some(next)
    }
}

/// Every card and chip SIM of the small world.
pub(super) fn models() -> Vec<Model> {
    let mut models = vec![Model::MISSING, Model { is_chip: true, ..Model::MISSING }];
    for status in [Status::Ordered, Status::Registered, Status::Allocated, Status::Strange] {
        let devices: &[Option<u8>] = if status == Status::Ordered { &[None] } else { &[Some(0), Some(1), None] };
        let stocks: &[Option<u8>] = if status == Status::Allocated { &[Some(0), Some(1), None] } else { &[None] };
        for (&device, &stock) in product(devices, stocks) {
            for busy in [false, true] {
                models.push(Model { is_chip: true, status, device, stock, busy, ..Model::MISSING });
            }
        }
    }
    for device in [None, Some(0), Some(1)] {
        lines(device.is_some(), device, &mut models);
    }
    lines(true, None, &mut models);
    models
}

fn lines(is_chip: bool, device: Option<u8>, models: &mut Vec<Model>) {
    for (&plan, &home) in product(&[0, 1, 2], &[0, 1]) {
        let line = Model { is_chip, device, home, plan, ..Model::MISSING };
        for status in [Status::Ended, Status::CarrierSuspended, Status::CarrierEnded, Status::Strange] {
            // An unheard-of chip SIM is made above.
            if !(is_chip && status == Status::Strange) {
                models.push(Model { status, ..line });
            }
        }
        for (&status, &busy) in product(&[Status::Active, Status::Suspended], &[false, true]) {
            models.push(Model { status, busy, ..line });
            for (&to, &open) in product(&[0, 1], &Openness::ALL) {
                if to != plan {
                    models.push(Model { status, busy, change: Some(PlanChange { to, open }), ..line });
                }
            }
        }
        for (&was_suspended, &open) in product(&[false, true], &Openness::ALL) {
            for day in [-1, 0, 5] {
                models.push(Model { status: Status::Ending, was_suspended, ending: Some(Ending { day, open }), ..line });
            }
            let ending = Some(Ending { day: 5, open });
            models.push(Model { status: Status::Ending, was_suspended, ending, busy: true, ..line });
        }
    }
}

/// All pairs.
pub(super) fn product<'a, A, B>(left: &'a [A], right: &'a [B]) -> impl Iterator<Item = (&'a A, &'a B)> {
    left.iter().flat_map(move |a| right.iter().map(move |b| (a, b)))
}
