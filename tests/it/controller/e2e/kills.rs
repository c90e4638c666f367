//! Killed with `kill -9` at every step of what costs money or cannot be undone, with the request lost, late or done: the
//! next controller finds out what became of it, and it happens at most once at every moment, and once at rest.
//!
//! That a kill hit where it was to hit is proven by the record that it left (or did not leave) in the API.

use std::fmt;

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::task::LocalSet;

use super::process::Controller;
use super::world::{World, fleet};
use crate::exec::proxy::{Act, Point, Proxy, Stop};

const LINE: &str = "08012345601";
const CHIP: &str = "02012345601";

/// What is wished for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    /// R4, and recorded in the API.
    Coupon,
    /// R5, with a fee, so recorded too.
    Terminate,
    /// R5; the carrier's own state protects it. Three operations, one after the other; this is about the first.
    Bind,
    /// The same; this is about the last.
    Start,
}

/// Where the controller is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kill {
    /// While it lists what there is: nothing is planned.
    Listing,
    /// While it reads afresh what the operation rests on.
    FreshRead,
    /// The request has left it: the record says so, and not what became of it.
    Sent,
    /// The carrier has done it, and the answer has not arrived.
    Done,
    /// It has the answer, and cannot write it down.
    Answered,
    /// It has written it down, or is about to tell it in the status.
    Recorded,
}

/// What becomes of the request when its sender is dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Arrives,
    Lost,
    /// It arrives when another controller is looking for it.
    Late,
}

#[derive(Debug, Clone, Copy)]
struct Cell(Wish, Kill, Fate);

const CELLS: [Cell; 16] = [
    Cell(Wish::Coupon, Kill::Listing, Fate::Arrives),
    Cell(Wish::Coupon, Kill::FreshRead, Fate::Arrives),
    Cell(Wish::Coupon, Kill::Sent, Fate::Arrives),
    Cell(Wish::Coupon, Kill::Sent, Fate::Lost),
    Cell(Wish::Coupon, Kill::Sent, Fate::Late),
    Cell(Wish::Coupon, Kill::Done, Fate::Arrives),
    Cell(Wish::Coupon, Kill::Answered, Fate::Arrives),
    Cell(Wish::Coupon, Kill::Recorded, Fate::Arrives),
    Cell(Wish::Terminate, Kill::FreshRead, Fate::Arrives),
    Cell(Wish::Terminate, Kill::Sent, Fate::Lost),
    Cell(Wish::Terminate, Kill::Done, Fate::Arrives),
    Cell(Wish::Terminate, Kill::Answered, Fate::Arrives),
    Cell(Wish::Bind, Kill::Done, Fate::Arrives),
    Cell(Wish::Bind, Kill::Sent, Fate::Lost),
    Cell(Wish::Start, Kill::FreshRead, Fate::Arrives),
    Cell(Wish::Start, Kill::Done, Fate::Arrives),
];

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(wish, kill, fate) = self;
        write!(f, "{wish:?} {kill:?} {fate:?}")
    }
}

impl Wish {
    /// The spec of its fleet. Nothing of it waits for a person.
    fn spec(self) -> String {
        let policy = "  mode: Apply\n  policy:\n    limits: {terminate: 1}\n    \
                      approval: {bindImei: Auto, startUse: Auto, terminate: Auto, buyCoupon: Auto}\n";
        let wish = match self {
            Self::Coupon => format!(
                "  sims:\n    - {{msisdn: \"{LINE}\"}}\n  \
                 coupons:\n    - {{name: firmware, month: 2026-11, code: add-1gb, msisdns: [\"{LINE}\"]}}\n"
            ),
            Self::Terminate => format!("  sims:\n    - {{msisdn: \"{LINE}\", state: Terminated}}\n"),
            Self::Bind | Self::Start => format!(
                "  chipSims:\n    - {{msisdn: \"{CHIP}\", imei: \"490154203237518\", state: Active, ratePlan: fixed-500mb}}\n"
            ),
        };
        policy.to_owned() + &wish
    }

