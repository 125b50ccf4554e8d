//! A random store as files of varying form, and its configuration.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use super::{Moment, World, generate::Dice};
use crate::support::Home;

type Row = Vec<(&'static str, Option<String>)>;

/// Columns by their English and their Japanese name.
const JAPANESE: &[(&str, &str)] = &[
    ("number", "受注番号"),
    ("created_at", "受注日時"),
    ("channel", "受注経路"),
    ("payment_method_id", "支払い方法ID"),
    ("payment_method", "支払い方法"),
    ("registered", "会員"),
    ("purchase_number", "購入回数"),
    ("result", "O-PLUX 与信結果"),
    ("order_number", "受注番号"),
    ("payment_number", "決済受注番号"),
    ("at", "決済日時"),
    ("amount", "決済金額"),
    ("thanks_offer", "サンクスオファー"),
    ("merchant_management_id", "加盟店管理ID"),
    ("event_id", "イベントID"),
    ("requested_at", "審査申請日時"),
    ("auto_result", "自動審査結果"),
    ("manual_result", "目視審査結果"),
    ("rules", "ルールコード"),
    ("reasons", "判定理由"),
];

/// A time in one of the forms that are read.
fn written(at: Moment, dice: &mut Dice) -> String {
    let (day, hour, minute, second) = at.parts();
    match dice.below(5) {
        0 => format!("2026-11-{day:02} {hour:02}:{minute:02}:{second:02}"),
        1 => format!("2026/11/{day} {hour}:{minute:02}:{second:02}"),
        2 if second == 0 => format!("2026/11/{day:02} {hour:02}:{minute:02}"),
        3 => at.json(),
        _ => format!("2026/11/{day:02} {hour:02}:{minute:02}:{second:02}"),
    }
}

fn yes_or_no(yes: bool, dice: &mut Dice) -> String {
    let forms = [
        ("1", "0"),
        ("true", "false"),
        ("はい", "いいえ"),
        ("有", "無"),
        ("ON", "OFF"),
        ("有効", "無効"),
    ];
    let (on, off) = dice.of(&forms);
    if yes { on.to_owned() } else { off.to_owned() }
}

fn grouped(amount: u64, dice: &mut Dice) -> String {
    if amount == 1_234_567 && dice.often(50) {
        "1,234,567".to_owned()
    } else {
        amount.to_string()
    }
}

fn cased(text: &str, dice: &mut Dice) -> String {
    if dice.often(30) {
        text.to_lowercase()
    } else {
        text.to_owned()
    }
}

/// One header row and the rows, in CSV.
fn csv(rows: &[Row], columns: &[&str], dice: &mut Dice) -> Vec<u8> {
    let end = dice.of(&["\n", "\r\n"]);
    let japanese = dice.often(50);
    let header = |column: &&str| {
        let named = JAPANESE.iter().find(|(english, _)| english == column);
        if japanese {
            named.unwrap().1.to_owned()
        } else {
            (*column).to_owned()
        }
    };
    let mut text = columns.iter().map(header).collect::<Vec<_>>().join(",") + end;
    for row in rows {
        let cell = |column: &&str| {
            let value = row.iter().find(|(name, _)| name == column);
            let value = value
                .and_then(|(_, value)| value.as_deref())
                .unwrap_or_default();
            let has_to = value.contains([',', '"']);
            if has_to {
                format!("\"{value}\"")
            } else {
                value.to_owned()
            }
        };
        text += &(columns.iter().map(cell).collect::<Vec<_>>().join(",") + end);
    }
    match dice.below(3) {
        0 => text.into_bytes(),
        1 => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        _ => encoding_rs::SHIFT_JIS.encode(&text).0.into_owned(),
    }
}

fn json_row(row: &Row, dice: &mut Dice) -> Value {
    let mut object = Map::new();
    for (name, value) in row {
        let value = match value {
            None if dice.often(50) => continue,
            None => Value::Null,
            Some(text) => match text.as_str() {
                "true" | "false" => json!(text == "true"),
                digits if digits.parse::<u64>().is_ok() && dice.often(50) => {
                    json!(digits.parse::<u64>().unwrap())
                }
                text => json!(text),
            },
        };
        // Flags as 1 and 0 are for cells.
        let value = match (*name, value.as_u64()) {
            ("registered" | "thanks_offer", Some(flag)) => json!(flag == 1),
            _ => value,
        };
        object.insert((*name).to_owned(), value);
    }
    Value::Object(object)
}

/// Rows as a file in some form.
fn file(rows: &[Row], dice: &mut Dice) -> Vec<u8> {
    let mut columns: Vec<&str> = rows[0].iter().map(|(name, _)| *name).collect();
    dice.shuffle(&mut columns);
    match dice.below(4) {
        0 => {
            let rows: Vec<_> = rows.iter().map(|row| json_row(row, dice)).collect();
            let rows = json!(rows);
            let pretty = || serde_json::to_string_pretty(&rows).unwrap();
            if dice.often(50) {
                pretty().into_bytes()
            } else {
                rows.to_string().into_bytes()
            }
        }
        1 => {
            let mut lines = String::new();
            for row in rows {
                writeln!(lines, "{}", json_row(row, dice)).unwrap();
            }
            lines.into_bytes()
        }
        _ => csv(rows, &columns, dice),
    }
}

/// The rows of each kind, in blocks that stay together and in order.
fn blocks(world: &World, kind: &str, dice: &mut Dice) -> Vec<Vec<Row>> {
    match kind {
        "orders" => world
            .orders
            .iter()
            .map(|order| vec![order_row(world, order, dice)])
            .collect(),
        "events" => world
            .events
            .iter()
            .map(|event| vec![event_row(event, dice)])
            .collect(),
        _ => {
            // One history stays together: of entries without or with the same time, the order in
            // which they are listed counts.
            let mut blocks: Vec<(String, Vec<Row>)> = Vec::new();
            for entry in &world.payments {
                let row = payment_row(entry, dice);
                match blocks
                    .iter_mut()
                    .find(|(order, _)| *order == entry.order_number)
                {
                    Some((_, rows)) => rows.push(row),
                    None => blocks.push((entry.order_number.clone(), vec![row])),
                }
            }
            blocks.into_iter().map(|(_, rows)| rows).collect()
        }
    }
}

fn order_row(world: &World, order: &super::Order, dice: &mut Dice) -> Row {
    // A name that the configuration has stands for its ID.
    let methods = world.account.as_ref().map(|account| &account.methods);
    let named =
        methods.and_then(|methods| methods.iter().find(|(id, ..)| Some(*id) == order.method));
    let by_name = named.is_some() && dice.often(40);
    vec![
        ("number", Some(order.number.clone())),
        ("created_at", order.created_at.map(|at| written(at, dice))),
        ("channel", order.channel.map(|channel| channel.to_owned())),
        (
            "payment_method_id",
            order.method.filter(|_| !by_name).map(|id| id.to_string()),
        ),
        (
            "payment_method",
            named
                .filter(|_| by_name)
                .map(|(_, name, _)| (*name).to_owned()),
        ),
        (
            "registered",
            order.registered.map(|yes| yes_or_no(yes, dice)),
        ),
        (
            "purchase_number",
            order.purchase_number.map(|number| number.to_string()),
        ),
        ("result", order.result.map(|result| cased(result, dice))),
    ]
}

fn payment_row(entry: &super::Payment, dice: &mut Dice) -> Row {
    vec![
        ("order_number", Some(entry.order_number.clone())),
        ("payment_number", Some(entry.number.clone())),
        ("at", entry.at.map(|at| written(at, dice))),
        ("amount", entry.amount.map(|amount| grouped(amount, dice))),
        (
            "thanks_offer",
            entry.thanks_offer.map(|yes| yes_or_no(yes, dice)),
        ),
    ]
}

fn event_row(event: &super::Event, dice: &mut Dice) -> Row {
    let several = |texts: &[&str]| Some(texts.join("／")).filter(|text| !text.is_empty());
    vec![
        ("merchant_management_id", Some(event.number.clone())),
        ("event_id", Some(event.id.clone())),
        (
            "requested_at",
            event.requested_at.map(|at| written(at, dice)),
        ),
        ("auto_result", event.auto.map(|result| cased(result, dice))),
        (
            "manual_result",
            event.manual.map(|result| cased(result, dice)),
        ),
        ("rules", several(&event.rules)),
        ("reasons", several(&event.reasons)),
    ]
}

/// Imports the whole store into a new home, in random files and in random order.
pub fn load(world: &World, dice: &mut Dice) -> Home {
    let home = Home::new();
    if world.configured {
        home.config(&configuration(world));
    }
    let mut kinds = ["orders", "payments", "events"];
    dice.shuffle(&mut kinds);
    for kind in kinds {
        let mut rows = blocks(world, kind, dice);
        dice.shuffle(&mut rows);
        let mut names = Vec::new();
        while !rows.is_empty() {
            let some = 1 + dice.below(rows.len());
            let rows: Vec<Row> = rows.drain(..some).flatten().collect();
            let name = format!("{kind}-{}", names.len());
            std::fs::write(home.path(&name), file(&rows, dice)).unwrap();
            names.push(name);
        }
        if names.is_empty() {
            continue;
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let ran = home.run(&[&["import", kind], &names[..]].concat());
        assert_eq!(ran.status, 0, "{ran:#?}\n{world:#?}");
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
