//! What the writer is asked: a piece of work within its transaction, and who waits for the answer.

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::store::StoreError;

/// What is lost where a request is not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Purpose {
    /// Nothing: an order is not begun.
    Start,
    /// The outcome of an order that was sent.
    Outcome,
}

/// A request as the writer sees it, whatever its answer is.
pub(in crate::store) trait Request: Send {
    fn purpose(&self) -> Purpose;
    /// Does the work. It can be done again where its transaction was lost.
    fn work(&mut self, conn: &Connection) -> rusqlite::Result<()>;
    /// Answers with what the last [`Request::work`] gave, or with why it is not on the disk.
    fn answer(self: Box<Self>, written: Result<(), StoreError>);
}

struct Task<T, W> {
    purpose: Purpose,
    work: W,
    given: Option<T>,
    asker: oneshot::Sender<Result<T, StoreError>>,
}

/// A request for `work`, and where its answer comes.
pub(in crate::store) fn new<T, W>(
    purpose: Purpose,
    work: W,
) -> (Box<dyn Request>, oneshot::Receiver<Result<T, StoreError>>)
where
    T: Send + 'static,
    W: FnMut(&Connection) -> rusqlite::Result<T> + Send + 'static,
{
    let (asker, answer) = oneshot::channel();
    let task = Task {
        purpose,
        work,
        given: None,
        asker,
    };
    (Box::new(task), answer)
}

impl<T, W> Request for Task<T, W>
where
    T: Send,
    W: FnMut(&Connection) -> rusqlite::Result<T> + Send,
{
    fn purpose(&self) -> Purpose {
        self.purpose
    }

    fn work(&mut self, conn: &Connection) -> rusqlite::Result<()> {
        self.given = Some((self.work)(conn)?);
        Ok(())
    }

    fn answer(self: Box<Self>, written: Result<(), StoreError>) {
        let answer = match (written, self.given) {
            (Err(error), _) => Err(error),
            (Ok(()), Some(given)) => Ok(given),
            // Not answered at all: the asker takes the writer for gone.
            (Ok(()), None) => return,
        };
        // An asker that does not wait any more has nobody to be told.
        let _ = self.asker.send(answer);
    }
}
