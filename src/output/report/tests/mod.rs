//! The page, held against its data and against the grammar of XML.

use jiff::{ToSpan as _, civil::date};

use super::*;

mod browser;
mod markup;
mod page;

const BOTH: [Lang; 2] = [Lang::En, Lang::Ja];

fn at(text: &str) -> JstTime {
    text.parse().unwrap()
}

fn label(en: &str, ja: &str, count: u64) -> Share {
    Share {
        label: Text::new(en, ja),
        count,
    }
}

/// A page of a shop without orders.
fn empty() -> ReportData {
    ReportData {
        made_at: at("2026-12-01 09:30:00"),
        from: Some(at("2026-11-01")),
        to: Some(at("2026-11-30 23:59:59")),
        store: "~/.local/share/oplux/default.db".into(),
        statuses: Statuses::default(),
        causes: vec![],
        drifts: vec![],
        orphans: 0,
        days: vec![],
        undated: 0,
        drift_rows: vec![],
        more_drift: 0,
        missing_rows: vec![],
        more_missing: 0,
    }
}

/// So many days from 2025-10-28 on, none on each ninth, with numbers that go up and down.
fn days(many: u64) -> Vec<Day> {
    let first = date(2025, 10, 28);
    let day = |n: u64| Day {
        day: first + i64::try_from(n).unwrap().days(),
        direct: 60 + n * 37 % 53 + n % 7 * 9,
        via_history: 4 + n * 13 % 11,
        missing: if n.is_multiple_of(5) { n % 3 + 1 } else { 0 },
        other: 12 + n * 7 % 9,
        drift: if n % 4 == 1 { n % 6 + 1 } else { 0 },
    };
    (0..many).filter(|n| n % 9 != 8).map(day).collect()
}

/// A page of so many days, with drifts and missing orders.
fn full(many: u64) -> ReportData {
    let days = days(many);
    let sum = |count: fn(&Day) -> u64| days.iter().map(count).sum::<u64>();
    let (missing, drift) = (sum(|day| day.missing), sum(|day| day.drift));
    let other = sum(|day| day.other);
    let drift_rows = (0..drift.min(12)).map(drift_row).collect::<Vec<_>>();
    let missing_rows = (0..missing.min(9)).map(missing_row).collect::<Vec<_>>();
    ReportData {
        statuses: Statuses {
            direct: sum(|day| day.direct),
            via_history: sum(|day| day.via_history),
            not_screened: other - other / 5,
            missing,
            unknown: other / 5 + 3,
        },
        causes: vec![
            label("subscription order", "定期受注", other / 2),
            label(
                "payment method without O-PLUX",
                "O-PLUXを利用しない支払い方法",
                other / 4,
            ),
            label("event expected", "イベントなし", missing),
        ],
        drifts: vec![
            label(
                "changed by hand in O-PLUX",
                "目視審査で変更",
                drift - drift / 4,
            ),
            label(
                "automatic results differ",
                "自動審査結果の不一致",
                drift / 4,
            ),
        ],
        orphans: 4,
        undated: 3,
        from: days.first().map(|day| JstTime::start_of(day.day).unwrap()),
        to: days
            .last()
            .map(|day| JstTime::end_of_range(&day.day.to_string()).unwrap()),
        more_drift: drift - drift_rows.len() as u64,
        drift_rows,
        more_missing: missing - missing_rows.len() as u64,
        missing_rows,
        days,
        ..empty()
    }
}

fn drift_row(n: u64) -> DriftRow {
    let by_hand = n % 4 != 3;
    let (kind, step) = if by_hand {
        (
            Text::new("changed by hand in O-PLUX", "目視審査で変更"),
            Text::new(
                "Handle the order in ecforce as the result by hand says; ecforce's own value stays.",
                "目視審査結果に沿って、ecforceで受注を処理してください。ecforceの値は変わりません。",
            ),
        )
    } else {
        (
            Text::new("automatic results differ", "自動審査結果の不一致"),
            Text::new(
                "Compare the event in O-PLUX's イベント一覧 with the order in ecforce.",
                "O-PLUXの「イベント一覧」とecforceの受注詳細を見比べてください。",
            ),
        )
    };
    DriftRow {
        number: format!("b1c2d3e{n:03}"),
        created_at: Some(at("2026-11-20 10:15:00").plus_seconds(-7_000 * n as i64)),
        payment_method: Some("クレジットカード一括".into()),
        ecforce_result: Some(
            if n.is_multiple_of(2) {
                "HOLD"
            } else {
                "REVIEW"
            }
            .into(),
        ),
        matched_number: Some(if n.is_multiple_of(3) {
            format!("a905125{n:03}")
        } else {
            format!("b1c2d3e{n:03}")
        }),
        event_id: Some(format!("2026112000{n:04}")),
        auto_result: Some(if by_hand { "HOLD" } else { "NG" }.into()),
        manual_result: by_hand.then(|| if n % 5 == 4 { "NG" } else { "OK" }.into()),
        kind,
        next_step: step,
    }
}

fn missing_row(n: u64) -> MissingRow {
    let number = format!("c0ffee0{n:03}");
    let failed = n % 3 == 2;
    MissingRow {
        created_at: (n != 4).then(|| at("2026-11-18 21:40:12").plus_seconds(-90_000 * n as i64)),
        payment_method: (n != 4).then(|| "NP後払い".into()),
        ecforce_result: (!failed).then(|| "OK".into()),
        cause: if failed {
            Text::new("the last try to screen it failed", "直近の審査に失敗")
        } else {
            Text::new("an event is expected", "イベントが見つからない")
        },
        next_step: if failed {
            Text::new(
                format!("Screen it again: oplux screen --rescreen, with order {number}."),
                format!("受注 {number} を `oplux screen --rescreen` で再審査してください。"),
            )
        } else {
            Text::new(
                "Look into 受注管理 > 詳細 > 決済履歴 for other order numbers, and search O-PLUX's イベント一覧 for them.",
                "「受注管理 > 詳細 > 決済履歴」で別の受注番号を確認し、O-PLUXの「イベント一覧」で検索してください。",
            )
        },
        number,
    }
}
