use super::*;
use crate::locales::Lang;

mod generated;
mod methods;

fn open(text: &str) -> Document {
    Document::of_text(Path::new("/shop/config.toml"), text.to_owned()).unwrap()
}

fn set(text: &str, key: &str, value: &str) -> String {
    let mut document = open(text);
    document
        .set(key, value)
        .unwrap_or_else(|error| panic!("{key}: {error}\n{text}"));
    document.text().to_owned()
}

fn unset(text: &str, key: &str) -> String {
    let mut document = open(text);
    document
        .unset(key)
        .unwrap_or_else(|error| panic!("{key}: {error}\n{text}"));
    document.text().to_owned()
}

fn refusal(text: &str, edit: impl FnOnce(&mut Document) -> Result<(), ConfigError>) -> ConfigError {
    let mut document = open(text);
    let error = edit(&mut document).unwrap_err();
    assert_eq!(document.text(), text);
    error
}

fn method(id: u64, name: &str) -> PaymentMethod {
    PaymentMethod {
        id,
        name: name.to_owned(),
        oplux: true,
        realtime_thanks_offer: false,
        settle_method: "02".to_owned(),
        model_id: None,
    }
}

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
            "oplux.timeout_seconds = 0x0A # ten\r\n# x\r\n",
            "oplux.timeout_seconds",
            "20",
            "oplux.timeout_seconds = 20 # ten\r\n# x\r\n",
        ),
        (
            "oplux = { on_ng = { action = \"create\" }, enabled = false } # c\n",
            "oplux.enabled",
            "true",
            "oplux = { on_ng = { action = \"create\" }, enabled = true } # c\n",
        ),
        (
            "payment_methods = [{ id = 1, name = \"a\" }, { id = 2, name = \"b\" }]",
            "payment_methods[1].name",
            "c",
            "payment_methods = [{ id = 1, name = \"a\" }, { id = 2, name = \"c\" }]",
        ),
        (
            "[[payment_methods]]\nid = 1 # one\nname = \"a\"\n[[payment_methods]]\nid = 2\nname = \"\"\"b\nc\"\"\" # b\n",
            "payment_methods[1].name",
            "c",
            "[[payment_methods]]\nid = 1 # one\nname = \"a\"\n[[payment_methods]]\nid = 2\nname = \"c\" # b\n",
        ),
        (
            "[oplux]\nsecret_key_command = [ # why\n  \"a\", # first\n  # second\n  \"b\",\n] # end\n",
            "oplux.secret_key_command",
            "[\"c\"]",
            "[oplux]\n# why\n# first\n# second\nsecret_key_command = [\"c\"] # end\n",
        ),
        (
            "integrated_at = 2026-01-15 # began\n",
            "integrated_at",
            "2026/02/01",
            "integrated_at = \"2026/02/01\" # began\n",
        ),
        (
            "\u{feff}store = \"a\"\n",
            "store",
            "b",
            "\u{feff}store = \"b\"\n",
        ),
    ] {
        assert_eq!(set(before, key, value), after);
    }
}

