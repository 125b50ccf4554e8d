//! What happens to a purchase at a result (挙動, R6), and when an order is created by force (R10).

use serde::Serialize;

use super::{
    event::AutoResult,
    order::OrderAdUrl,
    settings::{Behaviour, Behaviours, PaymentMethod, Settings},
};

/// What happens to the purchase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disposition {
    /// The order is created.
    Create {
        /// Whether R10 turned a redirect into this.
        forced: bool,
    },
    /// The buyer is redirected, and no order is created.
    Redirect {
        /// Where to.
        url: String,
    },
}

/// A disposition field by field, as CONTRACT.md names them; none where there is no result.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DispositionFields {
    /// `create` or `redirect`.
    pub disposition: Option<&'static str>,
    /// Where to.
    pub redirect_url: Option<String>,
    /// R10.
    pub forced: bool,
}

impl From<Option<Disposition>> for DispositionFields {
    fn from(disposition: Option<Disposition>) -> Self {
        let (name, redirect_url, forced) = match disposition {
            None => (None, None, false),
            Some(Disposition::Create { forced }) => (Some("create"), None, forced),
            Some(Disposition::Redirect { url }) => (Some("redirect"), Some(url), false),
        };
        Self {
            disposition: name,
            redirect_url,
            forced,
        }
    }
}

/// The behaviour at this result is a redirect, and its URL is not set (R6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the behaviour at {0} is a redirect without a URL")]
pub struct RedirectUnset(pub AutoResult);

/// The disposition of a purchase at `result`.
///
/// # Errors
/// Where a redirect is to be carried out and its URL is not set.
pub fn decide(
    result: AutoResult,
    behaviours: &Behaviours,
    force: bool,
) -> Result<Disposition, RedirectUnset> {
    match behaviours.at(result) {
        Behaviour::Create => Ok(Disposition::Create { forced: false }),
        // R10: a redirect is not carried out.
        Behaviour::Redirect(_) | Behaviour::RedirectUnset if force => {
            Ok(Disposition::Create { forced: true })
        }
        Behaviour::Redirect(url) => Ok(Disposition::Redirect { url: url.clone() }),
        Behaviour::RedirectUnset => Err(RedirectUnset(result)),
    }
}

/// The result at which [`decide`] could fail, if there is one: asked before anything is sent.
pub fn unset_redirect(behaviours: &Behaviours, force: bool) -> Option<RedirectUnset> {
    AutoResult::ALL
        .into_iter()
        .find_map(|result| decide(result, behaviours, force).err())
}

/// R10: a redirect is not carried out where the purchase's ad URL has its thanks offer on and the
/// chosen payment method has realtime thanks offer off. What an order says of its ad URL wins over
/// the configuration; an ad URL that neither knows has no thanks offer.
pub fn is_forced(ad_url: Option<&OrderAdUrl>, method: &PaymentMethod, settings: &Settings) -> bool {
    let thanks_offer = ad_url.is_some_and(|url| {
        let configured = || url.id.and_then(|id| settings.ad_url_thanks_offer(id));
        url.thanks_offer.or_else(configured).unwrap_or(false)
    });
    thanks_offer && !method.realtime_thanks_offer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::settings::AdUrl;

    const URL: &str = "https://shop.example.com/sorry";

    fn behaviour_space() -> [Behaviour; 3] {
        [
            Behaviour::Create,
            Behaviour::Redirect(URL.to_owned()),
            Behaviour::RedirectUnset,
        ]
    }

    /// Every result, with every behaviour at each of the three results, with and without force.
    #[test]
    fn r6_and_r10_hold_in_every_combination() {
        let (space, results) = (behaviour_space(), AutoResult::ALL);
        for n in 0..27 * 4 * 2 {
            let of = |place: usize| space[n / place % 3].clone();
            let behaviours = Behaviours {
                on_hold: of(1),
                on_review: of(3),
                on_ng: of(9),
            };
            let (result, force) = (results[n / 27 % 4], n / 108 == 1);
            let own = match result {
                AutoResult::Ok => Behaviour::Create,
                AutoResult::Hold => of(1),
                AutoResult::Review => of(3),
                AutoResult::Ng => of(9),
            };
            let expected = match (own, force) {
                (Behaviour::Create, _) => Ok(Disposition::Create { forced: false }),
                (_, true) => Ok(Disposition::Create { forced: true }),
                (Behaviour::Redirect(url), false) => Ok(Disposition::Redirect { url }),
                (Behaviour::RedirectUnset, false) => Err(RedirectUnset(result)),
            };
            assert_eq!(decide(result, &behaviours, force), expected);
        }
    }

    #[test]
    fn an_unset_redirect_is_found_before_it_is_needed() {
        let (create, unset) = (Behaviour::Create, Behaviour::RedirectUnset);
        for (on_hold, on_review, on_ng, force, at) in [
            (&create, &create, &create, false, None),
            (&unset, &create, &create, false, Some(AutoResult::Hold)),
            (&create, &unset, &create, false, Some(AutoResult::Review)),
            (&create, &create, &unset, false, Some(AutoResult::Ng)),
            // R10: where the order is created by force, no URL is needed.
            (&unset, &unset, &unset, true, None),
        ] {
            let behaviours = Behaviours {
                on_hold: on_hold.clone(),
                on_review: on_review.clone(),
                on_ng: on_ng.clone(),
            };
            assert_eq!(unset_redirect(&behaviours, force), at.map(RedirectUnset));
        }
    }

    /// Whether the order names an ad URL, what it says of it, what the configuration says of it,
    /// and the method's switch: every combination.
    #[test]
    fn r10_asks_the_order_first_and_then_the_configuration() {
        let said = [None, Some(false), Some(true)];
        let mut forced_cases = 0;
        for n in 0..3 * 3 * 2 * 2 {
            let (order_says, configured) = (said[n % 3], said[n / 3 % 3]);
            let (names_id, realtime) = (n / 9 % 2 == 1, n / 18 == 1);
            let ad_urls = configured.map(|thanks_offer| AdUrl {
                id: 12,
                thanks_offer,
            });
            let settings = Settings {
                ad_urls: ad_urls.into_iter().collect(),
                ..Settings::with_methods(vec![])
            };
            let method = PaymentMethod {
                realtime_thanks_offer: realtime,
                ..PaymentMethod::with_oplux(1, true)
            };
            let ad_url = OrderAdUrl {
                id: names_id.then_some(12),
                thanks_offer: order_says,
            };
            let known = order_says.or(configured.filter(|_| names_id));
            let expected = known == Some(true) && !realtime;
            assert_eq!(is_forced(Some(&ad_url), &method, &settings), expected);
            assert!(!is_forced(None, &method, &settings));
            forced_cases += usize::from(expected);
        }
        // The order says so (3 × 2), or only the configuration does and the ID is named (1).
        assert_eq!(forced_cases, 7);
    }
}
