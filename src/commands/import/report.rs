//! What is told of a load: its progress, its mistakes, and the summary.

use anyhow::Result;
use serde::Serialize;

use crate::{
    domain::order::OrderNumber,
    exit::Exit,
    input::{InputError, Kind, Mistake, RowPlace, Source, Weight},
    locales::{Said, import as words},
    output::{
        Format, Output,
        table::{Field, Grid},
        terminal::Progress,
    },
    store::Counts,
};

/// The summary in JSON.
#[derive(Serialize)]
struct Summary<'a> {
    kind: Option<&'static str>,
    files: Vec<FileRow>,
    #[serde(flatten)]
    total: Numbers,
    dry_run: bool,
    unknown_columns: &'a [String],
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

/// The end of a file.
#[derive(Default)]
pub(super) struct End {
    /// What it holds, where that is known.
    pub kind: Option<Kind>,
    pub mistakes: Vec<Mistake>,
    /// How many rows are bad.
    pub bad: u64,
    /// The columns that are passed over.
    pub unknown: Vec<String>,
    /// What the file calls the column of event IDs.
    pub event_id: String,
    /// Why the rest of the file cannot be read.
    pub broken: Option<InputError>,
}

/// What is known of a file.
struct FileReport {
    source: Source,
    kind: Option<Kind>,
    numbers: Numbers,
    mistakes: Vec<Mistake>,
    /// Event IDs that the store has under another number.
    taken: Vec<(RowPlace, String)>,
}

/// What has been found so far.
pub(super) struct Report<'c> {
    progress: Progress,
    out: &'c Output,
    files: Vec<FileReport>,
    skip_bad: bool,
    /// Whether the caller said what the files hold.
    is_named: bool,
    broken: Vec<InputError>,
    unknown: Vec<String>,
}

