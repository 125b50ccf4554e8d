//! What becomes of attempts and events: the rules of `outcome`, as a table; then several threads, the
//! files of runs, and updates. Processes that are killed are in tests/it/batch_crash.rs.

use std::{
    os::unix::fs::{PermissionsExt, symlink},
    process::Command,
    sync::{Arc, Barrier},
};

use super::*;
use crate::domain::{
    event::{AutoResult, PulledEvent, TroubleKind},
    review::Update,
};

/// When the first attempt begins: 2025-11-20 09:53:20.
const T: i64 = 1_763_600_000;
/// Event IDs that say when they were requested: too early to be that attempt's, and in time.
const EARLY: &str = "251120094819999aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const LATE: &str = "251120094820000aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// Steps, what the store then gives back, and why. A step is the second in which it begins, whether
/// it is the first try of the order or one `again` (`--rescreen`), and how that ends; or an event
/// that comes by import, with the second in which it was requested. What is given back is the ID of
/// an event, `unknown` with the second of the attempt, `busy` or `send`.
const TABLE: &str = "
    nothing => send: nothing was tried
    0 first failed => send: a known failure is sent again
    0 first screened e1 => e1: a screening is given back
    0 event e1 => e1: an event by import is given back
    - event e1 => e1: one without a time too
    0 first in-flight => busy: an attempt of a living run is waited for
    0 first screened e1, 1 again in-flight => busy: a rescreen of a living run too
    0 first unknown => unknown 0: an unknown outcome stays
    0 first cut-off => unknown 0: what a kill cut off is unknown
    0 first unknown, 50 event e1 => e1: an event requested later settles it
    0 first cut-off, -300 event e1 => e1: and one five minutes before it began
    0 first unknown, -301 event e1 => unknown 0: but none before that
    0 first unknown, - event e1 => e1: one without a time came after it, since there was none before
    0 first unknown, - event EARLY => unknown 0: unless its ID says when it was requested
    0 first unknown, - event LATE => LATE: which settles it where that is late enough
    0 first screened e1, -5000 again screened e2 => e2: of two screened from here the later try counts, also after the clock stepped back
    -9000 event e0, 0 again screened e1, -5000 again screened e2 => e2: and it does so beside an older event by import
    0 first unknown, 1000 again screened e1 => e1: a rescreen that is screened settles it
    0 first unknown, 1000 again failed => unknown 0: one that is refused does not
    0 first unknown, 1000 again unknown => unknown 1000: one that is unknown itself neither
    0 first unknown, 1000 again cut-off, 100 event e1 => unknown 1000: an event may settle the one and not the other
    0 first unknown, 1000 again cut-off, 1000 event e1 => e1: a late event settles both
    0 first screened e1, 1000 again failed => e1: a failed rescreen leaves the event
    0 first screened e1, 1000 again unknown => e1: an unknown one too
    0 first screened e1, 1000 again cut-off => e1: and one that was cut off
    - event e1, 0 again unknown => e1: and of an event by import, without a time
    0 first screened e1, 1000 again screened e2 => e2: a rescreen that succeeds gives the new event
    0 first unknown, 0 event e1, 1000 again unknown => e1: a rescreen of a settled attempt keeps the event that settled it
    0 first failed, 1 again unknown => unknown 1: a rescreen after a failure has nothing to keep
";

