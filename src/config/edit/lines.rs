//! Lines of a TOML text: where they begin and end, what of them is a comment, and how one comes in
//! or goes.

use std::ops::Range;

use toml_edit::{Key, RawString, Value};

/// A key path as it is written.
pub(super) fn dotted(path: &[&str]) -> String {
    let keys: Vec<String> = path
        .iter()
        .map(|name| Key::new(*name).to_string())
        .collect();
    keys.join(".")
}

/// Where the line of a place begins.
pub(super) fn start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// Where the line after a place begins, or the text ends.
pub(super) fn end(text: &str, at: usize) -> usize {
    text[at..]
        .find('\n')
        .map_or(text.len(), |newline| at + newline + 1)
}

/// The blanks that the line of a place begins with.
pub(super) fn indent(text: &str, at: usize) -> &str {
    let line = &text[start(text, at)..];
    let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
    &line[..blanks]
}

/// Where a path of dotted keys begins whose last key is at `leaf` and has `keys` others before it.
pub(super) fn path_start(text: &str, leaf: usize, keys: usize) -> usize {
    (0..keys).fold(leaf, |at, _| {
        let blanks = [' ', '\t'];
        let before = text[..at].trim_end_matches(blanks).trim_end_matches('.');
        let before = before.trim_end_matches(blanks);
        let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        match before.chars().next_back() {
            Some(quote @ ('"' | '\'')) => before[..before.len() - 1].rfind(quote).unwrap_or(at),
            _ => before.trim_end_matches(is_bare).len(),
        }
    })
}

/// The line break that the text uses.
fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// Whether a text begins with a blank line.
pub(super) fn begins_blank(text: &str) -> bool {
    text.lines()
        .next()
        .is_some_and(|line| line.trim().is_empty())
}

/// Whether a text ends with a blank line.
pub(super) fn ends_blank(text: &str) -> bool {
    text.ends_with('\n')
        && text
            .lines()
            .next_back()
            .is_some_and(|line| line.trim().is_empty())
}

/// The text with another one in the place of a part.
pub(super) fn replaced(text: &str, part: Range<usize>, with: &str) -> String {
    format!("{}{with}{}", &text[..part.start], &text[part.end..])
}

/// The text with new lines at `at`, where a line begins or the text ends.
pub(super) fn inserted(text: &str, at: usize, lines: &[String]) -> String {
    let newline = newline(text);
    let before = &text[..at];
    let is_open = !before.trim_start_matches('\u{feff}').is_empty() && !before.ends_with('\n');
    let first = if is_open { newline } else { "" };
    let lines: String = lines
        .iter()
        .map(|line| format!("{line}{newline}"))
        .collect();
    format!("{before}{first}{lines}{}", &text[at..])
}

/// Comments as lines of their own, to stand where the line of `at` begins.
pub(super) fn comment_lines(text: &str, at: usize, comments: &[String]) -> String {
    let (newline, indent) = (newline(text), indent(text, at));
    comments
        .iter()
        .map(|comment| format!("{indent}{comment}{newline}"))
        .collect()
}

/// The comments inside a value, in their order.
pub(super) fn comments_in(text: &str, value: &Value) -> Vec<String> {
    let comments = places_of_comments(text, value).into_iter();
    comments.map(|comment| text[comment].to_owned()).collect()
}

