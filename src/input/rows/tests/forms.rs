//! Every field of every record, in CSV and in JSON, in English and in Japanese.

use super::*;
use crate::domain::{
    event::{AutoResult, EventId, Reason},
    order::{Channel, Yen},
    payment::Payment,
    time::JstTime,
};

fn at(text: &str) -> Option<JstTime> {
    Some(text.parse().unwrap())
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn order() -> OrderRecord {
    OrderRecord {
        number: "a905125d2a".parse().unwrap(),
        ecforce_id: some("4711"),
        created_at: at("2026/11/20 10:15:00"),
        channel: Some(Channel::Subscription),
        payment_method_id: Some(1),
        payment_method: some("クレジットカード一括"),
        total: Some(Yen(3980)),
        customer_id: some("30962"),
        registered: Some(true),
        purchase_number: Some(2),
        ad_url_id: Some(12),
        state: some("受注\n確認"),
        payment_state: some("与信済み"),
        result: Some(AutoResult::Review),
        reason: some("未払い, 多数"),
    }
}

#[test]
fn orders_are_read_from_every_form() {
    let japanese = "受注番号,受注ID,作成日時,受注日時,受注経路,支払い方法ID,支払い方法,合計金額,顧客ID,会員,購入回数,広告URLID,対応状況,決済状況,O-PLUX与信結果,O-PLUX 判定理由\r\n\
        a905125d2a,4711,2020/01/01,2026/11/20 10:15:00,定期受注,1,クレジットカード一括,\"3,980\",30962,会員,2,12,\"受注\n確認\",与信済み,review,\"未払い, 多数\"\r\n";
    let english = "Number,ecforce_id,created_at,channel,payment_method_id,payment_method,total,customer_id,registered,purchase_number,ad_url_id,state,payment_state,result,reason\n\
        =\"a905125d2a\",4711,2026-11-20T10:15:00+09:00,subscription,1.0,クレジットカード一括,3980,30962,1,2,12,\"受注\n確認\",与信済み,REVIEW,\"未払い, 多数\"\n";
    let json = r#"[{"number": "a905125d2a", "ecforce_id": 4711, "created_at": "2026-11-20T01:15:00Z",
        "channel": "SUBSCRIPTION", "payment_method_id": "1", "payment_method": "クレジットカード一括", "total": 3980.0,
        "customer_id": 30962, "registered": true, "purchase_number": 2, "ad_url_id": 12, "state": "受注\n確認",
        "payment_state": "与信済み", "O-PLUX 与信結果": "REVIEW", "reason": "未払い, 多数"}]"#;
    for text in [japanese, english, json] {
        assert_eq!(values::<OrderRecord>(text.as_bytes()), [order()], "{text}");
    }
}

#[test]
fn what_is_empty_is_none() {
    let nothing = OrderRecord::of("a905125d2a".parse().unwrap());
    let header = OrderRecord::FIELDS.iter().map(|field| field.name);
    let header = header.collect::<Vec<_>>().join(",");
    let csv = format!("{header}\na905125d2a{}\n", ", ".repeat(14));
    let json =
        "{\"number\": \"a905125d2a\", \"total\": null, \"registered\": \"\", \"reason\": \"　\"}";
    for text in [csv.as_str(), json, "number\na905125d2a\n"] {
        assert_eq!(
            values::<OrderRecord>(text.as_bytes()),
            std::slice::from_ref(&nothing),
            "{text}"
        );
    }
}

#[test]
fn payments_are_read_from_every_form() {
    let number = |text: &str| text.parse().unwrap();
    let expected = [
        PaymentRecord {
            order_number: number("a905125d2a"),
            payment: Payment {
                number: number("b1c2d3e4f5"),
                at: at("2026/11/20 10:17:30"),
                amount: Some(Yen(12_800)),
                thanks_offer: Some(true),
            },
        },
        PaymentRecord {
            order_number: number("a905125d2a"),
            payment: Payment {
                number: number("a905125d2a"),
                at: None,
                amount: None,
                thanks_offer: Some(false),
            },
        },
    ];
    let csv = "受注番号,決済受注番号,決済日時,決済金額,サンクスオファー\n\
        a905125d2a,b1c2d3e4f5,2026年11月20日 10時17分30秒,\"¥12,800\",有\n\
        a905125d2a,a905125d2a,,,無\n";
    let (cp932, _, _) = encoding_rs::SHIFT_JIS.encode(csv);
    let json = "{\"order_number\": \"a905125d2a\", \"payment_number\": \"b1c2d3e4f5\", \"at\": \"2026/11/20 10:17:30\", \"amount\": \"12800\", \"thanks_offer\": true}\n\
        {\"order_number\": \"a905125d2a\", \"payment_number\": \"a905125d2a\", \"thanks_offer\": 0}\n";
    for bytes in [csv.as_bytes(), &cp932, json.as_bytes()] {
        assert_eq!(values::<PaymentRecord>(bytes), expected);
    }
    let bad = "order_number,payment_number\na1,\n,b1\n";
    assert_eq!(
        outline::<PaymentRecord>(bad.as_bytes()),
        ["2 payment_number", "3 order_number"]
    );
}