#[test]
fn a_new_key_goes_into_its_table() {
    for (before, key, value, after) in [
        ("", "oplux.enabled", "true", "[oplux]\nenabled = true\n"),
        ("", "store", "x", "store = \"x\"\n"),
        ("\u{feff}", "store", "x", "\u{feff}store = \"x\"\n"),
        (
            "# head\n\n[oplux]\n",
            "store",
            "x",
            "# head\n\nstore = \"x\"\n\n[oplux]\n",
        ),
        (
            "# of oplux\n[oplux]\n",
            "store",
            "x",
            "store = \"x\"\n\n# of oplux\n[oplux]\n",
        ),
        (
            "[oplux]\n  enabled = true # R3\n\n# on hold\n[oplux.on_hold]\n",
            "oplux.shop_id",
            "S",
            "[oplux]\n  enabled = true # R3\n  shop_id = \"S\"\n\n# on hold\n[oplux.on_hold]\n",
        ),
        (
            "[oplux]",
            "oplux.shop_id",
            "S",
            "[oplux]\nshop_id = \"S\"\n",
        ),
        (
            "[oplux] # c\n[ecforce]\n",
            "oplux.shop_id",
            "S",
            "[oplux] # c\nshop_id = \"S\"\n[ecforce]\n",
        ),
        (
            "[oplux]\n# shop_id = \"\"\n# end\nenabled = true\n",
            "oplux.shop_id",
            "S",
            "[oplux]\n# shop_id = \"\"\nshop_id = \"S\"\n# end\nenabled = true\n",
        ),
        // Of a table that is commented out, and of a value's text, nothing is meant.
        (
            "[oplux]\nenabled = true\n# [ecforce]\n# model_id = 1\n",
            "oplux.model_id",
            "M",
            "[oplux]\nenabled = true\nmodel_id = \"M\"\n# [ecforce]\n# model_id = 1\n",
        ),
        (
            "[oplux]\nshop_id = \"\"\"\n# model_id = x\n\"\"\"\n",
            "oplux.model_id",
            "M",
            "[oplux]\nshop_id = \"\"\"\n# model_id = x\n\"\"\"\nmodel_id = \"M\"\n",
        ),
        (
            "[oplux]\r\nenabled = true\r\n",
            "oplux.on_ng.action",
            "create",
            "[oplux]\r\nenabled = true\r\n\r\n[oplux.on_ng]\r\naction = \"create\"\r\n",
        ),
        (
            "[oplux]\n\n# e\n[ecforce]\n",
            "oplux.on_ng.action",
            "create",
            "[oplux]\n\n[oplux.on_ng]\naction = \"create\"\n\n# e\n[ecforce]\n",
        ),
        (
            "[oplux.on_ng]\naction = \"create\"\n",
            "oplux.enabled",
            "true",
            "[oplux.on_ng]\naction = \"create\"\n\n[oplux]\nenabled = true\n",
        ),
        (
            "oplux.enabled = true # R3\nstore = \"x\"\n",
            "oplux.on_ng.action",
            "create",
            "oplux.enabled = true # R3\noplux.on_ng.action = \"create\"\nstore = \"x\"\n",
        ),
        (
            "[oplux]\non_ng.action = \"create\"\nenabled = true\n",
            "oplux.on_ng.redirect_url",
            "https://x.example",
            "[oplux]\non_ng.action = \"create\"\non_ng.redirect_url = \"https://x.example\"\nenabled = true\n",
        ),
        (
            "oplux = {}\n",
            "oplux.enabled",
            "true",
            "oplux = { enabled = true }\n",
        ),
        (
            "oplux = { enabled = true }\n",
            "oplux.on_ng.action",
            "create",
            "oplux = { enabled = true, on_ng.action = \"create\" }\n",
        ),
        (
            "oplux = { on_ng.action = \"create\" }\n",
            "oplux.on_ng.redirect_url",
            "https://x.example",
            "oplux = { on_ng.action = \"create\", on_ng.redirect_url = \"https://x.example\" }\n",
        ),
        (
            "[[payment_methods]]\nid = 1\nname = \"a\"\n\n[[payment_methods]]\nid = 2\nname = \"b\"\n",
            "payment_methods[0].oplux",
            "true",
            "[[payment_methods]]\nid = 1\nname = \"a\"\noplux = true\n\n[[payment_methods]]\nid = 2\nname = \"b\"\n",
        ),
        (
            "",
            "import.orders.columns.number",
            "注文番号",
            "[import.orders.columns]\nnumber = \"注文番号\"\n",
        ),
    ] {
        assert_eq!(set(before, key, value), after, "{key} in {before}");
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
            "[oplux]\nsecret_key_command = [ # why\n \"a\" ] # b\n",
            "oplux.secret_key_command",
            "[oplux]\n# why\n# b\n",
        ),
        (
            "oplux = { enabled = true, shop_id = \"x\" }\n",
            "oplux.enabled",
            "oplux = { shop_id = \"x\" }\n",
        ),
        (
            "oplux = { enabled = true, shop_id = \"x\" }\n",
            "oplux.shop_id",
            "oplux = { enabled = true }\n",
        ),
        (
            "oplux = { enabled = true }\n",
            "oplux.enabled",
            "oplux = { }\n",
        ),
        (
            "oplux.on_ng.action = \"create\"\nstore = \"x\"\n",
            "oplux.on_ng.action",
            "store = \"x\"\n",
        ),
        ("store = \"x\"\n", "oplux.shop_id", "store = \"x\"\n"),
    ] {
        assert_eq!(unset(before, key), after, "{key} in {before}");
    }
}