/// Plays the steps, and says what is given back to who looks, to who begins, and to who begins with
/// `--rescreen`.
fn play(steps: &str) -> [String; 3] {
    let home = Home::new();
    let mut store = home.store();
    let living = home.run();
    let id = |name| match name {
        "EARLY" => EARLY,
        "LATE" => LATE,
        name => name,
    };
    for step in steps.split(", ").filter(|step| *step != "nothing") {
        let words: Vec<_> = step.split(' ').collect();
        let when = words[0].parse().ok().map(|second: i64| T + second);
        let began = when.unwrap_or_default();
        let run = match words[2] {
            "cut-off" => &home.run(),
            _ => &living,
        };
        if words[1] == "event" {
            import(&mut store, event(id(words[2]), "a", when));
            continue;
        }
        let attempt = send(&mut store, run, "a", began, words[1] == "again");
        match words[2] {
            "screened" => {
                let event = event(words[3], "a", when);
                finish(&mut store, attempt, &event, began + 1);
            }
            "failed" => store.end(attempt, refused(), at(began + 1)).unwrap(),
            "unknown" => store.end(attempt, late_answer(), at(began + 1)).unwrap(),
            _ => {}
        }
    }
    let unknown = |attempt: Attempt| format!("unknown {}", attempt.began_at.unix() - T);
    let looked = match outcome(&store) {
        StoredOutcome::Screened(stored) => stored.record.event_id.0,
        StoredOutcome::Unknown(attempt) => unknown(attempt),
        StoredOutcome::InFlight => "busy".to_owned(),
        StoredOutcome::Nothing => "send".to_owned(),
    };
    let say = |begin| match begin {
        Begin::Stored(stored) => stored.record.event_id.0,
        Begin::Unknown(attempt) => unknown(attempt),
        Begin::Busy => "busy".to_owned(),
        Begin::Send(_) => "send".to_owned(),
    };
    let other = home.run();
    let again = say(begin(&mut store, &other, "a", T + 9_000, false));
    let forced = match again.as_str() {
        "send" => "send".to_owned(),
        _ => say(begin(&mut store, &other, "a", T + 9_001, true)),
    };
    [looked, again, forced]
}

#[test]
fn the_outcome_of_every_course_of_things() {
    for line in TABLE.trim().lines() {
        let (steps, rest) = line.trim().split_once(" => ").unwrap();
        let (expected, why) = rest.split_once(": ").unwrap();
        let expected = match expected {
            "LATE" => LATE,
            expected => expected,
        };
        let forced = if expected == "busy" { "busy" } else { "send" };
        assert_eq!(play(steps), [expected, expected, forced], "{why}: {steps}");
    }
}

#[test]
fn of_several_events_the_service_then_the_time_then_the_greater_id_decides() {
    let of = |id: &str, service, requested_at| Event {
        service,
        ..event(id, "a", requested_at)
    };
    let (own, other) = (Service::OPlux, Service::FraudChecker);
    let table = [
        (vec![of("e1", own, Some(1)), of("e2", own, Some(2))], "e2"),
        (vec![of("e1", own, Some(2)), of("e2", own, Some(1))], "e1"),
        (vec![of("e1", own, Some(1)), of("e2", own, None)], "e1"),
        (vec![of("e1", own, None), of("e2", own, None)], "e2"),
        // Not the one that came last: `trace` finds the same.
        (vec![of("e2", own, Some(1)), of("e1", own, Some(1))], "e2"),
        (vec![of("e2", own, None), of("e1", own, None)], "e2"),
        (vec![of("e1", own, None), of("e2", other, Some(9))], "e1"),
        (vec![of("e1", other, Some(1))], "e1"),
    ];
    for (events, expected) in table {
        let mut store = Home::new().store();
        for event in &events {
            import(&mut store, event.clone());
        }
        let latest = store.latest_event(&number("a"), own).unwrap().unwrap();
        assert_eq!(latest.record.event_id.0, expected, "{events:?}");
        assert_eq!(store.latest_event(&number("b"), own).unwrap(), None);
    }
}

#[test]
fn an_outcome_comes_back_as_it_was_decided() {
    let forced = Disposition::Create { forced: true };
    let redirect = Disposition::Redirect {
        url: "https://shop.example.com/sorry".to_owned(),
    };
    let plain = Disposition::Create { forced: false };
    for disposition in [None, Some(forced), Some(redirect), Some(plain)] {
        let home = Home::new();
        let (mut store, run) = (home.store(), home.run());
        let attempt = send(&mut store, &run, "a", T, false);
        let event = event("e1", "a", Some(T));
        let kept = store.finish_screened(attempt, &event, disposition.as_ref(), at(T));
        assert_eq!(kept, Finish::Kept);
        let check = |store: &Store| {
            let stored = store.latest_event(&number("a"), Service::OPlux).unwrap();
            let stored = stored.unwrap();
            assert_eq!(stored.disposition, disposition);
            assert_eq!(
                (stored.origin, stored.into_event()),
                (Origin::Screen, event.clone())
            );
        };
        check(&home.store());
        // It comes again by import: it stays what it was.
        import(&mut store, event.clone());
        check(&store);
        // With another result it is not what that was decided by any more (R6).
        let mut other = event.clone();
        other.record.auto_result = Some("OK".to_owned());
        import(&mut store, other);
        let stored = store.event(&event.record.event_id).unwrap().unwrap();
        assert_eq!(stored.disposition, None);
    }
}

