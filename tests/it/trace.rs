//! `trace`: verdicts, drift, causes and pasted numbers, through the built binary. `--history`,
//! suggestions and failed tries stand in trace_more.rs, random stores in matching_random.rs.

use crate::loaded::settings;
use crate::support::{Home, METHODS, is_japanese};
use serde_json::{Value, json};

/// Every field of CONTRACT.md's object.
const FIELDS: [&str; 11] = [
    "number",
    "verdict",
    "match",
    "candidates",
    "searched",
    "payment_history",
    "ecforce_result",
    "drift",
    "causes",
    "next_steps",
    "search_for",
];

#[track_caller]
fn has_every_field(traced: &Value) {
    for field in FIELDS.iter().chain(&["suggestions"]) {
        assert!(traced.get(field).is_some(), "no {field} in {traced}");
    }
}

#[test]
fn the_event_of_a_thanks_offer_is_found_through_its_payment_history() {
    let home = Home::with_purchase();
    let ran = home.trace(&["b1c2d3e4f5"]);
    ran.ended_with(0);
    let traced = ran.json();
    has_every_field(&traced);
    assert_eq!(traced["number"], "b1c2d3e4f5");
    assert_eq!(traced["verdict"], "via-payment-history");
    assert_eq!(traced["searched"], json!(["b1c2d3e4f5", "a905125d2a"]));
    assert_eq!(traced["ecforce_result"], "REVIEW");
    assert_eq!(traced["drift"], "manual-changed");
    assert_eq!(traced["causes"], json!([]));
    let reasons = json!([{"code": "R0101", "description": "同一配送先で過去に未払いがあります"}]);
    for (field, value) in [
        ("merchant_management_id", json!("a905125d2a")),
        ("event_id", json!("E-FIRST")),
        ("requested_at", json!("2026-11-20T10:15:01+09:00")),
        ("auto_result", json!("REVIEW")),
        ("manual_result", json!("OK")),
        ("reasons", reasons),
    ] {
        assert_eq!(traced["match"][field], value, "{field}");
        assert_eq!(traced["candidates"][0][field], value, "{field}");
    }
    assert_eq!(traced["candidates"].as_array().unwrap().len(), 1);
    assert_eq!(
        traced["payment_history"],
        json!([
            {"number": "a905125d2a", "at": "2026-11-20T10:15:00+09:00", "amount": 3980, "thanks_offer": false},
            {"number": "b1c2d3e4f5", "at": "2026-11-20T10:16:30+09:00", "amount": 5480, "thanks_offer": true}
        ])
    );
}

#[test]
fn an_event_under_the_number_itself_is_direct() {
    let home = Home::with_purchase();
    let traced = home.traced("a905125d2a");
    has_every_field(&traced);
    assert_eq!(
        (&traced["verdict"], &traced["match"]["event_id"]),
        (&json!("direct"), &json!("E-FIRST"))
    );
    // No order bears this number, so ecforce shows nothing.
    assert_eq!(
        (&traced["ecforce_result"], &traced["drift"]),
        (&Value::Null, &Value::Null)
    );
    // With an event under both, the number itself comes first.
    home.imported(
        "events",
        "merchant_management_id,event_id,requested_at\nb1c2d3e4f5,E-OWN,2026/11/20 10:17:00\n",
    );
    let traced = home.traced("b1c2d3e4f5");
    assert_eq!(
        (&traced["verdict"], &traced["match"]["event_id"]),
        (&json!("direct"), &json!("E-OWN"))
    );
    assert_eq!(traced["candidates"][1]["event_id"], "E-FIRST");
}

#[test]
fn what_is_not_found_has_its_causes_and_exit_status_3() {
    let home = Home::with_purchase();
    let ran = home.trace(&["ffffffffff"]);
    ran.ended_with(3);
    let traced = ran.json();
    has_every_field(&traced);
    assert_eq!(traced["verdict"], "not-found");
    assert_eq!(traced["match"], Value::Null);
    assert_eq!(
        traced["causes"],
        json!(["order-unknown", "payment-history-unknown"])
    );
    for (empty, value) in [
        ("candidates", json!([])),
        ("payment_history", json!([])),
        ("ecforce_result", Value::Null),
        ("drift", Value::Null),
        ("searched", json!(["ffffffffff"])),
    ] {
        assert_eq!(traced[empty], value, "{empty}");
    }
    for format in ["table", "json"] {
        home.run(&["--format", format, "trace", "ffffffffff"])
            .ended_with(3);
        home.run(&["--format", format, "trace", "b1c2d3e4f5"])
            .ended_with(0);
        home.run(&["--format", format, "trace", "b1c2d3e4f5", "ffffffffff"])
            .ended_with(3);
    }
}

