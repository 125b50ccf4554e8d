//! `[[payment_methods]]`: entries as a whole.

use super::{super::*, method, open};
use crate::locales::Lang;

#[test]
fn payment_methods_are_found_added_changed_and_removed() {
    let text = "# methods\n[[payment_methods]] # one\nid = 1\nname = \"a\" # A\n\n# the second\n[[payment_methods]]\nid = 2\n# name\nname = \"1\"\n\n[ecforce] # e\n";
    let mut document = open(text);
    assert_eq!(document.find_method("1").unwrap(), 0);
    assert_eq!(document.find_method("a").unwrap(), 0);
    assert_eq!(document.find_method("2").unwrap(), 1);
    let error = document.find_method("A").unwrap_err();
    assert_eq!(error.kind, ConfigErrorKind::MethodUnknown);
    assert!(error.said.hint.unwrap().get(Lang::En).contains("1 a, 2 1"));

    document.add_method(&method(3, "c")).unwrap();
    let block = "[[payment_methods]]\nid = 3\nname = \"c\"\noplux = true\nrealtime_thanks_offer = false\nsettle_method = \"02\"\n";
    assert_eq!(
        document.text(),
        text.replace("[ecforce]", &format!("{block}\n[ecforce]"))
    );

    document
        .replace_method(
            0,
            &PaymentMethod {
                oplux: false,
                model_id: Some("M".into()),
                settle_method: "99".into(),
                ..method(1, "a2")
            },
        )
        .unwrap();
    assert!(document.text().starts_with("# methods\n[[payment_methods]] # one\nid = 1\nname = \"a2\" # A\nmodel_id = \"M\"\n\n# the second\n"), "{}", document.text());
    document
        .replace_method(
            0,
            &PaymentMethod {
                oplux: false,
                settle_method: "99".into(),
                ..method(1, "a2")
            },
        )
        .unwrap();
    assert!(!document.text().contains("model_id"));

    document.remove_method(2).unwrap();
    document.remove_method(1).unwrap();
    assert_eq!(
        document.text(),
        "# methods\n[[payment_methods]] # one\nid = 1\nname = \"a2\" # A\n\n# the second\n# name\n\n[ecforce] # e\n"
    );
    document.remove_method(0).unwrap();
    assert_eq!(
        document.text(),
        "# methods\n\n# the second\n# name\n\n[ecforce] # e\n"
    );
    assert!(document.remove_method(0).is_err());

    let mut document = open("payment_methods = [{ id = 1, name = \"a\" }]\n");
    document.add_method(&method(2, "b")).unwrap();
    document.remove_method(0).unwrap();
    assert_eq!(document.config().unwrap().payment_methods, [method(2, "b")]);
    document.remove_method(0).unwrap();
    assert_eq!(document.text(), "payment_methods = []\n");
    document.add_method(&method(2, "b")).unwrap();
    assert_eq!(document.config().unwrap().payment_methods.len(), 1);

    let mut document = open("");
    document.add_method(&method(1, "後払い")).unwrap();
    assert_eq!(
        document.config().unwrap().payment_methods,
        [method(1, "後払い")]
    );
}

#[test]
fn what_stands_behind_a_method_goes_with_it_and_lines_of_comments_stay() {
    let text = "# all\n[[payment_methods]] # old header\n# the id\nid = 1 # old id\nnote = [ # old note\n  # inside\n  1, # old one\n] # old end\nname = \"\"\"a\n# no comment\"\"\" # old name\n# below\n\n[[payment_methods]] # new\nid = 2\nname = \"b\" # B\n";
    let mut document = open(text);
    document.remove_method(0).unwrap();
    assert_eq!(
        document.text(),
        "# all\n# the id\n# inside\n# below\n\n[[payment_methods]] # new\nid = 2\nname = \"b\" # B\n"
    );
    let windows = text.replace('\n', "\r\n");
    let mut document = open(&windows);
    document.remove_method(1).unwrap();
    let left = &windows[..windows.find("[[payment_methods]] # new").unwrap()];
    assert_eq!(document.text(), left);
}

#[test]
fn what_stands_behind_an_entry_of_an_inline_list_goes_with_it() {
    let list = "payment_methods = [\n  # first\n  { id = 1, name = \"a\" }, # A, one\n  { id = 2, name = \"b\" } # B\n]\n";
    let nested = "payment_methods = [{ id = 1, # old id\n  # inside\n  name = \"a\" }, # A\n  { id = 2, name = \"b\" } ] # list\n";
    let beside =
        "payment_methods = [\n  { id = 1, name = \"a\" }, { id = 2, name = \"b\" }, # both\n]\n";
    let comma_first = "payment_methods = [\n  { id = 1, name = \"a\" } # A\n  , { id = 2, name = \"b\" } # B\n]\n";
    for (text, index, after) in [
        (
            list,
            0,
            "payment_methods = [\n  # first\n  { id = 2, name = \"b\" } # B\n]\n",
        ),
        (
            list,
            1,
            "payment_methods = [\n  # first\n  { id = 1, name = \"a\" }, # A, one\n]\n",
        ),
        (
            nested,
            0,
            "# inside\npayment_methods = [# A\n  { id = 2, name = \"b\" } ] # list\n",
        ),
        // Of a line that stays, the comment stays.
        (
            beside,
            0,
            "payment_methods = [\n  { id = 2, name = \"b\" }, # both\n]\n",
        ),
    ] {
        let mut document = open(text);
        document.remove_method(index).unwrap();
        assert_eq!(document.text(), after);
    }
    let mut document = open(comma_first);
    document.remove_method(1).unwrap();
    assert_eq!(document.config().unwrap().payment_methods.len(), 1);
    let mut document = open(list);
    document.add_method(&method(3, "c")).unwrap();
    assert_eq!(document.config().unwrap().payment_methods.len(), 3);
}

#[test]
fn what_cannot_be_changed_alone_is_left_with_the_line_to_change_by_hand() {
    type Change = fn(&mut Document) -> Result<(), ConfigError>;
    let cases: [(&str, Change, &str); 3] = [
        (
            "# a\npayment_methods = [\n  { id = 1, name = \"a\" }\n  , { id = 2, name = \"b\" }\n]\n",
            |document| document.remove_method(0),
            "config.toml:3: `payment_methods[0]`",
        ),
        (
            "[oplux]\n\nenabled = { on = true }\n",
            |document| document.set("oplux.enabled", "true").map(drop),
            "config.toml:3: `oplux.enabled`",
        ),
        (
            "oplux = 3\n",
            |document| document.set("oplux.enabled", "true").map(drop),
            "config.toml:1: `oplux.enabled`",
        ),
    ];
    for (text, change, place) in cases {
        let mut document = open(text);
        let error = change(&mut document).unwrap_err();
        assert_eq!(document.text(), text);
        assert!(error.to_string().contains(place), "{error}");
    }
}
