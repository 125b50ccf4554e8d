//! The next steps of `trace`: what was looked at and what to do, of one number or of several.

use super::{Text, at_oplux, matching as words, screening};
use crate::domain::{
    eligibility::{Cause, screened_as},
    event::{AutoResult, EventRecord},
    matching::{Drift, MainCause, Traced, Verdict},
    order::{OrderNumber, OrderRecord},
    payment::Standing,
    time::JstTime,
};

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
