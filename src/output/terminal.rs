//! What only a terminal has: questions to a person, the progress of a batch on standard error, and
//! the user's pager for a list that is longer than the screen. Nothing is ever asked or drawn
//! without one.

use std::{
    io::{self, ErrorKind, IsTerminal, Write},
    process::{Child, Command, Stdio},
};

use anyhow::Result;
use dialoguer::{Input, Password};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::signal::unix::{SignalKind, signal};

use super::{Output, paint};
use crate::{
    domain::text::{Secret, yes_or_no},
    locales::{Lang, Text},
};

/// Fewer orders than these are done before a bar is read.
const TOO_FEW: u64 = 10;
/// A file of fewer bytes is read before a bar is.
const TOO_FEW_BYTES: u64 = 4 << 20;

/// Whether there is a person to ask: input and messages are a terminal's.
pub fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

impl Output {
    /// Asks for a line of text; an empty answer is none.
    ///
    /// # Errors
    /// Where the terminal cannot be read.
    pub fn ask(&self, question: &Text) -> Result<Option<String>> {
        let input = Input::<String>::new()
            .with_prompt(self.say(question))
            .allow_empty(true);
        let answer = input.interact_text()?;
        Ok(Some(answer.trim().to_owned()).filter(|answer| !answer.is_empty()))
    }

    /// Asks yes or no; an answer that is neither is the default.
    ///
    /// # Errors
    /// Where the terminal cannot be read.
    pub fn confirm(&self, question: &Text, default: bool) -> Result<bool> {
        // A line is read: a prompt that reads keys hides the cursor, and Ctrl-C leaves it so.
        let marks = if default { "[Y/n]" } else { "[y/N]" };
        let answer: String = Input::new()
            .with_prompt(format!("{} {marks}", self.say(question)))
            .allow_empty(true)
            .interact()?;
        Ok(yes_or_no(&answer).unwrap_or(default))
    }

    /// Asks for a secret without echo; an empty answer is none.
    ///
    /// # Errors
    /// Where the terminal cannot be read.
    pub fn ask_secret(&self, question: &Text) -> Result<Option<Secret>> {
        let prompt = Password::new()
            .with_prompt(self.say(question))
            .allow_empty_password(true);
        let answer = prompt.interact()?;
        Ok(Some(answer)
            .filter(|answer| !answer.is_empty())
            .map(Secret::new))
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
        Progress {
            bar,
            lang: self.lang,
        }
    }
}

/// A progress bar: how many, how fast, how long yet, and a text such as the results so far.
#[derive(Clone)]
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
            self.bar.set_message(paint::one_line(text.get(self.lang)));
        }
        self.bar.inc(1);
    }

    /// Writes to the terminal without tearing the bar.
    pub fn suspended<T>(&self, write: impl FnOnce() -> T) -> T {
        // One that is not drawn holds nobody up.
        match self.bar.is_hidden() {
            true => write(),
            false => self.bar.suspend(write),
        }
    }

    /// Takes the bar away.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// What git and gh call as well: it ends by itself where all fits, and leaves the text standing.
const DEFAULT: &str = "less -FRX";

/// The pager's program and its arguments; none where it is switched off: by an empty `$PAGER` or
/// `cat`, by `--no-pager`, or on a terminal that cannot page.
pub fn pager_command(is_off: bool, pager: Option<&str>, term: Option<&str>) -> Option<Vec<String>> {
    let words = pager.unwrap_or(DEFAULT).split_whitespace();
    let words: Vec<_> = words.map(str::to_owned).collect();
    let is_off = is_off || words.is_empty() || words[0] == "cat" || term == Some("dumb");
    (!is_off).then_some(words)
}

/// Where the text of a list goes.
pub enum Sheet {
    /// Held until it is longer than the screen, or whole.
    Held(String),
    /// Straight to standard output.
    Plain,
    /// Through the pager.
    Paged(Pager),
}

impl Sheet {
    /// A list that may be paged where `out` has a pager.
    pub fn of(out: &Output) -> Self {
        match out.pager.is_some() && out.is_terminal() {
            true => Self::Held(String::new()),
            false => Self::Plain,
        }
    }

    /// Writes the next part.
    pub fn write(&mut self, text: &str, out: &Output) -> Result<()> {
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
    pub fn end(&mut self, out: &Output) -> Result<()> {
        match std::mem::replace(self, Self::Plain) {
            Self::Held(held) => out.raw(&held),
            // It is waited for where it is dropped.
            Self::Plain | Self::Paged(_) => Ok(()),
        }
    }
}

/// A pager that runs. Dropping it waits for its end.
pub struct Pager {
    child: Child,
    has_left: bool,
}

impl Pager {
    /// Starts the pager; none where it is not there.
    fn begin(out: &Output) -> Option<Self> {
        let (program, args) = out.pager.as_ref()?.split_first()?;
        // Ctrl-C is for the pager: the program would else end under it, and the shell take the
        // terminal back.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .ok()?;
        let _inside = runtime.enter();
        drop(signal(SignalKind::interrupt()).ok()?);
        let mut command = Command::new(program);
        command.args(args).stdin(Stdio::piped());
        // For a `less` without flags: without them it would show the codes of colours.
        if std::env::var_os("LESS").is_none() {
            command.env("LESS", "FRX");
        }
        let child = command.spawn().ok()?;
        Some(Self {
            child,
            has_left: false,
        })
    }

    /// Whoever leaves the pager early has seen enough: that is no error.
    fn write(&mut self, text: &str) {
        if let (false, Some(stdin)) = (self.has_left, &mut self.child.stdin) {
            let written = stdin.write_all(text.as_bytes());
            self.has_left = written.is_err_and(|error| error.kind() == ErrorKind::BrokenPipe);
        }
    }
}

impl Drop for Pager {
    fn drop(&mut self) {
        // Its input ends first: `wait` closes it.
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pager_can_be_chosen_and_switched_off() {
        for (pager, term, expected) in [
            (None, None, Some("less -FRX")),
            (Some("more -d"), Some("xterm"), Some("more -d")),
            (Some(""), None, None),
            (Some("cat"), None, None),
            (None, Some("dumb"), None),
        ] {
            let found = pager_command(false, pager, term).map(|words| words.join(" "));
            assert_eq!(found.as_deref(), expected, "{pager:?} {term:?}");
        }
    }
}
