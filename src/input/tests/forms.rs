//! Every form of an input, and what is said of one that cannot be used.

use serde_json::{Value, json};

use super::*;

#[test]
fn every_form_of_an_input_gives_the_same_orders() {
    let none = &mut std::io::empty();
    let orders = read_orders(&[fixture("day.jsonl")], none).unwrap();
    assert_eq!(orders.len(), 5);
    assert_eq!(read_orders(&[fixture("array.json")], none).unwrap(), orders);
    let text = std::fs::read_to_string("tests/fixtures/orders/day.jsonl").unwrap();
    let pretty: String = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|value| format!("{value:#}\n\n"))
        .collect();
    let marked = format!("\u{feff}{}", text.replace('\n', "\r\n\r\n"));
    assert_eq!(of_stdin(pretty.as_bytes()).unwrap(), orders);
    assert_eq!(of_stdin(marked.as_bytes()).unwrap(), orders);

    // Several files and standard input are one input.
    let both = read_orders(&[fixture("one.json"), Source::Stdin], &mut text.as_bytes()).unwrap();
    assert_eq!(both[1..], orders);
}

#[test]
fn an_empty_array_is_no_order_and_an_empty_file_is_a_mistake() {
    assert!(of_stdin(b"[]").unwrap().is_empty());
    for input in ["", " \n", "\u{feff}"] {
        let error = of_stdin(input.as_bytes()).unwrap_err();
        assert!(said(&error).contains("standard input: no order"), "{error}");
    }
}

#[test]
fn files_that_cannot_be_read_are_told_all_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let sources = [
        Source::File(folder.path().join("missing.json")),
        Source::File(folder.path().to_owned()),
        fixture("one.json"),
    ];
    let error = read_orders(&sources, &mut std::io::empty()).unwrap_err();
    assert_eq!(lines(&error).len(), 2);
    let text = error.said.message.get(Lang::Ja);
    assert!(
        text.contains("missing.json: 読み込めません。ファイルがありません。"),
        "{text}"
    );
    assert!(
        text.lines()
            .nth(1)
            .unwrap()
            .contains("フォルダは指定できません"),
        "{text}"
    );
}

#[test]
fn one_number_twice_names_both_places_even_where_an_order_is_unsound() {
    let (mut unsound, sound) = (full(), full());
    unsound["total"] = json!(-1);
    let input = format!("{unsound}\n\n{sound}\n");
    let error = of_stdin(input.as_bytes()).unwrap_err();
    assert_eq!(
        lines(&error),
        [
            "standard input: line 1, order n-4711: total: expected whole yen, 0 or more, such as 3980 or 3,980",
            "standard input: line 3, order n-4711: number: this number already stands at \
             standard input: line 1; expected each number once",
        ]
    );
    let twice = read_orders(
        &[fixture("one.json"), fixture("one.json")],
        &mut std::io::empty(),
    );
    let twice = twice.unwrap_err();
    assert!(
        twice.to_string().matches("one.json: line 1").count() == 2,
        "{twice}"
    );
}

#[test]
fn problems_are_told_with_their_places_up_to_a_hundred() {
    let error = of_stdin(b"[{\"number\": \"a1\"},\n 7]").unwrap_err();
    let text = error.said.message.get(Lang::En);
    assert!(
        text.contains("standard input: [0] on line 1, order a1: channel: missing; expected one of"),
        "{text}"
    );
    assert!(
        text.contains("standard input: [1] on line 2: expected a JSON object"),
        "{text}"
    );
    let ja = error.said.message.get(Lang::Ja);
    assert!(
        ja.contains("標準入力: [0](1行目)、受注番号 a1: customer: 必須項目です。"),
        "{ja}"
    );

    let many = "{}\n".repeat(30);
    let error = of_stdin(many.as_bytes()).unwrap_err();
    assert_eq!(lines(&error).len(), 101);
    // Seven fields are required of each.
    assert_eq!(lines(&error)[100], "and 110 more");
}

#[test]
fn what_is_not_json_is_told_with_line_and_column_and_without_its_text() {
    let cases = [
        (
            "number,email\n1,hanako@example.com\n",
            "line 1, column 1: expected an order",
        ),
        (
            "{\"email\": \"hanako@example.com\"",
            "line 1, column 30: the input ends in the middle",
        ),
        (
            "{\n\"email\" \"hanako@example.com\"}",
            "line 2, column 9: not valid JSON: expected `:` (the order begins on line 1)",
        ),
        (
            "[{},{\"email\": hanako@example.com}]",
            "(order [1], which begins on line 1)",
        ),
    ];
    for (input, expected) in cases {
        let error = of_stdin(input.as_bytes()).unwrap_err();
        let said = said(&error);
        assert!(said.contains(expected), "{said}");
        assert!(!said.contains("hanako"), "{said}");
    }
    let error = of_stdin(b"{\"name\": \"\x97\xe9\x96\xd8\"}").unwrap_err();
    assert!(
        said(&error).contains("line 1, column 11: not valid UTF-8"),
        "{error}"
    );
}
