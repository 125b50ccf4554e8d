//! The page, held against its data and against the grammar of markup.

use jiff::civil::date;
use proptest::{prelude::*, test_runner::Config};

use super::{
    chart::{bars_of, step},
    *,
};

const BOTH: [Lang; 2] = [Lang::En, Lang::Ja];

fn at(text: &str) -> JstTime {
    text.parse().unwrap()
}

/// A page of a shop without orders.
fn empty() -> ReportData {
    ReportData {
        made_at: at("2026-12-01 09:30:00"),
        from: Some(at("2026-11-01")),
        to: Some(at("2026-11-30 23:59:59")),
        store: "~/.local/share/oplux/default.db".into(),
        counts: Counts::default(),
        causes: vec![],
        drifts: vec![],
        orphans: 0,
        days: vec![],
        undated: 0,
        drift_rows: Listed::default(),
        missing_rows: Listed::default(),
    }
}

fn day(n: u64, day: Date) -> Day {
    let (direct, via) = (1_000 + n * 37 % 53, 4 + n * 13 % 11);
    let statuses = [direct, via, 12 + n * 7 % 9, n % 3, n % 2];
    let drift = n % 4;
    (day, Counts { statuses, drift })
}

/// A page of so many days with orders, with `text` in every place of a text from outside.
fn full(many: u64, text: &str) -> ReportData {
    let first = date(2026, 11, 1);
    let each = (0..many).map(|n| day(n, first + jiff::Span::new().days(n as i64)));
    let days: Vec<_> = each.collect();
    let sums = sums(&days);
    let row = |n: u64, step: String| Finding {
        number: format!("a905125{n:03}{text}"),
        created_at: (n != 1).then(|| at("2026-11-20 10:15:00")),
        payment_method: (n != 1).then(|| text.to_owned()),
        ecforce_result: Some(if n == 0 { "HOLD" } else { text }.to_owned()),
        matched_number: Some(format!("b1c2d3e{n:03}{text}")),
        event_id: Some(format!("2026112000{n:03}{text}")),
        auto_result: Some("REVIEW".to_owned()),
        manual_result: (n == 0).then(|| text.to_owned()),
        kind: Text::new(format!("one kind {text}"), format!("種類{text}")),
        next_step: Text::new(format!("Do {step}{text}"), format!("次は{step}{text}")),
    };
    let kind = |en: &str, ja: &str, orders| {
        let kind = Text::new(format!("{en}{text}"), format!("{ja}{text}"));
        (kind, orders)
    };
    let by_hand = sums.drift - sums.drift / 4;
    ReportData {
        store: text.to_owned(),
        counts: sums,
        causes: vec![kind("subscription order", "定期受注", 40)],
        drifts: vec![
            kind("changed by hand", "目視審査で変更", by_hand),
            kind("results differ", "自動審査結果の不一致", sums.drift / 4),
        ],
        orphans: 4,
        days,
        undated: 3,
        drift_rows: Listed {
            rows: (0..3).map(|n| row(n, "this".into())).collect(),
            more: 7,
        },
        missing_rows: Listed {
            rows: (0..3).map(|n| row(n, format!("that of {n}"))).collect(),
            more: 0,
        },
        ..empty()
    }
}

/// How many marks of its own the page has: a text from outside adds none.
fn marks(page: &str) -> [usize; 3] {
    ['<', '>', '"'].map(|mark| page.matches(mark).count())
}

/// The cells of each row of the table `id`, without markup.
fn rows(page: &str, id: &str) -> Vec<Vec<String>> {
    let table = page.split_once(&format!("<table id=\"{id}\">")).unwrap().1;
    let body = table.split_once("<tbody>").unwrap().1;
    let body = body.split_once("</tbody>").unwrap().0;
    let cell = |cell: &str| {
        let texts = cell
            .split('<')
            .map(|part| part.split_once('>').map_or("", |part| part.1));
        texts.collect::<String>()
    };
    let cells = |row: &str| {
        let starts = row.replace("<th", "\0").replace("<td", "\0");
        starts.split('\0').skip(1).map(cell).collect()
    };
    body.split("<tr").skip(1).map(cells).collect()
}