#[test]
fn a_change_says_what_was_and_what_is_now() {
    let mut document = open("[oplux]\nsecret_key = \"hunter2\"\n");
    let change = document.set("oplux.timeout_seconds", "20").unwrap();
    assert_eq!(
        (change.was.text().as_deref(), change.was.is_default),
        (Some("10"), true)
    );
    assert_eq!(
        (change.now.text().as_deref(), change.now.is_default),
        (Some("20"), false)
    );
    let change = document.set("oplux.shop_id", "0123").unwrap();
    assert_eq!(
        (change.was.text(), change.now.text().as_deref()),
        (None, Some("0123"))
    );
    let shown = format!(
        "{:?} {:?}",
        document.show().unwrap(),
        document.get("oplux.secret_key").unwrap()
    );
    assert!(
        shown.contains("********") && !shown.contains("hunter2"),
        "{shown}"
    );
    let change = document.unset("oplux.secret_key").unwrap();
    assert_eq!(change.was.text().as_deref(), Some("********"));
    assert_eq!(change.now.text(), None);
}

#[test]
fn what_stands_already_is_no_change_and_stays_as_it_is_written() {
    let text = "integrated_at = 2026-01-15 # began\n[oplux]\nshop_id = 'S'\ntimeout_seconds = 0x0A\nsecret_key_command = [\n  \"a\", # why\n]\n";
    for (key, value) in [
        ("oplux.shop_id", Some("S")),
        ("oplux.timeout_seconds", Some("10")),
        ("oplux.secret_key_command", Some("[\"a\"]")),
        ("integrated_at", Some("2026-01-15")),
        ("oplux.enabled", None),
        ("store", None),
    ] {
        let mut document = open(text);
        let change = match value {
            Some(value) => document.set(key, value),
            None => document.unset(key),
        };
        let change = change.unwrap();
        assert_eq!(change.was, change.now, "{key}");
        assert_eq!(document.text(), text, "{key}");
    }
    for (key, value) in [
        ("oplux.shop_id", Some("T")),
        // The default, which was not set.
        ("oplux.enabled", Some("false")),
        ("oplux.timeout_seconds", None),
    ] {
        let mut document = open(text);
        let change = match value {
            Some(value) => document.set(key, value),
            None => document.unset(key),
        };
        let change = change.unwrap();
        assert_ne!(change.was, change.now, "{key}");
        assert_ne!(document.text(), text, "{key}");
    }
    // A value that reads the same and is not allowed is put right.
    let mended = set("store = 2026-01-15\n", "store", "2026-01-15");
    assert_eq!(mended, "store = \"2026-01-15\"\n");
}

#[test]
fn show_gives_what_is_set_and_the_defaults_in_the_order_of_the_schema() {
    let document = open("[[payment_methods]]\nid = 1\nname = \"a\"\n[oplux]\nshop_id = \"S\"\n");
    let keys: Vec<(String, bool)> = document
        .show()
        .unwrap()
        .into_iter()
        .map(|shown| (shown.key, shown.is_default))
        .collect();
    assert_eq!(keys[0], ("oplux.enabled".to_owned(), true));
    assert!(keys.contains(&("oplux.shop_id".to_owned(), false)));
    assert!(keys.contains(&("payment_methods[0].settle_method".to_owned(), true)));
    assert!(
        !keys
            .iter()
            .any(|(key, _)| key == "oplux.model_id" || key.contains("[]"))
    );
}

