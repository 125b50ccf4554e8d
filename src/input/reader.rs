//! Several sources into orders, with every problem of all of them.

use std::{collections::HashMap, fs::File, io, io::Read, ops::ControlFlow, sync::Arc};

use super::{
    bytes::{Fault, LONGEST_ORDER},
    error::{InputError, InputErrorKind, Problem, Problems, io_error},
    field::Mistake,
    order::{Parsed, parse},
    source::{Located, Place, Source},
    values::{Broken, Met, Values, Why},
};
use crate::{
    domain::order::{Order, OrderNumber},
    locales::{Text, input as texts},
};

/// The orders of an input, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orders {
    /// Each with its place.
    pub orders: Vec<Located<Order>>,
}

impl Orders {
    /// How many there are in the whole input. One gives one object with `--format json`, however
    /// it was put in.
    pub fn len(&self) -> usize {
        self.orders.len()
    }

    /// Whether there is none: the input is an empty array.
    pub fn is_empty(&self) -> bool {
        self.orders.is_empty()
    }
}

/// Reads all orders of all sources.
///
/// A source without anything in it is a mistake; an empty array is a list of no orders, as a
/// script gives it on a day without any.
///
/// # Errors
/// [`InputError`] with all problems of all sources.
pub fn read_orders(sources: &[Source], stdin: &mut dyn Read) -> Result<Orders, InputError> {
    let mut orders = Vec::new();
    for_each_order(sources, stdin, &mut |order| {
        orders.push(order);
        ControlFlow::Continue(())
    })?;
    Ok(Orders { orders })
}

/// Reads the orders of all sources one by one; of the orders it holds only their numbers, to find
/// one that stands twice. Gives how many orders there are.
///
/// `each` is called as the orders are read, up to the first problem. Whoever must not act before
/// all of the input is known to be sound calls this twice, or uses [`read_orders`]. Where `each`
/// breaks off, the rest is not read, and that is no error.
///
/// # Errors
/// [`InputError`] with all problems of all sources.
pub fn for_each_order(
    sources: &[Source],
    stdin: &mut dyn Read,
    each: &mut dyn FnMut(Located<Order>) -> ControlFlow<()>,
) -> Result<usize, InputError> {
    let mut reader = OrderReader::default();
    for source in sources {
        let source = Arc::new(source.clone());
        let flow = match &*source {
            Source::Stdin => reader.read(&source, stdin, each),
            Source::File(path) => match File::open(path) {
                Ok(mut file) => reader.read(&source, &mut file, each),
                Err(error) => {
                    reader.unreadable(&source, &error);
                    ControlFlow::Continue(())
                }
            },
        };
        if flow.is_break() {
            break;
        }
    }
    reader.finish()
}

/// Reads orders from one source after another and gathers what is wrong with all of them.
#[derive(Default)]
pub struct OrderReader {
    problems: Problems,
    /// Each number with its first place.
    numbers: HashMap<OrderNumber, Place>,
    count: usize,
}

