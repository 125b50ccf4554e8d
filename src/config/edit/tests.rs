use proptest::prelude::*;

use super::*;
use crate::config::{ConfigErrorKind, secret::SECRET_KEY};

fn open(text: &str) -> Document {
    Document::of_text(Path::new("/shop/config.toml"), text).unwrap()
}

/// The text after a key is set, or taken away.
fn edited(text: &str, key: &str, value: Option<&str>) -> String {
    let mut document = open(text);
    let done = match value {
        Some(value) => document.set(key, value),
        None => document.unset(key),
    };
    done.unwrap_or_else(|error| panic!("{key}: {error}\n{text}"));
    document.whole_text()
}

fn refusal(text: &str, edit: impl FnOnce(&mut Document) -> Result<(), ConfigError>) -> ConfigError {
    let mut document = open(text);
    let error = edit(&mut document).unwrap_err();
    assert_eq!(document.whole_text(), text);
    error
}

fn add(document: &mut Document, id: &str, name: &str) -> Result<(), ConfigError> {
    document.add_method(&[("name", name.to_owned()), ("id", id.to_owned())])
}

const HTTPS: &str = "https://x.example";

#[test]
fn a_value_is_replaced_and_nothing_else() {
    for (before, key, value, after) in [
        (
            "# a\n[oplux]   # b\n\tshop_id='x'   # c\nenabled = true\n# d",
            "oplux.shop_id",
            "0123",
            "# a\n[oplux]   # b\n\tshop_id=\"0123\"   # c\nenabled = true\n# d",
        ),
        (
            "\u{feff}oplux.timeout_seconds = 0x0A # ten\r\n# x\r\n",
            "oplux.timeout_seconds",
            "20",
            "\u{feff}oplux.timeout_seconds = 20 # ten\r\n# x\r\n",
        ),
        (
            "oplux = { on_ng = { action = \"create\" }, enabled = false } # c\n",
            "oplux.enabled",
            "true",
            "oplux = { on_ng = { action = \"create\" }, enabled = true } # c\n",
        ),
        (
            "payment_methods = [\n  { id = 1, name = \"a\" }, # A\n  { id = 2, name = \"b\" }, # B\n]",
            "payment_methods[1].name",
            "c",
            "payment_methods = [\n  { id = 1, name = \"a\" }, # A\n  { id = 2, name = \"c\" }, # B\n]",
        ),
        (
            "[[payment_methods]]\nid = 1 # one\nname = \"\"\"b\nc\"\"\" # b\n",
            "payment_methods[0].name",
            "c",
            "[[payment_methods]]\nid = 1 # one\nname = \"c\" # b\n",
        ),
        (
            "[oplux]\nenabled = { on = true } # R3\n",
            "oplux.enabled",
            "true",
            "[oplux]\nenabled = true # R3\n",
        ),
        (
            "integrated_at = 2026-01-15 # began\n",
            "integrated_at",
            "2026/02/01",
            "integrated_at = \"2026/02/01\" # began\n",
        ),
    ] {
        assert_eq!(edited(before, key, Some(value)), after);
    }
}

#[test]
fn a_new_key_goes_into_its_table() {
    for (before, key, value, after) in [
        ("", "oplux.enabled", "true", "[oplux]\nenabled = true\n"),
        ("\u{feff}", "store", "x", "\u{feff}store = \"x\"\n"),
        (
            "# head\n\n# of oplux\n[oplux]\n",
            "store",
            "x",
            "# head\n\nstore = \"x\"\n\n# of oplux\n[oplux]\n",
        ),
        (
            "[oplux]\n  enabled = true # R3\n\n# on hold\n[oplux.on_hold]\n",
            "oplux.shop_id",
            "S",
            "[oplux]\n  enabled = true # R3\n  shop_id = \"S\"\n\n# on hold\n[oplux.on_hold]\n",
        ),
        (
            "[oplux] # c",
            "oplux.shop_id",
            "S",
            "[oplux] # c\nshop_id = \"S\"\n",
        ),
        (
            "[oplux]\n# shop_id = \"\"\n# end\nenabled = true\n",
            "oplux.shop_id",
            "S",
            "[oplux]\n# shop_id = \"\"\nshop_id = \"S\"\n# end\nenabled = true\n",
        ),
        // Of a table that is commented out nothing is meant.
        (
            "[oplux]\nenabled = true\n# [ecforce]\n# model_id = 1\n",
            "oplux.model_id",
            "M",
            "[oplux]\nenabled = true\nmodel_id = \"M\"\n# [ecforce]\n# model_id = 1\n",
        ),
        (
            "[oplux]\r\n\r\n# e\r\n[ecforce]\r\n",
            "oplux.on_ng.action",
            "create",
            "[oplux]\r\n\r\n# e\r\n[ecforce]\r\n\r\n[oplux.on_ng]\r\naction = \"create\"\r\n",
        ),
        (
            "[oplux.on_ng]\naction = \"create\"\n",
            "oplux.enabled",
            "true",
            "[oplux.on_ng]\naction = \"create\"\n\n[oplux]\nenabled = true\n",
        ),
        (
            "[oplux]\non_ng = { action = \"create\" } # c\n",
            "oplux.on_ng.redirect_url",
            HTTPS,
            "[oplux]\non_ng = { action = \"create\", redirect_url = \"https://x.example\" } # c\n",
        ),
        (
            "[[ad_urls]]\nid = 1\n\n[[ad_urls]]\nid = 2\n",
            "ad_urls[0].thanks_offer",
            "true",
            "[[ad_urls]]\nid = 1\nthanks_offer = true\n\n[[ad_urls]]\nid = 2\n",
        ),
    ] {
        let text = edited(before, key, Some(value));
        assert_eq!(text, after, "{key} in {before}");
    }
}