#[test]
fn figures_are_written_for_people() {
    for (number, text) in [(0, "0"), (999, "999"), (1_234_567, "1,234,567")] {
        assert_eq!(count(number), text);
    }
    for (part, whole, text) in [
        (0, 0, "0.0 %"),
        (2, 3, "66.7 %"),
        (1, 2000, "0.1 %"),
        (1, 2001, "0.0 %"),
        (u64::MAX, u64::MAX, "100.0 %"),
    ] {
        assert_eq!(share(part, whole), text, "{part} of {whole}");
    }
    for (highest, expected) in [(0, 1), (5, 1), (6, 2), (11, 5), (26, 10), (1_001, 500)] {
        assert_eq!(step(highest), expected, "{highest}");
    }
    assert!(step(u64::MAX) >= u64::MAX / 5);
}

#[test]
fn the_numbers_of_the_page_are_those_of_the_data() {
    let data = full(100, "x");
    let all = data.counts;
    let numbers = |numbers: &[u64]| numbers.iter().map(|n| count(*n)).collect::<Vec<_>>();
    for lang in BOTH {
        let page = render(&data, lang);
        let shares = |orders: u64| [count(orders), share(orders, all.orders())];
        let mut statuses = rows(&page, "status-table");
        statuses.retain(|row| row.len() == 3);
        let each = all.statuses.into_iter().chain([all.orders()]);
        let shown = statuses.iter().map(|row| row[1..].to_vec());
        assert!(shown.eq(each.map(|orders| shares(orders).to_vec())));
        let [direct, via, not_screened, missing, unknown] = all.statuses;
        let days = rows(&page, "day-table");
        let other = not_screened + unknown;
        let sums = [direct, via, missing, other, all.orders(), all.drift];
        assert_eq!(days.len(), data.days.len() + 1);
        assert_eq!(days[0][..3], ["2026-11-01", "1,000", "4"]);
        assert_eq!(days[100][1..], numbers(&sums));

        for (id, kinds) in [("cause-table", &data.causes), ("drift-kinds", &data.drifts)] {
            for ((kind, orders), row) in kinds.iter().zip(rows(&page, id)) {
                assert_eq!(
                    (&*row[0], &row[1..]),
                    (kind.get(lang), &shares(*orders)[..])
                );
            }
            assert_eq!(rows(&page, id).len(), kinds.len());
        }
        let total = format!("<span class=\"value\">{}</span>", count(all.orders()));
        assert!(page.contains(&total));
    }
}

#[test]
fn each_listed_order_is_there_with_what_to_do() {
    for lang in BOTH {
        let data = full(9, "");
        let page = render(&data, lang);
        let (drift, missing) = (rows(&page, "drift-table"), rows(&page, "missing-table"));
        assert_eq!((drift.len(), missing.len()), (3, 3));
        let row = &data.drift_rows.rows[0];
        let kind = row.kind.get(lang);
        assert_eq!(drift[0][..2], ["a905125000", "2026-11-20 10:15:00"]);
        assert_eq!(drift[0][3..5], ["HOLD", "REVIEW"]);
        assert_eq!(drift[0][6], kind);
        assert!(drift[0][7].starts_with("b1c2d3e000") && drift[0][7].ends_with("2026112000000"));
        assert_eq!(drift[1][1], "–", "no time is a dash");
        // A step that all rows of a kind share is said once, above the list.
        assert_eq!(page.matches(row.next_step.get(lang)).count(), 1);
        for (shown, given) in missing.iter().zip(&data.missing_rows.rows) {
            assert_eq!(shown[4], format!("{kind}{}", given.next_step.get(lang)));
        }
    }
}

#[test]
fn the_whole_lists_are_a_command_away() {
    let mut data = full(9, "x");
    let page = render(&data, Lang::En);
    for filter in ["--drift-only", "--status missing"] {
        let range = "--from 2026-11-01 --to 2026-11-30 --format csv";
        assert!(page.contains(&format!("<code>oplux reconcile {filter} {range}</code>")));
    }
    // Only drifts are more than listed.
    assert_eq!(page.matches("are shown.").count(), 1);
    assert!(page.contains("3 of 10 are shown."));
    (data.from, data.to) = (None, Some(at("2026-11-20 10:15:00")));
    let page = render(&data, Lang::En);
    assert!(page.contains("--drift-only --to &quot;2026-11-20 10:15:00&quot; --format csv"));
    assert!(page.contains("until 2026-11-20 10:15:00"));
}