#[test]
fn an_event_id_of_another_order_is_not_believed() {
    let home = Home::new();
    let (mut store, run) = (home.store(), home.run());
    import(&mut store, event("e1", "b", Some(T)));
    let attempt = send(&mut store, &run, "a", T, false);
    let answer = event("e1", "a", Some(T));
    let finish = store.finish_screened(attempt, &answer, None, at(T));
    let number_b = number("b");
    assert_eq!(
        finish,
        Finish::EventOfAnother {
            number: number_b.clone()
        }
    );
    assert!(matches!(
        begin(&mut store, &run, "a", T, false),
        Begin::Unknown(_)
    ));
    let stored = store.latest_event(&number_b, Service::OPlux).unwrap();
    assert_eq!(stored.unwrap().into_event(), event("e1", "b", Some(T)));
    assert_eq!(
        store.latest_event(&number("a"), Service::OPlux).unwrap(),
        None
    );
}

#[test]
fn an_attempt_ends_once() {
    let home = Home::new();
    let (mut store, run) = (home.store(), home.run());
    let attempt = send(&mut store, &run, "a", T, false);
    finish(&mut store, attempt, &event("e1", "a", Some(T)), T);
    let again = store.end(attempt, refused(), at(T));
    assert_eq!(again.unwrap_err().kind, StoreErrorKind::Other);
    assert_eq!(ask(&store, "SELECT state FROM attempts"), "screened");
    assert_eq!(ask(&store, "SELECT count(*) FROM log"), "2");
}

#[test]
fn the_unsettled_are_listed_once_a_number_and_newest_first() {
    let home = Home::new();
    let (mut store, living) = (home.store(), home.run());
    for (order, rescreen) in [("a", false), ("b", false), ("a", true)] {
        let attempt = send(&mut store, &living, order, T, rescreen);
        store.end(attempt, late_answer(), at(T)).unwrap();
    }
    let settled = send(&mut store, &living, "c", T, false);
    store.end(settled, late_answer(), at(T)).unwrap();
    import(&mut store, event("e1", "c", Some(T)));
    send(&mut store, &home.run(), "dead", T, false);
    send(&mut store, &living, "living", T, false);
    let listed = |limit| -> Vec<_> {
        let unsettled = store.unsettled(limit).unwrap().into_iter();
        unsettled
            .map(|attempt| (attempt.order_number.to_string(), attempt.error_message))
            .collect()
    };
    let late = || Some("time-out".to_owned());
    let expected = [
        ("dead".to_owned(), None),
        ("a".to_owned(), late()),
        ("b".to_owned(), late()),
    ];
    assert_eq!(listed(10), expected);
    assert_eq!(listed(1), expected[..1]);
    assert_eq!(listed(0), []);
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

/// A living run that was taken for dead (someone deleted its file) still brings its event in.
#[test]
fn an_answer_that_comes_after_all_is_kept() {
    let home = Home::new();
    let (mut store, run) = (home.store(), home.run());
    let attempt = send(&mut store, &run, "a", 1, false);
    std::fs::remove_file(home.folder.path().join(run.name())).unwrap();
    assert!(matches!(outcome(&store), StoredOutcome::Unknown(_)));
    assert_eq!(ask(&store, "SELECT state FROM attempts"), "in-flight");
    let taken_for_dead = begin(&mut store, &home.run(), "a", 2, false);
    assert!(matches!(taken_for_dead, Begin::Unknown(_)));
    let ended = "SELECT concat_ws(' ', state, error_code, error_message, ended_at) FROM attempts";
    assert_eq!(ask(&store, ended), "unknown outcome-unknown 2");
    finish(&mut store, attempt, &event("e1", "a", Some(1)), 3);
    assert_eq!(ask(&store, ended), "screened 3");
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
                    assert!(!attempts::is_dead(&path, &name));
                    drop(run);
                    assert!(attempts::is_dead(&path, &name));
                }
            });
        }
    });
    assert_eq!(home.locks(), Vec::<String>::new());
}

