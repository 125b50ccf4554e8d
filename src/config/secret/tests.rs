use std::{fs, os::unix::fs::PermissionsExt};

use super::*;
use crate::{
    config::{
        load::{Config, Source, load, of_source},
        store_secret,
    },
    locales::Lang,
};

const ACCOUNT: &str = "shop_id = \"S\"\nconnection_id = \"C\"\nmodel_id = \"M\"\nregister_url = \"https://oplux.example/\"\n";

fn write(path: &Path, text: &str, mode: u32) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn config(text: &str) -> Config {
    let path = Path::new("/shop/config.toml");
    of_source(path, &Source::of_text(text), false).unwrap()
}

fn command(parts: &[&str]) -> SecretSource {
    SecretSource::Command(parts.iter().map(|part| (*part).to_owned()).collect())
}

fn resolved(source: &SecretSource, env: Option<&str>) -> Result<String, ConfigError> {
    let secret = SECRET_KEY.resolve(Some(source), env)?;
    Ok(secret.unwrap().reveal().to_owned())
}

#[test]
fn the_environment_wins_and_an_empty_one_counts_as_not_set() {
    let inline = SecretSource::Inline(Secret::new("inline"));
    for (env, expected) in [
        (Some("env\n"), "env"),
        (Some(""), "inline"),
        (Some("\n"), "inline"),
        (None, "inline"),
    ] {
        assert_eq!(resolved(&inline, env).unwrap(), expected);
    }
    // It wins before the file is looked at.
    let nowhere = SecretSource::File("/nowhere".into());
    assert!(resolved(&nowhere, Some("env")).is_ok());
    assert!(SECRET_KEY.resolve(None, None).unwrap().is_none());
}

#[test]
fn a_file_gives_its_secret_to_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let source = SecretSource::File(path.clone());
    write(&path, " hunter 2\r\n", 0o600);
    assert_eq!(resolved(&source, None).unwrap(), "hunter 2");
    for (text, mode, kind) in [
        (" \n", 0o600, ConfigErrorKind::CredentialsMissing),
        ("hunter2", 0o640, ConfigErrorKind::Invalid),
        ("hunter2", 0o604, ConfigErrorKind::Invalid),
        ("hunter2", 0o622, ConfigErrorKind::Invalid),
        ("hun\u{200b}ter2", 0o600, ConfigErrorKind::Invalid),
    ] {
        write(&path, text, mode);
        let error = resolved(&source, None).unwrap_err();
        assert_eq!(error.kind, kind, "{text:?} {mode:o}");
        assert!(!error.to_string().contains("hunter2"));
    }
    fs::remove_file(&path).unwrap();
    let error = resolved(&source, None).unwrap_err();
    assert_eq!(error.kind, ConfigErrorKind::CredentialsMissing);
    assert!(error.to_string().contains("oplux.secret_key_file"));
}

#[test]
fn a_program_gives_its_secret_and_only_its_name_is_told_where_it_fails() {
    // Without a shell: the arguments are passed as they stand.
    let secret = resolved(&command(&["printf", "%s\n", "$HOME;x"]), None);
    assert_eq!(secret.unwrap(), "$HOME;x");
    let too_long = format!("printf '%{}d' 0", LONGEST + 1);
    for (command, part) in [
        (
            command(&["sh", "-c", "echo hunter2; echo hunter2 >&2; exit 3"]),
            "`sh` failed (exit status: 3)",
        ),
        (command(&["true", "hunter2"]), "`true` gave no secret"),
        (command(&["sh", "-c", &too_long]), "`sh` gave no secret"),
        (
            command(&["/nowhere/program", "hunter2"]),
            "`/nowhere/program` cannot be run",
        ),
    ] {
        let error = resolved(&command, None).unwrap_err();
        assert_eq!(error.kind, ConfigErrorKind::CredentialsMissing);
        let said = format!("{error} {error:?}");
        assert!(said.contains(part) && !said.contains("hunter2"), "{said}");
    }
}

/// What `screen` refuses, `screen --dry-run` refuses too; but no program is run.
#[test]
fn a_dry_run_refuses_a_bad_file_and_says_where_a_program_was_not_asked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    let draft = |text: &str, env| {
        write(&path, &format!("[oplux]\n{ACCOUNT}{text}"), 0o600);
        load(&path).unwrap().draft(env)
    };
    let file = "secret_key_file = \"key\"\n";
    let key = folder.path().join("key");
    let missing = draft(file, None).unwrap();
    assert!(missing.secret_key.is_none());
    let trouble = missing.secret_trouble.unwrap().to_string();
    assert!(trouble.contains("secret_key_file"), "{trouble}");
    write(&key, "hunter2\n", 0o644);
    assert!(draft(file, None).is_err());
    let program = "secret_key_command = [\"/nowhere/program\"]\n";
    write(&key, "hunter2\n", 0o600);
    for (text, env, secret, not_asked) in [
        (file, None, Some("hunter2"), false),
        (file, Some("env"), Some("env"), false),
        (program, None, None, true),
        (program, Some(""), None, true),
        (program, Some("env"), Some("env"), false),
        ("", None, None, false),
    ] {
        let draft = draft(text, env).unwrap();
        let found = draft.secret_key.as_ref().map(Secret::reveal);
        assert_eq!((found, draft.secret_not_asked), (secret, not_asked));
    }
}

