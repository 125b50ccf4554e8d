//! How order numbers are given to `trace` and its like: as arguments and in standard input, and what
//! is refused.

use crate::support::Home;
use serde_json::json;

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
fn what_is_no_order_number_is_never_repeated() {
    let stored = Home::with_purchase();
    let is_silent = |home: &Home, format: &str, call: &[&str]| {
        let ran = home.run(&[&["--format", format], call].concat());
        let said = ran.ended_with(2).text().to_lowercase();
        for part in ["uzuki", "example", "鈴", "1234", "１２"] {
            assert!(!said.contains(part), "{call:?}: {ran:#?}");
        }
    };
    for typed in [
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
    ] {
        is_silent(&Home::new(), "table", &["trace", typed]);
        is_silent(&stored, "table", &["trace", "a905125d2a", typed]);
        for call in [
            &["trace", typed][..],
            &["orders", "show", typed],
            &["events", "show", typed],
            &["events", "list", "--merchant-id", typed],
        ] {
            is_silent(&stored, "json", call);
        }
    }
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