#[test]
fn several_numbers_are_an_array_in_their_order() {
    let home = Home::with_purchase();
    let traced = home
        .trace(&["ffffffffff", "b1c2d3e4f5", "a905125d2a"])
        .json();
    let numbers: Vec<_> = traced
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["number"])
        .collect();
    assert_eq!(numbers, ["ffffffffff", "b1c2d3e4f5", "a905125d2a"]);
    assert!(traced[0].get("match").is_some());
}

#[test]
fn the_answer_comes_first_and_names_the_number_to_search_for() {
    let home = Home::with_purchase();
    let first = |lang: &str, number: &str| {
        let ran = home.run(&["--lang", lang, "trace", number]);
        ran.stdout
            .lines()
            .next()
            .unwrap_or_else(|| panic!("{ran:#?}"))
            .to_owned()
    };
    for lang in ["en", "ja"] {
        let via = first(lang, "b1c2d3e4f5");
        for part in ["b1c2d3e4f5", "a905125d2a", "REVIEW", "OK"] {
            assert!(via.contains(part), "{part} in {via}");
        }
        assert_eq!(is_japanese(&via), lang == "ja", "{via}");
        let direct = first(lang, "a905125d2a");
        assert!(
            direct.contains("a905125d2a") && direct.contains("REVIEW"),
            "{direct}"
        );
        let none = first(lang, "ffffffffff");
        assert!(none.contains("ffffffffff"), "{none}");
    }
    let whole = home.run(&["trace", "b1c2d3e4f5"]);
    // The evidence: the history, the event and its reasons.
    whole.shows(&[
        "E-FIRST",
        "同一配送先で過去に未払いがあります",
        "2026-11-20 10:16:30",
    ]);
}

#[test]
fn headings_are_painted_and_show_no_escapes() {
    let home = Home::with_purchase();
    let plain = home.run(&["trace", "b1c2d3e4f5"]).stdout;
    let coloured = home.run(&["--color", "always", "trace", "b1c2d3e4f5"]);
    coloured.shows(&["\u{1b}[36mNext\u{1b}[0m"]);
    assert!(plain.contains("\nNext\n"), "{plain}");
    let headings = coloured.stdout.lines().filter(|line| line.contains("[36m"));
    assert!(headings.count() >= 3, "{coloured:#?}");
    assert!(!coloured.stdout.contains("\n[36m"), "{coloured:#?}");
}

#[test]
fn numbers_come_pasted_with_blanks_full_width_or_upper_case() {
    let home = Home::with_purchase();
    for pasted in [
        " a905125d2a ",
        "\u{3000}a905125d2a\t",
        "ａ９０５１２５ｄ２ａ",
        "A905125D2A",
        "　Ａ905125Ｄ2A ",
    ] {
        let ran = home.trace(&[pasted]);
        ran.ended_with(0).says(&["a905125d2a"]);
        assert_eq!(ran.json()["number"], "a905125d2a", "{pasted:?}");
    }
    home.trace(&["a905125d2a"]).ended_with(0).silent();
}

#[test]
fn a_number_that_breaks_the_grammar_is_not_usable() {
    let home = Home::with_purchase();
    for number in ["", "a/b", "a905125d2a;b1c2d3e4f5", "注文"] {
        home.trace(&[number]).ended_with(2);
    }
    for call in [&["trace"][..], &["orders", "show"]] {
        let ran = home.run(&[call, &["hanako@example.com"]].concat());
        ran.ended_with(2);
        assert!(!ran.stderr.contains("hanako"), "{ran:#?}");
    }
    home.trace(&[]).ended_with(2);
}

