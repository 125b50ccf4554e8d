//! Several sources into orders, with every problem of all of them.

use std::{collections::HashMap, io::Read, sync::Arc};

use serde_json::Value;

use super::{
    error::{InputError, InputErrorKind, Problem, Problems, io_error},
    field::Mistake,
    kind,
    objects::{Broken, Objects, Why},
    order::order,
    source::{Place, Source},
};
use crate::{
    domain::order::{Order, OrderNumber},
    locales::{Text, input as texts},
};

/// Reads all orders of all sources, each number once.
///
/// A source without anything in it is a mistake; an empty array is a list of no orders, as a
/// script gives it on a day without any.
///
/// # Errors
/// [`InputError`] with all problems of all sources.
pub fn read_orders(sources: &[Source], stdin: &mut dyn Read) -> Result<Vec<Order>, InputError> {
    let mut reader = Reader::default();
    for source in sources {
        match source.read(stdin) {
            Ok(input) => reader.add(&Arc::new(source.clone()), &input),
            Err(error) => {
                let text = texts::unreadable(source.name(), io_error(&error));
                reader.wrong_source(InputErrorKind::Unreadable, text);
            }
        }
    }
    reader.problems.into_result()?;
    Ok(reader.orders)
}

/// What was read so far.
#[derive(Default)]
struct Reader {
    orders: Vec<Order>,
    /// Each number with its first place, those of orders with mistakes too.
    numbers: HashMap<OrderNumber, Place>,
    problems: Problems,
}

impl Reader {
    fn add(&mut self, source: &Arc<Source>, input: &[u8]) {
        let objects = Objects::new(input);
        if objects.is_empty() {
            self.wrong_source(InputErrorKind::Empty, texts::empty(source.name()));
        }
        for met in objects {
            let place = Place {
                source: Arc::clone(source),
                line: met.line,
                index: met.index,
            };
            match met.value {
                Ok(value) => self.add_order(place, &value),
                Err(what) => self.problems.push(broken(place, what)),
            }
        }
    }

    fn wrong_source(&mut self, kind: InputErrorKind, text: Text) {
        self.problems.push(Problem {
            kind,
            place: None,
            number: None,
            path: None,
            text,
        });
    }

    fn add_order(&mut self, place: Place, value: &Value) {
        let number = value.get("number").map(kind::order_number);
        let number = number.and_then(Result::ok);
        let mut wrong = |kind, mistake| {
            self.problems
                .push(of_order(kind, &place, number.as_ref(), mistake));
        };
        // One number twice in one input is a mistake, across its sources too.
        let first = number.as_ref().and_then(|number| self.numbers.get(number));
        if let Some(first) = first {
            let path = "number".to_owned();
            let text = texts::twice(first.text());
            wrong(InputErrorKind::Duplicate, Mistake { path, text });
        }
        match order(value) {
            Ok(order) => self.orders.push(order),
            Err(mistakes) => mistakes
                .into_iter()
                .for_each(|mistake| wrong(InputErrorKind::Invalid, mistake)),
        }
        if let Some(number) = number {
            self.numbers.entry(number).or_insert(place);
        }
    }
}

/// A mistake of a field with the order's place and number.
fn of_order(
    kind: InputErrorKind,
    place: &Place,
    number: Option<&OrderNumber>,
    mistake: Mistake,
) -> Problem {
    let at = match number {
        Some(number) => texts::of_order(place.text(), number),
        None => place.text(),
    };
    let path = Some(mistake.path).filter(|path| !path.is_empty());
    let parts = [Some(at), path.as_ref().map(Text::same), Some(mistake.text)];
    Problem {
        kind,
        place: Some(place.clone()),
        number: number.cloned(),
        text: Text::joined(&parts.into_iter().flatten().collect::<Vec<_>>(), ": "),
        path,
    }
}

fn broken(place: Place, Broken { line, column, why }: Broken) -> Problem {
    let (kind, what) = match why {
        Why::NoOrder => (InputErrorKind::NotJson, texts::no_order_here()),
        Why::CutOff => (InputErrorKind::NotJson, texts::cut_off()),
        Why::Syntax(words) => (InputErrorKind::NotJson, texts::syntax(words)),
        Why::NotUtf8 => (InputErrorKind::NotUtf8, texts::not_utf8()),
    };
    let name = place.source.name();
    let text = match (place.line == line, place.index) {
        (true, None) => texts::broken(name, line, column, what),
        (_, index) => {
            let begins = match index {
                None => texts::begins_on_line(place.line),
                Some(index) => texts::begins_at_index(index, place.line),
            };
            texts::broken_in_order(name, line, column, what, begins)
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
