//! `trace --history` on text copied off the screen, suggestions for what is not found, and failed
//! tries as a cause,
//! through the built binary.

use std::collections::BTreeSet;

use crate::loaded::{EVENTS, ORDERS};
use crate::support::{
    Home, order,
    server::{Answer, Server, ok},
};
use serde_json::{Value, json};

/// As it comes when 決済履歴 is marked and copied: labels, dates, amounts and whatever stands
/// around.
const PASTED: &str = "\
受注管理 > 詳細 > 決済履歴　　2 件中 1〜2 件を表示
No.\t受注番号\t決済日時\t決済金額\tステータス
1\ta905125d2a\t2026/11/20 10:15:00\t3,980円\t売上確定
2\tb1c2d3e4f5\t２０２６／１１／２０　１０：１６：３０\t￥５，４８０\tサンクスオファー
合計 1234567890円 (2026-11-20 現在、2026年11月20日 10時16分30秒)
";

fn searched(traced: &Value) -> BTreeSet<&str> {
    traced["searched"]
        .as_array()
        .unwrap()
        .iter()
        .map(|number| number.as_str().unwrap())
        .collect()
}

/// The order and the event are in the store, the history that ties them is not.
fn untied() -> Home {
    let home = Home::new();
    home.config(&crate::loaded::settings("", ""));
    home.imported("orders", ORDERS);
    home.imported("events", EVENTS);
    home
}

#[test]
fn order_numbers_are_picked_from_what_was_pasted() {
    let home = untied();
    home.trace(&["b1c2d3e4f5"]).ended_with(3);
    home.put("history.txt", PASTED);
    let both = BTreeSet::from(["a905125d2a", "b1c2d3e4f5"]);
    let args = ["--format", "json", "trace", "b1c2d3e4f5", "--history"];
    for ran in [
        home.run(&[&args[..], &["history.txt"]].concat()),
        home.run_with(&[&args[..], &["-"]].concat(), PASTED),
        home.run_with(&[&args[..], &["-"]].concat(), &PASTED.replace('\n', "\r\n")),
    ] {
        ran.ended_with(0);
        let traced = ran.json();
        assert_eq!(traced["verdict"], "via-payment-history");
        assert_eq!(traced["match"]["event_id"], "E-FIRST");
        assert_eq!(traced["searched"][0], "b1c2d3e4f5");
        assert_eq!(searched(&traced), both);
        let paid = traced["payment_history"].as_array().unwrap();
        let paid: BTreeSet<_> = paid
            .iter()
            .map(|entry| entry["number"].as_str().unwrap())
            .collect();
        assert!(paid.contains("a905125d2a"), "{traced:#}");
        assert!(paid.is_subset(&both), "{traced:#}");
    }
    let shown = home.run_with(&["trace", "b1c2d3e4f5", "--history", "-"], PASTED);
    assert!(shown.text().contains("a905125d2a"), "{shown:#?}");
}

#[test]
fn whatever_stands_around_a_number_is_no_part_of_it() {
    let home = untied();
    for text in [
        "a905125d2a",
        "受注番号：a905125d2a（通常オファー）",
        "最初の受注番号はa905125d2aです。",
        "| a905125d2a | 2026-11-20 | 3,980 |",
        "\"a905125d2a\",\"2026/11/20 10:15\"",
        "[a905125d2a](https://shop.example.com/admin/orders/30962)",
        "\u{feff}a905125d2a\r\n",
    ] {
        let args = ["--format", "json", "trace", "b1c2d3e4f5", "--history", "-"];
        let ran = home.run_with(&args, text);
        ran.ended_with(0);
        assert_eq!(
            searched(&ran.json()),
            BTreeSet::from(["a905125d2a", "b1c2d3e4f5"]),
            "{text}"
        );
    }
    // Nine, eleven: no order number.
    let args = ["--format", "json", "trace", "b1c2d3e4f5", "--history", "-"];
    for text in [
        "a905125d2",
        "a905125d2ax",
        "2026/11/20",
        "2026-11-20 10:15:00",
        "1,234,567円",
    ] {
        let ran = home.run_with(&args, text);
        assert!(ran.status != 0, "{text}: {ran:#?}");
        let traced: Value = serde_json::from_str(&ran.stdout).unwrap_or_default();
        if traced.is_object() {
            assert_eq!(traced["searched"], json!(["b1c2d3e4f5"]), "{text}");
            // Nothing was pasted, so that nothing is known.
            let causes = json!(["event-expected", "payment-history-unknown"]);
            assert_eq!(traced["causes"], causes, "{text}");
        }
    }
}

