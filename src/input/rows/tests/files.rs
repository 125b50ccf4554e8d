//! Whole files: lines, cells too many and too few, quotation marks, encodings, headers.

use super::*;
use crate::input::InputErrorKind;

#[test]
fn rows_have_the_lines_on_which_they_begin() {
    let unix = "受注番号,対応状況\na1,x\n\n  \na2,\"two\nlines\"\na3,\nb,c,d\na4,\"\n\n\"\nb\na5,y";
    let expected = ["2", "5", "7", "8 row", "9", "12 row", "13"];
    for ending in ["\n", "\r\n", "\r"] {
        let text = unix.replace('\n', ending);
        assert_eq!(
            outline::<OrderRecord>(text.as_bytes()),
            expected,
            "{ending:?}"
        );
        let text = format!("{text}{ending}{ending}");
        assert_eq!(
            outline::<OrderRecord>(text.as_bytes()),
            expected,
            "{ending:?}"
        );
    }
    let state = "two\rlines";
    let text = format!("number,state\na1,\"{state}\"\n");
    let read = values::<OrderRecord>(text.as_bytes());
    assert_eq!(read[0].state.as_deref(), Some(state));
}

#[test]
fn json_rows_have_their_lines_and_places() {
    let lines = "\n{\"number\": \"a1\"}\n{\"number\" \"a2\"}\n\n{\"number\": null}\n{\"total\": -1, \"number\": \"a3\"}\n[1]\n";
    assert_eq!(
        outline::<OrderRecord>(lines.as_bytes()),
        ["2", "3 row", "5 number", "6 total", "7 row"]
    );
    let array = "[{\"number\": \"a1\"},\n {\"受注番号\": 7},\n 5, {\"number\": \"\"}]";
    assert_eq!(
        outline::<OrderRecord>(array.as_bytes()),
        ["1", "2", "3 row", "3 number"]
    );
    let rows = all::<OrderRecord>(array.as_bytes());
    assert_eq!(rows[1].as_ref().unwrap().index, Some(1));
    let pretty = "{\n  \"number\": \"a1\"\n}\n{\n  \"number\": \"a2\"\n}\n";
    assert_eq!(outline::<OrderRecord>(pretty.as_bytes()), ["1", "4"]);
    assert_eq!(outline::<OrderRecord>(b"[]"), [""; 0]);
    // The rest of an array that is broken cannot be read.
    let outlined = outline::<OrderRecord>(b"[{\"number\": \"a1\"}, {\"number\" 1}]");
    assert_eq!(outlined.len(), 2);
    assert!(
        outlined[1].starts_with("NotJson: standard input: line 1, column 30: "),
        "{outlined:?}"
    );
    let cut = outline::<OrderRecord>(b"{\"number\": \"a1\"}\n{\"numb");
    assert_eq!(cut, ["1", "2 row"]);
}

#[test]
fn an_empty_file_is_a_mistake_and_a_header_alone_is_not() {
    for empty in [
        &b""[..],
        b"\xef\xbb\xbf",
        b" \r\n\n",
        "\u{feff}\n".as_bytes(),
        "\u{3000}\n".as_bytes(),
    ] {
        let error = opened::<OrderRecord>(empty, &[]).err().unwrap();
        assert_eq!(
            error.kind,
            InputErrorKind::Empty,
            "{}",
            empty.escape_ascii()
        );
    }
    for header in [
        &b"number"[..],
        b"number,total\r\n",
        b"\xef\xbb\xbfnumber\n\n",
    ] {
        assert!(all::<OrderRecord>(header).is_empty());
    }
}

