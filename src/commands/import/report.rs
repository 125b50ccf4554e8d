//! What is told of a load: its progress, its mistakes, and the summary.

use std::collections::HashSet;

use anyhow::Result;
use serde::Serialize;

use crate::{
    exit::Exit,
    input::{FileEnd, FileKind, InputError, Mistake, RowPlace, Source, Weight},
    locales::{Said, Text, input as words},
    output::{
        Format, Output, WriteError,
        table::{Field, Grid},
        terminal::Progress,
    },
    store::{Counts, OtherNumber},
};

/// The summary in JSON.
#[derive(Serialize)]
struct Summary<'a> {
    kind: Option<&'static str>,
    files: Vec<FileRow>,
    #[serde(flatten)]
    total: Numbers,
    dry_run: bool,
    unknown_columns: Vec<String>,
    bad_rows: Vec<MistakeRow<'a>>,
    warnings: Vec<MistakeRow<'a>>,
}

#[derive(Serialize)]
struct FileRow {
    file: String,
    kind: Option<&'static str>,
    #[serde(flatten)]
    numbers: Numbers,
}

/// A bad row, or what is told of rows that are loaded.
#[derive(Serialize)]
struct MistakeRow<'a> {
    file: String,
    line: u64,
    column: Option<&'a str>,
    value: Option<&'a str>,
    count: usize,
    message: String,
}

#[derive(Clone, Copy, Default, Serialize)]
struct Numbers {
    new: u64,
    changed: u64,
    unchanged: u64,
    bad: u64,
}

impl Numbers {
    /// Those of several files.
    fn of<'f>(files: impl IntoIterator<Item = &'f FileReport>) -> Self {
        let mut sum = Self::default();
        for FileReport { numbers, .. } in files {
            sum.new += numbers.new;
            sum.changed += numbers.changed;
            sum.unchanged += numbers.unchanged;
            sum.bad += numbers.bad;
        }
        sum
    }

    fn fields(self) -> [Field; 4] {
        [self.new, self.changed, self.unchanged, self.bad]
            .map(|number| Field::new(number.to_string()).right())
    }
}

/// What is said of event IDs that are taken: by the store, by a row before.
const TAKEN: [fn() -> Text; 2] = [words::event_id_taken, words::event_id_taken_by_row];

/// What is known of a file.
struct FileReport {
    source: Source,
    end: FileEnd,
    numbers: Numbers,
    /// Event IDs that stand under another number: in the store before, or in a row before.
    taken: [Vec<(RowPlace, String)>; 2],
}

/// What has been found so far.
pub(super) struct Report<'c> {
    progress: Progress,
    out: &'c Output,
    files: Vec<FileReport>,
    skip_bad: bool,
    /// Whether the caller said what the files hold.
    is_named: bool,
}

