//! The text after a change. `toml_edit` says where keys and values stand; the change is made in the
//! text at that place, so that all else stays to the byte: comments, blanks, the order of dotted
//! keys, Windows' line breaks. Comments inside of what goes come onto lines of their own.
//!
//! What is written in a way that is not provided for gives none, or a text that the check of
//! [`super::Document`] refuses.

use std::ops::Range;

use toml_edit::{
    Document, Item, Key, Table, TableLike, Value,
    visit::{self, Visit},
};

use super::super::{check, key::Step};

/// Where a path leads.
struct Here<'a, 's> {
    /// The table with a header, or the document, that it is in.
    owner: &'a Table,
    /// The braces or brackets that it is in.
    around: Option<&'a Value>,
    /// The innermost table, which may be one of dotted keys, and those keys.
    table: &'a dyn TableLike,
    dotted: Vec<&'s str>,
    /// The place of the key, and the value; none where `rest` is missing.
    found: Option<(usize, &'a Value)>,
    rest: &'s [Step],
}

fn walk<'a, 's>(root: &'a Table, steps: &'s [Step]) -> Option<Here<'a, 's>> {
    let mut here = Here {
        owner: root,
        around: None,
        table: root,
        dotted: Vec::new(),
        found: None,
        rest: steps,
    };
    while let [Step::Name(name), rest @ ..] = here.rest {
        let Some(mut item) = here.table.get(name) else {
            return Some(here);
        };
        let key = here.table.key(name)?.span()?.start;
        here.dotted.push(name);
        here.rest = rest;
        if let [Step::Index(index), rest @ ..] = rest {
            here.around = item.as_value();
            item = item.get(index)?;
            here.rest = rest;
        }
        match item {
            Item::Table(inner) => {
                if !inner.is_dotted() {
                    here.owner = inner;
                    here.dotted.clear();
                }
                here.table = inner;
            }
            Item::Value(value @ Value::InlineTable(inner)) => {
                if !inner.is_dotted() {
                    here.around = Some(value);
                    here.dotted.clear();
                }
                here.table = inner;
            }
            Item::Value(value) => {
                here.found = Some((key, value));
                return here.rest.is_empty().then_some(here);
            }
            _ => return None,
        }
    }
    None
}

/// The value at `steps`, where there is one that is no table.
pub(super) fn value_at<'a>(document: &'a Document<&str>, steps: &[Step]) -> Option<&'a Value> {
    let (_, value) = walk(document.as_table(), steps)?.found?;
    Some(value)
}

/// Where the deepest part stands that is there on the way of `steps`.
pub(super) fn place(document: &Document<&str>, steps: &[Step]) -> Option<usize> {
    let mut item = document.as_item();
    let mut place = None;
    for step in steps {
        let (next, key) = match step {
            Step::Name(name) => {
                let table = item.as_table_like();
                (
                    item.get(name.as_str()),
                    table.and_then(|table| table.key(name)),
                )
            }
            Step::Index(index) => (item.get(index), None),
        };
        let Some(next) = next else { break };
        item = next;
        let span = key.and_then(Key::span).or_else(|| item.span());
        place = span.map(|span| span.start).or(place);
    }
    place
}

/// Sets the value at `steps`.
pub(super) fn set(text: &str, steps: &[Step], value: &Value) -> Option<String> {
    let document = check::parse(text).ok()?;
    let here = walk(document.as_table(), steps)?;
    if let Some((_, old)) = here.found {
        let (gone, with) = (old.span()?, value.to_string());
        return Some(replaced(text, &document, gone, &with, |_| true));
    }
    let missing = names(here.rest)?;
    let path: Vec<&str> = here.dotted.iter().chain(&missing).copied().collect();
    let line = format!("{} = {value}", written(&path));
    if let Some(Value::InlineTable(table)) = here.around {
        return add_element(text, table.span()?, &ends(table), &line, " ");
    }
    let is_there = header_of(here.owner).is_some() || std::ptr::eq(here.owner, document.as_table());
    if is_there && (missing.len() == 1 || !here.dotted.is_empty()) {
        return Some(add_line(text, &document, &here, &written(&path), line));
    }
    let names = names(steps)?;
    let (name, table) = names.split_last()?;
    let block = [
        format!("[{}]", written(table)),
        format!("{} = {value}", written(&[name])),
    ];
    Some(add_block(text, &document, table.first()?, block))
}

