//! What `log` says of its entries. They stand in the store in English, as programs read them; here
//! are their words in Japanese.

use serde_json::Value;

use super::{Lang, Text, at_oplux, config, lists};

/// What was done, by its name in the store. The page of reference `log` explains them.
pub const ACTIONS: &[(&str, &str)] = &[
    ("config", "設定を変更"),
    ("config edit", "設定ファイルを編集"),
    ("config init", "設定ファイルを作成"),
    ("config secret", "認証情報を登録"),
    ("event.blacklist", "ブラックリストを変更"),
    ("event.delete", "照合対象から除外"),
    ("event.failed", "O-PLUXの更新に失敗"),
    ("event.pulled", "O-PLUXの審査情報を反映"),
    ("event.restore", "照合対象に復帰"),
    ("event.review", "目視審査結果を登録"),
    ("event.settle", "決済ステータスを登録"),
    ("event.unknown", "O-PLUXの更新結果が不明"),
    ("import events", "イベントを取り込み"),
    ("import orders", "受注を取り込み"),
    ("import payments", "決済履歴を取り込み"),
    ("methods", "支払い方法を変更"),
    ("order.pulled", "ecforceの与信結果を反映"),
    ("prune", "古いデータを削除"),
    ("pull methods", "ecforceの支払い方法を反映"),
    ("pull orders", "ecforceから受注を取得"),
    ("restore", "バックアップから復元"),
    ("screen.failed", "審査に失敗"),
    ("screen.screened", "審査結果を受信"),
    ("screen.sent", "審査を送信"),
    ("screen.unknown", "審査結果が不明"),
    ("trace --save", "決済履歴を保存"),
];

/// What stands in a detail before a value, or as one.
const WORDS: &[(&str, &str)] = &[
    ("attempt", "審査番号"),
    ("attempts", "審査"),
    ("bad", "エラー"),
    ("changed", "変更"),
    ("deadline", "判定期限"),
    ("error", "エラー"),
    ("event_id", "イベントID"),
    ("events", "イベント"),
    ("manual_reason", "目視審査の理由"),
    ("new", "新規"),
    ("orders", "受注"),
    ("payments", "決済履歴"),
    ("rescreen", "再審査"),
    ("result", "O-PLUX 与信結果"),
    ("rules", "判定理由"),
    ("score", "スコア"),
    ("similars", "類似イベント"),
    ("unchanged", "変更なし"),
    ("unknown", "不明"),
    ("unsettled", "結果不明"),
];

fn japanese(words: &[(&str, &str)], english: &str) -> Option<String> {
    let known = words.iter().find(|(en, _)| *en == english);
    known.map(|(_, ja)| (*ja).to_owned())
}

/// What was done.
pub fn action(name: &str) -> Text {
    Text::new(name, japanese(ACTIONS, name).unwrap_or(name.to_owned()))
}

/// Who did it; it need not be known.
pub fn actor(name: &str) -> Text {
    match name {
        "unknown" => word(name),
        name => Text::same(name),
    }
}

/// On what it was done: a payment method, a number, a file, a key.
pub fn subject(subject: &str) -> Text {
    let methods = subject.strip_prefix("payment_methods ");
    methods.map_or_else(
        || Text::same(subject),
        |ids| {
            let ids = ids.replace(", ", "、");
            Text::new(subject, format!("支払い方法 {ids}"))
        },
    )
}

/// More about it: the fields of an object that have a value, or a text.
pub fn detail(detail: &Value) -> Text {
    let parts: Vec<Text> = match detail {
        Value::String(text) => return sentence(text),
        Value::Object(fields) => {
            let set = fields.iter().filter(|(_, value)| !value.is_null());
            let field = |(name, value): (&String, &Value)| {
                let update = value.as_str();
                let update = update.and_then(|value| at_oplux::update_field(name, value));
                if let Some((title, value)) = update {
                    return Text::joined(&[title, value], " ");
                }
                let value = match value {
                    // Names of fields.
                    Value::String(text) if name == "changed" => {
                        Text::listed(text.split(", ").map(word))
                    }
                    Value::String(text) => quantity(text),
                    Value::Bool(is_so) => {
                        Text::new(is_so.to_string(), lists::yes_or_no(*is_so).get(Lang::Ja))
                    }
                    other => Text::same(other),
                };
                Text::joined(&[word(name), value], " ")
            };
            set.map(field).collect()
        }
        other => return Text::same(other),
    };
    Text::listed(parts)
}

/// What `config`, `methods` and `import` note.
fn sentence(text: &str) -> Text {
    let changes: Option<Vec<Text>> = text.split("; ").map(change).collect();
    if let Some(changes) = changes {
        return config::method_changed(Text::clauses(&changes));
    }
    let count = |part: &str| {
        let (name, count) = part.split_once(' ')?;
        count.parse::<u64>().ok()?;
        Some(Text::joined(&[word(name), Text::same(count)], " "))
    };
    let counts: Option<Vec<Text>> = text.split(", ").map(count).collect();
    counts.map_or_else(|| word(text), Text::listed)
}

