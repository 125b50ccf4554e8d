//! The progress of a batch on standard error: only where that is a terminal.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Output, clean};
use crate::locales::{Lang, Text};

/// Fewer orders than these are done before a bar is read.
const TOO_FEW: u64 = 10;

/// A progress bar: how many, how fast, how long yet, and a text such as the results so far.
pub struct Progress {
    bar: ProgressBar,
    lang: Lang,
}

impl Output {
    /// The progress of `total` things. It shows nothing off a terminal, nor with `--quiet`.
    pub fn progress(&self, total: u64) -> Progress {
        let is_shown = io::stderr().is_terminal() && !self.quiet && total >= TOO_FEW;
        let target = match is_shown {
            true => ProgressDrawTarget::stderr_with_hz(5),
            false => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        // ASCII only: other bars are ambiguous in width.
        let style = ProgressStyle::with_template("[{bar:20}] {pos}/{len} {per_sec} {eta} {msg}");
        if let Ok(style) = style {
            bar.set_style(style.progress_chars("=> "));
        }
        Progress {
            bar,
            lang: self.lang,
        }
    }
}

impl Progress {
    /// One more is done; `text` is shown behind the bar.
    pub fn step(&self, text: &Text) {
        if !self.bar.is_hidden() {
            self.bar.set_message(clean::one_line(text.get(self.lang)));
        }
        self.bar.inc(1);
    }

    /// Writes to the terminal without tearing the bar.
    pub fn suspended<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }

    /// Takes the bar away.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}
