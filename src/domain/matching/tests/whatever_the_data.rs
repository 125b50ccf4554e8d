//! What holds whatever the data.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

prop_compose! {
    fn any_history()(order in 0..9u8, entries in prop::collection::vec(
        (0..9u8, prop::option::of(0..6i64), prop::option::of(any::<bool>())), 0..4)
    ) -> (OrderNumber, History) {
        let name = |n: u8| number(&format!("n{n}"));
        let entries = entries.into_iter().map(|(n, time, thanks_offer)| Payment {
            number: name(n),
            at: time.map(JstTime::from_unix),
            amount: Some(Yen(u64::from(n))),
            thanks_offer,
        });
        (name(order), History(entries.collect()))
    }
}

prop_compose! {
    fn any_event()(order in 0..9u8, time in prop::option::of(0..6i64)) -> (u8, Option<i64>) {
        (order, time)
    }
}

fn named(events: &[(u8, Option<i64>)]) -> Vec<EventRecord> {
    let named = events.iter().enumerate();
    named
        .map(|(place, (order, time))| event(&format!("e{place}"), &format!("n{order}"), *time))
        .collect()
}

fn found(
    asked: &str,
    histories: &[(OrderNumber, History)],
    events: Vec<EventRecord>,
) -> (Group, Vec<EventRecord>) {
    let group = Group::of(&number(asked), histories);
    let found = candidates(&group.searched(&number(asked)), events);
    (group, found)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_in_which_things_came_in_does_not_matter(
        histories in prop::collection::vec(any_history(), 0..6),
        events in prop::collection::vec(any_event(), 0..8),
        turn in 0..6usize,
    ) {
        let events = named(&events);
        let (mut turned, mut reversed) = (histories.clone(), events.clone());
        turned.rotate_left(turn.min(histories.len()));
        reversed.reverse();
        for asked in 0..9 {
            let asked = format!("n{asked}");
            prop_assert_eq!(
                found(&asked, &histories, events.clone()),
                found(&asked, &turned, reversed.clone())
            );
        }
    }

    #[test]
    fn every_number_of_a_group_has_the_same_candidates(
        histories in prop::collection::vec(any_history(), 0..6),
        events in prop::collection::vec(any_event(), 0..8),
    ) {
        let events = named(&events);
        for asked in 0..9 {
            let asked = format!("n{asked}");
            let (group, own) = found(&asked, &histories, events.clone());
            let own: BTreeSet<_> = ids(&own).into_iter().map(str::to_owned).collect();
            for other in &group.numbers {
                let (others, theirs) = found(other.as_str(), &histories, events.clone());
                prop_assert_eq!(&others, &group);
                let theirs: BTreeSet<_> = ids(&theirs).into_iter().map(str::to_owned).collect();
                prop_assert_eq!(&theirs, &own);
            }
        }
    }

    #[test]
    fn an_unrelated_event_changes_nothing(
        histories in prop::collection::vec(any_history(), 0..6),
        events in prop::collection::vec(any_event(), 0..8),
    ) {
        let events = named(&events);
        let mut more = events.clone();
        more.push(event("unrelated", "stranger", Some(3)));
        for asked in 0..9 {
            let asked = format!("n{asked}");
            prop_assert_eq!(
                found(&asked, &histories, events.clone()),
                found(&asked, &histories, more.clone())
            );
        }
    }
}