#[test]
fn a_lock_file_is_private_and_the_store_may_be_a_link() {
    let home = Home::new();
    let elsewhere = TempDir::new().unwrap();
    let link = elsewhere.path().join("link.db");
    let mut store = home.store();
    symlink(home.path(), &link).unwrap();
    let run = Run::start(&link).unwrap();
    assert_eq!(home.locks(), [run.name()]);
    let mode = open::mode(&home.folder.path().join(run.name()));
    assert_eq!(mode, Some(0o600));
    let mut linked = Store::open(&link).unwrap();
    send(&mut linked, &run, "a", 1, false);
    assert_eq!(begin(&mut store, &home.run(), "a", 1, false), Begin::Busy);
}

/// What no run has made stays, whatever it is called.
#[test]
fn only_what_a_dead_run_has_left_is_cleared_away() {
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
    assert!(attempts::is_dead(&home.path(), pipe));
    let mut left = home.locks();
    left.sort();
    kept.sort();
    let mut expected: Vec<_> = kept.iter().map(|(name, ..)| (*name).to_owned()).collect();
    expected.extend(["shop.db.run-4711-aB3dE6gH9jK5".to_owned(), pipe.to_owned()]);
    expected.sort();
    assert_eq!(left, expected);
}

#[test]
fn what_an_update_sets_is_in_doubt_until_an_answer_says_how_it_is() {
    let mut store = Home::new().store();
    import(&mut store, event("e1", "a", Some(5)));
    let id = EventId("e1".to_owned());
    let update = |result, memo: Option<&str>| Update::Review {
        result,
        memo: memo.map(str::to_owned),
    };
    let both = update(Some(AutoResult::Ok), Some("m"));
    let doubts = |store: &Store| {
        ask(
            store,
            "SELECT coalesce(group_concat(field), '') FROM doubts",
        )
    };
    let fails = |store: &mut Store, update: &Update, why| {
        let doubted = store.begin_update(&id, update, at(1), ACTOR).unwrap();
        let noted = store.note_failed_update(&id, update, why, &doubted, at(2), ACTOR);
        noted.unwrap();
    };
    // Cut off, or without an answer; a refusal later says nothing of that one.
    store
        .begin_update(&id, &update(None, Some("m")), at(1), ACTOR)
        .unwrap();
    fails(&mut store, &both, TroubleKind::Refused);
    assert_eq!(doubts(&store), "memo");
    fails(&mut store, &both, TroubleKind::Unreachable);
    assert_eq!(doubts(&store), "memo");
    fails(&mut store, &both, TroubleKind::Busy);
    assert_eq!(doubts(&store), "manual_result,memo");
    assert_eq!(
        store.lacking(&id, vec![update(None, Some(""))]).unwrap(),
        [update(None, Some(""))]
    );
    // A pull says how those fields are that it has.
    let said = PulledEvent {
        memo: Some(None),
        ..PulledEvent::of(id.clone())
    };
    let pull = Pull {
        service: Service::OPlux,
        at: at(3),
        actor: ACTOR,
    };
    store.keep_pulled(&said, None, pull).unwrap();
    assert_eq!(doubts(&store), "manual_result");
    store.keep_update(&id, &both, at(4), ACTOR).unwrap();
    assert_eq!(doubts(&store), "");
    assert_eq!(store.lacking(&id, vec![both.clone()]).unwrap(), []);
    // An event that goes takes its doubts along.
    store.begin_update(&id, &both, at(5), ACTOR).unwrap();
    store.prune(at(1_000), at(6), ACTOR).unwrap();
    assert_eq!(
        (doubts(&store), ask(&store, "SELECT count(*) FROM events")),
        (String::new(), "0".to_owned())
    );
}
