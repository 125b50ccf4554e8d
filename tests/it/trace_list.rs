//! `trace` of several numbers and of 受注ID, and what is no order number: a name, an e-mail address or
//! a telephone number is never repeated.

use crate::support::{Home, is_japanese};
use serde_json::json;

#[test]
fn numbers_come_from_standard_input() {
    let home = Home::with_purchase();
    let list = "受注番号\r\nb1c2d3e4f5, A905125D2A\u{3000}\n\nffffffffff";
    let expected = json!(["b1c2d3e4f5", "a905125d2a", "ffffffffff"]);
    for call in [&["trace", "-"][..], &["trace"]] {
        let ran = home.run_with(&[&["--format", "json"], call].concat(), list);
        let numbers = ran.ended_with(3).json();
        let numbers = numbers.as_array().unwrap().iter();
        let numbers: Vec<_> = numbers.map(|traced| &traced["number"]).collect();
        assert_eq!(json!(numbers), expected);
        let one = home.run_with(&[&["--format", "json"], call].concat(), "a905125d2a\n");
        assert_eq!(one.ended_with(0).json()["number"], "a905125d2a");
        home.run_with(call, " \n,").ended_with(2).says(&["hint:"]);
        let wrong = home.run_with(call, "a905125d2a\nhanako@example.com\n");
        wrong.ended_with(2).says(&["line 2"]);
        assert!(!wrong.stderr.contains("hanako"), "{wrong:#?}");
    }
    let both = ["--format", "json", "trace", "ffffffffff", "-"];
    let traced = home.run_with(&both, "a905125d2a").json();
    assert_eq!(traced[1]["number"], "a905125d2a");
    for call in [
        &["trace", "-", "--history", "-"][..],
        &["trace", "--history", "-"],
    ] {
        home.run_with(call, "a905125d2a").ended_with(2);
    }
}

#[test]
fn commas_are_told_to_be_blanks() {
    let home = Home::with_purchase();
    for list in ["a905125d2a,b1c2d3e4f5", "a905125d2a、b1c2d3e4f5"] {
        home.trace(&[list]).ended_with(2);
        home.run(&["trace", list]).says(&["by blanks"]);
        home.run(&["--lang", "ja", "trace", list])
            .says(&["空白で区切ってください"]);
    }
}

#[test]
fn several_numbers_are_a_line_each_then_the_steps_once_each() {
    let home = Home::with_purchase();
    let numbers = ["b1c2d3e4f5", "a905125d2a", "ffffffffff", "a905125d2a"];
    for lang in ["en", "ja"] {
        let call = [&["--lang", lang, "trace"], &numbers[..]].concat();
        let ran = home.run(&call);
        ran.ended_with(3);
        // A header and a rule, the numbers in their order.
        let lines: Vec<&str> = ran.stdout.lines().skip(2).collect();
        for (line, number) in lines.iter().zip(numbers) {
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
        home.run(&[&call[..], &["--details"]].concat())
            .ended_with(3)
            .shows(&["E-FIRST", "2026-11-20 10:16:30"]);
    }
}

#[test]
fn the_id_of_one_order_is_that_order() {
    let home = Home::with_purchase();
    home.imported(
        "orders",
        "number,ecforce_id\nb1c2d3e4f5,4711\ntwice00001,12\ntwice00002,12\n815,4712\nother00001,815\n",
    );
    let ran = home.trace(&["4711"]);
    ran.ended_with(0).says(&["受注ID", "b1c2d3e4f5"]);
    assert_eq!(ran.json()["number"], "b1c2d3e4f5");
    home.run(&["orders", "show", "4711"])
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
    for (home, is_empty) in [(Home::new(), true), (stored, false)] {
        for typed in [
            "Suzuki",
            "Suzuki Hanako",
            "suzukihana",
            "Ｓｕｚｕｋｉ",
            "Anne-Marie",
            "suzuki.hanako@example.com",
            "鈴木 花子",
            "Suzuki a905125d2a",
            "09012345678",
            "090-1234-5678",
            "０９０−１２３４−５６７８",
            "+81 90 1234 5678",
            "+819012345678",
        ] {
            for call in [
                &["trace", typed][..],
                &["trace", "a905125d2a", typed],
                &["orders", "show", typed],
                &["events", "show", typed],
                &["events", "list", "--merchant-id", typed],
            ] {
                for format in ["table", "json"] {
                    let ran = home.run(&[&["--format", format], call].concat());
                    ran.ended_with(2);
                    let said = format!("{}{}", ran.stdout, ran.stderr).to_lowercase();
                    for part in ["uzuki", "arie", "example", "鈴", "ｕ", "1234", "１２"] {
                        assert!(!said.contains(part), "{typed} {is_empty}: {ran:#?}");
                    }
                }
            }
        }
    }
    // What the store knows is no secret of the one who asks.
    let home = Home::with_purchase();
    home.imported("orders", "number\nSuzuki\n0312345678\n");
    for number in ["Suzuki", "0312345678"] {
        assert_eq!(home.trace(&[number]).ended_with(3).json()["number"], number);
        home.run(&["orders", "show", number]).ended_with(0);
    }
}
