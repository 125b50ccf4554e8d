//! Arguments that several commands take: a range of time, how many rows, and `--yes`.

use std::ops::ControlFlow;

use anyhow::{Error, Result};

use crate::{
    domain::time::JstTime,
    exit::Failure,
    locales::{
        Said, Text,
        call::{self, Refused},
    },
    output::{Format, Output, list::Row, list::RowStream, terminal::can_ask},
};

/// The rows of a table on a terminal, where no limit is given.
const ROWS_ON_A_TERMINAL: u64 = 50;

/// From when to when, both included.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct TimeRange {
    /// From this date, or date and time, on
    #[arg(long, value_name = "TIME", value_parser = from)]
    pub from: Option<JstTime>,
    /// To this time; a date alone means that whole day
    #[arg(long, value_name = "TIME", value_parser = to)]
    pub to: Option<JstTime>,
}

/// How many rows.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct Newest {
    /// At most so many, the newest first
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
}

impl Newest {
    /// So many rows at most: those asked for, else what a terminal has room for, else all.
    pub fn rows(self, out: &Output) -> Option<u64> {
        let is_page = out.is_terminal() && out.format == Format::Table;
        self.limit.or(is_page.then_some(ROWS_ON_A_TERMINAL))
    }

    /// Lists the rows that `walk` gives one by one, for as long as it is told to go on. It is said
    /// where there is none, and where a table ends early, of how many more `count` knows.
    ///
    /// # Errors
    /// Where standard output cannot be written, and those of `walk` and `count`.
    pub fn list<R: Row>(
        self,
        out: &Output,
        empty: &Text,
        walk: impl FnOnce(&mut dyn FnMut(R) -> ControlFlow<Error>) -> Result<ControlFlow<Error>>,
        count: impl FnOnce() -> Result<u64>,
    ) -> Result<()> {
        let (mut rows, mut shown) = (RowStream::in_parts(out).buffered(), 0);
        rows.begin()?;
        let walked = walk(&mut |row| {
            shown += 1;
            match rows.push(row) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => ControlFlow::Break(error),
            }
        })?;
        if let ControlFlow::Break(error) = walked {
            return Err(error);
        }
        rows.end()?;
        self.tell_of_more(out, shown, count)?;
        if shown == 0 && self.limit != Some(0) {
            out.note(empty);
        }
        Ok(())
    }

    /// Under a table that ends at its limit: how many more there are.
    ///
    /// # Errors
    /// Where they cannot be counted.
    pub fn tell_of_more(
        self,
        out: &Output,
        shown: u64,
        count: impl FnOnce() -> Result<u64>,
    ) -> Result<()> {
        let ends_early = self.rows(out) == Some(shown);
        if out.format != Format::Table || out.quiet || !ends_early {
            return Ok(());
        }
        match count()?.saturating_sub(shown) {
            0 => {}
            more => out.note(&call::more(more)),
        }
        Ok(())
    }
}

/// Whether it is done without asking.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Yes {
    /// Do not ask first; needed without a terminal
    #[arg(long, short)]
    yes: bool,
}

impl Yes {
    /// Whether it was given.
    pub fn is_given(self) -> bool {
        self.yes
    }

    /// Says what will be done, and whether it may be: that is asked on a terminal. `refused` is
    /// what is said off one.
    ///
    /// # Errors
    /// Where there is nobody to ask, or the terminal cannot be read.
    pub fn agrees(self, said: Text, question: Text, refused: Said, out: &Output) -> Result<bool> {
        out.note(&said);
        match (self.yes, can_ask()) {
            (true, _) => Ok(true),
            // Nobody is asked without being told what.
            (false, true) if out.quiet => out.confirm(&Text::joined(&[said, question], " "), false),
            (false, true) => out.confirm(&question, false),
            (false, false) => Err(Failure::usage(refused).into()),
        }
    }
}

fn from(text: &str) -> Result<JstTime, Refused> {
    text.parse().map_err(|_| Refused(call::time()))
}

fn to(text: &str) -> Result<JstTime, Refused> {
    JstTime::end_of_range(text).map_err(|_| Refused(call::time()))
}
