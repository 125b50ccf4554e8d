//! Everything at once: `config check`, and texts that are not TOML.

use super::*;

fn file(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    fs::write(&path, text).unwrap();
    (folder, path)
}

/// Kind, path and line of every problem.
fn kinds(error: &ConfigError) -> Vec<(ProblemKind, &str, usize)> {
    let problems = error.problems.iter();
    problems
        .map(|problem| (problem.kind, problem.path.as_str(), problem.line.unwrap()))
        .collect()
}

#[test]
fn a_check_of_the_file_gives_redirects_without_a_url_among_all_other_mistakes() {
    use ProblemKind::*;
    let text = "stor = 1\n[oplux.on_ng]\naction = \"redirect\"\n[oplux]\nenabled = 3\non_hold = { action = \"redirect\" }\n[[ad_urls]]\n";
    let (_folder, path) = file(text);
    let error = check_file(&path).unwrap_err();
    assert_eq!(error.kind, ConfigErrorKind::Invalid);
    let expected = [
        (UnknownKey, "stor", 1),
        (RedirectUnset, "oplux.on_ng.redirect_url", 2),
        (WrongType, "oplux.enabled", 5),
        (RedirectUnset, "oplux.on_hold.redirect_url", 6),
        (Missing, "ad_urls[0].id", 7),
    ];
    assert_eq!(kinds(&error), expected);
    assert_eq!(error.to_string().lines().count(), expected.len());
    // Reading alone leaves them to when they are needed.
    let read = load(&path).unwrap_err();
    assert!(
        read.problems
            .iter()
            .all(|problem| problem.kind != RedirectUnset)
    );
}

#[test]
fn a_redirect_without_a_url_alone_is_a_mistake_for_the_check_and_not_for_reading() {
    let (_folder, path) = file("[oplux.on_review]\naction = \"redirect\"\n");
    let error = check_file(&path).unwrap_err();
    let expected = [(
        ProblemKind::RedirectUnset,
        "oplux.on_review.redirect_url",
        1,
    )];
    assert_eq!(kinds(&error), expected);
    assert_eq!(load(&path).unwrap().unset_redirects.len(), 1);
    let (_folder, path) = file("[oplux.on_review]\naction = \"create\"\n");
    assert!(check_file(&path).unwrap().oplux.is_some());
}

#[cfg(unix)]
#[test]
fn a_check_of_the_file_tells_of_a_secret_that_others_can_read_too() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, path) =
        file("[oplux]\non_ng = { action = \"redirect\" }\nsecret_key = \"hunter2\"\n");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let error = check_file(&path).unwrap_err();
    assert_eq!(error.kind, ConfigErrorKind::Exposed);
    assert_eq!(
        kinds(&error),
        [
            (ProblemKind::RedirectUnset, "oplux.on_ng.redirect_url", 2),
            (ProblemKind::Exposed, "oplux.secret_key", 3),
        ]
    );
}

/// Line and column of every place that is not TOML.
fn places(text: &str) -> Vec<(usize, usize)> {
    let problems = bad(text).problems.into_iter();
    problems
        .map(|problem| {
            assert_eq!(problem.kind, ProblemKind::Syntax);
            (problem.line.unwrap(), problem.column.unwrap())
        })
        .collect()
}

#[test]
fn every_place_that_is_not_toml_is_told_in_the_order_of_the_text() {
    for (text, expected) in [
        // Values without quotes: the parser tells of them after the others.
        (
            "[oplux]\nenabled = yes\nshop_id = SP00\nregister_url = https://x.example/a?b=c\n",
            &[(2, 11), (3, 11), (4, 16), (4, 37)][..],
        ),
        (
            "[oplux]\nenabled = tru\nshop_id = \"a\nmodel_id = \"b\"\nmodel_id = \"c\"\n[ecforce\n[oplux]\n",
            &[(2, 11), (3, 13), (5, 1), (6, 9), (7, 2)],
        ),
        (
            "integrated_at = 2026-13-45\nstore = \"\\q\"\n",
            &[(1, 17), (2, 11)],
        ),
        // Only `toml_edit` knows that this is too large.
        (
            "[oplux]\ntimeout_seconds = 99999999999999999999\n",
            &[(2, 19)],
        ),
    ] {
        assert_eq!(places(text), expected, "{text}");
    }
    let error = bad("a = yes\r\n\r\nb = no\r\n");
    let message = error.to_string();
    assert!(message.starts_with(&format!("{FILE}:1:5: ")), "{message}");
    assert_eq!(message.lines().count(), 2);
}

#[test]
fn mistakes_say_where_the_keys_are_explained() {
    let hint = bad("stor = 1\n").said.hint.unwrap();
    for lang in [Lang::En, Lang::Ja] {
        let hint = hint.get(lang);
        assert!(hint.contains("config init"), "{hint}");
        assert!(!hint.contains("sample-config"), "{hint}");
    }
}
