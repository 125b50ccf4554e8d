//! Which orders are screened, and the cause why one is not (R3 to R5, R7 to R9).

use super::{
    named,
    order::{Channel, OrderFacts, OrderNumber, OrderRecord},
    payment::Standing,
    settings::{PaymentMethod, Settings},
};

named! {
    /// Why an order was not screened. `DOMAIN.md` gives their order: the first that applies is it.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Cause {
        /// R3: the master switch is off.
        OpluxDisabled = "oplux-disabled",
        /// R8: generated from an existing subscription.
        SubscriptionOrder = "subscription-order",
        /// R8: made in 受注管理 > 受注作成.
        AdminOrder = "admin-order",
        /// R8: registered by CSV.
        CsvOrder = "csv-order",
        /// R9: a later payment; the screening of the first payment stands.
        ThanksOfferPayment = "thanks-offer-payment",
        /// R4: the payment method is not in the configuration.
        MethodUnknown = "method-unknown",
        /// R4: the payment method has O-PLUX off.
        MethodDisabled = "method-disabled",
        /// R5: a registered customer's second or later purchase, and those are not screened.
        ExistingCustomer = "existing-customer",
    }
}

/// Whether an order is to be screened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Eligibility<'a> {
    /// It is, with this payment method's settings.
    Screened(&'a PaymentMethod),
    /// It is not, for this cause.
    NotScreened(Cause),
}

/// Whether the order is to be screened. `standing` is what the histories say of its number.
pub fn decide<'a>(
    order: &OrderFacts,
    standing: &Standing,
    settings: &'a Settings,
) -> Eligibility<'a> {
    let facts = Facts {
        channel: Some(order.channel),
        payment_method_id: Some(order.payment_method_id),
        payment_method: None,
        registered: Some(order.registered),
        purchase_number: Some(order.purchase_number),
    };
    if settings.enabled != Some(true) {
        return Eligibility::NotScreened(Cause::OpluxDisabled);
    }
    match cause(&facts, standing, Some(settings)) {
        Ok(Some(method)) => Eligibility::Screened(method),
        Ok(None) => Eligibility::NotScreened(Cause::MethodUnknown),
        Err(cause) => Eligibility::NotScreened(cause),
    }
}

/// The facts that the rules ask for, each where it is known.
struct Facts<'o> {
    channel: Option<Channel>,
    payment_method_id: Option<u64>,
    payment_method: Option<&'o str>,
    registered: Option<bool>,
    purchase_number: Option<u32>,
}

/// The cause why an order of which not everything is known is not screened. A rule whose facts or
/// settings are unknown is passed over; none where no rule speaks against a screening.
pub fn cause_of_known(
    order: &OrderRecord,
    standing: &Standing,
    settings: Option<&Settings>,
) -> Option<Cause> {
    let facts = Facts {
        channel: order.channel,
        payment_method_id: order.payment_method_id,
        payment_method: order.payment_method.as_deref(),
        registered: order.registered,
        purchase_number: order.purchase_number,
    };
    cause(&facts, standing, settings).err()
}

/// The payment method of an order that is screened (none where it is unknown), or why it is not.
fn cause<'a>(
    order: &Facts<'_>,
    standing: &Standing,
    settings: Option<&'a Settings>,
) -> Result<Option<&'a PaymentMethod>, Cause> {
    // R3
    if settings.is_some_and(|settings| settings.enabled == Some(false)) {
        return Err(Cause::OpluxDisabled);
    }
    // R8
    match order.channel {
        Some(Channel::Subscription) => return Err(Cause::SubscriptionOrder),
        Some(Channel::Admin) => return Err(Cause::AdminOrder),
        Some(Channel::Csv) => return Err(Cause::CsvOrder),
        Some(Channel::Lp | Channel::Shop) | None => {}
    }
    // R9
    if matches!(standing, Standing::Later { .. }) {
        return Err(Cause::ThanksOfferPayment);
    }
    // The rules from here on ask the settings.
    let Some(settings) = settings else {
        return Ok(None);
    };
    // R4
    let method = match (order.payment_method_id, order.payment_method) {
        (Some(id), _) => Some(settings.method(id).ok_or(Cause::MethodUnknown)?),
        // ecforce's exports have the name alone. Where it names a configured method, the store gives
        // that one's ID, but for a name that two have.
        (None, Some(name)) if !settings.names_method(name) => return Err(Cause::MethodUnknown),
        (None, _) => None,
    };
    if method.is_some_and(|method| !method.oplux) {
        return Err(Cause::MethodDisabled);
    }
    // R5
    let is_existing = order.registered == Some(true) && order.purchase_number >= Some(2);
    if is_existing && !settings.screen_existing_customers {
        return Err(Cause::ExistingCustomer);
    }
    Ok(method)
}

