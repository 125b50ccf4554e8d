//! An order (受注): what the rules ask of it, and what O-PLUX is sent of it; and what a file of an
//! import holds, of orders, payments or events, and what its columns are called.

use std::{collections::BTreeMap, fmt};

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize};

use super::{
    event::{AutoResult, EventRecord},
    named,
    payment::{History, PaymentRecord},
    private::Personal,
    time::JstTime,
};

pub use super::number::{OrderNumber, Yen};

named! {
    /// Where an order comes from (受注経路).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Channel {
        /// A purchase on a landing page (LP).
        Lp = "lp",
        /// A purchase in the shop.
        Shop = "shop",
        /// Generated from an existing subscription, automatically or by hand (R8).
        Subscription = "subscription",
        /// Made in 受注管理 > 受注作成 (R8).
        Admin = "admin",
        /// Registered by CSV (R8).
        Csv = "csv",
    }
}

/// What an order says of the ad URL (広告URL) that the purchase came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderAdUrl {
    /// The ad URL's ID in ecforce.
    pub id: Option<u64>,
    /// Whether its thanks offer (サンクスオファー) is on, where the order says so.
    pub thanks_offer: Option<bool>,
}

/// What may be kept of an order: no personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderFacts {
    /// 受注番号.
    pub number: OrderNumber,
    /// 受注経路.
    pub channel: Channel,
    /// 受注日時.
    pub created_at: Option<JstTime>,
    /// 支払い方法ID.
    pub payment_method_id: u64,
    /// 合計金額, in yen.
    pub total: Yen,
    /// 顧客ID.
    pub customer_id: Option<String>,
    /// Whether the customer is a registered member (会員). A guest is not (R5).
    pub registered: bool,
    /// Which purchase of the customer this is (購入回数), from 1.
    pub purchase_number: u32,
    /// The ad URL, where the order names one.
    pub ad_url: Option<OrderAdUrl>,
    /// The order's own payment history (決済履歴), empty where it gives none.
    pub history: History,
}

/// What is known of an order from ecforce's admin screen: any of it may be unknown but the number.
/// No personal data. The fields are named as in JSON and CSV.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrderRecord {
    /// 受注番号.
    pub number: OrderNumber,
    /// 受注ID.
    pub ecforce_id: Option<String>,
    /// 受注日時.
    pub created_at: Option<JstTime>,
    /// 受注経路.
    pub channel: Option<Channel>,
    /// 購入オファー, as ecforce words it; bought through a thanks offer where it begins with サンクス.
    pub offer: Option<String>,
    /// 支払い方法ID.
    pub payment_method_id: Option<u64>,
    /// 支払い方法, by name.
    pub payment_method: Option<String>,
    /// 合計金額, in yen.
    pub total: Option<Yen>,
    /// 顧客ID.
    pub customer_id: Option<String>,
    /// Whether the customer is a registered member (会員).
    pub registered: Option<bool>,
    /// 購入回数, from 1.
    pub purchase_number: Option<u32>,
    /// 広告URL ID.
    pub ad_url_id: Option<u64>,
    /// 対応状況, as ecforce words it.
    pub state: Option<String>,
    /// 決済状況, as ecforce words it.
    pub payment_state: Option<String>,
    /// O-PLUX 与信結果: what ecforce shows.
    pub result: Option<AutoResult>,
    /// O-PLUX 判定理由: what ecforce shows.
    pub reason: Option<String>,
}

impl OrderRecord {
    /// An order of which only the number is known.
    pub fn of(number: OrderNumber) -> Self {
        Self {
            number,
            ecforce_id: None,
            created_at: None,
            channel: None,
            offer: None,
            payment_method_id: None,
            payment_method: None,
            total: None,
            customer_id: None,
            registered: None,
            purchase_number: None,
            ad_url_id: None,
            state: None,
            payment_state: None,
            result: None,
            reason: None,
        }
    }
}

/// A purchase as it is put in: what may be kept of it, and the personal data that is hashed or
/// sent as O-PLUX's API asks and then forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// What the rules ask and the store keeps.
    pub facts: OrderFacts,
    /// What only the register call reads.
    pub purchase: Purchase,
}

impl Order {
    /// Whether a telephone number does not begin with 0: a spreadsheet dropped it, or it is one of
    /// another country.
    pub fn lacks_leading_zero(&self) -> bool {
        let addresses = std::iter::once(&self.purchase.billing).chain(&self.purchase.shipping);
        let mut tels = addresses.map(|address| address.tel.reveal());
        tels.any(|tel| !tel.starts_with('0'))
    }
}

/// The part of an order that only O-PLUX's register call reads. It is never stored or shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchase {
    /// The buyer's e-mail address.
    pub email: Personal,
    /// The buyer's IP address.
    pub ip: Option<Personal>,
    /// What O-PLUX's browser script gave, where the shop has it.
    pub device_info: Option<Personal>,
    /// The buyer's birthday (会員 only).
    pub birth: Option<Birthday>,
    /// The buyer's sex.
    pub sex: Option<Sex>,
    /// The billing address.
    pub billing: Address,
    /// The delivery address, where it is given; otherwise the billing address serves.
    pub shipping: Option<Address>,
    /// What was bought.
    pub items: Vec<Item>,
    /// The first 6 to 8 digits of the card.
    pub card_bin: Option<Personal>,
}

/// A birthday. Its `Debug` says nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Birthday(pub Date);

impl fmt::Debug for Birthday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Birthday(********)")
    }
}

/// A customer's sex, as O-PLUX's register call knows it (WIRE.md: 1 male, 2 female, 3 not said).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// 1.
    Male,
    /// 2.
    Female,
    /// 3.
    NotSaid,
}

/// A billing or delivery address, as entered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// 姓 (`name01`).
    pub family_name: Personal,
    /// 名 (`name02`).
    pub given_name: Personal,
    /// 姓(カナ) (`kana01`).
    pub family_kana: Personal,
    /// 名(カナ) (`kana02`).
    pub given_kana: Personal,
    /// 会社名.
    pub company_name: Personal,
    /// 郵便番号, digits.
    pub zip: Personal,
    /// 都道府県.
    pub prefecture: Personal,
    /// The rest of the address: `addr01`, `addr02`, `addr03`, joined.
    pub rest: Personal,
    /// 電話番号, digits.
    pub tel: Personal,
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// 商品番号.
    pub product_number: Option<String>,
    /// 商品名.
    pub product_name: Option<String>,
    /// カテゴリ.
    pub category: Option<String>,
    /// What one costs after discounts, in yen.
    pub price: Yen,
    /// How many.
    pub quantity: u32,
}

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
