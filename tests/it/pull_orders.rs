//! `oplux pull orders`: against a server that only speaks WIRE.md ("ecforce admin API, v2").

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::loaded::holds;
use crate::support::{
    Home, Ran, ended, has, is_japanese,
    server::{Answer, Request, Server},
};

const TOKEN: &str = "ec-token-4711";

/// An order as the API gives it, by hand from WIRE.md, with the personal data that it has.
pub fn api_order(n: u32) -> Value {
    json!({"id": n.to_string(), "type": "order", "attributes": {
        "id": n, "number": format!("a{n:09}"), "customer_id": 30962, "customer_number": "c000030962",
        "ip": "203.0.113.7", "email": "hanako.suzuki@example.com", "url_id": "12",
        "state": "complete", "human_state": "注文確定", "payment_human_state": "与信審査完了",
        "total": 3980, "payment_total": "3,980", "payment_method_name": "クレジットカード一括",
        "created_at": "2026/11/20 10:15:00", "completed_at": "2026/11/20 10:35:00",
        "cv_route": "LP", "subs_order_id": null, "nth": null, "human_offer_name": "通常(なし)",
        "o_plux_result": "hold", "o_plux_description": "同一配送先で過去に未払いがあります"
    }})
}

/// A list as WIRE.md describes it.
pub fn list(data: &[Value], page: u32, total: usize, pages: usize) -> String {
    json!({"data": data, "included": [], "links": {}, "meta": {
        "total_count": total, "page": page, "per": 100, "count": data.len(), "total_pages": pages,
    }})
    .to_string()
}

pub fn ok(body: String) -> Answer {
    Answer::Http(200, "application/vnd.api+json", body)
}

fn page(request: &Request) -> u32 {
    request.asked("page").unwrap().parse().unwrap()
}

/// A home whose `[ecforce]` is at `server`; one payment method is known by its name.
pub fn home(server: &Server) -> Home {
    let home = Home::new();
    home.write("token", TOKEN);
    let path = home.path("token");
    home.config(&format!(
        "[[payment_methods]]\nid = 1\nname = \"クレジットカード一括\"\noplux = true\n\n\
         [ecforce]\nbase_url = \"http://{}\"\ntoken_file = \"{}\"\n",
        server.address(),
        path.display()
    ));
    home
}

fn pull(home: &Home, more: &str) -> Ran {
    home.run(&format!("--format json pull orders --rate 1000/s {more}"))
}

const RANGE: &str = "--from 2026-11-20 --to 2026-11-21";

#[test]
fn orders_are_kept_as_an_import_keeps_them_and_twice_changes_nothing() {
    let server = Server::new(|request, _| {
        let orders: Vec<_> = (1..=150).map(api_order).collect();
        let page = page(request);
        let part = if page == 1 {
            &orders[..100]
        } else {
            &orders[100..]
        };
        ok(list(part, page, 150, 2))
    });
    let home = home(&server);
    let ran = pull(&home, RANGE);
    ran.ended_with(0)
        .says(&["150 new, 0 changed, 0 unchanged; 0 failed"]);
    let rows = ran.rows("json");
    assert_eq!(rows.len(), 150);
    has(
        &rows[0],
        json!({"number": "a000000001", "ecforce_id": "1", "created_at": "2026-11-20T10:15:00+09:00",
            "channel": "lp", "offer": "通常(なし)", "payment_method_id": 1,
            "payment_method": "クレジットカード一括", "total": 3980, "customer_id": "30962",
            "ad_url_id": 12, "state": "注文確定", "payment_state": "与信審査完了", "result": "HOLD",
            "reason": "同一配送先で過去に未払いがあります", "change": "new", "changes": [],
            "error": null}),
    );
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    for (request, place) in requests.iter().zip(["1", "2"]) {
        assert!(request.line.starts_with("GET /api/v2/admin/orders.json?"));
        let token = format!("Token token=\"{TOKEN}\"");
        assert_eq!(request.header("authorization"), Some(token.as_str()));
        // Half open, in the API's own form.
        for (name, value) in [
            ("q[created_at_gteq]", "2026/11/20 00:00:00"),
            ("q[created_at_lt]", "2026/11/22 00:00:00"),
            ("page", place),
            ("per", "100"),
        ] {
            assert_eq!(request.asked(name).as_deref(), Some(value), "{name}");
        }
    }
    let again = pull(&home, RANGE);
    again
        .ended_with(0)
        .says(&["0 new, 0 changed, 150 unchanged"]);
    assert_eq!(again.json()[0]["change"], "unchanged");
    for format in ["json", "table"] {
        let call = format!("--quiet --format {format} pull orders --rate 1000/s {RANGE}");
        let quiet = home.run(&call);
        quiet.ended_with(0).silent();
        assert_eq!(quiet.stdout, "");
    }
    home.run(&format!("--lang ja pull orders --rate 1000/s {RANGE}"))
        .ended_with(0)
        .shows(&["変更なし"])
        .says(&["取得結果"]);
    // No personal data, and no token, in the store.
    let made = home.made();
    for word in ["hanako", "203.0.113.7", "c000030962", TOKEN] {
        assert!(!holds(&made, word), "{word}");
    }
}

