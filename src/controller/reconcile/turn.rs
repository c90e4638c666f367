//! One turn, from the objects to the statuses.

use super::live::{Live, live};
use super::logging::{causes_of, log_settlement, masked};
use super::look::{Looked, look};
use super::pause::{Ended, next};
use super::send::{Sending, send};
use super::tell::{Known, tell};
use super::{Reconciler, Trouble, TroubleKind, approval, finalizers, trouble};
use crate::api::status::CarrierStatus;
use crate::controller::accept::{Accepted, accept};
use crate::controller::object::{AccountView, Object};
use crate::controller::{Next, Turn};
use crate::exec::{ApplyReport, RealWaiter, SettleOptions, Stop, settle};

/// A turn under way.
pub(super) struct Pass<'r> {
    pub(super) shared: &'r Reconciler,
    /// What was read; its statuses are those that were written last.
    pub(super) view: AccountView,
    pub(super) accepted: Accepted,
    pub(super) carrier: Option<CarrierStatus>,
    /// What was sent in this turn, and became of it.
    pub(super) reports: Vec<ApplyReport>,
    /// The plan that it was sent for.
    pub(super) applied: Option<String>,
    pub(super) stop: Stop,
    pub(super) changed: Stop,
}

/// How a turn's work ended before everything was known.
pub(super) enum End {
    /// The account object is refused: nothing may be done.
    Refused,
    /// Something failed.
    Trouble(Trouble),
    /// It was asked to end, or is to begin anew because of an edit.
    Stopped,
    /// What was to be sent is not allowed any more, as the API server says and the watch does not yet.
    Again,
}

impl From<Trouble> for End {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

/// Does one.
pub(super) async fn turn(shared: &Reconciler, turn: Turn) -> Next {
    let Turn { view, unread, others, stop, changed } = turn;
    let key = view.account.key();
    let accepted = accept(&view);
    let mut pass = Pass { shared, view, accepted, carrier: None, reports: Vec::new(), applied: None, stop, changed };
    let mut kept = shared.take(&key);
    let mut worked = match unread {
        None => work(&mut pass, &mut kept, &others).await,
        Some(why) => {
            // Without its rosters no fleet can be judged: only the account is told.
            pass.view.fleets.clear();
            pass.view.orders.clear();
            Err(End::Trouble(Trouble { kind: TroubleKind::ClusterUnavailable, message: masked(&why) }))
        }
    };
    if pass.stop.is_asked() && worked.is_err() {
        // The account may be another replica's by now, and so is the last word on it.
        worked = Err(End::Stopped);
    }
    if let Err(End::Refused | End::Trouble(_)) = &worked {
        finalizers::release(&mut pass, worked.as_ref().err()).await;
    }
    let (looked, trouble) = match &worked {
        Ok(looked) => (Some(looked), None),
        Err(End::Trouble(trouble)) => {
            tracing::warn!(account = %key, reason = trouble.kind.reason(), "{}", masked(&trouble.message));
            (None, Some(trouble))
        }
        Err(End::Refused) => (None, None),
        // The next turn, here or elsewhere, tells what became of it.
        Err(End::Stopped) => {
            if let Some(live) = kept.filter(|live| !live.is_spoilt) {
                shared.put_back(key, live);
            }
            return Next::After(std::time::Duration::ZERO);
        }
        Err(End::Again) => {
            if let Some(live) = kept {
                shared.put_back(key, live);
            }
            return Next::Failed;
        }
    };
    let told = tell(&mut pass, Known { looked, trouble }).await;
    if let Err(error) = &told {
        tracing::warn!(account = %key, "the status cannot be written: {}", causes_of(error));
    }
    let ended = Ended {
        has_trouble: trouble.is_some() || told.is_err(),
        reports: &pass.reports,
        may_send: looked.is_some_and(|looked| !looked.permit.operations.is_empty()),
        open: kept.as_ref().and_then(Live::youngest_open),
    };
    let next = next(&ended);
    if let Some(live) = kept.filter(|live| !live.is_spoilt) {
        shared.put_back(key, live);
    }
    next
}

/// What a turn does at the carrier. What it leaves in `kept` is there for the next one.
async fn work(pass: &mut Pass<'_>, kept: &mut Option<Live>, others: &[Object]) -> Result<Looked, End> {
    let Some(settings) = pass.accepted.settings.clone() else { return Err(End::Refused) };
    let live = live(pass, &settings, kept, others).await?;
    let looked = settle_and_look(pass, live).await;
    if let Err(End::Trouble(trouble)) = &looked {
        live.is_spoilt = trouble.spoils_the_journal();
    }
    looked
}

async fn settle_and_look(pass: &mut Pass<'_>, live: &mut Live) -> Result<Looked, End> {
    let settled = settle(&live.carrier, &mut live.journal, &SettleOptions::default(), &RealWaiter::new()).await;
    for settlement in settled.map_err(trouble::of_exec)?.settled {
        log_settlement(&pass.view.account.key(), &settlement);
    }
    for word in live.kept.resolve_by_hand(&mut live.journal, &live.carrier).await.map_err(trouble::of_kept)? {
        pass.hear(&word).await;
    }
    let mut looked = look(pass, live).await?;
    if looked.permit.is_void {
        approval::refuse(pass, &looked.permit).await.map_err(|error| trouble::of_api(&error))?;
    }
    if !looked.permit.operations.is_empty() {
        // What somebody else does meanwhile is drift from what was seen now.
        live.note(&looked, &pass.accepted.desired)?;
        match send(pass, live, &looked).await? {
            Sending::Not => return Err(End::Again),
            // Whoever has the account now writes what is known of it.
            Sending::Sent if pass.stop.is_asked() => return Err(End::Stopped),
            Sending::Sent if pass.changed.is_asked() => {
                live.remember(&looked, &pass.accepted.desired).await?;
                tell(pass, Known { looked: Some(&looked), trouble: None }).await.map_err(|error| trouble::of_api(&error))?;
                return Err(End::Stopped);
            }
            Sending::Sent => looked = look(pass, live).await?,
        }
    }
    live.remember(&looked, &pass.accepted.desired).await?;
    live.clean_up(pass).await?;
    finalizers::write(pass, live, &looked).await.map_err(|error| trouble::of_api(&error))?;
    Ok(looked)
}
