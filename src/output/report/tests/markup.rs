//! Whatever stands in the data, the page stays a page.

use proptest::{prelude::*, test_runner::Config};

use super::*;

/// The names of the elements of `page`, in order, where it is well-formed as XML: everything that
/// is opened is closed, every attribute is quoted and no bare `<` or `&` stands in a text.
pub(super) fn elements(page: &str) -> Vec<String> {
    let mut rest = page.strip_prefix("<!DOCTYPE html>").unwrap().trim();
    let (mut open, mut seen) = (Vec::<String>::new(), Vec::new());
    while let Some(at) = rest.find('<') {
        text_is_sound(&rest[..at]);
        assert!(at == 0 || !open.is_empty() || rest[..at].trim().is_empty());
        let tag;
        (tag, rest) = rest[at + 1..].split_once('>').expect("an unfinished tag");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "closed out of order");
            continue;
        }
        let (tag, is_empty) = match tag.strip_suffix(" /") {
            Some(tag) => (tag, true),
            None => (tag, false),
        };
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(name.chars().all(|c| c.is_ascii_alphanumeric()), "<{name}>");
        attributes_are_sound(attributes);
        seen.push(name.to_owned());
        if !is_empty {
            open.push(name.to_owned());
        }
    }
    assert!(
        open.is_empty() && rest.is_empty(),
        "not closed: {open:?} {rest:?}"
    );
    seen
}

fn attributes_are_sound(text: &str) {
    let mut rest = text;
    let mut names = Vec::new();
    while !rest.is_empty() {
        let (name, value) = rest
            .split_once("=\"")
            .expect("an attribute without a value");
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
        assert!(
            !name.is_empty() && name.chars().all(is_name),
            "{name:?} in {text}"
        );
        assert!(!names.contains(&name), "{name} stands twice in {text}");
        names.push(name);
        let (value, after) = value.split_once('"').expect("an open quote");
        text_is_sound(value);
        rest = after.strip_prefix(' ').unwrap_or(after);
    }
}

fn text_is_sound(text: &str) {
    assert!(!text.contains('<'));
    for (at, _) in text.match_indices('&') {
        let entity = text[at..].split_inclusive(';').next().unwrap();
        assert!(
            ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"].contains(&entity),
            "a bare & at {entity:.20}"
        );
    }
}

/// `data` with `text` in every field of a text from outside.
fn filled(data: ReportData, text: &str) -> ReportData {
    let same = || Text::same(text);
    let some = || Some(text.to_owned());
    let share = |share: Share| Share {
        label: same(),
        ..share
    };
    ReportData {
        store: text.to_owned(),
        causes: data.causes.into_iter().map(share).collect(),
        drifts: data.drifts.into_iter().map(share).collect(),
        drift_rows: (data.drift_rows.into_iter())
            .map(|row| DriftRow {
                number: text.to_owned(),
                created_at: row.created_at,
                payment_method: some(),
                ecforce_result: some(),
                matched_number: some(),
                event_id: some(),
                auto_result: some(),
                manual_result: some(),
                kind: same(),
                next_step: same(),
            })
            .collect(),
        missing_rows: (data.missing_rows.into_iter())
            .map(|row| MissingRow {
                number: text.to_owned(),
                created_at: row.created_at,
                payment_method: some(),
                ecforce_result: some(),
                cause: same(),
                next_step: same(),
            })
            .collect(),
        ..data
    }
}

#[test]
fn pages_are_well_formed() {
    for lang in BOTH {
        for data in [empty(), full(1), full(2), full(30), full(100), full(400)] {
            let seen = elements(&render(&data, lang));
            for once in ["html", "head", "title", "main", "h1", "style", "footer"] {
                let times = seen.iter().filter(|name| *name == once).count();
                let svg_titles = seen.iter().filter(|name| *name == "g").count();
                let charts = seen.iter().filter(|name| *name == "desc").count();
                let expected = if once == "title" {
                    1 + svg_titles + charts
                } else {
                    1
                };
                assert_eq!(times, expected, "<{once}>");
            }
        }
    }
}

#[test]
fn what_breaks_a_page_is_told() {
    let broken = [
        "<p>a<b></p></b>",
        "<p>a & b</p>",
        "<p>",
        "<p a=b></p>",
        "<p a=\"1\" a=\"2\"></p>",
        "<p a=\"<\"></p>",
    ];
    for page in broken {
        let page = format!("<!DOCTYPE html>{page}");
        assert!(
            std::panic::catch_unwind(|| elements(&page)).is_err(),
            "{page}"
        );
    }
}

/// What is tried most: markup, entities, controls, Japanese, and anything at all.
fn texts_from_outside() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(vec![
        "<script>alert(1)</script>",
        "</td></table></style>",
        "\"><img src=x onerror=alert(1)>",
        "' onload='x",
        "&lt;&#60;&",
        "<!-- ]]>",
        "\u{1b}[31m\u{0}\u{7f}\u{9b}\u{202e}\u{200b}\u{feff}",
        "美容液 ﾊﾅｺ 𠮷",
    ]);
    prop_oneof![
        any::<String>(),
        (any::<String>(), nasty, any::<String>()).prop_map(|(a, b, c)| a + b + &c),
    ]
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, cases: 128, ..Config::default() })]

    #[test]
    fn no_text_from_outside_gets_out_of_its_place(text in texts_from_outside()) {
        for lang in BOTH {
            let plain = render(&filled(full(9), "x"), lang);
            let page = render(&filled(full(9), &text), lang);
            prop_assert_eq!(elements(&page), elements(&plain));
            let is_control = |c: char| c != '\n' && (c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{feff}'));
            prop_assert!(!page.contains(is_control));
            prop_assert_eq!(page.lines().count(), plain.lines().count());
        }
    }

    #[test]
    fn any_days_make_a_chart(
        days in prop::collection::btree_map(-400_000_i64..400_000, any::<[u16; 5]>(), 1..40),
    ) {
        let day = |(day, [direct, via_history, missing, other, drift]): (&i64, &[u16; 5])| Day {
            day: date(2026, 11, 20) + day.days(),
            direct: (*direct).into(),
            via_history: (*via_history).into(),
            missing: (*missing).into(),
            other: (*other).into(),
            drift: (*drift).into(),
        };
        let data = ReportData { days: days.iter().map(day).collect(), ..full(1) };
        let page = render(&data, Lang::En);
        let bars = elements(&page);
        let columns = page.matches("<g class=\"day\">").count();
        prop_assert_eq!(columns, days.len());
        prop_assert!(bars.len() > columns);
        prop_assert!(!page.contains("NaN") && !page.contains("inf"));
        let axis = axis::Axis::of(&data.days);
        prop_assert!(axis.slots < 80 * days.len() + 40, "cut gaps keep it narrow");
        prop_assert!(axis.places.iter().all(|place| *place < axis.slots));
        prop_assert!(axis.places.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
