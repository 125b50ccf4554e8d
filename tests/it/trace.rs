//! `trace`: verdicts, causes and steps through the built binary. What is given to it (numbers,
//! `--history`), suggestions and thanks offers stand in trace_given.rs, random stores in
//! matching_random.rs.

use crate::loaded::settings;
use crate::support::{
    Home, METHODS, has, is_japanese, order,
    server::{Answer, Server, good},
};
use serde_json::{Value, json};

/// Every field of CONTRACT.md's object.
const FIELDS: &str = "number verdict match candidates searched payment_history search_for \
                      ecforce_result drift causes suggestions next_steps";

#[track_caller]
fn has_every_field(traced: &Value) {
    for field in FIELDS.split(' ') {
        assert!(traced.get(field).is_some(), "no {field} in {traced}");
    }
}

#[test]
fn the_event_of_a_thanks_offer_is_found_through_its_payment_history() {
    let home = Home::with_purchase();
    let traced = home.trace("b1c2d3e4f5").ended_with(0).json();
    has_every_field(&traced);
    let reasons = json!([{"code": "R0101", "description": "同一配送先で過去に未払いがあります"}]);
    let event = json!({"merchant_management_id": "a905125d2a", "event_id": "E-FIRST",
        "requested_at": "2026-11-20T10:15:01+09:00", "auto_result": "REVIEW", "manual_result": "OK",
        "reasons": reasons});
    has(&traced["match"], event.clone());
    has(&traced["candidates"][0], event);
    assert_eq!(traced["candidates"].as_array().unwrap().len(), 1);
    has(
        &traced,
        json!({"number": "b1c2d3e4f5", "verdict": "via-payment-history",
            "searched": ["b1c2d3e4f5", "a905125d2a"], "search_for": "a905125d2a",
            "ecforce_result": "REVIEW", "drift": "manual-changed", "causes": [], "payment_history": [
            {"number": "a905125d2a", "at": "2026-11-20T10:15:00+09:00", "amount": 3980, "thanks_offer": false},
            {"number": "b1c2d3e4f5", "at": "2026-11-20T10:16:30+09:00", "amount": 5480, "thanks_offer": true}
        ]}),
    );
}

#[test]
fn what_is_not_found_has_its_causes_and_exit_status_3() {
    let home = Home::with_purchase();
    // What its fields say is checked on random stores (matching_random.rs).
    let traced = home.traced("ffffffffff");
    has_every_field(&traced);
    assert_eq!(traced["search_for"], Value::Null);
    for format in ["table", "json"] {
        for (numbers, status) in [
            ("ffffffffff", 3),
            ("b1c2d3e4f5", 0),
            ("b1c2d3e4f5 ffffffffff", 3),
        ] {
            home.run(&format!("--format {format} trace {numbers}"))
                .ended_with(status);
        }
    }
}

