use std::{fs, os::unix::fs::PermissionsExt};

use super::*;
use crate::{
    config::{load, load::Config},
    locales::Lang,
};

const KEY: Credential = Credential::OpluxSecretKey;
const ACCOUNT: &str = "shop_id = \"S\"\nconnection_id = \"C\"\nmodel_id = \"M\"\nregister_url = \"https://oplux.example/\"\n";

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn write(path: &Path, text: &str, mode: u32) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn config(text: &str) -> Config {
    load::parse(Path::new("/shop/config.toml"), text, false).unwrap()
}

fn revealed(secret: Option<Secret>) -> Option<String> {
    secret.map(|secret| secret.reveal().to_owned())
}

#[test]
fn every_key_of_a_secret_is_in_the_schema() {
    for credential in [KEY, Credential::EcforceToken] {
        for end in ["", "_file", "_command"] {
            let path = key_path(credential, end);
            assert_eq!(path.to_string(), format!("{}{end}", credential.key()));
        }
    }
}

#[test]
fn the_environment_wins_and_an_empty_one_counts_as_not_set() {
    let inline = SecretSource::Inline(Secret::new("inline"));
    for (env, expected) in [
        (Some("env"), "env"),
        (Some("env\n"), "env"),
        (Some(""), "inline"),
        (Some("\n"), "inline"),
        (None, "inline"),
    ] {
        let secret = inline.resolve(KEY, env).unwrap();
        assert_eq!(revealed(secret).as_deref(), Some(expected));
    }
    // It wins before the file is looked at.
    let nowhere = SecretSource::File("/nowhere".into());
    assert!(nowhere.resolve(KEY, Some("env")).unwrap().is_some());
    assert!(SecretSource::None.resolve(KEY, None).unwrap().is_none());
}

#[test]
fn a_file_gives_its_secret_without_the_line_break_to_its_owner_alone() {
    let folder = folder();
    let path = folder.path().join("key");
    let source = SecretSource::File(path.clone());
    for (text, expected) in [
        ("hunter2\n", Some("hunter2")),
        ("hunter2\r\n", Some("hunter2")),
        (" hunter 2", Some(" hunter 2")),
        ("", None),
        ("\n", None),
        (" \n", None),
    ] {
        write(&path, text, 0o600);
        let secret = source.resolve(KEY, None);
        if let Err(error) = &secret {
            assert_eq!(error.kind, ConfigErrorKind::CredentialsMissing);
        }
        assert_eq!(
            revealed(secret.ok().flatten()).as_deref(),
            expected,
            "{text:?}"
        );
    }
    for mode in [0o640, 0o604, 0o644] {
        write(&path, "hunter2", mode);
        let error = source.resolve(KEY, None).unwrap_err();
        assert_eq!(error.kind, ConfigErrorKind::Exposed);
        assert!(!error.to_string().contains("hunter2"));
        assert!(source.at_hand(KEY, None).is_none());
    }
    fs::remove_file(&path).unwrap();
    let error = source.resolve(KEY, None).unwrap_err();
    assert_eq!(error.kind, ConfigErrorKind::CredentialsMissing);
    assert!(error.to_string().contains("oplux.secret_key_file"));
}

#[test]
fn a_program_gives_its_secret_and_only_its_name_is_told_where_it_fails() {
    let source = |parts: &[&str]| {
        SecretSource::Command(parts.iter().map(|part| (*part).to_owned()).collect())
    };
    // Without a shell: the arguments are passed as they stand.
    let secret = source(&["printf", "%s\n", "$HOME;x"])
        .resolve(KEY, None)
        .unwrap();
    assert_eq!(revealed(secret).as_deref(), Some("$HOME;x"));
    for (command, part) in [
        (
            source(&["sh", "-c", "echo hunter2; echo hunter2 >&2; exit 3"]),
            "`sh` failed (exit status: 3)",
        ),
        (source(&["true", "hunter2"]), "`true` gave no secret"),
        (
            source(&["/nowhere/program", "hunter2"]),
            "`/nowhere/program` cannot be run",
        ),
    ] {
        let error = command.resolve(KEY, None).unwrap_err();
        assert_eq!(error.kind, ConfigErrorKind::CredentialsMissing);
        let said = format!("{error} {error:?}");
        assert!(said.contains(part) && !said.contains("hunter2"), "{said}");
    }
}

#[test]
fn a_dry_run_asks_no_program() {
    let folder = folder();
    let mark = folder.path().join("mark");
    let command = vec!["touch".to_owned(), mark.display().to_string()];
    let source = SecretSource::Command(command);
    assert!(source.at_hand(KEY, None).is_none());
    assert!(!mark.exists());
    assert!(source.at_hand(KEY, Some("env")).is_some());
    assert!(source.resolve(KEY, None).is_err());
    assert!(mark.exists());
}

