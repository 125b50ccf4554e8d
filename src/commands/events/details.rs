//! `events show`: what O-PLUX itself says of an event, and what was changed of it from here.

use crate::{
    domain::{
        pulled::{Rule, Score, SimilarEvent},
        time::JstTime,
    },
    locales::{Lang, Text, at_oplux as words, lists},
    output::table::{Card, Field},
    store::EventDetails,
};

/// Adds the details to the card of an event: those that are known.
pub(super) fn push(card: &mut Card, details: &EventDetails, now: JstTime, lang: Lang) {
    let mut push = |title: Text, text: Option<String>| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            card.push(title.get(lang), Field::new(text));
        }
    };
    let deadline = details
        .deadline
        .map(|at| words::deadline_at(at, left(at, now)));
    push(
        words::deadline(),
        deadline.map(|text| text.get(lang).to_owned()),
    );
    push(words::manual_reason(), details.manual_reason.clone());
    push(words::score(), details.score.as_ref().map(points));
    let fired = details.rules.iter().filter(|rule| rule.fired);
    let fired: Vec<_> = fired.map(rule).collect();
    push(words::fired(), Some(fired.join("\n")));
    let deleted = details.deleted.map(lists::yes_or_no);
    push(
        words::deleted(),
        deleted.map(|text| text.get(lang).to_owned()),
    );
    let listed = details
        .blacklisted
        .as_ref()
        .map(|who| match who.is_empty() {
            true => lists::yes_or_no(false),
            false => Text::joined(
                &who.iter().map(|who| words::who(who)).collect::<Vec<_>>(),
                ", ",
            ),
        });
    push(
        words::blacklisted(),
        listed.map(|text| text.get(lang).to_owned()),
    );
    let similars: Vec<_> = details.similars.iter().map(similar).collect();
    push(lists::similars(), Some(similars.join("\n")));
    push(
        words::pulled_at(),
        details.pulled_at.map(|at| at.to_string()),
    );
}

/// How much of the time until the deadline is left.
fn left(deadline: JstTime, now: JstTime) -> Text {
    let minutes = (deadline.unix() - now.unix()).div_euclid(60);
    match minutes {
        ..0 => words::deadline_passed(),
        0..120 => words::minutes_left(minutes),
        _ => words::hours_left(minutes / 60, minutes % 60),
    }
}

/// What a rule looks at, and what it gives.
fn rule(rule: &Rule) -> String {
    let parts = [rule.touchpoint.clone(), Some(points(&rule.score))];
    let parts = parts.into_iter().flatten().filter(|part| !part.is_empty());
    let said = parts.collect::<Vec<_>>().join(", ");
    let name = rule.code.as_ref().or(rule.description.as_ref());
    let name = name.map_or("-", String::as_str);
    match said.is_empty() {
        true => name.to_owned(),
        false => format!("{name}: {said}"),
    }
}

/// The points that are known: `ok 0, ng 5`.
fn points(score: &Score) -> String {
    let points = [("ok", &score.ok), ("ng", &score.ng), ("hold", &score.hold)];
    let known = points
        .into_iter()
        .filter_map(|(name, points)| Some(format!("{name} {}", points.as_ref()?)));
    known.collect::<Vec<_>>().join(", ")
}

/// The number that O-PLUX is searched for, the ID, and what the two have in common.
fn similar((similar, number): &(SimilarEvent, Option<String>)) -> String {
    let common = [&similar.rule_code, &similar.touchpoints];
    let common = common.into_iter().flatten().map(String::as_str);
    let common = common.collect::<Vec<_>>().join(" ");
    let name = format!("{} {}", number.as_deref().unwrap_or("-"), similar.event_id);
    match common.is_empty() {
        true => name,
        false => format!("{name} ({common})"),
    }
}
