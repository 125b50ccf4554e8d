//! `oplux pull methods` and `oplux doctor --online`: against a server that only speaks WIRE.md.

use serde_json::{Value, json};

use crate::{
    pull_events::xml,
    pull_orders::{home, list, ok},
    support::{
        Home, Ran, ended, has, is_japanese,
        server::{Answer, Server},
    },
};

/// A payment method as the API gives it; the switches in the forms that were seen.
fn method(id: u32, name: &str, oplux: Value, realtime: Value) -> Value {
    json!({"id": id.to_string(), "type": "payment-method", "attributes": {
        "id": id, "name": name, "active": true, "amount-upper-limit": null,
        "use_o_plux": oplux, "cv-offer-realtime-payment": realtime,
    }})
}

fn methods() -> Vec<Value> {
    vec![
        method(1, "クレジットカード一括", json!(true), json!("false")),
        method(2, "後払い", json!("1"), json!(true)),
        method(4, "Amazon Pay", json!(0), json!(null)),
    ]
}

/// Method 1 as ecforce has it, 2 with O-PLUX off, 3 that ecforce has not.
const CONFIGURED: &str = r#"# The shop's own words.
[[payment_methods]] # cards
id = 1
name = "クレジットカード 一括" # kept
oplux = true

[[payment_methods]]
oplux = false # to be switched
name = "後払い"
id = 2
settle_method = "01"

[[payment_methods]]
id = 3
name = "代金引換"
"#;

fn configured(server: &Server) -> Home {
    let home = home(server);
    let text = home.config_text();
    let (_, ecforce) = text.split_once("[ecforce]").unwrap();
    let name = CONFIGURED.replace("クレジットカード 一括", "クレジットカード一括");
    home.config(&format!("{name}\n[ecforce]{ecforce}"));
    home
}

fn pull(home: &Home, flags: &str) -> Ran {
    home.run(&format!("--format json pull methods {flags}"))
}

#[test]
fn both_sides_stand_beside_each_other_and_a_difference_is_a_finding() {
    let server = Server::new(|_, _| ok(list(&methods(), 1, 3, 1)));
    let home = configured(&server);
    let before = home.config_text();
    let ran = pull(&home, "");
    ran.ended_with(0).says(&[
        "3 of 4",
        "oplux pull methods --apply",
        "oplux methods remove 3",
    ]);
    // Each side's O-PLUX, and each side's realtime thanks offer.
    let row = |id: u32, name: &str, sides: Value, difference: Value| {
        json!({"id": id, "name": name, "ecforce_oplux": sides[0], "config_oplux": sides[1],
            "ecforce_realtime": sides[2], "config_realtime": sides[3], "difference": difference})
    };
    let expected = [
        row(
            1,
            "クレジットカード一括",
            json!([true, true, false, false]),
            Value::Null,
        ),
        row(
            2,
            "後払い",
            json!([true, false, true, false]),
            json!("differs"),
        ),
        row(
            4,
            "Amazon Pay",
            json!([false, null, null, null]),
            json!("only-in-ecforce"),
        ),
        row(
            3,
            "代金引換",
            json!([null, false, null, false]),
            json!("only-in-configuration"),
        ),
    ];
    assert_eq!(ran.json(), json!(expected));
    assert!(
        server.requests()[0]
            .line
            .starts_with("GET /api/v2/admin/payment_methods.json?")
    );
    pull(&home, "--check").ended_with(3);
    // Nobody reads it.
    let mut child = home.command("pull methods --check").spawn().unwrap();
    drop(child.stdout.take());
    ended(child).ended_with(3);
    assert_eq!(home.config_text(), before, "nothing is written");
    home.run("--lang ja pull methods").ended_with(0).shows(&[
        "相違あり",
        "ecforceのみ",
        "設定ファイルのみ",
    ]);
}

#[test]
fn apply_writes_ecforces_side_and_keeps_the_rest() {
    let server = Server::new(|_, _| ok(list(&methods(), 1, 3, 1)));
    let home = configured(&server);
    pull(&home, "--apply")
        .ended_with(0)
        .says(&["2 payment method", "--settle-method"]);
    let text = home.config_text();
    for line in CONFIGURED.lines().filter(|line| line.contains('#')) {
        let comment = &line[line.find('#').unwrap()..];
        assert!(text.contains(comment), "no {comment} in {text}");
    }
    assert!(text.contains("\"01\""), "{text}");
    let listed = home.listed("methods list");
    let of = |id: u64| listed.iter().find(|row| row["id"] == id).unwrap();
    has(of(2), json!({"oplux": true, "realtime_thanks_offer": true}));
    has(of(4), json!({"name": "Amazon Pay", "oplux": false}));
    assert_eq!(of(3)["name"], "代金引換");
    // The same again changes nothing; what only the configuration has is still told.
    pull(&home, "--apply")
        .ended_with(0)
        .says(&["0 payment method"]);
    assert_eq!(home.config_text(), text);
    pull(&home, "--check")
        .ended_with(3)
        .says(&["oplux methods remove 3"])
        .never_says(&["--apply"]);
    assert_eq!(pull(&home, "").json()[1]["difference"], Value::Null);
    let logged = json!({"action": "pull methods", "subject": "payment_methods 2, 4"});
    has(&home.listed("log")[0], logged);
}