#[test]
fn every_credential_that_is_missing_is_named_with_its_term() {
    let error = config("[oplux]\n").account(None).unwrap_err();
    assert_eq!(error.kind, ConfigErrorKind::CredentialsMissing);
    let hint = error.said.hint.clone().unwrap();
    for lang in [Lang::En, Lang::Ja] {
        let message = error.said.message.get(lang);
        for term in [
            "加盟店ID",
            "接続元ID",
            "シークレットキー",
            "審査モデルID",
            "shop_id",
            "connection_id",
            "secret_key",
            "model_id",
        ] {
            assert!(message.contains(term), "{term}: {message}");
        }
        assert!(hint.get(lang).contains("oplux config set oplux.shop_id"));
        assert!(hint.get(lang).contains("oplux config secret"));
    }
    let one = config("[oplux]\nshop_id = \"S\"\nconnection_id = \"C\"\nmodel_id = \"M\"\n");
    let message = one.account(None).unwrap_err().to_string();
    assert!(
        message.contains("シークレットキー") && !message.contains("加盟店ID"),
        "{message}"
    );
    // With all four, the address is asked for.
    let error = one.account(Some("env")).unwrap_err();
    assert_eq!(error.kind, ConfigErrorKind::Invalid);
    assert_eq!(error.problems[0].path, "oplux.register_url");
    assert_eq!(
        config("").account(None).unwrap_err().kind,
        ConfigErrorKind::NoOplux
    );
}

#[test]
fn an_account_has_what_screening_needs() {
    let config = config(&format!("[oplux]\n{ACCOUNT}secret_key = \"inline\"\n"));
    let account = config.account(Some("")).unwrap();
    assert_eq!(account.secret_key.reveal(), "inline");
    assert_eq!(
        (account.shop_id.as_str(), account.model_id.as_str()),
        ("S", "M")
    );
    assert_eq!(account.timeout_seconds, 10);
    assert!(account.name_url.is_none());
    assert_eq!(
        config.account(Some("env")).unwrap().secret_key.reveal(),
        "env"
    );
    let draft = config.draft(None).unwrap();
    assert_eq!(draft.secret_key.unwrap().reveal(), "inline");
    assert_eq!(
        config.event_account(None).unwrap_err().problems[0].path,
        "oplux.event_url"
    );
    assert!(!format!("{account:?} {config:?}").contains("inline"));
}

#[test]
fn the_token_of_ecforce_is_found_in_the_same_way() {
    let with = |text: &str| {
        config(&format!(
            "[ecforce]\nbase_url = \"https://shop.example.com\"\n{text}"
        ))
    };
    let account = with("token = \"t\"\n").ecforce_account(None).unwrap();
    assert_eq!(account.token.reveal(), "t");
    let account = with("").ecforce_account(Some("env")).unwrap();
    assert_eq!(
        (account.token.reveal(), account.base_url.as_str()),
        ("env", "https://shop.example.com/")
    );
    assert_eq!(
        with("").ecforce_account(None).unwrap_err().kind,
        ConfigErrorKind::CredentialsMissing
    );
    let error = config("").ecforce_account(Some("env")).unwrap_err();
    assert_eq!(
        (error.kind, error.problems[0].path.as_str()),
        (ConfigErrorKind::Invalid, "ecforce.base_url")
    );
}

#[test]
fn a_secret_is_stored_in_one_file_that_one_key_names() {
    for (before, named, after) in [
        (
            "# top\n[oplux] # O\nenabled = true # R3\n",
            "shop.secret-key",
            "# top\n[oplux] # O\nenabled = true # R3\nsecret_key_file = \"shop.secret-key\"\n",
        ),
        (
            "",
            "shop.secret-key",
            "[oplux]\nsecret_key_file = \"shop.secret-key\"\n",
        ),
        (
            "[oplux]\nsecret_key_file = \"keys/k\" # here\n",
            "keys/k",
            "[oplux]\nsecret_key_file = \"keys/k\" # here\n",
        ),
        (
            "[oplux]\nsecret_key = \"old\" # old one\n",
            "shop.secret-key",
            "[oplux]\n# old one\nsecret_key_file = \"shop.secret-key\"\n",
        ),
        (
            "[oplux]\nsecret_key_command = [\"x\"]\nenabled = true\n",
            "shop.secret-key",
            "[oplux]\nenabled = true\nsecret_key_file = \"shop.secret-key\"\n",
        ),
        (
            "[oplux]\nsecret_key_command = [\"x\"]\nsecret_key = \"y\"\n",
            "shop.secret-key",
            "[oplux]\nsecret_key_file = \"shop.secret-key\"\n",
        ),
    ] {
        let folder = folder();
        let path = folder.path().join("shop.toml");
        write(&path, before, 0o600);
        let file = store(&path, KEY, &Secret::new("hunter2\n")).unwrap();
        assert_eq!(file, folder.path().join(named));
        assert_eq!(fs::read_to_string(&path).unwrap(), after);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&file), mode(&path)), (0o600, 0o600));
        let source = load::load(&path).unwrap().oplux.unwrap().secret_key;
        assert_eq!(
            revealed(source.resolve(KEY, None).unwrap()).as_deref(),
            Some("hunter2")
        );
    }
}

#[test]
fn a_secret_that_cannot_be_stored_changes_nothing() {
    let folder = folder();
    let path = folder.path().join("config.toml");
    let missing = store(&path, KEY, &Secret::new("x")).unwrap_err();
    assert_eq!(missing.kind, ConfigErrorKind::NotFound);
    let text = "[oplux]\nsecret_key_file = \".\"\n";
    write(&path, text, 0o600);
    assert_eq!(
        store(&path, KEY, &Secret::new("x")).unwrap_err().kind,
        ConfigErrorKind::Unwritable
    );
    assert!(store(&path, KEY, &Secret::new(" \n")).is_err());
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
