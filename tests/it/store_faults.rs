//! `screen` where the store cannot be used, or is used by several at once: nothing is sent that
//! the store cannot keep, and what to do is said in both languages.

use std::{
    fs,
    io::{Seek, SeekFrom, Write},
    os::unix::{fs::chown, process::CommandExt},
    path::Path,
    process::Command,
    sync::{Arc, Mutex},
    thread,
};

use crate::support::{
    Home, Ran,
    batch::{failed, lines, numbers, sent_once},
    finish, order,
    server::{Server, good},
    set_mode,
};
use rusqlite::Connection;

const NOBODY: u32 = 65534;
const LANGUAGES: [&str; 2] = ["en", "ja"];

/// A home whose store is at `place`, and the server that it would send to.
fn home_with_store(place: &str) -> (Home, Server) {
    // On the disk: a copy of the program is run from it.
    let (home, server) = (Home::on_disk(), Server::always("OK"));
    home.configure(&server.url(), "");
    let config = home.config_text();
    let path = home.path(place);
    home.config(&format!("store = \"{}\"\n{config}", path.display()));
    (home, server)
}

fn screen(home: &Home, lang: &str) -> Command {
    home.command(&format!("--format json --lang {lang} screen -"))
}

/// The call ended because of the store: it says which, and what to do, and shows no result.
#[track_caller]
fn says(ran: &Ran, code: &str, lang: &str, path: &Path) {
    ran.ended_with(7);
    let error = ran.error();
    assert_eq!(error["code"], code, "{ran:?}");
    assert_eq!(error["retryable"], code == "store-locked");
    let (message, hint) = (&error["message"], &error["hint"]);
    let message = message.as_str().unwrap();
    let name = path.file_name().unwrap().to_str().unwrap();
    assert!(message.contains(name), "{message}");
    for text in [message, hint.as_str().unwrap()] {
        // English names O-PLUX's screens by their Japanese names, but has no Japanese sentence.
        let is_japanese = text.contains('。');
        assert_eq!(is_japanese, lang == "ja", "{text}");
    }
}

/// One order with this store ends with status 7 in both languages, and nothing is sent.
#[track_caller]
fn is_refused(home: &Home, server: &Server, path: &Path, code: &str) {
    for lang in LANGUAGES {
        let ran = finish(screen(home, lang), order("n1").to_string());
        says(&ran, code, lang, path);
        assert_eq!(ran.stdout, "");
    }
    assert_eq!(server.requests().len(), 0, "nothing is sent");
}

type Damage = fn(&Path);

/// A store with pages in the middle.
fn fill(home: &Home, path: &Path) {
    let ran = finish(screen(home, "en"), order("first").to_string());
    ran.ended_with(0);
    let conn = Connection::open(path).unwrap();
    conn.execute_batch(
        "WITH RECURSIVE n (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM n LIMIT 3000)
         INSERT INTO orders (number) SELECT 'number-' || n FROM n",
    )
    .unwrap();
}

fn overwrite(path: &Path, from: u64, bytes: &[u8]) {
    let mut file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(from)).unwrap();
    file.write_all(bytes).unwrap();
}

#[test]
fn a_damaged_store_sends_nothing() {
    let breaks: [(&str, Damage); 5] = [
        ("its header", |path| overwrite(path, 0, &[0xa5; 100])),
        ("its tables", |path| overwrite(path, 100, &[0xa5; 60])),
        ("every page but the first", |path| {
            let bytes = fs::metadata(path).unwrap().len() as usize - 4096;
            overwrite(path, 4096, &vec![0xa5; bytes]);
        }),
        ("its second half", |path| {
            let file = fs::OpenOptions::new().write(true).open(path).unwrap();
            let bytes = file.metadata().unwrap().len();
            file.set_len(bytes / 2).unwrap();
        }),
        ("a table", |path| {
            let conn = Connection::open(path).unwrap();
            conn.execute_batch("DROP TABLE attempts").unwrap();
        }),
    ];
    for (what, damage) in breaks {
        let (home, server) = home_with_store("shop.db");
        let path = home.path("shop.db");
        fill(&home, &path);
        damage(&path);
        for lang in LANGUAGES {
            let ran = finish(screen(&home, lang), order("n1").to_string());
            says(&ran, "store-damaged", lang, &path);
        }
        assert_eq!(server.numbers(), ["first"], "{what}: nothing more is sent");
    }
}

