//! A second, naive implementation of `trace` and `reconcile`, word for word after CONTRACT.md
//! ("trace", "The main cause", "reconcile") and DOMAIN.md ("Which payment is a later one").
//! It looks through everything every time, and shares nothing with the program.

pub mod generate;

use std::collections::BTreeSet;

/// Seconds since 2026-11-01 00:00:00 in Tokyo, within that November.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub i64);

impl Moment {
    pub fn day(self) -> i64 {
        self.0.div_euclid(86_400)
    }

    /// Day of the month, hour, minute, second.
    pub fn parts(self) -> (i64, i64, i64, i64) {
        let second = self.0.rem_euclid(86_400);
        (self.day() + 1, second / 3600, second / 60 % 60, second % 60)
    }

    /// As JSON has it.
    pub fn json(self) -> String {
        let (day, hour, minute, second) = self.parts();
        format!("2026-11-{day:02}T{hour:02}:{minute:02}:{second:02}+09:00")
    }
}

#[derive(Debug, Clone)]
pub struct Order {
    pub number: String,
    pub created_at: Option<Moment>,
    pub channel: Option<&'static str>,
    pub method: Option<u64>,
    pub registered: Option<bool>,
    pub purchase_number: Option<u32>,
    pub result: Option<&'static str>,
}

/// An entry of the payment history of `order_number`. The entries of one history stand in the
/// order in which they are listed.
#[derive(Debug, Clone)]
pub struct Payment {
    pub order_number: String,
    pub number: String,
    pub at: Option<Moment>,
    pub amount: Option<u64>,
    pub thanks_offer: Option<bool>,
}

#[derive(Debug, Clone)]
pub struct Event {
    pub number: String,
    pub id: String,
    pub requested_at: Option<Moment>,
    pub auto: Option<&'static str>,
    pub manual: Option<&'static str>,
    pub rules: Vec<&'static str>,
    pub reasons: Vec<&'static str>,
}

/// The `[oplux]` table, with the payment methods and whether O-PLUX is on for each.
#[derive(Debug, Clone)]
pub struct Account {
    pub enabled: bool,
    pub existing_customers: bool,
    pub methods: Vec<(u64, &'static str, bool)>,
}

#[derive(Debug, Clone, Default)]
pub struct World {
    pub orders: Vec<Order>,
    pub payments: Vec<Payment>,
    pub events: Vec<Event>,
    /// A day of the month.
    pub integrated_on: Option<i64>,
    pub account: Option<Account>,
    /// Whether there is a configuration file at all.
    pub configured: bool,
}

pub type History<'w> = Vec<&'w Payment>;

/// Earliest is by time; an entry without a time comes after those with one; ties go by the order
/// in which they are listed.
fn earliest<'w>(entries: impl Iterator<Item = &'w Payment>) -> Option<&'w Payment> {
    let mut found: Option<&Payment> = None;
    for entry in entries {
        let is_earlier = match found {
            None => true,
            Some(best) => match (entry.at, best.at) {
                (Some(at), Some(best)) => at < best,
                (Some(_), None) => true,
                (None, _) => false,
            },
        };
        if is_earlier {
            found = Some(entry);
        }
    }
    found
}

/// The numbers that a history shows as later payments.
fn later_of(history: &History) -> Vec<String> {
    if history.iter().any(|entry| entry.thanks_offer.is_some()) {
        let later = history
            .iter()
            .filter(|entry| entry.thanks_offer == Some(true));
        return later.map(|entry| entry.number.clone()).collect();
    }
    let first = earliest(history.iter().copied()).map(|entry| &entry.number);
    let numbers = history.iter().map(|entry| &entry.number);
    numbers
        .filter(|number| Some(*number) != first)
        .cloned()
        .collect()
}

/// The earliest entry that is not a later one.
fn first_of<'w>(history: &History<'w>) -> Option<&'w Payment> {
    let later = later_of(history);
    earliest(
        history
            .iter()
            .copied()
            .filter(|entry| !later.contains(&entry.number)),
    )
}

impl World {
    pub fn order(&self, number: &str) -> Option<&Order> {
        self.orders.iter().find(|order| order.number == number)
    }