impl<'c> Report<'c> {
    pub(super) fn new(out: &'c Output, sources: &[Source], skip_bad: bool, is_named: bool) -> Self {
        let file = |source: &Source| FileReport {
            source: source.clone(),
            end: FileEnd::default(),
            numbers: Numbers::default(),
            taken: Default::default(),
        };
        Self {
            progress: out.progress_of_bytes(bytes(sources)),
            out,
            files: sources.iter().map(file).collect(),
            skip_bad,
            is_named,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    pub(super) fn reach(&self, bytes: u64) {
        self.progress.reach(bytes);
    }

    /// Takes in what is known at the end of a file, and tells it.
    pub(super) fn ended(&mut self, file: usize, end: FileEnd) {
        for mistake in &end.mistakes {
            self.tell(file, mistake);
        }
        self.files[file].numbers.bad += end.bad;
        self.files[file].end = end;
    }

    /// Notes an event that the store cannot keep.
    pub(super) fn taken(&mut self, file: usize, place: RowPlace, other: &OtherNumber) {
        let file = &mut self.files[file];
        file.numbers.bad += 1;
        file.taken[usize::from(!other.was_stored)].push((place, other.number.to_string()));
    }

    /// Tells the events that the store cannot keep.
    pub(super) fn tell_taken(&mut self) {
        for at in 0..self.files.len() {
            let taken = std::mem::take(&mut self.files[at].taken);
            for (taken, what) in taken.into_iter().zip(TAKEN) {
                let (places, numbers): (Vec<_>, Vec<_>) = taken.into_iter().unzip();
                if !places.is_empty() {
                    let end = &mut self.files[at].end;
                    let mistake = Mistake::event_id_taken(&end.event_id, what(), places, numbers);
                    end.mistakes.push(mistake.clone());
                    self.tell(at, &mistake);
                }
            }
        }
    }

    fn tell(&self, file: usize, mistake: &Mistake) {
        let text = mistake.text(self.files[file].source.name());
        match mistake.weight {
            Weight::Bad if !self.skip_bad || self.out.format == Format::Json => {}
            Weight::Bad => self.out.complain(&text),
            Weight::Told => self.out.warn(&Said::new(text)),
        }
    }

    /// Whether all of it can still be stored.
    pub(super) fn is_sound(&self) -> bool {
        let is_bad = |file: &FileReport| file.numbers.bad > 0 && !self.skip_bad;
        let mut files = self.files.iter();
        !files.any(|file| file.end.broken.is_some() || is_bad(file))
    }

    /// Nothing where all of it can be stored, else all that is wrong.
    pub(super) fn sound(&self) -> Result<()> {
        self.progress.end();
        let broken = self.files.iter().filter_map(|file| file.end.broken.clone());
        let mut errors: Vec<_> = broken.collect();
        if !self.skip_bad {
            let bad = self.mistakes(Weight::Bad);
            let lines = bad.map(|(file, mistake)| mistake.text(file.source.name()));
            errors.extend(InputError::of_lines(lines.collect(), words::hint_rows()));
        }
        InputError::together(errors).map_or(Ok(()), |error| Err(error.into()))
    }

    fn mistakes<'s>(
        &'s self,
        weight: Weight,
    ) -> impl Iterator<Item = (&'s FileReport, &'s Mistake)> {
        let of_file = move |file: &'s FileReport| {
            let mistakes = file.end.mistakes.iter();
            mistakes.map(move |mistake| (file, mistake))
        };
        let all = self.files.iter().flat_map(of_file);
        all.filter(move |(_, mistake)| mistake.weight == weight)
    }

    /// Takes in what became of the rows of each file.
    pub(super) fn count(&mut self, counts: Vec<Counts>) {
        for (file, counts) in self.files.iter_mut().zip(counts) {
            file.numbers.new = counts.new;
            file.numbers.changed = counts.changed;
            file.numbers.unchanged = counts.unchanged;
        }
    }

    /// For the log: of each kind of which anything was stored the files and the numbers.
    pub(super) fn changes(&self) -> Vec<(FileKind, String, String)> {
        let of_kind = |kind: FileKind| {
            let files = self.files.iter().filter(|file| file.end.kind == Some(kind));
            let names: Vec<_> = files.clone().map(|file| file.source.argument()).collect();
            let all = Numbers::of(files);
            let (new, changed) = (all.new, all.changed);
            let (unchanged, bad) = (all.unchanged, all.bad);
            let detail = format!("new {new}, changed {changed}, unchanged {unchanged}, bad {bad}");
            (new + changed > 0).then(|| (kind, names.join(", "), detail))
        };
        FileKind::ALL.into_iter().filter_map(of_kind).collect()
    }

    /// Says that it was interrupted.
    pub(super) fn interrupted(&self) {
        self.progress.end();
        self.out.note(&words::interrupted());
    }

