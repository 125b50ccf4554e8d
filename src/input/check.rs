//! An input that was read whole and is sound: every order, and every number once.

use std::{collections::HashSet, fmt, io::Read, ops::ControlFlow, sync::Arc};

use super::{
    error::InputError,
    reader::for_each_order,
    source::{Located, Source},
};
use crate::domain::order::{Order, OrderNumber};

/// The orders of an input, in memory. Its `Debug` says nothing of what it holds.
pub struct Input {
    orders: Arc<Vec<Located<Order>>>,
    numbers: HashSet<OrderNumber>,
}

impl Input {
    /// Reads all of all sources. `each` gets every order up to the first problem.
    ///
    /// # Errors
    /// [`InputError`] with all problems of all sources.
    pub fn check(
        sources: &[Source],
        stdin: &mut dyn Read,
        each: &mut dyn FnMut(&Located<Order>),
    ) -> Result<Self, InputError> {
        let mut orders = Vec::new();
        for_each_order(sources, stdin, &mut |order| {
            each(&order);
            orders.push(order);
            ControlFlow::Continue(())
        })?;
        let number = |order: &Located<Order>| order.value.facts.number.clone();
        Ok(Self {
            numbers: orders.iter().map(number).collect(),
            orders: Arc::new(orders),
        })
    }

    /// How many orders there are in the whole input. One gives one object with `--format json`,
    /// however it was put in.
    pub fn len(&self) -> usize {
        self.orders.len()
    }

    /// Whether there is none: the input is an empty array.
    pub fn is_empty(&self) -> bool {
        self.orders.is_empty()
    }

    /// Whether an order of the input has this number.
    pub fn contains(&self, number: &OrderNumber) -> bool {
        self.numbers.contains(number)
    }

    /// The orders, in their order. It can be begun any number of times.
    pub fn orders(&self) -> impl Iterator<Item = Located<Order>> + Send + use<> {
        let orders = Arc::clone(&self.orders);
        (0..orders.len()).map(move |index| orders[index].clone())
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut input = f.debug_struct("Input");
        input.field("orders", &self.len()).finish_non_exhaustive()
    }
}
