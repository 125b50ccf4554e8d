//! Documents written by hand from WIRE.md, checked from the client's side. The sandbox's side is
//! in `src/sandbox/routes/tests.rs`.

use serde_json::Value;

use super::orders::{
    account, guest, member_gift, member_self, member_silent, method, now, request, request_with,
};
use crate::{
    domain::{
        event::{Reason, Screening},
        settings::HashMethod,
    },
    oplux::{
        Names,
        answer::{self, Answer, Objection},
        client::read_name,
        register::sign_for,
    },
};

const GUEST: &str = include_str!("../../../tests/fixtures/wire/request-guest-card.json");
const SELF: &str = include_str!("../../../tests/fixtures/wire/request-member-self.json");
const GIFT: &str = include_str!("../../../tests/fixtures/wire/request-member-gift.json");
const SILENT: &str = include_str!("../../../tests/fixtures/wire/request-member-silent.json");
const OK: &str = include_str!("../../../tests/fixtures/wire/answer-ok.json");
const REVIEW: &str = include_str!("../../../tests/fixtures/wire/answer-review.json");
const NUMBER: &str = include_str!("../../../tests/fixtures/wire/answer-number.json");
const REFUSAL: &str = include_str!("../../../tests/fixtures/wire/answer-refusal.json");
const TAKAHASHI: &str = include_str!("../../../tests/fixtures/wire/names-takahashi.json");

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn an_order_is_sent_as_the_document_of_its_kind() {
    let info = read_name(TAKAHASHI.as_bytes());
    let normalised = Names {
        buyer: info.clone(),
        delivery: info,
        failed: false,
    };
    let (card, deferred) = (method("02", None), method("01", Some("ATB_01")));
    let (none, sha256) = (Names::default(), HashMethod::Sha256);
    for (order, method, names, hash_method, document) in [
        (guest(), &card, &none, sha256, GUEST),
        (member_self(), &card, &normalised, sha256, SELF),
        (member_silent(), &card, &none, sha256, SILENT),
        (member_gift(), &deferred, &none, HashMethod::Sha1, GIFT),
    ] {
        let mut account = account("http://127.0.0.1:1/");
        account.hash_method = hash_method;
        let (request, _) = request_with(&order, method, names, hash_method);
        let signature = sign_for(&account, now());
        assert_eq!(request.signed(now(), &signature), read(document));
    }
    // Unsigned, as a dry run may show it.
    let (request, _) = request(&guest());
    let mut expected = read(GUEST);
    expected["info"]["signature"] = Value::Null;
    assert_eq!(request.document, expected);
}

#[test]
fn the_documents_of_answers_are_read() {
    let good = |text: &str| match answer::read(200, Some(text.as_bytes())) {
        Answer::Good(screening) => screening,
        other => panic!("{other:?}"),
    };
    let ok = good(OK);
    assert_eq!(
        ok.event_id.0,
        "2611201015001230123456789abcdef0123456789abcdef"
    );
    assert_eq!(ok.result, "OK");
    assert_eq!((ok.rule_group, ok.reasons), (None, vec![]));
    assert_eq!(good(NUMBER).result, "HOLD");
    let Screening {
        result,
        rule_group,
        reasons,
        ..
    } = good(REVIEW);
    assert_eq!(
        (&*result, rule_group.as_deref()),
        ("REVIEW", Some("GROUP_A"))
    );
    let reason = |code: &str, description: Option<&str>| Reason {
        code: Some(code.to_owned()),
        description: description.map(str::to_owned),
    };
    let expected = [
        reason("RULE_001", Some("同一デバイスから短時間に複数の注文")),
        reason("RULE_002", Some("過去に未払いのあった配送先")),
        reason("RULE_003", None),
    ];
    assert_eq!(reasons, expected);
    let said = Objection {
        code: Some("InvalidData.AuthoriModelNone".to_owned()),
        message: Some("審査モデルIDが存在しません。".to_owned()),
        withheld: false,
    };
    let refused = answer::read(400, Some(REFUSAL.as_bytes()));
    assert_eq!(refused, Answer::Refused(said));
}