impl OrderReader {
    /// Reads one source; `each` gets its orders, as long as no problem was met. Problems are
    /// gathered for [`OrderReader::finish`].
    pub fn read(
        &mut self,
        source: &Arc<Source>,
        from: &mut dyn Read,
        each: &mut dyn FnMut(Located<Order>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut is_empty = true;
        let mut values = Values::new(from);
        let place = |line, index| Place {
            source: Arc::clone(source),
            line,
            index,
        };
        while let Some(met) = values.next(&|json, _| parse(json)) {
            is_empty = false;
            match met {
                Met::Array => {}
                Met::Value { line, index, value } => {
                    self.value(place(line, index), value, each)?;
                }
                Met::Broken(what) => {
                    let place = place(what.line, what.index);
                    self.problems.push(broken(place, what));
                }
            }
        }
        if is_empty {
            let text = texts::empty(source.name());
            self.of_source(InputErrorKind::Empty, text);
        }
        ControlFlow::Continue(())
    }

    /// Notes that a source cannot be opened.
    pub fn unreadable(&mut self, source: &Source, error: &io::Error) {
        let text = texts::unreadable(source.name(), io_error(error));
        self.of_source(InputErrorKind::Unreadable, text);
    }

    /// How many orders there were.
    ///
    /// # Errors
    /// All problems that were met.
    pub fn finish(self) -> Result<usize, InputError> {
        self.problems.into_result().map(|()| self.count)
    }

    fn of_source(&mut self, kind: InputErrorKind, text: Text) {
        self.problems.push(Problem {
            kind,
            place: None,
            number: None,
            path: None,
            text,
        });
    }

    fn value(
        &mut self,
        place: Place,
        parsed: Parsed,
        each: &mut dyn FnMut(Located<Order>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        self.count += 1;
        match parsed.order {
            Ok(value) => {
                self.note_number(&value.facts.number, &place);
                if self.problems.is_empty() {
                    return each(Located { place, value });
                }
            }
            Err(mistakes) => {
                let number = parsed.number.as_ref();
                if let Some(number) = number {
                    self.note_number(number, &place);
                }
                for mistake in mistakes {
                    self.problems.push(invalid(&place, number, mistake));
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// One number twice in one input is a mistake, across its sources too.
    fn note_number(&mut self, number: &OrderNumber, place: &Place) {
        if let Some(first) = self.numbers.get(number) {
            let path = "number".to_owned();
            let what = texts::twice(first.text());
            let place_and_number = texts::of_order(place.text(), number);
            let text = line(&[place_and_number, Text::same(&path), what]);
            self.problems.push(Problem {
                kind: InputErrorKind::Duplicate,
                place: Some(place.clone()),
                number: Some(number.clone()),
                path: Some(path),
                text,
            });
        } else {
            self.numbers.insert(number.clone(), place.clone());
        }
    }
}

/// A problem's line: place, path, and what was expected.
fn line(parts: &[Text]) -> Text {
    Text::joined(parts, ": ")
}

/// A mistake of a field with the order's place and number.
fn invalid(place: &Place, number: Option<&OrderNumber>, mistake: Mistake) -> Problem {
    let at = match number {
        Some(number) => texts::of_order(place.text(), number),
        None => place.text(),
    };
    let (path, text) = if mistake.path.is_empty() {
        (None, line(&[at, mistake.text]))
    } else {
        let text = line(&[at, Text::same(&mistake.path), mistake.text]);
        (Some(mistake.path), text)
    };
    Problem {
        kind: InputErrorKind::Invalid,
        place: Some(place.clone()),
        number: number.cloned(),
        path,
        text,
    }
}

fn broken(place: Place, what: Broken) -> Problem {
    let at = what.at;
    let (kind, what) = match what.why {
        Why::NoOrder => (InputErrorKind::NotJson, texts::no_order_here()),
        Why::CutOff => (InputErrorKind::NotJson, texts::cut_off()),
        Why::Syntax(words) => (InputErrorKind::NotJson, texts::syntax(words)),
        Why::Fault(Fault::NotUtf8) => (InputErrorKind::NotUtf8, texts::not_utf8()),
        Why::Fault(Fault::TooLong) => {
            let mebibytes = LONGEST_ORDER / (1024 * 1024);
            (InputErrorKind::NotJson, texts::too_long(mebibytes))
        }
        Why::Fault(Fault::Io(error)) => (InputErrorKind::Unreadable, io_error(&error)),
    };
    let text = match (place.line == at.line, place.index) {
        (true, None) => texts::broken(place.source.name(), at.line, at.column, what),
        (_, index) => {
            let name = place.source.name();
            let begins = match index {
                None => texts::begins_on_line(place.line),
                Some(index) => texts::begins_at_index(index, place.line),
            };
            texts::broken_in_order(name, at.line, at.column, what, begins)
        }
    };
    Problem {
        kind,
        place: Some(place),
        number: None,
        path: None,
        text,
    }
}