#[test]
fn what_is_unset_goes_and_its_comments_stay() {
    for (before, key, after) in [
        ("# a\nstore = \"x\" # b\n# c\n", "store", "# a\n# b\n# c\n"),
        ("store = \"x\"", "store", ""),
        (
            "[oplux]\n  shop_id = \"x\" # b\n  enabled = true\n",
            "oplux.shop_id",
            "[oplux]\n  # b\n  enabled = true\n",
        ),
        (
            "[oplux]\non_ng = { action = \"redirect\", redirect_url = \"https://x.example\" } # b\n",
            "oplux.on_ng.redirect_url",
            "[oplux]\non_ng = { action = \"redirect\" } # b\n",
        ),
        (
            "oplux.on_ng.action = \"create\"\nstore = \"x\"\n",
            "oplux.on_ng.action",
            "store = \"x\"\n",
        ),
    ] {
        assert_eq!(edited(before, key, None), after, "{key} in {before}");
    }
}

#[test]
fn what_stands_already_is_no_change_and_stays_as_it_is_written() {
    let text = "integrated_at = 2026-01-15 # began\n[oplux]\nenabled = \"ON\"\nshop_id = 'S'\ntimeout_seconds = 0x0A\nsecret_key_command = [\n  \"a\", # why\n]\n";
    for (key, value) in [
        ("oplux.shop_id", Some("S")),
        ("oplux.enabled", Some("yes")),
        ("oplux.timeout_seconds", Some("10")),
        ("oplux.secret_key_command", Some("[\"a\"]")),
        ("integrated_at", Some("2026-01-15")),
        ("oplux.service", None),
        ("store", None),
    ] {
        assert_eq!(edited(text, key, value), text, "{key}");
    }
    // The default, which was not set, is written.
    assert_ne!(edited(text, "oplux.service", Some("o-plux")), text);
    // A value that reads the same and is not allowed is put right.
    let mended = edited("store = 2026-01-15\n", "store", Some("2026-01-15"));
    assert_eq!(mended, "store = \"2026-01-15\"\n");
}

#[test]
fn an_edit_that_makes_a_mistake_is_refused_and_changes_nothing() {
    let two =
        "[[payment_methods]]\nid = 1\nname = \"a\"\n[[payment_methods]]\nid = 2\nname = \"b\"\n";
    for (key, value, said) in [
        (
            "payment_methods[1].id",
            "1",
            "payment_methods[1].id: `payment_methods[0].id` has the same value",
        ),
        ("payment_methods[0].name", "b", "payment_methods[1].name"),
        ("payment_methods[2].name", "c", "2 entries"),
        ("ad_urls[0].id", "1", "0 entries"),
    ] {
        let error = refusal(two, |document| document.set(key, value).map(drop));
        assert!(error.to_string().contains(said), "{key}: {error}");
    }
    for key in ["payment_methods[0].id", "payment_methods[0].name"] {
        let error = refusal(two, |document| document.unset(key).map(drop));
        assert_eq!(error.problems[0].path, key);
    }
    refusal(two, |document| document.remove_method(2));
}

