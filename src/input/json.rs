//! JSON: what stands in a text, one after the other (one object, JSON Lines, the elements of an array,
//! or any mix of these), each with its line; and the fields of an object, with what is wrong with
//! them: the path and what was expected, never the value.

use std::{borrow::Cow, cell::RefCell};

use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Deserializer, Map, Value};

use super::cells::Reader;
use crate::{
    domain::text::trim,
    locales::{Text, input as texts},
};

/// What is met where an object should stand. It has no `Debug`: it holds personal data.
pub(super) struct Met {
    /// The line on which it begins, from 1.
    pub line: usize,
    /// Its place in the array, from 0, where it stands in one.
    pub index: Option<usize>,
    pub value: Result<Value, Broken>,
}

/// Something that cannot be read, at a line and a column, both from 1; columns are counted in
/// characters.
pub(super) struct Broken {
    pub line: usize,
    pub column: usize,
    pub why: Why,
}

/// Why something cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// Neither an object nor an array begins here.
    NoOrder,
    /// The text ends in the middle of an object or an array.
    CutOff,
    /// It is not JSON: serde_json's words, which never hold a value.
    Syntax(String),
}

/// What JSON takes for blanks.
const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];
/// serde_json's words for what stands between the elements of an array.
const TRAILING_COMMA: &str = "trailing comma";
const NEITHER_COMMA_NOR_END: &str = "expected `,` or `]`";

/// Gives all that stands in a text. Behind what is broken it goes on only where it is certain that
/// the next object begins.
pub(super) struct Objects {
    text: String,
    /// So many bytes have been read.
    at: usize,
    /// The line of `at`.
    line: usize,
    /// How many elements were met of the array that `at` stands in.
    array: Option<usize>,
    /// Whether nothing more can be read.
    is_over: bool,
}

impl Objects {
    pub(super) fn new(text: String) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
            array: None,
            is_over: false,
        }
    }

    /// The same from the beginning.
    pub(super) fn again(self) -> Self {
        Self::new(self.text)
    }

    /// Whether nothing behind what was met can be read, or nothing of the text is JSON.
    pub(super) fn is_lost(&self) -> bool {
        self.is_over
    }

    /// How many bytes have been read, and how many there are.
    pub(super) fn progress(&self) -> (usize, usize) {
        (self.at, self.text.len())
    }

    /// Whether there is nothing at all, not even an empty array.
    pub(super) fn is_empty(&self) -> bool {
        self.text.trim_matches(BLANKS).is_empty()
    }

    /// Goes past everything before `at`.
    fn pass_to(&mut self, at: usize) {
        self.line += newlines(&self.text.as_bytes()[self.at..at]);
        self.at = at;
    }

    /// Goes past blanks, and gives the byte behind them.
    fn skip_blanks(&mut self) -> Option<u8> {
        let rest = &self.text[self.at..];
        self.pass_to(self.text.len() - rest.trim_start_matches(BLANKS).len());
        self.text.as_bytes().get(self.at).copied()
    }

    /// The value that begins here, and where it ends; else what is wrong, and where.
    fn parse(&self) -> Result<(Value, usize), (usize, Why)> {
        let rest = &self.text[self.at..];
        let mut parser = Deserializer::from_str(rest);
        match Value::deserialize(&mut parser) {
            Ok(value) => {
                let end = parser.into_iter::<IgnoredAny>().byte_offset();
                Ok((value, self.at + end))
            }
            Err(error) if error.is_eof() => Err(self.end()),
            Err(error) => {
                // The byte that was read last: serde_json counts from 1, and in bytes.
                let lines = rest.split_inclusive('\n').map(str::len);
                let before: usize = lines.take(error.line().saturating_sub(1)).sum();
                let last = self.at + (before + error.column()).saturating_sub(1);
                let words = error.to_string();
                let words = words.split(" at line ").next().unwrap_or_default();
                Err((last, Why::Syntax(words.to_owned())))
            }
        }
    }

    /// The end of the text where something else has to follow.
    fn end(&self) -> (usize, Why) {
        let last = self.text.len().saturating_sub(1);
        (self.at.max(last), Why::CutOff)
    }

    fn line_end(&self) -> usize {
        let end = self.text[self.at..].find('\n');
        end.map_or(self.text.len(), |end| self.at + end)
    }

    fn met(&self, value: Result<Value, Broken>) -> Met {
        Met {
            line: self.line,
            index: self.array,
            value,
        }
    }

    /// What is wrong with the byte at `at`. It belongs to what begins where the reading stands.
    fn broken(&self, (at, why): (usize, Why)) -> Met {
        let bytes = self.text.as_bytes();
        let newline = bytes[..at].iter().rposition(|byte| *byte == b'\n');
        let line_begins = newline.map_or(0, |newline| newline + 1);
        // The byte may be one within a character.
        let is_begun = |place: &usize| self.text.is_char_boundary(*place);
        self.met(Err(Broken {
            line: self.line + newlines(&bytes[self.at..at]),
            column: (line_begins..=at).filter(is_begun).count(),
            why,
        }))
    }

    /// The same where nothing behind it can be read.
    fn lost(&mut self, what: (usize, Why)) -> Met {
        self.is_over = true;
        self.broken(what)
    }

    /// The value that begins here.
    fn value(&mut self) -> Met {
        match self.parse() {
            Ok((value, end)) => {
                let met = self.met(Ok(value));
                self.pass_to(end);
                self.array = self.array.map(|index| index + 1);
                met
            }
            // In JSON Lines the next order stands on a line of its own: all problems are told at
            // once. A line inside a pretty-printed order does not begin with `{`, and its first
            // line does not end with `}`.
            Err((at, Why::Syntax(words))) if self.array.is_none() => {
                let met = self.broken((at, Why::Syntax(words)));
                let (rest, end) = (&self.text[self.at..], self.line_end());
                let mut lines = rest.match_indices("\n{").map(|(at, _)| self.at + at + 1);
                let next = lines.find(|next| *next >= at);
                let is_a_line = at < end && self.text[self.at..end].trim_end().ends_with('}');
                // Nothing of the text is JSON.
                self.is_over = next.is_none() && self.text[..self.at].trim().is_empty();
                let next = next.unwrap_or(self.text.len());
                self.pass_to(if is_a_line { end } else { next });
                met
            }
            Err(what) => self.lost(what),
        }
    }
}

