//! As much of GitHub and GitLab as the scripts speak to: an HTTP server with comments, pull requests, reviews, issues and
//! notes that stay what they were made. It knows its own rules: who a token is, pages, and 404 for everything else.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::{Json, Router};
use serde_json::{Value, json};

/// The repository's name.
pub(super) const REPOSITORY: &str = "fleet-team/sims";
/// Whom the token is.
pub(super) const BOT: &str = "github-actions[bot]";
/// The token.
pub(super) const TOKEN: &str = "ghs_of-the-workflow";

/// What the forge knows.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Of the one pull request, number 7, and of issues; each with `number` beside what GitHub has.
    pub(super) comments: Vec<Value>,
    pub(super) reviews: Vec<Value>,
    /// Of the pull request; see [`written`].
    pub(super) commits: Vec<Value>,
    pub(super) issues: Vec<Value>,
    /// The pull request, once it is there; `merge_commit_sha` and `merged_at` once it is merged.
    pub(super) pull: Value,
    /// Who may do what.
    pub(super) permissions: Vec<(&'static str, &'static str)>,
    /// Method and path of every call.
    pub(super) calls: Vec<String>,
    /// What is answered instead, to calls that begin so.
    pub(super) broken: Option<(&'static str, u16)>,
    seconds: u32,
    ids: u64,
}

impl Memory {
    /// The forge's clock: it moves on with everything that is written.
    pub(super) fn tick(&mut self) -> String {
        self.seconds += 1;
        format!("2026-11-20T01:{:02}:{:02}Z", self.seconds / 60, self.seconds % 60)
    }

    fn id(&mut self) -> u64 {
        self.ids += 1;
        1_000 + self.ids
    }

    /// A comment of anybody on a pull request or issue.
    pub(super) fn comment(&mut self, number: u64, login: &str, body: &str) -> Value {
        let (id, at) = (self.id(), self.tick());
        let kind = if login.ends_with("[bot]") { "Bot" } else { "User" };
        let user = json!({"login": login, "type": kind, "id": login.len()});
        let comment = json!({"id": id, "node_id": format!("IC_{id}"), "number": number, "user": user.clone(), "author": user,
            "body": body, "updated_at": at, "lastEditedAt": null, "editor": null});
        self.comments.push(comment.clone());
        comment
    }

    /// Somebody writes another text into a comment, as everybody may who may write to the repository.
    pub(super) fn edit(&mut self, comment: usize, editor: &str, body: &str) {
        let at = self.tick();
        let comment = &mut self.comments[comment];
        comment["body"] = body.into();
        edited(comment, &at, editor);
    }

    /// A review of the pull request as it is now.
    pub(super) fn review(&mut self, login: &str, state: &str) {
        let (at, commit) = (self.tick(), self.pull["head"]["sha"].clone());
        self.reviews
            .push(json!({"user": {"login": login, "type": "User"}, "state": state, "commit_id": commit, "submitted_at": at}));
    }

    /// The comments that the bot wrote on the pull request.
    pub(super) fn of_the_bot(&self) -> Vec<&Value> {
        self.comments.iter().filter(|comment| comment["user"]["login"] == BOT && comment["number"] == 7).collect()
    }

    fn issue(&mut self, body: &Value) -> Value {
        let (id, at) = (self.id(), self.tick());
        let issue = json!({"number": id, "state": "open", "title": body["title"], "body": body["body"], "updated_at": at,
            "user": {"login": BOT, "type": "Bot"}});
        self.issues.push(issue.clone());
        issue
    }

    fn change(&mut self, list: fn(&mut Self) -> &mut Vec<Value>, key: &str, id: &str, body: &Value) -> (StatusCode, Value) {
        let at = self.tick();
        let Some(found) = list(self).iter_mut().find(|one| one[key] == parsed(id)) else { return not_found() };
        text(&body["body"]);
        for (key, value) in body.as_object().expect("an object") {
            found[key] = value.clone();
        }
        edited(found, &at, BOT);
        (StatusCode::OK, found.clone())
    }

    /// The one query of the scripts. What GraphQL does not know is an error, and still 200.
    fn query(&self, body: &Value) -> Value {
        let query = body["query"].as_str().expect("a query");
        for field in ["... on IssueComment", "body", "updatedAt", "lastEditedAt", "editor { __typename login }"] {
            assert!(query.contains(field), "{field}: {query}");
        }
        match self.comments.iter().find(|comment| comment["node_id"] == body["variables"]["id"]) {
            Some(comment) => json!({"data": {"node": {"body": comment["body"], "updatedAt": comment["updated_at"],
                "lastEditedAt": comment["lastEditedAt"], "editor": comment["editor"]}}}),
            None => json!({"data": {"node": null}, "errors": [{"message": "Could not resolve to a node"}]}),
        }
    }