#[test]
fn a_page_with_nothing_to_do_says_so() {
    for lang in BOTH {
        let (statuses, drift) = ([5, 0, 0, 0, 0], 0);
        let mut data = ReportData {
            counts: Counts { statuses, drift },
            undated: 5,
            ..empty()
        };
        let page = render(&data, lang);
        for text in [
            texts::verdict_clear(),
            texts::no_drift(),
            texts::no_missing(),
            texts::no_causes(),
            texts::no_days(),
            texts::undated("5"),
        ] {
            assert!(page.contains(text.get(lang)), "{}", text.get(lang));
        }
        assert!(!page.contains("<svg"));
        // Orders that could not be judged may be missing.
        data.counts.statuses[Status::Unknown as usize] = 2;
        let page = render(&data, lang);
        assert!(!page.contains(texts::verdict_clear().get(lang)));
        assert!(page.contains("oplux import events FILE"));

        let page = render(&empty(), lang);
        assert!(page.contains(texts::no_orders().get(lang)));
        assert!(!page.contains("<svg") && !page.contains("<table"));
    }
}

#[test]
fn every_label_is_in_the_language_of_the_page() {
    let [en, ja] = BOTH.map(|lang| render(&full(9, ""), lang));
    assert!(en.contains("<html lang=\"en\">") && ja.contains("<html lang=\"ja\">"));
    let is_japanese = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}');
    let body = |page: &str| page.split_once("<body>").unwrap().1.to_owned();
    assert!(!body(&en).contains(is_japanese));
    // In Japanese, no text between tags is more than a name, a number or a command.
    for part in body(&ja).split('<').filter_map(|part| part.split_once('>')) {
        let words = part.1.split(' ').filter(|word| word.len() > 1);
        let words = words.filter(|word| word.chars().all(|c| c.is_ascii_alphabetic()));
        let is_short = part.1.starts_with("oplux ") || words.count() < 2;
        assert!(part.1.contains(is_japanese) || is_short, "{}", part.1);
    }
}

#[test]
fn the_page_may_load_nothing_and_its_links_lead_to_its_sections() {
    let page = render(&full(30, ""), Lang::En);
    assert!(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline';"));
    for link in page.split("href=\"").skip(1) {
        let target = link.strip_prefix('#').unwrap().split_once('"').unwrap().0;
        let section = format!("<section id=\"{target}\"");
        assert!(page.contains(&section), "{target}");
    }
}

#[test]
fn a_chart_of_many_days_has_bars_of_weeks_and_months() {
    let cases = [
        (1, 1, 1),
        (100, 100, 1),
        (101, 16, 26),
        (694, 100, 26),
        (695, 23, 1),
    ];
    for (many, bars, first) in cases {
        let (_, made) = bars_of(&full(many, "").days);
        let (start, _) = made[0].unwrap();
        assert_eq!((made.len(), start.day()), (bars, first), "{many} days");
    }
    // A gap is as wide as it is long, unless a year is mistyped.
    let days = [(26, 11, 1), (2026, 11, 1), (2026, 11, 4)];
    let days = days.map(|(year, month, n)| day(1, date(year, month, n)));
    let (_, bars) = bars_of(&days);
    let orders = bars.iter().map(|bar| bar.map(|(_, bar)| bar.orders()));
    let shown: Vec<_> = orders.collect();
    let all = Some(days[0].1.orders());
    assert_eq!(shown, [all, None, all, Some(0), Some(0), all]);
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
    (any::<String>(), nasty, any::<String>()).prop_map(|(a, b, c)| a + b + &c)
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, cases: 32, ..Config::default() })]

    #[test]
    fn no_text_from_outside_gets_out_of_its_place(text in texts_from_outside()) {
        for lang in BOTH {
            let (plain, page) = (render(&full(9, "x"), lang), render(&full(9, &text), lang));
            prop_assert_eq!(marks(&page), marks(&plain));
            let is_control = |c: char| c != '\n' && (c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{feff}'));
            prop_assert!(!page.contains(is_control));
        }
    }

    #[test]
    fn any_days_make_a_chart(
        days in prop::collection::btree_map(-4_000_000_i32..2_000_000, 0..u64::from(u32::MAX), 1..40),
    ) {
        let zero = date(2000, 1, 1);
        let days = days.iter().filter_map(|(at, n)| {
            Some(day(*n, zero.checked_add(jiff::Span::new().days(i64::from(*at))).ok()?))
        });
        let days: Vec<_> = days.collect();
        prop_assume!(!days.is_empty());
        let bars = bars_of(&days).1;
        prop_assert!(bars.len() < 40 * days.len());
        let orders = |days: &[Day]| sums(days).orders();
        let drawn: Vec<_> = bars.into_iter().flatten().collect();
        prop_assert_eq!(orders(&drawn), orders(&days));
        let page = render(&ReportData { days, ..full(1, "") }, Lang::En);
        prop_assert!(!page.contains("NaN") && !page.contains("inf"));
    }
}
