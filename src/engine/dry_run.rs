//! Decides, and shows what would be sent. Nothing is sent, and nothing is stored.

use anyhow::Result;

use crate::{
    config::Draft,
    domain::{order::Order, settings::PaymentMethod, time::JstTime},
    oplux::{Names, register, signature},
    store::Store,
};

use super::{
    decide::{Decider, Decision},
    outcome::{Outcome, Trouble},
};

/// What would become of `order` now. The request is built without the name API.
///
/// # Errors
/// Where the store cannot be read, or a redirect that is needed has no URL.
pub fn outcome(
    decider: &Decider<'_>,
    order: &Order,
    store: Option<&Store>,
    draft: &Draft,
    now: JstTime,
) -> Result<Outcome> {
    let service = decider.settings.service;
    Ok(match decider.decide(order, store)? {
        Decision::Reuse(stored) => decider.reuse(order, *stored)?,
        Decision::Unknown(attempt) => {
            let number = &order.facts.number;
            let trouble = Trouble::outcome_unknown(number, attempt.began_at, None);
            Outcome::Failed { service, trouble }
        }
        Decision::NotScreened { cause, screened_as } => {
            let stored = match (&screened_as, store) {
                (Some(first), Some(store)) => store.latest_event(first, service)?,
                _ => None,
            };
            Outcome::NotScreened {
                cause,
                screened_as,
                event: stored.map(|stored| stored.event),
            }
        }
        Decision::Send { method, .. } => Outcome::Planned {
            service,
            request: request(order, method, draft, now)?,
        },
    })
}

/// The request as it would be sent now, by what the configuration has: what it lacks is `null`,
/// and so is the signature without a secret.
fn request(
    order: &Order,
    method: &PaymentMethod,
    draft: &Draft,
    now: JstTime,
) -> Result<serde_json::Value> {
    let account = register::Account {
        shop_id: draft.shop_id.as_deref().unwrap_or_default(),
        model_id: draft.model_id.as_deref().unwrap_or_default(),
        hash_method: draft.hash_method,
    };
    let request = register::build(order, method, account, &Names::default(), now);
    let mut request = serde_json::to_value(&request)?;
    let signed = match (&draft.connection_id, &draft.shop_id, &draft.secret_key) {
        (Some(connection_id), Some(shop_id), Some(secret)) => {
            let method = account.hash_method;
            signature::sign(method, connection_id, shop_id, now, secret).into()
        }
        _ => serde_json::Value::Null,
    };
    request["info"]["signature"] = signed;
    for absent in ["/info/shop_id", "/telegram/event/model_id"] {
        if let Some(value) = request.pointer_mut(absent).filter(|value| *value == "") {
            *value = serde_json::Value::Null;
        }
    }
    Ok(request)
}
