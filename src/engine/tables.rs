//! What a reconciliation goes by, read from the store once and held as small vectors: a million
//! orders with their events in some 200 MB.

use std::{
    collections::HashSet,
    hash::{BuildHasher, RandomState},
};

use super::trace::Evidence;
use crate::{
    domain::{
        event::{AutoResult, EventId, EventRecord},
        matching::{AFTER_SECONDS, BEFORE_SECONDS, Histories, NearEvent},
        order::{Channel, OrderNumber, OrderRecord},
        payment::{History, Payment, PaymentRecord},
        time::JstTime,
    },
    store::{Look, StoreError},
};

/// Orders, payments and events of one moment.
pub(super) struct Tables<'l> {
    look: &'l Look<'l>,
    /// Every number that bears an order, a payment or an event.
    numbers: Texts,
    /// What they bear.
    borne: Vec<Borne>,
    customers: Texts,
    offers: Texts,
    event_ids: Texts,
    results: Texts,
    /// By time, those without one last; ties by number.
    pub(super) orders: Vec<Order>,
    /// The oldest first, as [`newest_first`](crate::domain::matching::newest_first) has it.
    events: Vec<Event>,
    /// Group by group; in a group as the store lists them.
    payments: Vec<Entry>,
    /// The days on which an event was requested.
    days: HashSet<i64>,
}

/// What stands under a number.
struct Borne {
    order: Option<Place>,
    /// The newest event under it.
    event: Option<Place>,
    /// A number that stands for all that belong together.
    group: Place,
    /// Whether a payment history lists it or is its own.
    in_history: bool,
}

pub(super) struct Order {
    number: Place,
    customer: Option<Place>,
    offer: Option<Place>,
    pub(super) created_at: Option<JstTime>,
    payment_method_id: Option<u64>,
    purchase_number: Option<u32>,
    channel: Option<Channel>,
    registered: Option<bool>,
    result: Option<AutoResult>,
}

struct Event {
    number: Place,
    id: Place,
    requested_at: Option<JstTime>,
    auto_result: Option<Place>,
    manual_result: Option<Place>,
}

/// An entry of the payment history of `order`.
struct Entry {
    order: Place,
    number: Place,
    at: Option<JstTime>,
    thanks_offer: Option<bool>,
}

impl<'l> Tables<'l> {
    /// Reads them.
    pub(super) fn read(look: &'l Look<'l>) -> Result<Self, StoreError> {
        let mut tables = Self {
            look,
            numbers: Texts::default(),
            borne: vec![],
            customers: Texts::default(),
            offers: Texts::default(),
            event_ids: Texts::default(),
            results: Texts::default(),
            orders: vec![],
            events: vec![],
            payments: vec![],
            days: HashSet::new(),
        };
        look.each_order(|order| tables.add_order(&order))?;
        look.each_payment(|payment| tables.add_payment(&payment))?;
        look.each_event(|event| tables.add_event(&event))?;
        tables.sort();
        Ok(tables)
    }

    fn add_order(&mut self, order: &OrderRecord) {
        let number = self.hold(&order.number);
        let customer = order.customer_id.as_deref();
        let offer = order.offer.as_deref();
        self.orders.push(Order {
            number,
            customer: customer.map(|id| self.customers.hold(id)),
            offer: offer.map(|offer| self.offers.hold(offer)),
            created_at: order.created_at,
            payment_method_id: order.payment_method_id,
            purchase_number: order.purchase_number,
            channel: order.channel,
            registered: order.registered,
            result: order.result,
        });
    }

    fn add_payment(&mut self, listed: &PaymentRecord) {
        let (order, number) = (
            self.hold(&listed.order_number),
            self.hold(&listed.payment.number),
        );
        for place in [order, number] {
            self.borne[place as usize].in_history = true;
        }
        let (one, other) = (self.group_of(order), self.group_of(number));
        self.borne[one as usize].group = other;
        self.payments.push(Entry {
            order,
            number,
            at: listed.payment.at,
            thanks_offer: listed.payment.thanks_offer,
        });
    }

    fn add_event(&mut self, event: &EventRecord) {
        let number = self.hold(&event.merchant_management_id);
        let auto_result = event.auto_result.as_deref();
        let manual_result = event.manual_result.as_deref();
        self.days.extend(event.requested_at.map(JstTime::day));
        self.events.push(Event {
            number,
            id: self.event_ids.push(&event.event_id.0),
            requested_at: event.requested_at,
            auto_result: auto_result.map(|result| self.results.hold(result)),
            manual_result: manual_result.map(|result| self.results.hold(result)),
        });
    }

