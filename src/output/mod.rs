//! The only code that writes to the terminal. Renderers return values; [`Output`] writes them.
//!
//! Whatever writes to standard output fails with [`ReaderGone`] where the reader has closed the
//! pipe, and with [`WriteError`] where it cannot be written for another reason.

use std::{
    borrow::Cow,
    io::{self, IsTerminal, Write},
    os::fd::AsFd,
    process::Stdio,
    sync::{Arc, Mutex},
};

pub use clap::ColorChoice;
use indicatif::ProgressBar;
use serde::Serialize;

use crate::locales::{Lang, Said, Text, call, wrap::wrap};

pub mod file;
pub mod hint;
pub mod list;
pub mod paint;
pub mod records;
pub mod report;
pub mod table;
pub mod terminal;
pub mod traced;

use paint::Tone;
use table::{Card, Field, Grid, Layout};

/// The form of the results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Table,
    /// One JSON document.
    Json,
    /// A JSON document a line.
    Jsonl,
    /// RFC 4180 with a header row.
    Csv,
}

impl Format {
    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
        }
    }
}

/// The reader of standard output has closed it: the program ends silently.
#[derive(Debug, thiserror::Error)]
#[error("standard output was closed by its reader")]
pub struct ReaderGone;

/// Standard output cannot be written, on a full disk for example.
#[derive(Debug, thiserror::Error)]
#[error("{said}")]
pub struct WriteError {
    /// What to tell.
    pub said: Said,
}

/// How and where results, messages and errors are written.
#[derive(Debug, Clone)]
pub struct Output {
    /// The form of the results.
    pub format: Format,
    /// The language of what people read.
    pub lang: Lang,
    /// Only results and errors.
    pub quiet: bool,
    /// Details of what is done.
    pub verbose: bool,
    /// CSV begins with a byte-order mark.
    pub has_bom: bool,
    /// The call, whose flags the commands in hints repeat.
    pub call: hint::Call,
    /// The pager of long lists; none where it is switched off.
    pub pager: Option<Vec<String>>,
    colour: bool,
    colour_messages: bool,
    /// Of the terminal that results go to; none where they go elsewhere.
    width: Option<usize>,
    /// The lines of that terminal.
    height: usize,
    /// Of the terminal that messages go to.
    width_of_messages: Option<usize>,
    /// What shows the progress of what is under way.
    bar: Arc<Mutex<ProgressBar>>,
}

impl Output {
    /// An output to this process's standard streams.
    pub fn of_process(
        format: Format,
        lang: Lang,
        color: ColorChoice,
        quiet: bool,
        verbose: bool,
    ) -> Self {
        let wanted = |stream_says: anstream::ColorChoice| match color {
            ColorChoice::Auto => stream_says != anstream::ColorChoice::Never,
            ColorChoice::Always => true,
            ColorChoice::Never => false,
        };
        Self {
            format,
            lang,
            quiet,
            verbose,
            has_bom: false,
            call: hint::Call::default(),
            pager: None,
            colour: wanted(anstream::AutoStream::choice(&io::stdout())),
            colour_messages: wanted(anstream::AutoStream::choice(&io::stderr())),
            width: size_of(io::stdout()).map(|size| size.0),
            height: size_of(io::stdout()).map_or(0, |size| size.1),
            width_of_messages: size_of(io::stderr()).map(|size| size.0),
            bar: Arc::new(Mutex::new(ProgressBar::hidden())),
        }
    }

    /// Whether results go to a terminal.
    pub fn is_terminal(&self) -> bool {
        self.width.is_some()
    }

