//! The words around a command: labels of messages, failures that no other module names, what the
//! values of its arguments are expected to be, and what is said of a call that clap cannot make
//! sense of.

use std::{error::Error as _, fmt};

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use super::{Lang, Said, Text, help, texts};

texts! {
    time() {
        en: "expected a date, or a date and time, such as 2026-11-20 or 2026/11/20 10:15:00",
        ja: "日付または日時を指定してください(例: 2026-11-20、2026/11/20 10:15:00)。"
    }
    /// Where a day may be a word, too.
    when() {
        en: "expected a date, a date and time, or a day such as today, yesterday or 7d (7 days ago): 2026-11-20, 2026/11/20 10:15:00",
        ja: "日付、日時、または今日・昨日・7d(7日前)のように指定してください(例: 2026-11-20、2026/11/20 10:15:00)。"
    }
    range_backwards(from, to) {
        en: "--from ({from}) is later than --to ({to})",
        ja: "`--from` ({from}) が `--to` ({to}) より後になっています。"
    }
    range_backwards_hint() { en: "exchange the two", ja: "`--from` と `--to` を入れ替えてください。" }
    count() { en: "expected a whole number of 0 or more", ja: "0以上の整数を指定してください。" }
    number_between(min, max) { en: "expected a whole number from {min} to {max}", ja: "{min}から{max}までの整数を指定してください。" }
    listen_address() { en: "expected an IP address and a port, such as 127.0.0.1:8903", ja: "IPアドレスとポートを指定してください(例: 127.0.0.1:8903)。" }
    rate() { en: "expected a number of orders a second, such as 5/s or 0.5/s", ja: "1秒あたりの件数を指定してください(例: 5/s、0.5/s)。" }
    duration() { en: "expected a time such as 50ms or 2s", ja: "時間を指定してください(例: 50ms、2s)。" }
    auto_result() { en: "expected one of OK, NG, HOLD, REVIEW and none", ja: "OK・NG・HOLD・REVIEW・none(結果なし)のいずれかを指定してください。" }
    told_of() { en: "expected one of ng, hold, review and ok", ja: "ng・hold・review・okのいずれかを指定してください。" }
    manual_result() { en: "expected one of OK, NG, HOLD and none", ja: "OK・NG・HOLD・none(結果なし)のいずれかを指定してください。" }
    order_number() { en: "expected an order number: 1 to 64 letters, digits, hyphens or underscores", ja: "受注番号を指定してください(1〜64文字の半角英数字、ハイフン、アンダースコア)。" }
    yes_or_no() { en: "expected true or false, on or off, yes or no, 有効 or 無効", ja: "true・false、on・off、yes・no、有効・無効のいずれかを指定してください。" }
    /// A list that ends at its limit.
    more(n) {
        en: "{n} more; --limit N shows more, --from and --to narrow it",
        ja: "ほかに{n}件あります。表示件数は `--limit N`、期間は `--from` と `--to` で指定できます。"
    }

    // How a batch of orders or events ended.
    /// What is done, before anything is said of why it is not all.
    finished(done, total) {
        en: "{done} of {total} are finished and kept",
        ja: "{total}件のうち{done}件は完了し、保存されています。"
    }
    /// Interrupted before the end.
    interrupted(finished) { en: "interrupted: {finished}", ja: "中断しました。{finished}" }
    /// The reader of the rows has closed them before the end.
    cut_off(left) {
        en: "the output was closed by its reader: {left} are left and were not begun; what is finished is kept",
        ja: "出力先が閉じられたため、中断しました。残りの{left}件は送信していません。完了した分は保存されています。"
    }
    same_call_goes_on() {
        en: "the same call goes on with the rest",
        ja: "同じコマンドをもう一度実行すると、残りから再開します。"
    }

    // Failures.
    /// The change was made, and the log could not be written.
    not_logged(reason) {
        en: "the change was made, but it could not be noted in the log: {reason}",
        ja: "変更は保存しましたが、操作ログに記録できませんでした。{reason}"
    }
    /// `jsonl` or `csv` with a command that does not list.
    not_a_list(format) {
        en: "this command has no `--format {format}`: that is for commands that list",
        ja: "このコマンドでは `--format {format}` を指定できません。一覧を表示するコマンドでのみ指定できます。"
    }
    /// What to use instead.
    not_a_list_hint() {
        en: "use `--format json` or `--format table`",
        ja: "`--format json` または `--format table` を指定してください。"
    }
    /// With `--verbose`: the configuration in use.
    using_config(path) { en: "configuration: {path}", ja: "設定ファイル: {path}" }
    /// With `--verbose`: the store in use.
    using_store(path) { en: "store: {path}", ja: "データファイル: {path}" }

    // The requests.
    /// With `-v`: a request was answered.
    answered(method, address, attempt, status, ms) {
        en: "{method} {address} (attempt {attempt}): HTTP {status} after {ms} ms",
        ja: "{method} {address} ({attempt}回目): HTTP {status}({ms}ミリ秒)"
    }
    /// With `-v`: a request was not answered; what failed, as the log file names it.
    not_answered(method, address, attempt, failure, ms) {
        en: "{method} {address} (attempt {attempt}): no answer ({failure}) after {ms} ms",
        ja: "{method} {address} ({attempt}回目): 応答なし({failure}、{ms}ミリ秒)"
    }
    /// With `-vv`: a request leaves.
    request_leaves(method, address, attempt, bytes) {
        en: "{method} {address} (attempt {attempt}): {bytes} bytes are sent",
        ja: "{method} {address} ({attempt}回目): {bytes}バイトを送信します。"
    }
    /// With `-vv`: the wait before a further attempt.
    waits(ms) {
        en: "{ms} ms until the next attempt",
        ja: "{ms}ミリ秒後に再試行します。"
    }
    /// `--log-file`.
    no_log_file(path, reason) {
        en: "{path}: the log file cannot be written: {reason}",
        ja: "{path}: ログファイルに書き込めません。{reason}"
    }
    no_log_file_hint() {
        en: "name a file that you may write with `--log-file`",
        ja: "`--log-file` には、書き込めるファイルを指定してください。"
    }

    // Labels, and failures to write.
    /// The label of an error.
    error() { en: "error", ja: "エラー" }
    /// The label of a warning.
    warning() { en: "warning", ja: "注意" }
    /// The label of what to do next.
    hint() { en: "hint", ja: "ヒント" }
    /// Standard output cannot be written.
    cannot_write(reason) {
        en: "the output could not be written: {reason}",
        ja: "結果を書き込めませんでした。{reason}"
    }

    // Calls that are not usable.
    unknown_argument(arg) { en: "unexpected argument `{arg}`", ja: "`{arg}` という引数はありません。" }
    unknown_command(name) { en: "unknown command `{name}`", ja: "`{name}` というコマンドはありません。" }
    unknown_help(name) { en: "neither a command nor a topic is called `{name}`", ja: "`{name}` というコマンドやリファレンスはありません。" }
    unknown_help_hint(topics) {
        en: "Topics: {topics}\nFor what each is about, see `oplux help topics`",
        ja: "リファレンス: {topics}\n内容は、次のコマンドで確認できます: `oplux help topics`"
    }
    invalid_value(value, arg) { en: "invalid value `{value}` for `{arg}`", ja: "`{arg}` に `{value}` は指定できません。" }
    invalid_value_because(value, arg, why) { en: "invalid value `{value}` for `{arg}`: {why}", ja: "`{arg}` に `{value}` は指定できません。{why}" }
    invalid_value_of(value, arg, values) { en: "invalid value `{value}` for `{arg}`; expected one of {values}", ja: "`{arg}` に `{value}` は指定できません。{values} のいずれかを指定してください。" }
    value_missing(arg) { en: "`{arg}` needs a value", ja: "`{arg}` には値が必要です。" }
    value_missing_of(arg, values) { en: "`{arg}` needs a value; expected one of {values}", ja: "`{arg}` には値が必要です。{values} のいずれかを指定してください。" }
    argument_missing(args) { en: "missing: {args}", ja: "{args} を指定してください。" }
    command_missing_of(names) { en: "a command is missing; expected one of {names}", ja: "コマンドを指定してください({names} のいずれか)。" }
    used_twice(arg) { en: "`{arg}` cannot be used more than once", ja: "`{arg}` は1回だけ指定できます。" }
    conflict(arg, others) { en: "`{arg}` cannot be used together with {others}", ja: "`{arg}` は {others} と一緒に指定できません。" }
    /// A flag with a value.
    takes_no_value(value, arg) { en: "unexpected value `{value}` for `{arg}`: it takes no more", ja: "`{arg}` に値 `{value}` は指定できません。" }
    not_utf8() { en: "an argument is not valid UTF-8", ja: "引数の文字コードがUTF-8ではありません。" }
    /// Anything else.
    not_usable() { en: "the call is not usable", ja: "コマンドの指定が正しくありません。" }
    did_you_mean(names) { en: "Did you mean {names}?", ja: "{names} ではありませんか。" }
    /// How something that looks like an option is given as a value.
    as_value(arg) { en: "To pass `{arg}` as a value, write `-- {arg}`.", ja: "`{arg}` を値として渡すには、`-- {arg}` と指定してください。" }
    usage_line(usage) { en: "Usage: {usage}", ja: "使い方: {usage}" }
    try_help() { en: "`--help` tells more.", ja: "詳しい使い方は `--help` でご確認ください。" }
}

