//! The two passes find what one reading finds.

use std::{fs, process::Command, thread};

use proptest::prelude::*;
use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::{domain::order::OrderNumber, input::numbers::Hash};

pub(super) fn numbered(number: &str) -> Value {
    let mut order = full();
    order["number"] = json!(number);
    order
}

/// Lines of orders with these numbers.
pub(super) fn lines_of(numbers: &[&str]) -> String {
    let order = format!("{}\n", full());
    let line = |number: &&str| order.replace("n-4711", number);
    numbers.iter().map(line).collect()
}

/// So many that a file of them is longer than what is read at once.
pub(super) fn many(count: usize) -> Vec<String> {
    (0..count).map(|i| format!("m{i:06}")).collect()
}

pub(super) fn file(folder: &TempDir, name: &str, text: &str) -> Source {
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    Source::File(path)
}

pub(super) fn check(sources: &[Source]) -> Result<Input, InputError> {
    Input::check(sources, &mut std::io::empty(), &mut |_| {})
}

pub(super) fn number(text: &str) -> OrderNumber {
    text.parse().unwrap()
}

/// The numbers that a second pass gives, and how it ends.
pub(super) fn again(input: &Input) -> (Vec<String>, Option<InputError>) {
    let (mut numbers, mut end) = (Vec::new(), None);
    for order in input.orders() {
        assert!(end.is_none(), "something follows an error");
        match order {
            Ok(order) => numbers.push(order.value.facts.number.to_string()),
            Err(error) => end = Some(error),
        }
    }
    (numbers, end)
}

#[test]
fn the_second_pass_gives_what_the_first_found_as_often_as_it_is_asked() {
    let sources = [fixture("day.jsonl"), Source::Stdin, fixture("one.json")];
    let text = format!("[{}, {}]", numbered("s1"), numbered("s2"));
    let expected = read_orders(&sources, &mut text.as_bytes()).unwrap();
    let mut seen = Vec::new();
    let input = Input::check(&sources, &mut text.as_bytes(), &mut |order| {
        seen.push(order.clone());
    });
    let input = input.unwrap();
    assert_eq!(seen, expected.orders);
    for _ in 0..2 {
        let orders: Vec<_> = input.orders().map(Result::unwrap).collect();
        assert_eq!(orders, expected.orders);
    }
    assert_eq!(input.len(), expected.len());
    for order in &expected.orders {
        assert!(input.contains(&order.value.facts.number));
    }
    assert!(!input.contains(&number("another")));

    let none = Input::check(&[Source::Stdin], &mut &b"[]"[..], &mut |_| {}).unwrap();
    assert!(none.is_empty() && none.orders().next().is_none());
}

#[test]
fn an_input_may_go_to_another_thread_and_says_nothing_of_what_it_holds() {
    fn travels<T: Send + 'static>(thing: T) -> T {
        thing
    }
    let text = full().to_string();
    let input = Input::check(&[Source::Stdin], &mut text.as_bytes(), &mut |_| {}).unwrap();
    let mut orders = travels(input.orders());
    assert_eq!(format!("{:?}", travels(input)), "Input { orders: 1, .. }");
    let order = orders.next().unwrap().unwrap();
    assert_eq!(order.value.facts.number.as_str(), "n-4711");
}

#[test]
fn a_pipe_as_a_file_is_read_once_and_given_again() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let numbers = many(500);
    let numbers: Vec<_> = numbers.iter().map(String::as_str).collect();
    let text = lines_of(&numbers);
    let writer = thread::spawn({
        let pipe = pipe.clone();
        move || fs::write(pipe, text).unwrap()
    });
    let input = check(&[Source::File(pipe.clone())]).unwrap();
    writer.join().unwrap();
    // Whoever opened it again would wait for another writer.
    fs::remove_file(&pipe).unwrap();
    for _ in 0..2 {
        assert_eq!(again(&input), (many(500), None));
    }
}

