//! `oplux config` as its users run it: making, showing, changing and checking the configuration.

use crate::support::{Home, KEPT, has, mode, set_mode};
use serde_json::{Value, json};

/// The value that `config get` gives for a key.
#[track_caller]
fn get(home: &Home, key: &str) -> Value {
    let shown = home.run(&format!("--format json config get {key}"));
    shown.ended_with(0).json()["value"].clone()
}

#[test]
fn init_takes_flags_off_a_terminal_and_asks_nothing() {
    let home = Home::new();
    let expected = [
        ("shop_id", json!("SP00EXAMPLE")),
        ("connection_id", json!("0123")),
        ("model_id", json!("CRD_01")),
        ("register_url", json!("https://api.example.com/v3")),
        ("event_url", json!("https://api.example.com/v1")),
        ("enabled", json!(true)),
        ("name_url", json!("http://localhost/names")),
        ("service", json!("fraud-checker")),
        ("screen_existing_customers", json!(false)),
        ("secret_key_file", json!("key.txt")),
    ];
    let flag = |(key, value): &(&str, Value)| {
        format!(
            " --{} {}",
            key.replace('_', "-"),
            value.to_string().trim_matches('"')
        )
    };
    let flags: String = expected.iter().map(flag).collect();
    home.run_with(&format!("config init{flags}"), "this is not an answer\n")
        .ended_with(0);
    assert_eq!(mode(home.config_path()), 0o600);
    home.run("config check").ended_with(0);
    for (key, value) in expected {
        assert_eq!(get(&home, &format!("oplux.{key}")), value, "{key}");
    }
}

#[test]
fn init_without_flags_loads_and_leaves_a_file_that_is_there_alone() {
    for lang in ["en", "ja"] {
        let home = Home::new();
        home.run(&format!("--lang {lang} config init"))
            .ended_with(0);
        home.run("config check").ended_with(0);
        let before = home.config_text();
        home.run("config init --shop-id X")
            .ended_with(2)
            .says(&["config.toml"]);
        assert_eq!(home.config_text(), before);
    }
    let home = Home::new();
    home.run("config init --register-url http://api.example.com/")
        .ended_with(2)
        .says(&["oplux.register_url", "https"]);
    // A file that is named and not there has no secret yet.
    let said = |call: &str| {
        home.run(call)
            .ended_with(0)
            .stderr
            .contains("config secret")
    };
    home.write("there.key", "s");
    assert!(said(
        "--config new/a.toml config init --secret-key-file ../gone.key"
    ));
    assert!(!said(
        "--config new/b.toml config init --secret-key-file ../there.key"
    ));
    // A secret is never an argument.
    home.run("config init --secret-key x").ended_with(2);
    assert!(!home.config_path().exists());
}

#[test]
fn a_change_says_what_was_and_what_is_now() {
    let home = Home::new();
    home.config(KEPT);
    home.run("config set oplux.timeout_seconds 30")
        .ended_with(0)
        .shows(&["oplux.timeout_seconds", "20", "30"]);
    let changed = KEPT.replace("= 20 # the", "= 30 # the");
    assert_eq!(home.config_text(), changed, "and nothing else");
    let set = home.run("--format json config set oplux.on_ng.action redirect");
    let change = json!({"key": "oplux.on_ng.action", "was": "create", "now": "redirect"});
    assert_eq!(set.json(), change);
    let unset = home.run("--format json config unset oplux.secret_key");
    unset.never_says(&["hemligt", ".oplux-", "config init"]);
    assert_eq!(unset.json()["now"], Value::Null);
    assert_ne!(unset.json()["was"], Value::Null);
}

