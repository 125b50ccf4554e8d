use std::{fs, path::Path};

use proptest::prelude::*;

use super::*;
use crate::{
    config::schema::KEYS,
    domain::settings::Behaviour,
    locales::{Lang, Text},
};

const FILE: &str = "/shop/config.toml";

fn parse(text: &str, whole: bool) -> Result<Config, ConfigError> {
    of_source(Path::new(FILE), &Source::of_text(text), whole)
}

fn good(text: &str) -> Config {
    parse(text, false).unwrap_or_else(|error| panic!("{error}"))
}

fn bad(text: &str) -> ConfigError {
    parse(text, false).unwrap_err()
}

fn english(text: &Text) -> &str {
    text.get(Lang::En)
}

/// Path and line of every problem.
fn found(error: &ConfigError) -> Vec<(&str, usize)> {
    let problems = error.problems.iter();
    problems
        .map(|problem| (problem.path.as_str(), problem.line.unwrap()))
        .collect()
}

#[test]
fn what_is_set_is_read_and_paths_start_from_the_folder() {
    let config = good(
        r#"
store = "data/oplux.db"
[oplux]
service = "fraud-checker"
secret_key_command = ["./key.sh", "x"]
screen_existing_customers = false
event_url = "http://127.0.0.1:8080/e"
hash_method = "SHA1"
timeout_seconds = 120
on_review = { action = "create", redirect_url = "https://shop.example.com/unused" }
"#,
    );
    assert_eq!(
        config.store.as_deref(),
        Some("/shop/data/oplux.db".as_ref())
    );
    let oplux = config.oplux().unwrap();
    assert_eq!(
        (oplux.hash_method, oplux.timeout_seconds, oplux.service),
        (HashMethod::Sha1, 120, Service::FraudChecker)
    );
    assert_eq!(oplux.event_url.as_ref().unwrap().port(), Some(8080));
    let settings = config.settings();
    assert!(!settings.screen_existing_customers);
    assert_eq!(settings.behaviours.on_review, Behaviour::Create);
    let command = vec!["/shop/./key.sh".to_owned(), "x".to_owned()];
    assert_eq!(oplux.secret_key, Some(SecretSource::Command(command)));
}

#[test]
fn what_is_not_set_has_its_default() {
    let config = good("[oplux]\n[[payment_methods]]\nid = 1\nname = \"a\"\n");
    let oplux = config.oplux().unwrap();
    assert!(oplux.enabled.is_none() && oplux.screen_existing_customers);
    assert_eq!(
        (oplux.hash_method, oplux.timeout_seconds, oplux.service),
        (HashMethod::Sha256, 10, Service::OPlux)
    );
    assert!(oplux.secret_key.is_none());
    let method = &config.payment_methods[0];
    assert!(!method.oplux && !method.realtime_thanks_offer && method.model_id.is_none());
    assert_eq!(method.settle_method, "99");
    assert_eq!(config.settings().behaviours.on_ng, Behaviour::Create);
    let empty = good("");
    assert_eq!(empty.oplux().unwrap_err().kind, ConfigErrorKind::Missing);
    assert!(empty.settings().enabled.is_none() && empty.settings().screen_existing_customers);
    assert!(empty.store.is_none() && empty.ecforce.is_none());
}

#[test]
fn every_way_of_writing_a_table_says_the_same() {
    let written = [
        "[oplux]\nenabled = true\n[oplux.on_ng]\naction = \"redirect\"\nredirect_url = \"https://x.example\"\n[[payment_methods]]\nid = 1\nname = \"a\"\n",
        "oplux.enabled = true\noplux.on_ng.action = \"redirect\"\noplux.on_ng.redirect_url = \"https://x.example\"\npayment_methods = [{ id = 1, name = \"a\" }]\n",
        "oplux = { enabled = true, on_ng = { action = \"redirect\", redirect_url = \"https://x.example\" } }\n[[payment_methods]]\nid = 1\nname = \"a\"\n",
        "\u{feff}[oplux.on_ng]\r\naction = \"redirect\"\r\nredirect_url = \"https://x.example\"\r\n[[payment_methods]]\r\nid = 1\r\nname = \"a\"\r\n[oplux]\r\nenabled = true\r\n",
    ];
    let first = good(written[0]).settings();
    assert!(first.enabled == Some(true) && first.methods.len() == 1);
    for text in written {
        assert_eq!(good(text).settings(), first, "{text}");
    }
}

