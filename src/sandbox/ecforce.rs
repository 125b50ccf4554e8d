//! The ecforce of the sandbox: some hundred orders of the last thirty days, made from a seed, and
//! the part of the admin API that reads them (WIRE.md). The O-PLUX of the sandbox has the events
//! that fit. Nobody in it exists.

use serde_json::{Value, json};

use super::{
    request::{Answer, Fields, Request, TOKEN},
    state::{KeptEvent, Rule, State},
};
use crate::{
    domain::{event::AutoResult, time::JstTime},
    oplux::register::sha256,
};

/// Where the API stands below the sandbox's address.
pub(super) const API: &str = "/api/v2/admin";
/// Where イベント一覧 of the sandbox's O-PLUX can be had as a CSV file.
pub(super) const EVENTS_PATH: &str = "/events.csv";

/// So many orders the shop has.
const ORDERS: u64 = 300;
/// In so many seconds up to now.
pub const SPAN_SECONDS: i64 = 30 * 24 * 60 * 60;
/// A thanks offer is accepted so long after the first payment.
const OFFER_SECONDS: i64 = 240;
/// The most that a page has.
const MOST_PER_PAGE: usize = 100;

/// The payment methods: ID, name, O-PLUXの利用, サンクスオファー即時決済, O-PLUX's code.
const METHODS: [(u64, &str, bool, bool, &str); 3] = [
    (1, "クレジットカード一括", true, false, "02"),
    (2, "後払い", true, true, "01"),
    (3, "代金引換", false, false, "03"),
];

/// The shop's payment methods, to paste into a configuration.
pub fn methods_toml() -> String {
    let method = |(id, name, oplux, realtime, code)| {
        format!(
            "\n[[payment_methods]]\nid = {id}\nname = \"{name}\"\noplux = {oplux}\n\
             realtime_thanks_offer = {realtime}\nsettle_method = \"{code}\"\n"
        )
    };
    METHODS.map(method).concat()
}

/// 名前: family and given name, in kanji and kana.
const NAMES: [[&str; 4]; 6] = [
    ["鈴木", "花子", "スズキ", "ハナコ"],
    ["佐藤", "健", "サトウ", "ケン"],
    ["高橋", "美咲", "タカハシ", "ミサキ"],
    ["田中", "翔太", "タナカ", "ショウタ"],
    ["渡辺", "愛", "ワタナベ", "アイ"],
    ["山本", "大輔", "ヤマモト", "ダイスケ"],
];

/// A shop on ecforce.
pub(super) struct Shop {
    /// Newest first, as ecforce lists them.
    orders: Vec<Value>,
    methods: Vec<Value>,
}

/// The choices that make the orders: always the same.
struct Dice(u64);

impl Dice {
    /// A number below `sides`.
    fn roll(&mut self, sides: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }
}

impl Shop {
    /// The shop as it is at `now`; `state` is given the events of its orders.
    pub(super) fn new(state: &mut State, now: JstTime) -> Self {
        let mut dice = Dice(13);
        let mut orders: Vec<_> = (1..=ORDERS)
            .map(|n| {
                let span = SPAN_SECONDS / ORDERS.cast_signed();
                let ago = SPAN_SECONDS - n.cast_signed() * span + dice.roll(600).cast_signed();
                order(n, now.plus_seconds(-ago), &mut dice, state)
            })
            .collect();
        orders.reverse();
        let method = |(id, name, oplux, realtime, _): (u64, &str, bool, bool, &str)| {
            let attributes = json!({
                "id": id, "name": name, "active": true, "use_o_plux": oplux,
                "cv_offer_realtime_payment": realtime,
                "amount_upper_limit": null, "amount_under_limit": null,
            });
            json!({"id": id.to_string(), "type": "payment_method", "attributes": attributes})
        };
        let methods = METHODS.into_iter().map(method).collect();
        Self { orders, methods }
    }

