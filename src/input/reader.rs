//! Several sources into orders (CONTRACT.md, `screen`), with every mistake of all of them.

use std::{collections::HashMap, io::Read, string::FromUtf8Error};

use serde_json::Value;

use super::{
    api_order::{self, ApiOrders},
    error::{InputError, io_error},
    fields::{Mistake, scalar},
    ids,
    objects::{Broken, Objects, Why},
    order::order,
    source::Source,
};
use crate::{
    domain::order::{Order, OrderNumber},
    locales::{Text, input as texts},
};

/// Reads all orders of all sources, each number once.
///
/// An order may also be as ecforce's API gives it, one or a list; `api` says what that does not.
///
/// A source without anything in it is a mistake; an empty array is a list of no orders, as a
/// script gives it on a day without any.
///
/// # Errors
/// All that is wrong in all sources.
pub fn read_orders(
    sources: &[Source],
    stdin: &mut dyn Read,
    api: &ApiOrders,
) -> Result<Vec<Order>, InputError> {
    let mut reader = Reader::default();
    for source in sources {
        match source.read(stdin) {
            Ok(bytes) => reader.add(source, bytes, api),
            Err(error) => {
                let text = texts::unreadable(source.name(), io_error(&error));
                reader.note(text, texts::hint_unreadable);
            }
        }
    }
    let hint = reader.hint.unwrap_or(texts::hint_invalid);
    match InputError::of_lines(reader.mistakes, hint()) {
        Some(error) => Err(error),
        None => Ok(reader.orders),
    }
}

/// Where an order begins.
#[derive(Clone, Copy)]
struct Place<'s> {
    source: &'s Source,
    line: usize,
    /// Its place in the JSON array, from 0, where it stands in one.
    index: Option<usize>,
}

impl Place<'_> {
    fn text(self) -> Text {
        match self.index {
            None => texts::at_line(self.source.name(), self.line),
            Some(index) => texts::at_index(self.source.name(), index, self.line),
        }
    }
}

/// What was read so far.
#[derive(Default)]
struct Reader<'s> {
    orders: Vec<Order>,
    /// Each number with its first place, those of orders with mistakes too.
    numbers: HashMap<OrderNumber, Place<'s>>,
    mistakes: Vec<Text>,
    /// What to do about the first mistake.
    hint: Option<fn() -> Text>,
}

impl<'s> Reader<'s> {
    fn note(&mut self, mistake: Text, hint: fn() -> Text) {
        self.mistakes.push(mistake);
        self.hint.get_or_insert(hint);
    }

    fn add(&mut self, source: &'s Source, bytes: Vec<u8>, api: &ApiOrders) {
        let mut text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => return self.note(not_utf8(source, &error), texts::hint_not_utf8),
        };
        if text.starts_with('\u{feff}') {
            text.remove(0);
        }
        let objects = Objects::new(text);
        if objects.is_empty() {
            self.note(texts::empty(source.name()), texts::hint_empty);
        }
        for met in objects {
            let place = Place {
                source,
                line: met.line,
                index: met.index,
            };
            match met.value {
                Ok(value) => match api_order::orders(&value, api) {
                    None => self.add_order(place, &value, texts::hint_invalid),
                    Some(orders) => {
                        for order in orders {
                            self.add_order(place, &order, texts::hint_api_order);
                        }
                    }
                },
                Err(what) => self.note(broken(place, what), texts::hint_not_json),
            }
        }
    }

    /// `hint`: what to do where something is wrong with it.
    fn add_order(&mut self, place: Place<'s>, value: &Value, hint: fn() -> Text) {
        let number = value.get("number").and_then(scalar);
        let number = number.and_then(|number| ids::number(&number).ok());
        let at = match &number {
            Some(number) => texts::of_order(place.text(), number),
            None => place.text(),
        };
        let told = |Mistake { path, text }| {
            let path = (!path.is_empty()).then(|| Text::same(path));
            let parts = [Some(at.clone()), path, Some(text)];
            Text::joined(&parts.into_iter().flatten().collect::<Vec<_>>(), ": ")
        };
        // One number twice in one input is a mistake, across its sources too.
        let first = number.as_ref().and_then(|number| self.numbers.get(number));
        if let Some(first) = first.copied() {
            let path = "number".to_owned();
            let text = texts::twice(first.text());
            self.note(told(Mistake { path, text }), texts::hint_duplicate);
        }
        match order(value) {
            Ok(order) => self.orders.push(order),
            Err(mistakes) => {
                for mistake in mistakes {
                    self.note(told(mistake), hint);
                }
            }
        }
        if let Some(number) = number {
            self.numbers.entry(number).or_insert(place);
        }
    }
}

fn not_utf8(source: &Source, error: &FromUtf8Error) -> Text {
    let sound = &error.as_bytes()[..error.utf8_error().valid_up_to()];
    let sound = String::from_utf8_lossy(sound);
    let line = 1 + sound.matches('\n').count();
    let column = 1 + sound.chars().rev().take_while(|c| *c != '\n').count();
    texts::broken(source.name(), line, column, texts::not_utf8())
}

fn broken(place: Place<'_>, Broken { line, column, why }: Broken) -> Text {
    let what = match why {
        Why::NoOrder => texts::no_order_here(),
        Why::CutOff => texts::cut_off(),
        Why::Syntax(words) => texts::syntax(words),
    };
    let name = place.source.name();
    let begins = match place.index {
        None if place.line == line => return texts::broken(name, line, column, what),
        None => texts::begins_on_line(place.line),
        Some(index) => texts::begins_at_index(index, place.line),
    };
    texts::broken_in_order(name, line, column, what, begins)
}