#[test]
fn a_bad_edit_is_refused_and_changes_nothing() {
    use ConfigErrorKind::*;
    let two = "[oplux]\nsecret_key_command = [\"x\"]\n[[payment_methods]]\nid = 1\nname = \"a\"\n[[payment_methods]]\nid = 2\nname = \"b\"\n";
    for (key, value, kind, part) in [
        ("oplux.timeout_seconds", "121", Invalid, "from 1 to 120"),
        ("oplux.enabled", "ja", Invalid, "`true` or `false`"),
        ("oplux.on_ng.action", "redirct", Invalid, "`redirect`"),
        ("oplux.shop_id", "", Invalid, "empty"),
        ("oplux.shopid", "x", UnknownKey, "oplux.shop_id"),
        ("oplux.secret_key", "hunter2", SecretArgument, "argument"),
        ("ecforce.token", "hunter2", SecretArgument, "argument"),
        (
            "oplux.secret_key_file",
            "x",
            Invalid,
            "oplux.secret_key_command",
        ),
        (
            "payment_methods[1].id",
            "1",
            Invalid,
            "payment_methods[1].id: `payment_methods[0].id` has the same value",
        ),
        (
            "payment_methods[0].name",
            "b",
            Invalid,
            "payment_methods[1].name",
        ),
        ("payment_methods[2].name", "c", UnknownKey, "2 entries"),
        ("ad_urls[0].id", "1", UnknownKey, "0 entries"),
        ("integrated_at", "soon", Invalid, "2026-01-15"),
        (
            "oplux.register_url",
            "https://u:hunter2@x.example",
            Invalid,
            "user name or password",
        ),
    ] {
        let error = refusal(two, |document| document.set(key, value).map(drop));
        assert_eq!(error.kind, kind, "{key}");
        let said = format!("{error} {error:?}");
        assert!(error.to_string().contains(part), "{key}: {error}");
        assert!(!said.contains("hunter2"), "{said}");
    }
    for key in ["payment_methods[0].id", "payment_methods[0].name"] {
        let error = refusal(two, |document| document.unset(key).map(drop));
        assert_eq!(error.problems[0].path, key);
    }
    let secret = refusal(two, |document| {
        document.set("oplux.secret_key", "x").map(drop)
    });
    assert_eq!(
        secret.said.hint.unwrap().get(Lang::En),
        "`oplux config secret`"
    );
    refusal(two, |document| document.add_method(&method(3, "a")));
    refusal(two, |document| document.add_method(&method(2, "c")));
    refusal(two, |document| document.replace_method(1, &method(1, "b")));
    let wrong = PaymentMethod {
        settle_method: "12".into(),
        ..method(3, "c")
    };
    refusal(two, |document| document.add_method(&wrong));
}

#[test]
fn a_file_with_mistakes_can_be_mended() {
    let broken =
        "[oplux]\nenabled = 3\nfoo = 1\ntimeout_seconds = 500\n[[payment_methods]]\nname = \"a\"\n";
    let mended = set(broken, "oplux.enabled", "true");
    let mended = set(&mended, "payment_methods[0].id", "1");
    let mended = unset(&mended, "oplux.timeout_seconds");
    let left = open(&mended).config().unwrap_err().problems;
    assert_eq!(left.len(), 1, "{mended}");
    assert_eq!(left[0].path, "oplux.foo");
    // But what is set must be allowed itself.
    refusal(broken, |document| {
        document.set("oplux.enabled", "4").map(drop)
    });
    let error = Document::of_text(Path::new("x"), "[oplux".into()).unwrap_err();
    assert_eq!(error.kind, ConfigErrorKind::Invalid);
}

#[test]
fn saving_writes_for_the_owner_alone_and_keeps_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    let missing = Document::open(&path).unwrap_err();
    assert_eq!(missing.kind, ConfigErrorKind::NotFound);
    std::fs::write(&path, "# c\nstore = \"a\"\n").unwrap();
    let mut document = Document::open(&path).unwrap();
    document.set("store", "b").unwrap();
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        "# c\nstore = \"a\"\n"
    );
    document.save().unwrap();
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        "# c\nstore = \"b\"\n"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        std::fs::write(&path, "oplux.secret_key = \"x\"\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(
            Document::open(&path).unwrap_err().kind,
            ConfigErrorKind::Exposed
        );
    }
}
