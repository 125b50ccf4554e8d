//! What the page says.

use proptest::{prelude::*, test_runner::Config};

use super::{super::figures::*, *};

/// The cells of each row of the table `id`, without markup.
fn rows(page: &str, id: &str) -> Vec<Vec<String>> {
    let table = page.split_once(&format!("<table id=\"{id}\">")).unwrap().1;
    let body = table.split_once("<tbody>").unwrap().1;
    let body = body.split_once("</tbody>").unwrap().0;
    let cells = |row: &str| {
        let cell = |cell: &str| {
            let inner = cell.split_once('>').unwrap().1;
            let texts = inner.split('<').enumerate();
            let text = texts.map(|(n, text)| match n {
                0 => text,
                _ => text.split_once('>').map_or("", |(_, text)| text),
            });
            text.collect::<String>().trim().to_owned()
        };
        let starts = row.replace("<th", "\0").replace("<td", "\0");
        starts.split('\0').skip(1).map(cell).collect()
    };
    body.split("<tr").skip(1).map(cells).collect()
}

fn value(cell: &str) -> u64 {
    cell.replace(',', "").parse().unwrap()
}

#[test]
fn counts_and_shares_are_written_for_people() {
    for (number, text) in [
        (0, "0"),
        (999, "999"),
        (1_000, "1,000"),
        (12_345, "12,345"),
        (1_234_567, "1,234,567"),
    ] {
        assert_eq!(count(number), text);
    }
    assert_eq!(count(u64::MAX), "18,446,744,073,709,551,615");
    for (part, whole, text) in [
        (0, 0, "0.0 %"),
        (0, 7, "0.0 %"),
        (1, 3, "33.3 %"),
        (2, 3, "66.7 %"),
        (1, 2000, "0.1 %"),
        (1, 2001, "0.0 %"),
        (7, 7, "100.0 %"),
        (u64::MAX, u64::MAX, "100.0 %"),
    ] {
        assert_eq!(share(part, whole), text, "{part} of {whole}");
    }
}

#[test]
fn the_scale_has_round_steps() {
    for (highest, expected) in [
        (0, &[0, 1][..]),
        (1, &[0, 1]),
        (5, &[0, 1, 2, 3, 4, 5]),
        (7, &[0, 2, 4, 6, 8]),
        (187, &[0, 50, 100, 150, 200]),
        (1_001, &[0, 500, 1_000, 1_500]),
    ] {
        assert_eq!(ticks(highest), expected, "{highest}");
    }
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn the_scale_reaches_over_every_bar(highest in 0_u64..1 << 60) {
        let ticks = ticks(highest);
        prop_assert!((2..=6).contains(&ticks.len()));
        prop_assert!(*ticks.last().unwrap() >= highest);
        prop_assert!(ticks.windows(2).all(|pair| pair[1] - pair[0] == ticks[1]));
    }
}

#[test]
fn the_sums_shown_are_the_sums_given() {
    let data = full(100);
    for lang in BOTH {
        let page = render(&data, lang);
        let statuses = rows(&page, "status-table");
        let shown: Vec<_> = (statuses.iter().filter(|row| row.len() == 3))
            .map(|row| value(&row[1]))
            .collect();
        let given = data.statuses;
        let each = [
            given.direct,
            given.via_history,
            given.not_screened,
            given.missing,
            given.unknown,
        ];
        assert_eq!(shown[..5], each);
        assert_eq!(shown[5], given.orders());
        assert_eq!(shown[5], each.iter().sum::<u64>());

        let days = rows(&page, "day-table");
        let (total, days) = days.split_last().unwrap();
        assert_eq!(days.len(), data.days.len());
        for column in 1..7 {
            let sum: u64 = days.iter().map(|row| value(&row[column])).sum();
            assert_eq!(value(&total[column]), sum, "column {column}");
        }
        assert_eq!(value(&total[1]), given.direct);
        assert_eq!(value(&total[6]), data.drifting());

        for (id, shares) in [("cause-table", &data.causes), ("drift-kinds", &data.drifts)] {
            for (row, given) in rows(&page, id).iter().zip(shares) {
                assert_eq!(row[0], given.label.get(lang));
                assert_eq!(row[1], count(given.count));
                assert_eq!(row[2], share(given.count, data.statuses.orders()));
            }
            assert_eq!(rows(&page, id).len(), shares.len());
        }
        assert!(page.contains(&format!(
            "<span class=\"value\">{}</span>",
            count(given.orders())
        )));
    }
}

