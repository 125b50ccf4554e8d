//! Ctrl-C, SIGTERM and SIGHUP: the first is heard by the command, the second ends the program.

use std::{task::Poll, thread, time::Duration};

use futures_util::FutureExt;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::oneshot,
};

use super::context::Context;
use crate::{exit::Exit, http::Halt};

/// What the program still has after a second interruption to end its output, where nobody pauses.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// How long the first interruption waits until it is told of, so that what is said of the end comes
/// after it.
const FIRST_WORDS: Duration = Duration::from_millis(100);

/// So close upon a SIGHUP another is the same.
const HANGUP: Duration = Duration::from_millis(100);

impl Context {
    /// Sets `stop` at the first interruption (Ctrl-C, SIGTERM or SIGHUP) and says so; comes back at
    /// the second, which a moment later ends the program, whatever it waits for by then. It
    /// listens from this call on, on a thread of its own.
    pub fn interrupted_twice<S: FnOnce() + Send + 'static>(
        &self,
        stop: &Halt,
        say: S,
    ) -> impl Future<Output = ()> + use<S> {
        let (stop, ends) = (stop.clone(), self.ends.clone());
        let twice = Halt::new();
        let heard = twice.clone();
        // Without a runtime nobody listens, and the system ends the program by itself.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        if let Ok(runtime) = runtime {
            let mut interruptions = {
                let _inside = runtime.enter();
                Interruptions::listen()
            };
            thread::spawn(move || {
                runtime.block_on(async {
                    interruptions.next().await;
                    // Standard error may have the reader that pauses.
                    let (told, is_told) = oneshot::channel();
                    thread::spawn(move || {
                        say();
                        let _ = told.send(());
                    });
                    let _ = tokio::time::timeout(FIRST_WORDS, is_told).await;
                    stop.set();
                    interruptions.next().await;
                    heard.set();
                    tokio::time::sleep(LAST_WORDS).await;
                    let _ = ends.send(Exit::Interrupted.into());
                });
            });
        }
        async move { twice.wait().await }
    }

    /// Waits for an interruption, and listens from this call on: what is made after it is tidied
    /// up. A second one ends the program.
    pub fn interrupted(&self) -> impl Future<Output = ()> + use<> {
        let stop = Halt::new();
        // Nobody needs to know of the second: it works by itself.
        drop(self.interrupted_twice(&stop, || {}));
        async move { stop.wait().await }
    }
}

/// Ctrl-C, SIGTERM and SIGHUP (a terminal or an SSH session that goes away). One that cannot be
/// listened to ends the program by itself.
struct Interruptions(Vec<(SignalKind, Signal)>);

impl Interruptions {
    /// Listens. Needs a runtime.
    fn listen() -> Self {
        let mut kinds = vec![SignalKind::interrupt(), SignalKind::terminate()];
        if !is_under_nohup() {
            kinds.push(SignalKind::hangup());
        }
        let listen = |kind| Some((kind, signal(kind).ok()?));
        Self(kinds.into_iter().filter_map(listen).collect())
    }

    /// The next of them, since the last or since the listening began.
    async fn next(&mut self) {
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
