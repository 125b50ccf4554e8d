//! What is said of files that cannot be imported: the place and what was expected, never the
//! value.

use super::texts;

texts! {
    /// A row with its column.
    in_column(place, column, what) { en: "{place}: column `{column}`: {what}", ja: "{place}、列「{column}」: {what}" }

    /// Too few or too many cells.
    cells(expected, found) { en: "expected {expected} cells, as in the header; found {found}", ja: "列の数が見出し行と異なります(見出し行は{expected}列、この行は{found}列)。" }
    /// Too few or too many cells in a row over several lines.
    cells_of_lines(expected, found, last) { en: "expected {expected} cells, as in the header; found {found} (the row reaches to line {last}: a `\"` may stand there without its partner)", ja: "列の数が見出し行と異なります(見出し行は{expected}列、この行は{found}列)。この行は{last}行目まで続いています。閉じていない「\"」がないかご確認ください。" }
    /// Two keys of a JSON object mean one field.
    two_keys(field, first, second) { en: "both `{first}` and `{second}` mean `{field}`; expected one of them", ja: "`{field}` に当たる項目が2つあります(「{first}」と「{second}」)。どちらか1つにしてください。" }
    /// The event ID belongs to another number.
    event_id_taken() { en: "expected an event ID that the store does not have under another number", ja: "このイベントIDは、別の加盟店管理IDで登録済みです。正しいイベントIDを指定してください。" }

    /// Expected: one value.
    one_value() { en: "a text, a number, true, false or null", ja: "文字列・数値・true・false・nullのいずれか" }
    /// Expected: several texts.
    several() { en: "texts separated by `／`, or a JSON array of texts", ja: "「／」で区切った文字列、または文字列のJSON配列" }
    /// Expected: an event ID.
    event_id_spoilt() { en: "an event ID (a spreadsheet turns long numbers into the form 1.23E+18: export the column as text)", ja: "イベントID(表計算ソフトで「1.23E+18」の形式に変わっている場合は、列を文字列としてエクスポートした値)" }
    /// Expected: an amount.
    amount() { en: "whole yen, 0 or more, such as 3980 or 3,980", ja: "0以上の整数の金額(例: 3980、3,980)" }
    /// Expected: a time.
    time() { en: "a date, or a date and time, such as 2026/11/20 10:15:00", ja: "日付または日時(例: 2026/11/20 10:15:00)" }
    /// Expected: yes or no.
    yes_or_no() { en: "yes or no: one of 1/0, true/false, yes/no, on/off, はい/いいえ, 有/無, 有効/無効", ja: "1/0・true/false・yes/no・ON/OFF・はい/いいえ・有/無・有効/無効のいずれか" }
    /// Expected: whether the customer is a member.
    member() { en: "whether the customer is a member: one of 1/0, true/false, はい/いいえ, 会員/非会員, 会員/ゲスト", ja: "1/0・true/false・はい/いいえ・会員/非会員・会員/ゲストのいずれか" }
    /// Expected: a channel.
    channel() { en: "one of lp, shop, subscription, admin, csv, or LP, ショップ, 定期, 受注作成, CSV登録", ja: "lp・shop・subscription・admin・csv、またはLP・ショップ・定期・受注作成・CSV登録のいずれか" }
    /// Expected: a result.
    result() { en: "one of OK, NG, HOLD, REVIEW", ja: "OK・NG・HOLD・REVIEWのいずれか" }
    /// Expected: a result set by a person.
    manual_result() { en: "one of OK, NG, HOLD", ja: "OK・NG・HOLDのいずれか" }

    /// A column that is needed is not there.
    column_missing(source, field, headers, found) { en: "{source}: line 1: no column for `{field}`; expected one of {headers}; found {found}", ja: "{source}: `{field}` の列がありません。見出しが {headers} のいずれかの列が必要です。見つかった列: {found}" }
    /// The first line names no column that is known.
    no_header(source, field, headers) { en: "{source}: the first line names no column that is known; expected a header row with one of {headers} for `{field}`", ja: "{source}: 1行目に、対応する見出しがありません。1行目は見出し行とし、`{field}` の列の見出しは {headers} のいずれかにしてください。" }
    /// A file of tabs, or of semicolons, as Excel saves it in some settings.
    other_separator(source) {
        en: "{source}: the columns are separated by tabs or semicolons; expected commas",
        ja: "{source}: 列がタブまたはセミコロンで区切られています。カンマ区切りのCSVを指定してください。"
    }
    /// What to do about separators.
    hint_separator() { en: "Save the file as CSV, separated by commas, and try again. Nothing was stored.", ja: "ファイルをカンマ区切りのCSVで保存し直し、もう一度実行してください。何も保存していません。" }
    /// Two columns for one field.
    two_columns(source, field, first, second) { en: "{source}: both columns `{first}` and `{second}` mean `{field}`; expected one of them", ja: "{source}: `{field}` に当たる列が2つあります(「{first}」と「{second}」)。どちらか1つにしてください。" }
    /// The bytes are of no encoding that is read.
    undecodable(source, line) { en: "{source}: line {line}: the text is neither UTF-8 nor Shift_JIS", ja: "{source}: {line}行目: UTF-8としてもShift_JISとしても読み込めない文字があります。" }
    /// The bytes are UTF-16 or no text.
    utf16(source) { en: "{source}: not a text in UTF-8 or Shift_JIS; it looks like UTF-16, or is not a text file", ja: "{source}: UTF-8でもShift_JISでもありません。UTF-16、またはテキスト以外のファイルの可能性があります。" }
    /// Nothing in a file.
    empty(source) { en: "{source}: nothing in it; expected at least a header row, or an empty JSON array", ja: "{source}: 内容がありません。見出し行、または空のJSON配列が必要です。" }
    /// A row that is too long.
    row_too_long(source, line, mebibytes) { en: "{source}: the row that begins on line {line} is longer than {mebibytes} MiB; a `\"` probably stands there without its partner", ja: "{source}: {line}行目から始まる行が{mebibytes} MiBを超えています。閉じていない「\"」がある可能性があります。" }
    /// A quotation mark that is never closed.
    quote_open(source, line) { en: "{source}: in the row that begins on line {line}, a `\"` is not closed before the end of the file", ja: "{source}: {line}行目から始まる行の「\"」が、ファイルの最後まで閉じられていません。" }
    /// Something that is not JSON.
    broken(source, line, column, what) { en: "{source}: line {line}, column {column}: {what}", ja: "{source}: {line}行目{column}文字目: {what}" }
    /// Something that is not JSON, in an object that begins elsewhere.
    broken_inside(source, line, column, what, begins) { en: "{source}: line {line}, column {column}: {what} (in the object that begins on line {begins})", ja: "{source}: {line}行目{column}文字目: {what}({begins}行目から始まるオブジェクト)" }
    /// Something else than an object.
    no_object() { en: "expected a JSON object or an array of objects", ja: "JSONのオブジェクト、またはオブジェクトの配列を指定してください。" }
    /// The end comes too early.
    cut_off() { en: "the file ends in the middle of an object or an array; it may be cut off", ja: "JSONの途中でファイルが終わっています。ファイルが途中で切れている可能性があります。" }
    /// An object that is too long.
    object_too_long(mebibytes) { en: "one object may be at most {mebibytes} MiB long", ja: "1件のオブジェクトは{mebibytes} MiB以下にしてください。" }

    /// What to do about bad rows.
    hint_rows() { en: "Correct the rows above and try again, or load the good rows with `--skip-bad`. Nothing was stored.", ja: "上記の行を修正してもう一度実行するか、`--skip-bad` を付けて正しい行だけを取り込んでください。何も取り込んでいません。" }
    /// What to do about a missing column.
    hint_column(table, field) { en: "If a column has another header, name it in the configuration: `{field} = \"…\"` under `[import.{table}.columns]`. Nothing was stored.", ja: "別の見出しの列を使う場合は、設定ファイルの `[import.{table}.columns]` に `{field} = \"…\"` と指定してください。何も取り込んでいません。" }
    /// What to do about two columns.
    hint_two_columns(table, field) { en: "Remove one of them, or choose it in the configuration: `{field} = \"…\"` under `[import.{table}.columns]`. Nothing was stored.", ja: "どちらかの列を削除するか、設定ファイルの `[import.{table}.columns]` に `{field} = \"…\"` と指定してください。何も取り込んでいません。" }
    /// What to do about the encoding.
    hint_encoding() { en: "Save the file as CSV in UTF-8 or Shift_JIS and try again. Nothing was stored.", ja: "ファイルをUTF-8またはShift_JISのCSVで保存し直し、もう一度実行してください。何も取り込んでいません。" }
    /// What to do about an empty file.
    hint_empty() { en: "Check where the file comes from. Nothing was stored.", ja: "ファイルの出力元をご確認ください。何も取り込んでいません。" }
    /// What to do about a file that cannot be read.
    hint_unreadable() { en: "Check the path and its permissions. Nothing was stored.", ja: "パスとアクセス権限をご確認ください。何も取り込んでいません。" }
    /// What to do about a quotation mark.
    hint_quote() { en: "Look for a single `\"` from that line on; inside a quoted cell it is written `\"\"`. Nothing was stored.", ja: "その行以降に、対になっていない「\"」がないかご確認ください。「\"」で囲んだセルの中では「\"\"」と書きます。何も取り込んでいません。" }
    /// What to do about what is not JSON.
    hint_not_json() { en: "Give CSV, a JSON array, or JSON Lines. Nothing was stored.", ja: "CSV、JSON配列、またはJSON Linesのファイルを指定してください。何も取り込んでいません。" }
}