/// Absent fields come as null: a method without a name is still the one of its ID.
#[test]
fn a_method_without_a_name_is_that_of_its_id() {
    let server = Server::new(|_, _| {
        let mut all = methods();
        all[1]["attributes"]["name"] = Value::Null;
        all[2]["attributes"]["name"] = Value::Null;
        ok(list(&all, 1, 3, 1))
    });
    let home = configured(&server);
    let ran = pull(&home, "");
    ran.ended_with(0)
        .says(&["oplux methods add 4", "oplux methods remove 3"])
        .never_says(&["remove 2", "no ID"]);
    let rows = ran.json();
    has(
        &rows[1],
        json!({"id": 2, "name": "後払い", "difference": "differs"}),
    );
    has(
        &rows[2],
        json!({"id": 4, "name": null, "difference": "only-in-ecforce"}),
    );
    pull(&home, "--apply")
        .ended_with(0)
        .says(&["1 payment method"]);
    let listed = home.listed("methods list");
    has(
        &listed[1],
        json!({"id": 2, "name": "後払い", "oplux": true}),
    );
    assert_eq!(listed.len(), 3);
    // Nothing is left that `--apply` writes.
    pull(&home, "")
        .ended_with(0)
        .never_says(&["pull methods --apply"]);
    let japanese = home.run("--lang ja pull methods");
    assert!(is_japanese(&japanese.stderr), "{japanese:#?}");
}

/// Nobody is told to remove a method because ecforce's did not come.
#[test]
fn where_not_all_methods_came_none_is_to_be_removed() {
    let mut unreadable = methods();
    unreadable[1]["id"] = Value::Null;
    unreadable[1]["attributes"]["id"] = Value::Null;
    for (all, total) in [(vec![], 0), (unreadable, 3), (methods()[..1].to_vec(), 3)] {
        let is_empty = all.is_empty();
        let server = Server::new(move |_, _| ok(list(&all, 1, total, 1)));
        let home = configured(&server);
        let ran = pull(&home, "--check");
        ran.ended_with(3).never_says(&["methods remove"]);
        if is_empty {
            ran.says(&["no payment method at all", "ecforce.base_url"])
                .never_says(&["O-PLUXの利用"]);
        }
    }
}

#[test]
fn quiet_says_nothing_where_nothing_differs_and_no_method_on_is_told() {
    let server = Server::new(|_, place| {
        let mut one = vec![method(1, "クレジットカード一括", json!(true), json!(false))];
        if place == 1 {
            one[0]["attributes"]["use_o_plux"] = json!(false);
        }
        ok(list(&one, 1, 1, 1))
    });
    let home = home(&server);
    let quiet = home.run("-q pull methods --check");
    quiet.ended_with(0).silent();
    assert_eq!(quiet.stdout, "");
    // R1
    pull(&home, "").ended_with(0).says(&["O-PLUXの利用"]);
}

#[test]
fn online_both_services_are_asked_for_one_small_thing() {
    let no_event = "<response><result>20</result><errors><error><code>error.serverError</code>\
                    <message>イベントIDが存在しません。</message></error></errors></response>";
    let server = Server::new(move |request, _| match request.line.contains("/v1?") {
        true => xml(no_event),
        false => ok(list(&methods(), 1, 3, 1)),
    });
    let home = home(&server);
    let ecforce = home.config_text();
    let (_, ecforce) = ecforce.split_once("[ecforce]").unwrap();
    let url = format!("event_url = \"http://{}/v1\"", server.address());
    home.configure("http://127.0.0.1:9/v3", &url);
    let text = home.config_text();
    home.config(&format!("{text}\n[ecforce]{ecforce}"));
    let check = |ran: &Ran, name: &str| {
        let mut rows = ran.rows("json").into_iter();
        rows.find(|row| row["check"] == name)
    };
    let offline = home.run("--format json doctor");
    assert_eq!(check(&offline, "online_ecforce"), None);
    assert_eq!(server.count(), 0, "nothing is sent");
    let online = home.run("--format json doctor --online");
    online.ended_with(0);
    for name in ["online_oplux", "online_ecforce"] {
        assert_eq!(check(&online, name).unwrap()["status"], "ok", "{name}");
    }
    assert_eq!(server.count(), 2);
    let rejects = Server::new(|_, _| Answer::json(403, "{}"));
    home.reconfigure(server.address(), rejects.address());
    let online = home.run("--format json doctor --online");
    online.ended_with(3);
    for name in ["online_oplux", "online_ecforce"] {
        assert_eq!(check(&online, name).unwrap()["status"], "problem", "{name}");
    }
    // What is not configured is a note.
    home.configure("http://127.0.0.1:9/v3", "");
    let online = home.run("--format json --lang ja doctor --online");
    online.ended_with(0);
    assert_eq!(check(&online, "online_ecforce").unwrap()["status"], "note");
}
