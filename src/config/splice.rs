//! The text after a change. The parser says where keys and values stand; the change is made in the
//! text at that place, so that all else stays to the byte.
//!
//! Only what is usual is provided for. What is written in another way (dotted keys, a list of
//! inline tables) gives none, or a text that the check of [`super::Document`] refuses.

use std::ops::Range;

use toml::de::DeValue;
use toml_parser::{Source, lexer::TokenKind};

use super::value::{at, count};

/// A text with a value set at a path.
pub(super) fn set(text: &str, document: &DeValue<'_>, path: &str, value: &str) -> Option<String> {
    if let Some(standing) = at(document, path) {
        return Some(replaced(text, standing.span(), value));
    }
    let (table, name) = parent(path);
    let line = format!("{name} = {value}\n");
    match at(document, table).map(|table| table.span()) {
        None if table.is_empty() => Some(added(text, 0, name, &line)),
        Some(table) if text[table.start..].starts_with('[') => {
            let begin = line_end(text, table.end);
            Some(added(text, begin, name, &line))
        }
        Some(table) if text[table.start..].starts_with('{') => {
            let end = table.end - 1;
            let before = text[..end].trim_end();
            let comma = if before.ends_with('{') { "" } else { "," };
            Some(replaced(
                text,
                before.len()..end,
                &format!("{comma} {} ", line.trim_end()),
            ))
        }
        _ => Some(set_off(text, text.len(), &format!("[{table}]\n{line}"))),
    }
}

/// A text without the value at a path. A comment behind it comes onto a line of its own.
pub(super) fn unset(text: &str, document: &DeValue<'_>, path: &str) -> Option<String> {
    let (table, name) = parent(path);
    let within = at(document, table);
    let inside = within
        .map_or(document, |table| table.get_ref())
        .as_table()?;
    let (key, value) = inside.get_key_value(name)?;
    let (key, value) = (key.span(), value.span());
    if within.is_some_and(|table| text[table.span().start..].starts_with('{')) {
        let (before, after) = (&text[..key.start], &text[value.end..]);
        return Some(match after.trim_start().strip_prefix(',') {
            Some(after) => format!("{before}{}", after.trim_start()),
            None => format!("{}{after}", before.trim_end().trim_end_matches(',')),
        });
    }
    let start = line_start(text, key.start);
    let end = line_end(text, value.end);
    let kept = match text[value.end..end].trim() {
        "" => String::new(),
        comment => format!("{}{comment}\n", indent(&text[start..])),
    };
    Some(replaced(text, start..end, &kept))
}

/// A text with an entry, made of these lines, after the last one of a list of tables.
pub(super) fn add_entry(text: &str, document: &DeValue<'_>, list: &str, lines: &str) -> String {
    let last = count(document, list).checked_sub(1);
    let last = last.and_then(|last| at(document, &format!("{list}[{last}]")));
    let place = last.map_or(text.len(), |last| {
        area_end(text, line_end(text, last.span().end))
    });
    set_off(text, place, &format!("[[{list}]]\n{lines}"))
}

/// A text without the entry of a list of tables at a path. The comments behind its header
/// and its values go with it: above what follows they would describe the wrong entry. Those on
/// lines of their own stay.
pub(super) fn remove_entry(text: &str, document: &DeValue<'_>, path: &str) -> Option<String> {
    let header = at(document, path)?.span();
    let begin = line_end(text, header.end);
    let end = last_value(text, begin).map_or(begin, |line| line.end);
    let gone = line_start(text, header.start)..end;
    let lines = text[gone.clone()].split_inclusive('\n');
    let kept: String = lines.filter(|line| is_comment(line)).collect();
    let (before, mut after) = (&text[..gone.start], &text[gone.end..]);
    // Of the blank lines before and behind it one is enough.
    if kept.is_empty() && (before.is_empty() || before.ends_with("\n\n")) {
        after = after.trim_start_matches('\n');
    }
    Some(format!("{before}{kept}{after}"))
}

