//! What a file of an import holds, and what its columns are called.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

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

/// The headers of columns that the configuration maps: of each kind of file, by the name of the
/// field.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Mapping {
    /// `[import.orders.columns]`.
    #[serde(deserialize_with = "columns")]
    pub orders: BTreeMap<String, String>,
    /// `[import.payments.columns]`.
    #[serde(deserialize_with = "columns")]
    pub payments: BTreeMap<String, String>,
    /// `[import.events.columns]`.
    #[serde(deserialize_with = "columns")]
    pub events: BTreeMap<String, String>,
}

fn columns<'d, D: Deserializer<'d>>(of: D) -> Result<BTreeMap<String, String>, D::Error> {
    #[derive(Deserialize)]
    struct Table {
        #[serde(default)]
        columns: BTreeMap<String, String>,
    }
    Ok(Table::deserialize(of)?.columns)
}
