//! The objects of a JSON array, of JSON Lines, or of JSON one after the other: rows whose keys are
//! their headers.

use serde_json::{Map, Value};

use super::mistakes::RowPlace;

/// A JSON text and the object that was read last.
pub(super) struct ObjectRows {
    text: Vec<u8>,
    at: usize,
    line: u64,
    /// The place of the next object in the array, where they stand in one.
    index: Option<usize>,
    is_over: bool,
    object: Map<String, Value>,
}

/// What stands where the next row was looked for.
pub(super) enum Met {
    /// An object.
    Object(RowPlace),
    /// Something else, or an object that is broken: the next one can be found.
    Broken(RowPlace),
    /// Something that is not JSON: the rest of the file is lost.
    Lost { line: u64, is_cut_off: bool },
}

impl ObjectRows {
    pub(super) fn of(text: Vec<u8>) -> Self {
        let mut rows = Self {
            text,
            at: 0,
            line: 1,
            index: None,
            is_over: false,
            object: Map::new(),
        };
        rows.skip_blanks();
        if rows.text.get(rows.at) == Some(&b'[') {
            rows.at += 1;
            rows.index = Some(0);
        }
        rows
    }

    /// The same rows from the beginning.
    pub(super) fn again(self) -> Self {
        Self::of(self.text)
    }

    /// The object that was read last.
    pub(super) fn object(&self) -> &Map<String, Value> {
        &self.object
    }

    /// Reads the next object.
    pub(super) fn next(&mut self) -> Option<Met> {
        self.skip_blanks();
        let byte = self.text.get(self.at).copied();
        match (byte, self.index) {
            (None, None) => return None,
            (None, Some(_)) if self.is_over => return None,
            (None, Some(_)) => return self.lost(true),
            // Nothing stands behind an array.
            (Some(_), Some(_)) if self.is_over => return self.lost(false),
            (Some(b']'), Some(_)) => {
                self.at += 1;
                self.is_over = true;
                return self.next();
            }
            (Some(b','), Some(1..)) => {
                self.at += 1;
                self.skip_blanks();
            }
            (Some(_), Some(1..)) => return self.lost(false),
            _ => {}
        }
        let place = RowPlace {
            line: self.line,
            row: 0,
            index: self.index,
        };
        let rest = &self.text[self.at..];
        let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<Value>();
        let value = values.next();
        let read = values.byte_offset();
        match value {
            Some(Ok(value)) => {
                self.advance(read);
                self.index = self.index.map(|index| index + 1);
                match value {
                    Value::Object(object) => {
                        self.object = object;
                        Some(Met::Object(place))
                    }
                    _ => Some(Met::Broken(place)),
                }
            }
            // The next line of JSON Lines that begins an object is a row again.
            Some(Err(_)) if self.index.is_none() => {
                let is_next = |pair: &[u8]| pair[0] == b'\n' && pair[1] == b'{';
                match rest.windows(2).position(is_next) {
                    Some(end) => self.advance(end + 1),
                    None if place.line == 1 => return self.lost(false),
                    None => self.advance(rest.len()),
                }
                Some(Met::Broken(place))
            }
            Some(Err(error)) => {
                self.line += error.line().saturating_sub(1) as u64;
                self.lost(error.is_eof())
            }
            None => self.lost(true),
        }
    }

    fn lost(&mut self, is_cut_off: bool) -> Option<Met> {
        let line = self.line;
        self.advance(self.text.len() - self.at);
        (self.is_over, self.index) = (true, Some(0));
        Some(Met::Lost { line, is_cut_off })
    }

    fn skip_blanks(&mut self) {
        let blanks = self.text[self.at..]
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace());
        let blanks = blanks.count();
        self.advance(blanks);
    }

    fn advance(&mut self, bytes: usize) {
        let passed = &self.text[self.at..self.at + bytes];
        self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.at += bytes;
    }

    /// How many bytes have been read, and how many there are.
    pub(super) fn progress(&self) -> (usize, usize) {
        (self.at, self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Vec<String> {
        let mut rows = ObjectRows::of(text.as_bytes().to_vec());
        let mut all = Vec::new();
        while let Some(met) = rows.next() {
            all.push(match met {
                Met::Object(place) => {
                    let keys: Vec<_> = rows.object().keys().cloned().collect();
                    format!("{}:{:?}:{}", place.line, place.index, keys.join(","))
                }
                Met::Broken(place) => format!("{} broken", place.line),
                Met::Lost { line, is_cut_off } => format!("{line} lost {is_cut_off}"),
            });
        }
        all
    }

    #[test]
    fn objects_are_found_in_every_form() {
        for (text, expected) in [
            ("[]", &[][..]),
            ("[{\"a\":1},\n{\"b\":2}]\n", &["1:Some(0):a", "2:Some(1):b"]),
            ("{\"a\":1}\n\n{\"b\":2}", &["1:None:a", "3:None:b"]),
            ("\n{\n\"a\":1}{\"b\":2}", &["2:None:a", "3:None:b"]),
            (
                "{\"a\":1}\n{\"a\":\n{\"b\":2}\n",
                &["1:None:a", "2 broken", "3:None:b"],
            ),
            ("{\"a\":1}\n{\"a\":", &["1:None:a", "2 broken"]),
            ("[{\"a\":1},", &["1:Some(0):a", "1 lost true"]),
            ("[{\"a\":1}", &["1:Some(0):a", "1 lost true"]),
            ("[{\"a\":1}\n{\"a\":1}]", &["1:Some(0):a", "2 lost false"]),
            (
                "[1, {\"a\":1}] x",
                &["1 broken", "1:Some(1):a", "1 lost false"],
            ),
            ("{oops", &["1 lost false"]),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_text_is_too_strange(text in "[\\[\\]{}\",:a1\\n ]{0,40}") {
            read(&text);
        }
    }
}
