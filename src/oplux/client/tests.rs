use super::*;

fn named(family: &str, given: &str, kana: &str) -> Address {
    Address {
        family_name: Personal::new(family),
        given_name: Personal::new(given),
        family_kana: Personal::new(kana),
        ..Address::default()
    }
}

#[test]
fn a_name_is_asked_for_in_upper_case_and_the_configured_query_is_kept() {
    let url = |text: &str| Url::parse(text).unwrap();
    let fields = "fields=firstName,lastName,correctReadingMatchCount";
    let asked = query(
        &url("https://names.example.com/v1?key=a%20b"),
        &named("Suzuki", "花子", "スズキ"),
    );
    assert_eq!(
        asked.unwrap().as_str(),
        format!(
            "https://names.example.com/v1?key=a%20b&name=SUZUKI%20%E8%8A%B1%E5%AD%90&{fields}\
             &lastFurigana=%E3%82%B9%E3%82%BA%E3%82%AD"
        )
    );
    let asked = query(&url("https://names.example.com/"), &named("A&b=+", "", ""));
    assert_eq!(
        asked.unwrap().query(),
        Some(format!("name=A%26B%3D%2B&{fields}").as_str())
    );
    assert_eq!(
        query(&url("https://names.example.com/"), &named("", " ", "ス")),
        None
    );
}

#[test]
fn flags_and_numbers_are_read_liberally_and_counts_are_kept_as_they_came() {
    for (existed, expected) in [
        ("true", true),
        ("\"true\"", true),
        ("1", true),
        ("\"1\"", true),
        ("false", false),
        ("0", false),
        ("\"0\"", false),
        ("null", false),
        ("{}", false),
    ] {
        let body = format!(
            r#"{{"response": {{"result": "success", "firstName": {{"writing": "花子"}},
            "lastName": {{"writing": "鈴木", "existed": {existed}, "correctReading": {existed},
            "correctReadingMatchCount": "3"}},
            "letterCount": {{"nameLength": "4", "kanjiCountInName": 4, "otherCountInName": null}}}}}}"#
        );
        let info = read_name(body.as_bytes()).unwrap();
        assert_eq!(info.existed, expected, "{existed}");
        assert_eq!(info.correct_reading, expected, "{existed}");
        assert_eq!(info.match_count, 3);
        assert_eq!(info.last_writing.reveal(), "鈴木");
        assert_eq!(
            Value::Object(info.counts),
            serde_json::json!({"nameLength": "4", "kanjiCountInName": 4})
        );
    }
}

#[test]
fn what_is_no_success_is_no_answer() {
    for body in [
        "",
        "<html>",
        "{}",
        r#"{"response": null}"#,
        r#"{"response": {"lastName": {"existed": true}}}"#,
        r#"{"response": {"result": "error"}}"#,
    ] {
        assert!(read_name(body.as_bytes()).is_none(), "{body}");
    }
    let bare = read_name(br#"{"response": {"result": "success"}}"#).unwrap();
    assert!(!bare.existed && bare.last_writing.is_empty() && bare.match_count == 0);
}