#[test]
fn what_is_not_allowed_is_refused_and_nothing_is_written() {
    let home = Home::new();
    home.config(KEPT);
    for (change, said) in [
        ("set oplux.enabled ja", "true false"),
        ("set oplux.timeout_seconds 121", "1 120"),
        ("set oplux.service oplux", "o-plux fraud-checker"),
        ("set oplux.register_url http://api.example.com/", "https"),
        ("set payment_methods[0].id eins", "payment_methods[0].id"),
        // More than one key for a secret, and a secret as an argument.
        (
            "set oplux.secret_key_file key.txt",
            "secret_key_file secret_key",
        ),
        (
            "set oplux.secret_key geheim",
            "oplux.secret_key oplux config secret",
        ),
        ("set ecforce.token geheim", "ecforce.token"),
        ("set oplux.enabeld true", "oplux.enabled"),
        ("unset payment_methods[0].name", "payment_methods[0].name"),
        ("get oplux.enabeld", "oplux.enabled"),
        ("unset oplux.enabeld", "oplux.enabled"),
    ] {
        let ran = home.run(&format!("config {change}"));
        ran.ended_with(2).never_says(&["geheim"]);
        for part in said.split(' ') {
            ran.says(&[part]);
        }
    }
    home.run(&["config", "set", "oplux.shop_id", ""])
        .ended_with(2);
    assert_eq!(home.config_text(), KEPT);
    assert!(!home.store_path().exists(), "and nothing is logged");
}

#[test]
fn yes_and_no_and_a_settle_method_are_written_as_people_do() {
    let home = Home::new();
    // Which words there are stands in `config/value.rs`.
    home.config("[oplux]\nenabled = \"有効\" # mine\n");
    assert_eq!(get(&home, "oplux.enabled"), true, "in the file");
    home.run("config set oplux.enabled OFF").ended_with(0);
    assert_eq!(get(&home, "oplux.enabled"), false, "on the command line");
    home.run("--profile new config init --enabled 有効 --shop-id S")
        .ended_with(0);
    home.run("--profile ja config init --enabled ja")
        .ended_with(2)
        .says(&["true", "有効"]);
    for code in ["2", "\"2\"", "\"02\""] {
        home.config(&format!(
            "[[payment_methods]]\nid = 1\nname = \"x\"\noplux = \"ON\"\nsettle_method = {code}\n"
        ));
        let methods = home.listed("methods list");
        has(&methods[0], json!({"settle_method": "02", "oplux": true}));
    }
    home.run("config set payment_methods[0].settle_method 3")
        .ended_with(0);
    let text = home.config_text();
    assert!(text.ends_with("settle_method = \"03\"\n"), "{text}");
}

#[test]
fn what_another_call_changed_while_the_editor_was_open_is_not_overwritten() {
    let home = Home::new();
    let path = home.config(KEPT);
    let other = format!("echo '# other' >> {}", path.display());
    let editor = format!("sh -c \"{other}; echo '# mine' >> \\$0\"");
    let ran = home.run_env(&[("EDITOR", &editor)], "config edit");
    ran.ended_with(2).says(&["your text is kept in"]);
    assert_eq!(home.config_text(), format!("{KEPT}# other\n"));
    let kept = ran
        .stderr
        .split_whitespace()
        .find(|word| word.contains("/.oplux-"));
    let kept = std::fs::read_to_string(kept.unwrap()).unwrap();
    assert_eq!(kept, format!("{KEPT}# mine\n"));
}