#[test]
fn what_is_no_store_of_this_version_sends_nothing() {
    for (sql, code) in [
        ("CREATE TABLE notes (text TEXT)", "store-damaged"),
        (
            "PRAGMA application_id = 7; PRAGMA user_version = 1",
            "store-damaged",
        ),
        (
            "PRAGMA application_id = 1330662488; PRAGMA user_version = 999",
            "store-newer",
        ),
    ] {
        let (home, server) = home_with_store("shop.db");
        let path = home.path("shop.db");
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        let before = fs::read(&path).unwrap();
        is_refused(&home, &server, &path, code);
        assert_eq!(fs::read(&path).unwrap(), before, "it is not touched");
    }
    for text in ["number,total\n".repeat(500), "x".to_owned()] {
        let (home, server) = home_with_store("shop.db");
        let path = home.write("shop.db", &text);
        is_refused(&home, &server, &path, "store-damaged");
        assert_eq!(home.read("shop.db"), text);
    }
}

#[test]
fn a_place_that_cannot_hold_a_store_sends_nothing() {
    let (home, server) = home_with_store("folder");
    fs::create_dir(home.path("folder")).unwrap();
    is_refused(&home, &server, &home.path("folder"), "store-unwritable");

    let (home, server) = home_with_store("file/shop.db");
    home.write("file", "no folder");
    let path = home.path("file/shop.db");
    is_refused(&home, &server, &path, "store-unwritable");

    // Folders that are not there yet are made.
    let (home, _server) = home_with_store("new/folders/shop.db");
    let ran = finish(screen(&home, "en"), order("n1").to_string());
    ran.ended_with(0);
    assert!(home.path("new/folders/shop.db").exists());
}