#[test]
fn an_order_that_changed_is_told_and_the_older_result_stays_in_the_log() {
    let result = Arc::new(Mutex::new("HOLD"));
    let now = result.clone();
    let server = Server::new(move |_, _| {
        let mut order = api_order(1);
        order["attributes"]["o_plux_result"] = json!(*now.lock().unwrap());
        ok(list(&[order], 1, 1, 1))
    });
    let home = home(&server);
    pull(&home, RANGE).ended_with(0);
    *result.lock().unwrap() = "OK";
    let ran = pull(&home, RANGE);
    ran.ended_with(0).says(&["0 new, 1 changed"]);
    let changes = json!([{"field": "result", "was": "HOLD", "now": "OK"}]);
    assert_eq!(ran.json()[0]["changes"], changes);
    let log = home.listed("log");
    let entry = log.iter().find(|entry| entry["action"] == "order.pulled");
    let entry = entry.unwrap();
    assert_eq!(entry["subject"], "a000000001");
    assert_eq!(entry["detail"]["result"], "HOLD -> OK");
    // What it does not say any more stays.
    *result.lock().unwrap() = "";
    pull(&home, RANGE).says(&["1 unchanged"]);
}

#[test]
fn channels_go_by_the_rules_of_import_and_what_nobody_knows_is_told_once() {
    // The channel, and times in other forms than WIRE.md's.
    let orders = [
        json!({"cv_route": "", "subs_order_id": 77, "nth": "2"}),
        json!({"cv_route": "移行", "created_at": "2026-11-20"}),
        json!({"cv_route": "移行", "created_at": "2026-11-20T10:15:00Z"}),
        json!({"cv_route": "受注作成CSVインポート", "created_at": null, "payment_total": null,
            "total": 0}),
    ];
    let orders: Vec<_> = orders
        .into_iter()
        .zip(1..)
        .map(|(fields, n)| {
            let mut order = api_order(n);
            let attributes = order["attributes"].as_object_mut().unwrap();
            attributes.extend(fields.as_object().unwrap().clone());
            order
        })
        .collect();
    let server = Server::new(move |_, _| ok(list(&orders, 1, 4, 1)));
    let ran = pull(&home(&server), RANGE);
    ran.ended_with(0).says(&["4 new", "移行"]);
    assert_eq!(ran.stderr.matches("移行").count(), 1, "{ran:#?}");
    let rows = ran.rows("json");
    let channels: Vec<_> = rows.iter().map(|row| &row["channel"]).collect();
    assert_eq!(json!(channels), json!(["subscription", null, null, "csv"]));
    assert_eq!(rows[1]["created_at"], "2026-11-20T00:00:00+09:00");
    assert_eq!(rows[2]["created_at"], "2026-11-20T19:15:00+09:00");
    has(
        &rows[3],
        json!({"created_at": "2026-11-20T10:35:00+09:00", "total": 0}),
    );
}

