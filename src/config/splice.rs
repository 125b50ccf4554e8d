//! The text after a change. `toml_edit` says where keys and values stand; the change is made in the
//! text at that place, so that all else stays to the byte. Only an inline table that gets or loses
//! a key is written anew, by `toml_edit`.
//!
//! What is written in a way that is not provided for (a list of inline tables) gives none, or a
//! text that the check of [`super::Document`] refuses.

use std::ops::Range;

use toml_edit::{Document, InlineTable, Item, Key, Table, Value};
use toml_parser::{
    Source,
    parser::{Event, EventKind, parse_document},
};

use super::{check, error::Problem, schema::Step, value::step};

/// A text that is changed, and where its parts stand.
pub(super) struct Splice<'t> {
    pub(super) text: &'t str,
    pub(super) document: Document<&'t str>,
    /// Where the comments begin and end.
    comments: Vec<Range<usize>>,
    /// Where each header begins, and the first name in it.
    headers: Vec<(usize, &'t str)>,
}

impl<'t> Splice<'t> {
    /// # Errors
    /// Every place where the text is not TOML.
    pub(super) fn of(text: &'t str) -> Result<Self, Vec<Problem>> {
        let document = check::parse(text)?;
        let (mut comments, mut headers, mut opened) = (Vec::new(), Vec::new(), None);
        let mut note = |event: Event| {
            let (start, end) = (event.span().start(), event.span().end());
            match event.kind() {
                EventKind::Comment => comments.push(start..end),
                EventKind::StdTableOpen | EventKind::ArrayTableOpen => opened = Some(start),
                EventKind::SimpleKey => {
                    let name = text[start..end].trim_matches(['"', '\'']);
                    headers.extend(opened.take().map(|start| (start, name)));
                }
                _ => {}
            }
        };
        let tokens = Source::new(text).lex().into_vec();
        parse_document(&tokens, &mut note, &mut ());
        Ok(Self {
            text,
            document,
            comments,
            headers,
        })
    }

    /// The text with a value set.
    pub(super) fn set(&self, steps: &[Step], value: Value) -> Option<String> {
        let way = self.way(steps);
        match (way.last(), &steps[way.len()..]) {
            (Some((_, Item::Value(old))), []) => {
                Some(self.replaced(old.span()?, &value.to_string()))
            }
            (Some((_, Item::Value(outer))), [Step::Name(name)]) => self.rewritten(outer, |table| {
                table.insert(*name, value);
            }),
            (Some((_, Item::Value(_))), _) => None,
            _ => self.added(steps, &way, &value),
        }
    }

    /// A value of a key that is not there: a line in its table, or a table of its own.
    fn added(&self, steps: &[Step], way: &[(usize, &Item)], value: &Value) -> Option<String> {
        // The innermost table with a header, or the document.
        let header_at = |(_, item): &(usize, &Item)| item.as_table().and_then(header_of);
        let depth = way.iter().rposition(|part| header_at(part).is_some());
        let depth = depth.map_or(0, |at| at + 1);
        let owner = match depth {
            0 => self.document.as_table(),
            _ => way[depth - 1].1.as_table()?,
        };
        let keys = names(&steps[depth..])?;
        let is_dotted = way[depth..]
            .last()
            .is_some_and(|(_, item)| item.as_table().is_some_and(Table::is_dotted));
        if keys.len() > 1 && !is_dotted {
            let names = names(steps)?;
            let (name, tables) = names.split_last()?;
            let table = format!("[{}]\n{name} = {value}\n", tables.join("."));
            return Some(self.set_off(self.end_of(tables.first()?), &table));
        }
        let key = keys.join(".");
        let line = format!("{key} = {value}\n");
        let header = header_of(owner);
        let begin = header
            .as_ref()
            .map_or(0, |header| self.line_end(header.end));
        let end = self.area_end(begin);
        let explained = self.commented_out(begin..end, &key);
        Some(match explained.or_else(|| last_value_end(owner)) {
            Some(at) => {
                let line = format!("{}{line}", self.indent(at));
                inserted(self.text, self.line_end(at), &line)
            }
            None if header.is_some() => inserted(self.text, begin, &line),
            None => self.set_off(end, &line),
        })
    }

