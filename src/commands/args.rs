//! Arguments that all commands take, or several: the global flags; results, times, numbers, a range
//! of time, how many rows, and `--yes`.

use std::{ops::ControlFlow, path::PathBuf};

use anyhow::{Error, Result};

use crate::{
    domain::{
        event::AutoResult,
        number::{self, Asked},
        text::{self, folded, trim},
        time::{JstTime, NotATime},
    },
    exit::Failure,
    locales::{
        Said, Text,
        call::{self, Refused},
    },
    output::{
        ColorChoice, Format, Output,
        list::{Row, RowStream},
        terminal::can_ask,
    },
    store::{Filter, Store},
};

/// Flags that every command takes.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Configuration file
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Use the configuration and the store of this name (default: $OPLUX_PROFILE)
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// Store file
    #[arg(long, global = true, value_name = "FILE")]
    pub store: Option<PathBuf>,
    /// Form of the results (default: table); jsonl and csv are for lists
    #[arg(
        long,
        global = true,
        value_name = "table|json|jsonl|csv",
        default_value = "table",
        hide_possible_values = true,
        hide_default_value = true
    )]
    pub format: Format,
    /// With --format csv: begin with a byte-order mark, as Excel needs it
    #[arg(long, global = true)]
    pub bom: bool,
    /// Language of messages and tables (default: $OPLUX_LANG, else the locale)
    #[arg(
        long,
        global = true,
        value_name = "en|ja",
        value_parser = ["en", "ja"],
        hide_possible_values = true
    )]
    pub lang: Option<String>,
    /// Colour the output (default: auto, which honours NO_COLOR and CLICOLOR_FORCE)
    #[arg(
        long,
        global = true,
        value_name = "auto|always|never",
        default_value = "auto",
        hide_possible_values = true,
        hide_default_value = true
    )]
    pub color: ColorChoice,
    /// Do not show a list that is longer than the screen in $PAGER (default: less)
    #[arg(long, global = true)]
    pub no_pager: bool,
    /// Print results and errors only
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Tell in detail what is done, each request too; twice: also what is waited for
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Write each request as a line of JSON to this file, behind what it holds
    #[arg(long, global = true, value_name = "FILE")]
    pub log_file: Option<PathBuf>,
}

/// A result that is asked for; `None` stands for those without one.
pub type Wanted = Option<AutoResult>;

/// OK, NG, HOLD, REVIEW or none, however it is typed.
///
/// # Errors
/// Where it is none of them.
pub fn auto_result(text: &str) -> Result<Wanted, Refused> {
    result(text).ok_or_else(|| Refused(call::auto_result()))
}

/// OK, NG, HOLD or none, however it is typed: what a person can set (目視審査結果).
///
/// # Errors
/// Where it is none of them.
pub fn manual_result(text: &str) -> Result<Wanted, Refused> {
    result(text)
        .filter(|wanted| *wanted != Some(AutoResult::Review))
        .ok_or_else(|| Refused(call::manual_result()))
}

fn result(text: &str) -> Option<Wanted> {
    let name = text::folded(text::trim(text));
    match name.as_str() {
        "none" | "なし" => Some(None),
        name => AutoResult::from_word(name).map(Some),
    }
}

/// A date, or a date and time.
///
/// # Errors
/// Where it is neither.
pub fn time(text: &str) -> Result<JstTime, Refused> {
    text.parse().map_err(|_| Refused(call::time()))
}

/// So many a second: `5/s`, `0.5/s`, or the number alone.
///
/// # Errors
/// Where it is no such rate.
pub fn rate(text: &str) -> Result<f64, Refused> {
    let number = text.strip_suffix("/s").unwrap_or(text).parse::<f64>();
    number
        .ok()
        .filter(|rate| (0.001..=10_000.0).contains(rate))
        .ok_or_else(|| Refused(call::rate()))
}

/// One order number, as it was pasted.
///
/// # Errors
/// Where it breaks the grammar, or several were pasted together.
pub fn order_number(text: &str) -> Result<Asked, Refused> {
    let asked = number::asked(text).ok();
    let one = asked.and_then(|asked| <[Asked; 1]>::try_from(asked).ok());
    one.map(|[asked]| asked)
        .ok_or_else(|| Refused(call::order_number()))
}

/// Yes or no, as the configuration takes it.
///
/// # Errors
/// Where it is neither.
pub fn yes_or_no(text: &str) -> Result<bool, Refused> {
    text::yes_or_no(text).ok_or_else(|| Refused(call::yes_or_no()))
}

/// The rows of a table on a terminal, where no limit is given.
const ROWS_ON_A_TERMINAL: u64 = 50;

/// A time as a user gives it. What a word for a day means, the clock says when the command runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// A date, or a date and time.
    At(JstTime),
    /// A whole day of Asia/Tokyo, counted back from today.
    DaysAgo(u16),
}

impl When {
    /// The first second that is meant.
    pub fn first(self, now: JstTime) -> JstTime {
        self.ends(now).0
    }

    fn ends(self, now: JstTime) -> (JstTime, JstTime) {
        match self {
            Self::At(time) => (time, time),
            Self::DaysAgo(days) => JstTime::bounds_of_day(now.day() - i64::from(days)),
        }
    }
}

