//! What is given to `trace` and its like: order numbers, as arguments and in standard input, and text
//! copied off the screen (`--history`); what is suggested where nothing is found, and orders bought
//! through a thanks offer.

use std::collections::BTreeSet;

use crate::loaded::{EVENTS, ORDERS, holds, settings};
use crate::support::{Home, has};
use serde_json::{Value, json};

#[test]
fn numbers_come_from_standard_input() {
    let home = Home::with_purchase();
    let list = "受注番号\r\nb1c2d3e4f5, A905125D2A\u{3000}\n\nffffffffff";
    let expected = json!(["b1c2d3e4f5", "a905125d2a", "ffffffffff"]);
    for call in ["trace -", "trace"] {
        let ran = home.run_with(&format!("--format json {call}"), list);
        let numbers = ran.ended_with(3).json();
        let numbers = numbers.as_array().unwrap().iter();
        let numbers: Vec<_> = numbers.map(|traced| &traced["number"]).collect();
        assert_eq!(json!(numbers), expected);
        let one = home.run_with(&format!("--format json {call}"), "a905125d2a\n");
        assert_eq!(one.ended_with(0).json()["number"], "a905125d2a");
        home.run_with(call, " \n,").ended_with(2).says(&["hint:"]);
        let wrong = home.run_with(call, "a905125d2a\nhanako@example.com\n");
        wrong
            .ended_with(2)
            .says(&["line 2", "expected order numbers", "hint:"]);
        assert!(!wrong.stderr.contains("hanako"), "{wrong:#?}");
    }
    home.run_with("trace - -", "a905125d2a")
        .ended_with(2)
        .says(&["named more than once"]);
    let both = ["--format", "json", "trace", "ffffffffff", "-"];
    let traced = home.run_with(&both, "a905125d2a").json();
    assert_eq!(traced[1]["number"], "a905125d2a");
}

#[test]
fn commas_are_told_to_be_blanks() {
    let home = Home::with_purchase();
    for list in ["a905125d2a,b1c2d3e4f5", "a905125d2a、b1c2d3e4f5"] {
        for (lang, said) in [("en", "by blanks"), ("ja", "空白で区切ってください")] {
            home.run(&format!("--lang {lang} trace {list}"))
                .ended_with(2)
                .says(&[said]);
        }
    }
}

#[test]
fn the_id_of_one_order_is_that_order() {
    let home = Home::with_purchase();
    home.imported(
        "orders",
        "number,ecforce_id\nb1c2d3e4f5,4711\ntwice00001,12\ntwice00002,12\n815,4712\nother00001,815\n",
    );
    let ran = home.trace("4711");
    ran.ended_with(0).says(&["受注ID", "b1c2d3e4f5"]);
    assert_eq!(ran.json()["number"], "b1c2d3e4f5");
    home.run("orders show 4711")
        .ended_with(0)
        .shows(&["b1c2d3e4f5"]);
    // Two orders have the ID; an order has the number.
    for number in ["12", "815"] {
        let ran = home.trace(&[number]);
        assert_eq!(ran.ended_with(3).silent().json()["number"], number);
    }
}

#[test]
fn a_number_is_found_however_it_was_pasted() {
    let home = Home::with_purchase();
    home.imported(
        "events",
        "merchant_management_id,event_id\na905125d2a,E-FIRST\n",
    );
    // What else is read as one stands in `domain/number.rs`.
    let pasted = "「Ａ905 125D2A」";
    for call in [
        &["trace", pasted][..],
        &["orders", "show", pasted],
        &["events", "show", pasted],
        &["events", "list", "--merchant-id", pasted],
    ] {
        home.run(call)
            .ended_with(0)
            .shows(&["a905125d2a"])
            .says(&["read", "as a905125d2a"]);
    }
    // One that the store knows as it was typed is meant so, and needs no word.
    home.run("orders show a905125d2a").ended_with(0).silent();
    home.run(&["orders", "show", "a905125d2a b1c2d3e4f5"])
        .ended_with(2);
}