    pub fn event(&self, id: &str) -> &Event {
        self.events
            .iter()
            .find(|event| event.id == id)
            .expect("an event of the store")
    }

    /// The own payment history of an order, maybe empty.
    fn own(&self, number: &str) -> History<'_> {
        self.payments
            .iter()
            .filter(|entry| entry.order_number == number)
            .collect()
    }

    /// Every history with an entry of that number.
    fn listing(&self, number: &str) -> Vec<History<'_>> {
        let entries = self.payments.iter().filter(|entry| entry.number == number);
        entries.map(|entry| self.own(&entry.order_number)).collect()
    }

    /// Every number that orders, payments or events name.
    pub fn numbers(&self) -> BTreeSet<String> {
        let orders = self.orders.iter().map(|order| &order.number);
        let payments = self
            .payments
            .iter()
            .flat_map(|entry| [&entry.order_number, &entry.number]);
        let events = self.events.iter().map(|event| &event.number);
        orders.chain(payments).chain(events).cloned().collect()
    }

    /// Numbers that stand in one payment history belong together, and so do those that further
    /// histories tie to them. A history ties its order to every number in it.
    pub fn group(&self, number: &str) -> BTreeSet<String> {
        let mut group = BTreeSet::from([number.to_owned()]);
        loop {
            let before = group.len();
            for entry in &self.payments {
                if group.contains(&entry.order_number) || group.contains(&entry.number) {
                    group.insert(entry.order_number.clone());
                    group.insert(entry.number.clone());
                }
            }
            if group.len() == before {
                return group;
            }
        }
    }

    /// The earliest time that any history gives for a payment.
    pub fn paid_at(&self, number: &str) -> Option<Moment> {
        let entries = self.payments.iter().filter(|entry| entry.number == number);
        entries.filter_map(|entry| entry.at).min()
    }

    /// The numbers that are searched, in the order of the candidates: itself, then the earliest
    /// payment; one whose payment has no time comes last; ties by number.
    fn ranked(&self, number: &str) -> Vec<String> {
        let mut others: Vec<_> = self.group(number).into_iter().collect();
        others.retain(|other| other != number);
        others.sort_by_key(|other| {
            let at = self.paid_at(other);
            (at.is_none(), at, other.clone())
        });
        others.insert(0, number.to_owned());
        others
    }

    /// Number by number, each number's newest first, one without a time after those with one.
    /// What the contract leaves equal stands by event ID.
    pub fn candidates(&self, number: &str) -> Vec<&Event> {
        let mut found = Vec::new();
        for number in self.ranked(number) {
            let mut events: Vec<_> = self
                .events
                .iter()
                .filter(|event| event.number == number)
                .collect();
            events.sort_by_key(|event| {
                let newest_first = event.requested_at.map(|at| -at.0);
                (event.requested_at.is_none(), newest_first, &event.id)
            });
            found.extend(events);
        }
        found
    }

    pub fn verdict(&self, number: &str) -> &'static str {
        match self.candidates(number).first() {
            Some(event) if event.number == number => "direct",
            Some(_) => "via-payment-history",
            None => "not-found",
        }
    }

    /// What ecforce shows against what the event says.
    pub fn drift(shown: Option<&str>, event: Option<&Event>) -> Option<&'static str> {
        let (shown, event) = (shown?, event?);
        let auto = event.auto?;
        match event.manual {
            Some(manual) if manual != shown => Some("manual-changed"),
            _ if auto != shown => Some("auto-mismatch"),
            _ => None,
        }
    }

    /// The numbers of the merged payment history, by time, ties by number.
    pub fn paid(&self, number: &str) -> Vec<String> {
        let group = self.group(number);
        let entries = self
            .payments
            .iter()
            .filter(|entry| group.contains(&entry.number));
        let numbers: BTreeSet<_> = entries.map(|entry| entry.number.clone()).collect();
        let mut numbers: Vec<_> = numbers.into_iter().collect();
        numbers.sort_by_key(|number| {
            let at = self.paid_at(number);
            (at.is_none(), at, number.clone())
        });
        numbers
    }

    /// The first cause of CONTRACT.md that holds.
    pub fn main_cause(&self, number: &str) -> Option<&'static str> {
        let Some(order) = self.order(number) else {
            return Some("order-unknown"); // 1
        };
        if order.result.is_some() {
            return Some(self.expected(order)); // 2
        }
        let begun = self.integrated_on.map(|day| Moment((day - 1) * 86_400));
        if let (Some(created), Some(begun)) = (order.created_at, begun)
            && created < begun
        {
            return Some("before-integration"); // 3
        }
        // 4 is not of this model: nothing was screened from here.
        if let Some(cause) = self.domain_cause(order, self.account.as_ref()) {
            return Some(cause); // 5
        }
        let known = self.account.is_some()
            && order.channel.is_some()
            && order.method.is_some()
            && order.registered.is_some()
            && order.purchase_number.is_some();
        known.then(|| self.expected(order)) // 6, 7
    }

    /// By the order's day, and that of the first payment of every history that lists it or is its
    /// own.
    fn expected(&self, order: &Order) -> &'static str {
        let mut histories = self.listing(&order.number);
        histories.push(self.own(&order.number));
        let first_payments = histories.iter().filter_map(|history| first_of(history)?.at);
        let days: Vec<_> = first_payments
            .chain(order.created_at)
            .map(Moment::day)
            .collect();
        let mut requested = self.events.iter().filter_map(|event| event.requested_at);
        if requested.any(|at| days.contains(&at.day())) {
            "event-expected"
        } else {
            "events-not-loaded"
        }
    }

    /// DOMAIN.md's causes, in their order. A rule whose facts are not known is passed over.
    fn domain_cause(&self, order: &Order, account: Option<&Account>) -> Option<&'static str> {
        if account.is_some_and(|account| !account.enabled) {
            return Some("oplux-disabled");
        }
        match order.channel {
            Some("subscription") => return Some("subscription-order"),
            Some("admin") => return Some("admin-order"),
            Some("csv") => return Some("csv-order"),
            _ => {}
        }
        if self.is_later(&order.number) {
            return Some("thanks-offer-payment");
        }
        let account = account?;
        if let Some(id) = order.method {
            match account.methods.iter().find(|(method, ..)| *method == id) {
                None => return Some("method-unknown"),
                Some((_, _, false)) => return Some("method-disabled"),
                Some(_) => {}
            }
        }
        let is_existing = order.registered? && order.purchase_number? >= 2;
        (is_existing && !account.existing_customers).then_some("existing-customer")
    }

    /// An order's own payments are its history; where there are none, or they do not list it, every
    /// history of the store that lists it is asked, and one that shows it as a later payment is
    /// enough.
    fn is_later(&self, number: &str) -> bool {
        let own = self.own(number);
        let asked = match own.iter().any(|entry| entry.number == number) {
            true => vec![own],
            false => self.listing(number),
        };
        asked
            .iter()
            .any(|history| later_of(history).iter().any(|later| later == number))
    }

    /// Whether the store has no history that lists the number or is its own.
    pub fn history_unknown(&self, number: &str) -> bool {
        self.listing(number).is_empty() && self.own(number).is_empty()
    }

    /// `reconcile`'s status for an order without an event.
    pub fn status_of(cause: Option<&str>) -> &'static str {
        match cause {
            Some("event-expected" | "screening-failed") => "missing",
            Some("events-not-loaded") => "unknown",
            _ => "not-screened",
        }
    }

    /// How many seconds from the order the suggested orphans were requested, nearest first.
    pub fn suggested(&self, order: &Order) -> Vec<i64> {
        let Some(created) = order.created_at else {
            return Vec::new();
        };
        let mut apart: Vec<_> = self
            .events
            .iter()
            .filter(|event| self.order(&event.number).is_none())
            .filter(|event| {
                let tied = |entry: &Payment| {
                    entry.number == event.number || entry.order_number == event.number
                };
                !self.payments.iter().any(tied)
            })
            .filter_map(|event| Some(event.requested_at?.0 - created.0))
            .filter(|apart| (-3600..=300).contains(apart))
            .map(i64::abs)
            .collect();
        apart.sort_unstable();
        apart.truncate(5);
        apart
    }
}
