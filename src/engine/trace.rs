//! Which event belongs to an order number (R13), and why there is none where there is none.

use crate::{
    domain::{
        event::EventRecord,
        matching::{
            self, Group, Histories, NearEvent, Suggestion, Traced, Verdict, WithoutEvent,
            candidates, has_history, main_cause, standing_of, suggest,
        },
        order::{OrderNumber, OrderRecord},
        payment::History,
        settings::Settings,
        time::JstTime,
    },
    store::{Look, StoreError},
};

/// What the rules go by: the configuration, as far as there is one.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Today's settings; none without an `[oplux]` table.
    pub settings: Option<Settings>,
    /// When the integration began (R7).
    pub integrated_at: Option<JstTime>,
}

/// What a number is traced by: the store, where there is one, or its tables held in memory. Every
/// method fails where the store cannot be read.
pub(super) trait Evidence {
    fn order(&self, number: &OrderNumber) -> Result<Option<OrderRecord>, StoreError>;

    /// Every history that ties a number to `number`, directly or through others. `further` are
    /// histories that the store does not have and that tie like its own.
    fn histories_of_group(
        &self,
        number: &OrderNumber,
        further: &Histories,
    ) -> Result<Vec<(OrderNumber, History)>, StoreError>;

    /// The events of these numbers, in no particular order.
    fn events_under(&self, numbers: &[OrderNumber]) -> Result<Vec<EventRecord>, StoreError>;

    /// Whether the last try to screen the number from here failed, or its outcome is unknown.
    fn screening_failed(&self, number: &OrderNumber) -> Result<bool, StoreError>;

    /// Whether any event was requested on one of these days ([`JstTime::day`]).
    fn has_event_on(&self, days: &[i64]) -> Result<bool, StoreError>;

    /// The events that were requested about when the order was placed.
    fn events_near(&self, order: &OrderRecord) -> Result<Vec<NearEvent>, StoreError>;
}

impl Evidence for Option<&Look<'_>> {
    fn order(&self, number: &OrderNumber) -> Result<Option<OrderRecord>, StoreError> {
        self.map_or(Ok(None), |look| look.order(number))
    }

    fn histories_of_group(
        &self,
        number: &OrderNumber,
        further: &Histories,
    ) -> Result<Vec<(OrderNumber, History)>, StoreError> {
        match self {
            Some(look) => look.histories_of_group(number, further),
            None => Ok(further.to_vec()),
        }
    }

    fn events_under(&self, numbers: &[OrderNumber]) -> Result<Vec<EventRecord>, StoreError> {
        self.map_or(Ok(vec![]), |look| look.events_under(numbers))
    }

    fn screening_failed(&self, number: &OrderNumber) -> Result<bool, StoreError> {
        self.map_or(Ok(false), |look| look.screening_failed(number))
    }

    fn has_event_on(&self, days: &[i64]) -> Result<bool, StoreError> {
        self.map_or(Ok(false), |look| look.has_event_on(days))
    }

    fn events_near(&self, order: &OrderRecord) -> Result<Vec<NearEvent>, StoreError> {
        match (self, order.created_at) {
            (Some(look), Some(placed)) => look.events_near(placed),
            _ => Ok(vec![]),
        }
    }
}

/// Traces one number: `look` is at the store, where there is one. `pasted` is the number's payment
/// history as it was copied off the screen, which ties numbers like those of the store.
///
/// # Errors
/// Where the store cannot be read.
pub fn trace(
    look: Option<&Look<'_>>,
    rules: &Rules,
    number: &OrderNumber,
    pasted: Option<&History>,
) -> Result<Traced, StoreError> {
    // A text without a number is no history.
    let pasted = pasted.filter(|history| !history.is_empty());
    let further: Vec<_> = pasted
        .map(|history| (number.clone(), history.clone()))
        .into_iter()
        .collect();
    let mut traced = judge(&look, rules, number, &further)?;
    if traced.verdict == Verdict::NotFound {
        traced.suggestions = suggestions(&look, traced.order.as_ref())?;
    }
    Ok(traced)
}

/// All of a trace but the suggestions, which `reconcile` needs of few orders.
pub(super) fn judge(
    evidence: &impl Evidence,
    rules: &Rules,
    number: &OrderNumber,
    further: &Histories,
) -> Result<Traced, StoreError> {
    let histories = evidence.histories_of_group(number, further)?;
    let group = Group::of(number, &histories);
    let searched = group.searched(number);
    let candidates = candidates(&searched, evidence.events_under(&searched)?);
    let order = evidence.order(number)?;
    let found = candidates.first();
    let verdict = matching::verdict(number, found.map(|event| &event.merchant_management_id));
    let shown = order.as_ref().and_then(|order| order.result);
    let cause = match verdict {
        Verdict::NotFound => {
            let known = WithoutEvent {
                number,
                order: order.as_ref(),
                histories: &histories,
                // What ecforce shows comes first: then it is not asked for.
                screening_failed: shown.is_none() && evidence.screening_failed(number)?,
                integrated_at: rules.integrated_at,
                settings: rules.settings.as_ref(),
            };
            main_cause(&known, |days| evidence.has_event_on(days))?
        }
        _ => None,
    };
    Ok(Traced {
        number: number.clone(),
        verdict,
        drift: found.and_then(|event| {
            matching::drift(
                shown,
                event.auto_result.as_deref(),
                event.manual_result.as_deref(),
            )
        }),
        candidates,
        searched,
        group,
        standing: standing_of(number, &histories),
        cause,
        history_unknown: verdict == Verdict::NotFound && !has_history(number, &histories),
        suggestions: vec![],
        order,
    })
}

/// The events that may be the one that is looked for, nearest first.
pub(super) fn suggestions(
    evidence: &impl Evidence,
    order: Option<&OrderRecord>,
) -> Result<Vec<Suggestion>, StoreError> {
    match order {
        Some(order) => Ok(suggest(order, evidence.events_near(order)?)),
        None => Ok(vec![]),
    }
}