#[test]
fn what_is_no_order_number_is_never_repeated() {
    let stored = Home::with_purchase();
    let is_silent = |home: &Home, format: &str, call: &[&str]| {
        let ran = home.run(&[&["--format", format], call].concat());
        let said = ran.ended_with(2).text().to_lowercase();
        for part in ["uzuki", "example", "鈴", "1234", "１２"] {
            assert!(!said.contains(part), "{call:?}: {ran:#?}");
        }
    };
    let all = [
        "Suzuki Hanako",
        "Suzuki Hana",
        "suzuki.hanako@example.com",
        "鈴木 花子",
        "Suzuki a905125d2a",
        "a905125d2a;Suzuki",
        "03 12345678",
        "０９０−１２３４−５６７８",
        "+81 90 1234 5678",
        "+819012345678",
    ];
    for (place, typed) in all.into_iter().enumerate() {
        let calls = [
            &["trace", typed][..],
            &["orders", "show", typed],
            &["events", "show", typed],
            &["events", "list", "--merchant-id", typed],
        ];
        is_silent(&stored, "json", calls[place % calls.len()]);
        is_silent(&stored, "table", &["trace", "a905125d2a", typed]);
    }
    is_silent(&Home::new(), "table", &["trace", "Suzuki Hanako"]);
    for unusable in ["", "a/b"] {
        stored.trace(&[unusable]).ended_with(2);
    }
}

/// Ten letters and digits may be digits alone that begin with 0, and other shops number otherwise.
#[test]
fn whatever_can_be_a_number_is_looked_up() {
    let home = Home::with_purchase();
    for (number, like_a_telephone) in [
        ("0123456789", true),
        ("090-1234-5678", true),
        ("NOPE", false),
        ("abcdefghij", false),
    ] {
        let ran = home.trace(number);
        assert_eq!(ran.ended_with(3).json()["causes"][0], "order-unknown");
        let told = ran.stderr.contains("looks like a telephone number");
        assert_eq!(told, like_a_telephone, "{ran:#?}");
        for call in ["orders show", "events show"] {
            let ran = home.run(&format!("--format json {call} {number}"));
            let error: &str = ran.ended_with(3).stderr.lines().last().unwrap();
            assert!(error.contains("not-found"), "{ran:#?}");
        }
        assert!(
            home.listed(&format!("events list --merchant-id {number}"))
                .is_empty()
        );
    }
    // One of several is no reason to refuse the others.
    let both = home.trace("b1c2d3e4f5 0123456789").ended_with(3).json();
    assert_eq!(both[0]["verdict"], "via-payment-history");
    home.imported("orders", "number\nSuzuki\n0312345678\n");
    for number in ["Suzuki", "0312345678"] {
        let ran = home.trace(number);
        assert_eq!(ran.ended_with(3).json()["number"], number);
        assert!(!ran.stderr.contains("telephone"), "{ran:#?}");
        home.run(&format!("orders show {number}")).ended_with(0);
    }
}

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
    home.config(&settings("", ""));
    home.imported("orders", ORDERS);
    home.imported("events", EVENTS);
    home
}

#[test]
fn order_numbers_are_picked_from_what_was_pasted() {
    let home = untied();
    home.trace("b1c2d3e4f5").ended_with(3);
    home.put("history.txt", PASTED);
    let both = BTreeSet::from(["a905125d2a", "b1c2d3e4f5"]);
    let call = "--format json trace b1c2d3e4f5 --history";
    for ran in [
        home.run(&format!("{call} history.txt")),
        home.run_with(&format!("{call} -"), PASTED),
        home.run_with(&format!("{call} -"), &PASTED.replace('\n', "\r\n")),
    ] {
        let traced = ran.ended_with(0).json();
        assert_eq!(traced["verdict"], "via-payment-history");
        assert_eq!(traced["match"]["event_id"], "E-FIRST");
        assert_eq!(traced["searched"][0], "b1c2d3e4f5");
        assert_eq!(searched(&traced), both);
        let paid = traced["payment_history"].as_array().unwrap().iter();
        let paid: BTreeSet<_> = paid
            .map(|entry| entry["number"].as_str().unwrap())
            .collect();
        assert_eq!(paid, both);
    }
    // Nine, eleven and what is a date or an amount are no order number: nothing was pasted.
    let nothing = "a905125d2 a905125d2ax 2026/11/20 2026-11-20 10:15:00 1,234,567円";
    let traced = home.run_with(&format!("{call} -"), nothing);
    has(
        &traced.ended_with(3).json(),
        json!({"searched": ["b1c2d3e4f5"], "causes": ["event-expected", "payment-history-unknown"]}),
    );
    for call in [
        "trace b1c2d3e4f5 a905125d2a --history -",
        "trace - --history -",
        "trace --history -",
        "trace b1c2d3e4f5 --history nirgends.txt",
    ] {
        home.run_with(call, PASTED).ended_with(2);
    }
}

