//! What `trace` says around its answer; and its next steps: what was looked at and what to do, of
//! one number or of several.

use super::{Text, at_oplux, matching as words, screening, texts};
use crate::domain::{
    eligibility::{Cause, screened_as},
    event::{AutoResult, EventRecord},
    matching::{Drift, MainCause, Traced, Verdict},
    order::{OrderNumber, OrderRecord},
    payment::Standing,
    time::JstTime,
};

texts! {
    heading_history() { en: "Payment history (決済履歴)", ja: "決済履歴" }
    heading_event() { en: "Event", ja: "イベント" }
    heading_other_events() { en: "Other events of this purchase", ja: "同じ購入のほかのイベント" }
    heading_searched() { en: "Numbers searched", ja: "検索した番号" }
    heading_next() { en: "Next", ja: "次の操作" }
    heading_suggestions() {
        en: "Events requested about that time (hints, not matches)",
        ja: "参考: 受注と近い時刻に審査されたイベント(該当のイベントとは限りません)"
    }
    title_answer() { en: "Answer", ja: "検索結果" }
    title_search_for() { en: "Search O-PLUX for", ja: "O-PLUXでの検索番号" }
    title_result() { en: "Result", ja: "審査結果" }
    title_difference() { en: "Difference or cause", ja: "相違・理由" }
    title_at() { en: "Paid at", ja: "決済日時" }
    title_amount() { en: "Amount", ja: "決済金額" }
    title_thanks_offer() { en: "Thanks offer", ja: "サンクスオファー" }
    title_events() { en: "Event in O-PLUX", ja: "O-PLUXのイベント" }
    title_ecforce() { en: "ecforce shows", ja: "O-PLUX 与信結果" }
    title_drift() { en: "Difference", ja: "相違" }
    title_why() { en: "Why", ja: "根拠" }
    yes() { en: "yes", ja: "あり" }
    no() { en: "no", ja: "なし" }
    /// The payment under whose number the match stands.
    is_match(result) { en: "{result} (search for it)", ja: "{result}(これで検索)" }
    no_drift() { en: "none", ja: "なし" }
    /// Why an event is suggested.
    orphan(minutes) { en: "{minutes}; its number is in no order and no payment history", ja: "{minutes}。受注にも決済履歴にもない番号" }
    same_customer(minutes, customer) { en: "{minutes}; another order of customer {customer}", ja: "{minutes}。同じ顧客(顧客ID {customer})の別の受注" }
    with_amount(why, amount) { en: "{why}, {amount} yen", ja: "{why}(合計金額 {amount}円)" }
    minutes_before(minutes) { en: "{minutes} min before the order", ja: "受注の{minutes}分前" }
    minutes_after(minutes) { en: "{minutes} min after the order", ja: "受注の{minutes}分後" }
    same_minute() { en: "less than a minute from the order", ja: "受注の前後1分以内" }

    /// A number was read otherwise than it was typed.
    read_as(number) { en: "read what was typed as {number}", ja: "入力された番号を {number} として検索します。" }
    not_a_number() {
        en: "expected an order number: 1 to 64 ASCII letters, digits, `-` or `_`",
        ja: "受注番号(半角英数字・「-」・「_」で1〜64文字)を指定してください。"
    }
    separate_by_blanks() {
        en: "separate order numbers by blanks, not by commas",
        ja: "受注番号が複数ある場合は、カンマではなく空白で区切ってください。"
    }
    meant_by_id(number) {
        en: "what was typed is the 受注ID of order {number}",
        ja: "入力された値は受注 {number} の受注IDのため、{number} として検索します。"
    }
    /// What was typed may be a telephone number.
    like_a_telephone() {
        en: "what was typed looks like a telephone number; the order number (受注番号) stands in 受注管理: ecforce's have 10 letters and digits",
        ja: "入力された値は電話番号のようです。「受注管理」に表示される受注番号(半角英数字10文字)を指定してください。"
    }
    /// Order numbers from standard input.
    type_a_number() { en: "type order numbers, then press Enter", ja: "受注番号を入力し、Enterを押してください。" }
    type_numbers() {
        en: "type or paste order numbers, then press Ctrl-D on an empty line",
        ja: "受注番号を入力または貼り付け、空の行でCtrl-Dを押してください。"
    }
    no_numbers() { en: "there is no order number in standard input", ja: "標準入力に受注番号がありません。" }
    no_numbers_hint() {
        en: "give order numbers as arguments, or one a line in standard input",
        ja: "受注番号を引数で指定するか、標準入力に1行に1件ずつ入力してください。"
    }
    not_a_number_in(line) {
        en: "standard input, line {line}: expected order numbers alone: 1 to 64 ASCII letters, digits, `-` or `_`",
        ja: "標準入力の{line}行目に、受注番号ではない文字があります。受注番号(半角英数字・「-」・「_」で1〜64文字)だけを入力してください。"
    }
    stdin_twice() {
        en: "standard input cannot be both the order numbers and the payment history",
        ja: "標準入力から受注番号と決済履歴の両方は読み取れません。"
    }
    stdin_twice_hint() { en: "give the order number as an argument", ja: "受注番号は引数で指定してください。" }
    /// The numbers of a pasted history.
    took(count, numbers) { en: "order numbers taken from the text ({count}): {numbers}", ja: "貼り付けられた内容から受注番号を{count}件読み取りました: {numbers}" }
    took_none() {
        en: "found no order number in the text of --history",
        ja: "`--history` の内容に受注番号が見つかりません。"
    }
    took_none_hint() {
        en: "copy the rows of 受注管理 > 詳細 > 決済履歴 with their order numbers (10 letters and digits)",
        ja: "「受注管理 > 詳細 > 決済履歴」の行を、受注番号(半角英数字10文字)を含めてコピーしてください。"
    }
    saved(number) { en: "saved the payment history of {number} in the store", ja: "{number} の決済履歴を保存しました。" }
    /// Tokens that may be telephone numbers.
    not_kept(count) {
        en: "left out {count} of them: digits alone, without a time and unknown to the store",
        ja: "数字のみの{count}件は、決済日時がなく取り込んだデータにもないため、保存していません。"
    }
    history_of_one() {
        en: "--history is the payment history of one order, but several numbers were given",
        ja: "`--history` は1件の受注の決済履歴です。受注番号が複数指定されています。"
    }
    history_of_one_hint() { en: "give one number", ja: "受注番号を1つだけ指定してください。" }
    paste_now() {
        en: "paste the payment history, then press Ctrl-D on an empty line",
        ja: "決済履歴を貼り付け、空の行でCtrl-Dを押してください。"
    }
    /// The rules are not asked.
    no_rules() {
        en: "there is no configuration with an `[oplux]` table, so causes that depend on the settings were passed over",
        ja: "設定ファイルに `[oplux]` の設定がないため、設定に基づく理由は判定していません。"
    }
    no_oplux_hint() {
        en: "set it as ecforce is set: `oplux config set oplux.enabled true`, and each payment method with `oplux methods add ID NAME`",
        ja: "ecforceの設定に合わせてください: `oplux config set oplux.enabled true`。支払い方法は1件ずつ登録してください: `oplux methods add ID NAME`"
    }
    no_rules_hint() {
        en: "write one with `oplux config init`, then set it as ecforce is set: `oplux config set oplux.enabled true`, and each payment method with `oplux methods add ID NAME`",
        ja: "次のコマンドで作成してください: `oplux config init`。続けて、ecforceの設定に合わせてください: `oplux config set oplux.enabled true`。支払い方法は1件ずつ登録してください: `oplux methods add ID NAME`"
    }
}

