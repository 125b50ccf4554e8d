//! `orders list` and `events list`: filters, order, limits, and what they print loads back; and
//! `show`, through the built binary.

use crate::loaded::cell;
use crate::support::Home;
use serde_json::Value;

const REASONS: [(&str, &str); 14] = [
    ("r01", "同一配送先で過去に未払いがあります"),
    ("r02", "後払い決済の高額注文"),
    ("r03", "IPアドレスが海外(VPN)です"),
    ("r04", "100% match_rule"),
    ("r05", "100 match rule"),
    ("r06", "say \"no\" to it"),
    ("r07", "it's O'Brien"),
    ("r08", "a*b (c) AND OR NOT"),
    ("r09", "払"),
    ("r10", "ab"),
    ("r11", "back\\slash; -- drop"),
    ("r12", "ｶﾀｶﾅ①㈱髙"),
    ("r13", "😀絵文字👨‍👩‍👧"),
    ("r14", "NEAR(x y) ^z: {q} +w"),
];

/// Parts of reasons with 1, 2, 3 and more characters, and some that stand nowhere.
const PARTS: [&str; 44] = [
    "払",
    "い",
    "後",
    "%",
    "_",
    "\"",
    "'",
    "*",
    "a",
    "😀",
    "払い",
    "未払",
    "0%",
    "h_",
    "\"n",
    "b",
    "ab",
    "い決",
    "払い決",
    "未払い",
    "後払い",
    "100",
    "0% ",
    "h_r",
    "match",
    "_rule",
    "\"no\"",
    "O'B",
    "a*b",
    "AND",
    "AND OR",
    "NOT",
    "同一配送先で過去に未払いがあります",
    "海外(VPN)",
    "slash; --",
    "ｶﾀｶ",
    "①㈱髙",
    "絵文字",
    "(x y)",
    "^z",
    "{q} +w",
    "どこにも",
    "zzz",
    "\\",
];

fn with_reasons() -> Home {
    let home = Home::new();
    let field = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut orders = String::from("number,created_at,reason\nnone,2026/11/01,\n");
    let mut events = String::from("merchant_management_id,event_id,requested_at,rules,reasons\n");
    for (place, (number, reason)) in REASONS.iter().enumerate() {
        let at = format!("2026/11/{:02} 10:00", place + 2);
        orders += &format!("{number},{at},{}\n", field(reason));
        // The one that counts is the second of two.
        events += &format!(
            "{number},E-{number},{at},R1／R{place},{}\n",
            field(&format!("ZZ／{reason}"))
        );
    }
    home.imported("orders", orders);
    home.imported("events", events);
    home
}

#[test]
fn reasons_are_searched_by_any_part() {
    let home = with_reasons();
    for part in PARTS {
        let newest_first = REASONS.iter().rev();
        let expected: Vec<&str> = newest_first
            .filter(|(_, reason)| reason.contains(part))
            .map(|(number, _)| *number)
            .collect();
        let found = home.column(&["orders", "list", "--reason", part], "number");
        // Whether upper and lower case are told apart the contract does not say: what is found
        // besides differs in case alone.
        let same_case: Vec<&str> = found
            .iter()
            .map(String::as_str)
            .filter(|number| has(number, part))
            .collect();
        assert_eq!(same_case, expected, "{part}");
        assert!(
            found.iter().all(|number| has_in_any_case(number, part)),
            "{part}: {found:?}"
        );
        let of_events = home.column(
            &["events", "list", "--reason", part],
            "merchant_management_id",
        );
        assert_eq!(of_events, found, "events with {part}");
    }
}

fn reason_of(number: &str) -> &'static str {
    REASONS.iter().find(|(of, _)| *of == number).unwrap().1
}

fn has(number: &str, part: &str) -> bool {
    reason_of(number).contains(part)
}

fn has_in_any_case(number: &str, part: &str) -> bool {
    reason_of(number)
        .to_lowercase()
        .contains(&part.to_lowercase())
}

#[test]
fn case_counts_for_short_queries_as_for_long_ones() {
    let home = with_reasons();
    let finds = |part: &str| {
        !home
            .listed(&["orders", "list", "--reason", part])
            .is_empty()
    };
    assert!(finds("VPN") && finds("VP"));
    assert_eq!(finds("vpn"), finds("vp"));
    assert_eq!(finds("vpn"), finds("MATCH"));
}

