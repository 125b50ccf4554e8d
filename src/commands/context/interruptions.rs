//! The signals that interrupt a command.

use std::{task::Poll, time::Duration};

use futures_util::FutureExt;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// So close upon a SIGHUP another is the same.
const HANGUP: Duration = Duration::from_millis(100);

/// Ctrl-C, SIGTERM and SIGHUP (a terminal or an SSH session that goes away). One that cannot be
/// listened to ends the program by itself.
pub(super) struct Interruptions(Vec<(SignalKind, Signal)>);

impl Interruptions {
    /// Listens. Needs a runtime.
    pub(super) fn listen() -> Self {
        let mut kinds = vec![SignalKind::interrupt(), SignalKind::terminate()];
        if !is_under_nohup() {
            kinds.push(SignalKind::hangup());
        }
        let listen = |kind| Some((kind, signal(kind).ok()?));
        Self(kinds.into_iter().filter_map(listen).collect())
    }

    /// The next of them, since the last or since the listening began.
    pub(super) async fn next(&mut self) {
        let kind = std::future::poll_fn(|context| {
            let mut came = self.0.iter_mut();
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
            let hangups = self.0.iter_mut().filter(|(each, _)| *each == kind);
            for (_, signal) in hangups {
                signal.recv().now_or_never();
            }
        }
    }
}

/// Whether whoever started the program had it pass over SIGHUP, as `nohup` does. Only Linux tells.
fn is_under_nohup() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // SIGHUP is signal 1, the lowest bit.
    mask.is_some_and(|mask| mask & 1 == 1)
}
