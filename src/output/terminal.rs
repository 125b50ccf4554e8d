//! What only a terminal has: questions to a person, the progress of a batch on standard error, a
//! list in the user's pager; and Ctrl-C, SIGTERM and SIGHUP, as whoever listens hears them. Nothing
//! is ever asked or drawn without a terminal.

use std::{
    io::{self, ErrorKind, IsTerminal, Write},
    process::{Child, Command, Stdio},
    sync::PoisonError,
    task::Poll,
    thread,
    time::Duration,
};

use anyhow::Result;
use futures_util::FutureExt;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use tokio::{
    runtime::{Builder, Runtime},
    signal::unix::{Signal, SignalKind, signal},
    sync::oneshot,
};

use super::{Output, paint};
use crate::{
    domain::{private::Secret, text::yes_or_no},
    locales::{Lang, Text},
};

/// Fewer orders than these are done before a bar is read.
const TOO_FEW: u64 = 10;
/// A file of fewer bytes is read before a bar is.
const TOO_FEW_BYTES: u64 = 4 << 20;
/// What git and gh call as well: it ends by itself where all fits, and leaves the text standing.
const PAGER: &str = "less -FRX";
/// So close upon a SIGHUP another is the same.
const HANGUP: Duration = Duration::from_millis(100);

/// Whether there is a person to ask: input and messages are a terminal's.
pub fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

impl Output {
    /// Asks for a line of text; an empty answer is none.
    ///
    /// # Errors
    /// [`Interrupted`], and where the terminal cannot be read.
    pub fn ask(&self, question: &Text) -> Result<Option<String>> {
        let answer = answer(self.say(question), false)?;
        Ok(Some(answer.trim().to_owned()).filter(|answer| !answer.is_empty()))
    }

    /// Asks yes or no; an answer that is neither is the default.
    ///
    /// # Errors
    /// [`Interrupted`], and where the terminal cannot be read.
    pub fn confirm(&self, question: &Text, default: bool) -> Result<bool> {
        let marks = if default { "[Y/n]" } else { "[y/N]" };
        let answer = answer(&format!("{} {marks}", self.say(question)), false)?;
        Ok(yes_or_no(&answer).unwrap_or(default))
    }

    /// Asks for a secret without echo; an empty answer is none.
    ///
    /// # Errors
    /// [`Interrupted`], and where the terminal cannot be read.
    pub fn ask_secret(&self, question: &Text) -> Result<Option<Secret>> {
        let answer = answer(self.say(question), true)?;
        let answer = answer.trim_end_matches(['\r', '\n']);
        Ok(Some(answer)
            .filter(|answer| !answer.is_empty())
            .map(|answer| Secret::new(answer.to_owned())))
    }

    /// The progress of `total` things. It shows nothing off a terminal, nor with `--quiet`.
    pub fn progress(&self, total: u64) -> Progress {
        let template = "[{bar:20}] {pos}/{len} {per_sec} {eta} {msg}";
        self.bar(Some(total), total >= TOO_FEW, template)
    }

    /// The progress of reading so many bytes; none where it is not known how many there are.
    pub fn progress_of_bytes(&self, total: Option<u64>) -> Progress {
        let template = match total {
            Some(_) => "[{bar:20}] {bytes}/{total_bytes} {bytes_per_sec} {eta}",
            None => "{bytes} {bytes_per_sec}",
        };
        let is_long = total.is_none_or(|total| total >= TOO_FEW_BYTES);
        self.bar(total, is_long, template)
    }

    fn bar(&self, total: Option<u64>, is_long: bool, template: &str) -> Progress {
        let target = match io::stderr().is_terminal() && !self.quiet && is_long {
            true => ProgressDrawTarget::stderr_with_hz(5),
            false => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(total, target);
        if let Ok(style) = ProgressStyle::with_template(template) {
            // ASCII only: other bars are ambiguous in width.
            bar.set_style(style.progress_chars("=> "));
        }
        *self.bar.lock().unwrap_or_else(PoisonError::into_inner) = bar.clone();
        Progress {
            bar,
            lang: self.lang,
        }
    }

    /// Writes to the terminal without tearing the bar.
    pub(super) fn beside_the_bar<T>(&self, write: impl FnOnce() -> T) -> T {
        let bar = self
            .bar
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        // One that is not drawn holds nobody up.
        match bar.is_hidden() {
            true => write(),
            false => bar.suspend(write),
        }
    }
}

/// The line that a person answers with, `hidden` or shown as it is typed. The terminal itself edits
/// the line. Whatever ends the waiting, the terminal is then as it was.
fn answer(question: &str, hidden: bool) -> Result<String> {
    let mut interruptions = Interruptions::listen()?;
    let before = tcgetattr(io::stdin())?;
    if hidden {
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Flush, &silent)?;
    }
    io::stderr().write_all(format!("{question}: ").as_bytes())?;
    let typed = interruptions.unless(
        |_| true,
        || {
            let mut line = String::new();
            io::stdin().read_line(&mut line).map(|_| line)
        },
    );
    let restored = tcsetattr(io::stdin(), OptionalActions::Drain, &before);
    // Ctrl-D on an empty line is no answer either.
    let typed = typed.transpose()?.filter(|line| !line.is_empty());
    if hidden || typed.is_none() {
        // No line end was shown.
        let _ = writeln!(io::stderr());
    }
    let typed = typed.ok_or(Interrupted)?;
    restored?;
    Ok(typed)
}