/// The number whose screening stands for a later payment, where there is one (R9).
pub fn screened_as(standing: &Standing) -> Option<&OrderNumber> {
    match standing {
        Standing::Later { first } => first.as_ref(),
        Standing::NotLater | Standing::NotListed => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{order::Yen, payment::History};

    #[derive(Debug, Clone, Copy)]
    enum Method {
        Unknown,
        Off,
        On,
    }

    fn settings(enabled: bool, existing: bool, method: Method) -> Settings {
        // Another method, with the switch the other way, must not matter.
        let [of_order, other] = match method {
            Method::Unknown => [None, Some(true)],
            Method::Off => [Some(false), Some(true)],
            Method::On => [Some(true), Some(false)],
        };
        let methods = [(1, of_order), (2, other)].into_iter();
        let methods = methods.filter_map(|(id, oplux)| Some(PaymentMethod::with_oplux(id, oplux?)));
        Settings {
            enabled: Some(enabled),
            screen_existing_customers: existing,
            ..Settings::with_methods(methods.collect())
        }
    }

    fn order(channel: Channel, registered: bool, purchase_number: u32) -> OrderFacts {
        OrderFacts {
            number: "a905125d2a".parse().unwrap(),
            channel,
            created_at: None,
            payment_method_id: 1,
            total: Yen(3980),
            customer_id: None,
            registered,
            purchase_number,
            ad_url: None,
            history: History::default(),
        }
    }

    /// Every rule as a row of its own: when it holds, and the cause it gives. The first that
    /// holds must be the answer, over the whole input space.
    #[test]
    fn the_first_cause_of_the_table_is_the_answer_in_every_combination() {
        let later = |first: Option<&str>| Standing::Later {
            first: first.map(|number| number.parse().unwrap()),
        };
        let standings = [
            (Standing::NotLater, false),
            (Standing::NotListed, false),
            (later(None), true),
            (later(Some("b1c2d3e4f5")), true),
        ];
        let mut seen = std::collections::BTreeSet::<Option<Cause>>::new();
        for combination in 0..2 * 5 * 4 * 3 * 2 * 4 * 2 {
            // The digits of the combination choose one of each.
            let mut rest = combination;
            let mut choose = |of: usize| {
                let chosen = rest % of;
                rest /= of;
                chosen
            };
            let (enabled, existing, registered) = (choose(2) == 1, choose(2) == 1, choose(2) == 1);
            let (channel, (standing, is_later)) = (Channel::ALL[choose(5)], &standings[choose(4)]);
            let method = [Method::Unknown, Method::Off, Method::On][choose(3)];
            let purchase_number = [1, 2, 3, u32::MAX][choose(4)];
            let is_existing = registered && purchase_number != 1;
            let rules = [
                (Cause::OpluxDisabled, !enabled),
                (Cause::SubscriptionOrder, channel.name() == "subscription"),
                (Cause::AdminOrder, channel.name() == "admin"),
                (Cause::CsvOrder, channel.name() == "csv"),
                (Cause::ThanksOfferPayment, *is_later),
                (Cause::MethodUnknown, matches!(method, Method::Unknown)),
                (Cause::MethodDisabled, matches!(method, Method::Off)),
                (Cause::ExistingCustomer, is_existing && !existing),
            ];
            let first = rules.into_iter().find(|(_, holds)| *holds);
            let settings = settings(enabled, existing, method);
            let order = order(channel, registered, purchase_number);
            let found = match decide(&order, standing, &settings) {
                Eligibility::Screened(method) => {
                    assert_eq!(method.id, 1);
                    None
                }
                Eligibility::NotScreened(cause) => Some(cause),
            };
            let expected = first.map(|(cause, _)| cause);
            assert_eq!(found, expected, "{order:?} {standing:?} {settings:?}");
            seen.insert(found);
        }
        assert_eq!(
            seen.len(),
            Cause::ALL.len() + 1,
            "every cause, and being screened"
        );
    }
}