/// `total_pages` lies both ways, a page is smaller than was asked for, one changes while it is
/// read, and names and forms are not those of WIRE.md.
#[test]
fn a_list_ends_where_it_ends_and_an_order_twice_counts_once() {
    // The orders of the first page and of those behind it, what is said of all, and the summary.
    for (name, first, next, total, pages, summary, requests) in [
        ("too many pages", 1..4, 1..4, 3, 99, "3 new", 1),
        ("too few pages", 1..101, 101..131, 130, 1, "130 new", 2),
        ("the same for ever", 1..101, 1..101, 100, 99, "100 new", 2),
        ("a new order", 2..102, 101..112, 111, 2, "110 new", 2),
        ("nothing", 0..0, 0..0, 0, 0, "0 new", 1),
    ] {
        let server = Server::new(move |request, _| {
            let page = page(request);
            let orders = if page == 1 { &first } else { &next };
            let orders: Vec<_> = orders.clone().map(api_order).collect();
            ok(list(&orders, page, total, pages))
        });
        pull(&home(&server), RANGE).ended_with(0).says(&[summary]);
        assert_eq!(server.count(), requests, "{name}");
    }
    // Flat, and without meta.
    let flat = json!({"data": [{"id": 5, "number": "a000000005", "o-plux-result": "NG"}]});
    let server = Server::new(move |_, _| ok(flat.to_string()));
    let ran = pull(&home(&server), RANGE);
    has(
        &ran.ended_with(0).json()[0],
        json!({"result": "NG", "ecforce_id": "5", "change": "new"}),
    );
}

/// One number on two records, in one answer and over two pages: what is told is what is kept, and
/// the same call changes nothing.
#[test]
fn one_number_twice_is_kept_and_told_once() {
    let server = Server::new(|request, _| {
        let twice = |id: u32, total: u32| {
            let mut order = api_order(id);
            order["attributes"]["number"] = json!("a000000001");
            order["attributes"]["payment_total"] = json!(total);
            order
        };
        let mut orders = vec![twice(901, 1), twice(902, 2)];
        orders.extend((2..=99).map(api_order));
        let next = [twice(903, 3)];
        ok(match page(request) {
            1 => list(&orders, 1, 101, 2),
            _ => list(&next, 2, 101, 2),
        })
    });
    let home = home(&server);
    let ran = pull(&home, RANGE);
    ran.ended_with(0).says(&["99 new, 0 changed, 0 unchanged"]);
    let told = json!({"number": "a000000001", "ecforce_id": "902", "total": 2});
    has(&ran.json()[0], told.clone());
    has(&home.shown("orders show a000000001")["order"], told);
    let again = home.run(&format!("--quiet pull orders --rate 1000/s {RANGE}"));
    again.ended_with(0).silent();
    assert_eq!(again.stdout, "");
    let pulls = home.listed("log");
    let pulls = pulls
        .iter()
        .filter(|entry| entry["action"] == "pull orders");
    assert_eq!(pulls.count(), 1);
    let alone = pull(&home, "--number a000000001");
    alone.ended_with(0).says(&["1 unchanged"]);
    assert_eq!(alone.json()[0]["ecforce_id"], "902");
}

#[test]
fn orders_that_do_not_come_are_told_and_asked_for_again() {
    let orders: Vec<_> = (1..=3).map(api_order).collect();
    let server = Server::new(move |_, _| ok(list(&orders, 1, 250, 3)));
    let home = home(&server);
    let since = "--since-last --from 2026-11-20";
    pull(&home, since).ended_with(0).says(&["247", "250"]);
    pull(&home, since).ended_with(0);
    let asked = |place: usize| server.requests()[place].asked("q[updated_at_gteq]");
    assert_eq!(asked(0), asked(1), "the first is not taken for done");
}