#[test]
fn a_pasted_history_is_kept_only_where_that_is_asked_for() {
    let home = untied();
    home.run_with(&["trace", "b1c2d3e4f5", "--history", "-"], PASTED)
        .ended_with(0);
    let traced = home.trace(&["b1c2d3e4f5"]);
    traced.ended_with(3);
    assert_eq!(
        traced.json()["causes"],
        json!(["event-expected", "payment-history-unknown"])
    );
    home.run_with(&["trace", "b1c2d3e4f5", "--history", "-", "--save"], PASTED)
        .ended_with(0);
    let kept = home.trace(&["b1c2d3e4f5"]);
    kept.ended_with(0);
    assert_eq!(kept.json()["match"]["event_id"], "E-FIRST");
}

#[test]
fn what_may_be_a_telephone_number_is_not_kept_and_ties_no_orders() {
    let home = untied();
    let footer = "お問い合わせ 0120456789 javascript\n";
    for number in ["a905125d2a", "e6a40d71f8"] {
        let text = format!("{number}\n{footer}1012345678 2026/11/20 10:15:00\n");
        let ran = home.run_with(&["trace", number, "--history", "-", "--save"], &text);
        assert!(ran.stderr.contains("left out 2 of them"), "{}", ran.stderr);
    }
    let traced = home.trace(&["e6a40d71f8"]).json();
    // Both histories list 1012345678, with its time: that does tie.
    let all = ["e6a40d71f8", "1012345678", "a905125d2a"];
    assert_eq!(searched(&traced), all.into_iter().collect());
    let store = std::fs::read(home.store_path()).unwrap();
    let holds = |text: &str| {
        store
            .windows(text.len())
            .any(|bytes| bytes == text.as_bytes())
    };
    assert!(holds("1012345678") && !holds("0120456789") && !holds("javascript"));
}

#[test]
fn a_pasted_history_is_that_of_one_number() {
    let home = untied();
    let two = ["trace", "b1c2d3e4f5", "a905125d2a", "--history", "-"];
    home.run_with(&two, PASTED).ended_with(2);
    home.run(&["trace", "b1c2d3e4f5", "--history", "nirgends.txt"])
        .ended_with(2);
}

/// Orphan events so many seconds from the order's time, named by their place.
fn orphans(home: &Home, minutes: &[(i64, &str)]) {
    let mut text = String::from("merchant_management_id,event_id,requested_at,auto_result\n");
    for (second, id) in minutes {
        let at = 12 * 3600 + second;
        let (hour, minute, second) = (at / 3600, at / 60 % 60, at % 60);
        text += &format!("orphan{id},{id},2026/11/20 {hour:02}:{minute:02}:{second:02},NG\n");
    }
    home.imported("events", text);
}

/// The events that are suggested for a number, by the IDs that stand in each suggestion.
fn suggested<'i>(home: &Home, number: &str, ids: &[&'i str]) -> Vec<&'i str> {
    let ran = home.trace(&[number]);
    ran.ended_with(3);
    let traced = ran.json();
    assert_eq!(
        (&traced["verdict"], &traced["match"]),
        (&json!("not-found"), &Value::Null)
    );
    assert_eq!(traced["candidates"], json!([]));
    let suggestions = traced["suggestions"]
        .as_array()
        .unwrap_or_else(|| panic!("{traced:#}"));
    let id_of = |suggestion: &Value| {
        let text = suggestion.to_string();
        let of_it = |id: &&&str| text.contains(&format!("\"{id}\""));
        *ids.iter()
            .find(of_it)
            .unwrap_or_else(|| panic!("whose is {suggestion}?"))
    };
    suggestions.iter().map(id_of).collect()
}

