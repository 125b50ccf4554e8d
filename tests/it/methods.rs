//! `oplux methods` as its users run it (R4).

use crate::support::{Home, mode};
use serde_json::{Value, json};

/// Three methods with comments everywhere; the third one's name looks like an ID.
const KEPT: &str = r#"# the shop's methods
[oplux]
enabled = true

[[payment_methods]] # card
name = "クレジットカード一括" # the name first
id = 1
oplux = true # since spring

# paid later
[[payment_methods]]
id = 2
name = "=後払い"
settle_method = "01"
model_id = "ATB_01"

[[payment_methods]]
id = 30
name = "9"
# the end
"#;

fn kept() -> Home {
    let home = Home::new();
    home.config(KEPT);
    home
}

fn method(id: u64, name: &str, oplux: bool, settle_method: &str, model_id: Value) -> Value {
    json!({"id": id, "name": name, "oplux": oplux, "realtime_thanks_offer": false,
        "settle_method": settle_method, "model_id": model_id})
}

fn listed(home: &Home) -> Vec<Value> {
    home.listed("methods list")
}

#[test]
fn the_list_has_every_form() {
    let home = kept();
    let expected = [
        method(1, "クレジットカード一括", true, "99", Value::Null),
        method(2, "=後払い", false, "01", json!("ATB_01")),
        method(30, "9", false, "99", Value::Null),
    ];
    assert_eq!(listed(&home), expected);
    let lines = home.run("--format jsonl methods list");
    assert_eq!(lines.ended_with(0).rows("jsonl"), expected);
    let csv = home.run("--format csv methods list");
    // RFC 4180, and no cell that a spreadsheet would run.
    assert_eq!(
        csv.ended_with(0).stdout.replace("\r\n", "\n"),
        "id,name,oplux,realtime_thanks_offer,settle_method,model_id\n\
         1,クレジットカード一括,true,false,99,\n2,'=後払い,false,false,01,ATB_01\n30,9,false,false,99,\n"
    );
    let table = home.run("methods list");
    table
        .ended_with(0)
        .silent()
        .shows(&["クレジットカード一括", "on", "off", "ATB_01"]);
    let table = home.run("--lang ja methods list");
    table
        .ended_with(0)
        .shows(&["O-PLUXの利用", "サンクスオファー即時決済", "有効", "無効"]);
    assert!(!home.store_path().exists(), "a list makes no store");
}

#[test]
fn an_empty_list_is_done() {
    let home = Home::new();
    home.config("[oplux]\n");
    assert!(listed(&home).is_empty());
    let csv = home.run("--format csv methods list");
    assert_eq!(csv.ended_with(0).stdout.lines().count(), 1);
    home.run("methods list")
        .ended_with(0)
        .says(&["methods add"]);
}

#[test]
fn a_switch_says_what_was_and_what_is_now_and_keeps_every_other_byte() {
    let home = kept();
    let off = home.run("--format json methods disable クレジットカード一括");
    let card = |oplux| method(1, "クレジットカード一括", oplux, "99", Value::Null);
    assert_eq!(
        off.ended_with(0).json(),
        json!([{"was": card(true), "now": card(false)}])
    );
    assert_eq!(
        home.config_text(),
        KEPT.replace("oplux = true # since", "oplux = false # since")
    );
    assert_eq!(mode(home.config_path()), 0o600);
    let on = home.run("methods enable 1 9 =後払い");
    on.ended_with(0)
        .shows(&["クレジットカード一括", "=後払い", "off", "on"]);
    assert!(listed(&home).iter().all(|method| method["oplux"] == true));
    for line in KEPT.lines() {
        assert!(home.config_text().contains(line), "{line}");
    }
    let ja = home.run("--lang ja methods disable 2");
    ja.ended_with(0).shows(&["有効", "無効"]);
    // One entry for each change, none for what was so already.
    let before = home.listed("log");
    assert_eq!(before.len(), 5);
    home.run("methods enable 1").ended_with(0);
    assert_eq!(home.listed("log"), before);
}

#[test]
fn an_id_comes_before_a_name_and_a_name_is_exact() {
    let home = kept();
    home.run("methods add 9 代引").ended_with(0);
    // 9 is the ID of one and the name of another.
    home.run("methods enable 9").ended_with(0).shows(&["代引"]);
    for typed in ["９", "ｸﾚｼﾞｯﾄｶｰﾄﾞ一括"] {
        home.run(&["methods", "disable", typed]).ended_with(0);
    }
    let before = home.config_text();
    for name in [
        "クレジットカード",
        "クレジットカード一括 ",
        "後払い",
        "3",
        "-1",
        "",
    ] {
        home.run(&["methods", "enable", "--", name]).ended_with(2);
    }
    for action in ["disable", "remove", "set"] {
        home.run(&["methods", action, "後払い"]).ended_with(2);
    }
    assert_eq!(home.config_text(), before);
    home.run("methods enable 77").ended_with(2).says(&[
        "77",
        "1 クレジットカード一括",
        "2 =後払い",
    ]);
}

#[test]
fn several_at_once_are_all_changed_or_none() {
    let home = kept();
    for action in ["enable", "disable", "remove"] {
        let ran = home.run(&format!("--format json methods {action} 1 2 77"));
        let error = ran.ended_with(2).says(&["77"]).error();
        assert_eq!(error["code"], "config-invalid");
        assert_eq!(home.config_text(), KEPT);
    }
    assert!(home.listed("log").is_empty());
    home.run("methods remove 9 1").ended_with(0);
    assert_eq!(listed(&home).len(), 1);
    home.run("methods enable").ended_with(2);
}

