//! The objects of a JSON text as rows: their keys are the headers.

use serde_json::{Map, Value};

use super::{
    mistakes::RowPlace,
    objects::{self, Objects, Reached, Why},
};

/// A JSON text and the object that was read last.
pub(super) struct JsonRows {
    text: String,
    reached: Reached,
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

impl JsonRows {
    pub(super) fn of(text: String) -> Self {
        Self {
            text,
            reached: Reached::default(),
            object: Map::new(),
        }
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
        let is_first = self.text[..self.reached.at].trim().is_empty();
        let mut objects = Objects::from(&self.text, self.reached);
        let objects::Met { line, index, value } = objects.next()?;
        self.reached = objects.reached();
        let place = RowPlace {
            line: line as u64,
            row: 0,
            index,
        };
        Some(match value {
            Ok(Value::Object(object)) => {
                self.object = object;
                Met::Object(place)
            }
            Ok(_) => Met::Broken(place),
            // Nothing of the text is JSON.
            Err(broken) if self.reached.is_over || is_first && self.is_at_end() => Met::Lost {
                line: broken.line as u64,
                is_cut_off: broken.why == Why::CutOff,
            },
            Err(_) => Met::Broken(place),
        })
    }

    fn is_at_end(&self) -> bool {
        self.reached.at == self.text.len()
    }

    /// How many bytes have been read, and how many there are.
    pub(super) fn progress(&self) -> (usize, usize) {
        (self.reached.at, self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Vec<String> {
        let mut rows = JsonRows::of(text.to_owned());
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
    fn what_is_lost_is_told_from_what_is_broken() {
        for (text, expected) in [
            (
                "[{\"a\":1},\n{\"b\":2}]\n",
                &["1:Some(0):a", "2:Some(1):b"][..],
            ),
            (
                "{\"a\":1}\n{\"a\" 1}\n{\"b\":2}\n",
                &["1:None:a", "2 broken", "3:None:b"],
            ),
            ("{\"a\":1}\n{\"a\":", &["1:None:a", "2 lost true"]),
            ("[{\"a\":1},", &["1:Some(0):a", "1 lost true"]),
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