#[test]
fn each_row_of_the_lists_is_there_with_what_to_do() {
    let data = full(100);
    for lang in BOTH {
        let page = render(&data, lang);
        let drift = rows(&page, "drift-table");
        assert_eq!(drift.len(), data.drift_rows.len());
        for (row, given) in drift.iter().zip(&data.drift_rows) {
            assert_eq!(row[0], given.number);
            assert_eq!(row[1], given.created_at.unwrap().to_string());
            assert_eq!(Some(&row[3]), given.ecforce_result.as_ref());
            assert_eq!(row[6], given.kind.get(lang));
            assert!(row[7].starts_with(given.matched_number.as_ref().unwrap()));
            assert!(row[7].ends_with(given.event_id.as_ref().unwrap()));
        }
        let missing = rows(&page, "missing-table");
        assert_eq!(missing.len(), data.missing_rows.len());
        for (row, given) in missing.iter().zip(&data.missing_rows) {
            let escaped = |text: &Text| text.get(lang).replace('\'', "&#39;").replace('>', "&gt;");
            let (cause, step) = (escaped(&given.cause), escaped(&given.next_step));
            // A step that all rows of a cause share is said once, above the list.
            if step.contains(&given.number) {
                assert_eq!(row[4], format!("{cause}{step}"));
            } else {
                assert_eq!(row[4], cause);
                assert_eq!(page.matches(&step).count(), 1);
            }
        }
        assert_eq!(missing[4][1], "–", "no time is a dash");
    }
}

#[test]
fn the_whole_lists_are_a_command_away() {
    let page = render(&full(100), Lang::En);
    let drift = "oplux reconcile --drift-only --from 2025-10-28 --to 2026-02-04 --format csv";
    let missing = "oplux reconcile --status missing --from 2025-10-28 --to 2026-02-04 --format csv";
    assert!(page.contains(drift) && page.contains(missing));
    assert!(page.contains("12 of 80 are shown."), "more than are listed");
    let whole = ReportData {
        from: None,
        to: Some(at("2026-11-20 10:15:00")),
        more_drift: 0,
        more_missing: 0,
        ..full(100)
    };
    let page = render(&whole, Lang::En);
    assert!(page.contains("--drift-only --to &quot;2026-11-20 10:15:00&quot; --format csv"));
    assert!(page.contains("until 2026-11-20 10:15:00"));
    assert!(!page.contains("are shown."));
}

#[test]
fn a_page_with_nothing_to_do_says_so() {
    let quiet = ReportData {
        statuses: Statuses {
            direct: 5,
            ..Statuses::default()
        },
        causes: vec![],
        drifts: vec![],
        drift_rows: vec![],
        missing_rows: vec![],
        more_drift: 0,
        more_missing: 0,
        ..full(1)
    };
    for lang in BOTH {
        let page = render(&quiet, lang);
        for text in [
            texts::verdict_clear(),
            texts::no_drift(),
            texts::no_missing(),
            texts::no_causes(),
        ] {
            assert!(page.contains(text.get(lang)), "{}", text.get(lang));
        }
        // Orders that could not be judged may be missing.
        let unsure = Statuses {
            unknown: 2,
            ..quiet.statuses
        };
        let page = render(
            &ReportData {
                statuses: unsure,
                ..quiet.clone()
            },
            lang,
        );
        assert!(!page.contains(texts::verdict_clear().get(lang)));
        assert!(page.contains("oplux import events FILE"));

        let page = render(&empty(), lang);
        assert!(page.contains(texts::no_orders().get(lang)));
        assert!(!page.contains("<svg") && !page.contains("<table"));
        let dateless = ReportData {
            days: vec![],
            undated: 5,
            ..quiet.clone()
        };
        let page = render(&dateless, lang);
        assert!(page.contains(texts::no_days().get(lang)) && !page.contains("<svg"));
        assert!(page.contains(texts::undated("5").get(lang)));
    }
}