const ORDERS: &str = "\
number,ecforce_id,created_at,channel,offer,payment_method_id,total,customer_id,registered,purchase_number,ad_url_id,state,payment_state,result,reason
o1,9001,2026/11/20 00:00:00,lp,サンクスアップセル,1,3980,30962,1,1,12,対応済み,売上,OK,
o2,9002,2026/11/20 23:59:59,shop,,2,5480,30962,0,2,,,,NG,\"a, \"\"b\"\"\"
o3,9003,2026/11/21 00:00:00,csv,,3,0,777,,,,,,HOLD,理由
o4,,2026/11/22 12:00:00,admin,,1,,,,,,,,REVIEW,
o5,,2026/11/23 12:00:00,subscription,,1,,,,,,,,,
o6,,,,,,,,,,,,,,
";

const EVENTS: &str = "\
merchant_management_id,event_id,requested_at,model_id,auto_result,manual_result,memo,rule_group,rules,reasons,settle_status
o1,E1,2026/11/20 00:00:01,CRD_01,OK,,,標準,,,未決済
o2,E2,2026/11/20 23:59:59,CRD_01,NG,OK,\"電話で, 確認\",標準,R0101／R0202,同一配送先／高額,
o2,E3,2026/11/21 10:00:00,ATB_01,HOLD,NG,,,R0202,高額／海外,
o9,E4,2026/11/22 10:00:00,,REVIEW,HOLD,,,,,
o9,E5,,,,,,,,,
";

fn shop() -> Home {
    let home = Home::new();
    home.imported("orders", ORDERS);
    home.imported("events", EVENTS);
    home
}

#[test]
fn orders_are_filtered() {
    let home = shop();
    for (flags, expected) in [
        (&["--result", "OK"][..], &["o1"][..]),
        (&["--result", "OK,NG"], &["o2", "o1"]),
        (&["--result", "hold,REVIEW"], &["o4", "o3"]),
        (
            &["--from", "2026-11-20", "--to", "2026/11/20"],
            &["o2", "o1"],
        ),
        (&["--from", "2026-11-22"], &["o5", "o4"]),
        (&["--to", "2026-11-20 00:00:01"], &["o1"]),
        (&["--method", "1", "--to", "2026-11-22"], &["o4", "o1"]),
        (&["--customer", "30962"], &["o2", "o1"]),
        (&["--customer", "30962", "--result", "NG"], &["o2"]),
        (&["--customer", "3096"], &[]),
        (&["--reason", "理由", "--result", "OK"], &[]),
        (&["--limit", "2", "--from", "2026-11-01"], &["o5", "o4"]),
    ] {
        assert_eq!(
            home.column(&[&["orders", "list"], flags].concat(), "number"),
            expected,
            "{flags:?}"
        );
    }
    let without = home.column("orders list --result none", "number");
    assert_eq!(without.len(), 2);
    assert!(
        without.contains(&"o5".into()) && without.contains(&"o6".into()),
        "{without:?}"
    );
    let both = home.column("orders list --result none,HOLD --from 2026-11-01", "number");
    assert_eq!(both, ["o5", "o3"]);
    for bad in [
        ["--result", "MAYBE"],
        ["--from", "gestern"],
        ["--limit", "viele"],
    ] {
        home.run(&[&["orders", "list"], &bad[..]].concat())
            .ended_with(2);
    }
}

#[test]
fn events_are_filtered() {
    let home = shop();
    for (flags, expected) in [
        (&["--merchant-id", "o2"][..], &["E3", "E2"][..]),
        (&["--result", "OK"], &["E1"]),
        (&["--result", "NG,HOLD"], &["E3", "E2"]),
        (&["--manual", "OK"], &["E2"]),
        (&["--manual", "NG,HOLD"], &["E4", "E3"]),
        (&["--rule", "R0101"], &["E2"]),
        (&["--rule", "R0202"], &["E3", "E2"]),
        (&["--reason", "高額"], &["E3", "E2"]),
        (&["--reason", "海外"], &["E3"]),
        (
            &["--from", "2026-11-20", "--to", "2026-11-20"],
            &["E2", "E1"],
        ),
        (&["--from", "2026-11-21", "--limit", "1"], &["E4"]),
        (&["--merchant-id", "o7"], &[]),
        (&["--rule", "R0202", "--manual", "NG"], &["E3"]),
    ] {
        assert_eq!(
            home.column(&[&["events", "list"], flags].concat(), "event_id"),
            expected,
            "{flags:?}"
        );
    }
}

