//! What a reconciliation goes by, read from the store once and held as small vectors: a million
//! orders with their events in some 200 MB.

use std::{
    cell::RefCell,
    collections::HashSet,
    hash::{BuildHasher, RandomState},
    rc::Rc,
};

use hashbrown::{HashTable, hash_table::Entry as Slot};

use crate::{
    domain::{
        event::{AutoResult, EventId, EventRecord},
        matching::{Group, NearEvent, near},
        order::{Channel, OrderNumber, OrderRecord},
        payment::{History, Payment, by_time},
        time::JstTime,
    },
    store::{EventLine, Look, OrderLine, PaymentLine, StoreError},
};

/// A group of so many payments is not made anew for each of its orders.
const HUGE: usize = 100;

/// Orders, payments and events of one moment.
#[derive(Default)]
pub(super) struct Tables {
    /// Every number that bears an order, a payment or an event.
    numbers: Texts,
    /// What they bear.
    borne: Vec<Borne>,
    /// Not once each: hardly any is ever asked for.
    customers: Ids,
    /// 購入オファー and 支払い方法: the same few words over and over.
    words: Texts,
    results: Texts,
    event_ids: Ids,
    /// By time, those without one last; ties by number.
    pub(super) orders: Vec<Order>,
    /// The oldest first, those without a time before them; ties by ID.
    events: Vec<Event>,
    /// As the store lists them.
    payments: Vec<Entry>,
    /// Each of them, behind a number that stands for its group: group by group, and in a group as
    /// the store lists them.
    tied: Vec<(Place, Place)>,
    /// The days on which an event was requested.
    days: HashSet<i64>,
    /// The huge group that was asked for last.
    huge: RefCell<Option<(Place, Rc<Group>)>>,
}

/// What stands under a number.
struct Borne {
    order: Place,
    /// The match: the newest event under it, else that of its group.
    found: Place,
    /// While they are read, a number that stands for all that belong together; then where its group
    /// begins in `tied`, where any payment history lists the number or is its own.
    group: Place,
}

pub(super) struct Order {
    number: Place,
    customer: Place,
    offer: Place,
    pub(super) created_at: Option<JstTime>,
    /// 支払い方法: its ID, or else its name.
    pub(super) method: Result<u64, Place>,
    purchase_number: Option<u32>,
    channel: Option<Channel>,
    registered: Option<bool>,
    pub(super) result: Option<AutoResult>,
}

struct Event {
    number: Place,
    id: Place,
    requested_at: Option<JstTime>,
    auto_result: Place,
    manual_result: Place,
}

/// An entry of the payment history of `order`.
struct Entry {
    order: Place,
    number: Place,
    at: Option<JstTime>,
    thanks_offer: Option<bool>,
}

/// An event that was found, with what a row tells of it.
pub(super) struct Found<'t> {
    pub(super) number: &'t str,
    pub(super) id: &'t str,
    pub(super) auto_result: Option<&'t str>,
    pub(super) manual_result: Option<&'t str>,
}

impl Tables {
    /// Reads them.
    pub(super) fn read(look: &Look<'_>) -> Result<Self, StoreError> {
        let mut tables = Self::default();
        tables.numbers.expect(look.count_of_orders()?);
        look.each_order(|order| tables.add_order(&order))?;
        look.each_payment(|payment| tables.add_payment(&payment))?;
        let mut last = 0;
        look.each_event(|event| last = tables.add_event(&event, last))?;
        tables.numbers.forget_hashes();
        tables.sort_by_time();
        tables.tie_groups();
        Ok(tables)
    }

    fn add_order(&mut self, order: &OrderLine<'_>) {
        let customer = order.customer_id.map(|id| self.customers.push(id));
        let name = || self.words.hold_any(order.payment_method);
        let method = order.payment_method_id.ok_or_else(name);
        let order = Order {
            number: self.hold(order.number),
            customer: customer.unwrap_or(NONE),
            offer: self.words.hold_any(order.offer),
            created_at: order.created_at,
            method,
            purchase_number: order.purchase_number,
            channel: order.channel,
            registered: order.registered,
            result: order.result,
        };
        self.orders.push(order);
    }

