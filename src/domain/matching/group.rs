//! Numbers that belong together (R13): those that stand in one payment history, and those that
//! further histories tie to them. Each history is gone through once: there may be thousands.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    convert::Infallible,
    mem::{replace, take},
};

use crate::domain::{
    eligibility::screened_as,
    order::OrderNumber,
    payment::{History, Payment, Standing, by_time},
    time::JstTime,
};

/// Payment histories, each with the number of the order that it is of.
pub type Histories = [(OrderNumber, History)];

/// The numbers that belong to one, their payments, and what the histories say of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Every number, the one asked for among them: by the time of its payment, one without a time
    /// last, ties by number.
    pub numbers: Vec<OrderNumber>,
    /// The payments (決済履歴) of all of them, by time, each number once.
    pub payments: Vec<Payment>,
    said: HashMap<OrderNumber, Testimony>,
}

/// What the histories that list a number, or are its order's, say of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Testimony {
    /// Whether it is a later payment.
    pub standing: Standing,
    /// Whether its order's own history lists it, and so decides that.
    pub is_by_its_own: bool,
    /// The days of their first payments.
    first_days: BTreeSet<i64>,
}

impl Testimony {
    /// Adds what the history of `order` says of each number that it lists.
    pub fn add(of: &mut HashMap<OrderNumber, Self>, order: &OrderNumber, history: &History) {
        let (later, of_later) = (history.later_numbers(), history.later());
        let day = history.first().and_then(|first| first.at).map(JstTime::day);
        of.entry(order.clone()).or_default().first_days.extend(day);
        for number in history.0.iter().map(|entry| &entry.number) {
            let said = of.entry(number.clone()).or_default();
            said.first_days.extend(day);
            said.hear(number == order, || match later.contains(number) {
                true => of_later.clone(),
                false => Standing::NotLater,
            });
        }
    }

    /// Adds what a history that lists the number says. The first that is its order's own decides.
    pub fn hear(&mut self, is_its_own: bool, says: impl FnOnce() -> Standing) {
        if !self.is_by_its_own {
            self.standing = match is_its_own {
                true => says(),
                false => take(&mut self.standing).or(says()),
            };
            self.is_by_its_own = is_its_own;
        }
    }
}

impl Group {
    /// The group of `asked` by the histories that tie numbers to it: a history ties its order to
    /// every number that it lists, also where it does not list the order itself.
    pub fn of(asked: &OrderNumber, histories: &Histories) -> Self {
        let payments = merged(histories);
        let mut said = HashMap::new();
        for (order, history) in histories {
            Testimony::add(&mut said, order, history);
        }
        let times: HashMap<_, _> = payments.iter().map(|p| (&p.number, p.at)).collect();
        let stranger = (!said.contains_key(asked)).then_some(asked);
        let mut numbers: Vec<_> = said.keys().chain(stranger).cloned().collect();
        numbers.sort_by(|a, b| {
            let at = |number| times.get(number).copied().flatten();
            by_time(at(a), at(b)).then_with(|| a.cmp(b))
        });
        for number in &numbers {
            let before = |number: &_| screened_as(&said.get(number)?.standing).cloned();
            let Ok((way, first)) = way_to_first::<Infallible>(number, |it| Ok(before(it)));
            for number in way {
                if let Some(said) = said.get_mut(&number) {
                    let first = Some(first.clone());
                    said.standing = Standing::Later { first };
                }
            }
        }
        Self {
            numbers,
            payments,
            said,
        }
    }

    /// The numbers in the order in which to search O-PLUX for them: the one asked for, then by the
    /// earliest payment.
    pub fn searched(&self, asked: &OrderNumber) -> Vec<OrderNumber> {
        let others = self.numbers.iter().filter(|number| *number != asked);
        [asked].into_iter().chain(others).cloned().collect()
    }

    /// Whether a history lists the number or is that of its order, which counts too where it does
    /// not list it.
    pub fn has_history_of(&self, number: &OrderNumber) -> bool {
        self.said.contains_key(number)
    }

    /// The days of the first payments of these histories ([`JstTime::day`]).
    pub fn first_days(&self, number: &OrderNumber) -> Vec<i64> {
        let said = self.said.get(number).into_iter();
        said.flat_map(|said| &said.first_days).copied().collect()
    }

    /// What the histories say of `number` (R9): its order's own decides where it lists it.
    /// Otherwise all that list it are asked, and one that shows it as a later payment is enough. In
    /// a chain of histories the first payment of one is a later payment of another: the first of
    /// all counts, since that alone was screened.
    pub fn standing(&self, number: &OrderNumber) -> Standing {
        let said = self.said.get(number);
        said.map(|said| said.standing.clone()).unwrap_or_default()
    }
}

/// The first payment of all before `number`, behind the numbers of which it is that: the way to it
/// is gone once, not from each number on it. `before` gives the first payment that the histories
/// name of one number. Histories that contradict each other lead in a circle: that ends all the
/// same, and says something of `number` alone.
///
/// # Errors
/// Those of `before`.
pub fn way_to_first<E>(
    number: &OrderNumber,
    mut before: impl FnMut(&OrderNumber) -> Result<Option<OrderNumber>, E>,
) -> Result<(Vec<OrderNumber>, OrderNumber), E> {
    let (mut way, mut first) = (vec![], number.clone());
    let mut seen = HashSet::from([number.clone()]);
    while let Some(earlier) = before(&first)? {
        if !seen.insert(earlier.clone()) {
            way.truncate(1);
            break;
        }
        way.push(replace(&mut first, earlier));
    }
    Ok((way, first))
}

/// Each number's payment, from all entries that list it: the earliest time that any gives, the
/// amount of the earliest entry that has one, and the flag サンクスオファー where any carries it (one
/// that shows it as a later payment is enough). By time, ties by number.
fn merged(histories: &Histories) -> Vec<Payment> {
    let mut entries: Vec<(&OrderNumber, &Payment)> = vec![];
    for (order, history) in histories.iter() {
        entries.extend(history.0.iter().map(|entry| (order, entry)));
    }
    // Not by the order in which the histories came in.
    entries.sort_by(|(a_order, a), (b_order, b)| {
        let rest = |p: &Payment| (p.amount, p.thanks_offer);
        let by_number = a.number.cmp(&b.number);
        by_number
            .then_with(|| by_time(a.at, b.at))
            .then_with(|| (a_order, rest(a)).cmp(&(b_order, rest(b))))
    });
    let of_one = entries.chunk_by(|(_, a), (_, b)| a.number == b.number);
    let payment = |entries: &[(&OrderNumber, &Payment)]| Payment {
        number: entries[0].1.number.clone(),
        at: entries[0].1.at,
        amount: entries.iter().find_map(|(_, entry)| entry.amount),
        thanks_offer: entries
            .iter()
            .filter_map(|(_, entry)| entry.thanks_offer)
            .max(),
    };
    let mut payments: Vec<_> = of_one.map(payment).collect();
    payments.sort_by(|a, b| by_time(a.at, b.at).then_with(|| a.number.cmp(&b.number)));
    payments
}