/// Those of them that have a line of their own.
pub(super) fn own_lines_in(text: &str, value: &Value) -> Vec<String> {
    let comments = places_of_comments(text, value).into_iter();
    comments
        .filter(|comment| is_blank(&text[start(text, comment.start)..comment.start]))
        .map(|comment| text[comment].to_owned())
        .collect()
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

fn places_of_comments(text: &str, value: &Value) -> Vec<Range<usize>> {
    let mut comments = Vec::new();
    collect(text, value, &mut comments);
    comments
}

fn collect(text: &str, value: &Value, comments: &mut Vec<Range<usize>>) {
    match value {
        Value::Array(array) => {
            for inner in array {
                comments.extend(comments_of(text, inner.decor().prefix()));
                collect(text, inner, comments);
                comments.extend(comments_of(text, inner.decor().suffix()));
            }
            comments.extend(comments_of(text, Some(array.trailing())));
        }
        Value::InlineTable(table) => {
            for (path, inner) in table.get_values() {
                let leaf = path.last().map(|key| key.leaf_decor());
                comments.extend(comments_of(text, leaf.and_then(|decor| decor.prefix())));
                collect(text, inner, comments);
                comments.extend(comments_of(text, inner.decor().suffix()));
            }
            comments.extend(comments_of(text, Some(table.trailing())));
        }
        _ => {}
    }
}

/// The places of the comments in the space around a value.
fn comments_of(text: &str, raw: Option<&RawString>) -> Vec<Range<usize>> {
    let span = raw.and_then(RawString::span).unwrap_or_default();
    let mut at = span.start;
    let mut comments = Vec::new();
    for line in text.get(span).unwrap_or("").split_inclusive('\n') {
        let comment = line.trim();
        if comment.starts_with('#') {
            let begin = at + (line.len() - line.trim_start().len());
            comments.push(begin..begin + comment.len());
        }
        at += line.len();
    }
    comments
}

/// Behind the line in `body` that has `key` commented out. Lines inside values (`taken`) are none,
/// and what follows a header that is commented out belongs to that one.
pub(super) fn commented_out(
    text: &str,
    body: Range<usize>,
    taken: &[(usize, usize)],
    key: &str,
) -> Option<usize> {
    let mut at = body.start;
    for line in text[body].split_inclusive('\n') {
        let here = at;
        at += line.len();
        if taken
            .iter()
            .any(|(start, end)| (*start..*end).contains(&here))
        {
            continue;
        }
        let Some(comment) = line.trim_start().strip_prefix('#').map(str::trim_start) else {
            continue;
        };
        if comment.starts_with('[') {
            return None;
        }
        let rest = comment.strip_prefix(key).map(str::trim_start);
        if rest.is_some_and(|rest| rest.starts_with('=')) {
            return Some(at);
        }
    }
    None
}

/// Behind the comment that a file begins with, where a blank line sets it off; else the beginning.
pub(super) fn after_leading_comments(text: &str, body: Range<usize>) -> usize {
    let mut at = body.start;
    for line in text[body.clone()].split_inclusive('\n') {
        let has_comment = at > body.start;
        at += line.len();
        match line.trim() {
            "" if has_comment => return at,
            comment if comment.starts_with('#') => {}
            _ => return body.start,
        }
    }
    body.start
}

/// The beginning of the comment lines that stand right above the line of `at`.
pub(super) fn before_attached_comments(text: &str, at: usize) -> usize {
    let mut top = start(text, at);
    while top > 0 {
        let above = start(text, top - 1);
        if !text[above..top].trim_start().starts_with('#') {
            break;
        }
        top = above;
    }
    top
}

/// The text without a key and its value; comments stay on lines of their own.
pub(super) fn without_line(text: &str, span: Range<usize>, comments: &[String]) -> String {
    let line = start(text, span.start)..end(text, span.end);
    let behind = text[span.end..line.end].trim();
    let mut all = comments.to_vec();
    if behind.starts_with('#') {
        all.push(behind.to_owned());
    }
    let left = comment_lines(text, span.start, &all);
    replaced(text, line, &left)
}

/// A header or a key with its value, and the comments inside of it that have their own lines.
pub(super) struct Statement {
    pub(super) span: Range<usize>,
    pub(super) comments: Vec<String>,
}

/// The text without the statements of an entry, which follow each other, and the blank lines
/// between them. Comments behind them go with them: above what follows they would describe the
/// wrong entry. Those that have a line of their own stay.
pub(super) fn without_statements(text: &str, statements: &[Statement]) -> String {
    let Some(first) = statements.first() else {
        return text.to_owned();
    };
    let from = start(text, first.span.start);
    let mut at = from;
    let mut kept = String::new();
    for statement in statements {
        let between = &text[at..start(text, statement.span.start)];
        let is_comment = |line: &&str| !is_blank(line);
        kept.extend(between.split_inclusive('\n').filter(is_comment));
        kept.push_str(&comment_lines(
            text,
            statement.span.start,
            &statement.comments,
        ));
        at = end(text, statement.span.end);
    }
    let before = &text[..from];
    let mut after = &text[at..];
    if kept.is_empty() && (is_blank(before) || ends_blank(before)) {
        while begins_blank(after) {
            after = &after[end(after, 0)..];
        }
    }
    format!("{before}{kept}{after}")
}

/// The text with a new element at the end of a list or an inline table. `container` is its place
/// with the brackets, `padded` whether blanks stand inside of them.
pub(super) fn add_element(
    text: &str,
    container: Range<usize>,
    elements: &[(usize, usize)],
    element: &str,
    padded: bool,
) -> String {
    match elements.iter().map(|(_, end)| *end).max() {
        Some(last) => replaced(text, last..last, &format!(", {element}")),
        None => {
            let at = container.start + 1;
            let (before, after) = match padded {
                true if text[at..].starts_with('}') => (" ", " "),
                true => (" ", ""),
                false => ("", ""),
            };
            replaced(text, at..at, &format!("{before}{element}{after}"))
        }
    }
}

/// The text without an element of a list or an inline table, and without the comma that goes with
/// it.
pub(super) fn without_element(
    text: &str,
    container: Range<usize>,
    elements: &[(usize, usize)],
    index: usize,
    comments: &[String],
) -> String {
    let Some(&(from, to)) = elements.get(index) else {
        return text.to_owned();
    };
    let next = elements
        .get(index + 1)
        .map_or(container.end - 1, |(start, _)| *start);
    // The comma behind it, else the one before it.
    let comma =
        comma(text, to..next).or_else(|| comma(text, elements.get(index.checked_sub(1)?)?.1..from));
    let comma = comma.map(|comma| comma..comma + 1);
    let mut parts: Vec<Range<usize>> = std::iter::once(from..to).chain(comma).collect();
    // The last first, so that the places before it stay true.
    parts.sort_by_key(|part| std::cmp::Reverse(part.start));
    let mut out = text.to_owned();
    for part in parts {
        // One blank is enough where two would meet, and none is needed behind a bracket.
        let blank_before = out[..part.start].ends_with([' ', '[']);
        let blanks = out[part.end..].len() - out[part.end..].trim_start_matches(' ').len();
        let end = if blank_before {
            part.end + blanks
        } else {
            part.end
        };
        out.replace_range(part.start..end, "");
    }
    let at = start(text, from);
    out.insert_str(at, &comment_lines(text, at, comments));
    out
}

/// The text without an element of a list that is an entry of its own. Where no other one stands on
/// its lines, they go with it, and so does the comment behind it; `comments` stay.
pub(super) fn without_entry(
    text: &str,
    container: Range<usize>,
    elements: &[(usize, usize)],
    index: usize,
    comments: &[String],
) -> String {
    let otherwise = || without_element(text, container.clone(), elements, index, comments);
    let Some(&(from, to)) = elements.get(index) else {
        return otherwise();
    };
    let next = elements.get(index + 1).map(|(start, _)| *start);
    let comma = comma(text, to..next.unwrap_or(container.end - 1));
    let to = comma.map_or(to, |comma| comma + 1);
    let lines = start(text, from)..end(text, to);
    let (before, behind) = (&text[lines.start..from], &text[to..lines.end]);
    let is_beside = |(at, (start, end)): (usize, &(usize, usize))| {
        at != index && *start < lines.end && *end > lines.start
    };
    let has_comment = behind.trim().starts_with('#');
    if elements.iter().enumerate().any(is_beside) || !(is_blank(behind) || has_comment) {
        return otherwise();
    }
    let left = comment_lines(text, from, comments);
    if is_blank(before) {
        replaced(text, lines, &left)
    } else if before.trim_end().ends_with('[') {
        replaced(text, from..lines.end, &format!("{}{left}", newline(text)))
    } else {
        otherwise()
    }
}

/// The place of the comma in the space between two elements; comments are passed over.
fn comma(text: &str, space: Range<usize>) -> Option<usize> {
    let mut in_comment = false;
    for (offset, c) in text.get(space.clone())?.char_indices() {
        match c {
            '\n' => in_comment = false,
            '#' => in_comment = true,
            ',' if !in_comment => return Some(space.start + offset),
            _ => {}
        }
    }
    None
}