#[test]
fn a_pasted_history_is_kept_only_where_that_is_asked_for() {
    let home = untied();
    home.run_with("trace b1c2d3e4f5 --history -", PASTED)
        .ended_with(0)
        .shows(&["a905125d2a"]);
    home.trace("b1c2d3e4f5").ended_with(3);
    home.run_with("trace b1c2d3e4f5 --history - --save", PASTED)
        .ended_with(0);
    let kept = home.trace("b1c2d3e4f5").ended_with(0).json();
    assert_eq!(kept["match"]["event_id"], "E-FIRST");
}

#[test]
fn what_may_be_a_telephone_number_is_not_kept_and_ties_no_orders() {
    let home = untied();
    let footer = "お問い合わせ 0120456789 javascript\n";
    for number in ["a905125d2a", "e6a40d71f8"] {
        let text = format!("{number}\n{footer}1012345678 2026/11/20 10:15:00\n");
        let ran = home.run_with(&["trace", number, "--history", "-", "--save"], &text);
        assert!(!ran.stderr.contains("0120456789"), "{}", ran.stderr);
    }
    let args = ["trace", "a905125d2a", "--history", "-", "--save"];
    let ran = home.run_with(&args, "a905125d2a 2026/11/20 10:15:00\n1098765432\n");
    assert!(ran.stderr.contains("left out 1 of them"), "{}", ran.stderr);
    let traced = home.trace("e6a40d71f8").json();
    // Both histories list 1012345678, with its time: that does tie.
    let all = ["e6a40d71f8", "1012345678", "a905125d2a"];
    assert_eq!(searched(&traced), all.into_iter().collect());
    let made = home.made();
    assert!(holds(&made, "1012345678"));
    for absent in ["0120456789", "javascript", "1098765432"] {
        assert!(!holds(&made, absent), "{absent}");
    }
}

#[test]
fn parts_of_addresses_and_words_are_no_order_numbers_of_a_pasted_text() {
    let home = untied();
    let text = "a905125d2a 2026/11/20 10:15:00 authorized hanako1234@example.com 0312345678\n\
                hanako5678@example.com 2026/11/20 10:10\n2026/11/20 10:11 successful\n\
                b1c2d3e4f5 2026/11/20 10:16:30 https://shop.example.com/orders/c1c2d3e4f5\n";
    let args = ["--format", "json", "trace", "b1c2d3e4f5", "--history", "-"];
    let ran = home.run_with(&args, text);
    let both = BTreeSet::from(["a905125d2a", "b1c2d3e4f5"]);
    assert_eq!(searched(&ran.ended_with(0).json()), both);
    ran.says(&["order numbers taken from the text (2): a905125d2a, b1c2d3e4f5\n"]);
    // The number asked for and what the store knows count, whatever they look like.
    home.imported("orders", "number\nabcdefghij\n");
    let text = "abcdefghij 2026/11/20 10:10\n0123456789 2026/11/20 10:20\n";
    let args = ["--format", "json", "trace", "0123456789", "--history", "-"];
    let traced = home.run_with(&args, text).ended_with(3).json();
    assert_eq!(traced["search_for"], "abcdefghij");
}

