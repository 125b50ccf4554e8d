//! A shop's year: every order a function of the seed and its index, so that it never has to be
//! kept, and any order can be asked for again.
//!
//! Of each hundred orders: 82 have an event under their own number; 10 have two or more payments
//! and their event under the first one's number (R9: ecforce's order bears the later number); 8
//! have none (6 by their channel, one that ecforce shows a result of, one without a trace). 5
//! numbers have two events and 3 events belong to nobody: a hundred events.

use jiff::{
    SignedDuration,
    civil::{DateTime, date},
};

const YEAR: u64 = 365 * 24 * 60 * 60;
/// How far an export is from the order of time, in seconds.
const DISORDER: u64 = 20 * 60;

/// A shop with this many orders in a year.
#[derive(Clone, Copy)]
pub struct Shop {
    pub orders: u64,
    pub seed: u64,
}

/// One order with all that belongs to it.
pub struct Purchase {
    pub index: u64,
    pub number: String,
    pub at: DateTime,
    pub channel: &'static str,
    pub amount: u64,
    /// What ecforce shows; empty where it shows nothing.
    pub shown: &'static str,
    pub auto: &'static str,
    pub manual: &'static str,
    pub codes: String,
    pub reasons: String,
    pub payments: Vec<Payment>,
    /// Each with the number it stands under and its time; a later screening comes last.
    pub events: Vec<Event>,
}

/// An entry of a payment history.
pub struct Payment {
    pub number: String,
    pub at: DateTime,
    pub amount: u64,
    /// Empty: no flag.
    pub thanks_offer: &'static str,
}

/// An event's key and time.
pub struct Event {
    pub number: String,
    pub id: String,
    pub at: DateTime,
}

/// How many orders are found in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub direct: u64,
    pub via: u64,
    pub none: u64,
}

/// Which number of an order: its own is the last payment's.
const OWN: u64 = 0;
const FIRST: u64 = 1;
const SECOND: u64 = 2;
const NOBODYS: u64 = 3;

impl Shop {
    /// The order with this index, and all that belongs to it.
    pub fn purchase(&self, index: u64) -> Purchase {
        let kind = self.kind(index);
        let at = self.time(index);
        let (shown, auto, manual) = self.results(index, kind);
        let (codes, reasons) = decision(self.seed, self.chance(index, 10));
        let payments = self.payments(index, kind, at);
        Purchase {
            index,
            number: self.number(index, OWN),
            at,
            channel: self.channel(index, kind),
            amount: self.amount(index),
            shown,
            auto,
            manual,
            codes,
            reasons,
            events: self.events(index, kind, at),
            payments,
        }
    }

    /// An event under a number that no order and no payment history bears, at some indexes.
    pub fn orphan(&self, index: u64) -> Option<Event> {
        let at = self.time(index) + SignedDuration::from_mins(3);
        let is_one = matches!(self.kind(index), 20..=22);
        is_one.then(|| self.event(index, NOBODYS, at, 2))
    }

    /// What a whole, correct reconciliation finds.
    pub fn found(&self) -> Found {
        let mut found = Found::default();
        for index in 0..self.orders {
            match self.kind(index) {
                0..8 => found.none += 1,
                8..90 => found.direct += 1,
                _ => found.via += 1,
            }
        }
        found
    }

    /// As many numbers that are found, spread over the year, half of them via payment history.
    pub fn found_numbers(&self, count: u64) -> Vec<String> {
        let near = |nth: u64| {
            let wanted = if nth.is_multiple_of(2) {
                8..90
            } else {
                90..100
            };
            (nth * self.orders / count..self.orders)
                .find(|index| wanted.contains(&self.kind(*index)))
                .map(|index| self.number(index, OWN))
        };
        (0..count).filter_map(near).collect()
    }

    pub fn chance(&self, index: u64, salt: u64) -> u64 {
        hash(self.seed, index, salt)
    }

    /// 0 to 99, each once in a hundred orders, in another order in each hundred.
    fn kind(&self, index: u64) -> u64 {
        (index * 37 + self.chance(index / 100, 1) % 100) % 100
    }

    fn number(&self, index: u64, which: u64) -> String {
        format!("{:010x}", scatter(self.seed, index * 4 + which))
    }

    fn time(&self, index: u64) -> DateTime {
        let second = index * YEAR / self.orders + self.chance(index, 2) % DISORDER;
        date(2025, 10, 1).at(0, 0, 0, 0) + SignedDuration::from_secs(second as i64)
    }

    fn amount(&self, index: u64) -> u64 {
        980 + self.chance(index, 3) % 200 * 100
    }