/// Why a value parser refuses a value, in both languages: [`usage_error`] finds it behind clap's
/// error. Errors of other types are told as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub Text);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.get(Lang::En))
    }
}

impl std::error::Error for Refused {}

/// What clap found wrong with a call (exit 2): what is wrong, and as the hint what was probably
/// meant and how the command is used. For help and version, which clap reports as errors too, ask
/// `use_stderr` first.
pub fn usage_error(error: &Error) -> Said {
    let mut hints = Vec::new();
    let suggested = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ];
    for names in suggested.map(|kind| named(error, kind)) {
        if !names.is_empty() {
            hints.push(did_you_mean(quoted(&names)));
        }
    }
    // clap's own words, in English only.
    let mut tips = named(error, ContextKind::Suggested).into_iter();
    if tips.any(|tip| tip.starts_with("to pass")) {
        hints.push(as_value(first(error, ContextKind::InvalidArg)));
    }
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        let usage = usage.to_string();
        let lines = usage.trim().trim_start_matches("Usage:").lines();
        let lines: Vec<_> = lines.map(str::trim).collect();
        let options = help::options_placeholder();
        let [en, ja] = [Lang::En, Lang::Ja]
            .map(|lang| lines.join("\n").replace("[OPTIONS]", options.get(lang)));
        hints.push(usage_line(Text::new(en, ja)));
    }
    hints.push(try_help());
    Said::new(message(error)).hint(Text::joined(&hints, "\n"))
}