    fn add_payment(&mut self, payment: &PaymentLine<'_>) {
        // Histories have several entries, and most list their own order's number.
        let last = self.payments.last().map(|last| last.order);
        let last = last.filter(|last| self.numbers.is(*last, payment.order));
        let order = last.unwrap_or_else(|| self.hold(payment.order));
        let mut number = order;
        if payment.number != payment.order {
            number = self.hold(payment.number);
            let (one, other) = (self.group_of(order), self.group_of(number));
            self.borne[one as usize].group = other;
        }
        self.payments.push(Entry {
            order,
            number,
            at: payment.at,
            thanks_offer: payment.thanks_offer,
        });
    }

    /// Adds an event; `last` is the place of the last one's number, the answer that of its own.
    fn add_event(&mut self, event: &EventLine<'_>, last: Place) -> Place {
        self.days.extend(event.requested_at.map(JstTime::day));
        let beside = self.numbers.beside(last, event.number);
        let number = beside.unwrap_or_else(|| self.hold(event.number));
        let event = Event {
            number,
            id: self.event_ids.push(event.id),
            requested_at: event.requested_at,
            auto_result: self.results.hold_any(event.auto_result),
            manual_result: self.results.hold_any(event.manual_result),
        };
        self.events.push(event);
        number
    }

    fn hold(&mut self, number: &str) -> Place {
        let place = self.numbers.hold(number);
        if self.borne.len() == place as usize {
            self.borne.push(Borne {
                order: NONE,
                found: NONE,
                group: place,
            });
        }
        place
    }

    /// The number that stands for the group of `place`. The way to it is halved each time.
    fn group_of(&mut self, mut place: Place) -> Place {
        loop {
            let next = self.borne[place as usize].group;
            if next == place {
                return place;
            }
            self.borne[place as usize].group = self.borne[next as usize].group;
            place = next;
        }
    }

    fn sort_by_time(&mut self) {
        let (numbers, ids) = (&self.numbers, &self.event_ids);
        self.orders.sort_unstable_by(|a, b| {
            let by_number = || numbers.get(a.number).cmp(numbers.get(b.number));
            by_time(a.created_at, b.created_at).then_with(by_number)
        });
        self.events.sort_unstable_by(|a, b| {
            let by_id = || ids.get(a.id).cmp(ids.get(b.id));
            a.requested_at.cmp(&b.requested_at).then_with(by_id)
        });
        for (order, place) in self.orders.iter().zip(0..) {
            self.borne[order.number as usize].order = place;
        }
        for (event, place) in self.events.iter().zip(0..) {
            self.borne[event.number as usize].found = place;
        }
    }

    /// Brings the payments of each group together, and gives its numbers their match.
    fn tie_groups(&mut self) {
        for place in 0..self.payments.len() {
            let group = self.group_of(self.payments[place].order);
            self.tied.push((group, place as Place));
        }
        self.tied.sort_unstable();
        let (numbers, borne, payments) = (&self.numbers, &mut self.borne, &self.payments);
        borne.iter_mut().for_each(|borne| borne.group = NONE);
        let mut begins = 0;
        for tied in self.tied.chunk_by(|(a, _), (b, _)| a == b) {
            let paid = || {
                let entries = tied.iter().map(|(_, entry)| &payments[*entry as usize]);
                entries.flat_map(|entry| [(entry.at, entry.number), (None, entry.order)])
            };
            // R13: all numbers of a group that have no event of their own have one match, that of
            // the earliest payment that has one; a payment without a time comes last, and so does
            // an order that its history does not list.
            let with_event = paid().filter(|(_, number)| borne[*number as usize].found != NONE);
            let first = with_event.min_by(|(a_at, a), (b_at, b)| {
                by_time(*a_at, *b_at).then_with(|| numbers.get(*a).cmp(numbers.get(*b)))
            });
            let found = first.map_or(NONE, |(_, number)| borne[number as usize].found);
            for (_, number) in paid() {
                let borne = &mut borne[number as usize];
                borne.group = begins;
                if borne.found == NONE {
                    borne.found = found;
                }
            }
            begins += tied.len() as Place;
        }
    }

    fn number(&self, place: Place) -> OrderNumber {
        OrderNumber::known(self.numbers.get(place))
    }

    pub(super) fn number_of(&self, order: &Order) -> &str {
        self.numbers.get(order.number)
    }

