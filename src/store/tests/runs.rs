//! Several processes and threads, and kills.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
    sync::{Arc, Barrier},
};

use super::*;

const STORE_OF_CHILD: &str = "OPLUX_TEST_STORE_OF_CHILD";

/// Of many that begin one order at the same moment, one sends it. The others wait, and get its
/// outcome.
#[test]
fn one_of_many_sends_and_the_others_get_its_outcome() {
    const MANY: usize = 12;
    let home = Arc::new(Home::new());
    home.store();
    let together = Arc::new(Barrier::new(MANY));
    let threads: Vec<_> = (0..MANY)
        .map(|_| {
            let (home, together) = (Arc::clone(&home), Arc::clone(&together));
            std::thread::spawn(move || {
                let (mut store, run) = (home.store(), home.run());
                together.wait();
                let first = begin(&mut store, &run, "a", 1, false);
                together.wait();
                if let Begin::Send(attempt) = first {
                    finish(&mut store, attempt, &event("e1", "a", Some(1)), 2);
                }
                together.wait();
                (first, begin(&mut store, &run, "a", 3, false))
            })
        })
        .collect();
    let begun: Vec<_> = threads.into_iter().map(|it| it.join().unwrap()).collect();
    let sent = |it: &&(Begin, Begin)| matches!(it.0, Begin::Send(_));
    assert_eq!(begun.iter().filter(sent).count(), 1);
    for (first, then) in begun {
        assert!(matches!(first, Begin::Send(_) | Begin::Busy), "{first:?}");
        assert!(matches!(then, Begin::Stored(_)), "{then:?}");
    }
    assert_eq!(ask(&home.store(), "SELECT count(*) FROM attempts"), "1");
}

/// The store is made once where many open it at the same moment.
#[test]
fn many_can_make_the_store_at_once() {
    const MANY: usize = 12;
    for _ in 0..5 {
        let home = Arc::new(Home::new());
        let together = Arc::new(Barrier::new(MANY));
        let threads: Vec<_> = (0..MANY)
            .map(|thread| {
                let (home, together) = (Arc::clone(&home), Arc::clone(&together));
                std::thread::spawn(move || {
                    together.wait();
                    home.store().keep_order(&facts(&format!("n{thread}")))
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap().unwrap();
        }
        let store = home.store();
        assert_eq!(ask(&store, "SELECT count(*) FROM orders"), "12");
        assert_eq!(ask(&store, "PRAGMA journal_mode"), "wal");
    }
}

/// Not a test: the process that the next one kills.
#[test]
#[ignore = "started by what_a_kill_cuts_off_is_unknown"]
fn child_that_is_killed() {
    let Some(path) = std::env::var_os(STORE_OF_CHILD) else {
        return;
    };
    let path = PathBuf::from(path);
    let mut store = Store::open(&path).unwrap();
    let run = Run::start(&path).unwrap();
    send(&mut store, &run, "a", 1_000, false);
    writeln!(std::io::stdout(), "\nin flight").unwrap();
    // Until the killer comes.
    let _ = std::io::stdin().lines().next();
}

#[test]
fn what_a_kill_cuts_off_is_unknown() {
    let home = Home::new();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture"])
        .arg("store::tests::runs::child_that_is_killed")
        .env(STORE_OF_CHILD, home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stdout.take().unwrap()).lines();
    let in_flight = said.map_while(Result::ok).any(|line| line == "in flight");
    assert!(in_flight, "the child did not get that far");

    let (mut store, run) = (home.store(), home.run());
    assert_eq!(outcome(&store), StoredOutcome::InFlight);
    for rescreen in [false, true] {
        let while_it_lives = begin(&mut store, &run, "a", 1_001, rescreen);
        assert_eq!(while_it_lives, Begin::Busy);
    }
    assert!(store.unsettled(9).unwrap().is_empty());
    assert_eq!(home.locks().len(), 2);

    child.kill().unwrap();
    child.wait().unwrap();

    assert!(
        matches!(outcome(&store), StoredOutcome::Unknown(attempt) if attempt.began_at == at(1_000))
    );
    assert_eq!(store.unsettled(9).unwrap().len(), 1);
    assert_eq!(ask(&store, "SELECT state FROM attempts"), "in-flight");
    let after = begin(&mut store, &run, "a", 1_002, false);
    assert!(matches!(after, Begin::Unknown(attempt) if attempt.error_message.is_none()));
    assert_eq!(ask(&store, "SELECT state FROM attempts"), "unknown");
    assert_eq!(
        ask(&store, "SELECT error_code FROM attempts"),
        attempts::OUTCOME_UNKNOWN
    );
    assert_eq!(ask(&store, "SELECT ended_at FROM attempts"), "1002");

    // The next run clears away what the dead one left.
    assert_eq!(home.locks().len(), 2);
    let next = home.run();
    assert_eq!(home.locks().len(), 2);
    drop((run, next));
    assert_eq!(home.locks(), Vec::<String>::new());
}

/// A living run that was taken for dead (someone deleted its file) still brings its event in.
#[test]
fn an_answer_that_comes_after_all_is_kept() {
    let home = Home::new();
    let (mut store, run) = (home.store(), home.run());
    let attempt = send(&mut store, &run, "a", 1, false);
    std::fs::remove_file(home.folder.path().join(run.name())).unwrap();
    let taken_for_dead = begin(&mut store, &home.run(), "a", 2, false);
    assert!(matches!(taken_for_dead, Begin::Unknown(_)));
    finish(&mut store, attempt, &event("e1", "a", Some(1)), 3);
    assert_eq!(ask(&store, "SELECT state FROM attempts"), "screened");
    assert_eq!(ask(&store, "SELECT error_code FROM attempts"), "-");
}

/// Runs that start and end while others clean up are never taken for dead.
#[test]
fn a_run_lives_until_it_is_dropped_however_many_clean_up() {
    let home = Home::new();
    let path = std::fs::canonicalize(home.folder.path())
        .unwrap()
        .join("shop.db");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..100 {
                    let run = Run::start(&path).unwrap();
                    let name = run.name().to_owned();
                    assert!(!run::is_dead(&path, &name));
                    drop(run);
                    assert!(run::is_dead(&path, &name));
                }
            });
        }
    });
    assert_eq!(home.locks(), Vec::<String>::new());
}