#[test]
fn a_quotation_mark_without_its_partner_is_told_with_its_line() {
    let tail = "a9,x\n".repeat(300_000);
    let long = format!("number,state\na1,x\na2,\"x\n{tail}");
    let outlined = outline::<OrderRecord>(long.as_bytes());
    assert_eq!(outlined[0], "2");
    assert!(
        outlined[1].contains("the row that begins on line 3 is longer than 1 MiB"),
        "{outlined:?}"
    );
    assert_eq!(outlined.len(), 2);

    for short in [
        "number,state\na1,x\na2,\"x\na3,y\na4,z\n",
        "number,state\na1,x\na2,\"x",
    ] {
        let outlined = outline::<OrderRecord>(short.as_bytes());
        assert_eq!(outlined.len(), 2);
        assert!(
            outlined[1].contains("in the row that begins on line 3, a `\"` is not closed"),
            "{outlined:?}"
        );
    }
    // One that swallows rows up to the next one says how far it reaches.
    let rows = all::<OrderRecord>(b"number,state\na1,\"x\na2,y\na3,z\",w\na4,v\n");
    assert!(said(rows[0].as_ref().unwrap_err()).contains("reaches to line 4"));
    assert_eq!(rows[1].as_ref().unwrap().line, 5);
    // Inside a cell that does not begin with it, it is a character.
    assert_eq!(
        values::<OrderRecord>(b"number,state\na1,5\" disk\n").len(),
        1
    );
}

#[test]
fn what_is_no_text_is_told_with_its_line() {
    let cp932 = b"number,state\na1,\x91\xce\x89\x9e\na2,\xff\na3,x\n";
    let outlined = outline::<OrderRecord>(cp932);
    assert_eq!(outlined[0], "2");
    assert!(
        outlined[1].starts_with("NotUtf8: standard input: line 3: "),
        "{outlined:?}"
    );
    let json = b"{\"number\": \"a1\"}\n{\"number\": \"a2\", \"state\": \"\xff\"}\n";
    let outlined = outline::<OrderRecord>(json);
    assert!(
        outlined[1].starts_with("NotUtf8: standard input: line 2: "),
        "{outlined:?}"
    );
    for utf16 in [&b"\xff\xfen\0u\0"[..], b"n\0u\0m\0\n\0"] {
        let error = opened::<OrderRecord>(utf16, &[]).err().unwrap();
        assert!(error.to_string().contains("UTF-16"), "{error}");
        let hint = error.said.hint.unwrap();
        assert!(hint.get(Lang::Ja).contains("Shift_JIS"));
    }
}

#[test]
fn a_file_that_turns_out_to_be_cp932_late_is_read() {
    let mut bytes = b"number,state\n".to_vec();
    let rows = 20_000;
    for row in 0..rows {
        bytes.extend_from_slice(format!("a{row},ok\n").as_bytes());
    }
    bytes.extend_from_slice(b"a,\xca\xc5\xba\x81\x60\x87\x40\xfb\xfc\n");
    let last = values::<OrderRecord>(&bytes).pop().unwrap();
    assert_eq!(last.state.as_deref(), Some("ﾊﾅｺ～①髙"));
}

#[test]
fn a_missing_column_names_what_was_found_and_the_key_to_set() {
    let error = opened::<PaymentRecord>("受注番号,決済番号\n".as_bytes(), &[])
        .err()
        .unwrap();
    let message = error.to_string();
    assert!(
        message.contains("`payment_number`, `決済受注番号`"),
        "{message}"
    );
    assert!(
        message.contains("found `受注番号`, `決済番号`"),
        "{message}"
    );
    let hint = error.said.hint.unwrap();
    assert!(
        hint.get(Lang::En)
            .contains("`payment_number = \"…\"` under `[import.payments.columns]`")
    );

    // A file without a header: its first row is not told.
    let error = opened::<OrderRecord>("鈴木花子,hanako@example.com,会員\n".as_bytes(), &[]);
    let all = said(&RowError::Fatal(error.err().unwrap()));
    assert!(!all.contains("鈴木") && !all.contains("hanako"), "{all}");

    let error = opened::<OrderRecord>("number,受注番号\n".as_bytes(), &[])
        .err()
        .unwrap();
    assert!(
        error
            .to_string()
            .contains("`number` and `受注番号` mean `number`"),
        "{error}"
    );
}

#[test]
fn columns_that_are_not_known_are_named_once_and_passed_over() {
    let csv = "受注番号,メール,,備考,メール\na1,1,2,3,4\n";
    let rows = opened::<OrderRecord>(csv.as_bytes(), &[]).unwrap();
    assert_eq!(rows.unknown_columns(), ["メール", "備考"]);
    assert_eq!(rows.column_of("number"), "受注番号");
    assert_eq!(rows.column_of("total"), "total");

    let json = "[{\"number\": \"a1\", \"x\": 1}, {\"number\": \"a2\", \"y\": {}}, {\"x\": 1, \"number\": 3}]";
    let mut rows = opened::<OrderRecord>(json.as_bytes(), &[]).unwrap();
    assert_eq!(rows.by_ref().filter(Result::is_ok).count(), 3);
    assert_eq!(rows.unknown_columns(), ["x", "y"]);
}