impl Iterator for Objects {
    type Item = Met;

    fn next(&mut self) -> Option<Met> {
        let syntax = |words: &str| Why::Syntax(words.to_owned());
        while !self.is_over {
            let first = self.skip_blanks();
            let why = match (self.array, first) {
                (None, None) => {
                    self.is_over = true;
                    return None;
                }
                (None, Some(b'[')) => {
                    self.pass_to(self.at + 1);
                    self.array = Some(0);
                    continue;
                }
                (Some(_), Some(b']')) => {
                    self.pass_to(self.at + 1);
                    self.array = None;
                    continue;
                }
                (None, Some(b'{')) | (Some(0), Some(_)) => return Some(self.value()),
                // A line of JSON Lines that holds something else; the next one may be sound.
                (None, Some(_)) if !self.text[..self.at].trim().is_empty() => {
                    let met = self.broken((self.at, Why::NoOrder));
                    self.pass_to(self.line_end());
                    return Some(met);
                }
                (None, Some(_)) => Why::NoOrder,
                (Some(_), Some(b',')) => {
                    self.pass_to(self.at + 1);
                    match self.skip_blanks() {
                        Some(b']') => syntax(TRAILING_COMMA),
                        Some(_) => return Some(self.value()),
                        None => return Some(self.lost(self.end())),
                    }
                }
                (Some(_), Some(_)) => syntax(NEITHER_COMMA_NOR_END),
                (Some(_), None) => return Some(self.lost(self.end())),
            };
            return Some(self.lost((self.at, why)));
        }
        None
    }
}

fn newlines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte == b'\n').count()
}

/// What stands where a field is left out.
static ABSENT: Value = Value::Null;

/// What is wrong with one field.
pub(super) struct FieldMistake {
    /// Its path, such as `items[0].price`; empty for the order itself. It holds only names that
    /// this program knows, so it can be repeated in a message.
    pub path: String,
    pub text: Text,
}

/// The fields of one object of an order. Every mistake of the order is noted in one place.
pub(super) struct Fields<'a> {
    fields: &'a Map<String, Value>,
    path: String,
    mistakes: &'a RefCell<Vec<FieldMistake>>,
}