    /// Answers a request.
    pub(super) fn respond(&self, request: &Request) -> Answer {
        if request.authorization != format!("Token token=\"{TOKEN}\"") {
            return refused(401, "unauthorized", "the token is not the sandbox's");
        }
        if request.method != "GET" {
            return refused(405, "method_not_allowed", "this API only reads");
        }
        match request.path.strip_prefix(API).unwrap_or_default() {
            "/orders.json" => list(&self.orders, &request.query),
            "/payment_methods.json" => list(&self.methods, &request.query),
            path => {
                let id = path.strip_prefix("/orders/");
                let id = id.and_then(|id| id.strip_suffix(".json"));
                let is_it = |order: &&Value| order["id"].as_str() == id;
                match self.orders.iter().find(is_it) {
                    Some(order) => {
                        let included = included(&[order], &request.query);
                        let document = json!({"data": bare(order), "included": included});
                        Answer::json(200, &document)
                    }
                    None => refused(404, "not_found", "no such order or address"),
                }
            }
        }
    }
}

/// イベント一覧 as a CSV file, as O-PLUX's admin screen would export it.
pub(super) fn events_csv(state: &State) -> String {
    let header = "加盟店管理ID,イベントID,審査申請日時,自動審査結果,目視審査結果,ルールコード,ルール説明文\n";
    let line = |event: &KeptEvent| {
        let rules = event.rules.iter();
        let (codes, texts): (Vec<_>, Vec<_>) = rules.map(|rule| (rule.code, rule.says())).unzip();
        let manual = event.manual.map_or("", AutoResult::name);
        format!(
            "{},{},{},{},{manual},\"{}\",\"{}\"\n",
            event.number,
            event.id,
            event.requested_at.wire(),
            event.result.name(),
            codes.join("／"),
            texts.join("／"),
        )
    };
    header.to_owned() + &state.events.iter().map(line).collect::<String>()
}

/// An order of the shop, and its event where O-PLUX has screened it.
fn order(n: u64, at: JstTime, dice: &mut Dice, state: &mut State) -> Value {
    let (method_id, method, has_oplux, ..) = METHODS[match dice.roll(10) {
        0..7 => 0,
        7..9 => 1,
        _ => 2,
    }];
    let number = sha256(&format!("order {n}"))[..10].to_ascii_lowercase();
    let kind = dice.roll(20);
    let has_offer = kind < 2 && has_oplux;
    let (route, nth) = match kind {
        2..5 => ("定期", Some(2 + dice.roll(6))),
        5 => ("受注作成", None),
        6 => ("受注作成CSVインポート", None),
        7..10 => ("ショップ", None),
        _ => ("LP", None),
    };
    // The last digit of the telephone number decides, as for every event of the sandbox.
    let digit = match dice.roll(20) {
        0 => 1,
        1 => 2,
        2 | 3 => 3,
        4..8 => 0,
        _ => 4 + dice.roll(6),
    };
    let [family, given, kana_family, kana_given] =
        NAMES[usize::try_from(dice.roll(6)).unwrap_or_default()];
    let customer = 30_000 + dice.roll(200);
    let price = 1_980 + 500 * dice.roll(20);
    // R7, R8: what the rules screen.
    let is_screened = has_oplux && matches!(route, "LP" | "ショップ");
    let completed_at = at.plus_seconds(if has_offer { OFFER_SECONDS } else { 0 });
    let (mut result, mut reasons) = (None, Vec::new());
    if is_screened {
        // R9: of a thanks offer it is the first payment, whose number has no order any more.
        let screened = match has_offer {
            true => sha256(&format!("first payment {n}"))[..10].to_ascii_lowercase(),
            false => number.clone(),
        };
        state.register(&screened, &format!("035759638{digit}"), at);
        if let Some(event) = state.events.last() {
            result = Some(event.result.name());
            reasons = event.rules.iter().map(Rule::says).collect();
        }
        // R14: a person has decided some, of which ecforce hears nothing.
        if digit == 3
            && dice.roll(3) == 0
            && let Some(event) = state.events.last_mut()
        {
            event.manual = Some(AutoResult::Ok);
            event.memo = "電話で確認済み".to_owned();
        }
    }
    let address = json!({
        "name01": family, "name02": given, "kana01": kana_family, "kana02": kana_given,
        "company_name": null, "zip01": "153", "zip02": "0064", "prefecture_name": "東京都",
        "addr01": "目黒区下目黒", "addr02": format!("{}-1", 1 + dice.roll(6)), "addr03": null,
        "tel01": "03", "tel02": "5759", "tel03": format!("638{digit}"),
    });
    let id = (50_000 + n).to_string();
    json!({
        "id": id,
        "type": "order",
        "attributes": {
            "id": 50_000 + n, "number": number, "customer_id": customer,
            "customer_number": sha256(&format!("customer {customer}"))[..10].to_ascii_lowercase(),
            "subs_order_id": nth.map(|_| 9_000 + n), "nth": nth, "ip": "203.0.113.7",
            "url_id": 12, "state": "complete", "human_state": "注文確定",
            "payment_human_state": "与信審査完了", "payment_method_id": method_id,
            "payment_method_name": method, "email": format!("buyer{customer}@example.com"),
            "total": price, "payment_total": price, "times": 1 + dice.roll(2),
            "cv_route": route,
            "human_offer_name": if has_offer { "サンクスアップセル" } else { "通常(なし)" },
            "created_at": completed_at.wire(), "completed_at": completed_at.wire(),
            "updated_at": completed_at.plus_seconds(1).wire(),
            "o_plux_result": result,
            "o_plux_description": (!reasons.is_empty()).then(|| reasons.join("、")),
        },
        "relationships": {
            "customer": {"data": {"id": customer.to_string(), "type": "customer"}},
            "billing_address": {"data": {"id": id, "type": "billing-address"}},
            "shipping_address": {"data": null},
            "order_items": {"data": [{"id": id, "type": "order_item"}]},
        },
        // The sandbox's own; never on the wire as such.
        "included": [
            {"id": customer.to_string(), "type": "customers", "attributes": {
                "id": customer, "birth": "1990/01/02", "sex_id": 2,
            }},
            {"id": id, "type": "billing_address", "attributes": address},
            {"id": id, "type": "order-items", "attributes": {
                "product_number": "EA00", "product_name": "美容液",
                "product_category_names": "スキンケア", "price": price, "quantity": 1,
            }},
        ],
    })
}

