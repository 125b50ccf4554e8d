//! Random small stores, the same for the same seed, and their import into a home.

use std::fmt::Write;

use super::{Account, Event, Moment, Order, Payment, World};
use crate::support::Home;

/// SplitMix64.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x0D1C_E5EE_D000)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// True so many times of a hundred.
    pub fn often(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn of<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())]
    }

    /// One of the values, or none so many times of a hundred.
    pub fn maybe<T: Copy>(&mut self, none: usize, values: &[T]) -> Option<T> {
        let value = self.of(values);
        (!self.often(none)).then_some(value)
    }

    pub fn shuffle<T>(&mut self, values: &mut [T]) {
        for place in (1..values.len()).rev() {
            let other = self.below(place + 1);
            values.swap(place, other);
        }
    }
}

const RESULTS: [&str; 4] = ["OK", "NG", "HOLD", "REVIEW"];
const CHANNELS: [&str; 7] = ["lp", "lp", "shop", "shop", "subscription", "admin", "csv"];
const METHODS: [(u64, &str, bool); 3] = [
    (1, "クレジットカード一括", true),
    (2, "後払い", true),
    (3, "代金引換", false),
];

/// A number of 10 characters that has never a meaning of its own.
fn number(place: usize, dice: &mut Dice) -> String {
    format!(
        "{}{:05x}{place:04}",
        dice.of(&["a", "b", "c", "d", "e", "f"]),
        dice.below(0xF_FFFF)
    )
}

/// Days 1 to 12, and few times of the day, so that times are often the same, and often next to
/// midnight.
fn moment(dice: &mut Dice) -> Moment {
    let any = dice.below(86_400) as i64;
    let second = dice.of(&[0, 86_399, 34_200, 34_201, 43_200, any]);
    Moment(dice.below(12) as i64 * 86_400 + second)
}

impl World {
    /// A store of 5 to 40 orders.
    pub fn random(dice: &mut Dice) -> Self {
        let count = 5 + dice.below(36);
        let pool: Vec<_> = (0..count + count / 2 + 2)
            .map(|place| number(place, dice))
            .collect();
        let mut world = Self::settings(dice);
        // Facts are often all known, or else the later causes never come up.
        let none = dice.of(&[0, 5, 30]);
        for number in &pool[..count] {
            world.orders.push(Order {
                number: number.clone(),
                created_at: Some(moment(dice)).filter(|_| !dice.often(8)),
                channel: dice.maybe(none, &CHANNELS),
                method: dice.maybe(none, &[1, 1, 1, 2, 2, 3, 9]),
                registered: dice.maybe(none, &[true, false]),
                purchase_number: dice.maybe(none, &[1, 1, 2, 3]),
                result: dice.maybe(50, &RESULTS),
            });
        }
        dice.shuffle(&mut world.orders);
        let owners = dice.of(&[15, 40, 70]);
        for place in 0..pool.len() {
            if dice.often(owners) {
                world.payments.extend(history(dice, &pool, place));
            }
        }
        world.random_events(dice, &pool);
        world
    }

    fn settings(dice: &mut Dice) -> Self {
        let configured = !dice.often(20);
        let account = Account {
            enabled: !dice.often(10),
            existing_customers: dice.often(50),
            methods: METHODS.to_vec(),
        };
        Self {
            configured,
            integrated_on: Some(1 + dice.below(6) as i64).filter(|_| configured && dice.often(60)),
            account: Some(account).filter(|_| configured && !dice.often(15)),
            ..Self::default()
        }
    }

    /// Events under orders, under payments and under numbers that nothing else names.
    fn random_events(&mut self, dice: &mut Dice, pool: &[String]) {
        let count = dice.below(self.orders.len() + 6);
        for place in 0..count {
            let number = match dice.below(4) {
                0 => number(900 + place, dice),
                1 => self
                    .events
                    .last()
                    .map_or(&pool[0], |event| &event.number)
                    .clone(),
                _ => pool[dice.below(pool.len())].clone(),
            };
            // Around an order's time, at the ends of what is suggested too.
            let around = self.orders[dice.below(self.orders.len())].created_at;
            let minutes = dice.of(&[-90, -60, -59, -10, -1, 0, 0, 3, 5, 6, 61]);
            let second = dice.of(&[0, 0, 0, 1, -1]);
            let at = around.map_or_else(|| moment(dice), |at| Moment(at.0 + minutes * 60 + second));
            let auto = dice.maybe(10, &RESULTS);
            let rules = dice.below(4);
            let reasons = dice.below(4);
            self.events.push(Event {
                number,
                id: format!("E{:04}-{place:03}", dice.below(10_000)),
                // November has no day 0 here.
                requested_at: Some(at).filter(|at| at.0 >= 0 && !dice.often(12)),
                auto,
                manual: dice
                    .maybe(60, &["OK", "NG", "HOLD"])
                    .filter(|_| auto.is_some()),
                rules: ["R0101", "R0202", "B-7"][..rules].to_vec(),
                reasons: ["同一配送先で過去に未払いがあります", "後払い, 高額", "VPN"][..reasons]
                    .to_vec(),
            });
        }
        dice.shuffle(&mut self.events);
    }
}