/// What was and what is now: as `config::was_and_is` says it in English.
fn change(text: &str) -> Option<Text> {
    let (title, values) = text.split_once(" was ")?;
    let (was, now) = values.rsplit_once(", is now ")?;
    let value = |text: &str| match text.strip_suffix(" (default)") {
        Some(text) => config::default_value(word(text)),
        None => word(text),
    };
    Some(config::was_and_is(word(title), value(was), value(now)))
}

/// What a result was and is, or a word.
fn quantity(text: &str) -> Text {
    let Some((was, now)) = text.split_once(" -> ") else {
        return word(text);
    };
    let result = |text: &str| match text {
        "-" => at_oplux::no_value(),
        text => Text::same(text),
    };
    let (was, now) = (result(was), result(now));
    let side = |lang, between| format!("{}{between}{}", was.get(lang), now.get(lang));
    Text::new(side(Lang::En, " -> "), side(Lang::Ja, "から"))
}

/// A word, as the other lists say it in Japanese.
fn word(english: &str) -> Text {
    let elsewhere = || {
        let texts = [
            config::title_name(),
            config::title_oplux(),
            config::title_realtime(),
            config::title_settle_method(),
            config::title_model(),
            config::on(),
            config::off(),
            config::none(),
            config::was_added(),
            config::was_removed(),
        ];
        texts.into_iter().find(|text| text.get(Lang::En) == english)
    };
    let field = || match english {
        "auto_result" => Some(lists::auto_result()),
        "manual_result" => Some(lists::manual_result()),
        "memo" => Some(lists::memo()),
        "requested_at" => Some(lists::requested_at()),
        "service" => Some(lists::service()),
        _ => None,
    };
    let known = japanese(WORDS, english);
    let known = known.or_else(|| Some(elsewhere().or_else(field)?.get(Lang::Ja).to_owned()));
    Text::new(english, known.unwrap_or(english.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_store_notes_is_said_in_japanese_and_stays_in_english() {
        for (noted, en, ja) in [
            (
                json!("new 2, changed 0, unchanged 1, bad 0"),
                "new 2, changed 0, unchanged 1, bad 0",
                "新規 2、変更 0、変更なし 1、エラー 0",
            ),
            (json!("added"), "added", "登録しました。"),
            (
                json!("oplux.enabled was false (default), is now true"),
                "oplux.enabled was false (default), is now true",
                "oplux.enabledを「false(既定値)」から「true」に変更しました。",
            ),
            (
                json!("Name was A, is now B, C; O-PLUX was on, is now off"),
                "Name was A, is now B, C; O-PLUX was on, is now off",
                "支払い方法を「A」から「B, C」、O-PLUXの利用を「有効」から「無効」に変更しました。",
            ),
            (
                json!({"attempt": 3, "error": null, "rescreen": false}),
                "attempt 3, rescreen false",
                "審査番号 3、再審査 いいえ",
            ),
            (
                json!({"changed": "memo, score", "auto_result": "HOLD -> NG"}),
                "changed memo, score, auto_result HOLD -> NG",
                "変更 目視審査メモ、スコア、自動審査結果 HOLDからNG",
            ),
            (
                json!({"memo": "(12 characters)"}),
                "memo (12 characters)",
                "目視審査メモ (12文字)",
            ),
            (
                json!({"manual_result": "- -> NG"}),
                "manual_result none -> NG",
                "目視審査結果 なしからNG",
            ),
            (
                json!({"maResult": "20", "settle_status": "100"}),
                "manual result NG, settle status 100 cancelled-after-sending",
                "目視審査結果 NG、決済ステータス 100 発送後キャンセル",
            ),
            (
                json!({"blacked": "1", "black_customer_type": "20", "black_settle_category": "02"}),
                "blacklist add, whom delivery address, category 02 fraudulent-card",
                "ブラックリスト 登録、対象 配送先、区分 02 カード不正利用",
            ),
            (
                json!({"deleted": "0"}),
                "matching take back",
                "照合対象 復帰",
            ),
            (
                json!("as it was typed"),
                "as it was typed",
                "as it was typed",
            ),
        ] {
            let said = detail(&noted);
            assert_eq!((said.get(Lang::En), said.get(Lang::Ja)), (en, ja));
        }
        let on = subject("payment_methods 1, 2");
        let said = (on.get(Lang::En), on.get(Lang::Ja));
        assert_eq!(said, ("payment_methods 1, 2", "支払い方法 1、2"));
    }
}