    fn hold(&mut self, number: &OrderNumber) -> Place {
        let place = self.numbers.hold(number.as_str());
        if self.borne.len() == place as usize {
            self.borne.push(Borne {
                order: None,
                event: None,
                group: place,
                in_history: false,
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

    fn sort(&mut self) {
        for place in 0..self.borne.len() as Place {
            self.borne[place as usize].group = self.group_of(place);
        }
        let (numbers, ids, borne) = (&self.numbers, &self.event_ids, &mut self.borne);
        self.orders.sort_unstable_by(|a, b| {
            let key = |o: &Order| (o.created_at.is_none(), o.created_at);
            let by_number = || numbers.get(a.number).cmp(numbers.get(b.number));
            key(a).cmp(&key(b)).then_with(by_number)
        });
        self.events.sort_unstable_by(|a, b| {
            let by_id = || ids.get(a.id).cmp(ids.get(b.id));
            a.requested_at.cmp(&b.requested_at).then_with(by_id)
        });
        for (order, place) in self.orders.iter().zip(0..) {
            borne[order.number as usize].order = Some(place);
        }
        for (event, place) in self.events.iter().zip(0..) {
            borne[event.number as usize].event = Some(place);
        }
        // Stable: histories stay by their order's number, entries in the order of the listing.
        self.payments
            .sort_by_key(|entry| borne[entry.order as usize].group);
    }

    fn borne_by(&self, number: &OrderNumber) -> Option<&Borne> {
        let place = self.numbers.find(number.as_str())?;
        self.borne.get(place as usize)
    }

    fn number(&self, place: Place) -> OrderNumber {
        OrderNumber::known(self.numbers.get(place))
    }

    /// What is held of an order.
    pub(super) fn record(&self, order: &Order) -> OrderRecord {
        let customer = order.customer.map(|place| self.customers.get(place));
        let offer = order.offer.map(|place| self.offers.get(place));
        OrderRecord {
            created_at: order.created_at,
            channel: order.channel,
            offer: offer.map(str::to_owned),
            payment_method_id: order.payment_method_id,
            customer_id: customer.map(str::to_owned),
            registered: order.registered,
            purchase_number: order.purchase_number,
            result: order.result,
            ..OrderRecord::of(self.number(order.number))
        }
    }

    fn event(&self, event: &Event) -> EventRecord {
        let result = |place: Option<Place>| place.map(|place| self.results.get(place).to_owned());
        let id = EventId(self.event_ids.get(event.id).to_owned());
        EventRecord {
            requested_at: event.requested_at,
            auto_result: result(event.auto_result),
            manual_result: result(event.manual_result),
            ..EventRecord::of(self.number(event.number), id)
        }
    }

    /// The newest event under the order's own number.
    pub(super) fn own_event(&self, order: &Order) -> Option<EventRecord> {
        let event = self.borne[order.number as usize].event?;
        Some(self.event(&self.events[event as usize]))
    }

    /// How many events stand under a number that is in no order and in no payment history. Those
    /// requested from `from` to `to`, where these are given.
    pub(super) fn orphans(&self, from: Option<JstTime>, to: Option<JstTime>) -> u64 {
        let is_orphan = |event: &&Event| {
            let borne = &self.borne[event.number as usize];
            borne.order.is_none() && !borne.in_history && is_within(event.requested_at, from, to)
        };
        self.events.iter().filter(is_orphan).count() as u64
    }
}

impl Evidence for Tables<'_> {
    fn order(&self, number: &OrderNumber) -> Result<Option<OrderRecord>, StoreError> {
        let place = self.borne_by(number).and_then(|borne| borne.order);
        Ok(place.map(|place| self.record(&self.orders[place as usize])))
    }

    fn histories_of_group(
        &self,
        number: &OrderNumber,
        _: &Histories,
    ) -> Result<Vec<(OrderNumber, History)>, StoreError> {
        let borne = self.borne_by(number).filter(|borne| borne.in_history);
        let Some(group) = borne.map(|borne| borne.group) else {
            return Ok(vec![]);
        };
        let group_of = |entry: &Entry| self.borne[entry.order as usize].group;
        let begins = self.payments.partition_point(|e| group_of(e) < group);
        let entries = &self.payments[begins..];
        let entries = &entries[..entries.partition_point(|e| group_of(e) == group)];
        let payment = |entry: &Entry| Payment {
            number: self.number(entry.number),
            at: entry.at,
            amount: None,
            thanks_offer: entry.thanks_offer,
        };
        let histories = entries.chunk_by(|a, b| a.order == b.order).map(|entries| {
            let history = History(entries.iter().map(payment).collect());
            (self.number(entries[0].order), history)
        });
        Ok(histories.collect())
    }

    /// The newest under each: the match is among them.
    fn events_under(&self, numbers: &[OrderNumber]) -> Result<Vec<EventRecord>, StoreError> {
        let newest = numbers.iter().filter_map(|n| self.borne_by(n)?.event);
        let events = newest.map(|place| self.event(&self.events[place as usize]));
        Ok(events.collect())
    }

    fn screening_failed(&self, number: &OrderNumber) -> Result<bool, StoreError> {
        self.look.screening_failed(number)
    }

    fn has_event_on(&self, days: &[i64]) -> Result<bool, StoreError> {
        Ok(days.iter().any(|day| self.days.contains(day)))
    }

    /// But for those of another customer's order, which are never suggested: they are many.
    fn events_near(&self, order: &OrderRecord) -> Result<Vec<NearEvent>, StoreError> {
        let Some(placed) = order.created_at else {
            return Ok(vec![]);
        };
        let customer = order.customer_id.as_deref();
        let customer = customer.and_then(|id| self.customers.find(id));
        let from = placed.plus_seconds(-BEFORE_SECONDS);
        let to = placed.plus_seconds(AFTER_SECONDS);
        let begins = self.events.partition_point(|e| e.requested_at < Some(from));
        let near = self.events[begins..]
            .iter()
            .take_while(|event| event.requested_at <= Some(to))
            .filter_map(|event| {
                let borne = &self.borne[event.number as usize];
                let other = borne.order.map(|place| &self.orders[place as usize]);
                let is_of_customer =
                    |other: &Order| customer.is_some() && other.customer == customer;
                other.is_none_or(is_of_customer).then(|| NearEvent {
                    event: self.event(event),
                    order: other.map(|other| self.record(other)),
                    in_history: borne.in_history,
                })
            });
        Ok(near.collect())
    }
}

/// Whether a time is from `from` to `to`. Where neither is given, whatever it is.
pub(super) fn is_within(at: Option<JstTime>, from: Option<JstTime>, to: Option<JstTime>) -> bool {
    from.is_none_or(|from| at.is_some_and(|at| from <= at))
        && to.is_none_or(|to| at.is_some_and(|at| at <= to))
}

/// The place of a text.
type Place = u32;

const FREE: Place = Place::MAX;

/// Texts, each held once and known by a small number in its stead.
///
/// A million order numbers take 30 MB here; as a map of strings they would take four times that.
#[derive(Default)]
struct Texts {
    /// All of them, one after the other, and where each ends: 4 GB of texts at most.
    all: String,
    ends: Vec<u32>,
    /// A hash table of places, a power of two long and never full.
    slots: Vec<Place>,
    hasher: RandomState,
}

impl Texts {
    fn get(&self, place: Place) -> &str {
        let place = place as usize;
        let begins = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.all[begins as usize..self.ends[place] as usize]
    }

    fn find(&self, text: &str) -> Option<Place> {
        let place = *self.slots.get(self.slot(text)?)?;
        (place != FREE).then_some(place)
    }

    /// The place of a text, which is put in where it is new.
    fn hold(&mut self, text: &str) -> Place {
        if self.ends.len() * 4 >= self.slots.len() * 3 {
            self.grow();
        }
        let slot = self.slot(text).unwrap_or_default();
        if self.slots[slot] == FREE {
            self.slots[slot] = self.push(text);
        }
        self.slots[slot]
    }

    /// The place of a text that comes only once, and that nobody will look for.
    fn push(&mut self, text: &str) -> Place {
        self.all.push_str(text);
        self.ends.push(self.all.len() as u32);
        self.ends.len() as Place - 1
    }

    /// Where the text stands among the slots, or is to stand.
    fn slot(&self, text: &str) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut slot = self.hasher.hash_one(text) as usize & mask;
        while self.slots[slot] != FREE && self.get(self.slots[slot]) != text {
            slot = (slot + 1) & mask;
        }
        Some(slot)
    }

    fn grow(&mut self) {
        self.slots = vec![FREE; (self.slots.len() * 2).max(16)];
        for place in 0..self.ends.len() as Place {
            let slot = self.slot(self.get(place)).unwrap_or_default();
            self.slots[slot] = place;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_place_and_comes_back() {
        let mut texts = Texts::default();
        assert_eq!(texts.find(""), None);
        let text = |n: u32| match n {
            0 => String::new(),
            n => format!("受注{n}"),
        };
        for _ in 0..2 {
            for n in 0..1_000 {
                assert_eq!(texts.hold(&text(n)), n);
            }
        }
        for n in 0..1_000 {
            assert_eq!((texts.get(n), texts.find(&text(n))), (&*text(n), Some(n)));
        }
        assert_eq!(texts.find("受注1000"), None);
    }
}
