//! The account of the configuration as an endpoint of O-PLUX's API.

use crate::{
    config::Account,
    http::Clock,
    oplux::{CallError, Client, Endpoint},
};

/// Where and as whom to speak to O-PLUX, by the configuration.
pub fn of_account(account: &Account) -> Endpoint {
    Endpoint {
        service: account.service,
        register_url: account.register_url.clone(),
        name_url: account.name_url.clone(),
        shop_id: account.shop_id.clone(),
        connection_id: account.connection_id.clone(),
        secret_key: account.secret_key.clone(),
        hash_method: account.hash_method,
        timeout_seconds: account.timeout_seconds,
    }
}

/// A client for the account, beside its model (審査モデルID).
///
/// # Errors
/// Where an address breaks the rules.
pub fn client(account: &Account, clock: Clock) -> Result<(Client, String), CallError> {
    Ok((
        Client::new(of_account(account), clock)?,
        account.model_id.clone(),
    ))
}
