//! As much of HTTP/1.1 as two programs speak that are both ours: lengths are declared, nothing is pipelined.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A request, read to its end.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: String,
    /// Path and query.
    pub(super) path: String,
    head: String,
    body: Vec<u8>,
}

/// An answer of the carrier.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// Head and body, as the client gets them.
    pub(super) bytes: Vec<u8>,
}

/// Reads a request; `rest` is what came behind the last one. `None` when the client has closed.
pub(super) async fn read_request(client: &mut TcpStream, rest: &mut Vec<u8>) -> Option<Request> {
    let end = loop {
        if let Some(end) = find(rest, b"\r\n\r\n") {
            break end + 4;
        }
        if client.read_buf(rest).await.ok()? == 0 {
            return None;
        }
    };
    let head: Vec<u8> = rest.drain(..end).collect();
    let head = String::from_utf8(head).unwrap();
    let length = header(&head, "content-length").map_or(0, |value| value.parse().unwrap());
    assert!(header(&head, "transfer-encoding").is_none(), "the client declares its lengths: {head}");
    while rest.len() < length {
        if client.read_buf(rest).await.ok()? == 0 {
            return None;
        }
    }
    let body = rest.drain(..length).collect();
    let mut words = head.split(' ');
    let (method, path) = (words.next().unwrap().to_owned(), words.next().unwrap().to_owned());
    Some(Request { method, path, head, body })
}

/// Sends a request to the carrier on a connection of its own. `None` when the carrier does not answer.
pub(super) async fn exchange(carrier: &str, request: &Request) -> Option<Answer> {
    let mut upstream = TcpStream::connect(carrier).await.ok()?;
    let head = format!("{}connection: close\r\n\r\n", without(&request.head, "connection"));
    upstream.write_all(head.as_bytes()).await.ok()?;
    upstream.write_all(&request.body).await.ok()?;
    let mut bytes = Vec::new();
    // A connection that is cut is no answer, and neither is half of one.
    upstream.read_to_end(&mut bytes).await.ok()?;
    let end = find(&bytes, b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let length: usize = header(head, "content-length").expect("the carrier declares its lengths").parse().unwrap();
    let body = &bytes[end..];
    if body.len() < length {
        return None;
    }
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    // The connection to the client goes on.
    let head = format!("{}\r\n", without(head, "connection"));
    Some(Answer { status, bytes: [head.as_bytes(), body].concat() })
}

/// What a gateway says, which knows nothing of the protocol.
pub(super) fn plain(status: u16) -> Vec<u8> {
    let retry = if matches!(status, 429 | 503) { "retry-after: 1\r\n" } else { "" };
    format!("HTTP/1.1 {status} Gateway\r\ncontent-type: text/html\r\n{retry}content-length: 10\r\n\r\n<h1>No</h1").into_bytes()
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// A head without one header, and without its empty line.
fn without(head: &str, name: &str) -> String {
    let kept = head.lines().filter(|line| {
        let key = line.split_once(':').map_or("", |(key, _)| key);
        !line.is_empty() && !key.eq_ignore_ascii_case(name)
    });
    kept.fold(String::new(), |mut head, line| {
        head.push_str(line);
        head.push_str("\r\n");
        head
    })
}