#[test]
fn orphans_and_the_customers_other_orders_are_suggested_nearest_first_and_never_matched() {
    let home = Home::new();
    home.config(&settings("", ""));
    home.imported(
        "orders",
        "number,created_at,customer_id\nlost000000,2026/11/20 12:00:00,30962\n\
         other00000,2026/11/20 11:50:00,30962\nothers0000,2026/11/20 11:51:00,77777\n\
         longago000,2026/11/19 11:50:00,30962\n",
    );
    // From an hour before the order to five minutes after it.
    home.imported(
        "events",
        "merchant_management_id,event_id,requested_at\nother00000,E-SAME,2026/11/20 11:50:00\n\
         others0000,E-ELSE,2026/11/20 11:51:01\nlongago000,E-LONG,2026/11/19 11:50:01\n\
         orphan0001,E-EARLY,2026/11/20 10:59:59\norphan0002,E-HOUR,2026/11/20 11:00:00\n\
         orphan0003,E-NEAR,2026/11/20 12:05:00\norphan0004,E-LATE,2026/11/20 12:05:01\n\
         orphan0005,E-PAID,2026/11/20 12:00:00\n",
    );
    // One whose number a payment history bears is no orphan.
    home.imported(
        "payments",
        "order_number,payment_number\nelse000000,orphan0005\n",
    );
    let traced = home.trace("lost000000").ended_with(3).json();
    has(
        &traced,
        json!({"verdict": "not-found", "match": null, "candidates": []}),
    );
    let suggestions = traced["suggestions"].as_array().unwrap().iter();
    let suggested: Vec<_> = suggestions
        .map(|event| json!([event["event_id"], event["because"], event["minutes_after"]]))
        .collect();
    let expected = json!([
        ["E-NEAR", "orphan", 5],
        ["E-SAME", "same-customer", -10],
        ["E-HOUR", "orphan", -60]
    ]);
    assert_eq!(json!(suggested), expected);
    home.run("trace lost000000").shows(&["orphan0003"]);
    assert_eq!(home.traced("other00000")["suggestions"], json!([]));
}

/// Made-up files as a shop exports them: an order bought through a thanks offer, whose event stands
/// under a number that no order bears.
const SHOP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/exports/shop");

#[test]
fn an_order_bought_through_a_thanks_offer_names_where_its_event_stands() {
    let home = Home::new();
    home.run(&["import", SHOP]).ended_with(0);
    let offers = home.column("orders list", "offer");
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
        let shown = home.run(&format!("--lang {lang} trace d07c3be914"));
        let told: String = shown.stdout.split_whitespace().collect();
        let answer = told.split("d07c3be914").nth(1).unwrap();
        for said in [first, "7a1b2c3d4e", "決済履歴"] {
            assert!(step.contains(said), "{said}: {step}");
            let said: String = said.split_whitespace().collect();
            assert!(answer.contains(&said), "{said}: {}", shown.stdout);
        }
        // The order of an ordinary offer says nothing of it.
        let other = home.run(&format!("--lang {lang} trace a905125d2a"));
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

#[test]
fn a_pasted_history_answers_what_to_search_for_whatever_the_store_lacks() {
    let home = Home::new();
    home.config(&settings("", ""));
    let pasted = "d07c3be914\t2026/11/20 11:00:40\ne6a40d71f8\t2026/11/20 11:02:10\n";
    let check = |cause: &str| {
        for lang in ["en", "ja"] {
            let call = format!("--lang {lang} trace e6a40d71f8 --history -");
            let told = home.run_with(&call, pasted);
            told.ended_with(3);
            let answer = told.stdout.lines().next().unwrap_or_default();
            assert!(answer.contains("d07c3be914"), "{answer}");
            let traced = home.run_with(&format!("--format json {call}"), pasted);
            let traced = traced.json();
            assert_eq!(traced["search_for"], "d07c3be914", "{traced:#}");
            assert_eq!(traced["causes"][0], cause);
            let step = traced["next_steps"][0].as_str().unwrap_or_default();
            assert!(step.contains("d07c3be914"), "{step}");
        }
    };
    check("order-unknown");
    home.imported(
        "orders",
        "number,created_at,result\ne6a40d71f8,2026/11/20 11:02:10,HOLD\n",
    );
    check("events-not-loaded");
    home.imported(
        "events",
        "merchant_management_id,event_id,requested_at\nother00000,E1,2026/11/20\n",
    );
    check("event-expected");
}
