//! The JSON values of an input, one after the other: the values that stand at its top, one a line
//! or however they are laid out, and the elements of the arrays that stand there.

use std::io::Read;

use serde::{Deserialize, de::IgnoredAny};
use serde_json::error::Category;

use super::{
    bytes::{Bytes, Fault, Spot},
    json::Json,
};

/// What is met in an input. It has no `Debug`: a value holds personal data.
pub(super) enum Met<T> {
    /// A value: what should be an order.
    Value {
        line: usize,
        index: Option<usize>,
        value: T,
    },
    /// An array, before its elements.
    Array,
    /// Something that cannot be read.
    Broken(Broken),
}

/// Something that cannot be read.
pub(super) struct Broken {
    /// Where the order begins that holds it.
    pub line: usize,
    pub index: Option<usize>,
    pub at: Spot,
    pub why: Why,
    /// Whether nothing behind it can be read.
    pub is_lost: bool,
}

/// Why something cannot be read.
#[derive(Debug)]
pub(super) enum Why {
    /// Neither an object nor an array begins here.
    NoOrder,
    /// The input ends in the middle of an order or an array.
    CutOff,
    /// It is not JSON: serde_json's words, which never hold a value.
    Syntax(String),
    /// See [`Fault`].
    Fault(Fault),
}

/// serde_json's words for what stands between the elements of an array.
const TRAILING_COMMA: &str = "trailing comma";
const NEITHER_COMMA_NOR_END: &str = "expected `,` or `]`";

/// Gives everything in an input, one after the other.
pub(super) struct Values<R> {
    bytes: Bytes<R>,
    state: State,
}

/// Where the reading stands.
#[derive(Clone, Copy)]
enum State {
    /// Between the values at the top.
    Top,
    /// In an array: behind the element that begins there, or behind its bracket.
    Array { line: usize, index: Option<usize> },
    /// Behind all that can be read.
    End,
}

/// What stands next in an array.
enum Next {
    Element,
    End,
}

impl<R: Read> Values<R> {
    pub(super) fn new(from: R) -> Self {
        let mut bytes = Bytes::new(from);
        bytes.skip_byte_order_mark();
        let state = State::Top;
        Self { bytes, state }
    }