#[test]
fn all_problems_are_told_at_once_with_path_and_line() {
    let text = r#"stor = "x"
integrated_at = "2026-02-30"
ecforce = 3
[oplux]
enabled = "ja"
shop_id = ""
timeout_seconds = 0
service = "oplux"
secret_key = 5
secret_key_file = "k"
register_url = "http://oplux.example/"
"quoted.key" = 1
[oplux.on_hold]
action = "redirct"
redirect = "https://x.example"
[[payment_methods]]
id = "1"
name = "a"
settle_method = "12"
[[payment_methods]]
name = "a"
[[payment_methods]]
id = -1
name = "b"
[[payment_methods]]
id = 7
name = "c"
[[payment_methods]]
id = 7
name = "d"
[[ad_urls]]
thanks_offer = 1
[import.orders.columns]
nummer = "注文番号"
total = 3
"#;
    let expected = [
        ("stor", 1),
        ("integrated_at", 2),
        ("ecforce", 3),
        ("oplux.enabled", 5),
        ("oplux.shop_id", 6),
        ("oplux.timeout_seconds", 7),
        ("oplux.service", 8),
        ("oplux.secret_key", 9),
        ("oplux.secret_key", 9),
        ("oplux.register_url", 11),
        ("oplux.\"quoted.key\"", 12),
        ("oplux.on_hold.action", 14),
        ("oplux.on_hold.redirect", 15),
        ("payment_methods[0].id", 17),
        ("payment_methods[0].settle_method", 19),
        ("payment_methods[1].id", 20),
        ("payment_methods[1].name", 21),
        ("payment_methods[2].id", 23),
        ("payment_methods[4].id", 29),
        ("ad_urls[0].id", 31),
        ("ad_urls[0].thanks_offer", 32),
        ("import.orders.columns.nummer", 34),
        ("import.orders.columns.total", 35),
    ];
    let error = bad(text);
    assert_eq!(found(&error), expected);
    assert_eq!(error.kind, ConfigErrorKind::Invalid);
    let message = english(&error.said.message);
    assert_eq!(message.lines().count(), expected.len());
    for part in [
        "/shop/config.toml:1: stor: unknown key, did you mean `store`?",
        "/shop/config.toml:7: oplux.timeout_seconds: this value is not allowed; allowed: a whole number from 1 to 120",
        "`o-plux`, `fraud-checker`",
        "did you mean `redirect`?",
        "did you mean `number`?",
        "`payment_methods[3].id` has the same value",
        "oplux.on_hold.redirect: unknown key, did you mean `redirect_url`?",
        "payment_methods[1].id: it is missing",
        "oplux.secret_key: it is a whole number; allowed: text",
        "`secret_key_file`, `secret_key` are set together",
    ] {
        assert!(message.contains(part), "{part}\n{message}");
    }
}

#[test]
fn names_of_payment_methods_meet_however_they_are_typed() {
    let method = |id, name| format!("[[payment_methods]]\nid = {id}\nname = \"{name}\"\n");
    for (one, other) in [
        ("クレジット", "ｸﾚｼﾞｯﾄ"),
        ("Card A", "card　ａ"),
        ("a", " a "),
    ] {
        let error = bad(&(method(1, one) + &method(2, other)));
        assert_eq!(found(&error), [("payment_methods[1].name", 6)], "{other}");
    }
}

#[test]
fn no_value_is_repeated_in_a_message() {
    let error = bad(concat!(
        "secret = \"hunter2\"\n[oplux]\nsecret_key = [\"hunter2\"]\nsecretkey = \"hunter2\"\n",
        "model_id = \" \"\nservice = \"hunter2\"\nregister_url = \"https://u:hunter2@x.example/\"\n",
        "timeout_seconds = \"hunter2\"\n[ecforce]\ntoken = 4711\ntoken_file = \"hunter2\"\n",
    ));
    assert!(error.problems.len() >= 7, "{error}");
    let syntax = bad("[oplux]\nsecret_key = \"hunter2\n");
    let said = format!("{error} {error:?} {syntax} {syntax:?}");
    assert!(
        !said.contains("hunter2") && !said.contains("4711"),
        "{said}"
    );
}

