//! Random records come back from every encoding and form, and no bytes make the reading panic or
//! tell a value.

use encoding_rs::SHIFT_JIS;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::domain::{
    event::AutoResult,
    order::{Channel, Yen},
    time::JstTime,
};

/// A text as a person writes it, in characters that CP932 has too; with a quotation mark, commas
/// and line breaks, and nothing that is taken off around it.
fn words() -> impl Strategy<Value = Option<String>> {
    prop::option::of("[a-z鈴木①髙ｱ-ﾝ～\"]([a-z鈴木①髙ｱ-ﾝ～\", \n'=]{0,8}[a-z鈴木①髙ｱ-ﾝ～\"])?")
}

fn order() -> impl Strategy<Value = OrderRecord> {
    let numbers = (
        "[A-Za-z0-9_-]{1,12}",
        prop::option::of(-62_000_000_000_i64..250_000_000_000),
        prop::option::of(0..5_usize),
        prop::option::of(0..i64::MAX as u64),
        prop::option::of(any::<bool>()),
        prop::option::of(1..=u32::MAX),
        prop::option::of(0..4_usize),
    );
    let texts = (words(), words(), words(), words(), words());
    (numbers, texts).prop_map(|(numbers, texts)| {
        let (number, at, channel, amount, registered, count, result) = numbers;
        OrderRecord {
            ecforce_id: texts.0,
            created_at: at.map(JstTime::from_unix),
            channel: channel.map(|channel| Channel::ALL[channel]),
            payment_method_id: amount,
            payment_method: texts.1,
            total: amount.map(Yen),
            customer_id: texts.2,
            registered,
            purchase_number: count,
            ad_url_id: amount,
            state: texts.3,
            result: result.map(|result| AutoResult::ALL[result]),
            reason: texts.4,
            ..OrderRecord::of(number.parse().unwrap())
        }
    })
}

/// The cells of an order, in the order of its fields.
fn cells(order: &OrderRecord) -> Vec<Option<String>> {
    let text = |text: &Option<String>| text.clone();
    let id = |id: Option<u64>| id.map(|id| id.to_string());
    vec![
        Some(order.number.to_string()),
        text(&order.ecforce_id),
        order.created_at.map(|at| at.to_string()),
        order.channel.map(|channel| channel.name().to_owned()),
        id(order.payment_method_id),
        text(&order.payment_method),
        id(order.total.map(|yen| yen.0)),
        text(&order.customer_id),
        order.registered.map(|yes| yes.to_string()),
        order.purchase_number.map(|count| count.to_string()),
        id(order.ad_url_id),
        text(&order.state),
        text(&order.payment_state),
        order.result.map(|result| result.name().to_owned()),
        text(&order.reason),
    ]
}

fn csv_of(orders: &[OrderRecord], style: csv::QuoteStyle, ending: csv::Terminator) -> String {
    let mut writer = csv::WriterBuilder::new();
    let mut writer = writer
        .quote_style(style)
        .terminator(ending)
        .from_writer(Vec::new());
    writer
        .write_record(OrderRecord::FIELDS.iter().map(|field| field.name))
        .unwrap();
    for order in orders {
        let cells = cells(order).into_iter().map(Option::unwrap_or_default);
        writer.write_record(cells).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn json_of(order: &OrderRecord) -> Value {
    let names = OrderRecord::FIELDS
        .iter()
        .map(|field| field.name.to_owned());
    let values = cells(order).into_iter().map(|cell| json!(cell));
    Value::Object(names.zip(values).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn orders_come_back_the_same(
        orders in prop::collection::vec(order(), 0..6),
        style in prop::sample::select(vec![csv::QuoteStyle::Always, csv::QuoteStyle::Necessary, csv::QuoteStyle::NonNumeric]),
        ending in prop::sample::select(vec![csv::Terminator::CRLF, csv::Terminator::Any(b'\n'), csv::Terminator::Any(b'\r')]),
    ) {
        let text = csv_of(&orders, style, ending);
        prop_assert_eq!(&values::<OrderRecord>(text.as_bytes()), &orders);
        prop_assert_eq!(&values::<OrderRecord>(format!("\u{feff}{text}").as_bytes()), &orders);
        let (cp932, _, is_lossy) = SHIFT_JIS.encode(&text);
        prop_assert!(!is_lossy);
        // A few half-width kana alone may look like UTF-8.
        if std::str::from_utf8(&cp932).is_err() {
            prop_assert_eq!(&values::<OrderRecord>(&cp932), &orders);
        }
        let objects: Vec<_> = orders.iter().map(json_of).collect();
        let lines: Vec<_> = objects.iter().map(Value::to_string).collect();
        prop_assert_eq!(&values::<OrderRecord>(json!(objects).to_string().as_bytes()), &orders);
        if !orders.is_empty() {
            prop_assert_eq!(&values::<OrderRecord>(lines.join("\n").as_bytes()), &orders);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..120),
        text in "[\\[\\]{}\",:a1=' \r\n鈴]{0,60}",
    ) {
        for bytes in [&bytes[..], text.as_bytes()] {
            let _ = all::<OrderRecord>(bytes);
            let headed = [b"number,total,created_at\n", bytes].concat();
            let _ = all::<OrderRecord>(&headed);
            let _ = all::<EventRecord>(&[b"{\"event_id\": ", bytes].concat());
        }
    }

    #[test]
    fn no_message_tells_a_value(
        column in 0..14_usize,
        value in "zq[a-z0-9@.+ 鈴木/:-]{3,12}|9[0-9]{4}[.][1-9]{3}|-9[0-9]{5}",
        is_json in any::<bool>(),
    ) {
        let mut row = vec![String::new(); OrderRecord::FIELDS.len()];
        row[0] = "a905125d2a".to_owned();
        row[column] = value.clone();
        let names: Vec<_> = OrderRecord::FIELDS.iter().map(|field| field.name).collect();
        let text = match is_json {
            true => Value::Object(names.iter().map(|name| (*name).to_owned()).zip(row.iter().map(|cell| json!(cell))).collect()).to_string(),
            false => format!("{}\n{}\n{},\n", names.join(","), row.join(","), row.join(",")),
        };
        for row in all::<OrderRecord>(text.as_bytes()) {
            if let Err(error) = row {
                let said = said(&error);
                prop_assert!(!said.contains(value.trim()), "{said}");
            }
        }
    }
}
