//! The text after a change. `toml_edit` says where keys and values stand; the change is made in the
//! text at that place, so that all else stays to the byte. Only what stands inside a list or an
//! inline table is written anew, by `toml_edit`.
//!
//! What is written in a way that is not provided for gives none, or a text that the check of
//! [`super::Document`] refuses.

use std::ops::Range;

use toml_edit::{
    Document, InlineTable, Item, Key, Table, Value,
    visit::{self, Visit},
};

use super::{schema::Step, shown::step};

/// The parts that are there on the way to a key, each with where it begins.
fn way<'d>(document: &'d Document<&str>, steps: &[Step]) -> Vec<(usize, &'d Item)> {
    let mut item = document.as_item();
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

/// Where the deepest part stands that is there on the way.
pub(super) fn place(document: &Document<&str>, steps: &[Step]) -> usize {
    way(document, steps).last().map_or(0, |(place, _)| *place)
}

/// Sets a value.
pub(super) fn set(
    text: &str,
    document: &Document<&str>,
    steps: &[Step],
    value: Value,
) -> Option<String> {
    let way = way(document, steps);
    match way.last() {
        Some((_, Item::Value(old))) if way.len() == steps.len() => {
            Some(replaced(text, old.span()?, &value.to_string()))
        }
        Some((_, Item::Value(outer))) => {
            let names = names(&steps[way.len()..])?;
            rewritten(text, outer, |outer| {
                let (last, tables) = names.split_last()?;
                let mut table = outer.as_inline_table_mut()?;
                for name in tables {
                    let inner = table
                        .entry(*name)
                        .or_insert_with(|| InlineTable::new().into());
                    table = inner.as_inline_table_mut()?;
                }
                table.insert(*last, value);
                outer.as_inline_table_mut()?.fmt();
                Some(())
            })
        }
        _ => added(text, document, steps, &way, &value),
    }
}

/// Sets a value of a key that is not there: a line in its table, or a table of its own.
fn added(
    text: &str,
    document: &Document<&str>,
    steps: &[Step],
    way: &[(usize, &Item)],
    value: &Value,
) -> Option<String> {
    // The innermost table with a header, or the document.
    let header_at = |(_, item): &(usize, &Item)| item.as_table().and_then(header_of);
    let depth = way.iter().rposition(|part| header_at(part).is_some());
    let depth = depth.map_or(0, |at| at + 1);
    let owner = match depth {
        0 => document.as_table(),
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
        let at = end_of(text, document, tables.first()?);
        return Some(set_off(text, at, &table));
    }
    let key = keys.join(".");
    let line = format!("{key} = {value}\n");
    let header = header_of(owner);
    let begin = header
        .as_ref()
        .map_or(0, |header| line_end(text, header.end));
    let area = begin..area_end(text, document, begin);
    let explained = commented_out(text, area.clone(), &key);
    Some(match explained.or_else(|| last_value_end(owner)) {
        Some(at) => {
            let line = format!("{}{line}", indent(text, at));
            inserted(text, line_end(text, at), &line)
        }
        None if header.is_some() => inserted(text, begin, &line),
        None => set_off(text, area.end, &line),
    })
}

/// Takes away a value. A comment behind it comes onto a line of its own.
pub(super) fn unset(text: &str, document: &Document<&str>, steps: &[Step]) -> Option<String> {
    let way = way(document, steps);
    let (place, item) = way.last().filter(|_| way.len() == steps.len())?;
    let value = item.as_value()?.span()?;
    if let [.., (_, Item::Value(outer)), _] = way[..] {
        let name = names(&steps[steps.len() - 1..])?.pop()?;
        return rewritten(text, outer, |outer| {
            let table = outer.as_inline_table_mut()?;
            table.remove(name)?;
            table.fmt();
            Some(())
        });
    }
    let gone = line_start(text, *place)..line_end(text, value.end);
    let kept = match text[value.end..gone.end].trim() {
        "" => String::new(),
        comment => format!("{}{comment}\n", indent(text, *place)),
    };
    Some(replaced(text, gone, &kept))
}

/// Adds an entry to a list of tables, after its last one.
pub(super) fn add_entry(
    text: &str,
    document: &Document<&str>,
    list: &str,
    fields: &[(&str, Value)],
) -> Option<String> {
    let Some(Item::Value(outer)) = document.get(list) else {
        let pairs = fields
            .iter()
            .map(|(name, value)| format!("{name} = {value}\n"));
        let entry = format!("[[{list}]]\n{}", pairs.collect::<String>());
        return Some(set_off(text, end_of(text, document, list), &entry));
    };
    rewritten(text, outer, |outer| {
        let array = outer.as_array_mut()?;
        let mut entry = Value::from(fields.iter().cloned().collect::<InlineTable>());
        // Where the last one has a line of its own, so has the new one.
        let last = array.iter().last().and_then(|last| last.decor().prefix());
        let prefix = last.and_then(|prefix| prefix.as_str()).unwrap_or_default();
        match prefix.rfind('\n').map(|line| prefix[line..].to_owned()) {
            Some(line) => {
                entry.decor_mut().set_prefix(line);
                array.push_formatted(entry);
            }
            None => array.push(entry),
        }
        Some(())
    })
}

/// Removes an entry of a list of tables. The comments behind its header and its values go with it:
/// above what follows they would describe the wrong entry. Those on lines of their own stay.
pub(super) fn remove_entry(
    text: &str,
    document: &Document<&str>,
    steps: &[Step],
    index: usize,
) -> Option<String> {
    let way = way(document, steps);
    let [(_, list), (_, entry)] = way[..] else {
        return None;
    };
    if let Some(outer) = list.as_value() {
        return rewritten(text, outer, |outer| {
            outer.as_array_mut()?.remove(index);
            Some(())
        });
    }
    let table = entry.as_table()?;
    let header = header_of(table)?;
    let last = last_value_end(table).unwrap_or(header.end);
    let gone = line_start(text, header.start)..line_end(text, last);
    let lines = text[gone.clone()].split_inclusive('\n');
    let kept: String = lines
        .filter(|line| line.trim_start().starts_with('#'))
        .collect();
    let (before, mut after) = (&text[..gone.start], &text[gone.end..]);
    // Of the blank lines before and behind it one is enough.
    if kept.is_empty() && (before.is_empty() || before.ends_with("\n\n")) {
        after = after.trim_start_matches('\n');
    }
    Some(format!("{before}{kept}{after}"))
}

/// The comments of a text, or only those on lines of their own, sorted.
pub(super) fn comments(text: &str, document: &Document<&str>, own: bool) -> Vec<String> {
    let mut strings = Spans::default();
    strings.visit_item(document.as_item());
    // Without the strings every # begins a comment.
    let mut bare = text.as_bytes().to_vec();
    for string in strings.strings {
        bare[string].fill(b'x');
    }
    let bare = String::from_utf8_lossy(&bare);
    let comment = |line: &str| {
        let (before, comment) = line.split_once('#')?;
        (!own || before.trim().is_empty()).then(|| comment.trim_end().to_owned())
    };
    let mut comments: Vec<String> = bare.lines().filter_map(comment).collect();
    comments.sort_unstable();
    comments
}

/// The names of steps that go through no list.
fn names(steps: &[Step]) -> Option<Vec<&'static str>> {
    let name = |step: &Step| match step {
        Step::Name(name) => Some(*name),
        Step::Index(_) => None,
    };
    steps.iter().map(name).collect()
}

