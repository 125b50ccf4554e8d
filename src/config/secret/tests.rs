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
        (" hunter 2", Some("hunter 2")),
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
        let hidden = source.at_hand(KEY, None).unwrap_err();
        assert_eq!(hidden.kind, ConfigErrorKind::Exposed);
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
    assert!(source.at_hand(KEY, None).unwrap().is_none());
    assert!(!mark.exists());
    assert!(source.at_hand(KEY, Some("env")).unwrap().is_some());
    assert!(source.resolve(KEY, None).is_err());
    assert!(mark.exists());
}

/// What `screen` refuses, `screen --dry-run` refuses too.
#[test]
fn a_dry_run_refuses_a_bad_file_and_says_where_a_program_was_not_asked() {
    let folder = folder();
    let path = folder.path().join("config.toml");
    let draft = |text: &str, env| {
        write(&path, &format!("[oplux]\n{ACCOUNT}{text}"), 0o600);
        load(&path).unwrap().draft(env)
    };
    let file = "secret_key_file = \"key\"\n";
    let key = folder.path().join("key");
    let missing = draft(file, None).unwrap();
    write(&key, "\n", 0o600);
    let empty = draft(file, None).unwrap();
    for draft in [missing, empty] {
        assert!(draft.secret_key.is_none());
        let trouble = draft.secret_trouble.unwrap().to_string();
        assert!(trouble.contains("secret_key_file"), "{trouble}");
    }
    write(&key, "hunter2\n", 0o644);
    let exposed = draft(file, None).unwrap_err();
    assert_eq!(exposed.kind, ConfigErrorKind::Exposed);
    // The environment wins before the file is looked at.
    let by_env = draft(file, Some("env")).unwrap();
    assert_eq!(revealed(by_env.secret_key).as_deref(), Some("env"));
    write(&key, "hunter2\n", 0o600);
    let by_file = draft(file, None).unwrap();
    assert_eq!(
        (
            revealed(by_file.secret_key).as_deref(),
            by_file.secret_not_asked
        ),
        (Some("hunter2"), false)
    );

    let program = "secret_key_command = [\"/nowhere/program\"]\n";
    for (text, env, has_secret, not_asked) in [
        (program, None, false, true),
        (program, Some(""), false, true),
        (program, Some("env"), true, false),
        ("", None, false, false),
    ] {
        let draft = draft(text, env).unwrap();
        assert_eq!(
            (draft.secret_key.is_some(), draft.secret_not_asked),
            (has_secret, not_asked),
            "{text} {env:?}"
        );
    }
}

#[test]
fn a_program_that_does_not_end_is_told_by_name_as_a_missing_credential() {
    let command = ["sh", "-c", "exec sleep 60", "hunter2"].map(str::to_owned);
    for (credential, key) in [
        (KEY, "oplux.secret_key_command"),
        (Credential::EcforceToken, "ecforce.token_command"),
    ] {
        let error = from_command(credential, &command, Duration::ZERO).unwrap_err();
        assert_eq!(error.kind, ConfigErrorKind::CredentialsMissing);
        let said = format!("{error} {error:?}");
        assert!(
            said.contains(&format!("{key}: `sh` did not end within")),
            "{said}"
        );
        assert!(!said.contains("hunter2"), "{said}");
    }
    assert_eq!(program::LIMIT, Duration::from_secs(30));
}

#[test]
fn a_program_that_writes_more_than_any_secret_gives_none() {
    let script = format!("printf '%{}d' 0", program::LONGEST + 1);
    let command = ["sh".to_owned(), "-c".to_owned(), script];
    let error = from_command(KEY, &command, program::LIMIT).unwrap_err();
    assert_eq!(error.kind, ConfigErrorKind::CredentialsMissing);
}

#[test]
fn what_screening_lacks_is_one_list_and_credentials_and_addresses_are_told_apart() {
    let names = |text: &str, env| -> Vec<String> {
        let missing = config(text).missing_to_screen(env).into_iter();
        let last = |text: &Text| text.get(Lang::En).rsplit(' ').next().map(str::to_owned);
        missing.filter_map(|text| last(&text)).collect()
    };
    let nowhere = "secret_key_file = \"/nowhere\"\n";
    let full = format!("[oplux]\n{ACCOUNT}");
    let all = [
        "shop_id",
        "connection_id",
        "secret_key",
        "model_id",
        "register_url",
    ];
    for (text, env, expected) in [
        ("", false, &all[..]),
        ("[oplux]\n", false, &all),
        (
            "[oplux]\n",
            true,
            &["shop_id", "connection_id", "model_id", "register_url"],
        ),
        (
            "[oplux]\nshop_id = \"S\"\nsecret_key_command = [\"/nowhere\"]\n",
            false,
            &["connection_id", "model_id", "register_url"],
        ),
        (&full, false, &["secret_key"]),
        (&full, true, &[]),
        // Whether the file is there is asked only when the secret is needed.
        (&format!("{full}{nowhere}"), false, &[]),
    ] {
        assert_eq!(names(text, env), expected, "{text} {env}");
    }

    let without_address =
        config("[oplux]\nshop_id = \"S\"\nconnection_id = \"C\"\nmodel_id = \"M\"\n");
    without_address.credentials(Some("env")).unwrap();
    let error = without_address.addresses().unwrap_err();
    assert_eq!(
        (error.kind, error.problems[0].path.as_str()),
        (ConfigErrorKind::Invalid, "oplux.register_url")
    );
    let without_secret = config(&format!(
        "[oplux]\n{ACCOUNT}event_url = \"http://127.0.0.1:8080/e\"\n[ecforce]\nbase_url = \"https://shop.example.com/\"\n"
    ));
    let kind = |text: &str| config(text).credentials(None).unwrap_err().kind;
    assert_eq!(kind(&full), ConfigErrorKind::CredentialsMissing);
    assert_eq!(
        kind(&format!("{full}{nowhere}")),
        ConfigErrorKind::CredentialsMissing
    );
    assert_eq!(kind(""), ConfigErrorKind::NoOplux);
    let hosts = [
        ("oplux.register_url", "oplux.example"),
        ("oplux.event_url", "127.0.0.1"),
        ("ecforce.base_url", "shop.example.com"),
    ];
    let hosts = hosts.map(|(key, host)| (key, host.to_owned()));
    assert_eq!(without_secret.addresses().unwrap(), hosts);
    assert_eq!(
        config("").addresses().unwrap_err().kind,
        ConfigErrorKind::NoOplux
    );
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
    assert!(!format!("{account:?} {config:?}").contains("inline"));
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
    for credential in [KEY, Credential::EcforceToken] {
        let empty = store(&path, credential, &Secret::new(" \n")).unwrap_err();
        assert_eq!(empty.kind, ConfigErrorKind::Invalid);
        let hint = empty.said.hint.unwrap();
        assert!(hint.get(Lang::En).contains("standard input"));
        assert!(hint.get(Lang::Ja).contains("標準入力"));
        assert!(!hint.get(Lang::En).contains("oplux config secret"));
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