#[test]
fn orphan_events_near_the_order_are_suggested_nearest_first_and_never_matched() {
    let home = Home::new();
    home.config(&crate::loaded::settings("", ""));
    home.imported(
        "orders",
        "number,created_at\nlost000000,2026/11/20 12:00:00\nlate000000,2026/11/20 14:00\n",
    );
    orphans(
        &home,
        &[
            (-3601, "EM61"),
            (-3600, "EM60"),
            (300, "EP05"),
            (301, "EP06"),
        ],
    );
    let ids = ["EM61", "EM60", "EP05", "EP06"];
    assert_eq!(suggested(&home, "lost000000", &ids), ["EP05", "EM60"]);
    assert_eq!(suggested(&home, "late000000", &ids), [""; 0]);
    // Five at most.
    orphans(
        &home,
        &[
            (-600, "EM10"),
            (0, "E00"),
            (60, "EP01"),
            (-120, "EM02"),
            (-900, "EM15"),
        ],
    );
    let ids = [
        "EM61", "EM60", "EP05", "EP06", "EM10", "E00", "EP01", "EM02", "EM15",
    ];
    assert_eq!(
        suggested(&home, "lost000000", &ids),
        ["E00", "EP01", "EM02", "EP05", "EM10"]
    );
    // One whose number a payment history, or an order, bears is no orphan.
    home.imported(
        "payments",
        "order_number,payment_number\nelse000000,orphanE00\n",
    );
    home.imported("orders", "number\norphanEM02\n");
    assert_eq!(
        suggested(&home, "lost000000", &ids),
        ["EP01", "EP05", "EM10", "EM15", "EM60"]
    );
    let shown = home.run(&["trace", "lost000000"]);
    shown.ended_with(3).shows(&["EP01"]);
}

#[test]
fn events_of_the_same_customers_other_orders_are_suggested() {
    let home = Home::new();
    home.config(&crate::loaded::settings("", ""));
    home.imported(
        "orders",
        "number,created_at,customer_id\nlost000000,2026/11/20 12:00:00,30962\n\
         other00000,2026/11/20 11:50:00,30962\nothers0000,2026/11/20 11:51:00,77777\n\
         longago000,2026/11/19 11:50:00,30962\n",
    );
    home.imported(
        "events",
        "merchant_management_id,event_id,requested_at\nother00000,E-SAME,2026/11/20 11:50:01\n\
         others0000,E-ELSE,2026/11/20 11:51:01\nlongago000,E-LONG,2026/11/19 11:50:01\n",
    );
    let ids = ["E-SAME", "E-ELSE", "E-LONG"];
    assert_eq!(suggested(&home, "lost000000", &ids), ["E-SAME"]);
    // A number that is found needs none.
    let found = home.traced("other00000");
    assert!(matches!(&found["suggestions"], Value::Null) || found["suggestions"] == json!([]));
}

#[test]
fn a_try_that_failed_is_the_cause_until_it_is_settled() {
    // A refusal, and an outcome that is unknown.
    for (status, body, exit) in [(400, "{}", 5), (500, "", 6)] {
        let server = Server::new(move |request, place| match place {
            0 => Answer::Http(status, "application/json", body.to_owned()),
            _ => Answer::Http(200, "application/json", ok(request, place, "HOLD")),
        });
        let home = Home::new();
        home.configure(&server.url(), "");
        home.screen(&order("a905125d2a"), &[]).0.ended_with(exit);
        home.imported(
            "orders",
            "number,created_at,channel\na905125d2a,2026/11/20 10:15,lp\n",
        );
        home.imported(
            "events",
            "merchant_management_id,event_id,requested_at\nother00000,E1,2026/11/20\n",
        );
        let ran = home.trace(&["a905125d2a"]);
        ran.ended_with(3);
        assert_eq!(ran.json()["causes"][0], "screening-failed", "{status}");
        let rows = home.listed(&["reconcile"]);
        assert_eq!(
            (&rows[0]["status"], &rows[0]["cause"]),
            (&json!("missing"), &json!("screening-failed"))
        );
        // What ecforce shows comes before it.
        home.imported("orders", "number,result\na905125d2a,HOLD\n");
        assert_eq!(home.traced("a905125d2a")["causes"][0], "event-expected");
        home.screen(&order("a905125d2a"), &["--rescreen"])
            .0
            .ended_with(0);
        let traced = home.traced("a905125d2a");
        assert_eq!(
            (&traced["verdict"], &traced["match"]["auto_result"]),
            (&json!("direct"), &json!("HOLD"))
        );
    }
}

