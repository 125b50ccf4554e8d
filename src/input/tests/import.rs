//! Files of `import`: what is read of them, and what is said of them.

use std::io::{Cursor, Write};

use serde_json::json;

use super::super::{
    cells::Cell,
    columns::headers_of,
    import::{elements, paired},
};
use super::*;
use crate::{
    domain::order::{Mapping, Records},
    locales::help::Topic,
};

/// What is read of a file, and what is told of its rows.
fn read_as(bytes: &[u8], reading: &Reading) -> Result<(Records, Vec<String>), InputError> {
    let mut file = ImportFile::open(&Source::Stdin, &mut { bytes }, reading)?;
    let (records, _) = file.next_rows(usize::MAX)?;
    let mistakes = file.end().mistakes;
    let told = mistakes.iter().map(|mistake| mistake.text(Text::same("f")));
    let told = told.map(|text| text.get(Lang::En).to_owned());
    Ok((records, told.collect()))
}

fn read(bytes: impl AsRef<[u8]>) -> (Records, Vec<String>) {
    read_as(bytes.as_ref(), &Reading::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn orders(records: &Records) -> &[OrderRecord] {
    match records {
        Records::Orders(orders) => orders,
        _ => panic!("{records:?}"),
    }
}

fn cp932(text: &str) -> Vec<u8> {
    encoding_rs::SHIFT_JIS.encode(text).0.into_owned()
}

/// A book of one sheet: the cells of its rows, in XML.
fn book(rows: &[&str], is_since_1904: bool) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let rows: String = rows.iter().map(|row| format!("<row>{row}</row>")).collect();
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}\"/>")
    };
    let relations = relation("r1", "worksheet", "worksheets/sheet1.xml")
        + &relation("r2", "styles", "styles.xml");
    let parts = [
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><workbookPr date1904=\"{}\"/>\
                 <sheets><sheet name=\"s\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>",
                u8::from(is_since_1904)
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}\">{}</Relationships>",
                relation("r1", "officeDocument", "xl/workbook.xml")
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!("<Relationships xmlns=\"{PACKAGE}\">{relations}</Relationships>"),
        ),
        (
            // The second style is a day and a time.
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{MAIN}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/>\
                 <xf numFmtId=\"22\"/></cellXfs></styleSheet>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>"),
        ),
    ];
    let parts: Vec<_> = parts.iter().map(|(name, text)| (*name, &**text)).collect();
    zip(&parts)
}