#[test]
fn since_the_last_time_goes_by_what_was_changed_with_an_overlap() {
    let server = Server::new(|_, _| ok(list(&[api_order(1)], 1, 1, 1)));
    let home = home(&server);
    pull(&home, "--since-last")
        .ended_with(2)
        .says(&["oplux pull orders --since-last --from"]);
    assert_eq!(server.count(), 0);
    pull(&home, "--since-last --from 2026-11-20").says(&["1 new"]);
    pull(&home, "--since-last").says(&["1 unchanged"]);
    let requests = server.requests();
    let asked = |place: usize| requests[place].asked("q[updated_at_gteq]").unwrap();
    assert_eq!(asked(0), "2026/11/20 00:00:00");
    assert!(asked(1).as_str() > "2026/11/20 00:00:00", "{}", asked(1));
    for bad in ["--since-last --to 2026-11-20", ""] {
        pull(&home, bad).ended_with(2);
    }
}

#[test]
fn numbers_are_asked_for_one_by_one() {
    let server = Server::new(|request, _| {
        let number = request.asked("q[number_eq]").unwrap();
        let known: Vec<_> = (1..=2)
            .map(api_order)
            .filter(|order| order["attributes"]["number"] == number.as_str())
            .collect();
        ok(list(&known, 1, known.len(), 1))
    });
    let home = home(&server);
    let ran = pull(&home, "--number a000000001 a000000009 a000000002");
    ran.ended_with(8).says(&["2 new", "1 failed"]);
    let rows = ran.json();
    assert_eq!(rows[1]["number"], "a000000009");
    assert_eq!(rows[1]["error"]["code"], "not-found");
    assert_eq!(rows[1]["change"], Value::Null);
    let ran = pull(&home, "--number a000000009");
    assert_eq!(ran.ended_with(5).error()["code"], "not-found");
}

#[test]
fn a_failure_is_told_with_its_status_and_what_was_read_is_kept() {
    type Case = (Answer, &'static str, i32, &'static str);
    let html = "<!DOCTYPE html><html><head><title>メンテナンス中</title></head></html>";
    let page = |status| Answer::Http(status, "text/html", html.to_owned());
    let json = |status, body: &str| Answer::json(status, body);
    let busy = |status, after: &str| {
        Answer::With(status, vec![format!("Retry-After: {after}")], String::new())
    };
    let not_here = r#"{"errors": [{"code": "E404", "message": "not here"}]}"#;
    let telling = r#"{"errors": [{"code": 9, "message": "ec-token-4711 is bad"}]}"#;
    let (rejected, unexpected) = ("credentials-rejected", "unexpected-answer");
    let token = "oplux config secret --ecforce";
    let cases: Vec<Case> = vec![
        (json(401, "{}"), rejected, 4, token),
        (page(403), rejected, 4, "メンテナンス中"),
        (page(200), unexpected, 5, "メンテナンス中"),
        (json(200, "[]"), unexpected, 5, "ecforce.base_url"),
        (json(302, ""), unexpected, 5, "ecforce.base_url"),
        (json(404, not_here), "refused", 5, "E404: not here"),
        (json(200, telling), "refused", 5, "ecforce"),
        (busy(429, "0"), "busy", 6, "429"),
        (busy(429, "Wed, 21 Oct 2015 07:28:00 GMT"), "busy", 6, "429"),
        (busy(503, "0"), "busy", 6, "503"),
    ];
    for (answer, code, status, says) in cases {
        let server = Server::new(move |_, _| answer.clone());
        let home = home(&server);
        let ran = pull(&home, RANGE);
        ran.ended_with(status).says(&[says]).never_says(&[TOKEN]);
        assert_eq!(ran.error()["code"], code, "{ran:#?}");
        assert_eq!(ran.error()["retryable"], status == 6);
        // Reads are tried four times.
        assert_eq!(server.count(), if status == 6 { 4 } else { 1 });
        let japanese = home.run(&format!("--lang ja pull orders --rate 1000/s {RANGE}"));
        assert!(is_japanese(&japanese.stderr), "{japanese:#?}");
    }
}

