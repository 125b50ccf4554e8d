//! A list that is longer than the screen, in the user's pager.

use std::{
    io::{ErrorKind, Write},
    process::{Child, Command, Stdio},
};

use anyhow::Result;
use tokio::signal::unix::{SignalKind, signal};

use super::Output;

/// What git and gh call as well: it ends by itself where all fits, and leaves the text standing.
const DEFAULT: &str = "less -FRX";

/// The pager's program and its arguments; none where it is switched off: by an empty `$PAGER` or
/// `cat`, by `--no-pager`, or on a terminal that cannot page.
pub fn command(is_off: bool, pager: Option<&str>, term: Option<&str>) -> Option<Vec<String>> {
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
pub struct Pager(Child);

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
            let found = command(false, pager, term).map(|words| words.join(" "));
            assert_eq!(found.as_deref(), expected, "{pager:?} {term:?}");
        }
    }
}