/// The history of the number at `place`, of it and of its neighbours, so that some are tied to
/// each other in chains.
fn history(dice: &mut Dice, pool: &[String], place: usize) -> Vec<Payment> {
    let mut numbers = Vec::new();
    if !dice.often(15) {
        numbers.push(place);
    }
    for _ in 0..dice.below(4) {
        let near = (place + dice.below(9) + pool.len() - 4) % pool.len();
        if !numbers.contains(&near) {
            numbers.push(near);
        }
    }
    dice.shuffle(&mut numbers);
    let flags: &[Option<bool>] = match dice.below(4) {
        0 => &[Some(true), Some(false)],
        1 => &[Some(true), Some(false), None],
        _ => &[None],
    };
    let base = moment(dice);
    let without_time = dice.of(&[0, 0, 25, 100]);
    let step = dice.of(&[0, 30, 90]);
    let entry = |(row, near): (usize, &usize)| Payment {
        order_number: pool[place].clone(),
        number: pool[*near].clone(),
        at: Some(Moment(base.0 + ((row * 7 + place) % 4) as i64 * step))
            .filter(|_| !dice.often(without_time)),
        amount: dice.maybe(20, &[3980, 5480, 0, 1_234_567]),
        thanks_offer: dice.of(flags),
    };
    numbers.iter().enumerate().map(entry).collect()
}

/// A value as a cell, empty where there is none.
fn cell<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// The header of each kind and its rows, in blocks that stay together and in order.
fn blocks(world: &World) -> [(&'static str, Vec<String>); 3] {
    let orders = world.orders.iter().map(|order| {
        format!(
            "{},{},{},{},{},{},{}\n",
            order.number,
            cell(order.created_at.map(Moment::json)),
            cell(order.channel),
            cell(order.method),
            cell(order.registered),
            cell(order.purchase_number),
            cell(order.result),
        )
    });
    // One history stays together: of entries without or with the same time, the order in which
    // they are listed counts.
    let payment = |entry: &Payment| {
        format!(
            "{},{},{},{},{}\n",
            entry.order_number,
            entry.number,
            cell(entry.at.map(Moment::json)),
            cell(entry.amount),
            cell(entry.thanks_offer),
        )
    };
    let histories = world
        .payments
        .chunk_by(|one, next| one.order_number == next.order_number)
        .map(|history| history.iter().map(payment).collect());
    let events = world.events.iter().map(|event| {
        format!(
            "{},{},{},{},{},{},\"{}\"\n",
            event.number,
            event.id,
            cell(event.requested_at.map(Moment::json)),
            cell(event.auto),
            cell(event.manual),
            event.rules.join("／"),
            event.reasons.join("／"),
        )
    });
    [
        (
            "number,created_at,channel,payment_method_id,registered,purchase_number,result\n",
            orders.collect(),
        ),
        (
            "order_number,payment_number,at,amount,thanks_offer\n",
            histories.collect(),
        ),
        (
            "merchant_management_id,event_id,requested_at,auto_result,manual_result,rules,reasons\n",
            events.collect(),
        ),
    ]
}

/// Imports the whole store into a new home, in several files and in random order, and these in two
/// calls.
pub fn load(world: &World, dice: &mut Dice) -> Home {
    let home = Home::new();
    if world.configured {
        home.config(&configuration(world));
    }
    let mut files = Vec::new();
    for (header, mut rows) in blocks(world) {
        dice.shuffle(&mut rows);
        while !rows.is_empty() {
            let some = 1 + dice.below(rows.len());
            let rows: String = rows.drain(..some).collect();
            let name = format!("{}.csv", files.len());
            home.put(&name, header.to_owned() + &rows);
            files.push(name);
        }
    }
    dice.shuffle(&mut files);
    let (first, then) = files.split_at(dice.below(files.len()));
    for files in [first, then].iter().filter(|files| !files.is_empty()) {
        home.run(&format!("import {}", files.join(" ")))
            .ended_with(0);
    }
    home
}

fn configuration(world: &World) -> String {
    let mut text = String::new();
    if let Some(day) = world.integrated_on {
        writeln!(text, "integrated_at = \"2026-11-{day:02}\"").unwrap();
    }
    if let Some(account) = &world.account {
        let (enabled, existing) = (account.enabled, account.existing_customers);
        writeln!(
            text,
            "[oplux]\nenabled = {enabled}\nscreen_existing_customers = {existing}"
        )
        .unwrap();
        for (id, name, oplux) in &account.methods {
            writeln!(
                text,
                "[[payment_methods]]\nid = {id}\nname = \"{name}\"\noplux = {oplux}"
            )
            .unwrap();
        }
    }
    text
}