/// The text with a list or an inline table changed, which is written anew.
fn rewritten(
    text: &str,
    outer: &Value,
    change: impl FnOnce(&mut Value) -> Option<()>,
) -> Option<String> {
    let span = outer.span()?;
    let mut new: Value = text.get(span.clone())?.parse().ok()?;
    change(&mut new)?;
    Some(replaced(text, span, new.to_string().trim()))
}

fn replaced(text: &str, gone: Range<usize>, with: &str) -> String {
    format!("{}{with}{}", &text[..gone.start], &text[gone.end..])
}

/// The text with new lines at `at`, where a line begins or the text ends.
fn inserted(text: &str, at: usize, lines: &str) -> String {
    let (before, after) = text.split_at(at);
    let end = match before.is_empty() || before.ends_with('\n') {
        true => "",
        false => "\n",
    };
    format!("{before}{end}{lines}{after}")
}

/// The same, with a blank line before and behind them.
fn set_off(text: &str, at: usize, lines: &str) -> String {
    let (before, after) = text.split_at(at);
    let above = match before.is_empty() || before.ends_with("\n\n") {
        true => "",
        false => "\n",
    };
    let below = if after.is_empty() { "" } else { "\n" };
    // Where the text has no line end at its end, it gets one.
    let before = inserted(before, before.len(), "");
    format!("{before}{above}{lines}{below}{after}")
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// Where the line after a place begins, or the text ends.
fn line_end(text: &str, at: usize) -> usize {
    let newline = text[at..].find('\n');
    newline.map_or(text.len(), |newline| at + newline + 1)
}

fn indent(text: &str, at: usize) -> &str {
    let line = &text[line_start(text, at)..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
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

/// Where what stands under a header ends that ends at `begin`: above the next header and the
/// comments right above that one, or with the text.
fn area_end(text: &str, document: &Document<&str>, begin: usize) -> usize {
    let mut spans = Spans::default();
    spans.visit_item(document.as_item());
    let next = spans.headers.into_iter().filter(|at| *at >= begin).min();
    let Some(mut top) = next.map(|next| line_start(text, next)) else {
        return text.len();
    };
    while top > begin {
        let line = line_start(text, top - 1);
        if !text[line..top].trim_start().starts_with('#') {
            break;
        }
        top = line;
    }
    top
}

/// Where a new table goes: behind the last one whose path begins with `first`, else at the end.
fn end_of(text: &str, document: &Document<&str>, first: &str) -> usize {
    let mut spans = Spans::default();
    if let Some(item) = document.get(first) {
        spans.visit_item(item);
    }
    match spans.headers.into_iter().max() {
        Some(last) => area_end(text, document, line_end(text, last)),
        None => text.len(),
    }
}

/// The line of an area that has the key commented out, as `config init` writes it. What follows a
/// header that is commented out belongs to that one.
fn commented_out(text: &str, area: Range<usize>, key: &str) -> Option<usize> {
    let mut at = area.start;
    for line in text[area].split_inclusive('\n') {
        let comment = line.trim_start_matches(['#', ' ']);
        if line.starts_with('#') && comment.starts_with('[') {
            return None;
        }
        let rest = comment.strip_prefix(key).map(str::trim_start);
        if line.starts_with('#') && rest.is_some_and(|rest| rest.starts_with('=')) {
            return Some(at);
        }
        at += line.len();
    }
    None
}

/// Where the strings and the headers of a document stand.
#[derive(Default)]
struct Spans {
    strings: Vec<Range<usize>>,
    headers: Vec<usize>,
}

impl<'a> Visit<'a> for Spans {
    fn visit_table(&mut self, table: &'a Table) {
        let header = header_of(table).map(|header| header.start);
        self.headers.extend(header);
        visit::visit_table(self, table);
    }

    fn visit_value(&mut self, value: &'a Value) {
        if value.is_str() {
            self.strings.extend(value.span());
        }
        visit::visit_value(self, value);
    }
}