#[test]
fn events_are_read_from_every_form() {
    let reason = |code: &str, description: &str| Reason {
        code: some(code).filter(|code| !code.is_empty()),
        description: some(description).filter(|text| !text.is_empty()),
    };
    let expected = EventRecord {
        requested_at: at("2026/11/20 10:15:01"),
        model_id: some("CRD_01"),
        auto_result: some("HOLD"),
        manual_result: Some(AutoResult::Ok),
        memo: some("電話で確認"),
        rule_group: some("標準"),
        reasons: vec![
            reason("R1", "未払い"),
            reason("R2", ""),
            reason("", "転送先"),
        ],
        settle_status: some("01"),
        ..EventRecord::of("a905125d2a".parse().unwrap(), EventId("9-1".to_owned()))
    };
    let csv = "加盟店管理ID,イベントID,審査申請日時,審査モデルID,自動審査結果,目視審査結果,目視審査メモ,ルールグループ,ルールコード,判定理由,決済ステータス\n\
        a905125d2a,9-1,2026/11/20 10:15:01,CRD_01,hold,可,電話で確認,標準,R1／R2／,未払い／／転送先,01\n";
    let base = "\"merchant_management_id\": \"a905125d2a\", \"event_id\": \"9-1\", \"requested_at\": \"2026/11/20 10:15:01\", \"model_id\": \"CRD_01\", \"auto_result\": \"HOLD\", \"manual_result\": \"OK\", \"memo\": \"電話で確認\", \"rule_group\": \"標準\", \"settle_status\": \"01\"";
    let arrays = format!(
        "{{{base}, \"rules\": [\"R1\", \"R2\", null], \"reasons\": [\"未払い\", null, \"転送先\"]}}"
    );
    let objects = format!(
        "{{{base}, \"reasons\": [{{\"code\": \"R1\", \"description\": \"未払い\"}}, {{\"code\": \"R2\", \"description\": null}}, {{\"code\": null, \"description\": \"転送先\"}}]}}"
    );
    for text in [csv, &arrays, &objects] {
        assert_eq!(
            values::<EventRecord>(text.as_bytes()),
            std::slice::from_ref(&expected),
            "{text}"
        );
    }
    for (field, value) in [
        ("rules", "{}"),
        ("reasons", "[[\"x\"]]"),
        ("reasons", "[{\"code\": {}}]"),
        ("manual_result", "\"REVIEW\""),
        ("auto_result", "\"GOOD\""),
        ("memo", "[\"x\"]"),
    ] {
        let json = format!(
            "{{\"merchant_management_id\": \"a1\", \"event_id\": \"e1\", \"{field}\": {value}}}"
        );
        assert_eq!(
            outline::<EventRecord>(json.as_bytes()),
            [format!("1 {field}")],
            "{json}"
        );
    }
}

#[test]
fn bad_cells_are_told_with_the_files_own_header() {
    let header = "注文番号,受注日時,受注経路,合計金額,会員,購入回数,O-PLUX 与信結果";
    for (row, column) in [
        ("1.23E+18,,,,,,", "注文番号"),
        (",,,,,,", "注文番号"),
        ("a1,2026/02/30,,,,,", "受注日時"),
        ("a1,,電話,,,,", "受注経路"),
        ("a1,,,-1,,,", "合計金額"),
        ("a1,,,,多分,,", "会員"),
        ("a1,,,,,0,", "購入回数"),
        ("a1,,,,,,GOOD", "O-PLUX 与信結果"),
    ] {
        let csv = format!("{header}\n{row}\n");
        let mut rows = opened::<OrderRecord>(csv.as_bytes(), &[("number", "注文番号")]).unwrap();
        let Some(Err(RowError::Bad(bad))) = rows.next_row() else {
            panic!("{row} is not bad");
        };
        assert_eq!(bad.column.as_deref(), Some(column));
        let start = format!("standard input: line 2: column `{column}`: ");
        assert!(bad.text.get(Lang::En).starts_with(&start), "{bad:?}");
        assert_eq!(
            bad.text.get(Lang::En).contains("1.23E+18"),
            row.starts_with('1')
        );
    }
}