    /// What is met next, of a value what `read` makes of it and of its bytes. None at the end and
    /// behind what is broken so that nothing can be read any more.
    pub(super) fn next<T>(&mut self, read: &impl Fn(&Json<'_>, &[u8]) -> T) -> Option<Met<T>> {
        loop {
            match self.state {
                State::End => return None,
                State::Top => return self.at_top(read),
                State::Array { line, index } => match self.between(index.is_none()) {
                    Ok(Next::End) => self.state = State::Top,
                    Ok(Next::Element) => return Some(self.element(index, read)),
                    Err((at, why)) => return Some(self.lost(line, index, at, why)),
                },
            }
        }
    }

    fn at_top<T>(&mut self, read: &impl Fn(&Json<'_>, &[u8]) -> T) -> Option<Met<T>> {
        let first = self.bytes.skip_blanks();
        let at = self.bytes.next();
        let why = match first {
            Some(b'{') => return Some(self.object(at.line, read)),
            Some(b'[') => {
                self.bytes.pass(1);
                let (line, index) = (at.line, None);
                self.state = State::Array { line, index };
                return Some(Met::Array);
            }
            Some(_) => Why::NoOrder,
            None => match self.bytes.take_fault() {
                Some(fault) => Why::Fault(fault),
                None => {
                    self.state = State::End;
                    return None;
                }
            },
        };
        Some(self.lost(at.line, None, at, why))
    }

    /// One object at the top.
    fn object<T>(&mut self, line: usize, read: &impl Fn(&Json<'_>, &[u8]) -> T) -> Met<T> {
        let index = None;
        match self.value(read) {
            Ok(value) => Met::Value { line, index, value },
            Err((at, why)) => {
                let is_lost = matches!(why, Why::Fault(_));
                // In JSON Lines the next order stands on a line of its own: all problems are told
                // at once. A line inside a pretty-printed order does not begin with `{`.
                if is_lost || !self.bytes.skip_to_next_object_line() {
                    self.state = State::End;
                }
                Met::Broken(Broken {
                    line,
                    index,
                    at,
                    why,
                    is_lost,
                })
            }
        }
    }

    /// The element of an array that stands next, behind that at `index`.
    fn element<T>(
        &mut self,
        index: Option<usize>,
        read: &impl Fn(&Json<'_>, &[u8]) -> T,
    ) -> Met<T> {
        let line = self.bytes.next().line;
        let index = Some(index.map_or(0, |index| index + 1));
        self.state = State::Array { line, index };
        match self.value(read) {
            Ok(value) => Met::Value { line, index, value },
            Err((at, why)) => self.lost(line, index, at, why),
        }
    }

    /// Passes over what stands between two elements of an array.
    fn between(&mut self, is_first: bool) -> Result<Next, (Spot, Why)> {
        let mut byte = self.in_array()?;
        if byte == b']' {
            self.bytes.pass(1);
            return Ok(Next::End);
        }
        if !is_first {
            if byte != b',' {
                return Err(self.wrong(NEITHER_COMMA_NOR_END));
            }
            self.bytes.pass(1);
            byte = self.in_array()?;
            if byte == b']' {
                return Err(self.wrong(TRAILING_COMMA));
            }
        }
        Ok(Next::Element)
    }

    /// The next byte that is not blank; an array may not end without its bracket.
    fn in_array(&mut self) -> Result<u8, (Spot, Why)> {
        let byte = self.bytes.skip_blanks();
        byte.ok_or_else(|| match self.bytes.take_fault() {
            Some(fault) => (self.bytes.next(), Why::Fault(fault)),
            None => (self.bytes.last(), Why::CutOff),
        })
    }

    fn wrong(&self, words: &str) -> (Spot, Why) {
        (self.bytes.next(), Why::Syntax(words.to_owned()))
    }

    /// Tells of what is broken; the reading cannot go on behind it.
    fn lost<T>(&mut self, line: usize, index: Option<usize>, at: Spot, why: Why) -> Met<T> {
        self.state = State::End;
        Met::Broken(Broken {
            line,
            index,
            at,
            why,
            is_lost: true,
        })
    }

    /// The value that begins here. It is parsed where it lies; where it ends behind what is held,
    /// more is read and it is parsed again.
    fn value<T>(&mut self, read: &impl Fn(&Json<'_>, &[u8]) -> T) -> Result<T, (Spot, Why)> {
        loop {
            let window = self.bytes.window();
            let mut parser = serde_json::Deserializer::from_slice(window);
            let (parsed, may_go_on) = match Json::deserialize(&mut parser) {
                Err(error) => (None, error.is_eof()),
                Ok(json) => {
                    let end = parser.into_iter::<IgnoredAny>().byte_offset();
                    let is_number = matches!(json, Json::Number(_));
                    let value = read(&json, &window[..end]);
                    (Some((value, end)), is_number && end == window.len())
                }
            };
            if may_go_on && self.bytes.widen() {
                continue;
            }
            let Some((value, end)) = parsed else {
                return Err(self.mistake());
            };
            self.bytes.pass(end);
            return Ok(value);
        }
    }

    /// Parses what cannot be parsed once more, byte by byte, to find where it is wrong.
    fn mistake(&mut self) -> (Spot, Why) {
        self.bytes.begin_order();
        let mut parser = serde_json::Deserializer::from_reader(&mut self.bytes);
        let error = Json::deserialize(&mut parser).err();
        if let Some(fault) = self.bytes.take_fault() {
            return (self.bytes.next(), Why::Fault(fault));
        }
        match error {
            Some(error) if error.classify() == Category::Eof => (self.bytes.last(), Why::CutOff),
            Some(error) => {
                let words = error.to_string();
                let words = words.split(" at line ").next().unwrap_or_default();
                (self.bytes.last(), Why::Syntax(words.to_owned()))
            }
            // Not reached: both ways of parsing take the same for JSON.
            None => (self.bytes.last(), Why::NoOrder),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is met, in short: `line[index]`, and for what is broken its line, column and reason.
    fn met(input: impl Read) -> Vec<String> {
        let mut values = Values::new(input);
        let all = std::iter::from_fn(|| values.next(&|_, _| ()));
        all.map(|met| match met {
            Met::Array => "array".to_owned(),
            Met::Value { line, index, .. } => match index {
                None => format!("{line}"),
                Some(index) => format!("{line}[{index}]"),
            },
            Met::Broken(Broken { line, at, why, .. }) => {
                let why = match why {
                    Why::NoOrder => "no order",
                    Why::CutOff => "cut off",
                    Why::Syntax(_) => "syntax",
                    Why::Fault(Fault::Io(_)) => "io",
                    Why::Fault(Fault::NotUtf8) => "not UTF-8",
                    Why::Fault(Fault::TooLong) => "too long",
                };
                format!("{line}: {}:{} {why}", at.line, at.column)
            }
        })
        .collect()
    }

    #[test]
    fn every_form_of_an_input_gives_its_values_with_their_lines() {
        let cases: &[(&[u8], &[&str])] = &[
            (b"", &[]),
            (b" \n\t\r\n", &[]),
            (b"\xef\xbb\xbf{}", &["1"]),
            (b"{}\n{}\n", &["1", "2"]),
            (b"{}\r\n\r\n{}", &["1", "3"]),
            (b"{}{}", &["1", "1"]),
            (b"{\n\"a\": [1]\n}\n\n{\n}", &["1", "5"]),
            (b"[]", &["array"]),
            (b"[{},\n{}\n, 3]", &["array", "1[0]", "2[1]", "3[2]"]),
            (b"[{}]\n[{}]", &["array", "1[0]", "array", "2[0]"]),
            (b"{}\n[{}]", &["1", "array", "2[0]"]),
        ];
        for (input, expected) in cases {
            assert_eq!(met(*input), *expected, "{}", input.escape_ascii());
        }
    }

    #[test]
    fn what_cannot_be_read_has_its_place_and_the_rest_is_read_where_that_is_certain() {
        let cases: &[(&[u8], &[&str])] = &[
            (b"number,total\n", &["1: 1:1 no order"]),
            (b"\n \"{}\"", &["2: 2:2 no order"]),
            (b"{},{}", &["1", "1: 1:3 no order"]),
            (b"{}\n{\"a\": ", &["1", "2: 2:6 cut off"]),
            (b"{}\n{\"a\"", &["1", "2: 2:4 cut off"]),
            (b"[{},\n{\"a\": 1", &["array", "1[0]", "2: 2:7 cut off"]),
            // One broken line, and the next one.
            (
                b"{\"a\" 1}\n{}\n{]\n{}",
                &["1: 1:6 syntax", "2", "3: 3:2 syntax", "4"],
            ),
            (b"{\"a\": 01}\n{}", &["1: 1:8 syntax", "2"]),
            (b"{\n  \"a\" 1,\n  \"b\": {\n  }\n}\n", &["1: 2:7 syntax"]),
            (
                b"[{},\n{\"a\" 1},\n{}]",
                &["array", "1[0]", "2: 2:6 syntax"],
            ),
            (b"{}\n{\"a\": \"\xe9\xcb\"}\n{}", &["1", "2: 2:8 not UTF-8"]),
        ];
        for (input, expected) in cases {
            assert_eq!(met(*input), *expected, "{}", input.escape_ascii());
        }
    }

    #[test]
    fn nesting_bombs_and_endless_orders_end_as_problems() {
        let nested = [b"{\"a\":".repeat(200_000), b"[".repeat(200_000)].concat();
        assert_eq!(met(&nested[..])[0].split(' ').next_back(), Some("syntax"));
        assert_eq!(
            met(&b"[".repeat(1_000_000)[..])[1].split(' ').next_back(),
            Some("syntax")
        );
        let endless = b"{\"a\": \"".chain(std::io::repeat(b'x'));
        assert_eq!(met(endless), ["1: 1:16777217 too long"]);
        let endless = b"[{}, [".chain(std::io::repeat(b'['));
        assert_eq!(met(endless)[2].split(' ').next_back(), Some("syntax"));
    }

    #[test]
    fn what_stands_between_elements_is_told_as_serde_json_does() {
        for (input, column) in [
            ("[{} {}]", 5),
            ("[{}, 1 \"a\"]", 8),
            ("[1x]", 3),
            ("[{}, ]", 6),
            ("[{},,{}]", 5),
            ("[,{}]", 2),
            ("[}", 2),
        ] {
            let theirs = serde_json::from_str::<serde_json::Value>(input).unwrap_err();
            let mut values = Values::new(input.as_bytes());
            let all = std::iter::from_fn(|| values.next(&|_, _| ()));
            let Some(Met::Broken(Broken { at, why, .. })) = all.last() else {
                panic!("{input} was read");
            };
            let Why::Syntax(words) = why else {
                panic!("{input}: {why:?}");
            };
            assert_eq!(
                format!("{words} at line 1 column {column}"),
                theirs.to_string()
            );
            assert_eq!(at, Spot { line: 1, column }, "{input}");
        }
    }

    #[test]
    fn values_that_reach_over_the_end_of_what_is_held_are_read_whole() {
        // A number, a text in Japanese and an object, at every place around the end of a chunk.
        let all = "[1234567, \"美容液\", {\"a\": [-1.5e3]}]";
        for blanks in (128 * 1024 - 60)..(128 * 1024 + 10) {
            let input = format!("{}{all}", " ".repeat(blanks));
            let mut values = Values::new(input.as_bytes());
            let read = std::iter::from_fn(|| {
                values.next(&|_: &Json<'_>, raw: &[u8]| String::from_utf8(raw.to_vec()).unwrap())
            });
            let read: Vec<_> = read
                .filter_map(|met| match met {
                    Met::Value { value, .. } => Some(value),
                    _ => None,
                })
                .collect();
            assert_eq!(read, ["1234567", "\"美容液\"", "{\"a\": [-1.5e3]}"]);
        }
    }
}