    /// The text without a value. A comment behind it comes onto a line of its own.
    pub(super) fn unset(&self, steps: &[Step]) -> Option<String> {
        let way = self.way(steps);
        let (place, item) = way.last().filter(|_| way.len() == steps.len())?;
        let value = item.as_value()?.span()?;
        if let ([.., (_, Item::Value(outer)), _], [.., Step::Name(name)]) = (&way[..], steps) {
            return self.rewritten(outer, |table| drop(table.remove(name)));
        }
        let gone = self.line_start(*place)..self.line_end(value.end);
        let kept = match self.text[value.end..gone.end].trim() {
            "" => String::new(),
            comment => format!("{}{comment}\n", self.indent(*place)),
        };
        Some(self.replaced(gone, &kept))
    }

    /// The text with an entry after the last one of a list of tables.
    pub(super) fn add_entry(&self, list: &str, fields: &[(&str, Value)]) -> String {
        let mut entry = format!("[[{list}]]\n");
        for (name, value) in fields {
            entry += &format!("{name} = {value}\n");
        }
        self.set_off(self.end_of(list), &entry)
    }

    /// The text without an entry of a list of tables. The comments behind its header and its values
    /// go with it: above what follows they would describe the wrong entry. Those on lines of their
    /// own stay.
    pub(super) fn remove_entry(&self, list: &str, index: usize) -> Option<String> {
        let tables = self.document.get(list)?.as_array_of_tables()?;
        let table = tables.get(index)?;
        let header = header_of(table)?;
        let last = last_value_end(table).unwrap_or(header.end);
        let gone = self.line_start(header.start)..self.line_end(last);
        let lines = self.text[gone.clone()].split_inclusive('\n');
        let kept: String = lines
            .filter(|line| line.trim_start().starts_with('#'))
            .collect();
        let (before, mut after) = (&self.text[..gone.start], &self.text[gone.end..]);
        // Of the blank lines before and behind it one is enough.
        if kept.is_empty() && (before.is_empty() || before.ends_with("\n\n")) {
            after = after.trim_start_matches('\n');
        }
        Some(format!("{before}{kept}{after}"))
    }

