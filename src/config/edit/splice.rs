//! Changes in the text, at the places that `toml_edit` gives. Nothing but the change is touched:
//! comments, blank lines, line breaks and order stay. Comments of a key that goes stay on lines of
//! their own. Of an entry that goes, those that have a line of their own stay; those behind what is
//! removed go with it, because they would then describe the next entry.
//!
//! Each function gives the new text, or none where the document is written in a way that it does
//! not know how to change.

use toml_edit::{Document, Item, Table, TableLike, Value};

use super::{
    super::{check, key::Step},
    lines,
    locate::{self, Here, Owner, span_of},
};

/// Sets what is at `steps`; a missing table is made.
pub(super) fn set(text: &str, steps: &[Step], value: &Value) -> Option<String> {
    let document = check::parse(text).ok()?;
    let (here, rest) = locate::walk(document.as_table(), steps);
    match (&here, rest) {
        (Here::Value { value: old, .. }, []) => {
            let span = old.span()?;
            let comments = lines::comments_in(text, old);
            let at = lines::start(text, span.start);
            let mut text = lines::replaced(text, span, &value.to_string());
            // What stood in a list that is replaced.
            text.insert_str(at, &lines::comment_lines(&text, at, &comments));
            Some(text)
        }
        (_, []) => None,
        _ => insert(text, &document, &here, steps, &names(rest)?, value),
    }
}

fn insert(
    text: &str,
    document: &Document<&str>,
    here: &Here<'_>,
    steps: &[Step],
    rest: &[&str],
    value: &Value,
) -> Option<String> {
    match here {
        Here::Header(table) if rest.len() == 1 => {
            Some(insert_line(text, document, table, None, rest, value))
        }
        Here::Dotted {
            owner,
            prefix,
            table,
        } => {
            let path: Vec<&str> = prefix.iter().chain(rest).copied().collect();
            let after = values(text, *table).into_iter().map(|(_, end)| end).max();
            Some(insert_line(text, document, owner, after, &path, value))
        }
        Here::Inline { owner, prefix, .. } => {
            let path: Vec<&str> = prefix.iter().chain(rest).copied().collect();
            let element = format!("{} = {value}", lines::dotted(&path));
            let container = span_of(owner.span())?;
            Some(lines::add_element(
                text,
                container,
                &values(text, *owner),
                &element,
                true,
            ))
        }
        Here::Header(_) | Here::Implicit => {
            let (_, way) = steps.split_last()?;
            let table = names(way)?;
            let (name, header) = (rest.last()?, lines::dotted(&table));
            let block = [
                format!("[{header}]"),
                format!("{} = {value}", lines::dotted(&[name])),
            ];
            Some(insert_block(text, document, table.first()?, &block))
        }
        Here::Value { .. } | Here::Entries(_) => None,
    }
}

/// The names of steps that go through no list.
fn names<'s>(steps: &'s [Step]) -> Option<Vec<&'s str>> {
    let name = |step: &'s Step| match step {
        Step::Name(name) => Some(name.as_str()),
        Step::Index(_) => None,
    };
    steps.iter().map(name).collect()
}

/// The places of the values of a table, dotted keys included, in the order of the text: from the
/// first key of the path to the end of the value.
fn values(text: &str, table: &dyn TableLike) -> Vec<(usize, usize)> {
    let spans = table.get_values().into_iter().filter_map(|(path, value)| {
        // Of `a.b` and `a.c` only the first `a` has its place kept; the last key has its own.
        let leaf = path.last()?.span()?.start;
        Some((
            lines::path_start(text, leaf, path.len() - 1),
            value.span()?.end,
        ))
    });
    let mut spans: Vec<_> = spans.collect();
    spans.sort_unstable();
    spans
}

/// A new line in a table: after a line that has the key commented out, else after `after`, else
/// after the last line of the table.
fn insert_line(
    text: &str,
    document: &Document<&str>,
    table: &Table,
    after: Option<usize>,
    path: &[&str],
    value: &Value,
) -> String {
    let body = locate::body(text, document.as_table(), table);
    let taken = values(text, table);
    let key = lines::dotted(path);
    let last = after.or_else(|| taken.iter().map(|(_, end)| *end).max());
    let indent = last.map_or("", |last| {
        let own = taken
            .iter()
            .find(|(_, end)| *end == last)
            .map_or(last, |(start, _)| *start);
        lines::indent(text, own)
    });
    let line = format!("{indent}{key} = {value}");
    let at = lines::commented_out(text, body.clone(), &taken, &key)
        .or_else(|| last.map(|last| lines::end(text, last)));
    match at {
        Some(at) => lines::inserted(text, at, &[line]),
        None if locate::is_root(table) => {
            let at = lines::after_leading_comments(text, body.clone());
            let rest = &text[at..];
            let gap = (!rest.is_empty() && !lines::begins_blank(rest)).then(String::new);
            let lines: Vec<String> = std::iter::once(line).chain(gap).collect();
            lines::inserted(text, at, &lines)
        }
        None => lines::inserted(text, body.start, &[line]),
    }
}