/// Takes away the value at `steps`.
pub(super) fn unset(text: &str, steps: &[Step]) -> Option<String> {
    let document = check::parse(text).ok()?;
    let here = walk(document.as_table(), steps)?;
    let (key, value) = here.found?;
    let gone = without(text, key..value.span()?.end, here.around)?;
    Some(replaced(text, &document, gone, "", |_| true))
}

/// Adds an entry to a list of tables, after its last one.
pub(super) fn add_entry(text: &str, list: &str, fields: &[(&str, Value)]) -> Option<String> {
    let document = check::parse(text).ok()?;
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{} = {value}", written(&[name])));
    match document.get(list) {
        None | Some(Item::ArrayOfTables(_)) => {
            let header = format!("[[{}]]", written(&[list]));
            let block = std::iter::once(header).chain(pairs);
            Some(add_block(text, &document, list, block))
        }
        Some(Item::Value(value @ Value::Array(array))) => {
            let element = format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "));
            let ends: Vec<usize> = array.iter().filter_map(end_of).collect();
            add_element(text, value.span()?, &ends, &element, "")
        }
        Some(_) => None,
    }
}

/// Removes an entry of a list of tables. The comments behind its header and its values go with it:
/// above what follows they would describe the wrong entry. Those on lines of their own stay.
pub(super) fn remove_entry(text: &str, list: &str, index: usize) -> Option<String> {
    let document = check::parse(text).ok()?;
    let gone = match document.get(list)? {
        Item::ArrayOfTables(tables) => {
            let table = tables.get(index)?;
            let header = table.span()?;
            let last = ends(table).into_iter().max().unwrap_or(header.end);
            line_start(text, header.start)..line_end(text, last)
        }
        Item::Value(value @ Value::Array(array)) => {
            without(text, array.get(index)?.span()?, Some(value))?
        }
        _ => return None,
    };
    let stays = |comment: &Range<usize>| has_own_line(text, comment);
    Some(replaced(text, &document, gone, "", stays))
}

/// The names of steps that go through no list.
fn names<'s>(steps: &'s [Step]) -> Option<Vec<&'s str>> {
    let name = |step: &'s Step| match step {
        Step::Name(name) => Some(name.as_str()),
        Step::Index(_) => None,
    };
    steps.iter().map(name).collect()
}

/// A path as it is written, with quotes where TOML asks for them.
fn written(path: &[&str]) -> String {
    let keys = path.iter().map(|name| Key::new(*name).to_string());
    keys.collect::<Vec<_>>().join(".")
}

fn end_of(value: &Value) -> Option<usize> {
    Some(value.span()?.end)
}

/// Where the values of a table end, dotted keys included.
fn ends(table: &dyn TableLike) -> Vec<usize> {
    let values = table.get_values().into_iter();
    values.filter_map(|(_, value)| end_of(value)).collect()
}

