//! `oplux config` as its users run it: making, showing, changing and checking the configuration.

use crate::support::{Home, KEPT, has, mode};
use serde_json::{Value, json};

/// The store that a change is logged in.
fn stores(home: &Home) -> Vec<String> {
    let mut files = home.files();
    files.retain(|file| file.ends_with(".db"));
    files
}

#[test]
fn init_takes_flags_off_a_terminal_and_asks_nothing() {
    let home = Home::new();
    let ran = home.run_with("config init --shop-id SP00EXAMPLE --connection-id 0123 --model-id CRD_01 --register-url https://api.example.com/v3 --event-url https://api.example.com/v1 --name-url http://localhost/names --enabled true --service fraud-checker --screen-existing-customers false --secret-key-file key.txt",
        "this is not an answer\n",
    );
    ran.ended_with(0);
    assert_eq!(mode(home.config_path()), 0o600);
    home.run("config check").ended_with(0);
    let get = |key: String| {
        home.run(&["--format", "json", "config", "get", &key])
            .json()["value"]
            .clone()
    };
    for (key, value) in [
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
    ] {
        assert_eq!(get(format!("oplux.{key}")), value, "{key}");
    }
}

#[test]
fn init_without_flags_loads_and_leaves_a_file_that_is_there_alone() {
    for lang in ["en", "ja"] {
        let home = Home::new();
        home.run(&format!("--lang {lang} --profile neu config init"))
            .ended_with(0);
        home.run("--profile neu config check").ended_with(0);
        let before = home.read(".config/oplux/neu.toml");
        let again = ["--profile", "neu", "config", "init", "--shop-id", "X"];
        home.run(&again).ended_with(2).says(&["neu.toml"]);
        assert_eq!(home.read(".config/oplux/neu.toml"), before);
    }
    let home = Home::new();
    let wrong = [
        "config",
        "init",
        "--register-url",
        "http://api.example.com/",
    ];
    home.run(&wrong)
        .ended_with(2)
        .says(&["oplux.register_url", "https"]);
    assert!(!home.config_path().exists());
    // A secret is never an argument.
    home.run("config init --secret-key x").ended_with(2);
}

#[test]
fn a_change_keeps_every_other_byte() {
    for newline in ["\n", "\r\n"] {
        let kept = KEPT.replace('\n', newline);
        let home = Home::new();
        home.config(&kept);
        let cases = [
            ("oplux.timeout_seconds", "5", "= 20 # the", "= 5 # the"),
            (
                "oplux.enabled",
                "false",
                "enabled = true",
                "enabled = false",
            ),
            (
                "integrated_at",
                "2026/02/01",
                "\"2026-01-15\"   #",
                "\"2026/02/01\"   #",
            ),
            (
                "oplux.on_hold.action",
                "create",
                "\"redirect\",",
                "\"create\",",
            ),
            (
                "payment_methods[0].name",
                "Card",
                "\"カード\" #",
                "\"Card\" #",
            ),
            ("payment_methods[0].id", "7", "id = 1", "id = 7"),
            ("oplux.shop_id", "true", "\"SP00EXAMPLE\"", "\"true\""),
        ];
        for (key, value, was, now) in cases {
            home.config(&kept);
            home.run(&["config", "set", key, value]).ended_with(0);
            assert_eq!(
                home.read(".config/oplux/config.toml"),
                kept.replace(was, now),
                "{key}"
            );
        }
        home.config(&kept);
        home.run("config set oplux.model_id CRD_01").ended_with(0);
        home.run("config unset oplux.model_id").ended_with(0);
        assert_eq!(home.read(".config/oplux/config.toml"), kept);
        home.run("config unset oplux.enabled").ended_with(0);
        let without = kept.replace(&format!("enabled = true{newline}"), "");
        assert_eq!(home.read(".config/oplux/config.toml"), without);
        assert_eq!(mode(home.config_path()), 0o600);
    }
}

