use std::{fs, path::Path};

use proptest::prelude::*;

use super::*;
use crate::{
    config::schema::KEYS,
    locales::{Lang, Text},
};

mod whole;

const FILE: &str = "/shop/config.toml";

fn good(text: &str) -> Config {
    parse(Path::new(FILE), text, false).unwrap_or_else(|error| panic!("{error}"))
}

fn bad(text: &str) -> ConfigError {
    parse(Path::new(FILE), text, false).unwrap_err()
}

fn english(text: &Text) -> &str {
    text.get(Lang::En)
}

/// Kind, path and line of every problem.
fn found(text: &str) -> Vec<(ProblemKind, String, usize)> {
    let problems = bad(text).problems.into_iter();
    problems
        .map(|problem| (problem.kind, problem.path, problem.line.unwrap()))
        .collect()
}

#[test]
fn the_configuration_of_the_contract_is_read() {
    let config = good(
        r#"
store = "data/oplux.db"
integrated_at = "2026-01-15"

[oplux]
enabled = true
service = "fraud-checker"
shop_id = "SP00EXAMPLE"
connection_id = "0123"
model_id = "CRD_01"
secret_key_file = "key"
screen_existing_customers = false
register_url = "https://oplux.example/r"
event_url = "http://127.0.0.1:8080/e"
name_url = "http://[::1]/n"
hash_method = "SHA1"
timeout_seconds = 120

[oplux.on_hold]
action = "redirect"
redirect_url = "https://shop.example.com/held"

[oplux.on_review]
action = "create"
redirect_url = "https://shop.example.com/unused"

[[payment_methods]]
id = 1
name = "クレジットカード一括"
oplux = true
realtime_thanks_offer = true
settle_method = "02"
model_id = "CRD_02"

[[payment_methods]]
id = 2
name = "後払い"

[[ad_urls]]
id = 12
thanks_offer = true

[ecforce]
base_url = "https://shop.example.com"
token_command = ["./token.sh", "x"]

[import.orders.columns]
number = "注文番号"
"#,
    );
    assert_eq!(
        config.store.as_deref(),
        Some(Path::new("/shop/data/oplux.db"))
    );
    assert_eq!(config.integrated_at.unwrap().wire(), "2026/01/15 00:00:00");
    let oplux = config.oplux().unwrap();
    assert_eq!(oplux.secret_key, SecretSource::File("/shop/key".into()));
    assert_eq!(
        (oplux.hash_method, oplux.timeout_seconds),
        (HashMethod::Sha1, 120)
    );
    assert_eq!(oplux.event_url.as_ref().unwrap().port(), Some(8080));
    let settings = config.settings();
    assert!(settings.enabled == Some(true) && !settings.screen_existing_customers);
    assert_eq!(settings.service, Service::FraudChecker);
    assert_eq!(
        settings.behaviours,
        Behaviours {
            on_hold: Behaviour::Redirect("https://shop.example.com/held".into()),
            on_review: Behaviour::Create,
            on_ng: Behaviour::Create,
        }
    );
    let second = settings.method(2).unwrap();
    assert!(!second.oplux && !second.realtime_thanks_offer && second.model_id.is_none());
    assert_eq!(second.settle_method, "99");
    assert_eq!(
        settings.method(1).unwrap().model_id.as_deref(),
        Some("CRD_02")
    );
    assert_eq!(settings.ad_url_thanks_offer(12), Some(true));
    assert_eq!(config.columns.orders["number"], "注文番号");
    let named = good("oplux.secret_key_command = [\"./key.sh\", \"x\"]\n");
    let command = vec!["/shop/./key.sh".to_owned(), "x".to_owned()];
    assert_eq!(
        named.oplux.unwrap().secret_key,
        SecretSource::Command(command)
    );
}

