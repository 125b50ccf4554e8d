//! The second pass over an input: what was checked, and nothing else.

use std::sync::Arc;

use super::{
    bytes::Fault,
    check::{Checked, Part},
    error::InputError,
    order::parse,
    origin::{Origin, Reader},
    source::{Located, Place},
    values::{Broken, Met, Values, Why},
};
use crate::domain::order::Order;

/// The orders of a checked input, one by one; one is in memory at a time.
///
/// An order is given only where it stands at the same place as in the first pass and has the same
/// bytes. So whatever happens to a file in between: no order that breaks the rules, no number
/// twice, and no order that was not checked. After an error nothing follows.
pub struct InputOrders {
    input: Arc<Checked>,
    /// The source that is read, or is read next.
    part: usize,
    values: Option<Values<Reader>>,
    /// How many orders were given, of the whole input and of this source.
    given: usize,
    given_of_part: usize,
}

impl InputOrders {
    pub(super) fn new(input: Arc<Checked>) -> Self {
        Self {
            input,
            part: 0,
            values: None,
            given: 0,
            given_of_part: 0,
        }
    }

    /// The next order of this source; None at its end.
    fn of_part(&mut self) -> Result<Option<Located<Order>>, InputError> {
        let input = &*self.input;
        let part = &input.parts[self.part];
        let values = match &mut self.values {
            Some(values) => values,
            none => none.insert(Values::new(open(part)?)),
        };
        let met = loop {
            match values.next(&|json, raw| (input.hash.fingerprint(raw), parse(json).order)) {
                Some(Met::Array) => {}
                met => break met,
            }
        };
        let changed = || InputError::changed(&part.source);
        match met {
            Some(Met::Value { line, index, value }) => {
                let (fingerprint, order) = value;
                let expected = input.fingerprints.get(self.given);
                let is_new = self.given_of_part == part.count || expected != Some(&fingerprint);
                let value = order.ok().filter(|_| !is_new).ok_or_else(changed)?;
                self.given += 1;
                self.given_of_part += 1;
                let source = Arc::clone(&part.source);
                let place = Place {
                    source,
                    line,
                    index,
                };
                Ok(Some(Located { place, value }))
            }
            Some(Met::Broken(Broken {
                why: Why::Fault(Fault::Io(error)),
                ..
            })) => Err(InputError::unreadable_again(&part.source, &error)),
            Some(Met::Broken(_) | Met::Array) => Err(changed()),
            None if self.given_of_part == part.count => Ok(None),
            None => Err(changed()),
        }
    }
}

impl Iterator for InputOrders {
    type Item = Result<Located<Order>, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.part < self.input.parts.len() {
            let next = self.of_part();
            match next {
                Ok(Some(order)) => return Some(Ok(order)),
                Ok(None) => {
                    self.part += 1;
                    self.values = None;
                    self.given_of_part = 0;
                }
                Err(error) => {
                    self.part = self.input.parts.len();
                    self.values = None;
                    return Some(Err(error));
                }
            }
        }
        None
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        // One more for an error at the end.
        (0, Some(self.input.fingerprints.len() - self.given + 1))
    }
}

fn open(part: &Part) -> Result<Reader, InputError> {
    match &part.origin {
        Origin::File(identity) => Reader::file(&part.source, identity),
        Origin::Memory(kept) => Ok(Reader::memory(kept)),
        // Such an input is not checked successfully.
        Origin::Unreadable(error) => Err(InputError::unreadable_again(&part.source, error)),
    }
}
