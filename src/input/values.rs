//! The JSON values of an input, one after the other: the values that stand at its top, one a line
//! or however they are laid out, and the elements of the arrays that stand there.

use std::{fmt, io::Read, ops::ControlFlow};

use serde::{
    Deserialize,
    de::{DeserializeSeed, Deserializer, SeqAccess, Visitor},
};
use serde_json::{Value, error::Category};

use super::bytes::{Bytes, Fault, Spot};

/// What is met in an input. It has no `Debug`: a value holds personal data.
pub(super) enum Met {
    /// A value: what should be an order.
    Value {
        line: usize,
        index: Option<usize>,
        value: Value,
    },
    /// An array, before its elements.
    Array,
    /// Something that cannot be read.
    Broken {
        /// Where the order begins that holds it.
        line: usize,
        index: Option<usize>,
        at: Spot,
        why: Why,
    },
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

/// Calls `met` for everything in the input; stops where it says so.
pub(super) fn for_each_value(
    from: &mut dyn Read,
    met: &mut dyn FnMut(Met) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let bytes = Bytes::new(from);
    bytes.skip_byte_order_mark();
    loop {
        let first = bytes.skip_blanks();
        let at = bytes.next();
        let more = match first {
            Some(b'{') => object(&bytes, met)?,
            Some(b'[') => array(&bytes, met)?,
            Some(_) => broken(met, at.line, None, at, Why::NoOrder)?,
            None => match bytes.take_fault() {
                None => false,
                Some(fault) => broken(met, at.line, None, at, Why::Fault(fault))?,
            },
        };
        if !more {
            return ControlFlow::Continue(());
        }
    }
}

/// One object. Whether the reading can go on.
fn object(bytes: &Bytes<'_>, met: &mut dyn FnMut(Met) -> ControlFlow<()>) -> ControlFlow<(), bool> {
    let line = bytes.next().line;
    bytes.begin_order();
    let index = None;
    match Value::deserialize(&mut serde_json::Deserializer::from_reader(bytes)) {
        Ok(value) => {
            met(Met::Value { line, index, value })?;
            ControlFlow::Continue(true)
        }
        Err(error) => {
            let (at, why) = why(bytes, &error);
            let is_lost = matches!(why, Why::Fault(_));
            broken(met, line, index, at, why)?;
            // In JSON Lines the next order stands on a line of its own: all problems are told at
            // once. A line inside a pretty-printed order does not begin with `{`.
            ControlFlow::Continue(!is_lost && bytes.skip_to_next_object_line())
        }
    }
}

/// One array. Whether the reading can go on.
fn array(bytes: &Bytes<'_>, met: &mut dyn FnMut(Met) -> ControlFlow<()>) -> ControlFlow<(), bool> {
    met(Met::Array)?;
    bytes.begin_order();
    let mut elements = Elements {
        bytes,
        met,
        line: bytes.next().line,
        index: None,
        stopped: false,
    };
    let read = serde_json::Deserializer::from_reader(bytes).deserialize_seq(&mut elements);
    let Elements {
        line,
        index,
        stopped,
        ..
    } = elements;
    match read {
        Ok(()) => ControlFlow::Continue(true),
        Err(_) if stopped => ControlFlow::Break(()),
        Err(error) => {
            let (at, why) = why(bytes, &error);
            broken(met, line, index, at, why)
        }
    }
}

/// Tells of what is broken; the reading cannot go on behind it.
fn broken(
    met: &mut dyn FnMut(Met) -> ControlFlow<()>,
    line: usize,
    index: Option<usize>,
    at: Spot,
    why: Why,
) -> ControlFlow<(), bool> {
    met(Met::Broken {
        line,
        index,
        at,
        why,
    })?;
    ControlFlow::Continue(false)
}

fn why(bytes: &Bytes<'_>, error: &serde_json::Error) -> (Spot, Why) {
    if let Some(fault) = bytes.take_fault() {
        return (bytes.next(), Why::Fault(fault));
    }
    if error.classify() == Category::Eof {
        return (bytes.last(), Why::CutOff);
    }
    let words = error.to_string();
    let words = words.split(" at line ").next().unwrap_or_default();
    (bytes.last(), Why::Syntax(words.to_owned()))
}

/// Reads the elements of an array one by one.
struct Elements<'e, 'r> {
    bytes: &'e Bytes<'r>,
    met: &'e mut dyn FnMut(Met) -> ControlFlow<()>,
    /// Where the element begins that is read.
    line: usize,
    index: Option<usize>,
    stopped: bool,
}

impl<'de> Visitor<'de> for &mut Elements<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        while let Some(value) = elements.next_element_seed(&mut *self)? {
            let (line, index) = (self.line, self.index);
            if (self.met)(Met::Value { line, index, value }).is_break() {
                self.stopped = true;
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

/// Called when the comma and the blanks before an element are read, and its first byte.
impl<'de> DeserializeSeed<'de> for &mut Elements<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.line = self.bytes.last().line;
        self.index = Some(self.index.map_or(0, |index| index + 1));
        self.bytes.begin_order();
        Value::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is met, in short: `line[index]`, and for what is broken its line, column and reason.
    fn met(input: &[u8]) -> Vec<String> {
        let mut all = Vec::new();
        let mut from = input;
        let flow = for_each_value(&mut from, &mut |met| {
            all.push(match met {
                Met::Array => "array".to_owned(),
                Met::Value {
                    line, index: None, ..
                } => format!("{line}"),
                Met::Value {
                    line,
                    index: Some(index),
                    ..
                } => format!("{line}[{index}]"),
                Met::Broken { line, at, why, .. } => {
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
            });
            ControlFlow::Continue(())
        });
        assert!(flow.is_continue());
        all
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
            assert_eq!(met(input), *expected, "{}", input.escape_ascii());
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
            assert_eq!(met(input), *expected, "{}", input.escape_ascii());
        }
    }

    #[test]
    fn nesting_bombs_and_endless_orders_end_as_problems() {
        let nested = [b"{\"a\":".repeat(200_000), b"[".repeat(200_000)].concat();
        assert_eq!(met(&nested)[0].split(' ').next_back(), Some("syntax"));
        assert_eq!(
            met(&b"[".repeat(1_000_000))[1].split(' ').next_back(),
            Some("syntax")
        );
        let mut endless = b"{\"a\": \"".chain(std::io::repeat(b'x'));
        let mut last = None;
        let _ = for_each_value(&mut endless, &mut |met| {
            last = Some(met);
            ControlFlow::Continue(())
        });
        let too_long = Why::Fault(Fault::TooLong);
        let Some(Met::Broken { why, .. }) = last else {
            panic!("the order did not end");
        };
        assert_eq!(format!("{why:?}"), format!("{too_long:?}"));
    }

    #[test]
    fn the_reading_stops_where_it_is_told_to() {
        for input in ["{}\n{}\n{}", "[{},{},{}]"] {
            let mut count = 0;
            let flow = for_each_value(&mut input.as_bytes(), &mut |met| {
                count += usize::from(matches!(met, Met::Value { .. }));
                match count {
                    2 => ControlFlow::Break(()),
                    _ => ControlFlow::Continue(()),
                }
            });
            assert!(flow.is_break());
            assert_eq!(count, 2);
        }
    }
}