    /// Shows the summary, and gives the status.
    pub(super) fn end(&self, is_dry: bool) -> Result<Exit> {
        self.progress.end();
        let unknown = self.unknown();
        if !unknown.is_empty() {
            self.out
                .note(&words::unknown_columns(words::listed(&unknown)));
        }
        let shown = match self.out.format {
            Format::Json => self.out.json(&self.summary(is_dry, unknown)),
            _ => self.out.grid(&self.grid()),
        };
        let bad = Numbers::of(&self.files).bad;
        // What became of the rows is certain by now, whether it can be shown or not.
        shown.map_err(|error| match error.downcast::<WriteError>() {
            Ok(WriteError { said }) => {
                let hint = match (is_dry, bad) {
                    (true, _) => words::summary_lost_of_dry_run_hint(),
                    (false, 0) => words::summary_lost_hint(),
                    (false, _) => words::summary_lost_of_good_hint(),
                };
                let said = said.hint(hint);
                WriteError { said }.into()
            }
            Err(error) => error,
        })?;
        if is_dry {
            self.out.note(&words::dry_run());
        }
        if self.mistakes(Weight::Told).next().is_some() {
            self.out.note(&words::hint_told());
        }
        if bad == 0 {
            return Ok(Exit::Done);
        }
        self.out.note(&words::skipped(bad));
        Ok(Exit::Partial)
    }

    /// The columns that are passed over, each once.
    fn unknown(&self) -> Vec<String> {
        let mut met = HashSet::new();
        let all = self.files.iter().flat_map(|file| &file.end.unknown);
        all.filter(|column| met.insert(*column)).cloned().collect()
    }

    fn summary(&self, is_dry: bool, unknown_columns: Vec<String>) -> Summary<'_> {
        let kind_name = |file: &FileReport| file.end.kind.map(FileKind::name);
        let mut kinds: Vec<_> = self.files.iter().map(kind_name).collect();
        kinds.dedup();
        let files = self.files.iter().map(|file| FileRow {
            file: file.source.argument(),
            kind: kind_name(file),
            numbers: file.numbers,
        });
        // A bad row is a row here, whatever else is as bad.
        let bad_rows = self.mistakes(Weight::Bad).flat_map(|(file, mistake)| {
            let places = mistake.places.iter();
            places.map(move |place| self.mistake_row(file, mistake, *place, 1))
        });
        let warnings = self.mistakes(Weight::Told).flat_map(|(file, mistake)| {
            let (first, count) = (mistake.places.first(), mistake.places.len());
            first.map(|place| self.mistake_row(file, mistake, *place, count))
        });
        Summary {
            kind: if kinds.len() == 1 { kinds[0] } else { None },
            files: files.collect(),
            total: Numbers::of(&self.files),
            dry_run: is_dry,
            unknown_columns,
            bad_rows: bad_rows.collect(),
            warnings: warnings.collect(),
        }
    }

    fn mistake_row<'m>(
        &self,
        file: &FileReport,
        mistake: &'m Mistake,
        place: RowPlace,
        count: usize,
    ) -> MistakeRow<'m> {
        let text = mistake.text(file.source.name());
        MistakeRow {
            file: file.source.argument(),
            line: place.number(),
            column: mistake.column.as_deref(),
            value: mistake.value(),
            count,
            message: self.out.say(&text).to_owned(),
        }
    }

    fn grid(&self) -> Grid {
        let mut titles = vec![
            words::title_file(),
            words::title_new(),
            words::title_changed(),
            words::title_unchanged(),
            words::title_bad(),
        ];
        if !self.is_named {
            titles.insert(1, words::title_kind());
        }
        let mut grid = Grid::new(titles.iter().map(|title| self.out.say(title)));
        let mut push = |name: &str, kind: Field, numbers: Numbers| {
            let mut row = vec![Field::new(name)];
            row.extend((!self.is_named).then_some(kind));
            row.extend(numbers.fields());
            grid.push(row);
        };
        for file in &self.files {
            let kind = file.end.kind.map(|kind| words::kind(kind.name()));
            let kind = Field::maybe(kind.map(|kind| self.out.say(&kind).to_owned()));
            push(&file.source.argument(), kind, file.numbers);
        }
        if self.files.len() > 1 {
            push(
                self.out.say(&words::total()),
                Field::none(),
                Numbers::of(&self.files),
            );
        }
        grid
    }
}

/// The bytes of all files, where that is known.
fn bytes(sources: &[Source]) -> Option<u64> {
    let bytes = |source: &Source| match source {
        Source::Stdin | Source::Ecforce => None,
        Source::File(path) => {
            let found = std::fs::metadata(path).ok()?;
            found.is_file().then_some(found.len())
        }
    };
    sources.iter().map(bytes).sum()
}