/// A progress bar: how many, how fast, how long yet, and a text such as the results so far.
pub struct Progress {
    bar: ProgressBar,
    lang: Lang,
}

impl Progress {
    /// So many are done by now.
    pub fn reach(&self, done: u64) {
        self.bar.set_position(done);
    }

    /// One more is done; `text` is shown behind the bar.
    pub fn step(&self, text: &Text) {
        if !self.bar.is_hidden() {
            self.bar.set_message(paint::lines(text.get(self.lang)));
        }
        self.bar.inc(1);
    }

    /// Takes the bar away.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}

/// The pager's program and its arguments; none where it is switched off: by an empty `$PAGER` or
/// `cat`, by `--no-pager`, or on a terminal that cannot page.
pub fn pager(is_off: bool, pager: Option<&str>, term: Option<&str>) -> Option<Vec<String>> {
    let words = pager.unwrap_or(PAGER).split_whitespace();
    let words: Vec<_> = words.map(str::to_owned).collect();
    let is_off = is_off || words.is_empty() || words[0] == "cat" || term == Some("dumb");
    (!is_off).then_some(words)
}

/// Where the text of a list goes.
pub(super) enum Sheet {
    /// Held until it is longer than the screen, or whole.
    Held(String),
    /// Straight to standard output.
    Plain,
    /// Through the pager.
    Paged(Pager),
}

impl Sheet {
    /// A list that may be paged where `out` has a pager.
    pub(super) fn of(out: &Output) -> Self {
        match out.pager.is_some() && out.is_terminal() {
            true => Self::Held(String::new()),
            false => Self::Plain,
        }
    }

    /// Writes the next part.
    pub(super) fn write(&mut self, text: &str, out: &Output) -> Result<()> {
        match self {
            Self::Plain => out.raw(text)?,
            Self::Paged(pager) => pager.write(text),
            Self::Held(held) => {
                held.push_str(text);
                if held.lines().count() >= out.height {
                    let held = std::mem::take(held);
                    *self = Pager::begin(out).map_or(Self::Plain, Self::Paged);
                    self.write(&held, out)?;
                }
            }
        }
        Ok(())
    }

    /// Writes what is still held, or waits until the reader has left the pager.
    pub(super) fn end(&mut self, out: &Output) -> Result<()> {
        match std::mem::replace(self, Self::Plain) {
            Self::Held(held) => out.raw(&held),
            // It is waited for where it is dropped.
            Self::Plain | Self::Paged(_) => Ok(()),
        }
    }
}

/// A pager that runs. Dropping it waits for its end.
pub(super) struct Pager(Child);

impl Pager {
    /// Starts the pager; none where it is not there.
    fn begin(out: &Output) -> Option<Self> {
        let (program, args) = out.pager.as_ref()?.split_first()?;
        // Ctrl-C is for the pager: the program would else end under it, and the shell take the
        // terminal back.
        let runtime = Builder::new_current_thread().enable_all().build().ok()?;
        let _inside = runtime.enter();
        drop(signal(SignalKind::interrupt()).ok()?);
        let mut command = Command::new(program);
        command.args(args).stdin(Stdio::piped());
        // For a `less` without flags: without them it would show the codes of colours.
        if std::env::var_os("LESS").is_none() {
            command.env("LESS", "FRX");
        }
        command.spawn().ok().map(Self)
    }

    /// Whoever leaves the pager early has seen enough: that is no error.
    fn write(&mut self, text: &str) {
        if let Some(stdin) = &mut self.0.stdin
            && let Err(error) = stdin.write_all(text.as_bytes())
            && error.kind() == ErrorKind::BrokenPipe
        {
            self.0.stdin = None;
        }
    }
}

impl Drop for Pager {
    fn drop(&mut self) {
        // Its input ends first: `wait` closes it.
        let _ = self.0.wait();
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pager_can_be_chosen_and_switched_off() {
        for (program, term, expected) in [
            (None, None, Some("less -FRX")),
            (Some("more -d"), Some("xterm"), Some("more -d")),
            (Some(""), None, None),
            (Some("cat"), None, None),
            (None, Some("dumb"), None),
        ] {
            let found = pager(false, program, term).map(|words| words.join(" "));
            assert_eq!(found.as_deref(), expected, "{program:?} {term:?}");
        }
    }
}
