//! Orders that say themselves that they were bought through a thanks offer.

use super::Histories;
use crate::domain::{
    order::{OrderNumber, OrderRecord},
    text::{folded, trim},
};

/// What 購入オファー begins with then.
const THANKS: &str = "サンクス";

/// Whether 購入オファー says that the order was bought through a thanks offer. Its event then stands
/// under the first payment's number (R9, R13), which is in the payment history alone.
pub fn is_by_thanks_offer(order: &OrderRecord) -> bool {
    let offer = order.offer.as_deref();
    offer.is_some_and(|offer| folded(trim(offer)).starts_with(THANKS))
}

/// Whether a history lists the number or is that of its order, which counts too where it does not
/// list it.
pub fn has_history(number: &OrderNumber, histories: &Histories) -> bool {
    histories.iter().any(|(order, history)| {
        order == number || history.0.iter().any(|payment| payment.number == *number)
    })
}