#[test]
fn all_rows_are_listed_and_a_limit_tells_how_many_more_there_are() {
    let home = Home::new();
    let rows: String = (0..140)
        .map(|n| format!("n{n},2026/11/20 10:00:00\n"))
        .collect();
    home.imported("orders", format!("number,created_at\n{rows}"));
    assert_eq!(home.listed("orders list").len(), 140);
    // 50 rows are for a terminal; a pipe gets all.
    let table = home.run("orders list");
    table.shows(&["n0", "n139"]);
    let limited = home.run("orders list --limit 3");
    limited.ended_with(0);
    assert!(
        limited.tells_number("137") || limited.tells_number("140"),
        "{limited:#?}"
    );
    assert_eq!(
        home.run("--format jsonl orders list --limit 3")
            .rows("jsonl")
            .len(),
        3
    );
    let empty = Home::new();
    assert!(empty.listed("orders list").is_empty());
    assert!(empty.listed("events list").is_empty());
}

/// What a list prints is a file for `import`, into the same store and into a new one.
fn loads_back(kind: &str, key: &str, fields: &str) {
    let home = shop();
    let list = [kind, "list"];
    let before = home.listed(&list);
    let contracted = |rows: &[Value]| -> Vec<Vec<String>> {
        let cells = |row: &Value| fields.split(',').map(|field| cell(row, field)).collect();
        let mut rows: Vec<Vec<String>> = rows.iter().map(cells).collect();
        rows.sort();
        rows
    };
    for format in ["csv", "json", "jsonl"] {
        let printed = home.run(&[&["--format", format], &list[..]].concat());
        printed.ended_with(0);
        let again = home.import(kind, &printed.stdout);
        again.ended_with(0);
        assert!(
            again.text().to_lowercase().contains("unchanged"),
            "{format}: {again:#?}"
        );
        assert_eq!(home.listed(&list), before, "{kind} as {format}");
        let other = Home::new();
        other.imported(kind, &printed.stdout);
        assert_eq!(
            contracted(&other.listed(&list)),
            contracted(&before),
            "{kind} as {format}"
        );
        if format == "csv" {
            assert!(
                printed.stdout.lines().next().unwrap().contains(key),
                "{printed:#?}"
            );
        }
    }
}

#[test]
fn orders_that_are_listed_load_back() {
    loads_back("orders", "number", ORDERS.lines().next().unwrap());
}

#[test]
fn events_that_are_listed_load_back() {
    loads_back("events", "event_id", EVENTS.lines().next().unwrap());
}

#[test]
fn a_cell_that_a_spreadsheet_would_run_is_made_harmless_in_csv_alone() {
    let home = Home::new();
    home.imported("orders", "number,reason\no1,=1+1\n");
    let csv = home.run("--format csv orders list");
    assert!(csv.stdout.contains("'=1+1"), "{csv:#?}");
    assert_eq!(home.column("orders list", "reason"), ["=1+1"]);
}

#[test]
fn show_puts_the_whole_group_on_one_screen() {
    let home = Home::with_purchase();
    for lang in ["en", "ja"] {
        let order = home.run(&format!("--lang {lang} orders show b1c2d3e4f5"));
        order.ended_with(0).shows(&[
            "b1c2d3e4f5",
            "a905125d2a",
            "E-FIRST",
            "REVIEW",
            "2026-11-20 10:16:30",
            "同一配送先で過去に未払いがあります",
        ]);
        let event = home.run(&format!("--lang {lang} events show E-FIRST"));
        event.ended_with(0).shows(&[
            "E-FIRST",
            "a905125d2a",
            "b1c2d3e4f5",
            "REVIEW",
            "OK",
            "R0101",
            "同一配送先で過去に未払いがあります",
        ]);
    }
    for args in [
        ["orders", "show", "b1c2d3e4f5"],
        ["events", "show", "E-FIRST"],
    ] {
        let json = home.run(&[&["--format", "json"], &args[..]].concat());
        json.ended_with(0);
        let text = json.json().to_string();
        for part in ["b1c2d3e4f5", "a905125d2a", "E-FIRST"] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}

#[test]
fn what_is_not_there_cannot_be_shown() {
    let home = Home::with_purchase();
    for args in [
        ["orders", "show", "ffffffffff"],
        ["events", "show", "E-NONE"],
    ] {
        let ran = home.run(&args);
        assert_ne!(ran.status, 0, "{ran:#?}");
        assert!(
            !ran.stderr.trim().is_empty() && ran.stdout.is_empty(),
            "{ran:#?}"
        );
        ran.says(&[args[2]]);
    }
    home.run("orders show a/b").ended_with(2);
    home.run("orders show").ended_with(2);
}
