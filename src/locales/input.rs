//! What is said of input that cannot be used: the place and what was expected, never the value.

use super::texts;

texts! {
    /// Standard input as a source.
    stdin() { en: "standard input", ja: "標準入力" }
    /// An order by its line.
    at_line(source, line) { en: "{source}: line {line}", ja: "{source}: {line}行目" }
    /// An order by its place in an array.
    at_index(source, index, line) { en: "{source}: [{index}] on line {line}", ja: "{source}: [{index}]({line}行目)" }
    /// A place with the order's number.
    of_order(place, number) { en: "{place}, order {number}", ja: "{place}、受注番号 {number}" }
    /// A field that is not there.
    missing(what) { en: "missing; expected {what}", ja: "必須項目です。{what}を指定してください。" }
    /// A field with another value than expected.
    wrong(what) { en: "expected {what}", ja: "{what}を指定してください。" }
    /// One number on two orders.
    twice(first) { en: "this number already stands at {first}; expected each number once", ja: "同じ受注番号の受注が {first} にもあります。" }
    /// The problems that are not told.
    more_problems(count) { en: "and {count} more", ja: "ほかに{count}件の誤りがあります。" }

    /// What to do where a pasted text cannot be read.
    hint_text() { en: "check the path and its permissions; `-` reads standard input", ja: "パスとアクセス権限をご確認ください。標準入力から読み込む場合は `-` を指定してください。" }

    /// Expected: text.
    text() { en: "text that is not empty", ja: "空でない文字列" }
    /// Expected: an order number.
    order_number() { en: "1 to 64 ASCII letters, digits, `-` or `_`", ja: "半角英数字・「-」・「_」で1〜64文字の番号" }
    /// Expected: an order number that no spreadsheet has turned.
    order_number_spoilt() { en: "1 to 64 ASCII letters, digits, `-` or `_` (a spreadsheet turns long numbers into the form 1.23E+18: export the column as text)", ja: "半角英数字・「-」・「_」で1〜64文字の番号(表計算ソフトで「1.23E+18」の形式に変わっている場合は、列を文字列としてエクスポートした番号)" }
    /// Expected: a telephone number or postcode that no spreadsheet has turned.
    digits_spoilt() { en: "digits as text (a spreadsheet has made a number of them, such as 9012345678.0: export the column as text)", ja: "文字列の数字(表計算ソフトで「9012345678.0」のような数値に変わっています。列を文字列としてエクスポートし直してください)" }
    /// Expected: a price.
    price() { en: "yen, 0 or more", ja: "0以上の金額(円)" }
    /// Expected: a count.
    count() { en: "a whole number, 1 or more", ja: "1以上の整数" }
    /// Expected: an ID of ecforce.
    id() { en: "an ID: a whole number", ja: "ID(整数)" }
    /// Expected: a date.
    date() { en: "a date such as 2026-11-20", ja: "日付(例: 2026-11-20)" }
    /// Expected: a sex.
    sex() { en: "male, female, unknown or null", ja: "male・female・unknown・nullのいずれか" }
    /// Expected: an e-mail address.
    email() { en: "an e-mail address with one `@`", ja: "「@」を1つ含むメールアドレス" }
    /// Expected: an IP address.
    ip() { en: "an IP address", ja: "IPアドレス" }
    /// Expected: the first digits of a card.
    bin() { en: "the first 6 to 8 digits of the card", ja: "カード番号の先頭6〜8桁" }
    /// Expected: the first digits of a card, and no more.
    card_number() { en: "the first 6 to 8 digits of the card; more may be a card number, which must not be in the input", ja: "カード番号の先頭6〜8桁のみ(9桁以上はカード番号の可能性があるため、指定不可)" }
    /// Expected: a postcode.
    postcode() { en: "a postcode of 7 digits (`zip01` and `zip02`, or `zip`)", ja: "7桁の郵便番号(`zip01` と `zip02`、または `zip`)" }
    /// Expected: a telephone number.
    telephone() { en: "a telephone number of 9 to 15 digits, as text (`tel01` to `tel03`, or `tel`)", ja: "9〜15桁の電話番号(文字列。`tel01` から `tel03`、または `tel`)" }
    /// Expected: an object.
    object() { en: "a JSON object", ja: "JSONのオブジェクト" }
    /// Expected: an array.
    list() { en: "a JSON array", ja: "JSONの配列" }

    /// A place that is broken.
    broken(source, line, column, what) { en: "{source}: line {line}, column {column}: {what}", ja: "{source}: {line}行目{column}文字目: {what}" }
    /// A place that is broken, in an order that begins elsewhere.
    broken_in_order(source, line, column, what, begins) { en: "{source}: line {line}, column {column}: {what} ({begins})", ja: "{source}: {line}行目{column}文字目: {what}({begins})" }
    begins_on_line(line) { en: "the order begins on line {line}", ja: "受注は{line}行目から始まっています" }
    /// Where the order begins in an array.
    begins_at_index(index, line) { en: "order [{index}], which begins on line {line}", ja: "受注 [{index}] は{line}行目から始まっています" }
    /// Neither an object nor an array.
    no_order_here() { en: "expected an order (a JSON object) or an array of orders", ja: "受注(JSONのオブジェクト)または受注の配列を指定してください。" }
    /// The end comes too early.
    cut_off() { en: "the input ends in the middle of an order; it may be cut off", ja: "受注の途中で入力が終わっています。ファイルが途中で切れている可能性があります。" }
    syntax(words) { en: "not valid JSON: {words}", ja: "JSONとして正しくありません({words})。" }
    /// Not UTF-8.
    not_utf8() { en: "not valid UTF-8", ja: "文字コードがUTF-8ではありません。" }
    /// Nothing in a source.
    empty(source) { en: "{source}: no order in it; expected at least one, or an empty array", ja: "{source}: 受注がありません。1件以上の受注、または空の配列を指定してください。" }
    /// A file that cannot be opened.
    unreadable(source, why) { en: "{source}: cannot be read: {why}", ja: "{source}: 読み込めません。{why}" }
    /// Why: no such file.
    not_found() { en: "there is no such file", ja: "ファイルがありません。" }
    /// Why: permissions.
    not_permitted() { en: "permission denied", ja: "読み取りの権限がありません。" }
    /// Why: a folder.
    is_a_folder() { en: "it is a folder", ja: "フォルダは指定できません。" }
    stdin_twice() { en: "standard input (`-`) is named more than once", ja: "標準入力(「-」)が2回以上指定されています。" }

    /// What to do about `-` twice.
    stdin_twice_hint() { en: "Name `-` once.", ja: "「-」は1回だけ指定してください。" }
    /// What to do about a file that cannot be read.
    hint_unreadable() { en: "Check the path and its permissions. Nothing was sent.", ja: "パスとアクセス権限をご確認ください。何も送信していません。" }
    /// What to do about another encoding.
    hint_not_utf8() { en: "Save the file as UTF-8 and try again. Nothing was sent. CSV files are loaded with `oplux import orders FILE`", ja: "ファイルをUTF-8で保存し直し、もう一度実行してください。何も送信していません。CSVファイルの取り込み: `oplux import orders FILE`" }
    /// What to do about what is not JSON.
    hint_not_json() { en: "Give one order, an array of orders, or JSON Lines. Nothing was sent. CSV files are loaded with `oplux import orders FILE`", ja: "受注1件、受注の配列、またはJSON Linesを指定してください。何も送信していません。CSVファイルの取り込み: `oplux import orders FILE`" }
    /// What to do about an empty input.
    hint_empty() { en: "Check where the input comes from. Nothing was sent.", ja: "入力元をご確認ください。何も送信していません。" }
    /// What to do about wrong values.
    hint_invalid() { en: "Correct the fields above and try again. Nothing was sent.", ja: "上記の項目を修正して、もう一度実行してください。何も送信していません。" }
    /// The same of an order as ecforce's API gives it.
    hint_api_order() {
        en: "What ecforce's API does not say is given by flag: `--channel lp`, `--registered yes`, `--purchase-number 1`; its payment methods are known by their names in the configuration. Nothing was sent.",
        ja: "ecforceのAPIの応答にない項目は、オプションで指定してください(例: `--channel lp`、`--registered yes`、`--purchase-number 1`)。支払い方法は、設定ファイルの名前で判別します。何も送信していません。"
    }
    /// What to do about one number twice.
    hint_duplicate() { en: "Leave one order of each number in the input. Nothing was sent.", ja: "同じ受注番号の受注は1件のみにして、もう一度実行してください。何も送信していません。" }
}