#[test]
fn drift_is_told_apart() {
    // What ecforce shows, the auto result, the manual result, and the drift.
    let cases = [
        ("REVIEW", "REVIEW", "OK", Some("manual-changed")),
        ("OK", "HOLD", "", Some("auto-mismatch")),
        ("OK", "HOLD", "NG", Some("manual-changed")),
        ("OK", "REVIEW", "OK", Some("auto-mismatch")),
        ("HOLD", "HOLD", "HOLD", None),
        ("OK", "OK", "", None),
        ("", "HOLD", "NG", None),
        ("OK", "", "", None),
    ];
    let home = Home::new();
    let (mut orders, mut events) = (
        String::from("number,created_at,result\n"),
        String::from("merchant_management_id,event_id,auto_result,manual_result\n"),
    );
    for (place, (shown, auto, manual, _)) in cases.iter().enumerate() {
        orders += &format!("n{place},2026/11/20,{shown}\n");
        events += &format!("n{place},E{place},{auto},{manual}\n");
    }
    home.imported("orders", orders);
    home.imported("events", events);
    for (place, case) in cases.iter().enumerate() {
        assert_eq!(
            home.traced(&format!("n{place}"))["drift"],
            json!(case.3),
            "{case:?}"
        );
    }
}

const CAUSES: &str = "\
number,created_at,channel,payment_method_id,registered,purchase_number,result
shown00000,2026/11/20 09:00,csv,3,1,2,OK
shownempty,2026/11/21 09:00,csv,3,1,2,OK
showntimel,,csv,3,1,2,OK
shownfirst,2026/11/21 00:05,lp,1,1,1,OK
before0000,2026/01/14 23:59,csv,1,1,1,
beforeshow,2026/01/14 23:59,csv,1,1,1,OK
onthatday0,2026/01/15 00:00,csv,1,1,1,
subscrip00,2026/11/20,subscription,9,1,2,
admin00000,2026/11/20,admin,9,1,2,
csv0000000,2026/11/20,csv,9,1,2,
later00000,2026/11/20,lp,9,1,2,
unknown000,2026/11/20,lp,9,1,2,
disabled00,2026/11/20,shop,3,1,2,
existing00,2026/11/20,lp,1,1,2,
existing01,2026/11/20,,,1,2,
guest00000,2026/11/20,lp,1,0,2,
expected00,2026/11/20,lp,1,1,1,
notloaded0,2026/11/22,lp,1,1,1,
notime0000,,lp,1,1,1,
nochannel0,2026/11/20,,1,1,1,
nomethod00,2026/11/20,lp,,1,1,
nomember00,2026/11/20,lp,1,,2,
nonumber00,2026/11/20,lp,1,1,,
";

/// Orders with every cause that needs no network.
fn causes(home: &Home) {
    home.imported("orders", CAUSES);
    home.imported(
        "payments",
        "order_number,payment_number,at,thanks_offer\n\
         later00000,firstofit0,2026/11/20 10:00,\nlater00000,later00000,2026/11/20 10:01,\n\
         shownfirst,shownfirst,2026/11/21 00:05,1\nshownfirst,evening000,2026/11/20 23:58,0\n",
    );
    home.imported("events", "merchant_management_id,event_id,requested_at,auto_result\nother00000,E1,2026/11/20 12:00,OK\n");
}

