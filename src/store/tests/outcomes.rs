//! What becomes of attempts and events: the rules of `outcome`, as a table.

use super::*;
use crate::domain::disposition::Disposition;

/// When the first attempt begins: 2025-11-20 09:53:20.
const T: i64 = 1_763_600_000;
/// Event IDs that say when they were requested: too early to be that attempt's, and in time.
const EARLY: &str = "251120094819999aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const LATE: &str = "251120094820000aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

enum Step {
    /// An attempt begins (a rescreen or not) and ends like this.
    Try(i64, bool, End),
    /// An event comes in by import.
    Event(&'static str, Option<i64>),
}

enum End {
    Screened(&'static str),
    Failed,
    Unknown,
    CutOff,
    InFlight,
}

use End::{CutOff, Failed, InFlight, Screened, Unknown};
use Step::{Event as Ev, Try};

const FIRST: bool = false;
const RESCREEN: bool = true;

/// What the store gives back: an event's ID, `unknown` with the time of the attempt, `busy` or
/// `send`.
fn play(steps: &[Step]) -> (String, String, String) {
    let home = Home::new();
    let mut store = home.store();
    let living = home.run();
    for step in steps {
        match step {
            Ev(id, requested_at) => import(&mut store, event(id, "a", *requested_at)),
            Try(began, rescreen, CutOff) => {
                let run = home.run();
                send(&mut store, &run, "a", *began, *rescreen);
            }
            Try(began, rescreen, end) => {
                let attempt = send(&mut store, &living, "a", *began, *rescreen);
                let ended = at(began + 1);
                match end {
                    Screened(id) => {
                        let event = event(id, "a", Some(*began));
                        finish(&mut store, attempt, &event, began + 1);
                    }
                    Failed => store.end(attempt, REFUSED, ended).unwrap(),
                    Unknown => store.end(attempt, LATE_ANSWER, ended).unwrap(),
                    CutOff | InFlight => {}
                }
            }
        }
    }
    let looked = match outcome(&store) {
        StoredOutcome::Screened(stored) => stored.record.event_id.0,
        StoredOutcome::Unknown(attempt) => format!("unknown {}", attempt.began_at.unix() - T),
        StoredOutcome::InFlight => "busy".to_owned(),
        StoredOutcome::Nothing => "send".to_owned(),
    };
    let say = |begin| match begin {
        Begin::Stored(stored) => stored.record.event_id.0,
        Begin::Unknown(attempt) => format!("unknown {}", attempt.began_at.unix() - T),
        Begin::Busy => "busy".to_owned(),
        Begin::Send(_) => "send".to_owned(),
    };
    let other = home.run();
    let again = say(begin(&mut store, &other, "a", T + 9_000, false));
    let forced = if again == "send" {
        "send".to_owned()
    } else {
        say(begin(&mut store, &other, "a", T + 9_001, true))
    };
    (looked, again, forced)
}

#[test]
fn the_outcome_of_every_course_of_things() {
    let table: Vec<(&str, Vec<Step>, &str)> = vec![
        ("nothing was tried", vec![], "send"),
        (
            "a known failure is sent again",
            vec![Try(T, FIRST, Failed)],
            "send",
        ),
        (
            "a screening is given back",
            vec![Try(T, FIRST, Screened("e1"))],
            "e1",
        ),
        (
            "an event by import is given back",
            vec![Ev("e1", Some(T))],
            "e1",
        ),
        ("one without a time too", vec![Ev("e1", None)], "e1"),
        (
            "an attempt of a living run is waited for",
            vec![Try(T, FIRST, InFlight)],
            "busy",
        ),
        (
            "a rescreen of a living run too",
            vec![
                Try(T, FIRST, Screened("e1")),
                Try(T + 1, RESCREEN, InFlight),
            ],
            "busy",
        ),
        (
            "an unknown outcome stays",
            vec![Try(T, FIRST, Unknown)],
            "unknown 0",
        ),
        (
            "what a kill cut off is unknown",
            vec![Try(T, FIRST, CutOff)],
            "unknown 0",
        ),
        (
            "an event requested later settles it",
            vec![Try(T, FIRST, Unknown), Ev("e1", Some(T + 50))],
            "e1",
        ),
        (
            "and one five minutes before it began",
            vec![Try(T, FIRST, CutOff), Ev("e1", Some(T - 300))],
            "e1",
        ),
        (
            "but none before that",
            vec![Try(T, FIRST, Unknown), Ev("e1", Some(T - 301))],
            "unknown 0",
        ),
        (
            "one without a time came after it, since there was none before",
            vec![Try(T, FIRST, Unknown), Ev("e1", None)],
            "e1",
        ),
        (
            "unless its ID says when it was requested",
            vec![Try(T, FIRST, Unknown), Ev(EARLY, None)],
            "unknown 0",
        ),
        (
            "which settles it where that is late enough",
            vec![Try(T, FIRST, Unknown), Ev(LATE, None)],
            LATE,
        ),
        (
            "of two screened from here the later try counts, also after the clock stepped back",
            vec![
                Try(T, FIRST, Screened("e1")),
                Try(T - 5_000, RESCREEN, Screened("e2")),
            ],
            "e2",
        ),
        (
            "and it does so beside an older event by import",
            vec![
                Ev("e0", Some(T - 9_000)),
                Try(T, RESCREEN, Screened("e1")),
                Try(T - 5_000, RESCREEN, Screened("e2")),
            ],
            "e2",
        ),
        (
            "a rescreen that is screened settles it",
            vec![
                Try(T, FIRST, Unknown),
                Try(T + 1000, RESCREEN, Screened("e1")),
            ],
            "e1",
        ),
        (
            "one that is refused does not",
            vec![Try(T, FIRST, Unknown), Try(T + 1000, RESCREEN, Failed)],
            "unknown 0",
        ),
        (
            "one that is unknown itself neither",
            vec![Try(T, FIRST, Unknown), Try(T + 1000, RESCREEN, Unknown)],
            "unknown 1000",
        ),
        (
            "an event may settle the one and not the other",
            vec![
                Try(T, FIRST, Unknown),
                Try(T + 1000, RESCREEN, CutOff),
                Ev("e1", Some(T + 100)),
            ],
            "unknown 1000",
        ),
        (
            "a late event settles both",
            vec![
                Try(T, FIRST, Unknown),
                Try(T + 1000, RESCREEN, CutOff),
                Ev("e1", Some(T + 1000)),
            ],
            "e1",
        ),
        (
            "a failed rescreen leaves the event",
            vec![
                Try(T, FIRST, Screened("e1")),
                Try(T + 1000, RESCREEN, Failed),
            ],
            "e1",
        ),
        (
            "an unknown one too",
            vec![
                Try(T, FIRST, Screened("e1")),
                Try(T + 1000, RESCREEN, Unknown),
            ],
            "e1",
        ),
        (
            "and one that was cut off",
            vec![
                Try(T, FIRST, Screened("e1")),
                Try(T + 1000, RESCREEN, CutOff),
            ],
            "e1",
        ),
        (
            "and of an event by import, without a time",
            vec![Ev("e1", None), Try(T, RESCREEN, Unknown)],
            "e1",
        ),
        (
            "a rescreen that succeeds gives the new event",
            vec![
                Try(T, FIRST, Screened("e1")),
                Try(T + 1000, RESCREEN, Screened("e2")),
            ],
            "e2",
        ),
        (
            "a rescreen of a settled attempt keeps the event that settled it",
            vec![
                Try(T, FIRST, Unknown),
                Ev("e1", Some(T)),
                Try(T + 1000, RESCREEN, Unknown),
            ],
            "e1",
        ),
        (
            "a rescreen after a failure has nothing to keep",
            vec![Try(T, FIRST, Failed), Try(T + 1, RESCREEN, Unknown)],
            "unknown 1",
        ),
    ];
    for (name, steps, expected) in table {
        let (looked, again, forced) = play(&steps);
        assert_eq!(
            (looked.as_str(), again.as_str()),
            (expected, expected),
            "{name}"
        );
        let sent = if expected == "busy" { "busy" } else { "send" };
        assert_eq!(forced, sent, "--rescreen: {name}");
    }
}

#[test]
fn of_several_events_the_service_then_the_time_then_the_last_stored_decides() {
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
        (vec![of("e2", own, Some(1)), of("e1", own, Some(1))], "e1"),
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
    let again = store.end(attempt, REFUSED, at(T));
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
        store.end(attempt, LATE_ANSWER, at(T)).unwrap();
    }
    let settled = send(&mut store, &living, "c", T, false);
    store.end(settled, LATE_ANSWER, at(T)).unwrap();
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
