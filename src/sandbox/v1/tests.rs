use super::*;

const GET: &str = include_str!("../../../tests/fixtures/wire/v1-request-get.txt");
const REVIEW: &str = include_str!("../../../tests/fixtures/wire/v1-request-review.txt");
const BLACKLIST: &str = include_str!("../../../tests/fixtures/wire/v1-request-blacklist.txt");

fn now() -> JstTime {
    "2026/11/20 10:20:00".parse().unwrap()
}

/// A state with the event of the documents, and two more to which it may be similar.
fn state() -> State {
    let mut state = State::new(0);
    let at = "2026/11/20 10:15:00".parse().unwrap();
    for number in ["0312345673", "0312345673", "0312345674"] {
        state.register("a905125d2a", number, at);
    }
    state.events[0].id = "261120101500123FEDCBA9876543210FEDCBA9876543210".to_owned();
    state
}

fn encoded(document: &str) -> String {
    let pairs = document.lines().filter_map(|line| line.split_once('='));
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

fn get_of(document: &str) -> Request {
    Request {
        method: "GET".to_owned(),
        query: Fields::of(encoded(document).as_bytes()),
        ..Request::default()
    }
}

fn put_of(document: &str) -> Request {
    Request {
        method: "PUT".to_owned(),
        content_type: "application/x-www-form-urlencoded".to_owned(),
        body: encoded(document).into_bytes(),
        ..Request::default()
    }
}

#[test]
fn the_requests_of_the_documents_are_answered_and_updates_are_kept() {
    let mut state = state();
    let fresh = respond(&mut state, &get_of(GET), now());
    assert_eq!(fresh.status, 200);
    for part in [
        "<result>10</result>",
        "<authori_deadline_datetime>2026/11/20 12:15:00</authori_deadline_datetime>",
        "<aaresult><skipped>false</skipped><result>REVIEW</result></aaresult>",
        "<maresult><result></result><memo></memo><reason></reason></maresult>",
        "<score><ok>0</ok><ng>0</ng><hold>30</hold></score>",
        "<code>SB_KNOWN_DEVICE</code>",
        "<touchpoints>購入者.IPアドレス</touchpoints></similars>",
    ] {
        assert!(fresh.text.contains(part), "no {part} in {}", fresh.text);
    }
    for document in [REVIEW, BLACKLIST] {
        let updated = respond(&mut state, &put_of(document), now());
        assert!(
            updated.text.contains("<result>10</result>"),
            "{}",
            updated.text
        );
    }
    let event = &state.events[0];
    let black = ("02".to_owned(), Some("70".to_owned()));
    assert_eq!(event.blacklisted, [None, Some(black)]);
    let reviewed = respond(&mut state, &get_of(GET), now()).text;
    let memo = "<result>OK</result><memo>電話で確認済み &amp; OK</memo>";
    assert!(reviewed.contains(memo), "{reviewed}");
    // Only what was asked for.
    let few = respond(
        &mut state,
        &get_of(&GET.replace("rules,score,similars,", "")),
        now(),
    );
    assert!(!few.text.contains("<rules>") && few.text.contains("<maresult>"));
}

#[test]
fn it_refuses_what_o_plux_would() {
    let get = |from: &str, to: &str| get_of(&GET.replace(from, to));
    let review = |from: &str, to: &str| put_of(&REVIEW.replace(from, to));
    let black = |from: &str, to: &str| put_of(&BLACKLIST.replace(from, to));
    let memo = "x".repeat(LONGEST_MEMO + 1);
    let payment = "request.update.black_settle_category=02\n";
    let who = "request.update.black_customer_type=20\n";
    let (format, required) = ("InvalidData.Format", "InvalidData.Required");
    let cases = [
        (get("FEDCBA", "ABCDEF"), 200, "error.serverError"),
        (get("=9718", "=0718"), 403, "Authentication.Signature"),
        (
            get("SP00EXAMPLE", "SP00OTHER"),
            403,
            "Authentication.ShopId",
        ),
        (get("version=1.0", "version=3.0"), 200, format),
        (review("maResult=10", "maResult=40"), 200, format),
        (review("電話で", &memo), 200, "InvalidData.Memo"),
        (review("maResult", "unheard_of"), 200, format),
        (black(payment, ""), 200, required),
        (black(who, ""), 200, required),
        (black("category=70", "category=77"), 200, format),
        (put_of(&GET.replace("fields", "field")), 200, required),
    ];
    let mut state = state();
    for (request, status, code) in cases {
        let answer = respond(&mut state, &request, now());
        let said = format!("<result>20</result><errors><error><code>{code}</code>");
        assert_eq!(answer.status, status, "{code}: {}", answer.text);
        assert!(answer.text.contains(&said), "{code}: {}", answer.text);
    }
    // Nothing of a refused update is kept.
    assert_eq!(state.events[0].manual, None);
    // A request that is too old.
    let late = now().plus_seconds(3600);
    assert_eq!(respond(&mut state, &get_of(GET), late).status, 403);
}
