//! What is told of a load: its progress, its bad rows, and the summary.

use std::collections::BTreeSet;

use anyhow::Result;
use serde::Serialize;

use super::reading::Part;
use crate::{
    exit::Exit,
    input::{BadRow, BadRows, InputError, Source},
    locales::{Said, Text, import as words},
    output::{
        Format, Output,
        progress::Progress,
        table::{Field, Grid},
    },
    store::Counts,
};

/// The summary in JSON.
#[derive(Serialize)]
struct Summary<'a> {
    kind: &'a str,
    files: Vec<FileRow<'a>>,
    #[serde(flatten)]
    total: Numbers,
    unknown_columns: &'a [String],
    bad_rows: &'a [BadRowJson],
}

#[derive(Serialize)]
struct FileRow<'a> {
    file: &'a str,
    #[serde(flatten)]
    numbers: Numbers,
}

#[derive(Clone, Copy, Default, Serialize)]
struct Numbers {
    new: u64,
    changed: u64,
    unchanged: u64,
    bad: u64,
}

impl Numbers {
    fn of(counts: &Counts, bad: u64) -> Self {
        let Counts {
            new,
            changed,
            unchanged,
        } = *counts;
        Self {
            new,
            changed,
            unchanged,
            bad,
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            new: self.new + other.new,
            changed: self.changed + other.changed,
            unchanged: self.unchanged + other.unchanged,
            bad: self.bad + other.bad,
        }
    }

    fn fields(self) -> [Field; 4] {
        [self.new, self.changed, self.unchanged, self.bad]
            .map(|number| Field::new(number.to_string()).right())
    }
}

#[derive(Serialize)]
struct BadRowJson {
    file: String,
    line: usize,
    column: Option<String>,
    message: String,
}

/// What has been found so far.
pub(super) struct Report<'c> {
    pub(super) progress: Progress,
    out: &'c Output,
    kind: &'static str,
    names: Vec<String>,
    skip_bad: bool,
    /// How many bad rows each file has.
    bad: Vec<u64>,
    /// Those that an error tells of: none where they are skipped.
    refused: BadRows,
    broken: Vec<InputError>,
    skipped: Vec<BadRowJson>,
    unknown: Vec<String>,
}

impl<'c> Report<'c> {
    pub(super) fn new(
        out: &'c Output,
        kind: &'static str,
        sources: &[Source],
        skip_bad: bool,
    ) -> Self {
        Self {
            progress: out.progress_of_bytes(bytes(sources)),
            out,
            kind,
            names: sources.iter().map(name).collect(),
            skip_bad,
            bad: vec![0; sources.len()],
            refused: BadRows::default(),
            broken: Vec::new(),
            skipped: Vec::new(),
            unknown: Vec::new(),
        }
    }

    /// Takes in what was found in a part.
    pub(super) fn note<R>(&mut self, part: Part<R>) {
        self.progress.reach(part.bytes);
        self.bad[part.file] += part.bad.len() as u64;
        for row in part.bad {
            match self.skip_bad {
                true => self.skip(row),
                false => self.refused.push(row),
            }
        }
        self.broken.extend(part.broken);
        for column in part.unknown {
            if !self.unknown.contains(&column) {
                self.unknown.push(column);
            }
        }
    }

    fn skip(&mut self, row: BadRow) {
        if self.out.format == Format::Json {
            self.skipped.push(BadRowJson {
                file: name(&row.place.source),
                line: row.place.line,
                column: row.column,
                message: self.out.told(&row.text),
            });
        } else {
            self.progress.suspended(|| self.out.complain(&row.text));
        }
    }

    /// Whether all of it can still be stored.
    pub(super) fn is_sound(&self) -> bool {
        self.broken.is_empty() && self.refused.is_empty()
    }

    /// Whether a file cannot be read to its end.
    pub(super) fn is_broken(&self) -> bool {
        !self.broken.is_empty()
    }

    /// Nothing, where all of it can be stored.
    ///
    /// # Errors
    /// All that is wrong.
    pub(super) fn sound(&mut self) -> Result<()> {
        self.progress.end();
        let mut errors = std::mem::take(&mut self.broken);
        errors.extend(std::mem::take(&mut self.refused).into_result().err());
        match together(errors) {
            Some(error) => Err(error.into()),
            None => Ok(()),
        }
    }

