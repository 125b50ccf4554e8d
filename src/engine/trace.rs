//! Which event belongs to an order number (R13), and why there is none where there is none.

use crate::{
    domain::{
        matching::{
            self, Group, Histories, Known, MainCause, Suggestion, Traced, Verdict, candidates,
            has_history, main_cause, standing_of, suggest,
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
    let further: Vec<_> = pasted
        .filter(|history| !history.is_empty())
        .map(|history| (number.clone(), history.clone()))
        .into_iter()
        .collect();
    let histories = match look {
        Some(look) => look.histories_of_group(number, &further)?,
        None => further,
    };
    let group = Group::of(number, &histories);
    let searched = group.searched(number);
    let (events, order) = match look {
        Some(look) => (look.events_under(&searched)?, look.order(number)?),
        None => (vec![], None),
    };
    let candidates = candidates(&searched, events);
    let found = candidates.first();
    let shown = order.as_ref().and_then(|order| order.result);
    let mut traced = Traced {
        number: number.clone(),
        verdict: matching::verdict(number, found.map(|event| &event.merchant_management_id)),
        drift: found.and_then(|event| {
            matching::drift(shown, event.auto_result.as_deref(), event.manual_result)
        }),
        candidates,
        searched,
        group,
        standing: standing_of(number, &histories),
        cause: None,
        history_unknown: false,
        suggestions: vec![],
        order,
    };
    if traced.verdict == Verdict::NotFound {
        traced.history_unknown = !has_history(number, &histories);
        traced.cause = match look {
            Some(look) => cause_of(look, rules, number, traced.order.as_ref(), &histories)?,
            None => Some(MainCause::OrderUnknown),
        };
        traced.suggestions = match look {
            Some(look) => suggestions(look, traced.order.as_ref())?,
            None => vec![],
        };
    }
    Ok(traced)
}

/// The main cause of an order that has no event.
fn cause_of(
    look: &Look<'_>,
    rules: &Rules,
    number: &OrderNumber,
    order: Option<&OrderRecord>,
    histories: &Histories,
) -> Result<Option<MainCause>, StoreError> {
    let known = Known {
        number,
        order,
        histories,
        screening_failed: look.screening_failed(number)?,
        integrated_at: rules.integrated_at,
        settings: rules.settings.as_ref(),
    };
    main_cause(&known, |days| look.has_event_on(days))
}

fn suggestions(
    look: &Look<'_>,
    order: Option<&OrderRecord>,
) -> Result<Vec<Suggestion>, StoreError> {
    let placed = order.and_then(|order| Some((order, order.created_at?)));
    let Some((order, at)) = placed else {
        return Ok(vec![]);
    };
    Ok(suggest(order, look.events_near(at)?))
}