/// New lines that begin with a header: after the last table whose path begins with `first`, else
/// at the end.
fn insert_block(text: &str, document: &Document<&str>, first: &str, block: &[String]) -> String {
    let headers = locate::headers(document.as_table());
    let last = headers
        .iter()
        .filter(|header| header.first == first)
        .map(|header| header.start)
        .max();
    let next = last.and_then(|last| {
        headers
            .iter()
            .map(|header| header.start)
            .filter(|start| *start > last)
            .min()
    });
    let at = next.map_or(text.len(), |next| {
        lines::before_attached_comments(text, next)
    });
    let mut new = Vec::new();
    if !text[..at].trim().is_empty() && !lines::ends_blank(&text[..at]) {
        new.push(String::new());
    }
    new.extend_from_slice(block);
    if at < text.len() {
        new.push(String::new());
    }
    lines::inserted(text, at, &new)
}

/// Takes away what is at `steps`.
pub(super) fn unset(text: &str, steps: &[Step]) -> Option<String> {
    let document = check::parse(text).ok()?;
    let (Here::Value { value, owner }, []) = locate::walk(document.as_table(), steps) else {
        return None;
    };
    let end = value.span()?.end;
    match owner {
        Owner::Table(table) => {
            let (start, end) = *values(text, table)
                .iter()
                .find(|(_, other)| *other == end)?;
            let comments = lines::comments_in(text, value);
            Some(lines::without_line(text, start..end, &comments))
        }
        Owner::Inline(table) => {
            let elements = values(text, table);
            let index = elements.iter().position(|(_, other)| *other == end)?;
            let container = span_of(table.span())?;
            let comments = lines::comments_in(text, value);
            Some(lines::without_element(
                text, container, &elements, index, &comments,
            ))
        }
        Owner::Array => None,
    }
}

/// Adds an entry to a list of tables, after its last one.
pub(super) fn add_entry(text: &str, list: &str, fields: &[(&str, Value)]) -> Option<String> {
    let document = check::parse(text).ok()?;
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{} = {value}", lines::dotted(&[name])));
    match document.get(list) {
        None | Some(Item::ArrayOfTables(_)) => {
            let header = format!("[[{}]]", lines::dotted(&[list]));
            let block: Vec<String> = std::iter::once(header).chain(pairs).collect();
            Some(insert_block(text, &document, list, &block))
        }
        Some(Item::Value(Value::Array(array))) => {
            let element = format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "));
            let spans = array.iter().filter_map(|value| value.span());
            let elements: Vec<_> = spans.map(|span| (span.start, span.end)).collect();
            let container = span_of(array.span())?;
            Some(lines::add_element(
                text, container, &elements, &element, false,
            ))
        }
        Some(_) => None,
    }
}

/// Removes an entry of a list of tables, with the comments behind what is removed.
pub(super) fn remove_entry(text: &str, list: &str, index: usize) -> Option<String> {
    let document = check::parse(text).ok()?;
    match document.get(list)? {
        Item::ArrayOfTables(tables) => {
            let table = tables.get(index)?;
            let mut statements: Vec<lines::Statement> = table
                .get_values()
                .into_iter()
                .filter_map(|(path, value)| {
                    Some(lines::Statement {
                        span: path.last()?.span()?.start..value.span()?.end,
                        comments: lines::own_lines_in(text, value),
                    })
                })
                .collect();
            statements.push(lines::Statement {
                span: table.span()?,
                comments: Vec::new(),
            });
            statements.sort_by_key(|statement| statement.span.start);
            Some(lines::without_statements(text, &statements))
        }
        Item::Value(Value::Array(array)) => {
            let value = array.get(index)?;
            let spans = array.iter().filter_map(|value| value.span());
            let elements: Vec<_> = spans.map(|span| (span.start, span.end)).collect();
            let container = span_of(array.span())?;
            let comments = lines::own_lines_in(text, value);
            Some(lines::without_entry(
                text, container, &elements, index, &comments,
            ))
        }
        _ => None,
    }
}