    /// The comments of the text, or only those on lines of their own, sorted.
    pub(super) fn comments(&self, own: bool) -> Vec<&'t str> {
        let comments = self.comments.iter().filter(|comment| {
            let line = self.line_start(comment.start);
            !own || self.text[line..comment.start].trim().is_empty()
        });
        let mut comments: Vec<_> = comments
            .map(|at| self.text[at.clone()].trim_end())
            .collect();
        comments.sort_unstable();
        comments
    }

    /// Where the deepest part stands that is there on the way to a key.
    pub(super) fn place(&self, steps: &[Step]) -> usize {
        self.way(steps).last().map_or(0, |(place, _)| *place)
    }

    /// The parts that are there on the way to a key, each with where it begins.
    fn way(&self, steps: &[Step]) -> Vec<(usize, &Item)> {
        let mut item = self.document.as_item();
        let mut way = Vec::new();
        for at in steps {
            let key = match at {
                Step::Name(name) => item.as_table_like().and_then(|table| table.key(name)),
                Step::Index(_) => None,
            };
            let Some(next) = step(item, *at) else { break };
            let span = key.and_then(Key::span).or_else(|| next.span());
            way.push((span.map_or(0, |span| span.start), next));
            item = next;
        }
        way
    }

    /// The text with an inline table changed, which is written anew.
    fn rewritten(&self, outer: &Value, change: impl FnOnce(&mut InlineTable)) -> Option<String> {
        let span = outer.span()?;
        let mut new: Value = self.text.get(span.clone())?.parse().ok()?;
        let table = new.as_inline_table_mut()?;
        change(table);
        table.fmt();
        Some(self.replaced(span, new.to_string().trim()))
    }

    fn replaced(&self, gone: Range<usize>, with: &str) -> String {
        let (before, after) = (&self.text[..gone.start], &self.text[gone.end..]);
        format!("{before}{with}{after}")
    }

    /// The text with new lines at `at`, with a blank line before and behind them.
    fn set_off(&self, at: usize, lines: &str) -> String {
        let (before, after) = self.text.split_at(at);
        let above = match before.is_empty() || before.ends_with("\n\n") {
            true => "",
            false => "\n",
        };
        let below = if after.is_empty() { "" } else { "\n" };
        // Where the text has no line end at its end, it gets one.
        let before = inserted(before, before.len(), "");
        format!("{before}{above}{lines}{below}{after}")
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |newline| newline + 1)
    }

    /// Where the line after a place begins, or the text ends.
    fn line_end(&self, at: usize) -> usize {
        let newline = self.text[at..].find('\n');
        newline.map_or(self.text.len(), |newline| at + newline + 1)
    }

    fn indent(&self, at: usize) -> &str {
        let line = &self.text[self.line_start(at)..];
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    }

    /// Where what stands under a header ends that ends at `begin`: above the next header and the
    /// comments right above that one, or with the text.
    fn area_end(&self, begin: usize) -> usize {
        let mut headers = self.headers.iter();
        let Some((next, _)) = headers.find(|(at, _)| *at >= begin) else {
            return self.text.len();
        };
        let mut top = self.line_start(*next);
        while top > begin {
            let line = self.line_start(top - 1);
            if !self.text[line..top].trim_start().starts_with('#') {
                break;
            }
            top = line;
        }
        top
    }

    /// Where a new table goes: behind the last one whose path begins with `first`, else at the end.
    fn end_of(&self, first: &str) -> usize {
        let mut headers = self.headers.iter().rev();
        match headers.find(|(_, name)| *name == first) {
            Some((last, _)) => self.area_end(self.line_end(*last)),
            None => self.text.len(),
        }
    }

    /// The line of an area that has the key commented out, as `config init` writes it. What follows
    /// a header that is commented out belongs to that one.
    fn commented_out(&self, area: Range<usize>, key: &str) -> Option<usize> {
        let mut at = area.start;
        for line in self.text[area].split_inclusive('\n') {
            if line.starts_with('#') {
                let comment = line.trim_start_matches(['#', ' ']);
                if comment.starts_with('[') {
                    return None;
                }
                let rest = comment.strip_prefix(key).map(str::trim_start);
                if rest.is_some_and(|rest| rest.starts_with('=')) {
                    return Some(at);
                }
            }
            at += line.len();
        }
        None
    }
}

/// The names of steps that go through no list.
fn names(steps: &[Step]) -> Option<Vec<&'static str>> {
    let name = |step: &Step| match step {
        Step::Name(name) => Some(*name),
        Step::Index(_) => None,
    };
    steps.iter().map(name).collect()
}

/// A text with new lines at `at`, where a line begins or the text ends.
fn inserted(text: &str, at: usize, lines: &str) -> String {
    let (before, after) = text.split_at(at);
    let end = match before.is_empty() || before.ends_with('\n') {
        true => "",
        false => "\n",
    };
    format!("{before}{end}{lines}{after}")
}

/// The place of a table's header; none for one that only dotted keys or headers below tell of.
fn header_of(table: &Table) -> Option<Range<usize>> {
    let is_written = !table.is_implicit() && !table.is_dotted();
    // That of the document is empty.
    table.span().filter(|span| is_written && !span.is_empty())
}

/// Where the last value of a table ends, dotted keys included.
fn last_value_end(table: &Table) -> Option<usize> {
    let values = table.get_values().into_iter();
    values
        .filter_map(|(_, value)| Some(value.span()?.end))
        .max()
}