    /// A part of the path of the request that matters, and the carrier's number of the function.
    fn request(self) -> (&'static str, u8) {
        match self {
            Self::Coupon => ("/coupons", 5),
            Self::Terminate => ("/terminate", 14),
            Self::Bind => ("/v1/chip-sims/imei-registrations", 15),
            Self::Start => ("/v1/chip-sims/activations", 18),
        }
    }

    fn costs_money(self) -> bool {
        matches!(self, Self::Coupon | Self::Terminate)
    }

    /// Chips take minutes, one step after the other; of the others time goes by only when it is said so.
    fn clock(self) -> &'static str {
        if self.costs_money() { "frozen" } else { "x300" }
    }

    fn seed(self) -> Value {
        let now = "2026-11-20T10:00:00+09:00";
        if self.costs_money() {
            json!({"now": now, "sims": [{"msisdn": LINE, "planCode": "fixed-500mb"}]})
        } else {
            json!({"now": now, "sims": [{"msisdn": LINE}], "chipSims": [{"msisdn": CHIP}]})
        }
    }
}

/// A cell that is played.
struct Play {
    cell: Cell,
    world: World,
    proxy: Proxy,
}

impl Play {
    async fn new(cell: Cell) -> Self {
        let Cell(wish, ..) = cell;
        let world = World::with("kill", wish.clock(), &wish.seed()).await;
        let proxy = Proxy::start(&world.carrier.endpoint).await;
        world.account_at(&proxy.endpoint).await;
        world.apply(&fleet("kanto", "main", &wish.spec())).await;
        Self { cell, world, proxy }
    }

    /// How often the carrier did it.
    async fn done(&self) -> usize {
        let Cell(wish, ..) = self.cell;
        self.world.carrier.accepted(wish.request().1).await
    }

    /// How often it did it; never more than once.
    async fn at_most_once(&self) -> usize {
        let done = self.done().await;
        let billed = self.world.carrier.billed("coupon").await.len();
        assert!(done <= 1 && billed <= 1, "{}: done {done} times, billed {billed} times", self.cell);
        done
    }

    /// A controller, to its death; the request waits where it was, if it does.
    async fn kill(&self) -> Stop {
        let Cell(wish, kill, fate) = self.cell;
        let (route, _) = wish.request();
        let act = if fate == Fate::Lost { Act::Drop } else { Act::Pass };
        let (method, path, point) = match kill {
            Kill::Listing => ("GET", "/v1/sims?", Point::Seen),
            Kill::FreshRead if wish.costs_money() => ("GET", "/v1/sims/0", Point::Seen),
            Kill::FreshRead => ("GET", "/v1/chip-sims?status=allocated", Point::Seen),
            Kill::Sent | Kill::Answered => ("POST", route, Point::Seen),
            Kill::Done => ("POST", route, Point::Forwarded),
            Kill::Recorded => ("POST", route, Point::Answered),
        };
        let stop = self.proxy.stop(method, path, 1, act, point);
        let link = self.world.link().await;
        let controller = self.world.controller_by(&link);
        self.reached(&stop, &controller).await;
        match kill {
            Kill::Listing | Kill::FreshRead | Kill::Sent | Kill::Done => {}
            Kill::Answered => {
                link.hold();
                stop.resume();
                let heard = |line: &str| line.contains("\"answered\"") && line.contains("POST") && line.contains(route);
                self.until("it hears the answer", &controller, || controller.log().lines().any(heard)).await;
            }
            Kill::Recorded => {
                self.world
                    .until("it is recorded", async || match self.state().await {
                        Some(state) if !state.is_null() => Ok(()),
                        state => Err(format!("{state:?}")),
                    })
                    .await;
            }
        }
        controller.kill().await;
        self.prove().await;
        stop
    }

    async fn reached(&self, stop: &Stop, controller: &Controller) {
        self.until("it gets where it is to be killed", controller, || stop.was_reached()).await;
    }

    async fn until(&self, what: &str, controller: &Controller, such: impl Fn() -> bool) {
        let what = format!("{}: {what}", self.cell);
        self.world
            .until(&what, async || {
                let so = such();
                if so { Ok(()) } else { Err(format!("{:?}\n{}", self.proxy.passed(), controller.log().len())) }
            })
            .await;
    }