impl<'a> Fields<'a> {
    /// The fields of the value at `path`; a mistake where it is no object.
    pub(super) fn of(
        value: &'a Value,
        path: String,
        mistakes: &'a RefCell<Vec<FieldMistake>>,
    ) -> Option<Self> {
        let Value::Object(fields) = value else {
            note(mistakes, path, value, texts::object());
            return None;
        };
        Some(Self {
            fields,
            path,
            mistakes,
        })
    }

    fn get(&self, key: &str) -> &'a Value {
        self.fields.get(key).unwrap_or(&ABSENT)
    }

    fn path(&self, key: &str) -> String {
        match self.path.as_str() {
            "" => key.to_owned(),
            path => format!("{path}.{key}"),
        }
    }

    /// Left out, null, or text without anything in it.
    pub(super) fn is_absent(&self, key: &str) -> bool {
        is_absent(self.get(key))
    }

    /// Notes that something else was expected of a field.
    pub(super) fn expected(&self, key: &str, what: Text) {
        note(self.mistakes, self.path(key), self.get(key), what);
    }

    /// A field that has to be there: a text, a number, true or false. None is a mistake that is
    /// noted.
    pub(super) fn required<T>(&self, key: &str, reader: Reader<T>) -> Option<T> {
        self.read(key, scalar, reader)
    }

    /// The same of a text: as a number it would have lost its leading zeros, or is something else.
    pub(super) fn required_text<T>(&self, key: &str, reader: Reader<T>) -> Option<T> {
        self.read(key, text, reader)
    }

    /// A field that may be left out. A mistake is noted and also gives None.
    pub(super) fn optional<T>(&self, key: &str, reader: Reader<T>) -> Option<T> {
        (!self.is_absent(key)).then(|| self.required(key, reader))?
    }

    /// The same of a text.
    pub(super) fn optional_text<T>(&self, key: &str, reader: Reader<T>) -> Option<T> {
        (!self.is_absent(key)).then(|| self.required_text(key, reader))?
    }

    fn read<T>(&self, key: &str, as_text: AsText, reader: Reader<T>) -> Option<T> {
        // What a reader says of an empty text is what it expects: it takes none.
        let text = as_text(self.get(key)).unwrap_or_default();
        reader(&text).map_err(|what| self.expected(key, what)).ok()
    }

    /// An object that has to be there.
    pub(super) fn object(&self, key: &str) -> Option<Self> {
        Self::of(self.get(key), self.path(key), self.mistakes)
    }

    /// An object that may be left out.
    pub(super) fn optional_object(&self, key: &str) -> Option<Self> {
        match self.is_absent(key) {
            true => None,
            false => self.object(key),
        }
    }

    /// What `read` makes of each object in an array; nothing where it is left out. An object of
    /// which it makes nothing has noted its mistake.
    pub(super) fn each<T>(&self, key: &str, read: fn(Self) -> Option<T>) -> Vec<T> {
        let Value::Array(elements) = self.get(key) else {
            if !self.is_absent(key) {
                self.expected(key, texts::list());
            }
            return Vec::new();
        };
        let element = |(index, value)| {
            let path = format!("{}[{index}]", self.path(key));
            read(Self::of(value, path, self.mistakes)?)
        };
        elements.iter().enumerate().filter_map(element).collect()
    }
}

type AsText = fn(&Value) -> Option<Cow<'_, str>>;

/// A single value as it is written, without what nobody sees around it.
pub(super) fn scalar(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(trim(text).into()),
        // No field has one below zero, and as a text `-5` might be a code.
        Value::Number(number) if number.as_f64() < Some(0.0) => None,
        Value::Number(number) => Some(number.to_string().into()),
        Value::Bool(value) => Some(if *value { "true" } else { "false" }.into()),
        _ => None,
    }
}

/// A text; and a fraction, in the form in which it is told that a spreadsheet has made it.
fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(trim(text).into()),
        Value::Number(number) if number.is_f64() => Some("0.0".into()),
        _ => None,
    }
}

fn is_absent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => trim(text).is_empty(),
        _ => false,
    }
}