/// Root may write anything, so the program then runs as somebody else, and these are his. Whether
/// this is root.
fn give_away(home: &Home, his: &[&Path]) -> bool {
    fs::copy(env!("CARGO_BIN_EXE_oplux"), home.path("oplux")).unwrap();
    let is_root = chown(home.config_path(), Some(NOBODY), Some(NOBODY)).is_ok();
    if is_root {
        set_mode(home.path(""), 0o755);
        for path in his {
            chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }
    is_root
}

/// A call as somebody who is not root.
fn as_nobody(home: &Home, usual: &Command, is_root: bool) -> Command {
    let mut command = home.another(home.path("oplux"));
    command.args(usual.get_args());
    if is_root {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

#[test]
fn a_store_that_may_only_be_read_sends_nothing() {
    for (file_mode, folder_mode) in [(0o444, 0o755), (0o644, 0o555), (0o444, 0o555)] {
        let (home, server) = home_with_store("kept/shop.db");
        let (path, folder) = (home.path("kept/shop.db"), home.path("kept"));
        finish(screen(&home, "en"), order("first").to_string()).ended_with(0);
        let is_root = give_away(&home, &[&folder, &path]);
        set_mode(&path, file_mode);
        set_mode(&folder, folder_mode);
        for lang in LANGUAGES {
            let command = as_nobody(&home, &screen(&home, lang), is_root);
            let ran = finish(command, order("n1").to_string());
            says(&ran, "store-unwritable", lang, &path);
        }
        assert_eq!(server.numbers(), ["first"], "nothing more is sent");
        let list = as_nobody(&home, &home.command("orders list"), is_root);
        finish(list, "").ended_with(0).shows(&["first"]);
        // What SQLite made beside the store while it might only be read does not keep it so.
        set_mode(&folder, 0o755);
        set_mode(&path, 0o644);
        let command = as_nobody(&home, &screen(&home, "en"), is_root);
        finish(command, order("n1").to_string()).ended_with(0);
    }
}

/// The program with files that cannot grow beyond so many KiB: what a full disk is to it.
fn with_little_room(home: &Home, kib: u32, lang: &str) -> Command {
    let usual = screen(home, lang);
    let mut command = home.another("bash");
    let limit = format!("trap '' XFSZ; ulimit -f {kib}; exec \"$0\" \"$@\"");
    command
        .args(["-c", &limit])
        .arg(usual.get_program())
        .args(usual.get_args());
    command
}

#[test]
fn without_room_for_a_store_nothing_is_sent() {
    for kib in [0, 4, 40] {
        let (home, server) = home_with_store("shop.db");
        let path = home.path("shop.db");
        for lang in LANGUAGES {
            let ran = finish(with_little_room(&home, kib, lang), order("n1").to_string());
            says(&ran, "store-unwritable", lang, &path);
        }
        assert_eq!(server.requests().len(), 0, "{kib} KiB");
        // With room again, the same call does it.
        finish(screen(&home, "en"), order("n1").to_string()).ended_with(0);
        assert_eq!(server.numbers(), ["n1"]);
    }
}

#[test]
fn a_batch_that_runs_out_of_room_sends_nothing_twice_and_is_gone_on_with() {
    let (home, server) = home_with_store("shop.db");
    let path = home.path("shop.db");
    let input = lines(numbers(0..60));
    let ran = finish(with_little_room(&home, 600, "en"), &input);
    says(&ran, "store-unwritable", "en", &path);
    ran.says(&["of 60 are finished and kept"]);
    let sent = server.numbers();
    assert!((1..60).contains(&sent.len()), "{} were sent", sent.len());

    let again = finish(screen(&home, "en"), &input);
    let rows = again.rows("json");
    let unknown = failed(&rows, "outcome-unknown");
    let done = rows.iter().filter(|row| row["result"] == "OK").count();
    assert_eq!(done + unknown.len(), 60, "{rows:?}");
    // Those that were in flight are unknown, and no more than were.
    assert!(unknown.len() <= 8, "{unknown:?}");
    again.ended_with(if unknown.is_empty() { 0 } else { 8 });
    sent_once(&server);
}

/// Both wait for ten seconds, so that they do at once.
#[test]
fn what_is_held_is_not_waited_for_without_end() {
    thread::scope(|scope| {
        scope.spawn(a_run_that_nobody_can_look_at_is_named);
        scope.spawn(an_outcome_that_cannot_be_kept_is_told_and_then_unknown);
    });
}

/// A run of another user was killed, and nobody else can read its file: whether it lives cannot be
/// told.
fn a_run_that_nobody_can_look_at_is_named() {
    let (home, server) = home_with_store("shop.db");
    let path = home.path("shop.db");
    finish(screen(&home, "en"), order("n1").to_string()).ended_with(0);
    let lock = home.write("shop.db.run-4711-aB3dE6gH9jK2", "");
    let conn = Connection::open(&path).unwrap();
    conn.execute(
        "UPDATE attempts SET state = 'in-flight', event_id = NULL, run = ?1",
        [lock.file_name().unwrap().to_str().unwrap()],
    )
    .unwrap();
    drop(conn);
    let is_root = give_away(&home, &[&home.path(""), &path]);
    if !is_root {
        set_mode(&lock, 0o000);
    }
    let waiting = LANGUAGES.map(|lang| {
        let command = as_nobody(&home, &screen(&home, lang), is_root);
        (
            lang,
            thread::spawn(move || finish(command, order("n1").to_string())),
        )
    });
    for (lang, ran) in waiting {
        says(&ran.join().unwrap(), "store-locked", lang, &lock);
    }
    assert_eq!(server.count(), 1, "nothing more is sent");
}

fn an_outcome_that_cannot_be_kept_is_told_and_then_unknown() {
    let (home, _unused) = home_with_store("shop.db");
    let path = home.path("shop.db");
    // Takes the store while the order is on its way, and gives it back when the test says so.
    let holder = Arc::new(Mutex::new(None));
    let (held, locked) = (holder.clone(), path.clone());
    let server = Server::new(move |request, place| {
        let conn = Connection::open(&locked).unwrap();
        conn.execute_batch("BEGIN IMMEDIATE").unwrap();
        *held.lock().unwrap() = Some(conn);
        good(request, place, "NG")
    });
    home.configure(&server.url(), "");
    let call = format!("--format json --store {} screen -", path.display());
    let ran = home.run_with(&call, &order("n1").to_string());
    says(&ran, "store-locked", "en", &path);
    assert_eq!(ran.stdout, "", "no result is shown that is not kept");

    drop(holder.lock().unwrap().take());
    let again = home.run_with(&call, &order("n1").to_string());
    again.ended_with(6);
    assert_eq!(again.error()["code"], "outcome-unknown");
    assert_eq!(server.numbers(), ["n1"], "it is not sent again by itself");
}