/// Whether a payment is that of a thanks offer.
pub fn thanks_offer(is: bool) -> Text {
    if is { yes() } else { no() }
}

/// How far apart an order and an event are.
pub fn minutes(after: i64) -> Text {
    match after {
        0 => same_minute(),
        1.. => minutes_after(after),
        _ => minutes_before(-after),
    }
}

/// A step, but for the number that it is about: several numbers can have the same.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Search,
    SearchOther(OrderNumber),
    /// With what ecforce shows, and the result of the event that differs.
    Drift(Drift, AutoResult, String),
    /// The event waits for a person (R14).
    Review,
    /// With the first payment's number.
    ThanksOffer(OrderNumber),
    /// Look for the first payment's number; with the one that is likely.
    FirstPayment(Option<OrderNumber>),
    OrderUnknown,
    /// With what was searched besides the number.
    EventExpected(Vec<OrderNumber>),
    /// The same where a history names the first payment's number.
    EventExpectedLater(Vec<OrderNumber>),
    EventsNotLoaded(Option<jiff::civil::Date>),
    /// With when the order was created, where the step is of one alone.
    BeforeIntegration(Option<JstTime>),
    ScreeningFailed,
    /// With the payment method of the order.
    NotScreened(Cause, Option<u64>, Option<String>),
    NoCause,
    HistoryUnknown,
}

