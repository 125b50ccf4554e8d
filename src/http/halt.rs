//! The word that nothing more is to be sent: after Ctrl-C, and after credentials were rejected.

use tokio::sync::watch;

/// A word to every call that holds a clone: no further try. It cannot be taken back. A try that is
/// on its way is not cut off, as nobody would know whether it arrived.
#[derive(Debug, Clone)]
pub struct Halt(watch::Sender<bool>);

impl Halt {
    /// Not set.
    pub fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    /// From now on, no further try leaves, and waits between tries end.
    pub fn set(&self) {
        self.0.send_replace(true);
    }

    /// Whether it has been set.
    pub fn is_set(&self) -> bool {
        *self.0.borrow()
    }

    /// Ends when it is set: at once where it has been.
    pub async fn wait(&self) {
        // The one error is that there is no sender left; `self` is one.
        let _ = self.0.subscribe().wait_for(|set| *set).await;
    }
}

impl Default for Halt {
    fn default() -> Self {
        Self::new()
    }
}