#[test]
fn a_file_with_mistakes_can_be_mended() {
    let broken =
        "[oplux]\nenabled = 3\nfoo = 1\ntimeout_seconds = 500\n[[payment_methods]]\nname = \"a\"\n";
    let mended = edited(broken, "oplux.enabled", Some("true"));
    let mended = edited(&mended, "payment_methods[0].id", Some("1"));
    let mended = edited(&mended, "oplux.timeout_seconds", None);
    let left = open(&mended).config().unwrap_err().problems;
    assert_eq!(left.len(), 1, "{mended}");
    assert_eq!(left[0].path, "oplux.foo");
    // One of three secrets, and an entry above one with a mistake.
    let secrets = "[ecforce]\ntoken = \"a\"\ntoken_file = \"b\"\ntoken_command = [\"c\"]\n";
    let fewer = edited(secrets, "ecforce.token", None);
    assert!(!fewer.contains("token ="), "{fewer}");
    let mut document = open("[[payment_methods]]\nid = 1\n\n[[payment_methods]]\nid = \"x\"\n");
    document.remove_method(0).unwrap();
    assert_eq!(document.whole_text(), "[[payment_methods]]\nid = \"x\"\n");
    assert!(Document::of_text(Path::new("x"), "[oplux").is_err());
}

#[test]
fn payment_methods_are_added_and_removed() {
    let text = "# methods\n[[payment_methods]] # one\nid = 1\nname = \"a\" # A\n\n# the second\n[[payment_methods]]\nid = 2\n# name\nname = \"1\"\n\n[ecforce] # e\n";
    let mut document = open(text);
    add(&mut document, "3", "c").unwrap();
    let block = "[[payment_methods]]\nid = 3\nname = \"c\"\n\n[ecforce]";
    assert_eq!(document.whole_text(), text.replace("[ecforce]", block));
    for index in [2, 1, 0] {
        document.remove_method(index).unwrap();
    }
    // What stands behind what goes would describe the wrong entry.
    assert_eq!(
        document.whole_text(),
        "# methods\n\n# the second\n# name\n\n[ecforce] # e\n"
    );
}

#[test]
fn what_cannot_be_changed_alone_is_left_with_the_line_to_change_by_hand() {
    type Edit = fn(&mut Document) -> Result<(), ConfigError>;
    let cases: [(&str, Edit, &str); 7] = [
        // Dotted keys of a table that has no header.
        (
            "# a\noplux.enabled = true\n",
            |document| document.set("oplux.shop_id", "S").map(drop),
            "config.toml:2: `oplux.shop_id`",
        ),
        (
            "[oplux]\non_ng.action = \"create\"\n",
            |document| document.set("oplux.on_ng.redirect_url", HTTPS).map(drop),
            "config.toml:2: `oplux.on_ng.redirect_url`",
        ),
        // A list of inline tables.
        (
            "payment_methods = [\n  { id = 1, name = \"a\" },\n  { id = 2, name = \"b\" },\n]\n",
            |document| document.remove_method(1),
            "config.toml:3: `payment_methods[1]`",
        ),
        (
            "# a\npayment_methods = [{ id = 1, name = \"a\" }]\n",
            |document| add(document, "2", "b"),
            "config.toml:2: `payment_methods`",
        ),
        // A comment inside of what would go.
        (
            "[oplux]\nsecret_key_command = [\n  \"a\", # why\n]\n",
            |document| document.unset("oplux.secret_key_command").map(drop),
            "config.toml:2: `oplux.secret_key_command`",
        ),
        (
            "oplux = 3\n",
            |document| document.set("oplux.enabled", "true").map(drop),
            "config.toml:1: `oplux.enabled`",
        ),
        (
            "[payment_methods]\n",
            |document| add(document, "1", "a"),
            "config.toml:1: `payment_methods`",
        ),
    ];
    for (text, edit, place) in cases {
        let error = refusal(text, edit);
        assert!(error.to_string().contains(place), "{error}");
    }
}

#[test]
fn a_secret_that_cannot_be_stored_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    let store = |secret| store_secret(&path, SECRET_KEY, &Secret::new(secret)).unwrap_err();
    assert_eq!(store("x").kind, ConfigErrorKind::Missing);
    let text = "[oplux]\nsecret_key_file = \".\"\n";
    files::write_atomic(&path, text.as_bytes()).unwrap();
    assert_eq!(store("x").kind, ConfigErrorKind::Unwritable);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

const PATH: &str = "/shop/config.toml";