/// A page of those for which every predicate holds.
fn list(all: &[Value], query: &Fields) -> Answer {
    let mut found: Vec<&Value> = all.iter().collect();
    for (name, value) in &query.0 {
        let Some(predicate) = name.strip_prefix("q[").and_then(|q| q.strip_suffix(']')) else {
            continue;
        };
        type Test = fn(&str, &str) -> bool;
        let (field, test): (_, Test) = match predicate.rsplit_once('_') {
            Some((field, "eq")) => (field, |of, value| of == value),
            // Times in one form are in the order of their texts.
            Some((field, "gteq")) => (field, |of, value| of >= value),
            Some((field, "gt")) => (field, |of, value| of > value),
            Some((field, "lteq")) => (field, |of, value| of <= value),
            Some((field, "lt")) => (field, |of, value| of < value),
            _ => return refused(400, "bad_request", &format!("no predicate `{predicate}`")),
        };
        found.retain(|resource| match &resource["attributes"][field] {
            Value::String(of) => test(of, value),
            Value::Number(of) => test(&of.to_string(), value),
            _ => false,
        });
    }
    let number = |name: &str, default: usize| {
        let number = query.get(name).and_then(|value| value.parse().ok());
        number.unwrap_or(default).max(1)
    };
    let (page, per) = (number("page", 1), number("per", 20).min(MOST_PER_PAGE));
    let total = found.len();
    let shown: Vec<_> = found.into_iter().skip((page - 1) * per).take(per).collect();
    let data: Vec<_> = shown.iter().map(|resource| bare(resource)).collect();
    let document = json!({
        "data": data,
        "included": included(&shown, query),
        "meta": {
            "total_count": total, "page": page, "per": per, "count": data.len(),
            "total_pages": total.div_ceil(per),
        },
        "links": {},
    });
    Answer::json(200, &document)
}