#[test]
fn a_method_is_added_after_the_last_one() {
    let home = kept();
    let call = "--format json methods add 4 代金引換 --oplux on --realtime-thanks-offer 有効 \
                --settle-method 3 --model-id COD_01";
    let now = json!({"id": 4, "name": "代金引換", "oplux": true, "realtime_thanks_offer": true,
        "settle_method": "03", "model_id": "COD_01"});
    let was_none = json!([{"was": null, "now": now}]);
    assert_eq!(home.run(call).ended_with(0).json(), was_none);
    assert_eq!(listed(&home).last(), Some(&now));
    assert!(
        home.config_text().starts_with(KEPT),
        "{}",
        home.config_text()
    );
    // CONTRACT.md, Defaults.
    home.run("methods add 5 ペイ")
        .ended_with(0)
        .shows(&["5", "ペイ"]);
    assert_eq!(
        listed(&home).last(),
        Some(&method(5, "ペイ", false, "99", Value::Null))
    );
    home.run("config check").ended_with(0);
    // Also the first one, into a file that has none.
    let home = Home::new();
    home.config("[oplux]\nenabled = true # last line without a break");
    home.run("methods add 1 x").ended_with(0);
    assert!(
        home.config_text()
            .starts_with("[oplux]\nenabled = true # last line without a break\n")
    );
    assert_eq!(listed(&home).len(), 1);
}

#[test]
fn a_method_is_changed_in_its_place() {
    let home = kept();
    let call = "--format json methods set =後払い --id 3 --name あと払い --oplux true \
                --settle-method 02 --model-id";
    let change = home
        .run(&call.split_whitespace().chain([""]).collect::<Vec<_>>())
        .ended_with(0)
        .json();
    let was = method(2, "=後払い", false, "01", json!("ATB_01"));
    let now = method(3, "あと払い", true, "02", Value::Null);
    assert_eq!(change, json!([{"was": was, "now": now}]));
    assert_eq!(listed(&home)[1], now);
    let (before, after) = KEPT.split_once("# paid later\n").unwrap();
    let text = home.config_text();
    assert!(text.starts_with(before) && text.contains("# paid later\n"));
    assert!(
        text.ends_with(&after[after.find("\n[[").unwrap()..]),
        "{text}"
    );
    home.run("methods set 3 --settle-method 1")
        .ended_with(0)
        .shows(&["02", "01"]);
}

#[test]
fn a_method_is_removed_and_the_comments_around_it_stay() {
    let home = kept();
    let was = method(2, "=後払い", false, "01", json!("ATB_01"));
    let removed = home.run("--format json methods remove 2");
    assert_eq!(
        removed.ended_with(0).json(),
        json!([{"was": was, "now": null}])
    );
    assert_eq!(listed(&home).len(), 2);
    for line in [
        "# the shop's methods",
        "[[payment_methods]] # card",
        "# paid later",
        "# the end",
    ] {
        assert!(
            home.config_text().contains(line),
            "{line} in {}",
            home.config_text()
        );
    }
    home.run("methods remove 1 30").ended_with(0);
    assert_eq!(listed(&home), Vec::<Value>::new());
    home.run("config check").ended_with(0);
    let log = home.listed("log");
    assert_eq!(log.len(), 3);
    assert!(log.iter().all(|entry| entry["actor"] == "tester"));
}

#[test]
fn changes_that_run_at_once_all_stay() {
    let home = kept();
    let at_once: Vec<_> = (100..108)
        .map(|id| {
            home.command(&format!("methods add {id} m{id}"))
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut child in at_once {
        assert!(child.wait().unwrap().success());
    }
    let ids: Vec<_> = listed(&home).iter().map(|m| m["id"].clone()).collect();
    assert_eq!(ids.len(), 3 + 8, "{ids:?}");
}

#[test]
fn what_is_not_allowed_is_refused_and_nothing_is_written() {
    let home = kept();
    for (change, said) in [
        // Two methods with one ID or one name are a mistake.
        ("add 1 other", "クレジットカード一括"),
        ("add 8 9", "ID 30"),
        ("add 8 ９", "ID 30"),
        ("add 8 ｸﾚｼﾞｯﾄｶｰﾄﾞ一括", "ID 1"),
        ("set 2 --id 1", "クレジットカード一括"),
        ("set 2 --name 9", "ID 30"),
        ("add 8 x --settle-method 12", "02"),
        ("set 1", "--settle-method"),
        ("add eins x", "eins"),
        ("add 8 x --oplux ja", "true"),
        ("set 2 --settle-method 77", "99"),
        ("add 8", "NAME"),
        ("rename 8", "rename"),
    ] {
        home.run(&format!("methods {change}"))
            .ended_with(2)
            .says(&[said]);
    }
    // The hint runs as it stands.
    home.run("methods add 1 other")
        .says(&["\n  oplux methods list\n"]);
    home.run(&["methods", "add", "8", ""])
        .ended_with(2)
        .says(&["name"]);
    assert_eq!(home.config_text(), KEPT);
    assert!(home.listed("log").is_empty());
}