#[test]
fn an_edited_file_is_kept_where_it_has_no_mistake() {
    let home = Home::new();
    home.config(KEPT);
    let edit = |editor: &str| home.run_env(&[("EDITOR", editor)], "--format json config edit");
    let slow = "sed -i 's/timeout_seconds = 20/timeout_seconds = 500/'";
    for (editor, said) in [
        (slow, "oplux.timeout_seconds 120"),
        ("sed -i '1i [oplux'", "TOML config.toml:1"),
        ("false", "false"),
        ("/nowhere/editor", "/nowhere/editor"),
        ("", "$VISUAL $EDITOR"),
        ("rm", "config.toml left"),
    ] {
        let ran = edit(editor);
        ran.ended_with(2).never_says(&["hemligt"]);
        for part in said.split(' ') {
            ran.says(&[part]);
        }
    }
    assert_eq!(edit("true").ended_with(0).json()["changed"], false);
    assert_eq!(home.config_text(), KEPT);
    assert!(!home.store_path().exists(), "and nothing is logged");
    // What has mistakes can be mended.
    home.config(&format!("[oplux\n{KEPT}"));
    set_mode(home.config_path(), 0o644);
    let editors = [("VISUAL", "sed -i 1d"), ("EDITOR", "false")];
    home.run_env(&editors, "config edit").ended_with(0);
    assert_eq!(home.config_text(), KEPT);
    assert_eq!(mode(home.config_path()), 0o600);
    let mended = edit("sed -i 's/= 20/= 5/; s/hemligt/geheim/; $d'").json();
    let change = json!({"key": "oplux.timeout_seconds", "was": 20, "now": 5});
    assert_eq!(mended["changes"], json!([change]));
    let log = &home.listed("log")[0];
    assert_eq!(log["action"], "config edit");
    assert_eq!(log["detail"], "oplux.timeout_seconds was 20, is now 5");
    let left = home.files();
    assert!(
        !left.iter().any(|file| file.contains(".oplux-")),
        "{left:?}"
    );
}

#[test]
fn a_change_notes_what_is_still_missing() {
    let home = Home::configured("https://api.example.com/v3", "");
    for lang in ["en", "ja"] {
        home.run(&format!(
            "--lang {lang} config set oplux.on_hold.action redirect"
        ))
        .ended_with(0)
        .says(&["oplux.on_hold.redirect_url"]);
    }
    home.run("config set oplux.on_hold.redirect_url https://shop.example.com/held")
        .ended_with(0)
        .silent();
    home.run("config unset oplux.shop_id")
        .ended_with(0)
        .says(&["missing", "shop_id"]);
}

#[test]
fn check_tells_of_every_mistake_with_its_path_and_line() {
    let home = Home::new();
    // All that may be wrong stands in `config/check.rs`.
    let path = home.config(
        "[oplux]\ntimeout_seconds = 500\nsecret_key = 12345678\n\
         register_url = \"http://me:geheim@api.example.com/\"\n[oplux.on_ng]\naction = \"redirect\"\n",
    );
    let ran = home.run("config check");
    let json = home.run("--format json config check");
    let message = json.ended_with(2).error()["message"].clone();
    for (line, key) in [
        (2, "oplux.timeout_seconds"),
        (3, "oplux.secret_key"),
        (4, "oplux.register_url"),
        (5, "oplux.on_ng.redirect_url"),
    ] {
        let place = format!("{}:{line}: {key}", path.display());
        ran.ended_with(2).says(&[&place]);
        assert!(message.as_str().unwrap().contains(&place), "{message}");
    }
    for ran in [&ran, &json] {
        ran.never_says(&["geheim", "12345678"]);
    }
    // What cannot be read at all is told with its line too.
    home.config("[oplux]\nenabled == true\n");
    home.run("config check")
        .ended_with(2)
        .says(&["config.toml:2"]);
    home.config("[oplux]\n[oplux.on_hold]\naction = \"redirect\"\n");
    home.run("config check")
        .ended_with(2)
        .says(&["config.toml:2", "oplux.on_hold.redirect_url"]);
    home.run("config set oplux.on_hold.redirect_url https://x.example.com/")
        .ended_with(0);
    let sound = home.run("--format json config check").ended_with(0).json();
    assert_eq!(sound["problems"], json!([]));
}

#[test]
fn of_many_mistakes_the_first_are_told_and_the_rest_counted() {
    let home = Home::new();
    let keys: String = (0..300).map(|n| format!("wrong{n} = 1\n")).collect();
    home.config(&keys);
    let ran = home.run("config check");
    ran.ended_with(2)
        .says(&["wrong49", "250"])
        .never_says(&["wrong51"]);
}