fn message(error: &Error) -> Text {
    let arg = first(error, ContextKind::InvalidArg);
    let value = first(error, ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::UnknownArgument => unknown_argument(arg),
        ErrorKind::InvalidSubcommand => {
            unknown_command(first(error, ContextKind::InvalidSubcommand))
        }
        ErrorKind::InvalidValue => {
            let possible = named(error, ContextKind::ValidValue);
            match (value.is_empty(), possible.is_empty()) {
                (true, true) => value_missing(arg),
                (true, false) => value_missing_of(arg, quoted(&possible)),
                (false, true) => invalid_value(value, arg),
                (false, false) => invalid_value_of(value, arg, quoted(&possible)),
            }
        }
        // What was typed for a number may be a name, an e-mail address or a telephone number, and a
        // text may hold any of them.
        ErrorKind::ValueValidation if arg.contains("NUMBER") || arg.contains("<TEXT>") => {
            refused_value(error, &arg, "…")
        }
        ErrorKind::ValueValidation => refused_value(error, &arg, &value),
        ErrorKind::MissingRequiredArgument => {
            argument_missing(quoted(&named(error, ContextKind::InvalidArg)))
        }
        ErrorKind::MissingSubcommand => {
            command_missing_of(quoted(&named(error, ContextKind::ValidSubcommand)))
        }
        ErrorKind::ArgumentConflict => {
            let others = named(error, ContextKind::PriorArg);
            match others == [arg.as_str()] {
                true => used_twice(arg),
                false => conflict(arg, quoted(&others)),
            }
        }
        ErrorKind::TooManyValues => takes_no_value(value, arg),
        ErrorKind::InvalidUtf8 => not_utf8(),
        _ => not_usable(),
    }
}

fn refused_value(error: &Error, arg: &str, value: &str) -> Text {
    let Some(why) = error.source() else {
        return invalid_value(value, arg);
    };
    let why = match why.downcast_ref::<Refused>() {
        Some(Refused(why)) => why.clone(),
        // What Rust says of these, it says in English, and not for people.
        None if why.is::<std::num::ParseIntError>() => count(),
        None if why.is::<std::net::AddrParseError>() => listen_address(),
        None => Text::same(why),
    };
    invalid_value_because(value, arg, why)
}