    fn answer(&mut self, method: &Method, path: &str, query: &str, body: &Value) -> (StatusCode, Value) {
        let repository = format!("repos/{REPOSITORY}/");
        let path = path.trim_start_matches('/').replace(&repository, "");
        let parts: Vec<&str> = path.split('/').collect();
        match (method.as_str(), parts.as_slice()) {
            // A workflow's own token is no user.
            ("GET", ["user"]) => (StatusCode::FORBIDDEN, json!({"message": "Resource not accessible by integration"})),
            ("GET", ["gitlab", "user"]) => (StatusCode::OK, json!({"id": BOT.len()})),
            ("POST", ["graphql"]) => (StatusCode::OK, self.query(body)),
            ("GET", ["gitlab", "projects", "12", "merge_requests", "7"]) => {
                (StatusCode::OK, json!({"sha": self.pull["head"]["sha"]}))
            }
            ("GET", ["issues", number, "comments"] | ["gitlab", "projects", "12", "merge_requests", number, "notes"]) => {
                self.listed(number, query)
            }
            ("POST", ["issues", number, "comments"] | ["gitlab", "projects", "12", "merge_requests", number, "notes"]) => {
                (StatusCode::CREATED, self.comment(parsed(number), BOT, text(&body["body"])))
            }
            ("PATCH", ["issues", "comments", id]) => self.change(|memory| &mut memory.comments, "id", id, body),
            ("PUT", ["gitlab", "projects", "12", "merge_requests", _, "notes", id]) => {
                self.change(|memory| &mut memory.comments, "id", id, body)
            }
            ("GET", ["issues"]) => {
                assert!(query.contains("state=open"), "{query}");
                let open = self.issues.iter().filter(|issue| issue["state"] == "open").cloned().collect();
                (StatusCode::OK, page(open, query))
            }
            ("POST", ["issues"]) => (StatusCode::CREATED, self.issue(body)),
            ("PATCH", ["issues", number]) => self.change(|memory| &mut memory.issues, "number", number, body),
            ("GET", ["commits", commit, "pulls"]) => {
                let has = self.pull["merge_commit_sha"] == *commit || self.pull["head"]["sha"] == *commit;
                (StatusCode::OK, page(has.then(|| self.pull.clone()).into_iter().collect(), query))
            }
            ("GET", ["pulls", "7"]) => (StatusCode::OK, self.pull.clone()),
            // GitHub lists no more of them, whatever page is asked for.
            ("GET", ["pulls", "7", "commits"]) => (StatusCode::OK, page(self.commits.iter().take(250).cloned().collect(), query)),
            ("GET", ["pulls", "7", "reviews"]) => (StatusCode::OK, page(self.reviews.clone(), query)),
            ("GET", ["collaborators", login, "permission"]) => match self.permissions.iter().find(|(known, _)| known == login) {
                Some((_, permission)) => (StatusCode::OK, json!({"permission": permission})),
                None => not_found(),
            },
            _ => not_found(),
        }
    }

    fn listed(&self, number: &str, query: &str) -> (StatusCode, Value) {
        let number = parsed(number);
        (StatusCode::OK, page(self.comments.iter().filter(|comment| comment["number"] == number).cloned().collect(), query))
    }
}

/// A commit of these accounts, as GitHub lists it; `None` is an address that it knows nobody by.
pub(super) fn written(sha: &str, author: Option<&str>, committer: Option<&str>, verified: bool) -> Value {
    let account = |login: Option<&str>| login.map_or(Value::Null, |login| json!({"login": login, "type": "User"}));
    json!({"sha": sha, "author": account(author), "committer": account(committer),
        "commit": {"verification": {"verified": verified}}})
}

/// GraphQL calls a bot by its name alone.
fn edited(comment: &mut Value, at: &str, editor: &str) {
    comment["updated_at"] = at.into();
    comment["lastEditedAt"] = at.into();
    comment["editor"] = match editor.strip_suffix("[bot]") {
        Some(name) => json!({"__typename": "Bot", "login": name}),
        None => json!({"__typename": "User", "login": editor}),
    };
}

fn not_found() -> (StatusCode, Value) {
    (StatusCode::NOT_FOUND, json!({"message": "Not Found"}))
}

fn parsed(number: &str) -> u64 {
    number.parse().expect("a number")
}

fn text(value: &Value) -> &str {
    let text = value.as_str().expect("text");
    assert!(text.chars().count() <= 65_536, "GitHub refuses longer bodies");
    text
}

/// The page that was asked for.
fn page(all: Vec<Value>, query: &str) -> Value {
    let number = |key: &str, default: usize| {
        let pair = query.split('&').filter_map(|pair| pair.split_once('='));
        pair.into_iter().find(|(known, _)| *known == key).map_or(default, |(_, value)| value.parse().expect("a number"))
    };
    let (size, page) = (number("per_page", 30), number("page", 1));
    all.into_iter().skip(size * (page - 1)).take(size).collect()
}

/// A forge that listens.
#[derive(Debug)]
pub(super) struct Forge {
    memory: Arc<Mutex<Memory>>,
    pub(super) address: SocketAddr,
    _runtime: tokio::runtime::Runtime,
}

impl Forge {
    pub(super) fn start() -> Self {
        let memory = Arc::new(Mutex::new(Memory::default()));
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new().fallback(serve).with_state(Arc::clone(&memory));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { memory, address, _runtime: runtime }
    }

    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().expect("nobody panicked with it")
    }
}

async fn serve(
    State(memory): State<Arc<Mutex<Memory>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, Json<Value>) {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if header("authorization") != format!("Bearer {TOKEN}") && header("private-token") != TOKEN {
        return (StatusCode::UNAUTHORIZED, Json(json!({"message": "Bad credentials"})));
    }
    let body = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).expect("JSON") };
    let mut memory = memory.lock().expect("nobody panicked with it");
    let call = format!("{method} {}", uri.path());
    memory.calls.push(call.clone());
    if let Some((_, status)) = memory.broken.filter(|(beginning, _)| call.starts_with(beginning)) {
        return (StatusCode::from_u16(status).expect("a status"), Json(json!({"message": "broken"})));
    }
    let (status, answer) = memory.answer(&method, uri.path(), uri.query().unwrap_or_default(), &body);
    (status, Json(answer))
}
