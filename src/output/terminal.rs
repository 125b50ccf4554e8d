//! What only a terminal has: questions to a person, and the progress of a batch on standard error.
//! Nothing is ever asked or drawn without one.

use std::{
    io::{self, IsTerminal, Write},
    sync::PoisonError,
};

use anyhow::Result;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

use super::{
    Output,
    interruptions::{Interrupted, Interruptions},
    paint,
};
use crate::{
    domain::{private::Secret, text::yes_or_no},
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