    /// What is held of an order. Field by field, so that a new one is thought of: what a rule asks
    /// for has to be held.
    pub(super) fn record(&self, order: &Order) -> OrderRecord {
        let word = |word| self.words.get_any(word).map(str::to_owned);
        OrderRecord {
            number: self.number(order.number),
            ecforce_id: None,
            created_at: order.created_at,
            channel: order.channel,
            offer: word(order.offer),
            payment_method_id: order.method.ok(),
            payment_method: order.method.err().and_then(word),
            total: None,
            customer_id: self.customer(order).map(str::to_owned),
            registered: order.registered,
            purchase_number: order.purchase_number,
            ad_url_id: None,
            state: None,
            payment_state: None,
            result: order.result,
            reason: None,
        }
    }

    fn customer(&self, order: &Order) -> Option<&str> {
        (order.customer != NONE).then(|| self.customers.get(order.customer))
    }

    /// The match of an order.
    pub(super) fn found(&self, order: &Order) -> Option<Found<'_>> {
        let found = self.borne[order.number as usize].found;
        let event = self.events.get(found as usize)?;
        Some(Found {
            number: self.numbers.get(event.number),
            id: self.event_ids.get(event.id),
            auto_result: self.results.get_any(event.auto_result),
            manual_result: self.results.get_any(event.manual_result),
        })
    }

    /// The numbers that belong to an order.
    pub(super) fn group(&self, order: &Order) -> Rc<Group> {
        let begins = self.borne[order.number as usize].group;
        if let Some((_, huge)) = self.huge.borrow().as_ref().filter(|(of, _)| *of == begins) {
            return Rc::clone(huge);
        }
        let tied = self.tied.get(begins as usize..).unwrap_or_default();
        let mut groups = tied.chunk_by(|(a, _), (b, _)| a == b);
        let tied = groups.next().unwrap_or_default();
        let entries = tied
            .iter()
            .map(|(_, entry)| &self.payments[*entry as usize]);
        let entries: Vec<_> = entries.collect();
        let payment = |entry: &&Entry| Payment {
            number: self.number(entry.number),
            at: entry.at,
            amount: None,
            thanks_offer: entry.thanks_offer,
        };
        let histories = entries.chunk_by(|a, b| a.order == b.order);
        let histories: Vec<_> = histories
            .map(|entries| {
                let history = History(entries.iter().map(payment).collect());
                (self.number(entries[0].order), history)
            })
            .collect();
        let group = Rc::new(Group::of(&self.number(order.number), &histories));
        if entries.len() > HUGE {
            *self.huge.borrow_mut() = Some((begins, Rc::clone(&group)));
        }
        group
    }

    /// Whether any event was requested on one of these days.
    pub(super) fn has_event_on(&self, days: &[i64]) -> bool {
        days.iter().any(|day| self.days.contains(day))
    }

    /// The events that were requested about when the order was placed, but for those of another
    /// customer's order, which are never suggested: they are many.
    pub(super) fn events_near(&self, order: &Order) -> Vec<NearEvent> {
        let Some((from, to)) = order.created_at.map(near) else {
            return vec![];
        };
        let begins = self
            .events
            .partition_point(|event| event.requested_at < Some(from));
        let customer = self.customer(order);
        let near = self.events[begins..].iter();
        let near = near.take_while(|event| event.requested_at <= Some(to));
        let near = near.filter_map(|event| {
            let borne = &self.borne[event.number as usize];
            let other = self.orders.get(borne.order as usize);
            let is_of_customer =
                |other: &Order| customer.is_some() && self.customer(other) == customer;
            other.is_none_or(is_of_customer).then(|| NearEvent {
                event: EventRecord {
                    requested_at: event.requested_at,
                    ..EventRecord::of(
                        self.number(event.number),
                        EventId(self.event_ids.get(event.id).to_owned()),
                    )
                },
                order: other.map(|other| self.record(other)),
                in_history: borne.group != NONE,
            })
        });
        near.collect()
    }

    /// How many events stand under a number that is in no order and in no payment history. Those
    /// requested from `from` to `to`, where these are given.
    pub(super) fn orphans(&self, from: Option<JstTime>, to: Option<JstTime>) -> u64 {
        let is_orphan = |event: &&Event| {
            let borne = &self.borne[event.number as usize];
            let is_borne = borne.order != NONE || borne.group != NONE;
            !is_borne && is_within(event.requested_at, from, to)
        };
        self.events.iter().filter(is_orphan).count() as u64
    }
}

