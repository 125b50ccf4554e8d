//! Any part of a reason is found through the trigram index, and nothing else is.

use proptest::prelude::*;

use super::{listing::ids, *};
use crate::domain::text::folded;

/// Texts of few letters, so that parts are often found, with everything that a query language
/// could mistake for its own.
fn some_text() -> impl Strategy<Value = String> {
    "[aAbB\"%_*'\\\\ \n住所一ァÀàİ😀^+()-]{0,6}"
}

/// A part of one of the texts, or another text.
fn needle(texts: &[String]) -> impl Strategy<Value = String> + use<> {
    let parts: Vec<String> = texts
        .iter()
        .flat_map(|text| {
            let chars: Vec<char> = text.chars().collect();
            let ends = (0..chars.len())
                .flat_map(move |from| (from..=chars.len().min(from + 4)).map(move |to| (from, to)));
            let chars: Vec<char> = text.chars().collect();
            ends.map(move |(from, to)| chars[from..to].iter().collect::<String>())
                .collect::<Vec<_>>()
        })
        .collect();
    match parts.is_empty() {
        true => some_text().boxed(),
        false => prop_oneof![prop::sample::select(parts), some_text()].boxed(),
    }
}

fn sets_and_needle() -> impl Strategy<Value = (Vec<Vec<String>>, String)> {
    let sets = prop::collection::vec(prop::collection::vec(some_text(), 1..4), 1..6);
    sets.prop_flat_map(|sets| {
        // Also across two reasons, where nothing may be found.
        let mut texts: Vec<String> = sets.concat();
        texts.extend(sets.iter().map(|set| set.join("\n")));
        let needle = needle(&texts).prop_map(|part| part.to_ascii_uppercase());
        (Just(sets), needle)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    /// The second, naive implementation: does any of the reasons contain it?
    #[test]
    fn any_part_of_a_reason_is_found_and_nothing_else((sets, part) in sets_and_needle()) {
        let mut store = Home::new().store();
        let mut expected = Vec::new();
        for (place, texts) in sets.iter().enumerate() {
            let id = format!("e{place}");
            let mut event = event(&id, "a", Some(1));
            event.screening.reasons = texts.iter().map(|text| Reason {
                code: None,
                description: Some(text.clone()),
            }).collect();
            import(&mut store, event);
            let part = folded(&part);
            if texts.iter().any(|text| folded(text).contains(&part)) {
                expected.push(id);
            }
        }
        // Of one second the greater event ID comes first.
        expected.reverse();
        let filter = EventFilter { reason: Some(part.clone()), ..EventFilter::default() };
        prop_assert_eq!(ids(&store, &filter), expected.join(" "), "{:?} in {:?}", part, sets);
    }
}