    fn channel(&self, index: u64, kind: u64) -> &'static str {
        match kind {
            0..4 => "subscription",
            4 => "admin",
            5 => "csv",
            _ if self.chance(index, 4).is_multiple_of(4) => "shop",
            _ => "lp",
        }
    }

    /// What ecforce shows, what O-PLUX decided, and what a person made of it: of all orders 2 %
    /// drift by hand (R14), and 0.2 % show another result than O-PLUX's.
    fn results(&self, index: u64, kind: u64) -> (&'static str, &'static str, &'static str) {
        let (auto, manual) = match self.chance(index, 5) % 100 {
            0..3 => ("NG", ""),
            3..6 => ("REVIEW", ""),
            6..8 => ("HOLD", ""),
            8 => ("HOLD", "OK"),
            9 => ("REVIEW", "NG"),
            10 => ("HOLD", "HOLD"),
            _ => ("OK", ""),
        };
        let shown = match kind {
            0..7 => "",
            _ if self.chance(index, 6).is_multiple_of(500) && auto == "OK" => "REVIEW",
            _ => auto,
        };
        (shown, auto, manual)
    }

    fn payments(&self, index: u64, kind: u64, at: DateTime) -> Vec<Payment> {
        let (flags, numbers): (&[_], &[_]) = match kind {
            98.. => (&["0", "1", "1"], &[FIRST, SECOND, OWN]),
            90.. => (&["0", "1"], &[FIRST, OWN]),
            _ if kind.is_multiple_of(2) => (&[""], &[OWN]),
            _ => (&[], &[]),
        };
        let entry = |(nth, (flag, which)): (usize, (&&'static str, &u64))| Payment {
            number: self.number(index, *which),
            at: at + SignedDuration::from_secs(nth as i64 * 95),
            amount: self.amount(index) / (nth as u64 + 1),
            thanks_offer: flag,
        };
        flags.iter().zip(numbers).enumerate().map(entry).collect()
    }

    fn events(&self, index: u64, kind: u64, at: DateTime) -> Vec<Event> {
        let which = if kind >= 90 { FIRST } else { OWN };
        let count = match kind {
            0..8 => 0,
            88..93 => 2,
            _ => 1,
        };
        let event = |nth: u64| {
            let later = SignedDuration::from_secs(4 + 600 * nth as i64);
            self.event(index, which, at + later, nth)
        };
        (0..count).map(event).collect()
    }

    /// O-PLUX's event IDs begin with the time to the millisecond, 15 digits, and have 32 hex digits.
    fn event(&self, index: u64, which: u64, at: DateTime, nth: u64) -> Event {
        let chance = |salt| self.chance(index, salt + nth);
        let id = format!(
            "{}{:03}{:016x}{:016x}",
            at.strftime("%y%m%d%H%M%S"),
            chance(20) % 1000,
            chance(24),
            chance(28)
        );
        Event {
            number: self.number(index, which),
            id,
            at,
        }
    }
}

/// For numbers that look random and depend on a seed alone.
const FORTY_BITS: u64 = (1 << 40) - 1;

/// A whole number that looks random; the same one for the same `seed`, `index` and `salt`.
fn hash(seed: u64, index: u64, salt: u64) -> u64 {
    let mut x = seed
        .wrapping_add(index.wrapping_mul(0x9e37_79b9_7f4a_7c15))
        .wrapping_add(salt.wrapping_mul(0xd1b5_4a32_d192_ed03));
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// 40 bits that look random. Each step can be undone, so that two indexes never give the same.
fn scatter(seed: u64, index: u64) -> u64 {
    let mut x = (index ^ seed) & FORTY_BITS;
    for factor in [0x9e_3779_b97f, 0xd1_b54a_32d3, 0x94_d049_bb13] {
        x = x.wrapping_mul(factor) & FORTY_BITS;
        x ^= x >> 19;
    }
    x
}

/// How many combinations of them there are.
const COMBINATIONS: u64 = 600;

/// What O-PLUX says of its decisions.
const SENTENCES: [&str; 40] = [
    "過去に不正利用が確認された配送先住所です",
    "過去に未払いのあった電話番号です",
    "過去に未払いのあった購入者です",
    "短期間に同一住所から複数回の注文があります",
    "短期間に同一IPアドレスから複数回の注文があります",
    "短期間に同一端末から複数回の注文があります",
    "短期間に同一メールアドレスから複数回の注文があります",
    "購入者と配送先の氏名が異なります",
    "購入者と配送先の都道府県が異なります",
    "配送先が転送サービスの住所です",
    "配送先が空き室の可能性があります",
    "配送先が短期賃貸物件の可能性があります",
    "住所の番地が確認できません",
    "住所に存在しない町名が含まれています",
    "郵便番号と住所が一致しません",
    "電話番号が現在使われていない可能性があります",
    "電話番号の桁数が正しくありません",
    "電話番号がIP電話の番号です",
    "氏名が架空の名前である可能性があります",
    "氏名に使われない文字が含まれています",
    "フリガナと氏名の読みが一致しません",
    "メールアドレスが使い捨てのドメインです",
    "メールアドレスが無作為な文字列の可能性があります",
    "海外のIPアドレスからの注文です",
    "匿名プロキシを経由した注文です",
    "端末のタイムゾーンが日本ではありません",
    "端末の言語設定が日本語ではありません",
    "端末情報が取得できませんでした",
    "カードの発行国が日本ではありません",
    "カード番号の連続した試行が検知されました",
    "プリペイドカードが利用されています",
    "合計金額が平均の注文金額を大きく超えています",
    "転売されやすい商品が含まれています",
    "同一商品が複数個注文されています",
    "初回限定商品が繰り返し注文されています",
    "加盟店のブラックリストに登録されています",
    "他の加盟店でネガティブ情報が登録されています",
    "深夜帯の注文です",
    "過去の取引に問題はありません",
    "十分な取引実績のある購入者です",
];

/// The codes and the sentences of one decision, each separated by `／`; `chance` picks them.
fn decision(seed: u64, chance: u64) -> (String, String) {
    let combination = chance % COMBINATIONS;
    let count = 1 + hash(seed, combination, 50) % 3;
    let place = |nth| (hash(seed, combination, 51 + nth) % SENTENCES.len() as u64) as usize;
    let places: Vec<_> = (0..count).map(place).collect();
    let codes: Vec<_> = places.iter().map(|at| format!("R{:03}", at + 1)).collect();
    let sentences: Vec<_> = places.iter().map(|at| SENTENCES[*at]).collect();
    (codes.join("／"), sentences.join("／"))
}
