//! A clean stop: nothing new is sent, what is on its way is finished, the journal is left consistent.

use std::sync::Arc;

use tokio::sync::watch;

/// Asks for a stop. Dropping it asks for nothing.
#[derive(Debug, Clone)]
pub struct StopHandle(Arc<watch::Sender<bool>>);

/// Tells whether a stop was asked for.
#[derive(Debug, Clone)]
pub struct Stop {
    receiver: watch::Receiver<bool>,
    // Keeps the channel open when the handle is gone.
    _sender: Arc<watch::Sender<bool>>,
}

/// A handle for whoever hears the signal, and its other end for the executor.
pub fn stop_pair() -> (StopHandle, Stop) {
    let (sender, receiver) = watch::channel(false);
    let sender = Arc::new(sender);
    (StopHandle(Arc::clone(&sender)), Stop { receiver, _sender: sender })
}

impl StopHandle {
    /// Asks for a stop. More than once is as good as once.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// Never asked for.
    pub fn never() -> Self {
        stop_pair().1
    }

    /// Whether it was asked for.
    pub fn is_asked(&self) -> bool {
        *self.receiver.borrow()
    }

    /// Ends when it is asked for.
    pub async fn asked(&mut self) {
        // The sender lives as long as `self`, so there is no error to wait for.
        let _asked = self.receiver.wait_for(|asked| *asked).await;
    }
}
