//! What is said of input: orders as JSON that cannot be screened; and an import, of the load as a
//! whole and of files that cannot be imported. The place and what was expected; the value only where
//! its column holds no personal data.

use super::{Said, Text, texts};
use crate::domain::{event::EventId, order::OrderNumber, time::JstTime};

texts! {
    /// Standard input as a source.
    stdin() { en: "standard input", ja: "標準入力" }
    /// An order by its line.
    at_line(source, line) { en: "{source}: line {line}", ja: "{source}: {line}行目" }
    /// An order by its place in an array.
    order_at_index(source, index, line) { en: "{source}: [{index}] on line {line}", ja: "{source}: [{index}]({line}行目)" }
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
    order_broken(source, line, column, what) { en: "{source}: line {line}, column {column}: {what}", ja: "{source}: {line}行目{column}文字目: {what}" }
    /// A place that is broken, in an order that begins elsewhere.
    broken_in_order(source, line, column, what, begins) { en: "{source}: line {line}, column {column}: {what} ({begins})", ja: "{source}: {line}行目{column}文字目: {what}({begins})" }
    begins_on_line(line) { en: "the order begins on line {line}", ja: "受注は{line}行目から始まっています" }
    /// Where the order begins in an array.
    begins_at_index(index, line) { en: "order [{index}], which begins on line {line}", ja: "受注 [{index}] は{line}行目から始まっています" }
    /// Neither an object nor an array.
    no_order_here() { en: "expected an order (a JSON object) or an array of orders", ja: "受注(JSONのオブジェクト)または受注の配列を指定してください。" }
    /// The end comes too early.
    order_cut_off() { en: "the input ends in the middle of an order; it may be cut off", ja: "受注の途中で入力が終わっています。ファイルが途中で切れている可能性があります。" }
    syntax(words) { en: "not valid JSON: {words}", ja: "JSONとして正しくありません({words})。" }
    /// Not UTF-8.
    not_utf8() { en: "not valid UTF-8", ja: "文字コードがUTF-8ではありません。" }
    /// Nothing in a source.
    no_order(source) { en: "{source}: no order in it; expected at least one, or an empty array", ja: "{source}: 受注がありません。1件以上の受注、または空の配列を指定してください。" }
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
    hint_order_unreadable() { en: "Check the path and its permissions. Nothing was sent.", ja: "パスとアクセス権限をご確認ください。何も送信していません。" }
    /// What to do about another encoding.
    hint_not_utf8() { en: "Save the file as UTF-8 and try again. Nothing was sent. CSV files are loaded with `oplux import orders FILE`", ja: "ファイルをUTF-8で保存し直し、もう一度実行してください。何も送信していません。CSVファイルの取り込み: `oplux import orders FILE`" }
    /// What to do about what is not JSON.
    hint_not_json() { en: "Give one order, an array of orders, or JSON Lines. Nothing was sent. CSV files are loaded with `oplux import orders FILE`", ja: "受注1件、受注の配列、またはJSON Linesを指定してください。何も送信していません。CSVファイルの取り込み: `oplux import orders FILE`" }
    /// What to do about an empty input.
    hint_no_order() { en: "Check where the input comes from. Nothing was sent.", ja: "入力元をご確認ください。何も送信していません。" }
    /// What to do about wrong values.
    hint_invalid() { en: "Correct the fields above and try again. Nothing was sent.", ja: "上記の項目を修正して、もう一度実行してください。何も送信していません。" }
    /// The same of an order as ecforce's API gives it.
    hint_api_order() {
        en: "What ecforce's API does not say is given by flag: `--channel lp`, `--registered yes`, `--purchase-number 1`; its payment methods are known by their names in the configuration. Nothing was sent.",
        ja: "ecforceのAPIの応答にない項目は、オプションで指定してください(例: `--channel lp`、`--registered yes`、`--purchase-number 1`)。支払い方法は、設定ファイルの名前で判別します。何も送信していません。"
    }
    /// What to do about one number twice.
    hint_duplicate() { en: "Leave one order of each number in the input. Nothing was sent.", ja: "同じ受注番号の受注は1件のみにして、もう一度実行してください。何も送信していません。" }

    // Of an import.
    /// Column: the file.
    title_file() { en: "File", ja: "ファイル" }
    /// Column: what a file holds.
    title_kind() { en: "Kind", ja: "種類" }
    /// Column: rows that the store did not know.
    title_new() { en: "New", ja: "新規" }
    /// Column: rows that changed something.
    title_changed() { en: "Changed", ja: "変更" }
    /// Column: rows that changed nothing.
    title_unchanged() { en: "Unchanged", ja: "変更なし" }
    /// Column: rows that cannot be loaded.
    title_bad() { en: "Bad", ja: "エラー" }
    /// Row: all files.
    total() { en: "Total", ja: "合計" }
    /// Columns that the program does not know.
    unknown_columns(names) { en: "columns passed over: {names}", ja: "取り込みの対象外の列: {names}" }
    /// Bad rows that were passed over.
    skipped(count) { en: "bad rows not loaded: {count}; correct them and load the file again", ja: "エラーのある{count}行は取り込まれていません。修正して、ファイルをもう一度取り込んでください。" }
    /// An event that does not settle an unknown outcome: it was requested too early.
    event_too_early(number, began_at, event, requested_at) {
        en: "order {number}: the outcome of the screening begun at {began_at} stays unknown: event {event} was requested at {requested_at}, more than five minutes before it, so it is another screening's",
        ja: "受注番号 {number}: {began_at} に開始した審査の結果は不明のままです。イベント {event} の審査申請日時({requested_at})はその5分以上前で、別の審査のイベントと判断したためです。"
    }
    /// One that was known before.
    event_known_before(number, began_at, event) {
        en: "order {number}: the outcome of the screening begun at {began_at} stays unknown: event {event} was in the store before it, so it is another screening's",
        ja: "受注番号 {number}: {began_at} に開始した審査の結果は不明のままです。イベント {event} はその審査より前に取り込まれており、別の審査のイベントと判断したためです。"
    }
    /// What to do then.
    still_unknown_hint() {
        en: "look in O-PLUX's イベント一覧 for a later event of this number: where it is there, export and load it, with its 審査申請日時; where it is not, screen again with --rescreen",
        ja: "O-PLUX管理画面の「イベント一覧」で、同じ番号のより新しいイベントを確認してください。ある場合は、審査申請日時とともにエクスポートして取り込んでください。ない場合は `--rescreen` を付けて再審査してください。"
    }
    /// Nothing was stored, as asked.
    dry_run() { en: "dry run: nothing was stored", ja: "`--dry-run` のため、取り込んでいません。" }
    /// No file was named.
    no_file() { en: "no file to load; expected files or folders, or `-` for standard input", ja: "取り込むファイルを指定してください(フォルダも指定できます。標準入力は `-`)。" }
    folder_unreadable(folder, error) { en: "{folder}: the folder cannot be read: {error}", ja: "{folder}: フォルダを読み込めません: {error}" }
    /// A folder without files.
    folder_empty(folder) { en: "{folder}: no file to load in this folder (hidden files, its own folders and files of other forms are left out)", ja: "{folder}: フォルダに取り込めるファイルがありません(隠しファイル、下位のフォルダ、ほかの形式のファイルは対象外です)。" }
    folder_hint() { en: "Check the path. Nothing was stored.", ja: "パスをご確認ください。何も取り込んでいません。" }
    interrupted() { en: "interrupted: nothing of it was stored; run the same call again", ja: "中断しました。何も取り込んでいません。同じコマンドをもう一度実行してください。" }

    // Of files and single rows.
    /// A row of a file.
    line(numbers) { en: "line {numbers}", ja: "{numbers}行目" }
    /// Rows of a file.
    lines(numbers) { en: "lines {numbers}", ja: "{numbers}行目" }
    /// An object in a JSON array.
    at_index(index, line) { en: "[{index}] on line {line}", ja: "[{index}]({line}行目)" }
    /// A row of an Excel book.
    row(numbers) { en: "row {numbers}", ja: "シートの{numbers}行目" }
    /// Rows of an Excel book.
    rows(numbers) { en: "rows {numbers}", ja: "シートの{numbers}行目" }
    /// A line, and which row a spreadsheet shows it as.
    line_and_row(line, row) { en: "{line} (row {row} in a spreadsheet)", ja: "{line}(表計算ソフトでは{row})" }
    /// The first places, and how many more there are.
    and_more(first, more, count) { en: "{first} and {more} more ({count} rows)", ja: "{first}、ほか{more}行(計{count}行)" }
    in_column(place, column) { en: "{place}: column `{column}`", ja: "{place}、列「{column}」" }
    /// A value that is wrong.
    with_value(place, value, what) { en: "{place}: `{value}`: {what}", ja: "{place}: 値「{value}」: {what}" }
    /// Several values that are wrong.
    with_values(place, what) { en: "{place}: other values: {what}", ja: "{place}: その他の値: {what}" }
    /// The numbers of the rows.
    of_orders(text, numbers) { en: "{text} (number {numbers})", ja: "{text}(番号: {numbers})" }

    /// A cell that is left out.
    unread(what) { en: "not read; expected {what}", ja: "読み取れないため、空欄として扱います。{what}を指定してください。" }
    /// A channel that nobody knows.
    channel_unknown(what) { en: "not known, and the channel stays unknown; known are {what}", ja: "対応していない受注経路のため、「不明」として扱います。対応する値: {what}" }
    /// A result that nobody knows, of an order.
    result_unknown(what) { en: "not known, and the result is left out; known are {what}", ja: "対応していない審査結果のため、「結果なし」として扱います。対応する値: {what}" }
    /// A result that nobody knows, of an event.
    result_kept(what) { en: "not known, and kept as it is written; known are {what}", ja: "対応していない審査結果のため、そのまま保存します。対応する値: {what}" }
    /// A number whose zeros may be lost.
    short_number(usual) { en: "the number is shorter than the file's others ({usual} characters): a spreadsheet may have cut its leading zeros; loaded as it is", ja: "番号がファイル内のほかの番号({usual}文字)より短くなっています。表計算ソフトで先頭の0が消えた可能性があります。そのまま取り込みます。" }

    /// A channel that nobody knows, of an order that a subscription has generated.
    channel_of_subscription(what) { en: "not known; 定期受注番号 and 定期内受注（N番目） show that the order comes from a subscription, so the channel is subscription; known are {what}", ja: "対応していない受注経路ですが、定期受注番号と定期内受注（N番目）から定期受注として扱います。対応する値: {what}" }
    /// What to do about what is told of rows that are loaded.
    hint_told() { en: "The rows in the warnings above are loaded as each warning says. Where you want something else, correct the file and load it again; `--strict` refuses cells that cannot be read.", ja: "上記の注意の行は、それぞれの内容のとおりに取り込みます。意図と異なる場合は、ファイルを修正してもう一度取り込んでください。`--strict` を付けると、読み取れないセルのある行はエラーになります。" }
    /// Files of a folder that are of no form that is read.
    files_passed_over(names) { en: "files passed over (neither CSV, an Excel book nor JSON): {names}", ja: "取り込みの対象外のファイル(CSV・Excelブック・JSON以外): {names}" }

    /// Too few or too many cells.
    cells(expected, found) { en: "expected {expected} cells, as in the header; found {found}", ja: "列の数が見出し行と異なります(見出し行は{expected}列、この行は{found}列)。" }
    /// Too few or too many cells in a row over several lines.
    cells_of_lines(expected, found, last) { en: "expected {expected} cells, as in the header; found {found} (the row reaches to line {last}: a `\"` may stand there without its partner)", ja: "列の数が見出し行と異なります(見出し行は{expected}列、この行は{found}列)。この行は{last}行目まで続いています。閉じていない「\"」がないかご確認ください。" }
    /// The event ID belongs to another number.
    event_id_taken() { en: "expected an event ID that the store does not have under another number", ja: "このイベントIDは、別の加盟店管理IDで登録済みです。正しいイベントIDを指定してください。" }
    event_id_taken_by_row() { en: "expected an event ID that no row before has under another number", ja: "このイベントIDは、先の行の別の加盟店管理IDと重複しています。正しいイベントIDを指定してください。" }

    /// Expected: one value.
    one_value() { en: "a text, a number, true, false or null", ja: "文字列・数値・true・false・nullのいずれか" }
    /// Expected: the value of a formula.
    value_of_formula() { en: "a value (the cell is a formula whose value the book does not hold: open the book in Excel and save it)", ja: "値(このセルは数式で、計算結果が保存されていません。Excelで開いて保存し直した値)" }
    /// Expected: several texts.
    several() { en: "texts separated by `／` or line ends, or a JSON array of texts", ja: "「／」または改行で区切った文字列、または文字列のJSON配列" }
    /// Expected: an event ID.
    event_id_spoilt() { en: "an event ID, not a fraction or a formula (a spreadsheet turns long numbers into the form 1.23E+18: export the column as text)", ja: "小数や数式でないイベントID(表計算ソフトで「1.23E+18」の形式に変わっている場合は、列を文字列としてエクスポートした値)" }
    /// Expected: an ID.
    id_spoilt() { en: "an ID, not a fraction or a formula (a spreadsheet turns long numbers into the form 1.23E+18: export the column as text)", ja: "小数や数式でないID(表計算ソフトで「1.23E+18」の形式に変わっている場合は、列を文字列としてエクスポートした値)" }
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
    /// The columns of a file whose first row may be no header.
    columns_not_told(count) { en: "{count} column(s), of which nothing is repeated here: the first row does not read like a header, and may be personal data", ja: "{count}列(1行目が見出し行ではなく、個人情報の可能性があるため、内容は表示しません)" }
    /// One header twice.
    two_columns(source, header, first, second) { en: "{source}: the header `{header}` stands twice (columns {first} and {second}); expected each header once", ja: "{source}: 見出し「{header}」の列が2つあります({first}列目と{second}列目)。どちらか1つにしてください。" }
    /// A name of a kind.
    orders() { en: "orders", ja: "受注" }
    /// A name of a kind.
    payments() { en: "payments", ja: "決済履歴" }
    /// A name of a kind.
    events() { en: "events", ja: "イベント" }
    /// The headers are those of another kind.
    other_kind(source, found, asked) { en: "{source}: the headers are those of {found}, not of {asked}", ja: "{source}: 見出しは「{found}」のファイルのもので、「{asked}」としては取り込めません。" }
    no_kind(source, found) { en: "{source}: the headers are not those of orders (受注番号), payments (受注番号 and 決済受注番号) or events (加盟店管理ID and イベントID); found {found}", ja: "{source}: 受注(受注番号)、決済履歴(受注番号と決済受注番号)、イベント(加盟店管理IDとイベントID)のいずれの見出しもありません。見つかった列: {found}" }
    /// The bytes are of no encoding that is read.
    undecodable(source, line) { en: "{source}: line {line}: a character is neither UTF-8, UTF-16 nor Shift_JIS", ja: "{source}: {line}行目: UTF-8・UTF-16・Shift_JISのいずれとしても読み込めない文字があります。" }
    /// Two encodings in one file.
    mixed(source, line) { en: "{source}: line {line}: from here on the text is in another encoding than before (UTF-8 and Shift_JIS in one file)", ja: "{source}: {line}行目: ここから文字コードが変わっています(UTF-8とShift_JISの混在)。" }
    /// No text at all.
    no_text(source) { en: "{source}: not a text, an Excel book or JSON", ja: "{source}: CSV・Excelブック・JSONのいずれでもありません。" }
    /// A file of another form, by its name.
    other_form(source, form) { en: "{source}: this is a file of the form {form}, which is not read", ja: "{source}: {form}形式のファイルは取り込めません。" }
    /// A byte that no text has.
    zero(source, line) { en: "{source}: line {line}: a zero byte (NUL), which no text has: the file is damaged or no text", ja: "{source}: {line}行目: テキストにないバイト(NUL)があります。ファイルが破損しているか、テキストではありません。" }
    no_book(source) { en: "{source}: the Excel book cannot be read: it is damaged, has a password, or is of another form than .xlsx and .xls, such as .xlsb or .ods", ja: "{source}: Excelブックとして読み込めません(破損、パスワード付き、または .xlsb や .ods など、.xlsx・.xls 以外の形式)。" }
    /// A cell far below or to the right of all others.
    too_far(source) { en: "{source}: something stands far below or to the right of the table", ja: "{source}: 表から離れたセルに値があります。" }
    hint_too_far() { en: "Copy the table into a new sheet, save it, and try again. Nothing was stored.", ja: "表を新しいシートにコピーして保存し、もう一度実行してください。何も取り込んでいません。" }
    no_sheet(source, names) { en: "{source}: no such sheet; there are {names}", ja: "{source}: 指定のシートがありません。シート: {names}" }
    /// Nothing in a file.
    empty(source) { en: "{source}: nothing in it; expected at least a header row, or an empty JSON array", ja: "{source}: 内容がありません。見出し行、または空のJSON配列が必要です。" }
    /// A quotation mark that is never closed.
    quote_open(source, line) { en: "{source}: in the row that begins on line {line}, a `\"` is not closed before the end of the file", ja: "{source}: {line}行目から始まる行の「\"」が、ファイルの最後まで閉じられていません。" }
    /// Something that is not JSON.
    broken(source, line, what) { en: "{source}: line {line}: {what}", ja: "{source}: {line}行目: {what}" }
    /// Something that is not JSON.
    not_json() { en: "not JSON", ja: "JSONとして読み込めません。" }
    /// Something else than an object.
    no_object() { en: "expected a JSON object that is whole", ja: "JSONのオブジェクトを指定してください。" }
    /// The end comes too early.
    cut_off() { en: "the file ends in the middle of an object or an array; it may be cut off", ja: "JSONの途中でファイルが終わっています。ファイルが途中で切れている可能性があります。" }

    /// The summary could not be written, on a full disk for example.
    summary_lost_hint() { en: "All of it was stored; the same call can be made again, and changes nothing then.", ja: "すべて取り込み済みです。同じコマンドをもう一度実行でき、その場合も内容は変わりません。" }
    /// The same where some rows were bad.
    summary_lost_of_good_hint() { en: "The good rows were stored; the same call can be made again, and changes nothing then.", ja: "正しい行はすべて取り込み済みです。同じコマンドをもう一度実行でき、その場合も内容は変わりません。" }
    /// The same of a dry run.
    summary_lost_of_dry_run_hint() { en: "Nothing was stored; the same call can be made again.", ja: "何も取り込んでいません。同じコマンドをもう一度実行できます。" }

    /// What to do about bad rows.
    hint_rows() { en: "Correct the rows above and try again, or load the good rows with `--skip-bad`. Nothing was stored.", ja: "上記の行を修正してもう一度実行するか、`--skip-bad` を付けて正しい行だけを取り込んでください。何も取り込んでいません。" }
    /// What to do about a missing column.
    hint_column(table, field) { en: "The first row has to hold the headers. If a column has another header, name it in the configuration: `{field} = \"…\"` under `[import.{table}.columns]`. Nothing was stored.", ja: "1行目は見出し行にしてください。別の見出しの列を使う場合は、設定ファイルの `[import.{table}.columns]` に `{field} = \"…\"` と指定してください。何も取り込んでいません。" }
    /// What to do about two columns.
    hint_two_columns() { en: "Remove one of the two columns, or give it another header, and try again. Nothing was stored.", ja: "どちらかの列を削除するか、見出しを変更して、もう一度実行してください。何も取り込んでいません。" }
    /// What to do about another kind of file.
    hint_other_kind(kind, file) { en: "Nothing was stored. Load it with `oplux import {kind} {file}`", ja: "何も取り込んでいません。次のコマンドで取り込んでください: `oplux import {kind} {file}`" }
    /// What to do about a file of no kind.
    hint_no_kind() { en: "The first row has to hold the headers. Where the columns have other names, say so in the configuration, such as `number = \"注文番号\"` under `[import.orders.columns]`. Nothing was stored.", ja: "1行目は見出し行にしてください。別の見出しの列を使う場合は、設定ファイルの `[import.orders.columns]` などに `number = \"注文番号\"` のように指定してください。何も取り込んでいません。" }
    /// What to do about what is no text.
    hint_form() { en: "Give CSV (UTF-8, UTF-16 or Shift_JIS), an Excel book, a JSON array or JSON Lines. Nothing was stored.", ja: "CSV(UTF-8・UTF-16・Shift_JIS)、Excelブック、JSON配列、JSON Linesのいずれかを指定してください。何も取り込んでいません。" }
    /// What to do about two encodings.
    hint_mixed() { en: "Split the file before that line, or export it again, and load each part. Nothing was stored.", ja: "その行の前でファイルを分割するか、エクスポートし直して、それぞれ取り込んでください。何も取り込んでいません。" }
    /// What to do about a book.
    hint_book() { en: "Open it in Excel, save it as .xlsx without a password, and try again. Nothing was stored.", ja: "Excelで開き、パスワードなしの .xlsx で保存し直して、もう一度実行してください。何も取り込んでいません。" }
    /// What to do about a sheet.
    hint_sheet() { en: "Name one of them with `--sheet`. Nothing was stored.", ja: "`--sheet` で、いずれかのシートを指定してください。何も取り込んでいません。" }
    /// What to do about an empty file.
    hint_empty() { en: "Check where the file comes from. Nothing was stored.", ja: "ファイルの出力元をご確認ください。何も取り込んでいません。" }
    /// What to do about a file that cannot be read.
    hint_unreadable() { en: "Check the path and its permissions. Nothing was stored.", ja: "パスとアクセス権限をご確認ください。何も取り込んでいません。" }
    /// What to do about a quotation mark.
    hint_quote() { en: "Look for a single `\"` from that line on; inside a quoted cell it is written `\"\"`. Nothing was stored.", ja: "その行以降に、対になっていない「\"」がないかご確認ください。「\"」で囲んだセルの中では「\"\"」と書きます。何も取り込んでいません。" }
}

/// Names, one after the other, each in its quotes.
pub fn listed(names: &[String]) -> Text {
    let quoted = |(open, close): (&str, &str), between| {
        let names: Vec<_> = names
            .iter()
            .map(|name| format!("{open}{name}{close}"))
            .collect();
        names.join(between)
    };
    Text::new(quoted(("`", "`"), ", "), quoted(("「", "」"), ""))
}

/// An event came, and does not settle an unknown outcome of its number: why, and what to do.
pub fn still_unknown(
    number: OrderNumber,
    began_at: JstTime,
    event: EventId,
    too_early: Option<JstTime>,
) -> Said {
    let message = match too_early {
        Some(at) => event_too_early(number, began_at, event, at),
        None => event_known_before(number, began_at, event),
    };
    Said::new(message).hint(still_unknown_hint())
}

/// What the rows of a file are.
pub fn kind(name: &str) -> Text {
    match name {
        "orders" => orders(),
        "payments" => payments(),
        _ => events(),
    }
}