#[test]
fn every_place_that_is_not_toml_is_told_in_the_order_of_the_text() {
    for (text, expected) in [
        ("store = \"x\"\nこれ = 1\n", &[(2, 1)][..]),
        ("[oplux]\n[oplux]\n", &[(2, 2)]),
        ("a = 1\na = 2\n", &[(2, 1)]),
        ("\u{feff}store = \n", &[(1, 9)]),
        // Values without quotes: the parser tells of them after the others.
        (
            "[oplux]\nenabled = yes\nshop_id = SP00\nregister_url = https://x.example/a?b=c\n",
            &[(2, 11), (3, 11), (4, 16), (4, 37)],
        ),
        (
            "[oplux]\nenabled = tru\nshop_id = \"a\nmodel_id = \"b\"\nmodel_id = \"c\"\n[ecforce\n[oplux]\n",
            &[(2, 11), (3, 13), (5, 1), (6, 9), (7, 2)],
        ),
    ] {
        let error = bad(text);
        let problems = error.problems.iter();
        let places: Vec<_> = problems
            .map(|problem| (problem.line.unwrap(), problem.column.unwrap()))
            .collect();
        assert_eq!(places, expected, "{text}");
        let (line, column) = expected[0];
        let first = format!("{FILE}:{line}:{column}: ");
        assert!(error.to_string().starts_with(&first), "{error}");
    }
}

#[test]
fn a_table_in_the_place_of_a_value_and_the_other_way_round_is_a_wrong_type() {
    for (text, path) in [
        ("[store]\n", "store"),
        ("[[store]]\n", "store"),
        ("oplux = []\n", "oplux"),
        ("[[oplux]]\n", "oplux"),
        ("payment_methods = 1\n", "payment_methods"),
        ("[payment_methods]\n", "payment_methods"),
        ("payment_methods = [1]\n", "payment_methods"),
        ("[oplux]\non_ng = \"create\"\n", "oplux.on_ng"),
        (
            "[oplux]\nsecret_key_command = [1]\n",
            "oplux.secret_key_command",
        ),
        ("[oplux]\ntimeout_seconds = 10.0\n", "oplux.timeout_seconds"),
        (
            "[oplux]\ntimeout_seconds = 99999999999999999999\n",
            "oplux.timeout_seconds",
        ),
    ] {
        let error = bad(text);
        assert_eq!(found(&error).len(), 1, "{text}");
        assert_eq!(found(&error)[0].0, path);
    }
}

#[test]
fn a_date_may_be_written_as_a_string_or_as_a_date() {
    for (text, expected) in [
        ("\"2026/1/15\"", "2026-01-15 00:00:00"),
        ("\"2026-01-15 10:00\"", "2026-01-15 10:00:00"),
        ("2026-01-15", "2026-01-15 00:00:00"),
        ("2026-01-15T10:00:00", "2026-01-15 10:00:00"),
        ("2026-01-15T10:00:00Z", "2026-01-15 19:00:00"),
    ] {
        let config = good(&format!("integrated_at = {text}\n"));
        assert_eq!(config.integrated_at.unwrap().to_string(), expected);
    }
    bad("integrated_at = 10:00:00\n");
}

/// R6: a mistake when it is needed and for `config check`, not when the file is read.
#[test]
fn a_redirect_without_a_url_is_told_when_it_is_asked_for() {
    let text = "[oplux]\non_ng.action = \"redirect\"\n\n[oplux.on_hold]\naction = \"redirect\"\n[oplux.on_review]\naction = \"create\"\n";
    let config = good(text);
    assert_eq!(
        config.settings().behaviours.on_hold,
        Behaviour::RedirectUnset
    );
    let both = [
        ("oplux.on_ng.redirect_url", 2),
        ("oplux.on_hold.redirect_url", 4),
    ];
    let mut told = config.check().unwrap_err().problems;
    told.sort_by_key(|problem| problem.line);
    assert_eq!(*told, *parse(text, true).unwrap_err().problems);
    let needed = config.redirect_unset(AutoResult::Ng);
    assert_eq!(found(&needed), both[..1]);
    // Among all other mistakes, by line.
    let error = parse(&text.replace("[oplux]", "[oplux]\nstor = 1"), true).unwrap_err();
    let lines: Vec<_> = found(&error).iter().map(|(_, line)| *line).collect();
    assert_eq!(lines, [2, 3, 5]);
    assert!(parse("[oplux]\n", true).is_ok());
}