#[cfg(unix)]
#[test]
fn a_lock_file_is_private_and_the_store_may_be_a_link() {
    let home = Home::new();
    let elsewhere = TempDir::new().unwrap();
    let link = elsewhere.path().join("link.db");
    let mut store = home.store();
    std::os::unix::fs::symlink(home.path(), &link).unwrap();
    let run = Run::start(&link).unwrap();
    assert_eq!(home.locks(), [run.name()]);
    let mode = files::mode(&home.folder.path().join(run.name()));
    assert_eq!(mode, Some(0o600));
    let mut linked = Store::open(&link).unwrap();
    send(&mut linked, &run, "a", 1, false);
    assert_eq!(begin(&mut store, &home.run(), "a", 1, false), Begin::Busy);
}

/// What no run has made stays, whatever it is called.
#[cfg(unix)]
#[test]
fn only_what_a_dead_run_has_left_is_cleared_away() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let dead = "shop.db.run-4711-aB3dE6gH9jK2";
    let mut kept = [
        ("shop.db.run-notes.txt", "", 0o600),
        ("shop.db.run-2026.db", "", 0o600),
        ("shop.db.run-4711-aB3dE6gH9jK2.txt", "", 0o600),
        (
            "shop.db.run-4711-aB3dE6gH9jK3",
            "what I wanted to say",
            0o600,
        ),
        ("shop.db.run-4711-aB3dE6gH9jK4", "", 0o644),
        ("shop.db.run-x-aB3dE6gH9jK2", "", 0o600),
    ];
    for (name, text, mode) in kept.into_iter().chain([(dead, "", 0o600)]) {
        let path = home.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    std::fs::create_dir(home.folder.path().join("shop.db.run-4711-aB3dE6gH9jK5")).unwrap();
    // A pipe does not keep a run, nor who looks at one, waiting.
    let pipe = "shop.db.run-4711-aB3dE6gH9jK6";
    let made = Command::new("mkfifo")
        .arg(home.folder.path().join(pipe))
        .status();
    assert!(made.unwrap().success());
    drop(home.run());
    assert!(run::is_dead(&home.path(), pipe));
    let mut left = home.locks();
    left.sort();
    kept.sort();
    let mut expected: Vec<_> = kept.iter().map(|(name, ..)| (*name).to_owned()).collect();
    expected.extend(["shop.db.run-4711-aB3dE6gH9jK5".to_owned(), pipe.to_owned()]);
    expected.sort();
    assert_eq!(left, expected);
}
