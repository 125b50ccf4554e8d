//! Ctrl-C, SIGTERM and SIGHUP, as whoever listens hears them.

use std::{io, task::Poll, thread, time::Duration};

use futures_util::FutureExt;
use tokio::{
    runtime::{Builder, Runtime},
    signal::unix::{Signal, SignalKind, signal},
    sync::oneshot,
};

/// So close upon a SIGHUP another is the same.
const HANGUP: Duration = Duration::from_millis(100);

/// A person was asked, and answered with Ctrl-C or the end of the input; or the program was told to
/// end meanwhile.
#[derive(Debug, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted;

/// Ctrl-C, SIGTERM and SIGHUP (a terminal or an SSH session that goes away). One that cannot be
/// listened to ends the program by itself. Once listened to, none does that any more.
pub struct Interruptions {
    runtime: Runtime,
    signals: Vec<(SignalKind, Signal)>,
}

impl Interruptions {
    /// Listens from this call on.
    ///
    /// # Errors
    /// Where the system gives nothing to listen with.
    pub fn listen() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let mut kinds = vec![SignalKind::interrupt(), SignalKind::terminate()];
        if !is_under_nohup() {
            kinds.push(SignalKind::hangup());
        }
        let listen = |kind| Some((kind, signal(kind).ok()?));
        let inside = runtime.enter();
        let signals = kinds.into_iter().filter_map(listen).collect();
        drop(inside);
        Ok(Self { runtime, signals })
    }

    /// Waits for the next of them, since the last or since the listening began.
    pub fn wait(&mut self) {
        self.runtime.block_on(next(&mut self.signals));
    }

    /// Does `work` on a thread of its own, and gives what came of it; none where one of them that
    /// `ends` it comes first. The work then goes on by itself.
    pub fn unless<T: Send + 'static>(
        &mut self,
        ends: impl Fn(SignalKind) -> bool,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let (done, mut result) = oneshot::channel();
        thread::spawn(move || done.send(work()));
        self.runtime.block_on(async {
            loop {
                tokio::select! {
                    biased;
                    result = &mut result => return result.ok(),
                    kind = next(&mut self.signals) => if ends(kind) {
                        return None;
                    }
                }
            }
        })
    }
}

async fn next(signals: &mut [(SignalKind, Signal)]) -> SignalKind {
    let kind = std::future::poll_fn(|context| {
        let mut came = signals.iter_mut();
        came.find_map(|(kind, signal)| match signal.poll_recv(context) {
            Poll::Ready(_) => Some(Poll::Ready(*kind)),
            Poll::Pending => None,
        })
        .unwrap_or(Poll::Pending)
    })
    .await;
    if kind == SignalKind::hangup() {
        // A session that goes away tells its programs twice: the shell does, then the system.
        tokio::time::sleep(HANGUP).await;
        let hangups = signals.iter_mut().filter(|(each, _)| *each == kind);
        for (_, signal) in hangups {
            signal.recv().now_or_never();
        }
    }
    kind
}

/// Whether whoever started the program had it pass over SIGHUP, as `nohup` does. Only Linux tells.
fn is_under_nohup() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // SIGHUP is signal 1, the lowest bit.
    mask.is_some_and(|mask| mask & 1 == 1)
}