#[test]
fn a_change_says_what_was_and_what_is_now() {
    let home = Home::new();
    home.config(KEPT);
    let set = home.run("config set oplux.timeout_seconds 30");
    set.ended_with(0)
        .shows(&["oplux.timeout_seconds", "20", "30"]);
    let set = home.run("--format json config set oplux.on_ng.action redirect");
    let key = "oplux.on_ng.action";
    assert_eq!(
        set.json(),
        json!({"key": key, "was": "create", "now": "redirect"})
    );
    let unset = home.run("--format json config unset oplux.secret_key");
    assert!(!format!("{unset:?}").contains("hemligt"));
    assert_eq!(unset.json()["now"], Value::Null);
    assert_ne!(unset.json()["was"], Value::Null);
}

#[test]
fn what_is_not_allowed_is_refused_and_nothing_is_written() {
    let home = Home::new();
    home.config(KEPT);
    let cases: &[(&str, &str, &[&str])] = &[
        ("oplux.enabled", "ja", &["true", "false"]),
        ("oplux.timeout_seconds", "0", &["1", "120"]),
        ("oplux.timeout_seconds", "121", &["1", "120"]),
        ("oplux.timeout_seconds", "1.5", &["1", "120"]),
        ("oplux.service", "oplux", &["o-plux", "fraud-checker"]),
        ("oplux.hash_method", "MD5", &["SHA256"]),
        ("oplux.on_ng.action", "Redirect", &["create", "redirect"]),
        ("oplux.register_url", "http://api.example.com/", &["https"]),
        (
            "oplux.register_url",
            "https://user@api.example.com/",
            &["https"],
        ),
        ("oplux.event_url", "ftp://127.0.0.1/", &["https"]),
        ("oplux.shop_id", "", &["oplux.shop_id"]),
        ("integrated_at", "2026-02-30", &["integrated_at"]),
        ("payment_methods[0].settle_method", "12", &["02"]),
        ("payment_methods[0].id", "eins", &["payment_methods[0].id"]),
        ("payment_methods[1].id", "2", &["payment_methods[1]"]),
        // More than one key for a secret, and a secret as an argument.
        (
            "oplux.secret_key_file",
            "key.txt",
            &["secret_key_file", "secret_key"],
        ),
        (
            "oplux.secret_key",
            "geheim",
            &["oplux.secret_key", "oplux config secret"],
        ),
        ("ecforce.token", "geheim", &["ecforce.token"]),
        ("oplux.enabeld", "true", &["oplux.enabled"]),
        ("opluks.enabled", "true", &["opluks.enabled", "oplux"]),
        ("oplux", "true", &["oplux.enabled"]),
        (
            "import.orders.columns.nummer",
            "x",
            &["import.orders.columns.number"],
        ),
    ];
    for (key, value, said) in cases {
        let ran = home.run(&["config", "set", key, value]);
        ran.ended_with(2).says(said);
        assert!(!ran.stderr.contains("geheim"), "{ran:#?}");
    }
    home.run("config unset payment_methods[0].name")
        .ended_with(2);
    home.run("config get oplux.enabeld")
        .ended_with(2)
        .says(&["oplux.enabled"]);
    home.run("config unset oplux.enabeld")
        .ended_with(2)
        .says(&["oplux.enabled"]);
    assert_eq!(home.read(".config/oplux/config.toml"), KEPT);
    assert!(stores(&home).is_empty(), "and nothing is logged");
}