fn note(mistakes: &RefCell<Vec<FieldMistake>>, path: String, value: &Value, what: Text) {
    let text = match is_absent(value) {
        true => texts::missing(what),
        false => texts::wrong(what),
    };
    mistakes.borrow_mut().push(FieldMistake { path, text });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is met, in short: `line[index]`, and for what is broken its line, column and reason.
    fn met(input: &[u8]) -> Vec<String> {
        let text = |met: Met| {
            let index = met.index.map(|index| format!("[{index}]"));
            let begins = format!("{}{}", met.line, index.unwrap_or_default());
            match met.value {
                Ok(_) => begins,
                Err(Broken { line, column, why }) => match why {
                    Why::Syntax(words) => format!("{begins}: {line}:{column} {words}"),
                    why => format!("{begins}: {line}:{column} {why:?}"),
                },
            }
        };
        Objects::new(String::from_utf8(input.to_vec()).unwrap())
            .map(text)
            .collect()
    }

    #[test]
    fn every_form_of_an_input_gives_its_values_with_their_lines() {
        let cases: &[(&[u8], &[&str])] = &[
            (b"", &[]),
            (b" \n\t\r\n", &[]),
            (b"{}\n{}\n", &["1", "2"]),
            (b"{}\r\n\r\n{}", &["1", "3"]),
            (b"{}{}", &["1", "1"]),
            (b"{\n\"a\": [1]\n}\n\n{\n}", &["1", "5"]),
            (b"[]", &[]),
            (b"[{},\n{}\n, 3]", &["1[0]", "2[1]", "3[2]"]),
            (b"[{}]\n[{}]", &["1[0]", "2[0]"]),
            (b"{}\n[{}]{}", &["1", "2[0]", "2"]),
        ];
        for (input, expected) in cases {
            assert_eq!(met(input), *expected, "{}", input.escape_ascii());
        }
    }

    #[test]
    fn what_cannot_be_read_has_its_place_and_the_rest_is_read_where_that_is_certain() {
        let cases: &[(&[u8], &[&str])] = &[
            (b"number,total\n", &["1: 1:1 NoOrder"]),
            (b"\n \"{}\"", &["2: 2:2 NoOrder"]),
            (b"{},{}", &["1", "1: 1:3 NoOrder"]),
            (b"{}\nno\n5 {}", &["1", "2: 2:1 NoOrder", "3: 3:1 NoOrder"]),
            (b"{}\n{\"a\": ", &["1", "2: 2:6 CutOff"]),
            (b"{\"a\": [\n{", &["1: 2:1 CutOff"]),
            (b"[{},\n{\"a\": 1", &["1[0]", "2[1]: 2:7 CutOff"]),
            (b"[{},\n", &["1[0]", "2[1]: 2:1 CutOff"]),
            // One broken line, and the next one.
            (
                b"{}\n{\"a\" 1}\nno\n {}\n{]\n{}",
                &[
                    "1",
                    "2: 2:6 expected `:`",
                    "3: 3:1 NoOrder",
                    "4",
                    "5: 5:2 key must be a string",
                    "6",
                ],
            ),
            (
                b"{\"a\": \"\n{}",
                &[
                    "1: 1:8 control character (\\u0000-\\u001F) found while parsing a string",
                    "2",
                ],
            ),
            ("{\"鈴\": 木}".as_bytes(), &["1: 1:7 expected value"]),
            (b"{\"a\": 1\n{}", &["1: 2:1 expected `,` or `}`", "2"]),
            (
                b"{\n  \"a\" 1,\n  \"b\": {\n  }\n}\n",
                &["1: 2:7 expected `:`"],
            ),
            (
                b"[{},\n{\"a\" 1},\n{}]",
                &["1[0]", "2[1]: 2:6 expected `:`"],
            ),
        ];
        for (input, expected) in cases {
            assert_eq!(met(input), *expected, "{}", input.escape_ascii());
        }
    }

    #[test]
    fn nesting_bombs_end_as_problems() {
        for bomb in [b"{\"a\":".repeat(200_000), b"[".repeat(200_000)] {
            let met = met(&bomb);
            assert_eq!(met.len(), 1);
            assert!(met[0].ends_with("recursion limit exceeded"), "{met:?}");
        }
    }
}
