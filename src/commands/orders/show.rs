//! `oplux orders show`: one number with everything that belongs to it (R13).

use anyhow::Result;

use super::{Context, Methods};
use crate::{
    domain::asked::Asked,
    engine::whole::Whole,
    exit::{Exit, Failure},
    locales::{Said, lists as words},
    output::Format,
    store::Store,
};

/// Shows the number.
///
/// # Errors
/// Where the store or the configuration cannot be used, or nothing in the store bears the number.
pub(super) fn run(asked: &Asked, context: &Context) -> Result<Exit> {
    context.no_list_format()?;
    let (config, out) = (context.config_if_any()?, &context.out);
    let methods = Methods(config.as_ref());
    let store = context.store_to_ask(config.as_ref())?;
    let look = store.as_ref().map(Store::look).transpose()?;
    let number = context.number_meant(asked, look.as_ref())?;
    let whole = match &look {
        Some(look) if look.knows(&number)? => {
            Some(Whole::find(look, &number, |order| methods.row(order))?)
        }
        _ => None,
    };
    let Some(whole) = whole else {
        let said = Said::new(words::no_such_order(&number)).hint(words::no_such_order_hint());
        return Err(Failure::not_found(said).into());
    };
    if out.format == Format::Json {
        out.json(&whole)?;
        return Ok(Exit::Done);
    }
    match &whole.order {
        Some(order) => out.card(&order.card(out.lang))?,
        None => out.sentence(out.say(&words::not_an_order(&number)))?,
    }
    whole.tell(None, out)?;
    Ok(Exit::Done)
}