#[test]
fn what_screening_lacks_is_one_list() {
    let names = |text: &str, env| -> Vec<String> {
        let missing = config(text).missing_to_screen(env).into_iter();
        let last = |text: &Text| text.get(Lang::En).rsplit(' ').next().map(str::to_owned);
        missing.filter_map(|text| last(&text)).collect()
    };
    let full = format!("[oplux]\n{ACCOUNT}");
    let nowhere = format!("{full}secret_key_file = \"/nowhere\"\n");
    let all = [
        "shop_id",
        "connection_id",
        "model_id",
        "secret_key",
        "register_url",
    ];
    for (text, env, expected) in [
        ("", false, &all[..]),
        ("[oplux]\n", false, &all),
        (&full, false, &["secret_key"]),
        (&full, true, &[]),
        // Whether the file is there is asked only when the secret is needed.
        (&nowhere, false, &[]),
        (
            &format!("{nowhere}on_ng.action = \"redirect\"\n"),
            false,
            &["oplux.on_ng.redirect_url"],
        ),
    ] {
        assert_eq!(names(text, env), expected, "{text} {env}");
    }
    let kind = |text: &str| config(text).credentials(None).unwrap_err().kind;
    assert_eq!(kind(&full), ConfigErrorKind::CredentialsMissing);
    assert_eq!(kind(&nowhere), ConfigErrorKind::CredentialsMissing);
    assert_eq!(kind(""), ConfigErrorKind::Missing);
    let hosts = config(&format!(
        "[oplux]\n{ACCOUNT}event_url = \"http://127.0.0.1:8080/e\"\n[ecforce]\nbase_url = \"https://shop.example.com/\"\n"
    ));
    let expected = [
        ("oplux.register_url", "oplux.example"),
        ("oplux.event_url", "127.0.0.1"),
        ("ecforce.base_url", "shop.example.com"),
    ];
    let expected = expected.map(|(key, host)| (key, host.to_owned()));
    assert_eq!(hosts.addresses().unwrap(), expected);
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
    // With all four, the address is asked for, and only then the secret.
    let account = ACCOUNT.lines().take(3).collect::<Vec<_>>().join("\n");
    let text = format!("[oplux]\n{account}\nsecret_key_file = \"/nowhere\"\n");
    let error = config(&text).account(None).unwrap_err();
    assert_eq!(error.kind, ConfigErrorKind::Invalid);
    assert_eq!(error.problems[0].path, "oplux.register_url");
    let whole = config(&format!("[oplux]\n{ACCOUNT}secret_key = \"inline\"\n"));
    let account = whole.account(Some("")).unwrap();
    assert_eq!(account.secret_key.reveal(), "inline");
    assert!(!format!("{account:?} {whole:?}").contains("inline"));
}

#[test]
fn a_secret_that_cannot_be_stored_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    let store = |secret| store_secret(&path, SECRET_KEY, &Secret::new(secret)).unwrap_err();
    assert_eq!(store("x").kind, ConfigErrorKind::Missing);
    let text = "[oplux]\nsecret_key_file = \".\"\n";
    write(&path, text, 0o600);
    assert_eq!(store("x").kind, ConfigErrorKind::Unwritable);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_program_that_does_not_end_is_stopped_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("process").display().to_string();
    for script in [
        "exec sleep 60",
        // With its output closed.
        "exec sleep 60 >/dev/null",
        // It wants to go on.
        "trap '' TERM INT; echo hunter2; while :; do :; done",
    ] {
        let script = format!("echo $$ > '{mark}'; {script}");
        let arguments = ["-c".to_owned(), script.clone()];
        let ended = run("sh", &arguments, Duration::from_millis(300)).unwrap();
        assert!(ended.is_none(), "{script}: {ended:?}");
        // A zombie is there too.
        let process = std::fs::read_to_string(&mark).unwrap();
        let asked = Command::new("kill")
            .args(["-0", process.trim()])
            .stderr(Stdio::null())
            .status();
        assert!(!asked.unwrap().success(), "{script}");
    }
}

#[test]
fn a_program_that_writes_without_end_is_not_read_without_end() {
    let (status, bytes) = run("yes", &[], LONGEST_RUN).unwrap().unwrap();
    assert!(!status.success() && bytes.len() == LONGEST + 1);
}
