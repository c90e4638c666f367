//! The way from a controller to the API server, which can be held, and on which the bytes are counted. It sees nothing
//! but ciphertext.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A listener in front of an API server.
pub(super) struct Link {
    /// What a kubeconfig calls it.
    pub(super) server: String,
    held: watch::Sender<bool>,
    sent: Arc<AtomicU64>,
    acceptor: JoinHandle<()>,
}

impl Drop for Link {
    fn drop(&mut self) {
        self.acceptor.abort();
    }
}

impl Link {
    /// Listens, and passes on to an API server (`127.0.0.1:6443`).
    pub(super) async fn start(to: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let server = format!("https://{}", listener.local_addr().expect("it is bound"));
        let (held, until_free) = watch::channel(false);
        let sent = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&sent);
        let acceptor = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(api) = TcpStream::connect(&to).await else { continue };
                let ((from_client, to_client), (from_api, to_api)) = (client.into_split(), api.into_split());
                tokio::spawn(pass(from_client, to_api, Some((until_free.clone(), Arc::clone(&counter)))));
                tokio::spawn(pass(from_api, to_client, None));
            }
        });
        Self { server, held, sent, acceptor }
    }

    /// From now on nothing that the controller says reaches the API server.
    pub(super) fn hold(&self) {
        self.held.send_replace(true);
    }

    /// What it has said meanwhile, and whatever it says from now on, arrives.
    pub(super) fn release(&self) {
        self.held.send_replace(false);
    }

    /// Bytes that the controller has sent so far.
    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
}

/// Passes on in one direction until somebody has enough.
async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, upward: Option<(watch::Receiver<bool>, Arc<AtomicU64>)>) {
    let mut buffer = vec![0; 64 << 10];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if let Some((mut until_free, sent)) = upward.clone() {
            sent.fetch_add(u64::try_from(length).expect("a buffer is small"), Ordering::Relaxed);
            if until_free.wait_for(|held| !held).await.is_err() {
                return;
            }
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
    drop(to.shutdown().await);
}
