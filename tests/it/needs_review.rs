//! The work list of a morning, the screenings that failed, and the filters of events.

use serde_json::json;

use crate::support::{
    Home,
    batch::good,
    has, order,
    server::{Answer, Server},
};

/// Six orders: one decided, one that waits, one that waits under its first payment's number (R13),
/// one of the same history with an event of its own that is OK, one OK, and one without an event.
fn home() -> Home {
    let home = Home::new();
    home.imported(
        "orders",
        "number,created_at,total,result,reason\n\
         a000000001,2026-11-20 10:00:00,1000,REVIEW,\n\
         a000000002,2026-11-20 11:00:00,2000,HOLD,住所不備\n\
         a000000003,2026-11-20 12:00:00,3000,REVIEW,\n\
         a0000000fe,2026-11-20 12:06:00,3500,OK,\n\
         a000000004,2026-11-20 13:00:00,4000,OK,\n\
         a000000005,2026-11-20 14:00:00,5000,,\n",
    );
    home.imported(
        "events",
        "merchant_management_id,event_id,requested_at,auto_result,manual_result,memo,rule_group,rules,reasons\n\
         a000000001,E-1,2026-11-20 10:00:00,REVIEW,OK,電話で確認,ATTENTION,R1,海外\n\
         a000000002,E-2,2026-11-20 11:00:00,HOLD,,,ADDRESS,R2,番地なし\n\
         a0000000ff,E-3,2026-11-20 12:00:00,REVIEW,,,ATTENTION,R1,海外\n\
         a0000000fe,E-5,2026-11-20 12:06:00,OK,,,,,\n\
         a000000004,E-4,2026-11-20 13:00:00,OK,,,,,\n",
    );
    home.imported(
        "payments",
        "order_number,payment_number,at\n\
         a000000003,a0000000ff,2026-11-20 12:00:00\na000000003,a000000003,2026-11-20 12:05:00\n\
         a000000003,a0000000fe,2026-11-20 12:06:00\n",
    );
    home
}

#[test]
fn the_work_list_has_what_nobody_has_decided_newest_first() {
    let home = home();
    for (flags, expected) in [
        ("", "a000000003 a000000002"),
        ("--limit 1", "a000000003"),
        ("--result hold", "a000000002"),
        ("--to 2026-11-20T11:30", "a000000002"),
    ] {
        let found = home.column(&format!("orders list --needs-review {flags}"), "number");
        assert_eq!(found.join(" "), expected, "{flags}");
    }
    let row = &home.listed("orders list --needs-review")[0];
    // R13: the event stands under the first payment's number.
    has(
        row,
        json!({"matched_number": "a0000000ff", "event_id": "E-3", "auto_result": "REVIEW",
            "result": "REVIEW", "event_reasons": [{"code": "R1", "description": "海外"}],
            "total": 3000, "deadline": null}),
    );
    assert!(row["age_minutes"].as_i64().is_some());
    home.run("orders list --needs-review")
        .ended_with(0)
        .shows(&["a000000003", "海外", "Age"])
        .says(&["oplux events review NUMBER --result ok", "受注管理"]);
    let csv = home.run("--format csv orders list --needs-review");
    assert!(csv.stdout.starts_with("number,ecforce_id,created_at,"));
    home.run("--lang ja orders list --needs-review")
        .shows(&["経過時間"])
        .says(&["目視審査結果"]);
    // Trace and orders show name the command that decides it.
    let command = "oplux events review a000000002 --result ok";
    home.run("trace a000000002").shows(&[command, "受注管理"]);
    home.run("orders show a000000002").shows(&[command]);
    for decided in ["a000000001", "a000000004"] {
        home.run(&["trace", decided]).never_says(&["events review"]);
    }
    Home::new().run("orders list --needs-review").ended_with(0);
}

#[test]
fn events_are_found_by_group_memo_and_blacklist() {
    let home = home();
    for (flags, expected) in [
        ("--rule-group attention", "E-3 E-1"),
        ("--memo 電話", "E-1"),
        ("--manual none --rule-group ATTENTION", "E-3"),
        ("--blacklisted", ""),
    ] {
        let found = home.column(&format!("events list {flags}"), "event_id");
        assert_eq!(found.join(" "), expected, "{flags}");
    }
}

#[test]
fn screenings_that_failed_are_listed_until_they_have_an_event() {
    let server = Server::new(|request, place| match place {
        0 => Answer::Close,
        1 => Answer::Http(400, "application/json", "{}".into()),
        _ => good(request, place, "OK"),
    });
    let home = Home::new();
    home.configure(&server.url(), "");
    for number in ["a000000001", "a000000002", "a000000003"] {
        home.screen(&order(number), &[]);
    }
    let failed = || {
        let mut failed = home.column("orders list --failed", "number");
        failed.sort();
        failed
    };
    assert_eq!(failed(), ["a000000001", "a000000002"]);
    home.screen(&order("a000000002"), &[]).0.ended_with(0);
    assert_eq!(failed(), ["a000000001"]);
}