/// The place of a table's header; none for the document, and for a table that only the headers
/// below it tell of.
fn header_of(table: &Table) -> Option<Range<usize>> {
    let is_written = !table.is_implicit() && !table.is_dotted();
    table.span().filter(|span| is_written && !span.is_empty())
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// Where the line after a place begins, or the text ends.
fn line_end(text: &str, at: usize) -> usize {
    text[at..]
        .find('\n')
        .map_or(text.len(), |newline| at + newline + 1)
}

/// Behind the blanks and line breaks at a place.
fn behind_blanks(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start().len()
}

fn indent(text: &str, at: usize) -> &str {
    let line = &text[line_start(text, at)..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// What has to go with a key and its value, or with an entry of a list: their lines where nothing
/// else stands there, else one comma.
fn without(text: &str, part: Range<usize>, around: Option<&Value>) -> Option<Range<usize>> {
    let lines = line_start(text, part.start)..line_end(text, part.end);
    let Some(around) = around else {
        return Some(lines);
    };
    let others: Vec<usize> = match around {
        Value::Array(array) => array.iter().filter_map(end_of).collect(),
        Value::InlineTable(table) => ends(table),
        _ => return None,
    };
    let brackets = around.span()?;
    let is_beside = |end: &usize| *end != part.end && *end > lines.start && *end <= lines.end;
    let is_alone = brackets.start < lines.start && brackets.end > lines.end;
    if is_alone && !others.iter().any(is_beside) {
        return Some(lines);
    }
    let before = others.into_iter().filter(|end| *end <= part.start).max();
    if let Some(before) = before {
        return Some(before..part.end);
    }
    let start = behind_blanks(text, brackets.start + 1);
    let end = behind_blanks(text, part.end);
    Some(match text[end..].starts_with(',') {
        true => start..behind_blanks(text, end + 1),
        false => start..end,
    })
}

/// The text with another one in the place of `gone`, and on lines above it the comments that stood
/// there and stay.
fn replaced(
    text: &str,
    document: &Document<&str>,
    gone: Range<usize>,
    with: &str,
    stays: impl Fn(&Range<usize>) -> bool,
) -> String {
    let lines: Vec<String> = comments(text, document)
        .into_iter()
        .filter(|comment| gone.contains(&comment.start) && stays(comment))
        .map(|comment| format!("{}{}", indent(text, gone.start), &text[comment]))
        .collect();
    let at = line_start(text, gone.start);
    let mut after = &text[gone.end..];
    // Of the blank lines before and behind an entry one is enough.
    let before = text[..gone.start].trim_end_matches([' ', '\t', '\r']);
    if lines.is_empty() && with.is_empty() && (at == 0 || before.ends_with("\n\n")) {
        while let Some((line, rest)) = after.split_once('\n')
            && line.trim().is_empty()
        {
            after = rest;
        }
    }
    let text = format!("{}{with}{after}", &text[..gone.start]);
    inserted(&text, at, lines)
}

/// The text with new lines at `at`, where a line begins or the text ends.
fn inserted(text: &str, at: usize, lines: impl IntoIterator<Item = String>) -> String {
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut out = text[..at].to_owned();
    for line in lines {
        if !out.trim_start_matches('\u{feff}').is_empty() && !out.ends_with('\n') {
            out += newline;
        }
        out = out + &line + newline;
    }
    out + &text[at..]
}

/// The text with a new element at the end of a list or an inline table.
fn add_element(
    text: &str,
    brackets: Range<usize>,
    ends: &[usize],
    element: &str,
    blank: &str,
) -> Option<String> {
    let (at, element) = match ends.iter().max() {
        Some(last) => (*last, format!(", {element}")),
        None => {
            let close = if text[brackets.start + 1..].starts_with('}') {
                " "
            } else {
                ""
            };
            (brackets.start + 1, format!("{blank}{element}{close}"))
        }
    };
    Some(format!("{}{element}{}", &text[..at], &text[at..]))
}

/// The text with a new line in a table: after the one that has the key commented out, else after
/// the table's last one.
fn add_line(
    text: &str,
    document: &Document<&str>,
    here: &Here<'_, '_>,
    key: &str,
    line: String,
) -> String {
    let headers = Parts::of(document.as_table()).headers;
    let header = header_of(here.owner);
    let begin = header.as_ref().map_or(0, |header| header.end);
    let next = headers.into_iter().filter(|at| *at >= begin).min();
    let end = next.map_or(text.len(), |next| above(text, next));
    let about = comments(text, document)
        .into_iter()
        .filter(|comment| (begin..next.unwrap_or(text.len())).contains(&comment.start))
        .filter(|comment| has_own_line(text, comment))
        .map(|comment| (comment.end, text[comment].trim_start_matches(['#', ' '])))
        // What follows a header that is commented out belongs to that one.
        .take_while(|(_, comment)| !comment.starts_with('['))
        .find(|(_, comment)| {
            let rest = comment.strip_prefix(key).map(str::trim_start);
            rest.is_some_and(|rest| rest.starts_with('='))
        });
    let last = ends(here.table).into_iter().max();
    match about.map(|(end, _)| end).or(last) {
        Some(at) => {
            let line = format!("{}{line}", indent(text, at));
            inserted(text, line_end(text, at), [line])
        }
        None if header.is_some() => inserted(text, line_end(text, begin), [line]),
        // The first key of the document: above its first table.
        None => {
            let gap = (end < text.len()).then(String::new);
            inserted(text, end, std::iter::once(line).chain(gap))
        }
    }
}

/// The text with new lines that begin with a header: after the last table whose path begins with
/// `first`, else at the end.
fn add_block(
    text: &str,
    document: &Document<&str>,
    first: &str,
    block: impl IntoIterator<Item = String>,
) -> String {
    let root = document.as_table();
    let mut own = Parts::default();
    if let Some(item) = root.get(first) {
        own.visit_item(item);
    }
    let last = own.headers.into_iter().max();
    let headers = Parts::of(root).headers.into_iter();
    let next = headers
        .filter(|at| last.is_some_and(|last| *at > last))
        .min();
    let at = next.map_or(text.len(), |next| above(text, next));
    let before = text[..at].trim_end_matches(['\r', ' ', '\t']);
    let is_set_off = before.trim().is_empty() || before.replace('\r', "").ends_with("\n\n");
    let (above, below) = ((!is_set_off).then(String::new), next.map(|_| String::new()));
    inserted(text, at, above.into_iter().chain(block).chain(below))
}

/// The beginning of the comments right above the line of a header.
fn above(text: &str, header: usize) -> usize {
    let mut top = line_start(text, header);
    while top > 0 {
        let line = line_start(text, top - 1);
        if !text[line..top].trim_start().starts_with('#') {
            break;
        }
        top = line;
    }
    top
}

fn has_own_line(text: &str, comment: &Range<usize>) -> bool {
    text[line_start(text, comment.start)..comment.start]
        .trim()
        .is_empty()
}

/// The comments of a text, or only those on lines of their own, sorted.
pub(super) fn comments_of<'t>(text: &'t str, document: &Document<&str>, own: bool) -> Vec<&'t str> {
    let all = comments(text, document).into_iter();
    let counts = all.filter(|comment| !own || has_own_line(text, comment));
    let mut texts: Vec<&str> = counts.map(|comment| &text[comment]).collect();
    texts.sort_unstable();
    texts
}

/// The places of the comments: from a `#` that stands in no string to the end of the line.
fn comments(text: &str, document: &Document<&str>) -> Vec<Range<usize>> {
    let strings = Parts::of(document.as_table()).strings;
    let mut comments = Vec::new();
    let mut at = 0;
    while let Some(hash) = text[at..].find('#').map(|hash| at + hash) {
        let next = strings.partition_point(|string| string.end <= hash);
        at = match strings.get(next).filter(|string| string.start < hash) {
            Some(string) => string.end,
            None => {
                let end = text[hash..]
                    .lines()
                    .next()
                    .map_or(hash, |line| hash + line.len());
                comments.push(hash..end);
                end
            }
        };
    }
    comments
}

/// The strings and the headers of a document.
#[derive(Default)]
struct Parts {
    strings: Vec<Range<usize>>,
    headers: Vec<usize>,
}

impl Parts {
    fn of(root: &Table) -> Self {
        let mut parts = Self::default();
        parts.visit_table(root);
        parts.strings.sort_unstable_by_key(|string| string.start);
        parts
    }
}

impl<'a> Visit<'a> for Parts {
    fn visit_table(&mut self, table: &'a Table) {
        self.headers
            .extend(header_of(table).map(|header| header.start));
        visit::visit_table(self, table);
    }

    fn visit_value(&mut self, value: &'a Value) {
        if value.is_str() {
            self.strings.extend(value.span());
        }
        visit::visit_value(self, value);
    }
}