    pub(super) fn files(&self) -> usize {
        self.names.len()
    }

    /// The files' names, for the log.
    pub(super) fn names(&self) -> String {
        self.names.join(", ")
    }

    /// The numbers, for the log; none where nothing was stored.
    pub(super) fn detail(&self, counts: &[Counts]) -> Option<String> {
        let Numbers {
            new,
            changed,
            unchanged,
            bad,
        } = self.total(counts);
        let detail = format!("new {new}, changed {changed}, unchanged {unchanged}, bad {bad}");
        (new + changed > 0).then_some(detail)
    }

    fn of_files(&self, counts: &[Counts]) -> Vec<Numbers> {
        let none = Counts::default();
        let files = self.bad.iter().enumerate();
        files
            .map(|(file, bad)| Numbers::of(counts.get(file).unwrap_or(&none), *bad))
            .collect()
    }

    fn total(&self, counts: &[Counts]) -> Numbers {
        let files = self.of_files(counts).into_iter();
        files.fold(Numbers::default(), Numbers::and)
    }

    /// Shows the summary, and gives the status.
    pub(super) fn end(&self, counts: &[Counts]) -> Result<Exit> {
        self.progress.end();
        if !self.unknown.is_empty() {
            let names = words::listed(&self.unknown);
            self.out.note(&words::unknown_columns(names));
        }
        match self.out.format {
            Format::Json => self.out.json(&self.summary(counts))?,
            _ => self.out.grid(&self.grid(counts))?,
        }
        let bad = self.total(counts).bad;
        if bad == 0 {
            return Ok(Exit::Done);
        }
        self.out.note(&words::skipped(bad));
        Ok(Exit::Partial)
    }

    fn summary(&self, counts: &[Counts]) -> Summary<'_> {
        let files = self.names.iter().zip(self.of_files(counts));
        Summary {
            kind: self.kind,
            files: files
                .map(|(file, numbers)| FileRow { file, numbers })
                .collect(),
            total: self.total(counts),
            unknown_columns: &self.unknown,
            bad_rows: &self.skipped,
        }
    }

    fn grid(&self, counts: &[Counts]) -> Grid {
        let titles = [
            words::title_file(),
            words::title_new(),
            words::title_changed(),
            words::title_unchanged(),
            words::title_bad(),
        ];
        let mut grid = Grid::new(titles.iter().map(|title| self.out.say(title)));
        let mut push = |name: &str, numbers: Numbers| {
            let mut row = vec![Field::new(name)];
            row.extend(numbers.fields());
            grid.push(row);
        };
        for (name, numbers) in self.names.iter().zip(self.of_files(counts)) {
            push(name, numbers);
        }
        if self.names.len() > 1 {
            push(self.out.say(&words::total()), self.total(counts));
        }
        grid
    }
}

/// A file's name as the caller gave it.
fn name(source: &Source) -> String {
    match source {
        Source::Stdin => "-".to_owned(),
        Source::File(path) => path.display().to_string(),
    }
}

/// The bytes of all files, where that is known.
fn bytes(sources: &[Source]) -> Option<u64> {
    let bytes = |source: &Source| match source {
        Source::Stdin => None,
        Source::File(path) => {
            let found = std::fs::metadata(path).ok()?;
            found.is_file().then_some(found.len())
        }
    };
    sources.iter().map(bytes).sum()
}

/// One error of several: all that they say, and each hint once.
fn together(mut errors: Vec<InputError>) -> Option<InputError> {
    if errors.len() < 2 {
        return errors.pop();
    }
    let messages: Vec<_> = errors
        .iter()
        .map(|error| error.said.message.clone())
        .collect();
    let mut met = BTreeSet::new();
    let hints = errors.iter().filter_map(|error| error.said.hint.clone());
    let hints: Vec<Text> = hints
        .filter(|hint| met.insert(format!("{hint:?}")))
        .collect();
    let kind = errors.first()?.kind;
    Some(InputError {
        kind,
        said: Said::new(Text::joined(&messages, "\n")).hint(Text::joined(&hints, "\n")),
        more: errors.iter().map(|error| error.more).sum(),
        problems: errors
            .into_iter()
            .flat_map(|error| error.problems)
            .collect(),
    })
}