/// From when to when, both included.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct TimeRange {
    /// From this date, or date and time, on; also today, yesterday, 7d (7 days ago), 今日, 昨日
    #[arg(long, value_name = "TIME", value_parser = from)]
    from: Option<When>,
    /// To this time; a date alone, today, yesterday or 7d means that whole day
    #[arg(long, value_name = "TIME", value_parser = to)]
    to: Option<When>,
}

impl TimeRange {
    /// Whether it has an end.
    pub fn is_given(self) -> bool {
        self.from.is_some() || self.to.is_some()
    }

    /// The first and the last second, where the clock shows `now`.
    ///
    /// # Errors
    /// Where it ends before it begins.
    pub fn ends(self, now: JstTime) -> Result<(Option<JstTime>, Option<JstTime>)> {
        let from = self.from.map(|from| from.first(now));
        let to = self.to.map(|to| to.ends(now).1);
        match (from, to) {
            (Some(from), Some(to)) if from > to => {
                let said = Said::new(call::range_backwards(from, to));
                Err(Failure::usage(said.hint(call::range_backwards_hint())).into())
            }
            ends => Ok(ends),
        }
    }
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

    /// Lists what a filter finds in the store, where there is one; `row` makes a row of it.
    ///
    /// # Errors
    /// Where the store cannot be read, or standard output not be written.
    pub fn list_stored<F: Filter, R: Row>(
        self,
        out: &Output,
        empty: &Text,
        store: Option<&Store>,
        filter: &F,
        mut row: impl FnMut(F::Item) -> R,
    ) -> Result<()> {
        let walk = |each: &mut dyn FnMut(R) -> ControlFlow<Error>| match store {
            Some(store) => Ok(store.each(filter, |item| each(row(item)))?),
            None => Ok(ControlFlow::Continue(())),
        };
        let count = || Ok(store.map_or(Ok(0), |store| store.count(filter))?);
        self.list(out, empty, walk, count)
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

/// The beginning of a range: a date, a date and time, or a word for a day.
///
/// # Errors
/// Where it is none of them.
pub fn from(text: &str) -> Result<When, Refused> {
    when(text, str::parse)
}

fn to(text: &str) -> Result<When, Refused> {
    when(text, JstTime::end_of_range)
}

fn when(text: &str, time: fn(&str) -> Result<JstTime, NotATime>) -> Result<When, Refused> {
    let word = folded(trim(text));
    let days = match &*word {
        "today" | "今日" => Some(0),
        "yesterday" | "昨日" => Some(1),
        days => days.strip_suffix('d').and_then(|days| days.parse().ok()),
    };
    match days {
        Some(days) => Ok(When::DaysAgo(days)),
        None => Ok(When::At(time(text).map_err(|_| Refused(call::when()))?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read_in_any_case_and_only_those_that_there_are() {
        let cases = [
            ("OK", Some(Some(AutoResult::Ok))),
            ("ng", Some(Some(AutoResult::Ng))),
            (" Hold ", Some(Some(AutoResult::Hold))),
            ("none", Some(None)),
            ("None", Some(None)),
            ("ＯＫ", Some(Some(AutoResult::Ok))),
            ("保留", Some(Some(AutoResult::Hold))),
            ("不承認", None),
            ("承認", Some(Some(AutoResult::Ok))),
            ("なし", Some(None)),
            ("", None),
            ("OKAY", None),
            ("-", None),
        ];
        for (text, expected) in cases {
            assert_eq!(auto_result(text).ok(), expected, "{text:?}");
            assert_eq!(manual_result(text).ok(), expected, "{text:?}");
        }
        assert_eq!(auto_result("review").ok(), Some(Some(AutoResult::Review)));
        assert_eq!(
            manual_result("REVIEW"),
            Err(Refused(call::manual_result())),
            "nobody sets it by hand"
        );
    }

    #[test]
    fn a_word_for_a_day_means_that_whole_day_in_tokyo() {
        // 2026-11-20 00:30 in Tokyo, where it is still the 19th in UTC.
        let now: JstTime = "2026-11-20 00:30:00".parse().unwrap();
        for (text, day) in [
            ("today", "2026-11-20"),
            ("今日", "2026-11-20"),
            ("Yesterday", "2026-11-19"),
            ("昨日", "2026-11-19"),
            ("0d", "2026-11-20"),
            (" 7d", "2026-11-13"),
            ("３０ｄ", "2026-10-21"),
            ("2026/11/19", "2026-11-19"),
        ] {
            let range = TimeRange {
                from: from(text).ok(),
                to: to(text).ok(),
            };
            let ends = [" 00:00:00", " 23:59:59"].map(|time| format!("{day}{time}").parse().ok());
            assert_eq!(range.ends(now).unwrap(), (ends[0], ends[1]), "{text}");
        }
        for text in ["", "d", "7", "-1d", "1.5d", "99999d", "tomorrow", "明日"] {
            assert_eq!(from(text), Err(Refused(call::when())), "{text}");
            assert!(to(text).is_err(), "{text}");
        }
    }
}
