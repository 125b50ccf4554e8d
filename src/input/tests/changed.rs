//! Files that change between the passes and during the second: only what was checked is given.

use std::{fs, io::Write, path::Path};

use super::{
    twice::{again, check, file, lines_of, many, numbered},
    *,
};
use crate::input::numbers::Hash;

fn assert_changed(error: &InputError, source: &Source) {
    assert_eq!(error.kind, InputErrorKind::Changed, "{error}");
    let said = said(error);
    let name = path(source).display().to_string();
    assert!(said.contains(&format!(
        "{name}: was changed or removed while it was being read"
    )));
    assert!(said.contains("kept. Run the same call again."), "{said}");
}

/// Writes a file anew and hides it: neither inode, nor length, nor time tell.
fn rewrite_unseen(path: &Path, change: impl FnOnce(String) -> Vec<u8>) {
    let before = fs::metadata(path).unwrap();
    let old = fs::read_to_string(path).unwrap();
    let new = change(old.clone());
    assert!(old.as_bytes() != new && old.len() == new.len());
    let mut file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.write_all(&new).unwrap();
    file.set_modified(before.modified().unwrap()).unwrap();
}

fn path(source: &Source) -> &Path {
    match source {
        Source::File(path) => path,
        Source::Stdin => panic!("it is no file"),
    }
}

#[test]
fn a_file_that_was_changed_between_the_passes_is_not_read_on() {
    /// What is done to the file; how many orders of it may still be given.
    type Change = (&'static str, fn(&Path), usize);
    let changes: [Change; 8] = [
        (
            "grown",
            |path| {
                let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
                writeln!(file, "{}", numbered("d")).unwrap();
            },
            0,
        ),
        (
            "shrunk",
            |path| fs::write(path, lines_of(&["a", "b"])).unwrap(),
            0,
        ),
        ("emptied", |path| fs::write(path, "").unwrap(), 0),
        ("removed", |path| fs::remove_file(path).unwrap(), 0),
        (
            "replaced by the same",
            |path| {
                let other = path.with_extension("new");
                fs::copy(path, &other).unwrap();
                let time = fs::metadata(path).unwrap().modified().unwrap();
                fs::File::options()
                    .write(true)
                    .open(&other)
                    .unwrap()
                    .set_modified(time)
                    .unwrap();
                fs::rename(other, path).unwrap();
            },
            0,
        ),
        (
            "touched",
            |path| {
                let file = fs::File::options().write(true).open(path).unwrap();
                file.set_modified(std::time::SystemTime::UNIX_EPOCH)
                    .unwrap();
            },
            0,
        ),
        (
            "one order edited, unseen",
            |path| {
                rewrite_unseen(path, |text| {
                    let second = text.lines().nth(1).unwrap().to_owned();
                    let edited = second.replace("\"total\":86002", "\"total\":86003");
                    text.replace(&second, &edited).into()
                });
            },
            1,
        ),
        (
            "two orders exchanged, unseen",
            |path| {
                rewrite_unseen(path, |_| lines_of(&["a", "c", "b"]).into());
            },
            1,
        ),
    ];
    for (what, change, given) in changes {
        let folder = tempfile::tempdir().unwrap();
        let first = file(&folder, "first.jsonl", &lines_of(&["z"]));
        let second = file(&folder, "second.jsonl", &lines_of(&["a", "b", "c"]));
        let input = check(&[first, second.clone()]).unwrap();
        change(path(&second));
        let (numbers, end) = again(&input);
        assert_eq!(numbers, ["z", "a", "b", "c"][..1 + given], "{what}");
        assert_changed(&end.expect(what), &second);
    }
}

#[test]
fn whatever_becomes_of_a_file_while_it_is_read_only_checked_orders_are_given() {
    type Change = (&'static str, fn(String) -> Vec<u8>);
    let changes: [Change; 6] = [
        ("an order became unsound", |text| {
            text.replace("\"number\":\"m000900\"", "\"number\":\"m 00900\"")
                .into()
        }),
        ("a number stands twice", |text| {
            text.replace("m000900", "m000001").into()
        }),
        ("it is no JSON any more", |text| {
            text.replace("\"m000900\"", "\"m000900}").into()
        }),
        ("its last order is gone", |text| {
            let last = text.lines().last().unwrap();
            text.replace(last, &" ".repeat(last.len())).into()
        }),
        ("it ends in an order", |text| {
            let (head, tail) = text.split_at(text.len() / 2);
            format!("{head}{}", " ".repeat(tail.len())).into()
        }),
        ("it is no UTF-8 any more", |text| {
            let at = text.find("m000900").unwrap();
            let mut bytes = text.into_bytes();
            bytes[at] = 0xe9;
            bytes
        }),
    ];
    let numbers = many(1000);
    let numbers: Vec<_> = numbers.iter().map(String::as_str).collect();
    for (what, change) in changes {
        let folder = tempfile::tempdir().unwrap();
        let source = file(&folder, "day.jsonl", &lines_of(&numbers));
        let input = check(std::slice::from_ref(&source)).unwrap();
        let mut orders = input.orders();
        let mut given = vec![orders.next().unwrap().unwrap()];
        rewrite_unseen(path(&source), change);
        let mut end = None;
        for order in &mut orders {
            match order {
                Ok(order) => given.push(order),
                Err(error) => end = Some(error),
            }
        }
        assert_changed(&end.expect(what), &source);
        assert!(given.len() < numbers.len(), "{what}");
        for (order, number) in given.iter().zip(&numbers) {
            assert_eq!(order.value.facts.number.as_str(), *number, "{what}");
        }
        assert!(orders.next().is_none());
    }
}

#[test]
fn a_file_that_grows_while_it_is_read_is_told_at_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let source = file(&folder, "day.jsonl", &lines_of(&["a", "b"]));
    let next = file(&folder, "next.jsonl", &lines_of(&["c"]));
    let input = check(&[source.clone(), next]).unwrap();
    let mut orders = input.orders();
    assert!(orders.next().unwrap().is_ok());
    // What follows is the very order that the next file begins with.
    fs::write(path(&source), lines_of(&["a", "b", "c"])).unwrap();
    assert!(orders.next().unwrap().is_ok());
    assert_changed(&orders.next().unwrap().unwrap_err(), &source);
    assert!(orders.next().is_none());
}

#[test]
fn an_unsound_order_is_not_given_even_where_all_fingerprints_are_alike() {
    let folder = tempfile::tempdir().unwrap();
    let source = file(&folder, "day.jsonl", &lines_of(&["a", "b", "c"]));
    let sources = std::slice::from_ref(&source);
    let alike = Hash::new(|_| 7);
    let input = Input::check_by(alike, sources, &mut std::io::empty(), &mut |_| {}).unwrap();
    assert_eq!(again(&input).0, ["a", "b", "c"]);
    rewrite_unseen(path(&source), |text| {
        text.replacen("\"b\"", "\" \"", 1).into()
    });
    let (numbers, end) = again(&input);
    assert_eq!(numbers, ["a"]);
    assert_changed(&end.unwrap(), &source);
}

#[test]
fn a_file_that_changes_before_numbers_are_confirmed_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let source = file(&folder, "day.jsonl", &lines_of(&["a", "b", "a"]));
    let sources = std::slice::from_ref(&source);
    let error = Input::check(sources, &mut std::io::empty(), &mut |_| {
        fs::write(path(&source), lines_of(&["a", "b"])).unwrap();
    });
    assert_changed(&error.unwrap_err(), &source);
}