#[test]
fn each_main_cause() {
    let home = Home::new();
    home.config(&settings(
        "integrated_at = \"2026-01-15\"",
        "screen_existing_customers = false",
    ));
    causes(&home);
    for (number, cause) in [
        ("ffffffffff", Some("order-unknown")),
        ("firstofit0", Some("order-unknown")), // a payment history alone does not make an order
        ("shown00000", Some("event-expected")), // the rules are not asked
        ("shownempty", Some("events-not-loaded")),
        ("showntimel", Some("events-not-loaded")),
        ("shownfirst", Some("event-expected")), // by the day of its first payment
        ("before0000", Some("before-integration")),
        ("beforeshow", Some("events-not-loaded")),
        ("onthatday0", Some("csv-order")),
        ("subscrip00", Some("subscription-order")),
        ("admin00000", Some("admin-order")),
        ("csv0000000", Some("csv-order")),
        ("later00000", Some("thanks-offer-payment")),
        ("unknown000", Some("method-unknown")),
        ("disabled00", Some("method-disabled")),
        ("existing00", Some("existing-customer")),
        ("existing01", Some("existing-customer")),
        ("guest00000", Some("event-expected")),
        ("expected00", Some("event-expected")),
        ("notloaded0", Some("events-not-loaded")),
        ("notime0000", Some("events-not-loaded")),
        ("nochannel0", None),
        ("nomethod00", None),
        ("nomember00", None),
        ("nonumber00", None),
    ] {
        let ran = home.trace(&[number]);
        ran.ended_with(3);
        let traced = ran.json();
        let has_history = matches!(number, "firstofit0" | "later00000" | "shownfirst");
        let history = (!has_history).then_some("payment-history-unknown");
        let expected: Vec<_> = cause.into_iter().chain(history).collect();
        assert_eq!(traced["causes"], json!(expected), "{number}");
        if expected.is_empty() {
            continue;
        }
        let steps = |lang: &str| {
            let traced = home
                .run(&["--format", "json", "--lang", lang, "trace", number])
                .json();
            let steps = traced["next_steps"].as_array().unwrap().clone();
            assert!(!steps.is_empty(), "{number}");
            steps
                .iter()
                .map(|step| step.as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
                .join("\n")
        };
        let (english, japanese) = (steps("en"), steps("ja"));
        assert!(
            english != japanese && is_japanese(&japanese),
            "{english}\n{japanese}"
        );
    }
    // R3 comes before everything else of the rules, but not before what ecforce shows.
    let off =
        settings("integrated_at = \"2026-01-15\"", "").replace("enabled = true", "enabled = false");
    home.config(&off);
    for (number, cause) in [
        ("subscrip00", "oplux-disabled"),
        ("nochannel0", "oplux-disabled"),
        ("shown00000", "event-expected"),
        ("before0000", "before-integration"),
    ] {
        assert_eq!(home.traced(number)["causes"][0], cause, "{number}");
    }
    // R5 on: an existing customer is screened.
    home.config(&settings("", ""));
    assert_eq!(home.traced("existing00")["causes"][0], "event-expected");
    assert_eq!(home.traced("before0000")["causes"][0], "csv-order");
}

#[test]
fn without_settings_only_the_causes_that_need_them_are_passed_over_with_one_warning() {
    let home = Home::new();
    for configuration in [
        None,
        Some(METHODS),
        Some("integrated_at = \"2026-01-15\"\n"),
    ] {
        if let Some(text) = configuration {
            home.config(text);
        }
        causes(&home);
        let one = home.trace(&["expected00"]);
        one.ended_with(3);
        assert!(!one.stderr.trim().is_empty(), "{one:#?}");
        let three = home.trace(&["expected00", "notime0000", "disabled00"]);
        assert_eq!(one.stderr, three.stderr, "one warning");
        for traced in three.json().as_array().unwrap() {
            assert_eq!(traced["causes"], json!(["payment-history-unknown"]));
        }
        for (number, cause) in [
            ("csv0000000", "csv-order"),
            ("subscrip00", "subscription-order"),
            ("later00000", "thanks-offer-payment"),
        ] {
            assert_eq!(home.traced(number)["causes"][0], cause);
        }
        assert_eq!(home.traced("shown00000")["causes"][0], "event-expected");
        assert_eq!(home.traced("ffffffffff")["causes"][0], "order-unknown");
        if configuration.is_some_and(|text| text.contains("integrated_at")) {
            assert_eq!(home.traced("before0000")["causes"][0], "before-integration");
        }
    }
}

#[test]
fn an_unset_switch_is_unknown_and_every_other_rule_is_asked() {
    let home = Home::new();
    home.config(&settings("", "").replace("enabled = true\n", ""));
    causes(&home);
    for (number, cause) in [
        ("subscrip00", "subscription-order"),
        ("disabled00", "method-disabled"),
        ("expected00", "event-expected"),
    ] {
        assert_eq!(home.traced(number)["causes"][0], cause, "{number}");
    }
}

#[test]
fn a_pasted_history_answers_what_to_search_for_whatever_the_store_lacks() {
    let home = Home::new();
    home.config(&settings("", ""));
    let pasted = "d07c3be914\t2026/11/20 11:00:40\ne6a40d71f8\t2026/11/20 11:02:10\n";
    let check = |cause: &str| {
        for lang in ["en", "ja"] {
            let call = ["--lang", lang, "trace", "e6a40d71f8", "--history", "-"];
            let told = home.run_with(&call, pasted);
            told.ended_with(3);
            let answer = told.stdout.lines().next().unwrap_or_default();
            assert!(answer.contains("d07c3be914"), "{answer}");
            let traced = home.run_with(&[&["--format", "json"], &call[..]].concat(), pasted);
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