    /// The wording of `text` in the user's language.
    pub fn say<'a>(&self, text: &'a Text) -> &'a str {
        text.get(self.lang)
    }

    /// Writes `text` to standard output as it is.
    pub fn raw(&self, text: &str) -> anyhow::Result<()> {
        let write = || {
            let mut stdout = io::stdout().lock();
            stdout
                .write_all(text.as_bytes())
                .and_then(|()| stdout.flush())
        };
        // A reader that pauses holds up no message besides.
        let written = match self.is_terminal() {
            true => self.beside_the_bar(write),
            false => write(),
        };
        written.map_err(write_failed)
    }

    /// Writes JSON or CSV to standard output: as it is into a file or a pipe, and without control
    /// characters onto a terminal. CSV keeps them all, and JSON those above ASCII, such as CSI.
    pub fn data(&self, text: &str) -> anyhow::Result<()> {
        self.raw(&self.safe(text))
    }

    fn safe<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.is_terminal() {
            true => paint::lines(text).into(),
            false => text.into(),
        }
    }

    /// Writes a page to standard output: `coloured` or `plain`, as standard output is.
    pub fn page(&self, coloured: &str, plain: &str) -> anyhow::Result<()> {
        self.raw(if self.colour { coloured } else { plain })
    }

    /// Writes a page of reference to standard output, as wide as a page of help.
    pub fn reference(&self, page: &str) -> anyhow::Result<()> {
        self.raw(&reference(page, help_width(), self.colour))
    }

    /// Writes a line for people to standard output.
    pub fn line(&self, text: &str) -> anyhow::Result<()> {
        self.raw(&format!("{}\n", paint::lines(text)))
    }

    /// Writes a paragraph for people to standard output: wrapped to the terminal, and to 80
    /// columns elsewhere. What follows a hyphen at its beginning is indented.
    pub fn paragraph(&self, text: &str) -> anyhow::Result<()> {
        self.paragraph_in(text, self.width.unwrap_or(80).min(100))
    }

    /// Writes a sentence that is passed on or searched for: wrapped to the terminal, and whole in a
    /// pipe, as the cells of a table are. What follows a hyphen at its beginning is indented.
    pub fn sentence(&self, text: &str) -> anyhow::Result<()> {
        self.paragraph_in(text, self.width.map_or(usize::MAX, |width| width.min(100)))
    }

    fn paragraph_in(&self, text: &str, width: usize) -> anyhow::Result<()> {
        self.raw(&hint::paragraph(&paint::lines(text), width))
    }

    /// Writes a blank line and the heading of what follows.
    pub fn heading(&self, text: &str) -> anyhow::Result<()> {
        let lines = wrap(&paint::lines(text), self.width.unwrap_or(usize::MAX).max(1));
        // Painted after it was cleaned, which takes escapes away.
        let lines = lines
            .iter()
            .map(|line| format!("{}\n", Tone::Notable.paint(line, self.colour)));
        self.raw(&format!("\n{}", lines.collect::<String>()))
    }

    /// Writes a command as it is typed, whole.
    pub fn command(&self, line: &str) -> anyhow::Result<()> {
        let line = Tone::Notable.paint(&format!("$ {}", paint::lines(line)), self.colour);
        self.raw(&format!("{line}\n"))
    }

    /// Writes a value as one JSON document to standard output.
    pub fn json(&self, value: &impl Serialize) -> anyhow::Result<()> {
        self.data(&format!("{}\n", serde_json::to_string_pretty(value)?))
    }

    /// Writes a table to standard output.
    pub fn grid(&self, grid: &Grid) -> anyhow::Result<()> {
        self.raw(&grid.render(self.width, self.colour))
    }

    /// A part of a longer table: the first has the header, and decides the `layout` of all.
    fn grid_part(&self, grid: &Grid, layout: &mut Option<Layout>) -> String {
        let is_first = layout.is_none();
        let layout = layout.get_or_insert_with(|| grid.layout(self.width));
        grid.render_part(layout, is_first, self.width, self.colour)
    }

    /// Writes a card to standard output.
    pub fn card(&self, card: &Card) -> anyhow::Result<()> {
        self.raw(&card.render(self.width, self.colour))
    }

    /// Tells how it went, on standard error, unless `--quiet`.
    pub fn note(&self, text: &Text) {
        if !self.quiet {
            self.message(&self.told(text));
        }
    }

    /// Tells a detail of what is done, on standard error, with `--verbose` only.
    pub fn detail(&self, text: &Text) {
        if self.verbose {
            let line = Tone::Faint.paint(&paint::lines(self.say(text)), self.colour_messages);
            self.tell(&line);
        }
    }

    /// Warns on standard error, unless `--quiet`.
    pub fn warn(&self, said: &Said) {
        if !self.quiet {
            self.labelled(&call::warning(), Tone::Warn, said);
        }
    }

    /// Tells what is wrong with a part of what was asked for, on standard error: also with
    /// `--quiet`, which leaves errors.
    pub fn complain(&self, text: &Text) {
        self.message(&self.told(text));
    }

    /// Tells of an error on standard error: a line of JSON with `--format json`.
    pub fn error(&self, code: &str, said: &Said, retryable: bool) {
        if self.format == Format::Json {
            let hint = said.hint.as_ref().map(|hint| self.told(hint));
            let text = self.told(&said.message);
            let error = serde_json::json!({
                "error": {"code": code, "message": text, "hint": hint, "retryable": retryable}
            });
            self.tell(&error.to_string());
        } else {
            self.labelled(&call::error(), Tone::Bad, said);
        }
    }

    /// A text for people: clean, and its commands ready to be copied.
    pub fn told(&self, text: &Text) -> String {
        paint::lines(&self.call.on_lines(self.say(text)))
    }

    fn labelled(&self, label: &Text, tone: Tone, said: &Said) {
        self.message_of(label, tone, &self.told(&said.message));
        if let Some(hint) = &said.hint {
            self.message_of(&call::hint(), Tone::Notable, &self.told(hint));
        }
    }

    /// A message behind a label in its tone.
    fn message_of(&self, label: &Text, tone: Tone, text: &str) {
        let label = self.say(label);
        // A command that begins a hint has a line of its own as well.
        let gap = if hint::is_command(text) { "\n" } else { " " };
        let lines = self.wrapped_message(&format!("{label}:{gap}{text}"));
        // Painted after it was wrapped.
        let rest = lines.strip_prefix(label).unwrap_or(&lines);
        self.tell(&format!(
            "{}{rest}",
            tone.paint(label, self.colour_messages)
        ));
    }

    fn message(&self, text: &str) {
        self.tell(&self.wrapped_message(text));
    }

    /// One line (or several) on standard error. That it cannot be written stops nothing.
    fn tell(&self, text: &str) {
        let _ = self.beside_the_bar(|| writeln!(io::stderr().lock(), "{text}"));
    }

    /// Wrapped at words on a terminal, and as it is elsewhere.
    fn wrapped_message(&self, text: &str) -> String {
        match self.width_of_messages {
            Some(width) => hint::wrapped(text, width.min(100)).join("\n"),
            None => text.to_owned(),
        }
    }
}