#[test]
fn a_secret_that_others_can_read_is_told_among_the_other_mistakes() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    fs::write(&path, "foo = 1\necforce.token = \"hunter2\"\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let error = load(&path).unwrap_err();
    assert_eq!(found(&error), [("foo", 1), ("ecforce.token", 2)]);
    let hint = error.said.hint.as_ref().unwrap();
    assert_eq!(english(hint), format!("chmod 600 {}", path.display()));
    assert!(!error.to_string().contains("hunter2"));
    // So it is where the file is opened to change it.
    let error = crate::config::Document::open(&path).unwrap_err();
    assert_eq!(found(&error), [("ecforce.token", 2)]);
}

#[test]
fn what_cannot_be_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    let missing = load(&path).unwrap_err();
    assert_eq!(missing.kind, ConfigErrorKind::Missing);
    assert!(english(&missing.said.hint.unwrap()).contains("oplux config init"));
    assert_eq!(
        load(folder.path()).unwrap_err().kind,
        ConfigErrorKind::Invalid
    );
    fs::write(&path, b"store = \"a\"\n# \x83\x65\n").unwrap();
    let error = load(&path).unwrap_err();
    assert_eq!(error.kind, ConfigErrorKind::Invalid);
    assert_eq!(error.problems[0].line, Some(2));
}

#[test]
fn the_sample_loads_as_it_is_and_shows_every_key() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-config.toml");
    let config = load(&path).unwrap_or_else(|error| panic!("{error}"));
    assert!(config.unset_redirects.is_empty());
    let file = SecretSource::File(path.with_file_name("config.secret-key"));
    assert_eq!(config.oplux().unwrap().secret_key, Some(file));
    let settings = config.settings();
    let held = Behaviour::Redirect("https://shop.example.com/held".into());
    assert_eq!(
        (settings.enabled, settings.behaviours.on_hold),
        (Some(true), held)
    );
    assert_eq!(config.integrated_at.unwrap().wire(), "2026/01/15 00:00:00");
    let second = &config.payment_methods[1];
    assert_eq!((second.id, second.oplux), (2, true));
    assert_eq!(second.model_id.as_deref(), Some("ATB_01"));
    assert!(config.ad_urls[0].id == 12 && config.ad_urls[0].thanks_offer);
    assert_eq!(config.columns.orders["number"], "注文番号");
    let text = fs::read_to_string(&path).unwrap();
    // The keys of each table, set or commented out.
    let mut table = String::new();
    let mut shown = Vec::new();
    for line in text.lines() {
        let line = line.trim_start_matches(['#', ' ']);
        if let Some(header) = line
            .strip_prefix("[[")
            .and_then(|rest| rest.split_once("]]"))
        {
            table = format!("{}[].", header.0);
        } else if let Some(header) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            table = format!("{}.", header.0);
        } else if let Some((name, _)) = line.split_once(" = ") {
            shown.push(format!("{table}{name}"));
        }
    }
    for key in KEYS {
        assert!(
            shown.iter().any(|shown| shown == key.pattern),
            "{} is not in the sample",
            key.pattern
        );
    }
    // What stands commented out is allowed too, but for the other two keys of each secret.
    let uncommented: String = text
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest)
                if rest.contains(" = ")
                    && !rest.contains("secret_key")
                    && !rest.contains("token") =>
            {
                format!("{rest}\n")
            }
            _ => format!("{line}\n"),
        })
        .filter(|line| !line.starts_with("number = ") || line.contains("注文番号"))
        .collect();
    good(&uncommented);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        let _ = parse(&text, true);
    }

    #[test]
    fn nothing_like_toml_makes_it_panic(
        lines in prop::collection::vec(
            prop_oneof![
                Just("[oplux]"), Just("[[payment_methods]]"), Just("[oplux.on_hold]"), Just("id = 1"),
                Just("name = \"a\""), Just("oplux = {}"), Just("oplux.enabled = true"), Just("store = \"\"\"x"),
                Just("\"\"\""), Just("payment_methods = [{id = 1}, 3]"), Just("action = \"redirect\""),
                Just("import.orders.columns = { number = 1, x.y = 2 }"), Just("integrated_at = 2026-01-15"),
                Just("# comment"), Just("ecforce = 1979-05-27"), Just("[import.orders]"), Just("\u{feff}"),
                Just("secret_key = ["), Just("]"), Just("\"\" = nan"), Just("ad_urls = []"),
            ],
            0..12,
        ),
        end in prop_oneof![Just("\n"), Just("\r\n")],
    ) {
        // What the check lets pass, serde reads.
        if let Err(error) = parse(&lines.join(end), true) {
            prop_assert!(!error.problems.is_empty(), "{}", error);
        }
    }
}
