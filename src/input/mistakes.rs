//! What is wrong in a file of `import`: equal mistakes together, with their places.

use std::collections::{BTreeMap, HashMap};

use super::source::RowPlace;
use crate::{
    domain::text::folded,
    locales::{Text, input as texts},
};

/// So many places of one mistake are named.
const NAMED: usize = 3;
/// So many values of one column are told; further ones are told together.
const VALUES: usize = 20;
/// A value that is longer is cut off there, in characters.
const LONGEST_VALUE: usize = 60;

/// How a mistake is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Weight {
    /// The row cannot be loaded.
    Bad,
    /// The row is loaded, without the cell where it is one that cannot be read.
    Told,
}

/// What a message repeats of the cells.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Repeated {
    /// Nothing: they may be personal data.
    Nothing,
    Value(String),
    /// Further values of a column of which many have been told.
    Others,
}

/// Equal mistakes.
#[derive(Debug, Clone)]
pub struct Mistake {
    /// How it is treated.
    pub weight: Weight,
    /// The header of the column, as the file writes it; none where the row as a whole is meant.
    pub column: Option<String>,
    /// Where.
    pub places: Vec<RowPlace>,
    repeated: Repeated,
    /// The numbers of the first rows, where they could be read.
    numbers: Vec<String>,
    /// What was expected.
    what: Text,
}

impl Mistake {
    /// Events that cannot be kept: `what` says where their ID stands under another number.
    pub fn event_id_taken(
        column: &str,
        what: Text,
        places: Vec<RowPlace>,
        numbers: Vec<String>,
    ) -> Self {
        Self {
            weight: Weight::Bad,
            column: Some(column.to_owned()),
            places,
            repeated: Repeated::Nothing,
            numbers: numbers.into_iter().take(NAMED).collect(),
            what,
        }
    }

    /// What stands there, of a column without personal data.
    pub fn value(&self) -> Option<&str> {
        match &self.repeated {
            Repeated::Value(value) => Some(value),
            _ => None,
        }
    }

    /// A line: places, column, value, what was expected, numbers.
    pub fn text(&self, file: Text) -> Text {
        let Some(first) = self.places.first() else {
            return file;
        };
        let count = self.places.len();
        let named = self.places.iter().take(NAMED).map(|place| place.named());
        let mut named = Text::joined(&named.collect::<Vec<_>>(), ", ");
        if count > NAMED {
            named = texts::and_more(named, count - NAMED, count);
        }
        let is_book = first.line == 0;
        let place = match (is_book, count) {
            _ if first.index.is_some() => named,
            (false, 1) => texts::line(named),
            (false, _) => texts::lines(named),
            (true, 1) => texts::row(named),
            (true, _) => texts::rows(named),
        };
        self.told(Text::joined(&[file, place], ": "))
    }

    /// The same of rows that stand in no file: `from` instead of the places.
    pub fn told(&self, from: Text) -> Text {
        let mut text = from;
        if let Some(column) = &self.column {
            text = texts::in_column(text, column);
        }
        text = match &self.repeated {
            Repeated::Value(value) => texts::with_value(text, value, &self.what),
            Repeated::Others => texts::with_values(text, &self.what),
            Repeated::Nothing => Text::joined(&[text, self.what.clone()], ": "),
        };
        let mut numbers = self.numbers.join(", ");
        if self.places.len() > self.numbers.len() && !numbers.is_empty() {
            numbers.push_str(", …");
        }
        match numbers.is_empty() {
            true => text,
            false => texts::of_orders(text, numbers),
        }
    }
}

/// What is told apart: weight, column, what was expected in English, what stands there.
type Key = (Weight, Option<String>, String, Repeated);

/// Gathers the mistakes of a file.
#[derive(Debug, Default)]
pub(super) struct Mistakes {
    found: Vec<Mistake>,
    places: HashMap<Key, usize>,
    /// How many values of a column have been told.
    values: HashMap<Option<String>, usize>,
}

/// One mistake.
pub(super) struct Finding {
    pub(super) weight: Weight,
    /// The column's header; none where the row as a whole is meant.
    pub(super) column: Option<String>,
    pub(super) what: Text,
    /// What stands there, where it may be told.
    pub(super) value: Option<String>,
}

impl Finding {
    /// Of a row as a whole.
    pub(super) fn of_row(weight: Weight, what: Text) -> Self {
        Self {
            weight,
            column: None,
            what,
            value: None,
        }
    }
}

impl Mistakes {
    /// Notes a mistake of the row at `place`, whose number is `number`.
    pub(super) fn note(&mut self, finding: Finding, place: RowPlace, number: Option<&str>) {
        let (weight, column, what) = (finding.weight, finding.column, finding.what);
        let value = finding.value.as_deref().and_then(tellable);
        let repeated = value.map_or(Repeated::Nothing, Repeated::Value);
        let english = what.get(crate::locales::Lang::En).to_owned();
        let mut key = (weight, column.clone(), english, repeated);
        if matches!(key.3, Repeated::Value(_)) && !self.places.contains_key(&key) {
            let told = self.values.entry(column.clone()).or_default();
            match *told < VALUES {
                true => *told += 1,
                false => key.3 = Repeated::Others,
            }
        }
        let repeated = key.3.clone();
        let at = *self.places.entry(key).or_insert_with(|| {
            self.found.push(Mistake {
                weight,
                column,
                places: Vec::new(),
                repeated,
                numbers: Vec::new(),
                what,
            });
            self.found.len() - 1
        });
        let mistake = &mut self.found[at];
        mistake.places.push(place);
        if let Some(number) = number.filter(|_| mistake.numbers.len() < NAMED) {
            mistake.numbers.push(number.to_owned());
        }
    }

    /// All mistakes, in the order of their first places.
    pub(super) fn take(&mut self) -> Vec<Mistake> {
        self.places.clear();
        let mut found = std::mem::take(&mut self.found);
        found.sort_by_key(|mistake| mistake.places.first().map(|place| place.number()));
        found
    }
}

/// How long a file's numbers are, of orders and of payments: one of digits alone that is shorter
/// than the others may have lost its zeros.
#[derive(Default)]
pub(super) struct Lengths {
    counts: BTreeMap<usize, u64>,
    of_digits: Vec<(String, RowPlace)>,
}

impl Lengths {
    pub(super) fn note(&mut self, number: &str, place: RowPlace) {
        *self.counts.entry(number.len()).or_default() += 1;
        if number.bytes().all(|byte| byte.is_ascii_digit()) {
            self.of_digits.push((number.to_owned(), place));
        }
    }

    /// Tells the short ones: shorter than most, or than ecforce's own ten where none is longer.
    pub(super) fn tell(&mut self, mistakes: &mut Mistakes) {
        let counts = std::mem::take(&mut self.counts);
        let most = counts
            .iter()
            .max_by_key(|(length, count)| (**count, **length));
        let longest = counts.last_key_value().filter(|(length, _)| **length == 10);
        let Some((usual, _)) = longest.or(most) else {
            return;
        };
        for (number, place) in std::mem::take(&mut self.of_digits) {
            if number.len() < *usual {
                let finding = Finding::of_row(Weight::Told, texts::short_number(*usual));
                mistakes.note(finding, place, Some(&number));
            }
        }
    }
}

/// What may be repeated of a value: nothing that has an `@` is.
pub fn tellable(value: &str) -> Option<String> {
    if folded(value).contains('@') {
        return None;
    }
    let mut short: String = value.chars().take(LONGEST_VALUE).collect();
    if short.len() < value.len() {
        short.push('…');
    }
    Some(short)
}
