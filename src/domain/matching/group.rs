//! Numbers that belong together (R13): those that stand in one payment history, and those that
//! further histories tie to them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::domain::{
    order::OrderNumber,
    payment::{History, Payment, Standing, by_time},
};

/// Payment histories, each with the number of the order that it is of.
pub type Histories = [(OrderNumber, History)];

/// The numbers that belong to one, and their payments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Every number, the one asked for among them: by the time of its payment, one without a time
    /// last, ties by number.
    pub numbers: Vec<OrderNumber>,
    /// The payments (決済履歴) of all of them, by time, each number once.
    pub payments: Vec<Payment>,
}

impl Group {
    /// The group of `asked` as far as `histories` tell. Those that tie nothing to it are passed
    /// over. A history ties its order to every number that it lists, also where it does not list
    /// the order itself.
    pub fn of(asked: &OrderNumber, histories: &Histories) -> Self {
        // Each history is gone through once: a chain of them may be long.
        let mut naming: HashMap<&OrderNumber, Vec<usize>> = HashMap::new();
        for (place, history) in histories.iter().enumerate() {
            for number in numbers_of(history) {
                naming.entry(number).or_default().push(place);
            }
        }
        let mut members = BTreeSet::from([asked]);
        let (mut is_tied, mut left) = (vec![false; histories.len()], vec![asked]);
        while let Some(number) = left.pop() {
            for place in naming.remove(number).unwrap_or_default() {
                if !std::mem::replace(&mut is_tied[place], true) {
                    let others = numbers_of(&histories[place]);
                    left.extend(others.filter(|other| members.insert(other)));
                }
            }
        }
        let entries = histories
            .iter()
            .filter(|(order, _)| members.contains(order))
            .flat_map(|(order, history)| history.0.iter().map(move |entry| (order, entry)));
        let payments = merged(entries);
        let times: BTreeMap<_, _> = payments.iter().map(|p| (&p.number, p.at)).collect();
        let mut numbers: Vec<OrderNumber> = members.into_iter().cloned().collect();
        numbers.sort_by(|a, b| {
            let at = |number| times.get(number).copied().flatten();
            by_time(at(a), at(b)).then_with(|| a.cmp(b))
        });
        Self { numbers, payments }
    }

    /// The numbers in the order in which to search O-PLUX for them: the one asked for, then by the
    /// earliest payment.
    pub fn searched(&self, asked: &OrderNumber) -> Vec<OrderNumber> {
        let others = self.numbers.iter().filter(|number| *number != asked);
        [asked].into_iter().chain(others).cloned().collect()
    }
}

/// The numbers of a history, and that of its order.
fn numbers_of((order, history): &(OrderNumber, History)) -> impl Iterator<Item = &OrderNumber> {
    history.0.iter().map(|entry| &entry.number).chain([order])
}

/// Each number's payment, from all entries that list it: the earliest time that any gives, the
/// amount of the earliest entry that has one, and the flag サンクスオファー where any carries it (one
/// that shows it as a later payment is enough). By time, ties by number.
fn merged<'a>(entries: impl Iterator<Item = (&'a OrderNumber, &'a Payment)>) -> Vec<Payment> {
    let mut by_number: BTreeMap<&OrderNumber, Vec<(&OrderNumber, &Payment)>> = BTreeMap::new();
    for (order, entry) in entries {
        by_number
            .entry(&entry.number)
            .or_default()
            .push((order, entry));
    }
    let mut payments: Vec<Payment> = by_number
        .into_iter()
        .map(|(number, mut entries)| {
            // Not by the order in which the histories came in.
            entries.sort_by(|(a_order, a), (b_order, b)| {
                let rest = |p: &Payment| (p.amount, p.thanks_offer);
                by_time(a.at, b.at)
                    .then_with(|| a_order.cmp(b_order))
                    .then_with(|| rest(a).cmp(&rest(b)))
            });
            Payment {
                number: number.clone(),
                at: entries.iter().find_map(|(_, entry)| entry.at),
                amount: entries.iter().find_map(|(_, entry)| entry.amount),
                thanks_offer: entries
                    .iter()
                    .filter_map(|(_, entry)| entry.thanks_offer)
                    .max(),
            }
        })
        .collect();
    payments.sort_by(|a, b| by_time(a.at, b.at).then_with(|| a.number.cmp(&b.number)));
    payments
}

/// What the histories say of `number` (R9): its order's own decides where it lists it. Otherwise
/// all that list it are asked, and one that shows it as a later payment is enough. In a chain of
/// histories the first payment of one is a later payment of another: the first of all counts, since
/// that alone was screened.
pub fn standing_of(number: &OrderNumber, histories: &Histories) -> Standing {
    let standing = standing_in(number, histories.iter());
    let Standing::Later { first: Some(first) } = &standing else {
        return standing;
    };
    // Each history is gone through once: a chain of them may be long.
    let mut naming: HashMap<&OrderNumber, Vec<&(OrderNumber, History)>> = HashMap::new();
    for history in histories {
        for number in numbers_of(history) {
            naming.entry(number).or_default().push(history);
        }
    }
    let mut first = first.clone();
    let mut seen = BTreeSet::from([number.clone(), first.clone()]);
    while let Some(histories) = naming.get(&first)
        && let Standing::Later {
            first: Some(earlier),
        } = standing_in(&first, histories.iter().copied())
        && seen.insert(earlier.clone())
    {
        first = earlier;
    }
    Standing::Later { first: Some(first) }
}

fn standing_in<'h>(
    number: &OrderNumber,
    histories: impl Iterator<Item = &'h (OrderNumber, History)>,
) -> Standing {
    let mut is_later = Standing::NotLater;
    for (order, history) in histories {
        match history.standing(number) {
            Standing::NotListed => {}
            standing if order == number => return standing,
            later @ Standing::Later { .. } if is_later == Standing::NotLater => is_later = later,
            _ => {}
        }
    }
    is_later
}

/// Whether a history lists the number or is that of its order, which counts too where it does not
/// list it.
pub fn has_history(number: &OrderNumber, histories: &Histories) -> bool {
    histories.iter().any(|(order, history)| {
        order == number || history.0.iter().any(|payment| payment.number == *number)
    })
}