/// Standard output, for what a program that is called writes on its standard error.
///
/// # Errors
/// Where the system has no further handle.
pub fn as_stdio() -> io::Result<Stdio> {
    Ok(io::stdout().as_fd().try_clone_to_owned()?.into())
}

/// Whether there is still somebody to read: one who has gone ends the rows, and not what is judged
/// by them for an exit status.
///
/// # Errors
/// All others.
pub fn unless_reader_gone(written: anyhow::Result<()>) -> anyhow::Result<bool> {
    match written {
        Err(error) if error.is::<ReaderGone>() => Ok(false),
        written => written.map(|()| true),
    }
}

fn write_failed(error: io::Error) -> anyhow::Error {
    if error.kind() == io::ErrorKind::BrokenPipe {
        ReaderGone.into()
    } else {
        WriteError {
            said: Said::new(call::cannot_write(error.to_string())),
        }
        .into()
    }
}

/// A page as text, `width` columns wide: headings in their tone, tables laid out, the rest wrapped.
/// What stands in blocks of code stays as it is.
pub fn reference(page: &str, width: usize, colour: bool) -> String {
    let mut text = String::new();
    let mut lines = page.lines().peekable();
    let mut is_code = false;
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            is_code = !is_code;
        } else if is_code {
            text += &format!("    {line}\n");
        } else if line.starts_with('|') {
            let mut rows = vec![cells(line)];
            while let Some(row) = lines.next_if(|line| line.starts_with('|')) {
                rows.push(cells(row));
            }
            text += &reference_table(&rows, width, colour);
        } else if line.starts_with('#') {
            let heading = line.trim_start_matches(['#', ' ']);
            for line in wrap(heading, width) {
                text += &format!("{}\n", Tone::Notable.paint(&line, colour));
            }
        } else if line.is_empty() {
            text.push('\n');
        } else {
            text += &hint::paragraph(line, width);
        }
    }
    text
}

/// A row of a table in Markdown.
fn cells(line: &str) -> Vec<&str> {
    line.trim_matches('|').split('|').map(str::trim).collect()
}

fn reference_table(rows: &[Vec<&str>], width: usize, colour: bool) -> String {
    // The names of the first column are copied. The second row is Markdown's rule.
    let mut grid = Grid::new(rows[0].iter().copied()).unwrapped([0]);
    for row in rows.iter().skip(2) {
        grid.push(row.iter().map(|cell| Field::new(*cell)).collect());
    }
    grid.render(Some(width), colour)
}

/// The width of a page of help: the terminal's, 100 at most; 80 where there is none.
pub fn help_width() -> usize {
    size_of(io::stdout()).map_or(80, |size| size.0).min(100)
}

/// The columns and the lines of a terminal; `None` where the stream goes elsewhere. One that does
/// not tell has 80 by 24.
fn size_of(stream: impl IsTerminal + AsFd) -> Option<(usize, usize)> {
    let is_terminal = stream.is_terminal();
    let size = terminal_size::terminal_size_of(stream);
    let size = size.map(|(width, height)| (usize::from(width.0), usize::from(height.0)));
    is_terminal.then(|| size.filter(|size| size.0 > 0).unwrap_or((80, 24)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_reaches_a_terminal_without_control_characters_and_a_file_as_it_is() {
        let text = "number,state\r\na,\"\x1b[31mred\u{9b}2J\u{202e}\"\r\n";
        let mut out = Output::of_process(Format::Csv, Lang::En, ColorChoice::Never, false, false);
        out.width = None;
        assert_eq!(out.safe(text), text);
        out.width = Some(80);
        assert_eq!(out.safe(text), "number,state\na,\"[31mred2J\"\n");
    }

    #[test]
    fn a_page_is_laid_out_for_its_width() {
        let page = "# Title of the page\n\nOne two three four.\n- an item that is long\n\n| name | means |\n\
                    | --- | --- |\n| `a-b` | one two three |\n\n```toml\nkey = \"a long value\"\n```\n";
        let expected = "Title of the\npage\n\nOne two three\nfour.\n- an item that\n  is long\n\n\
                        name   means\n---------------\n`a-b`  one two\n       three\n\n    \
                        key = \"a long value\"\n";
        assert_eq!(reference(page, 15, false), expected);
    }
}
