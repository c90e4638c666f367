//! The server: a listener, a router made from the table of routes, and a graceful end.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, FromRequestParts as _, Query, RawPathParams, Request};
use axum::http::{HeaderValue, Method, Response, StatusCode, header};
use axum::routing::{MethodFilter, on};
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::carrier::wire::ErrorCode;
use crate::emulator::core::Core;
use crate::emulator::error::{Failure, Refusal};
use crate::emulator::http::call::Call;
use crate::emulator::http::control;
use crate::emulator::http::gate::{self, Admission, Reply};
use crate::emulator::http::limit::Bucket;
use crate::emulator::http::routes::{ROUTES, Route};
use crate::emulator::http::socket::{Peer, Socket};
use crate::emulator::openapi;

/// The largest body of a call to `/v1`: many times what the bulk limit allows.
const BODY_LIMIT: usize = 16 << 20;

/// The largest body on the control plane: a seed of millions of lines.
const SEED_LIMIT: usize = 4 << 30;

/// A running server. Dropping it leaves it running; [`Server::stop`] ends it.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<io::Result<()>>,
}

impl Server {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base of its URLs: `http://127.0.0.1:8080`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Takes no more connections, answers what is under way, and ends.
    pub async fn stop(self) -> io::Result<()> {
        self.stop.send_replace(true);
        self.ended().await
    }

    /// Waits until it ends by itself, which it does only if the listener fails.
    pub async fn ended(self) -> io::Result<()> {
        self.task.await.map_err(io::Error::other)?
    }
}

/// What handlers share.
struct Shared {
    core: Arc<Core>,
    bucket: Option<Mutex<Bucket>>,
}

/// Serves on a listener, on the current runtime.
pub(crate) fn serve(core: Arc<Core>, listener: TcpListener) -> io::Result<Server> {
    let address = listener.local_addr()?;
    let bucket = core.options.rate_limit.map(|limit| Mutex::new(Bucket::new(limit, Instant::now())));
    let router = router(&Arc::new(Shared { core, bucket }));
    let (stop, mut stopped) = watch::channel(false);
    let server =
        axum::serve(Socket(listener), router.into_make_service_with_connect_info::<Peer>()).with_graceful_shutdown(async move {
            // An error means that the handle was dropped, which is no wish to stop.
            if stopped.wait_for(|stop| *stop).await.is_err() {
                std::future::pending::<()>().await;
            }
        });
    let task = tokio::spawn(async move { server.await });
    Ok(Server { address, stop, task })
}

fn router(shared: &Arc<Shared>) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        let shared = Arc::clone(shared);
        let method = if route.method == "GET" { MethodFilter::GET } else { MethodFilter::POST };
        router = router.route(route.path, on(method, move |request| async move { answer(&shared, route, request).await }));
    }
    for (method, path, handler) in control::ROUTES {
        let shared = Arc::clone(shared);
        let method = if *method == "GET" { MethodFilter::GET } else { MethodFilter::POST };
        router = router.route(path, on(method, move |request| async move { control(&shared, *handler, request).await }));
    }
    let core = Arc::clone(&shared.core);
    router = router.route(
        "/openapi.json",
        on(MethodFilter::GET, move || async move { respond(core.now(), json_reply(openapi::document())) }),
    );
    let (missing, mistaken) = (Arc::clone(&shared.core), Arc::clone(&shared.core));
    router
        .fallback(move || async move { respond(missing.now(), no_route(404, "NOT_FOUND", "there is no such route")) })
        .method_not_allowed_fallback(move || async move {
            respond(mistaken.now(), no_route(405, "METHOD_NOT_ALLOWED", "the route has no such method"))
        })
}

fn json_reply(body: &serde_json::Value) -> Reply {
    Reply { status: 200, body: body.to_string().into_bytes(), retry_after: None, cut_after: None }
}

fn no_route(status: u16, code: &str, message: &str) -> Reply {
    let mut refusal = Refusal::new(ErrorCode::InvalidParameter, message);
    refusal.status = status;
    code.clone_into(&mut refusal.body.error_code);
    Reply::of(refusal.into())
}