#[test]
fn another_separator_than_a_comma_is_named() {
    for text in [
        "受注番号\t受注日時\na1\t\n",
        "\"受注番号\";\"受注日時\"\na1;\n",
    ] {
        let error = opened::<OrderRecord>(text.as_bytes(), &[]).err().unwrap();
        let message = error.said.message.get(Lang::En);
        assert!(message.contains("tabs or semicolons"), "{message}");
    }
}

#[test]
fn configured_headers_count_in_both_forms() {
    let mapped = &[("number", "注文番号")][..];
    for text in [
        "注文番号,受注番号\na1,b1\n",
        "{\"注文番号\": \"a1\", \"受注番号\": \"b1\"}",
    ] {
        let mut rows = opened::<OrderRecord>(text.as_bytes(), mapped).unwrap();
        let row = rows.next_row().unwrap();
        assert_eq!(row.unwrap().value.number.as_str(), "a1");
        assert!(rows.next_row().is_none());
        assert_eq!(rows.unknown_columns(), ["受注番号"]);
    }
}

#[test]
fn bad_rows_are_told_in_one_error() {
    assert_eq!(BadRows::default().into_result(), Ok(()));
    let text = format!("受注番号,合計金額\n{}", "a1,zq\n".repeat(103));
    let mut bad_rows = BadRows::default();
    for row in all::<OrderRecord>(text.as_bytes()) {
        let Err(RowError::Bad(bad)) = row else {
            panic!("a row is not bad");
        };
        bad_rows.push(bad);
    }
    assert_eq!(bad_rows.len(), 103);
    let error = bad_rows.into_result().unwrap_err();
    let message = error.said.message.get(Lang::En);
    assert!(
        message.starts_with("standard input: line 2: column `合計金額`: expected whole yen"),
        "{message}"
    );
    assert_eq!(message.lines().count(), 101);
    assert!(message.ends_with("and 3 more"));
    assert_eq!(error.more, 3);
    let hint = error.said.hint.unwrap();
    assert!(hint.get(Lang::En).contains("`--skip-bad`"));

    let mut rows =
        opened::<EventRecord>("加盟店管理ID,イベントID\na1,e1\n".as_bytes(), &[]).unwrap();
    let row = rows.next_row().unwrap().unwrap();
    let column = rows.column_of("event_id").to_owned();
    let bad = BadRow::event_id_taken(rows.place(&row), column);
    let text = bad.text.get(Lang::En);
    assert!(
        text.starts_with("standard input: line 2: column `イベントID`: expected an event ID"),
        "{text}"
    );
}

#[test]
fn a_file_tells_how_much_of_it_is_read() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let text = format!("number\n{}", "a1\n".repeat(100_000));
    io::Write::write_all(&mut file, text.as_bytes()).unwrap();
    let source = Source::File(file.path().to_owned());
    let stdin = || Box::new(io::empty()) as Box<dyn Read + Send>;
    let mut rows = rows::<OrderRecord>(&source, stdin, &BTreeMap::new()).unwrap();
    assert_eq!(rows.bytes_total(), Some(text.len() as u64));
    assert!(rows.bytes_read() < text.len() as u64);
    assert_eq!(rows.by_ref().count(), 100_000);
    assert_eq!(rows.bytes_read(), text.len() as u64);

    let folder = Source::File(file.path().parent().unwrap().to_owned());
    let missing = Source::File(file.path().join("missing.csv"));
    for source in [folder, missing] {
        let error = super::rows::<OrderRecord>(&source, stdin, &BTreeMap::new())
            .err()
            .unwrap();
        assert_eq!(error.kind, InputErrorKind::Unreadable);
    }
}

#[test]
fn rows_can_be_read_in_another_thread() {
    fn is_send<T: Send>() {}
    is_send::<Rows<OrderRecord>>();
    is_send::<Result<Row<EventRecord>, RowError>>();
}