/// What was looked at and what to do next.
pub fn next_steps(traced: &Traced) -> Vec<Text> {
    let numbers = std::slice::from_ref(&traced.number);
    let steps = steps(traced).into_iter();
    steps.map(|step| step.text(numbers)).collect()
}

/// The steps of several numbers: equal ones once, with the numbers that they concern.
#[derive(Debug, Default)]
pub struct StepsOfSeveral(Vec<(Step, Vec<OrderNumber>)>);

impl StepsOfSeveral {
    /// Adds those of a number.
    pub fn push(&mut self, traced: &Traced) {
        for step in steps(traced) {
            let step = match step {
                // Each order has another time.
                Step::BeforeIntegration(_) => Step::BeforeIntegration(None),
                step => step,
            };
            match self.0.iter_mut().find(|(known, _)| *known == step) {
                None => self.0.push((step, vec![traced.number.clone()])),
                Some((_, numbers)) if numbers.contains(&traced.number) => {}
                Some((_, numbers)) => numbers.push(traced.number.clone()),
            }
        }
    }

    /// The steps in words.
    pub fn told(&self) -> Vec<Text> {
        let told = |(step, numbers): &(Step, Vec<OrderNumber>)| match step.names_numbers() {
            true => step.text(numbers),
            false => Text::joined(&[words::listed(numbers), step.text(numbers)], ": "),
        };
        self.0.iter().map(told).collect()
    }
}

/// What was looked at for a cause and what to do next.
pub fn cause_step(
    cause: MainCause,
    number: &OrderNumber,
    searched: &[OrderNumber],
    created: Option<JstTime>,
    standing: &Standing,
) -> Text {
    step_of_cause(cause, searched, created, standing, None).text(std::slice::from_ref(number))
}

fn steps(traced: &Traced) -> Vec<Step> {
    let Some(event) = traced.found() else {
        return steps_without_event(traced);
    };
    let first = match traced.verdict {
        Verdict::Direct => Step::Search,
        _ => Step::SearchOther(event.merchant_management_id.clone()),
    };
    let mut steps = vec![first];
    steps.extend(drift_step(traced, event));
    steps.extend(event.waits_for_a_person().then_some(Step::Review));
    steps
}

fn steps_without_event(traced: &Traced) -> Vec<Step> {
    let mut steps = Vec::new();
    if traced.lacks_first_payment() {
        let nearest = traced.suggestions.first();
        let likely = nearest.map(|nearest| nearest.event.merchant_management_id.clone());
        steps.push(Step::FirstPayment(likely));
    }
    // R9: what to search for is known from the history alone.
    let first = traced.search_for().cloned();
    let is_said =
        first.is_some() && traced.cause == Some(MainCause::NotScreened(Cause::ThanksOfferPayment));
    steps.extend(first.map(Step::ThanksOffer));
    if !is_said {
        let order = traced.order.as_ref();
        let created = order.and_then(|order| order.created_at);
        let (searched, standing) = (&traced.searched, &traced.standing);
        steps.push(match traced.cause {
            Some(cause) => step_of_cause(cause, searched, created, standing, order),
            None => Step::NoCause,
        });
    }
    steps.extend(traced.history_unknown.then_some(Step::HistoryUnknown));
    steps
}