/// A response with the virtual time as its date.
fn respond(now: Timestamp, reply: Reply) -> Response<Body> {
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let date = now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(date) = HeaderValue::try_from(date) {
        headers.insert(header::DATE, date);
    }
    if let Some(seconds) = reply.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if reply.status == 401 {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// A request that has been read.
struct Received {
    call: Call,
    token: Option<String>,
    peer: Option<Peer>,
}

async fn receive(request: Request, limit: usize) -> Result<Received, Reply> {
    let (mut parts, body) = request.into_parts();
    let wrong = |name: &str, reason: &str| Reply::of(Failure::parameter(name, reason));
    let params = match RawPathParams::from_request_parts(&mut parts, &()).await {
        Ok(params) => params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        Err(_) => return Err(wrong("path", "is not UTF-8")),
    };
    let Ok(Query(query)) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri) else {
        return Err(wrong("query", "cannot be read"));
    };
    let header = |name| parts.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let token = header(header::AUTHORIZATION).and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
    });
    let media_type = header(header::CONTENT_TYPE).unwrap_or_default();
    let content_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let body: Bytes = match axum::body::to_bytes(body, limit).await {
        _ if parts.method == Method::GET => Bytes::new(),
        Ok(body) => body,
        Err(_) => return Err(Reply::of(Failure::refused(ErrorCode::TooManyRows, "the body is too large or was cut short"))),
    };
    let call = Call {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query_text: parts.uri.query().map(str::to_owned),
        params,
        query,
        content_type,
        body,
    };
    let peer = parts.extensions.get::<ConnectInfo<Peer>>().map(|ConnectInfo(peer)| peer.clone());
    Ok(Received { call, token, peer })
}

/// Answers a call to `/v1`.
async fn answer(shared: &Arc<Shared>, route: &'static Route, request: Request) -> Response<Body> {
    let core = &shared.core;
    let wait = shared.bucket.as_ref().and_then(|bucket| {
        let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        bucket.take(Instant::now()).err().map(|wait| wait.as_secs_f64().ceil().max(1.0))
    });
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few seconds, rounded up")]
    let wait = wait.map(|seconds| seconds as u64);
    let received = match receive(request, BODY_LIMIT).await {
        Ok(received) => received,
        Err(reply) => return respond(core.now(), reply),
    };
    let admission = Admission { wait, token: received.token };
    let (inner, call) = (Arc::clone(core), received.call);
    let reply = blocking(move || gate::pass(&inner, route, &call, &admission)).await;
    if let (Some(seconds), Some(peer)) = (reply.cut_after, received.peer) {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        peer.cut();
    }
    respond(core.now(), reply)
}

/// Answers a call to `/_emu`: for peers on this machine, and only if that was asked for.
async fn control(shared: &Arc<Shared>, handler: control::Handler, request: Request) -> Response<Body> {
    let core = &shared.core;
    let local = request.extensions().get::<ConnectInfo<Peer>>().is_some_and(|ConnectInfo(peer)| peer.is_local());
    if !core.options.control {
        return respond(core.now(), no_route(404, "NOT_FOUND", "the control plane is off; --control switches it on"));
    }
    if !local {
        return respond(core.now(), no_route(403, "FORBIDDEN", "the control plane answers this machine only"));
    }
    let received = match receive(request, SEED_LIMIT).await {
        Ok(received) => received,
        Err(reply) => return respond(core.now(), reply),
    };
    let (inner, call) = (Arc::clone(core), received.call);
    let reply = blocking(move || Reply::from(handler(&inner, &call))).await;
    respond(core.now(), reply)
}

/// Runs what touches the store away from the runtime's threads.
async fn blocking(work: impl FnOnce() -> Reply + Send + 'static) -> Reply {
    match tokio::task::spawn_blocking(work).await {
        Ok(reply) => reply,
        Err(_) => Reply::of(Failure::refused(ErrorCode::SystemError, "the emulator was interrupted")),
    }
}