/// Made-up files as a shop exports them: an order bought through a thanks offer, whose event stands
/// under a number that no order bears.
const SHOP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/exports/shop");

#[test]
fn an_order_bought_through_a_thanks_offer_names_where_its_event_stands() {
    let home = Home::new();
    home.run(&["import", SHOP]).ended_with(0);
    let offers = home.column(&["orders", "list"], "offer");
    assert!(offers.contains(&"サンクスアップセル".to_owned()));
    for (lang, first) in [
        ("en", "first payment's number"),
        ("ja", "最初の決済の受注番号"),
    ] {
        let asked = ["--lang", lang, "--format", "json", "trace", "d07c3be914"];
        let ran = home.run(&asked);
        ran.ended_with(3);
        let traced = ran.json();
        // Likely is not known.
        assert_eq!(traced["search_for"], Value::Null);
        assert_eq!(traced["causes"][1], "payment-history-unknown");
        let step = traced["next_steps"][0].as_str().unwrap();
        let shown = home.run(&["--lang", lang, "trace", "d07c3be914"]);
        let told: String = shown.stdout.split_whitespace().collect();
        let answer = told.split("d07c3be914").nth(1).unwrap();
        for said in [first, "7a1b2c3d4e", "決済履歴"] {
            assert!(step.contains(said), "{said}: {step}");
            let said: String = said.split_whitespace().collect();
            assert!(answer.contains(&said), "{said}: {}", shown.stdout);
        }
        // The order of an ordinary offer says nothing of it.
        let other = home.run(&["--lang", lang, "trace", "a905125d2a"]);
        let told: String = other.stdout.split_whitespace().collect();
        let first: String = first.split_whitespace().collect();
        assert!(!told.contains(&first), "{}", other.stdout);
    }
    // A history settles it: one that was pasted, or is kept.
    let pasted = "7a1b2c3d4e 2026/11/20 10:30:12\nd07c3be914 2026/11/20 10:31:40\n";
    let args = ["trace", "d07c3be914", "--history", "-", "--save"];
    home.run_with(&args, pasted).ended_with(0);
    assert_eq!(home.traced("d07c3be914")["search_for"], "7a1b2c3d4e");
}

#[test]
fn without_a_suggestion_a_thanks_offer_is_told_all_the_same() {
    let home = Home::new();
    home.imported("orders", "受注番号,購入オファー\nd07c3be914,ｻﾝｸｽｸﾛｽｾﾙ\n");
    let step = |history: Option<&str>| {
        let mut args = vec!["--format", "json", "trace", "d07c3be914"];
        args.extend(history.map(|_| "--history"));
        args.extend(history.map(|_| "-"));
        let ran = home.run_with(&args, history.unwrap_or_default());
        ran.ended_with(3);
        ran.json()["next_steps"][0].as_str().unwrap().to_owned()
    };
    assert!(step(None).contains("first payment's order number"));
    // A known history that names the first payment says more.
    let known = step(Some(
        "7a1b2c3d4e 2026/11/20 10:30\nd07c3be914 2026/11/20 10:31\n",
    ));
    assert!(known.contains("加盟店管理ID 7a1b2c3d4e"), "{known}");
}
