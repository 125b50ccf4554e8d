//! What a store knows, as plain lists.

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
