//! A network between the program and the carrier that goes wrong on demand: requests and answers are held,
//! lost, late, doubled or replaced, and a test can stop the world at any of these points to kill the
//! program exactly there.
//!
//! ```text
//! simfleet ──request──▶ (seen) ──▶ carrier ──▶ (forwarded) ──answer──▶ simfleet (answered)
//! ```
//!
//! Connections to the client stay open as long as the client wants, because a doubled answer is only
//! dangerous there: the next request must not take it for its own.

mod http;
mod tests;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use http::Request;

/// Where a request is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Point {
    /// The request has left the client, and nothing has reached the carrier.
    Seen,
    /// The carrier has done it and answered, and nothing has reached the client. (Never reached where
    /// nothing is forwarded.)
    Forwarded,
    /// The client has its answer, or its broken connection.
    Answered,
}

/// What becomes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Act {
    /// It goes through.
    Pass,
    /// It never arrives.
    Drop,
    /// It arrives, its answer does not.
    LoseAnswer,
    /// The client's connection breaks at once; the carrier gets the request when the latch is opened.
    Late(Latch),
    /// It never arrives, and something on the way answers with this status.
    AnswerInstead(u16),
    /// It arrives, and something on the way answers with this status.
    AnswerOver(u16),
    /// It arrives, and its answer comes twice.
    Double,
}

/// Which requests a rule is about.
#[derive(Debug, Clone)]
struct Pattern {
    method: &'static str,
    /// Path and query, of which this is a part; `*` stands for any text.
    path: String,
    /// Counts requests that match, from 1.
    nth: usize,
}

#[derive(Debug)]
struct Rule {
    pattern: Pattern,
    met: usize,
    act: Act,
    stop: Option<(Point, Latch, Latch)>,
}

/// Closed until it is opened, then open for good.
#[derive(Debug, Clone, Default)]
pub(crate) struct Latch(Arc<(Mutex<bool>, Notify)>);

impl PartialEq for Latch {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Latch {}

impl Latch {
    /// Lets everybody through who waits or will wait.
    pub(crate) fn open(&self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.1.notify_waiters();
    }

    /// Whether it is open.
    pub(crate) fn is_open(&self) -> bool {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until it is open.
    pub(crate) async fn wait(&self) {
        loop {
            let opened = self.0.1.notified();
            tokio::pin!(opened);
            // Registered before the look, so that an opening in between is not missed.
            opened.as_mut().enable();
            if self.is_open() {
                return;
            }
            opened.await;
        }
    }
}

/// A request that waits at a point.
#[derive(Debug)]
pub(crate) struct Stop {
    reached: Latch,
    resumed: Latch,
}

impl Stop {
    /// Waits until the request is there. It stays there until [`Stop::resume`].
    pub(crate) async fn reached(&self) {
        self.reached.wait().await;
    }

    /// Whether it is there, or was.
    pub(crate) fn was_reached(&self) -> bool {
        self.reached.is_open()
    }

    /// Lets it go on.
    pub(crate) fn resume(&self) {
        self.resumed.open();
    }
}

/// A request that came by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Passed {
    /// Its method.
    pub(crate) method: String,
    /// Its path and query.
    pub(crate) path: String,
    /// The connection that it came by.
    pub(crate) connection: usize,
    /// The status that the carrier answered, if it got the request and answered.
    pub(crate) status: Option<u16>,
}

#[derive(Debug, Default)]
struct State {
    rules: VecDeque<Rule>,
    passed: Vec<Passed>,
}

/// A listener in front of a carrier.
#[derive(Debug)]
pub(crate) struct Proxy {
    /// Where the program is sent to.
    pub(crate) endpoint: String,
    state: Arc<Mutex<State>>,
    acceptor: JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.acceptor.abort();
    }
}

impl Proxy {
    /// Listens, and forwards to a carrier (`http://127.0.0.1:…`).
    pub(crate) async fn start(carrier: &str) -> Self {
        let carrier = carrier.strip_prefix("http://").unwrap().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        let acceptor = tokio::spawn(async move {
            let mut connections = 0;
            while let Ok((client, _)) = listener.accept().await {
                connections += 1;
                let _ = client.set_nodelay(true);
                let (carrier, state) = (carrier.clone(), Arc::clone(&shared));
                tokio::spawn(async move { serve(client, connections, &carrier, &state).await });
            }
        });
        Self { endpoint, state, acceptor }
    }

