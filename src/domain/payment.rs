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
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The number is not a later payment.
    NotLater,
    /// The number is a later payment: a thanks offer's. It was not screened (R9).
    Later {
        /// The first payment's number: the one that was screened. There may be none.
        first: Option<OrderNumber>,
    },
    /// The history does not list the number, so it does not say.
    NotListed,
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
    match (a, b) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(entries: &[(&str, Option<i64>, Option<bool>)]) -> History {
        let payment = |(number, at, thanks_offer): &(&str, Option<i64>, Option<bool>)| Payment {
            number: number.parse().unwrap(),
            at: at.map(JstTime::from_unix),
            amount: None,
            thanks_offer: *thanks_offer,
        };
        History(entries.iter().map(payment).collect())
    }

    fn later(first: Option<&str>) -> Standing {
        Standing::Later {
            first: first.map(|number| number.parse().unwrap()),
        }
    }

    #[test]
    fn the_flag_decides_where_any_entry_carries_it() {
        let (yes, no) = (Some(true), Some(false));
        let cases = [
            // entries, asked for, expected
            (
                vec![("a", Some(1), no), ("b", Some(2), yes)],
                "a",
                Standing::NotLater,
            ),
            (
                vec![("a", Some(1), no), ("b", Some(2), yes)],
                "b",
                later(Some("a")),
            ),
            // The flag beats time: the flagged entry is later though it is the earliest.
            (
                vec![("a", Some(1), yes), ("b", Some(2), None)],
                "a",
                later(Some("b")),
            ),
            // `false` alone is a flag too: nothing is later then.
            (
                vec![("a", Some(1), no), ("b", Some(2), None)],
                "b",
                Standing::NotLater,
            ),
            // All are later: there is no first payment.
            (
                vec![("a", Some(1), yes), ("b", Some(2), yes)],
                "a",
                later(None),
            ),
            (vec![("a", Some(1), yes)], "a", later(None)),
            // The earliest of those that are not later is the first.
            (
                vec![
                    ("x", Some(9), no),
                    ("y", Some(3), None),
                    ("z", Some(1), yes),
                ],
                "z",
                later(Some("y")),
            ),
            (vec![("a", Some(1), no)], "z", Standing::NotListed),
        ];
        for (entries, asked, expected) in cases {
            assert_eq!(
                history(&entries).standing(&asked.parse().unwrap()),
                expected,
                "{entries:?} {asked}"
            );
        }
    }

    #[test]
    fn without_a_flag_every_entry_but_the_earliest_is_later() {
        let cases = [
            (
                vec![("a", Some(2), None), ("b", Some(1), None)],
                "a",
                later(Some("b")),
            ),
            (
                vec![("a", Some(2), None), ("b", Some(1), None)],
                "b",
                Standing::NotLater,
            ),
            // An entry without a time comes after those with one.
            (
                vec![("a", None, None), ("b", Some(9), None)],
                "a",
                later(Some("b")),
            ),
            // Ties go by the order in which they are listed.
            (
                vec![("a", Some(1), None), ("b", Some(1), None)],
                "b",
                later(Some("a")),
            ),
            (
                vec![("a", None, None), ("b", None, None)],
                "b",
                later(Some("a")),
            ),
            (vec![("a", None, None)], "a", Standing::NotLater),
            (vec![], "a", Standing::NotListed),
            // One number on several entries is later only where all of them are.
            (
                vec![
                    ("a", Some(1), None),
                    ("a", Some(5), None),
                    ("b", Some(3), None),
                ],
                "a",
                Standing::NotLater,
            ),
        ];
        for (entries, asked, expected) in cases {
            assert_eq!(
                history(&entries).standing(&asked.parse().unwrap()),
                expected,
                "{entries:?} {asked}"
            );
        }
    }

    #[test]
    fn the_later_numbers_are_those_that_are_later_one_by_one() {
        let one = history(&[
            ("a", Some(2), None),
            ("b", Some(1), None),
            ("c", None, None),
            ("b", Some(7), None),
        ]);
        let listed = one.0.iter().map(|entry| &entry.number);
        let later = listed.filter(|number| matches!(one.standing(number), Standing::Later { .. }));
        assert_eq!(one.later_numbers(), later.collect());
    }
}
