//! What a file of an import holds.

use super::{event::EventRecord, order::OrderRecord, payment::PaymentRecord};

/// Some rows of one file.
#[derive(Debug, Clone)]
pub enum Records {
    /// Of a file of orders.
    Orders(Vec<OrderRecord>),
    /// Of a file of payments.
    Payments(Vec<PaymentRecord>),
    /// Of a file of events.
    Events(Vec<EventRecord>),
}

impl Records {
    /// How many they are.
    pub fn len(&self) -> usize {
        match self {
            Self::Orders(rows) => rows.len(),
            Self::Payments(rows) => rows.len(),
            Self::Events(rows) => rows.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl From<Vec<OrderRecord>> for Records {
    fn from(rows: Vec<OrderRecord>) -> Self {
        Self::Orders(rows)
    }
}

impl From<Vec<PaymentRecord>> for Records {
    fn from(rows: Vec<PaymentRecord>) -> Self {
        Self::Payments(rows)
    }
}

impl From<Vec<EventRecord>> for Records {
    fn from(rows: Vec<EventRecord>) -> Self {
        Self::Events(rows)
    }
}