/// Whether a time is from `from` to `to`. Where neither is given, whatever it is.
pub(super) fn is_within(at: Option<JstTime>, from: Option<JstTime>, to: Option<JstTime>) -> bool {
    from.is_none_or(|from| at.is_some_and(|at| from <= at))
        && to.is_none_or(|to| at.is_some_and(|at| at <= to))
}

/// The place of a text or a record among its like.
type Place = u32;

/// No place.
const NONE: Place = Place::MAX;

/// So many texts before and after one are beside it.
const BESIDE: Place = 8;

/// Texts one after the other, each known by a small number: as strings, a million of them would
/// take four times the memory.
#[derive(Default)]
struct Ids {
    all: String,
    /// Where each ends: 4 GB of texts at most.
    ends: Vec<u32>,
}

impl Ids {
    fn push(&mut self, text: &str) -> Place {
        self.all.push_str(text);
        self.ends.push(self.all.len() as u32);
        self.ends.len() as Place - 1
    }

    fn get(&self, place: Place) -> &str {
        let place = place as usize;
        let begins = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.all[begins as usize..self.ends[place] as usize]
    }
}

/// Texts that are held once each.
#[derive(Default)]
struct Texts {
    held: Ids,
    /// Hashes and places. A text lies anywhere in memory: it is read where the hash is its own, and
    /// none is where the table grows.
    places: HashTable<(u32, Place)>,
    hasher: RandomState,
}

impl Texts {
    fn get(&self, place: Place) -> &str {
        self.held.get(place)
    }

    fn get_any(&self, place: Place) -> Option<&str> {
        (place != NONE).then(|| self.get(place))
    }

    /// Whether the text at that place is this one.
    fn is(&self, place: Place, text: &str) -> bool {
        self.held.get(place) == text
    }

    /// The place of a text, which is put in where it is new.
    fn hold(&mut self, text: &str) -> Place {
        let hash = self.hasher.hash_one(text) as u32;
        let held = &mut self.held;
        let is_it = |(of, place): &(u32, Place)| *of == hash && held.get(*place) == text;
        match self.places.entry(wide(hash), is_it, |(of, _)| wide(*of)) {
            Slot::Occupied(known) => known.get().1,
            Slot::Vacant(free) => free.insert((hash, held.push(text))).get().1,
        }
    }

    /// The place of a text, where it is not far from that one: events mostly come in the order of
    /// their orders, and what is near in memory is found ten times as fast.
    fn beside(&self, place: Place, text: &str) -> Option<Place> {
        let end = place
            .saturating_add(BESIDE)
            .min(self.held.ends.len() as Place);
        let before = place.saturating_sub(BESIDE)..place.min(end);
        let mut beside = (place..end).chain(before.rev());
        beside.find(|place| self.is(*place, text))
    }

    /// So many will be held at least. A table that grows is there twice for a moment.
    fn expect(&mut self, texts: usize) {
        self.places.reserve(texts, |(of, _)| wide(*of));
    }

    /// No more texts are held.
    fn forget_hashes(&mut self) {
        self.places = HashTable::new();
    }

    fn hold_any(&mut self, text: Option<&str>) -> Place {
        text.map_or(NONE, |text| self.hold(text))
    }
}

/// A hash as the table goes by it: by its first and by its last bits.
fn wide(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_place_and_comes_back() {
        let mut texts = Texts::default();
        let text = |n: u32| "受注".repeat(n as usize % 4) + &n.to_string();
        for _ in 0..2 {
            for n in 0..1_000 {
                assert_eq!(texts.hold(&text(n)), n);
                assert_eq!(texts.get(n), text(n));
            }
        }
        for (place, n, expected) in [(7, 0, Some(0)), (9, 0, None), (0, 7, Some(7)), (0, 8, None)] {
            assert_eq!(texts.beside(place, &text(n)), expected);
        }
        assert_eq!(Texts::default().beside(0, ""), None);
    }
}