#[test]
fn every_label_is_in_the_language_of_the_page() {
    let (en, ja) = (render(&full(100), Lang::En), render(&full(100), Lang::Ja));
    assert!(en.contains("<html lang=\"en\">") && ja.contains("<html lang=\"ja\">"));
    for text in [
        texts::title(),
        texts::lead(),
        texts::period(),
        texts::made_at(),
        texts::store(),
        texts::orders(),
        texts::screened(),
        texts::direct_means(),
        texts::via_history_means(),
        texts::not_screened_means(),
        texts::missing_means(),
        texts::unknown_means(),
        texts::orphans("4"),
        texts::orphans_means(),
        texts::by_day(),
        texts::by_day_note(),
        texts::numbers_table(),
        texts::drift_short(),
        texts::drift_means(),
        texts::causes(),
        texts::what_to_do(),
        texts::footer(),
    ] {
        let (in_en, in_ja) = (text.get(Lang::En), text.get(Lang::Ja));
        assert!(en.contains(&in_en.replace('\'', "&#39;")), "{in_en}");
        assert!(ja.contains(in_ja), "{in_ja}");
        assert!(
            !ja.contains(in_en) || in_ja.contains(in_en),
            "{in_en} stands in Japanese"
        );
    }
}

#[test]
fn the_page_needs_nothing_from_elsewhere() {
    for lang in BOTH {
        let page = render(&full(30), lang);
        let loads = ["<script", "http:", "https:", "@import", "url(", "src="];
        for word in loads {
            assert!(!page.contains(word), "{word}");
        }
        assert!(!has_handler(&page));
        assert!(page.contains("default-src &#39;none&#39;"));
    }
    let css = include_str!("../style.css");
    assert!(!css.contains(['<', '&']), "the style sheet is well-formed");
}

/// Whether an element has an attribute of an event: `onclick`, say.
fn has_handler(page: &str) -> bool {
    page.split('<').any(|tag| {
        let tag = tag.split('>').next().unwrap();
        tag.split(' ')
            .skip(1)
            .any(|part| part.starts_with("on") && part.contains("=\""))
    })
}

#[test]
fn a_gap_is_as_wide_as_it_is_long_until_it_is_cut() {
    let day = |day| Day { day, ..days(1)[0] };
    let few = axis::Axis::of(&[day(date(2026, 11, 1)), day(date(2026, 11, 4))]);
    assert_eq!(few.places[1] - few.places[0], 3);
    let far = [
        day(date(26, 11, 1)),
        day(date(2026, 11, 1)),
        day(date(2026, 11, 2)),
    ];
    let axis = axis::Axis::of(&far);
    assert_eq!(axis.cuts.len(), 1);
    assert_eq!(axis.cuts[0].first, date(26, 11, 2));
    assert_eq!(axis.cuts[0].last, date(2026, 10, 31));
    assert!(axis.slots < 20);
    let page = render(
        &ReportData {
            days: far.to_vec(),
            ..full(1)
        },
        Lang::En,
    );
    assert!(page.contains("no orders from 0026-11-02 to 2026-10-31"));
}

#[test]
fn the_names_below_the_chart_keep_apart() {
    for (many, grain) in [
        (7, axis::Grain::Day),
        (45, axis::Grain::Week),
        (130, axis::Grain::HalfMonth),
        (1_000, axis::Grain::Month),
    ] {
        let axis = axis::Axis::of(&days(many));
        assert_eq!(axis.grain, grain, "{many}");
        let width = axis.least_width() / axis.slots as f64;
        let apart = |pair: &[(usize, Date)]| (pair[1].0 - pair[0].0) as f64 * width;
        assert!(
            axis.names.windows(2).all(|pair| apart(pair) >= 39.0),
            "{many}"
        );
        assert!(axis.names.len() >= 4, "{many} days have names");
    }
}
