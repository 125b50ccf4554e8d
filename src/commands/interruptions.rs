//! Ctrl-C, SIGTERM and SIGHUP: the first is heard by the command, the second ends the program.

use std::{
    sync::{atomic::Ordering, mpsc},
    thread,
    time::Duration,
};

use super::context::Context;
use crate::{exit::Exit, http::Halt, output::interruptions::Interruptions};

/// What the program still has after a second interruption to end its output, where nobody pauses.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// How long the first interruption waits until it is told of, so that what is said of the end comes
/// after it.
const FIRST_WORDS: Duration = Duration::from_millis(100);

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
        // Without it nobody listens, and the system ends the program by itself.
        if let Ok(mut interruptions) = Interruptions::listen() {
            self.hears.store(true, Ordering::SeqCst);
            thread::spawn(move || {
                interruptions.wait();
                // Standard error may have the reader that pauses.
                let (told, is_told) = mpsc::channel();
                thread::spawn(move || {
                    say();
                    let _ = told.send(());
                });
                let _ = is_told.recv_timeout(FIRST_WORDS);
                stop.set();
                interruptions.wait();
                heard.set();
                thread::sleep(LAST_WORDS);
                let _ = ends.send(Exit::Interrupted.into());
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

    /// Has the next interruption end the program with the status for it, unless the command itself
    /// listens by then: while it reads and lists, and after a question to a person, as what listened
    /// to that took this from the system.
    pub fn end_when_interrupted(&self) {
        let (ends, hears) = (self.ends.clone(), self.hears.clone());
        if let Ok(mut interruptions) = Interruptions::listen() {
            thread::spawn(move || {
                interruptions.wait();
                if !hears.load(Ordering::SeqCst) {
                    let _ = ends.send(Exit::Interrupted.into());
                }
            });
        }
    }
}
