//! An input that is read twice: checked whole, then read again order by order to be sent.

use std::{fmt, fs::File, io::Read, ops::ControlFlow, sync::Arc};

use super::{
    again::InputOrders,
    error::InputError,
    kept::Keeping,
    numbers::{Hash, Hashes, Numbers, Suspects},
    origin::{Identity, Origin, Reader},
    reader::OrderReader,
    source::{Located, Source},
};
use crate::domain::order::{Order, OrderNumber};

/// An input that was read once and is sound: every order, and every number once.
///
/// In memory it holds 12 bytes an order, whatever the orders are, and what can be read once only
/// (standard input, pipes), packed. Its `Debug` says nothing of what it holds.
pub struct Input(Arc<Checked>);

/// What the second pass shares with the input.
pub(super) struct Checked {
    pub(super) parts: Vec<Part>,
    pub(super) hash: Hash,
    numbers: Hashes,
    /// Of every order of the input.
    pub(super) fingerprints: Vec<u32>,
}

/// A source and what the first pass found in it.
pub(super) struct Part {
    pub(super) source: Arc<Source>,
    pub(super) origin: Origin,
    /// How many orders.
    pub(super) count: usize,
}

impl Input {
    /// The first pass: reads all of all sources. `each` gets every order up to the first problem.
    ///
    /// Files are remembered by their path and what they were. Standard input, and files that
    /// cannot be read twice, are kept in memory.
    ///
    /// # Errors
    /// [`InputError`] with all problems of all sources.
    pub fn check(
        sources: &[Source],
        stdin: &mut dyn Read,
        each: &mut dyn FnMut(&Located<Order>),
    ) -> Result<Self, InputError> {
        Self::check_by(Hash::random(), sources, stdin, each)
    }

    /// The same with a certain hash.
    pub(super) fn check_by(
        hash: Hash,
        sources: &[Source],
        stdin: &mut dyn Read,
        each: &mut dyn FnMut(&Located<Order>),
    ) -> Result<Self, InputError> {
        let mut reader = OrderReader::hashing(hash.clone());
        let parts: Vec<_> = sources
            .iter()
            .map(|source| first_pass(source, stdin, &mut reader, each))
            .collect();
        let (problems, hashes, fingerprints) = reader.into_parts();
        let numbers = Hashes::new(hash.clone(), hashes);
        let suspects = numbers.suspects();
        if suspects.is_empty() {
            problems.into_result()?;
        } else {
            // It finds the other problems again, too, and so tells all in the input's order.
            confirm(&parts, &hash, suspects)?;
        }
        Ok(Self(Arc::new(Checked {
            parts,
            hash,
            numbers,
            fingerprints,
        })))
    }

    /// How many orders there are in the whole input. One gives one object with `--format json`,
    /// however it was put in.
    pub fn len(&self) -> usize {
        self.0.fingerprints.len()
    }

    /// Whether there is none: the input is an empty array.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether an order of the input has this number.
    ///
    /// False is certain. True is so but for one number in 10¹³ (with a million orders), for only
    /// hashes are kept. It is for the question whether something is still to come in this input
    /// (a first payment is settled before its later ones): who waits for it has to go on when
    /// all orders have come and it was not among them.
    pub fn contains(&self, number: &OrderNumber) -> bool {
        self.0.numbers.contains(number)
    }

    /// The second pass, from the start: the orders that were checked, in their order, read as
    /// they are asked for. It can be begun any number of times.
    pub fn orders(&self) -> InputOrders {
        InputOrders::new(Arc::clone(&self.0))
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut input = f.debug_struct("Input");
        input.field("orders", &self.len()).finish_non_exhaustive()
    }
}

fn first_pass(
    source: &Source,
    stdin: &mut dyn Read,
    reader: &mut OrderReader,
    each: &mut dyn FnMut(&Located<Order>),
) -> Part {
    let source = Arc::new(source.clone());
    let before = reader.count();
    let mut each = |order: Located<Order>| {
        each(&order);
        ControlFlow::Continue(())
    };
    let mut keep = |from: &mut dyn Read| {
        let mut keeping = Keeping::new(from);
        let _ = reader.read(&source, &mut keeping, &mut each);
        Origin::Memory(Arc::new(keeping.finish()))
    };
    let origin = match &*source {
        Source::Stdin => keep(stdin),
        Source::File(path) => match File::open(path) {
            Err(error) => {
                reader.unreadable(&source, &error);
                Origin::Unreadable(error)
            }
            Ok(mut file) => match Identity::of_rereadable(&file) {
                None => keep(&mut file),
                Some(identity) => {
                    let _ = reader.read(&source, &mut file, &mut each);
                    Origin::File(identity)
                }
            },
        },
    };
    Part {
        count: reader.count() - before,
        source,
        origin,
    }
}

/// Hashes were met twice: reads all once more and looks at the numbers themselves. (A file that
/// changes in between without a trace is told by the second pass, by its fingerprints.)
fn confirm(parts: &[Part], hash: &Hash, suspects: Suspects) -> Result<(), InputError> {
    let numbers = Numbers::Suspected(hash.clone(), suspects, Default::default());
    let mut reader = OrderReader::noting(numbers);
    for part in parts {
        let mut from = match &part.origin {
            Origin::File(identity) => Reader::file(&part.source, identity)?,
            Origin::Memory(kept) => Reader::memory(kept),
            Origin::Unreadable(error) => {
                reader.unreadable(&part.source, error);
                continue;
            }
        };
        let each = &mut |_| ControlFlow::Continue(());
        let _ = reader.read(&part.source, &mut from, each);
    }
    reader.finish().map(|_| ())
}