    /// What becomes of the n-th request of that method whose path has that part (`*` is any text). The
    /// first rule that applies counts, and is used up by it.
    pub(crate) fn rule(&self, method: &'static str, path: &str, nth: usize, act: Act) {
        self.add(method, path, nth, act, None);
    }

    /// As [`Proxy::rule`], and the request stops at a point of its way.
    pub(crate) fn stop(&self, method: &'static str, path: &str, nth: usize, act: Act, at: Point) -> Stop {
        let stop = Stop { reached: Latch::default(), resumed: Latch::default() };
        self.add(method, path, nth, act, Some((at, stop.reached.clone(), stop.resumed.clone())));
        stop
    }

    fn add(&self, method: &'static str, path: &str, nth: usize, act: Act, stop: Option<(Point, Latch, Latch)>) {
        let pattern = Pattern { method, path: path.to_owned(), nth };
        locked(&self.state).rules.push_back(Rule { pattern, met: 0, act, stop });
    }

    /// Rules that no request has met.
    pub(crate) fn unmet(&self) -> usize {
        locked(&self.state).rules.len()
    }

    /// Waits until the requests so far are such.
    pub(crate) async fn until(&self, such: impl Fn(&[Passed]) -> bool) {
        while !such(&self.passed()) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Every request so far, in the order in which they came.
    pub(crate) fn passed(&self) -> Vec<Passed> {
        locked(&self.state).passed.clone()
    }
}

impl Pattern {
    fn matches(&self, request: &Request) -> bool {
        let mut rest = request.path.as_str();
        self.method == request.method
            && self.path.split('*').all(|part| match rest.find(part) {
                Some(place) => {
                    rest = &rest[place + part.len()..];
                    true
                }
                None => false,
            })
    }
}

/// The rule for a request, if there is one; counts the request for all others.
fn choose(state: &mut State, request: &Request) -> Option<Rule> {
    let mut chosen = None;
    for (place, rule) in state.rules.iter_mut().enumerate() {
        if rule.pattern.matches(request) {
            rule.met += 1;
            if rule.met >= rule.pattern.nth && chosen.is_none() {
                chosen = Some(place);
            }
        }
    }
    chosen.and_then(|place| state.rules.remove(place))
}

/// Serves a connection, one request after the other, until one of both has enough.
async fn serve(mut client: TcpStream, connection: usize, carrier: &str, state: &Arc<Mutex<State>>) {
    let mut rest = Vec::new();
    while let Some(request) = http::read_request(&mut client, &mut rest).await {
        let (place, rule) = {
            let mut state = locked(state);
            let (method, path) = (request.method.clone(), request.path.clone());
            state.passed.push(Passed { method, path, connection, status: None });
            (state.passed.len() - 1, choose(&mut state, &request))
        };
        let (act, stop) = match rule {
            Some(rule) => (rule.act, rule.stop),
            None => (Act::Pass, None),
        };
        let wait_at = async |point: Point| {
            if let Some((at, reached, resumed)) = &stop
                && *at == point
            {
                reached.open();
                resumed.wait().await;
            }
        };
        wait_at(Point::Seen).await;
        if let Act::Late(latch) = act {
            drop(client);
            latch.wait().await;
            let answer = http::exchange(carrier, &request).await;
            locked(state).passed[place].status = answer.as_ref().map(|answer| answer.status);
            wait_at(Point::Forwarded).await;
            wait_at(Point::Answered).await;
            return;
        }
        let forwarded = !matches!(act, Act::Drop | Act::AnswerInstead(_));
        let answer = if forwarded { http::exchange(carrier, &request).await } else { None };
        if forwarded {
            locked(state).passed[place].status = answer.as_ref().map(|answer| answer.status);
            wait_at(Point::Forwarded).await;
        }
        let bytes = match act {
            Act::Pass => answer.map(|answer| answer.bytes),
            Act::Double => answer.map(|answer| [answer.bytes.clone(), answer.bytes].concat()),
            Act::AnswerInstead(status) | Act::AnswerOver(status) => Some(http::plain(status)),
            Act::Drop | Act::LoseAnswer | Act::Late(_) => None,
        };
        let alive = match bytes {
            Some(bytes) => client.write_all(&bytes).await.is_ok(),
            None => false,
        };
        if !alive {
            drop(client);
            wait_at(Point::Answered).await;
            return;
        }
        wait_at(Point::Answered).await;
    }
}

/// Gives the other side time to come first, where only an order of events is asked for and never relied on.
pub(crate) async fn breathe() {
    tokio::time::sleep(Duration::from_millis(20)).await;
}

fn locked(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
