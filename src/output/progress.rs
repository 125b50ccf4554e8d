//! The progress of a batch on standard error: only where that is a terminal.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Output, clean};
use crate::locales::{Lang, Text};

/// Fewer orders than these are done before a bar is read.
const TOO_FEW: u64 = 10;
/// A file of fewer bytes is read before a bar is.
const TOO_FEW_BYTES: u64 = 4 << 20;

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
        styled(&bar, "[{bar:20}] {pos}/{len} {per_sec} {eta} {msg}");
        Progress {
            bar,
            lang: self.lang,
        }
    }

    /// The progress of reading so many bytes; none where it is not known how many there are. It
    /// shows nothing off a terminal, nor with `--quiet`.
    pub fn progress_of_bytes(&self, total: Option<u64>) -> Progress {
        let is_long = total.is_none_or(|total| total >= TOO_FEW_BYTES);
        let is_shown = io::stderr().is_terminal() && !self.quiet && is_long;
        let target = match is_shown {
            true => ProgressDrawTarget::stderr_with_hz(5),
            false => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(total, target);
        let template = match total {
            Some(_) => "[{bar:20}] {bytes}/{total_bytes} {bytes_per_sec} {eta}",
            None => "{bytes} {bytes_per_sec}",
        };
        styled(&bar, template);
        Progress {
            bar,
            lang: self.lang,
        }
    }
}

fn styled(bar: &ProgressBar, template: &str) {
    if let Ok(style) = ProgressStyle::with_template(template) {
        // ASCII only: other bars are ambiguous in width.
        bar.set_style(style.progress_chars("=> "));
    }
}

impl Progress {
    /// So many are done by now.
    pub fn reach(&self, done: u64) {
        self.bar.set_position(done);
    }

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