    /// What the record says became of the call: `None` without a record, null without an end.
    async fn state(&self) -> Option<Value> {
        let records = self.world.records().await;
        assert!(records.len() <= 1, "{}: {records:?}", self.cell);
        records.first().map(|record| record.data["status"]["state"].clone())
    }

    /// What the killed controller left says where it was.
    async fn prove(&self) {
        let Cell(wish, kill, _) = self.cell;
        let (state, done) = (self.state().await, self.at_most_once().await);
        let was = match kill {
            Kill::Listing | Kill::FreshRead => (None, 0),
            Kill::Sent => (Some(Value::Null), 0),
            Kill::Done | Kill::Answered => (Some(Value::Null), 1),
            Kill::Recorded => (state.clone().filter(|state| !state.is_null()), 1),
        };
        let was = if wish.costs_money() { was } else { (None, was.1) };
        assert_eq!((state, done), was, "{}: the kill did not hit", self.cell);
    }

    /// Another controller finds out what became of it.
    async fn recover(&self, stop: Stop) {
        let Cell(wish, _, fate) = self.cell;
        let (route, _) = wish.request();
        if fate != Fate::Late {
            stop.resume();
        }
        let sent = self.proxy.passed().iter().any(|passed| passed.method == "POST" && passed.path.contains(route));
        if sent && fate == Fate::Arrives {
            self.proxy.until(|passed| passed.iter().any(|one| one.path.contains(route) && one.status.is_some())).await;
        }
        let controller = self.world.controller();
        if wish.costs_money() && fate != Fate::Arrives {
            self.world.says("SimFleet/kanto", "InDoubt=True OutcomeUnknown").await;
            self.world.says("SimFleet/kanto", "Ready=False OutcomeUnknown").await;
            self.world.event("SimFleet/kanto", "InDoubt").await;
            assert_eq!(self.at_most_once().await, 0, "{}: nothing is sent while it is in doubt", self.cell);
            if fate == Fate::Late {
                stop.resume();
                self.proxy.until(|passed| passed.iter().any(|one| one.path.contains(route) && one.status.is_some())).await;
            } else {
                // The settle window passes: it was not done, and is sent again.
                self.world.carrier.advance("PT16M").await;
            }
        }
        self.rest().await;
        // It stays so.
        self.world.look("SimFleet/kanto").await;
        self.world.look("SimFleet/kanto").await;
        assert_eq!(self.at_most_once().await, 1, "{}", self.cell);
        if wish.costs_money() {
            let state = self.state().await.expect("there is a record");
            assert!(state == "confirmed" || state == "acked" || state == "resolved", "{}: {state}", self.cell);
            self.world.says("SimFleet/kanto", "InDoubt=False None").await;
        }
        assert_eq!(self.proxy.unmet(), 0, "{}", self.cell);
        controller.stop().await;
    }

    async fn rest(&self) {
        let what = format!("{}: everything holds, and it was done once", self.cell);
        self.world
            .until(&what, async || {
                let done = self.at_most_once().await;
                let ready = self.world.reason("SimFleet/kanto", "Ready=True").await;
                if done == 1 && ready.is_some() {
                    return Ok(());
                }
                Err(format!("done {done} times, {}", self.world.object("SimFleet/kanto").await.data["status"]))
            })
            .await;
    }
}

#[tokio::test]
async fn killed_anywhere_it_happens_once() {
    let cells = LocalSet::new();
    let plays = CELLS.map(|cell| {
        cells.spawn_local(async move {
            let play = Play::new(cell).await;
            let stop = play.kill().await;
            play.recover(stop).await;
        })
    });
    let played = cells.run_until(join_all(plays)).await;
    let failed: Vec<String> =
        played.into_iter().zip(CELLS).filter_map(|(played, cell)| Some(format!("{cell}: {}", played.err()?))).collect();
    assert!(failed.is_empty(), "{} of {} cells:\n{}", failed.len(), CELLS.len(), failed.join("\n"));
}