#[test]
fn yes_and_no_and_a_settle_method_are_written_as_people_do() {
    let home = Home::new();
    for (given, is_on) in [
        ("on", true),
        ("OFF", false),
        ("yes", true),
        ("no", false),
        ("有効", true),
        ("無効", false),
        ("True", true),
    ] {
        // In the file, on the command line, and in `config init`.
        home.config(&format!("[oplux]\nenabled = \"{given}\" # mine\n"));
        home.run("config check").ended_with(0);
        let get = ["--format", "json", "config", "get", "oplux.enabled"];
        assert_eq!(home.run(&get).json()["value"], json!(is_on), "{given}");
        home.config("[oplux]\n");
        home.run(&["config", "set", "oplux.enabled", given])
            .ended_with(0);
        assert_eq!(home.run(&get).json()["value"], json!(is_on), "{given}");
        let init = ["--profile", given, "config", "init", "--enabled", given];
        home.run(&[&init[..], &["--shop-id", "S"]].concat())
            .ended_with(0);
    }
    home.run("config init --enabled ja")
        .ended_with(2)
        .says(&["true", "有効"]);
    for code in ["2", "\"2\"", "\"02\""] {
        home.config(&format!(
            "[[payment_methods]]\nid = 1\nname = \"x\"\noplux = \"ON\"\nsettle_method = {code}\n"
        ));
        let method = &home.run("--format json methods list").json()[0];
        has(&method, json!({"settle_method": "02", "oplux": true}));
    }
    home.run("config set payment_methods[0].settle_method 3")
        .ended_with(0);
    let text = home.read(".config/oplux/config.toml");
    assert!(text.ends_with("settle_method = \"03\"\n"), "{text}");
}

#[test]
fn a_change_notes_what_is_still_missing() {
    let home = Home::new();
    home.configure("https://api.example.com/v3", "");
    let set = ["config", "set", "oplux.on_hold.action", "redirect"];
    home.run(&set)
        .ended_with(0)
        .says(&["missing", "oplux.on_hold.redirect_url"]);
    let ja = home.run(&[&["--lang", "ja"], &set[..]].concat());
    ja.ended_with(0).says(&["oplux.on_hold.redirect_url"]);
    let url = "https://shop.example.com/held";
    home.run(&["config", "set", "oplux.on_hold.redirect_url", url])
        .ended_with(0)
        .silent();
    home.run("config unset oplux.shop_id")
        .ended_with(0)
        .says(&["shop_id"]);
}

#[test]
fn check_tells_of_every_mistake_with_its_path_and_line() {
    let home = Home::new();
    let path = home.config(
        "stroe = \"x\"\n[oplux]\nenabled = \"ja\"\ntimeout_seconds = 500\nsecret_key = 12345678\n\
         register_url = \"http://me:geheim@api.example.com/\"\n[oplux.on_ng]\naction = \"redirect\"\n\
         [[payment_methods]]\nid = 1\n[[payment_methods]]\nid = 1\nname = \"x\"\n",
    );
    let expected = [
        (1, "stroe"),
        (3, "oplux.enabled"),
        (4, "oplux.timeout_seconds"),
        (5, "oplux.secret_key"),
        (6, "oplux.register_url"),
        (7, "oplux.on_ng.redirect_url"),
        (9, "payment_methods[0].name"),
        (12, "payment_methods[1].id"),
    ];
    let ran = home.run("config check");
    let error = home.run("--format json config check").ended_with(2).error();
    for text in [
        &ran.ended_with(2).stderr[..],
        error["message"].as_str().unwrap(),
    ] {
        for (line, key) in expected {
            let place = format!("{}:{line}: {key}", path.display());
            assert!(text.contains(&place), "no {place} in {text}");
        }
        assert!(
            !text.contains("geheim") && !text.contains("12345678"),
            "{text}"
        );
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
    home.run("config set oplux.on_hold.redirect_url https://x.example.com/");
    let sound = home.run("--format json config check").ended_with(0).json();
    assert_eq!(sound["problems"], json!([]));
}

#[test]
fn of_many_mistakes_the_first_are_told_and_the_rest_counted() {
    let home = Home::new();
    let keys: String = (0..3000).map(|n| format!("wrong{n} = 1\n")).collect();
    home.config(&keys);
    let ran = home.run("config check");
    ran.ended_with(2).says(&["wrong49", "2950"]);
    assert!(!ran.stderr.contains("wrong51"), "{ran:#?}");
}