/// The comments of a text, or only those on lines of their own, sorted.
pub(super) fn comments(text: &str, own: bool) -> Vec<&str> {
    let tokens = Source::new(text).lex();
    let spans = tokens
        .filter(|token| token.kind() == TokenKind::Comment)
        .map(|token| token.span().start()..token.span().end());
    let mut comments: Vec<_> = spans
        .filter(|at| !own || text[line_start(text, at.start)..at.start].trim().is_empty())
        .map(|at| text[at].trim_end())
        .collect();
    comments.sort_unstable();
    comments
}

/// A text with a line for `key` under the header that ends at `begin`: below where the key stands
/// commented out, as `config init` writes it, else below the last value.
fn added(text: &str, begin: usize, key: &str, line: &str) -> String {
    let explained = lines(text, begin)
        // What follows a header that is commented out belongs to that one.
        .take_while(|at| !is_header(text[at.clone()].trim_start_matches(['#', ' '])))
        .find(|at| {
            let comment = text[at.clone()].strip_prefix('#').map(str::trim_start);
            let rest = comment.and_then(|comment| comment.strip_prefix(key));
            rest.is_some_and(|rest| rest.trim_start().starts_with('='))
        });
    match explained.or_else(|| last_value(text, begin)) {
        Some(at) => inserted(text, at.end, &format!("{}{line}", indent(&text[at]))),
        None if begin > 0 => inserted(text, begin, line),
        None => set_off(text, area_end(text, 0), line),
    }
}

/// The lines under the header that ends at `begin`, to the next one.
fn lines(text: &str, begin: usize) -> impl Iterator<Item = Range<usize>> {
    let mut end = begin;
    let lines = text[begin..].split_inclusive('\n').map(move |line| {
        let start = end;
        end += line.len();
        start..end
    });
    lines.take_while(|at| !is_header(&text[at.clone()]))
}

/// The last line under a header that is neither blank nor a comment.
fn last_value(text: &str, begin: usize) -> Option<Range<usize>> {
    let is_value = |at: &Range<usize>| {
        let line = &text[at.clone()];
        !line.trim().is_empty() && !is_comment(line)
    };
    lines(text, begin).filter(is_value).last()
}

/// Where what stands under a header ends: above the next one and the comments right above that, or
/// with the text.
fn area_end(text: &str, begin: usize) -> usize {
    let all = lines(text, begin).last().map_or(begin, |line| line.end);
    let other = lines(text, begin).filter(|at| !is_comment(&text[at.clone()]));
    match all == text.len() {
        true => all,
        false => other.last().map_or(begin, |line| line.end),
    }
}

/// A path in two: that of its table, which is empty for the document, and its name there.
fn parent(path: &str) -> (&str, &str) {
    path.rsplit_once('.').unwrap_or(("", path))
}

fn is_header(line: &str) -> bool {
    line.trim_start().starts_with('[')
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

fn replaced(text: &str, gone: Range<usize>, with: &str) -> String {
    format!("{}{with}{}", &text[..gone.start], &text[gone.end..])
}

/// A text with new lines at `at`, where a line begins or the text ends.
fn inserted(text: &str, at: usize, lines: &str) -> String {
    let (before, after) = text.split_at(at);
    let is_whole = before.is_empty() || before.ends_with('\n');
    let end = if is_whole { "" } else { "\n" };
    format!("{before}{end}{lines}{after}")
}

/// The same with a blank line before and behind them.
fn set_off(text: &str, at: usize, lines: &str) -> String {
    let (before, after) = text.split_at(at);
    let is_blank = before.is_empty() || before.ends_with("\n\n");
    let above = if is_blank { "" } else { "\n" };
    let below = if after.is_empty() { "" } else { "\n" };
    inserted(text, at, &format!("{above}{lines}{below}"))
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// Where the line after a place begins, or the text ends.
fn line_end(text: &str, at: usize) -> usize {
    let newline = text[at..].find('\n');
    newline.map_or(text.len(), |newline| at + newline + 1)
}

fn indent(line: &str) -> &str {
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}