#[test]
fn what_is_not_set_has_its_default() {
    let config = good("[oplux]\n");
    let oplux = config.oplux().unwrap();
    assert!(oplux.enabled.is_none() && oplux.screen_existing_customers);
    assert_eq!(
        (oplux.hash_method, oplux.timeout_seconds),
        (HashMethod::Sha256, 10)
    );
    assert_eq!(oplux.service, Service::OPlux);
    assert_eq!(config.settings().behaviours.on_ng, Behaviour::Create);
    assert_eq!(oplux.secret_key, SecretSource::None);
    let empty = good("");
    assert_eq!(empty.oplux().unwrap_err().kind, ConfigErrorKind::NoOplux);
    assert!(empty.settings().enabled.is_none() && empty.settings().screen_existing_customers);
    assert!(empty.store.is_none() && empty.ecforce.is_none());
    assert!(Config::empty(Path::new(FILE)).oplux.is_none());
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
    use ProblemKind::*;
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
        (UnknownKey, "stor", 1),
        (NotAllowed, "integrated_at", 2),
        (WrongType, "ecforce", 3),
        (WrongType, "oplux.enabled", 5),
        (NotAllowed, "oplux.shop_id", 6),
        (NotAllowed, "oplux.timeout_seconds", 7),
        (NotAllowed, "oplux.service", 8),
        (WrongType, "oplux.secret_key", 9),
        (TwoSecrets, "oplux.secret_key", 9),
        (NotAllowed, "oplux.register_url", 11),
        (UnknownKey, "oplux.\"quoted.key\"", 12),
        (NotAllowed, "oplux.on_hold.action", 14),
        (UnknownKey, "oplux.on_hold.redirect", 15),
        (WrongType, "payment_methods[0].id", 17),
        (NotAllowed, "payment_methods[0].settle_method", 19),
        (Missing, "payment_methods[1].id", 20),
        (Duplicate, "payment_methods[1].name", 21),
        (NotAllowed, "payment_methods[2].id", 23),
        (Duplicate, "payment_methods[4].id", 29),
        (Missing, "ad_urls[0].id", 31),
        (WrongType, "ad_urls[0].thanks_offer", 32),
        (UnknownKey, "import.orders.columns.nummer", 34),
        (WrongType, "import.orders.columns.total", 35),
    ];
    let expected = expected.map(|(kind, path, line)| (kind, path.to_owned(), line));
    assert_eq!(found(text), expected);
    let error = bad(text);
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
    ] {
        assert!(message.contains(part), "{part}\n{message}");
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
fn what_is_not_toml_is_told_with_line_and_column() {
    for (text, line, column) in [
        ("store = \"x\"\nこれ = 1\n", 2, 1),
        ("[oplux]\nenabled = tru\n", 2, 11),
        ("[oplux]\n[oplux]\n", 2, 2),
        ("a = 1\na = 2\n", 2, 1),
        ("\u{feff}store = \n", 1, 9),
    ] {
        let error = bad(text);
        let problem = &error.problems[0];
        assert_eq!(problem.kind, ProblemKind::Syntax);
        assert_eq!(
            (problem.line, problem.column),
            (Some(line), Some(column)),
            "{text}: {error}"
        );
        assert!(
            error
                .to_string()
                .starts_with(&format!("{FILE}:{line}:{column}: "))
        );
    }
}

#[test]
fn a_table_in_the_place_of_a_value_and_the_other_way_round_is_a_wrong_type() {
    use ProblemKind::WrongType;
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
    ] {
        let found = found(text);
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!((found[0].0, found[0].1.as_str()), (WrongType, path));
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
    assert_eq!(
        found("integrated_at = 10:00:00\n")[0].0,
        ProblemKind::NotAllowed
    );
}

/// R6: a mistake when it is needed and for `config check`, not when the file is read.
#[test]
fn a_redirect_without_a_url_is_told_when_it_is_asked_for() {
    let text =
        "[oplux]\n\n[oplux.on_hold]\naction = \"redirect\"\n[oplux.on_ng]\naction = \"create\"\n";
    let config = good(text);
    assert_eq!(
        config.settings().behaviours.on_hold,
        Behaviour::RedirectUnset
    );
    let problem = &config.unset_redirects[0];
    assert_eq!(problem.path, "oplux.on_hold.redirect_url");
    assert_eq!(problem.line, Some(3));
    assert_eq!(config.unset_redirects.len(), 1);
    assert!(
        config
            .check()
            .unwrap_err()
            .to_string()
            .contains("config.toml:3: oplux.on_hold.redirect_url: ")
    );
    let needed = config.redirect_unset(AutoResult::Hold);
    assert_eq!(&*needed.problems, config.unset_redirects);
    let dotted = good("oplux.on_ng.action = \"redirect\"\n");
    assert_eq!(dotted.unset_redirects[0].line, Some(1));
    assert!(good("[oplux]\n").check().is_ok());
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_holds_no_secret() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    let write = |text: &str, mode| {
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    };
    for secret in [
        "[oplux]\nsecret_key = \"hunter2\"\n",
        "ecforce.token = \"hunter2\"\n",
    ] {
        for mode in [0o640, 0o604, 0o644] {
            write(secret, mode);
            let error = load(&path).unwrap_err();
            assert_eq!(error.kind, ConfigErrorKind::Exposed);
            let hint = error.said.hint.as_ref().unwrap();
            assert_eq!(english(hint), format!("chmod 600 {}", path.display()));
            assert!(!error.to_string().contains("hunter2"));
        }
        write(secret, 0o600);
        load(&path).unwrap();
    }
    write("[oplux]\nsecret_key_file = \"k\"\n", 0o644);
    load(&path).unwrap();
    // Other mistakes are told along with it.
    write("[oplux]\nsecret_key = \"x\"\nfoo = 1\n", 0o644);
    assert_eq!(load(&path).unwrap_err().problems.len(), 2);
}

#[test]
fn what_cannot_be_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    let missing = load(&path).unwrap_err();
    assert_eq!(missing.kind, ConfigErrorKind::NotFound);
    assert!(english(&missing.said.hint.unwrap()).contains("oplux config init"));
    assert_eq!(
        load(folder.path()).unwrap_err().kind,
        ConfigErrorKind::Unreadable
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
        let _ = parse(Path::new(FILE), &text, true);
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
        let _ = parse(Path::new(FILE), &lines.join(end), true);
    }
}