fn drift_step(traced: &Traced, event: &EventRecord) -> Option<Step> {
    let shown = traced.ecforce_result()?;
    let drift = traced.drift?;
    let result = match drift {
        Drift::AutoMismatch => event.auto_result.clone()?,
        Drift::ManualChanged => event.manual_result.clone()?,
    };
    Some(Step::Drift(drift, shown, result))
}

/// `searched` begins with the number itself.
fn step_of_cause(
    cause: MainCause,
    searched: &[OrderNumber],
    created: Option<JstTime>,
    standing: &Standing,
    order: Option<&OrderRecord>,
) -> Step {
    let further = || searched.iter().skip(1).cloned().collect();
    match cause {
        MainCause::OrderUnknown => Step::OrderUnknown,
        MainCause::EventExpected => match screened_as(standing) {
            Some(_) => Step::EventExpectedLater(further()),
            None => Step::EventExpected(further()),
        },
        MainCause::EventsNotLoaded => Step::EventsNotLoaded(created.map(|at| at.civil().date())),
        MainCause::BeforeIntegration => Step::BeforeIntegration(created),
        MainCause::ScreeningFailed => Step::ScreeningFailed,
        MainCause::NotScreened(cause) => match (cause, screened_as(standing)) {
            (Cause::ThanksOfferPayment, Some(first)) => Step::ThanksOffer(first.clone()),
            _ => Step::NotScreened(
                cause,
                order.and_then(|order| order.payment_method_id),
                order.and_then(|order| order.payment_method.clone()),
            ),
        },
    }
}

impl Step {
    /// Whether its text names the numbers that it is about.
    fn names_numbers(&self) -> bool {
        matches!(
            self,
            Self::Search
                | Self::SearchOther(_)
                | Self::FirstPayment(_)
                | Self::OrderUnknown
                | Self::EventExpected(_)
                | Self::EventExpectedLater(_)
                | Self::ScreeningFailed
                | Self::HistoryUnknown
        )
    }

    /// The step in words, of at least one number.
    fn text(&self, numbers: &[OrderNumber]) -> Text {
        let listed = words::listed(numbers);
        let searched = |further: &[OrderNumber]| words::listed(&[numbers, further].concat());
        let Some(number) = numbers.first() else {
            return listed;
        };
        match self {
            Self::Search => words::step_search(listed),
            Self::SearchOther(other) => words::step_search_other(listed, other),
            Self::Drift(Drift::AutoMismatch, shown, auto) => words::drift_auto(shown, auto),
            Self::Drift(Drift::ManualChanged, shown, manual) => words::drift_manual(shown, manual),
            Self::Review => {
                let numbers: Vec<_> = numbers.iter().map(Text::same).collect();
                at_oplux::step_review(Text::joined(&numbers, " "))
            }
            Self::ThanksOffer(first) => words::step_thanks_offer(first),
            Self::FirstPayment(None) => words::step_thanks_unknown(listed),
            Self::FirstPayment(Some(likely)) => words::step_thanks_likely(listed, likely),
            Self::OrderUnknown => words::step_order_unknown(listed),
            Self::EventExpected(further) => words::step_event_expected(searched(further)),
            Self::EventExpectedLater(further) => {
                words::step_event_expected_later(searched(further))
            }
            Self::EventsNotLoaded(day) => {
                let day = day.map(Text::same);
                words::step_events_not_loaded(day.unwrap_or_else(words::that_day))
            }
            Self::BeforeIntegration(Some(created)) => words::step_before_integration(created),
            Self::BeforeIntegration(None) => words::step_before_integration_of_several(),
            Self::ScreeningFailed => words::step_screening_failed(listed, number),
            Self::NotScreened(cause, id, name) => {
                screening::explanation(*cause, *id, name.as_deref())
            }
            Self::NoCause => words::step_no_cause(),
            Self::HistoryUnknown if numbers.len() == 1 => words::step_history_unknown(number),
            Self::HistoryUnknown => words::step_histories_unknown(listed, number),
        }
    }
}
