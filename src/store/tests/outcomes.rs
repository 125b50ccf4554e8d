//! What becomes of attempts and events: the rules of `outcome`, as a table.

use super::*;

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