/// What clap names in one part of its error.
fn named(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        Some(ContextValue::StyledStrs(texts)) => texts.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

fn first(error: &Error, kind: ContextKind) -> String {
    named(error, kind).into_iter().next().unwrap_or_default()
}

fn quoted(names: &[String]) -> Text {
    Text::listed(names.iter().map(|name| format!("`{name}`")))
}

#[cfg(test)]
mod tests {
    use clap::{Arg, ArgAction, Command};

    use super::*;

    fn rate(_: &str) -> Result<u32, Refused> {
        Err(Refused(Text::new(
            "expected N/s",
            "N/s の形で指定してください。",
        )))
    }

    fn command() -> Command {
        let flag = |name: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue);
        let option = |name: &'static str| Arg::new(name).long(name).value_name("VALUE");
        Command::new("demo")
            .subcommand_required(true)
            .subcommand(
                Command::new("screen")
                    .arg(Arg::new("file").required(true))
                    .arg(flag("dry-run").conflicts_with_all(["rescreen", "jobs"]))
                    .arg(flag("rescreen"))
                    .arg(option("jobs").value_parser(clap::value_parser!(u8)))
                    .arg(option("rate").value_parser(rate))
                    .arg(option("memo").value_name("TEXT").value_parser(rate))
                    .arg(option("on").value_parser(["ng", "hold"])),
            )
            .subcommand(Command::new("trace"))
    }

    /// Arguments, English, Japanese, the first line of the English hint.
    const MISTAKES: &str = "\
screen f --job | unexpected argument `--job` | `--job` という引数はありません。 | Did you mean `--jobs`?
screen f --zzz=secret | unexpected argument `--zzz` | `--zzz` という引数はありません。 | To pass `--zzz` as a value, write `-- --zzz`.
scren | unknown command `scren` | `scren` というコマンドはありません。 | Did you mean `screen`?
screen f --on hol | invalid value `hol` for `--on <VALUE>`; expected one of `ng`, `hold` | `--on <VALUE>` に `hol` は指定できません。`ng`、`hold` のいずれかを指定してください。 | Did you mean `hold`?
screen f --on | `--on <VALUE>` needs a value; expected one of `ng`, `hold` | `--on <VALUE>` には値が必要です。`ng`、`hold` のいずれかを指定してください。 | `--help` tells more.
screen f --jobs | `--jobs <VALUE>` needs a value | `--jobs <VALUE>` には値が必要です。 | `--help` tells more.
screen f --jobs x | invalid value `x` for `--jobs <VALUE>`: expected a whole number of 0 or more | `--jobs <VALUE>` に `x` は指定できません。0以上の整数を指定してください。 | `--help` tells more.
screen f --rate x | invalid value `x` for `--rate <VALUE>`: expected N/s | `--rate <VALUE>` に `x` は指定できません。N/s の形で指定してください。 | `--help` tells more.
screen f --memo secret | invalid value `…` for `--memo <TEXT>`: expected N/s | `--memo <TEXT>` に `…` は指定できません。N/s の形で指定してください。 | `--help` tells more.
screen | missing: `<file>` | `<file>` を指定してください。 | Usage: demo screen <file>
screen f --dry-run --rescreen --jobs=1 | `--dry-run` cannot be used together with `--rescreen`, `--jobs <VALUE>` | `--dry-run` は `--rescreen`、`--jobs <VALUE>` と一緒に指定できません。 | Usage: demo screen --dry-run <file>
screen f --jobs=1 --jobs=2 | `--jobs <VALUE>` cannot be used more than once | `--jobs <VALUE>` は1回だけ指定できます。 | Usage: demo screen [OPTIONS] <file>
screen f --rescreen=x | unexpected value `x` for `--rescreen`: it takes no more | `--rescreen` に値 `x` は指定できません。 | Usage: demo screen --rescreen <file>
 | a command is missing; expected one of `screen`, `trace`, `help` | コマンドを指定してください(`screen`、`trace`、`help` のいずれか)。 | Usage: demo <COMMAND>";

    #[test]
    fn every_mistake_is_told_in_both_languages() {
        for case in MISTAKES.lines() {
            let parts: Vec<_> = case.split(" | ").collect();
            let [arguments, en, ja, hint] = parts[..] else {
                panic!("{case}");
            };
            let call = ["demo"].into_iter().chain(arguments.split_whitespace());
            let said = usage_error(&command().try_get_matches_from(call).unwrap_err());
            assert_eq!(said.message, Text::new(en, ja), "{arguments}");
            let hints = said.hint.as_ref().unwrap();
            let (en, ja) = (hints.get(Lang::En), hints.get(Lang::Ja));
            assert_eq!(en.lines().next(), Some(hint), "{arguments}");
            assert_eq!(en.lines().next_back(), Some("`--help` tells more."));
            assert!(!ja.contains("Usage") && !ja.contains("OPTIONS"), "{ja}");
            assert!(!format!("{said:?}{en}{ja}").contains("secret"));
        }
    }
}