#[test]
fn numbers_whose_hashes_collide_are_told_apart() {
    let mut short = full();
    for left_out in ["shipping_address", "items", "payments", "ad_url"] {
        set(&mut short, &format!("/{left_out}"), Value::Null);
    }
    let short = format!("{short}\n");
    let lines: String = many(10_000)
        .iter()
        .map(|number| short.replace("n-4711", number))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let day = file(&folder, "day.jsonl", &lines);
    let twice = format!("[{}, {}]", numbered("x"), numbered("m004711"));
    let sources = [day, file(&folder, "twice.json", &twice)];
    let by_last = Hash::new(|bytes| u64::from(bytes.last().copied().unwrap_or_default()));
    let check = |sources: &[Source]| {
        Input::check_by(by_last.clone(), sources, &mut std::io::empty(), &mut |_| {})
    };
    let input = check(&sources[..1]).unwrap();
    assert_eq!(input.len(), 10_000);
    assert!(input.contains(&number("m004711")));
    assert!(input.contains(&number("another1")), "it does not collide");

    let error = check(&sources).unwrap_err();
    assert_eq!(error.kind, InputErrorKind::Duplicate);
    assert_eq!(error.problems.len(), 1);
    let text = said(&error);
    assert!(
        text.contains("twice.json: [1] on line 1, order m004711"),
        "{text}"
    );
    assert!(text.contains("day.jsonl: line 4712; expected"), "{text}");
}

#[test]
fn all_is_told_in_the_order_of_the_input_also_where_a_number_stands_twice() {
    let folder = tempfile::tempdir().unwrap();
    let missing = Source::File(folder.path().join("missing.json"));
    let mut unsound = numbered("a");
    unsound["total"] = json!(-1);
    let text = format!("{unsound}\n{{\"number\" 1}}\n{}", lines_of(&["b", "a"]));
    let day = file(&folder, "day.jsonl", &text);
    let sources = [missing, day, Source::Stdin, fixture("one.json")];
    let stdin = lines_of(&["b"]);
    let error = Input::check(&sources, &mut stdin.as_bytes(), &mut |_| {}).unwrap_err();
    let expected = read_orders(&sources, &mut stdin.as_bytes()).unwrap_err();
    assert_eq!(error, expected);
    assert_eq!(error.problems.len(), 5, "{error}");
}

/// A source's text: sound orders, unsound ones and what is no order, however it is laid out.
fn any_source() -> impl Strategy<Value = String> {
    let order = prop_oneof![
        8 => "[a-e]{1,3}".prop_map(|number| numbered(&number).to_string()),
        1 => "[a-c ]{1,2}".prop_map(|number| json!({"number": number}).to_string()),
        1 => "[0-9a{}\", \\[\\]]{1,5}",
    ];
    let orders = prop::collection::vec(order, 0..12);
    (orders, 0..4).prop_map(|(orders, form)| match form {
        0 => format!("[{}]", orders.join(",\n")),
        1 => format!("\u{feff}{}", orders.join("\r\n\r\n")),
        2 => orders.concat(),
        _ => orders.join("\n"),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_passes_find_what_one_reading_finds(sources in prop::collection::vec(any_source(), 1..4)) {
        let folder = tempfile::tempdir().unwrap();
        let stdin = &sources[0];
        let files = sources[1..].iter().enumerate();
        let mut all: Vec<_> = files
            .map(|(index, text)| file(&folder, &format!("{index}.json"), text))
            .collect();
        all.insert(all.len() / 2, Source::Stdin);
        let expected = read_orders(&all, &mut stdin.as_bytes());
        let mut seen = Vec::new();
        let input = Input::check(&all, &mut stdin.as_bytes(), &mut |order| seen.push(order.clone()));
        match (input, expected) {
            (Ok(input), Ok(expected)) => {
                let again: Result<Vec<_>, _> = input.orders().collect();
                prop_assert_eq!(again.unwrap(), &expected.orders[..]);
                prop_assert_eq!(seen, expected.orders);
            }
            (Err(error), Err(expected)) => prop_assert_eq!(error, expected),
            (input, expected) => prop_assert!(false, "{:?}, {:?}", input, expected),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_passes_give_the_same_orders_as_one_reading(
        count in 0..300usize,
        split in any::<prop::sample::Index>(),
        is_array in any::<bool>(),
    ) {
        let numbers = many(count + 1);
        let (first, second) = numbers.split_at(split.index(count + 1));
        let text = |numbers: &[String]| {
            let orders: Vec<_> = numbers.iter().map(|number| numbered(number).to_string()).collect();
            if is_array { format!("[{}]", orders.join(",")) } else { orders.join("\n") }
        };
        let folder = tempfile::tempdir().unwrap();
        let sources = match first.is_empty() {
            true => vec![Source::Stdin],
            false => vec![file(&folder, "first.json", &text(first)), Source::Stdin],
        };
        let stdin = text(second);
        let expected = read_orders(&sources, &mut stdin.as_bytes()).unwrap();
        let input = Input::check(&sources, &mut stdin.as_bytes(), &mut |_| {}).unwrap();
        let again: Result<Vec<_>, _> = input.orders().collect();
        prop_assert_eq!(again.unwrap(), expected.orders);
    }
}