#[test]
fn without_answers_it_sets_nothing() {
    for lang in [Lang::En, Lang::Ja] {
        let document = template(Path::new(PATH), &[], lang).unwrap();
        let config = document.config().unwrap();
        assert!(config.unset_redirects.is_empty());
        assert!(config.payment_methods.is_empty() && config.ecforce.is_none());
        let oplux = config.oplux.unwrap();
        assert!(oplux.shop_id.is_none() && oplux.enabled.is_none());
        assert!(!document.whole_text().contains("sample-config"));
    }
}

#[test]
fn answers_stand_where_they_are_explained() {
    let answers = [
        ("oplux.shop_id", "0123", "shop_id = \"SP00EXAMPLE\""),
        ("oplux.enabled", "true", "enabled = true"),
        (
            "oplux.name_url",
            "https://oplux.example/n",
            "name_url = \"https://oplux.example/name\"",
        ),
        ("oplux.on_review.action", "create", "action = \"create\""),
        ("store", "my.db", "store = \"oplux.db\""),
    ];
    let given = answers.map(|(key, value, _)| (key.to_owned(), value.to_owned()));
    let document = template(Path::new(PATH), &given, Lang::En).unwrap();
    let config = document.config().unwrap();
    assert_eq!(config.settings().enabled, Some(true));
    assert_eq!(config.oplux.unwrap().shop_id.as_deref(), Some("0123"));
    for (key, value, example) in answers {
        let set = document.get(key).unwrap();
        assert_eq!(set.text().as_deref(), Some(value));
        let name = key.rsplit('.').next().unwrap();
        let lines = format!("\n# {example}\n{name} = ");
        assert!(document.whole_text().contains(&lines), "{lines}");
    }
}

#[test]
fn every_answer_that_is_not_allowed_is_told() {
    let answers = [
        ("oplux.shop_id".to_owned(), " ".to_owned()),
        ("oplux.event_url".to_owned(), "http://x.example/".to_owned()),
    ];
    let error = template(Path::new(PATH), &answers, Lang::En).unwrap_err();
    let told: Vec<&str> = error.problems.iter().map(|of| of.path.as_str()).collect();
    assert_eq!(told, ["oplux.shop_id", "oplux.event_url"]);
}

/// The sample with everything in force that may stand together.
fn sample() -> String {
    let text = include_str!("../../../sample-config.toml");
    let is_key = |line: &str| {
        let key = line.split_once(" = ").map_or("", |(key, _)| key);
        let is_secret = key.starts_with("secret_key") || key.starts_with("token");
        !key.is_empty() && !key.contains([' ', '`']) && !is_secret
    };
    let line = |line: &str| match line.strip_prefix("# ").filter(|rest| is_key(rest)) {
        Some(rest) => format!("{rest} # it was commented out\n"),
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Edits keep comments and order, whatever comes after what.
    #[test]
    fn edits_say_what_they_were_told_and_nothing_else(
        windows in any::<bool>(),
        edits in prop::collection::vec((0..KEYS.len(), 0..2_usize, 0..4_u8), 1..8),
    ) {
        let comments = |text: &str| {
            let comment = |line: &str| line.find("# ").map(|at| line[at..].trim_end().to_owned());
            let mut comments: Vec<_> = text.lines().filter_map(comment).collect();
            comments.sort();
            comments
        };
        let text = if windows { sample().replace('\n', "\r\n") } else { sample() };
        let mut document = open(&text);
        for (key, index, what) in edits {
            let key = KeyPath { key: &KEYS[key], index };
            let before = document.whole_text();
            let done = match what {
                0 => document.unset(&key.to_string()).map(|change| change.now.is_default),
                1 => add(&mut document, "50", "new").map(|()| true),
                _ => document
                    .set(&key.to_string(), key.key.kind.example())
                    .map(|change| !change.now.is_default),
            };
            match done {
                Ok(done) => prop_assert!(done),
                // Secrets, two keys of one secret, what an entry needs: nothing was changed.
                Err(error) => {
                    prop_assert_eq!(&before, &document.whole_text());
                    prop_assert!(!error.to_string().contains("changed here"), "{}: {}", key, error);
                }
            }
        }
        let after = document.whole_text();
        prop_assert_eq!(comments(&after), comments(&text));
        prop_assert_eq!(after.matches("\r\n").count(), if windows { after.matches('\n').count() } else { 0 });
        prop_assert!(document.config().is_ok(), "{}", after);
    }
}
