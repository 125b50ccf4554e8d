//! The names of things, with the terms of ecforce's and O-PLUX's admin screens.

use super::{Text, texts};
use crate::domain::event::Service;

texts! {
    /// The service's own name.
    oplux() { en: "O-PLUX", ja: "O-PLUX" }
    /// The sister's own name (R15).
    fraud_checker() { en: "Fraud Checker (不正利用チェッカー)", ja: "不正利用チェッカー" }
}

/// A service by its own name (R15).
pub fn service(service: Service) -> Text {
    match service {
        Service::OPlux => oplux(),
        Service::FraudChecker => fraud_checker(),
    }
}
