//! Payments (決済) and the payment history (決済履歴) of an order: which payment was the first,
//! and which are later ones (R9).

use std::{cmp::Ordering, collections::HashSet};

use serde::Serialize;

use super::{
    number::{OrderNumber, Yen},
    time::JstTime,
};

/// One entry of a payment history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Payment {
    /// The order number that this payment was issued (決済受注番号).
    pub number: OrderNumber,
    /// 決済日時.
    pub at: Option<JstTime>,
    /// 決済金額, in yen.
    pub amount: Option<Yen>,
    /// The flag サンクスオファー, where the entry carries it.
    pub thanks_offer: Option<bool>,
}

/// An entry of a payment history, with the order that the history is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentRecord {
    /// 受注番号 of the order whose history lists the payment.
    pub order_number: OrderNumber,
    /// The payment.
    pub payment: Payment,
}

/// The payments of one ecforce order, in the order in which they are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History(pub Vec<Payment>);

/// What a payment history says of one order number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Standing {
    /// The number is not a later payment.
    #[default]
    NotLater,
    /// The number is a later payment: a thanks offer's. It was not screened (R9).
    Later {
        /// The first payment's number: the one that was screened. There may be none.
        first: Option<OrderNumber>,
    },
    /// The history does not list the number, so it does not say.
    NotListed,
}

impl Standing {
    /// What two histories say together: one that shows the number as a later payment is enough,
    /// and one that has its first payment says the most.
    pub fn or(self, other: Self) -> Self {
        let says = |standing: &Self| match standing {
            Self::NotLater | Self::NotListed => 0,
            Self::Later { first: None } => 1,
            Self::Later { first: Some(_) } => 2,
        };
        match says(&other) > says(&self) {
            true => other,
            false => self,
        }
    }
}

impl History {
    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What this history says of `number`. A number that several entries bear is a later payment
    /// only where all of them are.
    pub fn standing(&self, number: &OrderNumber) -> Standing {
        let is_later = self.is_later();
        let mut listed = self
            .0
            .iter()
            .enumerate()
            .filter(|(_, entry)| entry.number == *number)
            .peekable();
        if listed.peek().is_none() {
            return Standing::NotListed;
        }
        match listed.all(|(place, _)| is_later(place)) {
            true => self.later(),
            false => Standing::NotLater,
        }
    }

    /// The numbers that are later payments, as [`History::standing`] has it of each, at once.
    pub fn later_numbers(&self) -> HashSet<&OrderNumber> {
        let is_later = self.is_later();
        let entries = || self.0.iter().enumerate();
        let mut later: HashSet<_> = entries().map(|(_, entry)| &entry.number).collect();
        for (_, entry) in entries().filter(|(place, _)| !is_later(*place)) {
            later.remove(&entry.number);
        }
        later
    }

    /// What this history says of a later payment.
    pub fn later(&self) -> Standing {
        Standing::Later {
            first: self.first().map(|entry| entry.number.clone()),
        }
    }

    /// The first payment: the earliest entry that is not a later one. There may be none.
    pub fn first(&self) -> Option<&Payment> {
        let is_later = self.is_later();
        let place = self.earliest((0..self.0.len()).filter(|place| !is_later(*place)))?;
        self.0.get(place)
    }

    /// Where any entry carries the flag, those with `true` are later payments and all others are
    /// not. Where none does, every entry but the earliest is. What that asks of the whole history
    /// is asked once, not for each entry: one may have thousands.
    fn is_later(&self) -> impl Fn(usize) -> bool {
        let is_flagged = self.0.iter().any(|entry| entry.thanks_offer.is_some());
        let earliest = self.earliest(0..self.0.len());
        move |place| match is_flagged {
            true => self.0[place].thanks_offer == Some(true),
            false => earliest != Some(place),
        }
    }

    /// By time; an entry without one comes after those with one; ties go by listing.
    fn earliest(&self, places: impl Iterator<Item = usize>) -> Option<usize> {
        places.min_by(|a, b| by_time(self.0[*a].at, self.0[*b].at).then(a.cmp(b)))
    }
}

/// Orders times so that what has none comes last.
pub fn by_time(a: Option<JstTime>, b: Option<JstTime>) -> Ordering {
    (a.is_none(), a).cmp(&(b.is_none(), b))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Entries such as `a2+`: number, time (`?` where there is none), flag (`+` later, `-` not).
    fn history(entries: &str) -> History {
        let payment = |entry: &str| Payment {
            number: entry[..1].parse().unwrap(),
            at: entry[1..2].parse().ok().map(JstTime::from_unix),
            amount: None,
            thanks_offer: entry.get(2..3).map(|flag| flag == "+"),
        };
        History(entries.split_whitespace().map(payment).collect())
    }

    #[test]
    fn the_flag_then_the_time_says_which_payments_are_later() {
        for (entries, asked, expected) in [
            ("a1- b2+", "a", "not later"),
            ("a1- b2+", "b", "after a"),
            // The flag beats time: the flagged entry is later though it is the earliest.
            ("a1+ b2", "a", "after b"),
            // `false` alone is a flag too: nothing is later then.
            ("a1- b2", "b", "not later"),
            // All are later: there is no first payment.
            ("a1+ b2+", "a", "later"),
            ("a1+", "a", "later"),
            // The earliest of those that are not later is the first.
            ("x9- y3 z1+", "z", "after y"),
            ("a1-", "z", "not listed"),
            // Without a flag every entry but the earliest is later.
            ("a2 b1", "a", "after b"),
            ("a2 b1", "b", "not later"),
            // An entry without a time comes after those with one.
            ("a? b9", "a", "after b"),
            // Ties go by the order in which they are listed.
            ("a1 b1", "b", "after a"),
            ("a? b?", "b", "after a"),
            ("a?", "a", "not later"),
            ("", "a", "not listed"),
            // One number on several entries is later only where all of them are.
            ("a1 a5 b3", "a", "not later"),
        ] {
            let found = match history(entries).standing(&asked.parse().unwrap()) {
                Standing::NotLater => "not later".to_owned(),
                Standing::NotListed => "not listed".to_owned(),
                Standing::Later { first: None } => "later".to_owned(),
                Standing::Later { first: Some(first) } => format!("after {first}"),
            };
            assert_eq!(found, expected, "{asked} of {entries}");
        }
    }

    #[test]
    fn the_later_numbers_are_those_that_are_later_one_by_one() {
        let one = history("a2 b1 c? b7");
        let listed = one.0.iter().map(|entry| &entry.number);
        let later = listed.filter(|number| matches!(one.standing(number), Standing::Later { .. }));
        assert_eq!(one.later_numbers(), later.collect());
    }
}
