//! What can be read only once, held in memory so that it can be read again: standard input and
//! pipes. It is never written to a disk, for it holds personal data (CONTRACT.md).
//!
//! Orders in JSON name their fields again and again: packed by LZ4 they take about a fifth.

use std::{
    io::{self, Read},
    sync::Arc,
};

use lz4_flex::block::{compress, decompress_into};

/// What is packed at once, in bytes. LZ4 looks back 64 KiB.
const BLOCK: usize = 256 * 1024;

/// Bytes that were read, packed. It has no `Debug`.
#[derive(Default)]
pub(super) struct Kept {
    blocks: Vec<Box<[u8]>>,
    /// What ended the reading, where it was a failure: it is met again where it was.
    failure: Option<Failure>,
}

#[derive(Clone, Copy)]
enum Failure {
    OfSystem(i32),
    OfKind(io::ErrorKind),
}

impl Failure {
    fn of(error: &io::Error) -> Self {
        let of_kind = Self::OfKind(error.kind());
        error.raw_os_error().map_or(of_kind, Self::OfSystem)
    }

    fn error(self) -> io::Error {
        match self {
            Self::OfSystem(code) => io::Error::from_raw_os_error(code),
            Self::OfKind(kind) => io::Error::from(kind),
        }
    }
}

impl Kept {
    fn pack(&mut self, bytes: &[u8]) {
        self.blocks.push(compress(bytes).into_boxed_slice());
    }
}

/// Reads on and keeps what it reads.
pub(super) struct Keeping<'r> {
    from: &'r mut dyn Read,
    block: Vec<u8>,
    kept: Kept,
}

impl<'r> Keeping<'r> {
    pub(super) fn new(from: &'r mut dyn Read) -> Self {
        Self {
            from,
            block: Vec::with_capacity(BLOCK),
            kept: Kept::default(),
        }
    }

    /// What was read.
    pub(super) fn finish(mut self) -> Kept {
        if !self.block.is_empty() {
            self.kept.pack(&self.block);
        }
        self.kept
    }
}

impl Read for Keeping<'_> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let room = target.len().min(BLOCK - self.block.len());
        let count = match self.from.read(&mut target[..room]) {
            Ok(count) => count,
            Err(error) => {
                if error.kind() != io::ErrorKind::Interrupted {
                    self.kept.failure = Some(Failure::of(&error));
                }
                return Err(error);
            }
        };
        self.block.extend_from_slice(&target[..count]);
        if self.block.len() == BLOCK {
            self.kept.pack(&self.block);
            self.block.clear();
        }
        Ok(count)
    }
}

/// Reads what was kept, from its beginning.
pub(super) struct KeptReader {
    kept: Arc<Kept>,
    /// The block that is unpacked next.
    next: usize,
    block: Vec<u8>,
    filled: usize,
    read: usize,
}

impl KeptReader {
    pub(super) fn new(kept: Arc<Kept>) -> Self {
        Self {
            kept,
            next: 0,
            block: vec![0; BLOCK],
            filled: 0,
            read: 0,
        }
    }
}

impl Read for KeptReader {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if self.read == self.filled {
            let Some(packed) = self.kept.blocks.get(self.next) else {
                return self
                    .kept
                    .failure
                    .map_or(Ok(0), |failure| Err(failure.error()));
            };
            let unpacked = decompress_into(packed, &mut self.block);
            self.filled = unpacked.map_err(io::Error::other)?;
            self.read = 0;
            self.next += 1;
        }
        let mut ahead = &self.block[self.read..self.filled];
        let count = ahead.read(target)?;
        self.read += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn keep(from: &mut dyn Read) -> Arc<Kept> {
        let mut keeping = Keeping::new(from);
        let _ = io::copy(&mut keeping, &mut io::sink());
        Arc::new(keeping.finish())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_was_kept_is_read_again(part in prop::collection::vec(any::<u8>(), 0..400), times in 0..2000usize) {
            let bytes = part.repeat(times);
            let kept = keep(&mut &bytes[..]);
            for _ in 0..2 {
                let mut again = Vec::new();
                KeptReader::new(Arc::clone(&kept)).read_to_end(&mut again).unwrap();
                prop_assert!(again == bytes);
            }
        }
    }

    #[test]
    fn a_failure_is_met_again_where_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let mut unreadable = std::fs::File::open(folder.path()).unwrap();
        let kept = keep(&mut (&b"{}"[..]).chain(&mut unreadable));
        let mut again = Vec::new();
        let error = KeptReader::new(kept).read_to_end(&mut again).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::IsADirectory);
        assert_eq!(again, b"{}");
    }
}
