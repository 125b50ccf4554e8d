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
        "# methods\n# one\n# A\n\n# the second\n# name\n\n[ecforce] # e\n"
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
fn commas_and_comments_of_inline_lists_survive() {
    let text = "payment_methods = [\n  # first\n  { id = 1, name = \"a\" }, # A, one\n  { id = 2, name = \"b\" }, # B\n]\n";
    for index in [0, 1] {
        let mut document = open(text);
        document.remove_method(index).unwrap();
        assert_eq!(document.config().unwrap().payment_methods.len(), 1);
        for comment in ["# first", "# A, one", "# B"] {
            assert!(document.text().contains(comment), "{}", document.text());
        }
    }
    let mut document = open(text);
    document.add_method(&method(3, "c")).unwrap();
    assert_eq!(document.config().unwrap().payment_methods.len(), 3);
}