#[test]
fn the_answer_comes_first_and_names_the_number_to_search_for() {
    let home = Home::with_purchase();
    for lang in ["en", "ja"] {
        for (number, said) in [
            ("b1c2d3e4f5", "a905125d2a REVIEW OK"),
            ("a905125d2a", "REVIEW"),
            ("ffffffffff", ""),
        ] {
            let ran = home.run(&format!("--lang {lang} trace {number}"));
            let first = ran
                .stdout
                .lines()
                .next()
                .unwrap_or_else(|| panic!("{ran:#?}"));
            for part in said.split(' ').chain([number]) {
                assert!(first.contains(part), "{part} in {first}");
            }
            assert!(lang == "en" || is_japanese(first), "{first}");
        }
    }
    // The evidence: the history, the event and its reasons, under headings.
    let coloured = home.run("--color always trace b1c2d3e4f5");
    coloured.shows(&[
        "E-FIRST",
        "同一配送先で過去に未払いがあります",
        "2026-11-20 10:16:30",
        "\u{1b}[36mNext\u{1b}[0m",
    ]);
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
fn each_main_cause_has_its_next_step() {
    let home = Home::new();
    home.config(&settings(
        "integrated_at = \"2026-01-15\"",
        "screen_existing_customers = false",
    ));
    causes(&home);
    let expected = [
        ("ffffffffff", "order-unknown"),
        ("firstofit0", "order-unknown"), // a payment history alone does not make an order
        ("shown00000", "event-expected"), // the rules are not asked
        ("shownempty", "events-not-loaded"),
        ("showntimel", "events-not-loaded"),
        ("shownfirst", "event-expected"), // by the day of its first payment
        ("before0000", "before-integration"),
        ("beforeshow", "events-not-loaded"),
        ("onthatday0", "csv-order"),
        ("subscrip00", "subscription-order"),
        ("admin00000", "admin-order"),
        ("later00000", "thanks-offer-payment"),
        ("unknown000", "method-unknown"),
        ("disabled00", "method-disabled"),
        ("existing00", "existing-customer"),
        ("existing01", "existing-customer"),
        ("guest00000", "event-expected"),
        ("expected00", "event-expected"),
        ("notloaded0", "events-not-loaded"),
        ("notime0000", "events-not-loaded"),
        ("nochannel0", ""),
        ("nomethod00", ""),
        ("nomember00", ""),
        ("nonumber00", ""),
    ];
    let numbers: Vec<_> = expected.iter().map(|(number, _)| *number).collect();
    let call = format!("--format json trace {}", numbers.join(" "));
    for lang in ["en", "ja"] {
        let traced = home.run(&format!("--lang {lang} {call}"));
        let traced = traced.ended_with(3).rows("json");
        for ((number, cause), traced) in expected.iter().zip(&traced) {
            let has_history = matches!(*number, "firstofit0" | "later00000" | "shownfirst");
            let mut causes = vec![*cause, "payment-history-unknown"];
            causes.truncate(if has_history { 1 } else { 2 });
            causes.retain(|cause| !cause.is_empty());
            has(traced, json!({"number": number, "causes": causes}));
            let steps = traced["next_steps"].as_array().unwrap();
            assert!(!steps.is_empty(), "{number}");
            // The screens are named in Japanese, also to who reads English.
            assert_eq!(
                json!(steps).to_string().contains('。'),
                lang == "ja",
                "{traced:#}"
            );
        }
    }
    // A switch that is not set is unknown, and every other rule is asked.
    home.config(&settings("", "").replace("enabled = true\n", ""));
    for (number, cause) in [
        ("subscrip00", "subscription-order"),
        ("disabled00", "method-disabled"),
        ("before0000", "csv-order"),
        ("existing00", "event-expected"), // R5 is on
    ] {
        assert_eq!(home.traced(number)["causes"][0], cause, "{number}");
    }
}

/// Whoever imports first and configures later need not import again.
#[test]
fn an_order_that_came_before_its_payment_method_was_configured_finds_it_by_name() {
    let home = Home::new();
    home.imported(
        "orders",
        "受注番号,作成日,受注経路,支払い方法,会員,購入回数\n\
         n1,2026/02/01,LP,代金 引換Ｘ,はい,1\nn2,2026/02/01,LP,別の方法,はい,1\n",
    );
    assert_eq!(home.column("orders list", "payment_method_id"), ["", ""]);
    let method = "[[payment_methods]]\nid = 7\nname = \"代金 引換x\"\noplux = false\n";
    home.config(&settings("", method));
    assert_eq!(home.traced("n1")["causes"][0], "method-disabled");
    assert_eq!(home.traced("n2")["causes"][0], "method-unknown");
    let causes = home.column("reconcile", "cause");
    assert_eq!(causes, ["method-disabled", "method-unknown"]);
    for call in ["orders list", "reconcile"] {
        let mut rows = home.listed(call);
        rows.sort_by_key(|row| row["number"].to_string());
        let ids: Vec<_> = rows.iter().map(|row| &row["payment_method_id"]).collect();
        assert_eq!(ids, [&json!(7), &Value::Null], "{call}");
    }
    assert_eq!(
        home.run("--format json orders show n1").json()["order"]["payment_method_id"],
        7
    );
}

#[test]
fn without_settings_only_the_causes_that_need_them_are_passed_over_with_one_warning() {
    let home = Home::new();
    causes(&home);
    for configuration in ["", METHODS, "integrated_at = \"2026-01-15\"\n"] {
        if !configuration.is_empty() {
            home.config(configuration);
        }
        let one = home.trace("expected00");
        assert!(!one.ended_with(3).stderr.trim().is_empty(), "{one:#?}");
        let three = home.trace("expected00 notime0000 disabled00");
        assert_eq!(one.stderr, three.stderr, "one warning");
        for traced in three.json().as_array().unwrap() {
            assert_eq!(traced["causes"], json!(["payment-history-unknown"]));
        }
        for (number, cause) in [
            ("csv0000000", "csv-order"),
            ("subscrip00", "subscription-order"),
            ("later00000", "thanks-offer-payment"),
            ("shown00000", "event-expected"),
            ("ffffffffff", "order-unknown"),
        ] {
            assert_eq!(home.traced(number)["causes"][0], cause);
        }
    }
    assert_eq!(home.traced("before0000")["causes"][0], "before-integration");
}

#[test]
fn a_try_that_failed_is_the_cause_until_it_is_settled() {
    // A refusal, and an outcome that is unknown.
    for (status, exit) in [(400, 5), (500, 6)] {
        let server = Server::new(move |request, place| match place {
            0 => Answer::json(status, "{}"),
            _ => good(request, place, "HOLD"),
        });
        let home = Home::sending_to(&server);
        home.screen(&order("a905125d2a"), &[]).0.ended_with(exit);
        home.imported(
            "events",
            "merchant_management_id,event_id,requested_at\nother00000,E1,2026/11/20\n",
        );
        let traced = home.traced("a905125d2a");
        assert_eq!(traced["causes"][0], "screening-failed", "{status}");
        let row = &home.listed("reconcile")[0];
        has(
            row,
            json!({"status": "missing", "cause": "screening-failed"}),
        );
        // What ecforce shows comes before it.
        home.imported("orders", "number,result\na905125d2a,HOLD\n");
        assert_eq!(home.traced("a905125d2a")["causes"][0], "event-expected");
        home.screen(&order("a905125d2a"), &["--rescreen"])
            .0
            .ended_with(0);
        let traced = home.traced("a905125d2a");
        assert_eq!(traced["verdict"], "direct");
        assert_eq!(traced["match"]["auto_result"], "HOLD");
    }
}

#[test]
fn several_numbers_are_a_line_each_then_the_steps_once_each() {
    let home = Home::with_purchase();
    let numbers = "b1c2d3e4f5 a905125d2a ffffffffff a905125d2a";
    for lang in ["en", "ja"] {
        let call = format!("--lang {lang} trace {numbers}");
        let ran = home.run(&call);
        ran.ended_with(3);
        // A header and a rule, the numbers in their order.
        let lines: Vec<&str> = ran.stdout.lines().skip(2).collect();
        for (line, number) in lines.iter().zip(numbers.split(' ')) {
            assert!(line.starts_with(number), "{ran:#?}");
        }
        for part in ["a905125d2a", "REVIEW", "OK"] {
            assert!(lines[0].contains(part), "{part}: {ran:#?}");
        }
        assert_eq!(lines[4], "", "{ran:#?}");
        assert_eq!(is_japanese(lines[2]), lang == "ja", "{ran:#?}");
        let steps: Vec<&&str> = lines.iter().filter(|line| line.starts_with("- ")).collect();
        // Two of those that are found, drift and not, and two of the one that is not.
        let unique: std::collections::HashSet<_> = steps.iter().collect();
        assert!(steps.len() >= 4 && unique.len() == steps.len(), "{ran:#?}");
        assert!(!ran.stdout.contains("E-FIRST"), "{ran:#?}");
        home.run(&format!("{call} --details"))
            .ended_with(3)
            .shows(&["E-FIRST", "2026-11-20 10:16:30"]);
    }
}

#[test]
fn equal_steps_of_several_numbers_stand_once_with_the_numbers() {
    let home = Home::new();
    home.config(&settings("integrated_at = \"2026-01-15\"", ""));
    causes(&home);
    for (numbers, steps) in [
        (
            "n000000001 n000000002 n000000003 n000000001",
            [
                "has the number n000000001, n000000002, n000000003.",
                "no payment history of n000000001, n000000002, n000000003.",
            ],
        ),
        (
            "csv0000000 before0000 disabled00 missing001 missing002",
            [
                "missing001, missing002",
                "csv0000000: Orders registered by CSV",
            ],
        ),
    ] {
        let ran = home.run(&format!("trace {numbers}"));
        ran.ended_with(3).shows(&steps);
        let shown = ran.stdout.split("\nNext\n").nth(1).unwrap();
        let told = shown.lines().filter(|line| line.starts_with("- ")).count();
        let unknown = shown.matches("No order in the store").count();
        assert_eq!(unknown, 1, "{ran:#?}");
        let expected = if numbers.starts_with("csv") { 5 } else { 2 };
        assert_eq!(told, expected, "{ran:#?}");
        // Its command can be copied.
        let first = if numbers.starts_with("csv") {
            "csv0000000"
        } else {
            "n000000001"
        };
        ran.shows(&[&format!("\n    oplux trace {first} --history -")]);
    }
}

#[test]
fn commands_of_the_steps_name_the_payment_method() {
    let home = Home::new();
    home.config(&settings("", ""));
    home.imported(
        "orders",
        "number,created_at,channel,payment_method_id,payment_method,registered,purchase_number\n\
         disabled00,2026/11/20,lp,3,,1,1\nunknown000,2026/11/20,lp,9,後払い 30日,1,1\n",
    );
    home.run("trace disabled00")
        .shows(&["oplux methods enable 3\n"]);
    home.run("trace unknown000")
        .shows(&["oplux methods add 9 '後払い 30日'\n"]);
}