#[test]
fn an_answer_that_is_cut_off_is_asked_for_again_and_pages_before_a_failure_are_kept() {
    let orders: Vec<_> = (1..=100).map(api_order).collect();
    let server = Server::new(move |request, place| match (page(request), place) {
        (1, 0) => Answer::Half(list(&orders[..1], 1, 1, 1)),
        (1, _) => ok(list(&orders, 1, 120, 2)),
        _ => Answer::json(403, "{}"),
    });
    let home = home(&server);
    let ran = pull(&home, "--since-last --from 2026-11-20");
    ran.ended_with(4).says(&["100 new"]);
    assert_eq!(server.count(), 3);
    assert_eq!(home.listed("orders list").len(), 100);
    ran.says(&["100 of 120 are finished and kept"]);
    // A failure is not taken for done.
    pull(&home, "--since-last").ended_with(2);
}

#[test]
fn a_reader_that_leaves_is_told_how_many_are_left() {
    let orders: Vec<_> = (1..=100).map(api_order).collect();
    let server = Server::new(move |request, _| ok(list(&orders, page(request), 300, 3)));
    let home = home(&server);
    let call = format!("--format jsonl pull orders --rate 1000/s {RANGE}");
    let mut child = home.command(&call).spawn().unwrap();
    drop(child.stdout.take());
    ended(child).ended_with(8).says(&["200 are left"]);
    assert_eq!((server.count(), home.listed("orders list").len()), (1, 100));
}

#[test]
fn on_a_full_disk_it_is_told_what_is_kept() {
    let orders: Vec<_> = (1..=2).map(api_order).collect();
    let server = Server::new(move |_, _| ok(list(&orders, 1, 2, 1)));
    let home = home(&server);
    let ran = home.run_full(&format!("pull orders {RANGE}"));
    ran.ended_with(1)
        .says(&["2 of 2 are finished and kept", "the same call goes on"]);
    assert_eq!(home.listed("orders list").len(), 2);
}

#[test]
fn an_order_without_a_number_is_told_and_the_others_are_kept() {
    let mut nameless = api_order(2);
    nameless["attributes"]["number"] = json!(null);
    let orders = [api_order(1), nameless, api_order(3)];
    let server = Server::new(move |_, _| ok(list(&orders, 1, 3, 1)));
    let home = home(&server);
    let ran = pull(&home, RANGE);
    ran.ended_with(8)
        .says(&["2 new", "1 failed", "ID in ecforce: 2"]);
}

#[test]
fn a_record_that_cannot_be_used_is_named_and_does_not_hold_the_mark() {
    let mut bad = api_order(999);
    bad["attributes"]["number"] = json!("b d");
    let mut worse = bad.clone();
    worse["attributes"]["id"] = json!("hanako@example.com");
    let orders = [api_order(1), bad, worse];
    let server = Server::new(move |_, _| ok(list(&orders, 1, 3, 1)));
    let home = home(&server);
    let since = "--since-last --from 2026-11-20";
    pull(&home, since)
        .ended_with(8)
        .says(&["受注番号", "(ID in ecforce: 999)", "2 failed"])
        .never_says(&["hanako", "b d"]);
    pull(&home, since).ended_with(8);
    let asked = |place: usize| {
        server.requests()[place]
            .asked("q[updated_at_gteq]")
            .unwrap()
    };
    assert_eq!(asked(0), "2026/11/20 00:00:00");
    assert!(asked(1) > asked(0), "{}", asked(1));
}

#[test]
fn without_an_address_or_a_token_nothing_is_sent() {
    let home = Home::new();
    home.config("");
    let ran = pull(&home, RANGE);
    ran.ended_with(2).says(&["ecforce.base_url"]);
    home.config("[ecforce]\nbase_url = \"http://127.0.0.1:9\"\n");
    let ran = pull(&home, RANGE);
    ran.ended_with(4).says(&["ECFORCE_API_TOKEN"]);
    assert_eq!(ran.error()["code"], "credentials-missing");
    // The environment gives it.
    let server = Server::new(|_, _| ok(list(&[api_order(1)], 1, 1, 1)));
    home.config(&format!(
        "[ecforce]\nbase_url = \"http://{}/\"\n",
        server.address()
    ));
    let call = format!("pull orders {RANGE}");
    home.run_env(&[("ECFORCE_API_TOKEN", TOKEN)], &call)
        .ended_with(0);
}