impl<'c> Report<'c> {
    pub(super) fn new(out: &'c Output, sources: &[Source], skip_bad: bool, is_named: bool) -> Self {
        let file = |source: &Source| FileReport {
            source: source.clone(),
            kind: None,
            numbers: Numbers::default(),
            mistakes: Vec::new(),
            taken: Vec::new(),
        };
        Self {
            progress: out.progress_of_bytes(bytes(sources)),
            out,
            files: sources.iter().map(file).collect(),
            skip_bad,
            is_named,
            broken: Vec::new(),
            unknown: Vec::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    pub(super) fn reach(&self, bytes: u64) {
        self.progress.reach(bytes);
    }

    /// Notes an event that the store cannot keep.
    pub(super) fn taken(&mut self, file: usize, place: RowPlace, number: &OrderNumber) {
        self.files[file].taken.push((place, number.to_string()));
    }

    /// Whether the end of a file says that nothing can be stored.
    pub(super) fn is_bad(&self, end: &End) -> bool {
        end.broken.is_some() || (end.bad > 0 && !self.skip_bad)
    }

    /// Takes in what is known at the end of a file, and tells it.
    pub(super) fn ended(&mut self, file: usize, end: End) {
        let file = &mut self.files[file];
        file.kind = end.kind;
        file.numbers.bad = end.bad + file.taken.len() as u64;
        file.mistakes = end.mistakes;
        if !file.taken.is_empty() {
            let (places, numbers) = std::mem::take(&mut file.taken).into_iter().unzip();
            file.mistakes
                .push(Mistake::event_id_taken(&end.event_id, places, numbers));
        }
        self.broken.extend(end.broken);
        for column in end.unknown {
            if !self.unknown.contains(&column) {
                self.unknown.push(column);
            }
        }
        for mistake in &file.mistakes {
            let text = mistake.text(file.source.name());
            self.progress.suspended(|| match mistake.weight {
                Weight::Bad if !self.skip_bad || self.out.format == Format::Json => {}
                Weight::Bad => self.out.complain(&text),
                Weight::Told => self.out.warn(&Said::new(text)),
            });
        }
    }

    /// Whether all of it can still be stored.
    pub(super) fn is_sound(&self) -> bool {
        let is_bad = |file: &FileReport| file.numbers.bad > 0 && !self.skip_bad;
        self.broken.is_empty() && !self.files.iter().any(is_bad)
    }

    /// Nothing, where all of it can be stored.
    ///
    /// # Errors
    /// All that is wrong.
    pub(super) fn sound(&mut self) -> Result<()> {
        self.progress.end();
        let mut errors = std::mem::take(&mut self.broken);
        if !self.skip_bad {
            errors.extend(self.refused());
        }
        match InputError::together(errors) {
            Some(error) => Err(error.into()),
            None => Ok(()),
        }
    }

    /// The error of all bad rows, where there is any.
    fn refused(&self) -> Option<InputError> {
        let lines = self
            .mistakes(|weight| weight == Weight::Bad)
            .map(|(file, mistake)| mistake.text(file.source.name()));
        InputError::of_lines(lines.collect(), words::hint_rows())
    }

    fn mistakes(
        &self,
        wanted: impl Fn(Weight) -> bool,
    ) -> impl Iterator<Item = (&FileReport, &Mistake)> {
        let all = self
            .files
            .iter()
            .flat_map(|file| file.mistakes.iter().map(move |mistake| (file, mistake)));
        all.filter(move |(_, mistake)| wanted(mistake.weight))
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
    pub(super) fn changes(&self) -> Vec<(Kind, String, String)> {
        let of_kind = |kind: Kind| {
            let files = self.files.iter().filter(|file| file.kind == Some(kind));
            let names: Vec<_> = files.clone().map(|file| file.source.argument()).collect();
            let sum = files
                .map(|file| file.numbers)
                .fold(Numbers::default(), Numbers::and);
            let Numbers {
                new,
                changed,
                unchanged,
                bad,
            } = sum;
            let detail = format!("new {new}, changed {changed}, unchanged {unchanged}, bad {bad}");
            (new + changed > 0).then(|| (kind, names.join(", "), detail))
        };
        Kind::ALL.into_iter().filter_map(of_kind).collect()
    }

    fn total(&self) -> Numbers {
        let files = self.files.iter().map(|file| file.numbers);
        files.fold(Numbers::default(), Numbers::and)
    }

    /// Says that it was interrupted.
    pub(super) fn interrupted(&self) {
        self.progress.end();
        self.out.note(&words::interrupted());
    }

    /// Shows the summary, and gives the status.
    pub(super) fn end(&self, is_dry: bool) -> Result<Exit> {
        self.progress.end();
        if !self.unknown.is_empty() {
            let names = words::listed(&self.unknown);
            self.out.note(&words::unknown_columns(names));
        }
        match self.out.format {
            Format::Json => self.out.json(&self.summary(is_dry))?,
            _ => self.out.grid(&self.grid())?,
        }
        if is_dry {
            self.out.note(&words::dry_run());
        }
        if self
            .mistakes(|weight| weight == Weight::Told)
            .next()
            .is_some()
        {
            self.out.note(&words::hint_told());
        }
        let bad = self.total().bad;
        if bad == 0 {
            return Ok(Exit::Done);
        }
        self.out.note(&words::skipped(bad));
        Ok(Exit::Partial)
    }

    fn summary(&self, is_dry: bool) -> Summary<'_> {
        let kind_name = |file: &FileReport| file.kind.map(Kind::name);
        let mut kinds: Vec<_> = self.files.iter().map(kind_name).collect();
        kinds.dedup();
        let files = self.files.iter().map(|file| FileRow {
            file: file.source.argument(),
            kind: kind_name(file),
            numbers: file.numbers,
        });
        let mut bad_rows = Vec::new();
        let mut warnings = Vec::new();
        for (file, mistake) in self.mistakes(|_| true) {
            let is_bad = mistake.weight == Weight::Bad;
            // A bad row is a row here, whatever else is as bad.
            let places = mistake
                .places
                .iter()
                .take(if is_bad { usize::MAX } else { 1 });
            for place in places {
                let count = if is_bad { 1 } else { mistake.places.len() };
                let all = if is_bad { &mut bad_rows } else { &mut warnings };
                all.push(MistakeRow {
                    file: file.source.argument(),
                    line: place.number(),
                    column: mistake.column.as_deref(),
                    value: mistake.value(),
                    count,
                    message: self.out.say(&mistake.text(file.source.name())).to_owned(),
                });
            }
        }
        Summary {
            kind: if kinds.len() == 1 { kinds[0] } else { None },
            files: files.collect(),
            total: self.total(),
            dry_run: is_dry,
            unknown_columns: &self.unknown,
            bad_rows,
            warnings,
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
            let kind = file.kind.map(|kind| words::kind(kind.name()));
            let kind = Field::maybe(kind.map(|kind| self.out.say(&kind).to_owned()));
            push(&file.source.argument(), kind, file.numbers);
        }
        if self.files.len() > 1 {
            push(self.out.say(&words::total()), Field::none(), self.total());
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