fn zip(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(*name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A text as a cell of a book.
fn text(text: &str) -> String {
    format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

#[test]
fn every_encoding_and_every_form_give_the_same_orders() {
    // ①, ㈱ and 髙 are NEC's and IBM's, and the second byte of 表 is a backslash.
    let english = "number,created_at,channel,payment_method_id,total,customer_id,registered,\
purchase_number,state,result,reason\n\
n1,2026/11/20 10:15:00,lp,1,3980,30962,1,2,①㈱髙表示済,REVIEW,同一配送先\n\
n2,2026/11/21 10:15:00,shop,2,0,,0,1,,,\n";
    let (header, rows) = english.split_once('\n').unwrap();
    let titles = "受注番号,受注日時,受注経路,支払い方法ID,合計金額,顧客ID,会員,購入回数,対応状況,O-PLUX 与信結果,O-PLUX 判定理由";
    let japanese = format!("{titles}\n{rows}");
    let objects = [
        json!({"number": "n1", "created_at": "2026-11-20T10:15:00+09:00", "channel": "lp",
         "payment_method_id": 1, "total": 3980, "customer_id": "30962", "registered": true,
         "purchase_number": 2, "state": "①㈱髙表示済", "result": "REVIEW", "reason": "同一配送先"}),
        json!({"number": "n2", "created_at": "2026/11/21 10:15:00", "channel": "shop",
         "payment_method_id": "2", "total": "0", "customer_id": null, "registered": false,
         "purchase_number": 1, "state": ""}),
    ];
    let lines = format!("{}\n{}\n", objects[0], objects[1]);
    let array = serde_json::to_string_pretty(&objects).unwrap();
    assert_eq!(header.split(',').count(), titles.split(',').count());
    let bom = |text: &str| format!("\u{feff}{text}").into_bytes();
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (expected, _) = read(english);
    assert_eq!(orders(&expected)[0].state.as_deref(), Some("①㈱髙表示済"));
    assert_eq!(orders(&expected).len(), 2);
    for (name, bytes) in [
        ("Japanese with BOM", bom(&japanese)),
        ("CP932", cp932(&japanese)),
        ("UTF-16 with BOM", utf16(&format!("\u{feff}{japanese}"))),
        ("UTF-16", utf16(&japanese)),
        ("tabs", japanese.replace(',', "\t").into_bytes()),
        (
            "semicolons",
            format!("sep=;\n{}", japanese.replace(',', ";")).into_bytes(),
        ),
        (
            "formulas",
            japanese.replace("3980", "=\"3980\"").into_bytes(),
        ),
        ("JSON with BOM", bom(&array)),
        ("JSON Lines", lines.clone().into_bytes()),
        ("JSON Lines, CRLF", lines.replace('\n', "\r\n").into_bytes()),
    ] {
        let (records, told) = read(bytes);
        assert_eq!(orders(&records), orders(&expected), "{name}");
        assert_eq!(told, Vec::<String>::new(), "{name}");
    }
}

/// A bad row in line 3 between two good ones; `column` is told, and `value` is not.
#[track_caller]
fn is_bad(header: &str, good: [&str; 2], bad: &str, column: &str, value: &str) {
    let (records, told) = read(format!("{header}\n{}\n{bad}\n{}\n", good[0], good[1]));
    assert_eq!((records.len(), told.len()), (2, 1), "{bad}: {told:?}");
    assert!(told[0].starts_with("f: line 3: "), "{told:?}");
    assert!(told[0].contains(column), "{bad}: {told:?}");
    assert!(value.is_empty() || !told[0].contains(value), "{told:?}");
}

#[test]
fn every_kind_of_bad_row() {
    let header = "number,created_at,total,result,channel";
    let good = ["n1,2026/11/20,1,OK,lp", "n2,,,,"];
    for (bad, column, value) in [
        ("n7,2026/11/20,1,OK", "5 cells", ""),
        ("n7,2026/11/20,1,OK,lp,zuviel", "5 cells", "zuviel"),
        ("n/7x,,,,", "`number`: expected", "n/7x"),
        ("4.56E+11,,,,", "spreadsheet", "4.56E+11"),
        (",2026/11/20,1,OK,lp", "`number`: missing", ""),
        ("NULL,2026/11/20,1,OK,lp", "`number`: missing", ""),
    ] {
        is_bad(header, good, bad, column, value);
    }
    let header = "order_number,payment_number,at,amount,thanks_offer";
    let good = ["n1,n1,2026/11/20,1,0", "n1,n2,,,"];
    is_bad(header, good, "n:x,n8,,,", "order_number", "n:x");
    is_bad(header, good, "n1,,2026/11/20,1,0", "payment_number", "");
    let header = "加盟店管理ID,event_id,requested_at,auto_result,manual_result";
    let good = ["n1,E1,2026/11/20 10:00,OK,NG", "n2,E2,,,"];
    is_bad(header, good, "n:z,E8,,,", "加盟店管理ID", "n:z");
    is_bad(header, good, "n8,,,OK,", "event_id", "");
}

#[test]
fn a_required_column_that_is_missing_or_stands_twice_is_a_mistake() {
    let refused = |kind, text: &str| {
        let reading = Reading {
            kind: Some(kind),
            ..Reading::default()
        };
        let read = read_as(text.as_bytes(), &reading);
        said(&read.map(|_| ()).unwrap_err())
    };
    for (kind, text, missing) in [
        (FileKind::Orders, "total\n1\n", "受注番号"),
        (FileKind::Payments, "order_number\nn1\n", "決済受注番号"),
        (FileKind::Payments, "payment_number\nn1\n", "受注番号"),
        (FileKind::Events, "event_id\nE1\n", "加盟店管理ID"),
        (
            FileKind::Events,
            "merchant_management_id\nn1\n",
            "イベントID",
        ),
    ] {
        assert!(refused(kind, text).contains(missing), "{text}");
    }
    let twice = refused(FileKind::Orders, "受注番号,合計,受注番号 \nn1,1,n1\n");
    assert!(
        twice.contains("columns 1 and 3") && !twice.contains("[import."),
        "{twice}"
    );
}

#[test]
fn bare_times_and_days_of_long_ago_in_a_book_are_told_and_both_calendars_are_read() {
    let header = text("受注番号") + &text("受注日");
    for (is_since_1904, day) in [(false, "46346.4270833333"), (true, "44884.4270833333")] {
        let row = |number: &str, cell: String| text(number) + &cell;
        let plain = |days: &str| format!("<c><v>{days}</v></c>");
        let shown = |days: &str| format!("<c s=\"1\"><v>{days}</v></c>");
        let rows = [
            header.clone(),
            row("a1", plain(day)),
            row("a2", shown(day)),
            row("a3", shown("0.4270833333")),
            row("a4", shown("0")),
            row("a5", shown("-1")),
            row("a6", shown("2")),
            row("a7", plain("0.5")),
            // A native date of before 2000; a text is read as in CSV, or as a number of days.
            row("a8", shown("10000.5")),
            row("a9", text("1999/05/04 15:48:28")),
            row("b1", text(day)),
        ];
        let rows: Vec<_> = rows.iter().map(String::as_str).collect();
        let (records, told) = read(book(&rows, is_since_1904));
        let times = orders(&records).iter().map(|order| order.created_at);
        let times: Vec<_> = times.map(|at| at.map(|at| at.wire())).collect();
        let at = Some("2026/11/20 10:15:00".to_owned());
        assert_eq!(times[..2], [at.clone(), at.clone()]);
        assert_eq!(times[2..8], [const { None::<String> }; 6]);
        assert_eq!(times[8..], [Some("1999/05/04 15:48:28".to_owned()), at]);
        let told = told.join("\n");
        assert!(told.contains("row 4: column `受注日`: `10:1"), "{told}");
        assert_eq!(told.matches("(number a").count(), told.lines().count());
    }
}

#[test]
fn in_a_book_a_row_that_is_too_long_is_bad_and_a_formula_without_a_value_is_told() {
    let rows = [
        text("受注番号") + &text("合計"),
        text("a1") + "<c><v>1</v></c>" + &text("Notiz"),
        text("a2") + "<c><f>1+1</f></c>",
        text("a3") + "<c><f>1+1</f><v>2</v></c>",
        text("a4") + "<c/>" + &text(" "),
        "<c><f>A2</f></c>".to_owned(),
    ];
    let rows: Vec<_> = rows.iter().map(String::as_str).collect();
    let (records, told) = read(book(&rows, false));
    let totals = orders(&records).iter();
    let totals: Vec<_> = totals.map(|order| order.total.map(|yen| yen.0)).collect();
    assert_eq!(totals, [None, Some(2), None]);
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[2].contains("row 6: column `受注番号`"), "{told:?}");
    assert_eq!(
        told[0],
        "f: row 2: expected 2 cells, as in the header; found 3 (number a1)"
    );
    assert!(
        told[1].contains("row 3: column `合計`: not read"),
        "{told:?}"
    );
    assert!(told[1].contains("formula"), "{told:?}");
}

#[test]
fn a_row_of_another_length_is_told_with_its_number_and_no_name() {
    let told = |text: &str| read(text).1.join("\n");
    let first = "受注番号,合計\na905125d2a,1,2\n0312345678,1,2\na/b,1,2\n";
    assert!(told(first).ends_with("(number a905125d2a, 0312345678, …)"));
    // Shifted by a comma in the address, a name or a telephone number may stand there.
    let third = "住所,電話番号,受注番号\nx,a905125d2a\nx,y,0312345678,n1\nx,y,Hanako,n1\nx,y,b905125d2a,3\n";
    let told = told(third);
    assert!(told.contains("b905125d2a"), "{told}");
    assert!(
        !told.contains("0312345678") && !told.contains("Hanako"),
        "{told}"
    );
}

#[test]
fn rows_in_which_nothing_stands_are_passed_over() {
    let (records, told) = read("受注番号;合計\nNULL;-\n\"\" ; \n\\N\nn1;3980\n#N/A;NaN;\n");
    assert_eq!((orders(&records).len(), told), (1, vec![]));
}

#[test]
fn bad_elements_of_an_array_are_told_by_their_places() {
    let (_, told) = read(r#"[{"number": "a1"}, 7, {"number": "a2"}, "x", {"number": true}]"#);
    assert_eq!(
        told,
        [
            "f: [1] on line 1, [3] on line 1: expected a JSON object that is whole",
            "f: [4] on line 1: column `number`: expected 1 to 64 ASCII letters, digits, `-` or `_`",
        ]
    );
}

#[test]
fn of_a_bad_row_it_is_told_why_and_nothing_else() {
    let (records, told) = read("受注番号,合計,受注経路\na/b,viel,電話\nn1,viel,lp\n");
    assert_eq!(orders(&records).len(), 1);
    let places: Vec<_> = told.iter().map(|line| &line[..9]).collect();
    assert_eq!(places, ["f: line 2", "f: line 3"], "{told:?}");
}

#[test]
fn the_channel_that_a_subscription_gives_is_told_as_it_is_kept() {
    let (records, told) =
        read("受注番号,受注経路,定期受注番号,定期内受注（N番目）\nn1,謎,s1,3\nn2,謎,s1,1\n");
    let channels: Vec<_> = orders(&records).iter().map(|order| order.channel).collect();
    assert_eq!(channels, [Some(Channel::Subscription), None]);
    assert!(told[0].contains("the channel is subscription"), "{told:?}");
    assert!(told[1].contains("the channel stays unknown"), "{told:?}");
}

#[test]
fn numbers_of_digits_that_are_shorter_than_the_others_are_told() {
    let told = |text: String| read(text).1.join("\n");
    let row = |number: String| format!("{number}\n");
    let many: String = (0..30).map(|n| row(format!("{n:03}"))).collect();
    let ten: String = (0..20).map(|n| row(format!("a{n:09}"))).collect();
    // Ten characters are usual, however few have them.
    let of_ten = told(format!("number\n{ten}{many}"));
    assert!(of_ten.contains("(30 rows)"), "{of_ten}");
    // Else what most have.
    let of_three = told(format!("number\n{many}12\nORD-2026-11-20\n"));
    assert!(
        of_three.contains("(3 characters)") && of_three.contains("12"),
        "{of_three}"
    );
    assert_eq!(told(format!("number\n{many}")), "");
    let payments = "受注番号,決済受注番号\na905125d2a,12345\na905125d2a,b905125d2b\n12345,12345\n";
    let payments = told(payments.to_owned());
    assert!(
        payments.contains("lines 2, 4: the number is shorter"),
        "{payments}"
    );
}

#[test]
fn a_mapped_header_counts_before_the_usual_one_where_it_is_filled() {
    let mapping = Mapping {
        orders: [("total".to_owned(), "お会計".to_owned())].into(),
        ..Mapping::default()
    };
    let reading = Reading {
        mapping,
        ..Reading::default()
    };
    let text = "受注番号,合計,お会計\nn1,1,2\nn2,3,\n";
    let (records, _) = read_as(text.as_bytes(), &reading).unwrap();
    let totals: Vec<_> = orders(&records)
        .iter()
        .map(|o| o.total.unwrap().0)
        .collect();
    assert_eq!(totals, [2, 3]);
}

#[test]
fn a_file_of_another_form_is_named_and_none_of_it_is_told() {
    for (bytes, expected) in [
        (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "the form PNG"),
        (b"%PDF-1.7\n", "the form PDF"),
        (
            "\u{feff} <html><table><td>鈴木".as_bytes(),
            "the form HTML/XML",
        ),
        (
            "受注番号,合計\na905125d2a\0,3980\n".as_bytes(),
            "line 2: a zero byte",
        ),
        (&zip(&[("xl/workbook.bin", "")]), "such as .xlsb"),
        (
            &[
                &cp932("受注番号,氏名\nn1,田中\n")[..],
                "n2,鈴木\n".as_bytes(),
            ]
            .concat(),
            "line 3: from here on",
        ),
    ] {
        let error = read_as(bytes, &Reading::default()).map(|_| ()).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(
            !said(&error).contains('`') && !said(&error).contains("鈴木"),
            "{error}"
        );
    }
}

#[test]
fn every_column_has_its_line_in_the_help() {
    let page = Topic::named("import").unwrap();
    for kind in FileKind::ALL {
        for field in kind.fields() {
            assert!(page.tells_of(field.name), "{}", field.name);
            let headers = headers_of(kind, field, &Mapping::default());
            // The first is the name of the field. Where it has no other, that is its header.
            let titles = headers
                .split_once(", ")
                .map_or(&*headers, |(_, titles)| titles);
            let titles = titles.replace('`', "");
            for (lang, mark) in [(Lang::En, ", "), (Lang::Ja, "、")] {
                let cell = format!("| {} |", titles.replace(", ", mark));
                assert!(page.text(lang).contains(&cell), "{cell}");
            }
        }
    }
}

#[test]
fn rules_and_reasons_are_paired_by_position() {
    type Pairs = &'static [(&'static str, &'static str)];
    let cases: &[(&str, &str, Pairs)] = &[
        ("", "", &[]),
        ("R1", "", &[("R1", "")]),
        ("", "未払い多数", &[("", "未払い多数")]),
        ("R1／R2", "a／b", &[("R1", "a"), ("R2", "b")]),
        ("R1\nR2", "a\r\nb", &[("R1", "a"), ("R2", "b")]),
        ("R1／R2", "a", &[("R1", "a"), ("R2", "")]),
        ("R1", "a／b", &[("R1", "a"), ("", "b")]),
        ("R1／／R3", "a／／c", &[("R1", "a"), ("R3", "c")]),
        ("／R2", "a／ b　", &[("", "a"), ("R2", "b")]),
        ("／", "／", &[]),
        ("a/b", "c、d,e", &[("a/b", "c、d,e")]),
    ];
    let side = |side: &Option<String>| side.clone().unwrap_or_default();
    for (rules, reasons, expected) in cases {
        let of = |text: &'static str| elements(Cell::Text(text.into())).unwrap();
        let (rules, reasons) = (of(rules), of(reasons));
        let pairs: Vec<_> = paired(&rules, &reasons)
            .iter()
            .map(|one| (side(&one.code), side(&one.description)))
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(a, b)| (a.to_string(), b.to_string()))
            .collect();
        assert_eq!(pairs, expected);
    }
}
