//! What a reconciliation goes by, read from the store once and held as small vectors: a million
//! orders with their events in some 200 MB.

use std::collections::HashSet;

use super::texts::{Place, Texts};
use crate::{
    domain::{
        event::{AutoResult, EventId, EventRecord},
        matching::{AFTER_SECONDS, BEFORE_SECONDS, NearEvent},
        order::{Channel, OrderNumber, OrderRecord},
        payment::{History, Payment, PaymentRecord},
        time::JstTime,
    },
    store::{Look, StoreError},
};

/// Orders, payments and events of one moment.
#[derive(Debug, Default)]
pub(super) struct Tables {
    numbers: Texts,
    /// What is known of each number.
    known: Vec<Number>,
    customers: Texts,
    offers: Texts,
    event_ids: Texts,
    auto_results: Texts,
    /// By time, those without one last; ties by number.
    pub(super) orders: Vec<Order>,
    /// The oldest first, as [`newest_first`](crate::domain::matching::newest_first) has it.
    events: Vec<Event>,
    /// Group by group; in a group as the store lists them.
    payments: Vec<Entry>,
    /// The days on which an event was requested.
    days: HashSet<i64>,
}

#[derive(Debug)]
struct Number {
    order: Option<Place>,
    /// The newest event under it.
    event: Option<Place>,
    /// A number that stands for all that belong together.
    group: Place,
    /// Whether a payment history lists it or is its own.
    in_history: bool,
}

#[derive(Debug)]
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

#[derive(Debug)]
struct Event {
    number: Place,
    id: Place,
    requested_at: Option<JstTime>,
    auto_result: Option<Place>,
    manual_result: Option<AutoResult>,
}

/// An entry of the payment history of `order`.
#[derive(Debug)]
struct Entry {
    order: Place,
    number: Place,
    at: Option<JstTime>,
    thanks_offer: Option<bool>,
}

impl Tables {
    /// Reads them.
    pub(super) fn read(look: &Look<'_>) -> Result<Self, StoreError> {
        let mut tables = Self::default();
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
            self.known[place as usize].in_history = true;
        }
        let (one, other) = (self.group_of(order), self.group_of(number));
        self.known[one as usize].group = other;
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
        self.days.extend(event.requested_at.map(JstTime::day));
        self.events.push(Event {
            number,
            id: self.event_ids.push(&event.event_id.0),
            requested_at: event.requested_at,
            auto_result: auto_result.map(|result| self.auto_results.hold(result)),
            manual_result: event.manual_result,
        });
    }

    fn hold(&mut self, number: &OrderNumber) -> Place {
        let place = self.numbers.hold(number.as_str());
        if self.known.len() == place as usize {
            self.known.push(Number {
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
            let next = self.known[place as usize].group;
            if next == place {
                return place;
            }
            self.known[place as usize].group = self.known[next as usize].group;
            place = next;
        }
    }

    fn sort(&mut self) {
        for place in 0..self.known.len() as Place {
            self.known[place as usize].group = self.group_of(place);
        }
        let (numbers, ids, known) = (&self.numbers, &self.event_ids, &mut self.known);
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
            known[order.number as usize].order = Some(place);
        }
        for (event, place) in self.events.iter().zip(0..) {
            known[event.number as usize].event = Some(place);
        }
        // Stable: histories stay by their order's number, entries in the order of the listing.
        self.payments
            .sort_by_key(|entry| known[entry.order as usize].group);
    }

    fn known(&self, number: Place) -> &Number {
        &self.known[number as usize]
    }

    fn number(&self, place: Place) -> OrderNumber {
        let number = self.numbers.get(place).parse();
        number.expect("it was an order number when it was put in")
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
        let auto_result = event.auto_result.map(|place| self.auto_results.get(place));
        let id = EventId(self.event_ids.get(event.id).to_owned());
        EventRecord {
            requested_at: event.requested_at,
            auto_result: auto_result.map(str::to_owned),
            manual_result: event.manual_result,
            ..EventRecord::of(self.number(event.number), id)
        }
    }

    /// The newest event under the order's own number.
    pub(super) fn own_event(&self, order: &Order) -> Option<EventRecord> {
        let event = self.known(order.number).event?;
        Some(self.event(&self.events[event as usize]))
    }

    /// The newest event under each of these numbers.
    pub(super) fn newest_under(&self, numbers: &[OrderNumber]) -> Vec<EventRecord> {
        let places = numbers.iter().filter_map(|n| self.numbers.find(n.as_str()));
        let newest = places.filter_map(|place| self.known(place).event);
        newest
            .map(|event| self.event(&self.events[event as usize]))
            .collect()
    }

    /// What stands for the group of an order's number; none where it stands in no history.
    pub(super) fn group(&self, order: &Order) -> Option<Place> {
        let known = self.known(order.number);
        known.in_history.then_some(known.group)
    }

    /// The histories of a group.
    pub(super) fn histories(&self, group: Place) -> Vec<(OrderNumber, History)> {
        let group_of = |entry: &Entry| self.known(entry.order).group;
        let begins = self.payments.partition_point(|e| group_of(e) < group);
        let entries = &self.payments[begins..];
        let entries = &entries[..entries.partition_point(|e| group_of(e) == group)];
        let payment = |entry: &Entry| Payment {
            number: self.number(entry.number),
            at: entry.at,
            amount: None,
            thanks_offer: entry.thanks_offer,
        };
        entries
            .chunk_by(|a, b| a.order == b.order)
            .map(|of_order| {
                let history = History(of_order.iter().map(payment).collect());
                (self.number(of_order[0].order), history)
            })
            .collect()
    }

    /// Whether any event was requested on one of these days.
    pub(super) fn has_event_on(&self, days: &[i64]) -> bool {
        days.iter().any(|day| self.days.contains(day))
    }

    /// The events that were requested about when the order was placed, but for those of another
    /// customer's order, which are never suggested.
    pub(super) fn events_near(&self, order: &Order) -> Vec<NearEvent> {
        let Some(placed) = order.created_at else {
            return vec![];
        };
        let (from, to) = (
            placed.plus_seconds(-BEFORE_SECONDS),
            placed.plus_seconds(AFTER_SECONDS),
        );
        let begins = self.events.partition_point(|e| e.requested_at < Some(from));
        let near = self.events[begins..].iter();
        near.take_while(|event| event.requested_at <= Some(to))
            .filter_map(|event| {
                let known = self.known(event.number);
                let other = known.order.map(|place| &self.orders[place as usize]);
                let is_of_customer =
                    |other: &Order| order.customer.is_some() && other.customer == order.customer;
                other.is_none_or(is_of_customer).then(|| NearEvent {
                    event: self.event(event),
                    order: other.map(|other| self.record(other)),
                    in_history: known.in_history,
                })
            })
            .collect()
    }

    /// How many events stand under a number that is in no order and in no payment history. Those
    /// requested from `from` to `to`, where these are given.
    pub(super) fn orphans(&self, from: Option<JstTime>, to: Option<JstTime>) -> u64 {
        let is_orphan = |event: &&Event| {
            let known = self.known(event.number);
            known.order.is_none() && !known.in_history && is_within(event.requested_at, from, to)
        };
        self.events.iter().filter(is_orphan).count() as u64
    }
}

/// Whether a time is from `from` to `to`. Where neither is given, whatever it is.
pub(super) fn is_within(at: Option<JstTime>, from: Option<JstTime>, to: Option<JstTime>) -> bool {
    from.is_none_or(|from| at.is_some_and(|at| from <= at))
        && to.is_none_or(|to| at.is_some_and(|at| at <= to))
}