/// A resource as it stands under `data`.
fn bare(resource: &Value) -> Value {
    let mut bare = resource.clone();
    if let Some(fields) = bare.as_object_mut() {
        fields.remove("included");
    }
    bare
}

/// What belongs to these resources and is asked for, each once.
fn included<'r>(shown: &[&'r Value], query: &Fields) -> Vec<&'r Value> {
    let asked = query.get("include").unwrap_or_default();
    let parts = shown
        .iter()
        .flat_map(|of| of["included"].as_array().into_iter().flatten());
    let mut included = Vec::new();
    for part in parts {
        let kind = part["type"].as_str().unwrap_or_default().replace('-', "_");
        let mut asked = asked.split(',');
        let is_asked = asked.any(|name| kind == name || kind.trim_end_matches('s') == name);
        if is_asked && !included.contains(&part) {
            included.push(part);
        }
    }
    included
}

fn refused(status: u16, code: &str, message: &str) -> Answer {
    let errors = json!([{"code": code, "message": message}]);
    Answer::json(status, &json!({"errors": errors}))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop() -> (Shop, State) {
        let mut state = State::new(1);
        let now = "2026/11/20 10:15:00".parse().unwrap();
        (Shop::new(&mut state, now), state)
    }

    fn ask(shop: &Shop, token: &str, path: &str, query: &str) -> (u16, Value) {
        let answer = shop.respond(&Request {
            method: "GET".to_owned(),
            path: format!("{API}{path}"),
            query: Fields::of(query.as_bytes()),
            authorization: format!("Token token=\"{token}\""),
            ..Request::default()
        });
        (answer.status, serde_json::from_str(&answer.text).unwrap())
    }

    #[test]
    fn every_screened_order_has_its_event_and_a_thanks_offer_under_another_number() {
        let (shop, state) = shop();
        let numbers = state.numbers();
        let (mut direct, mut offers) = (0, 0);
        for order in &shop.orders {
            let attributes = &order["attributes"];
            let number = attributes["number"].as_str().unwrap();
            let has_event = numbers.iter().any(|other| other == number);
            let is_offer = attributes["human_offer_name"] == "サンクスアップセル";
            let has_result = !attributes["o_plux_result"].is_null();
            assert_eq!(has_result && !is_offer, has_event, "{order}");
            direct += u32::from(has_event);
            offers += u32::from(is_offer);
        }
        assert!(direct > 100 && offers > 5, "{direct} {offers}");
        let csv = events_csv(&state);
        assert_eq!(csv.lines().count(), state.events.len() + 1);
    }

    #[test]
    fn lists_have_pages_and_predicates_and_the_token_is_asked_for() {
        let (shop, _) = shop();
        let ask = |path, query: &str| ask(&shop, TOKEN, path, query).1;
        let page = ask("/orders.json", "page=3&per=100&include=customer");
        assert_eq!(page["meta"]["total_pages"], 3);
        assert_eq!(page["data"].as_array().unwrap().len(), 100);
        let last = &page["data"][99];
        assert_eq!(last.get("included"), None);
        let number = last["attributes"]["number"].as_str().unwrap();
        let one = ask("/orders.json", &format!("q%5Bnumber_eq%5D={number}"));
        assert_eq!(one["meta"]["total_count"], 1);
        let day = "q[created_at_gteq]=2026/11/10%2000:00:00&q[created_at_lt]=2026/11/11%2000:00:00";
        assert_eq!(ask("/orders.json", day)["meta"]["total_count"], 10);
        let whole = ask("/orders/50001.json", "include=billing_address");
        assert_eq!(whole["data"]["id"], "50001");
        assert_eq!(whole["included"].as_array().unwrap().len(), 1);
        let methods = ask("/payment_methods.json", "");
        assert_eq!(methods["data"][0]["attributes"]["use_o_plux"], true);
        assert_eq!(super::tests::ask(&shop, "x", "/orders.json", "").0, 401);
    }
}
