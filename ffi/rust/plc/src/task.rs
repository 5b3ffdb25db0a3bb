//! Futures as promises. A future is polled by the thread that runs Lisp, when its waker
//! has queued that in the event loop: so it may use objects and call procedures.

use crate::error::{Error, Result};
use crate::export::{error_of, PLUGIN};
use crate::lisp::{host, with_lisp, Lisp, Value};
use crate::sys::{self, Word};
use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::future::Future;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

type Within = fn(&mut dyn FnMut());
struct Task {
    /// Empty while it is polled and when it has ended.
    future: RefCell<Option<Pin<Box<dyn Future<Output = Result<Value>>>>>>,
    promise: Value,
    has_ended: Cell<bool>,
    is_queued: AtomicBool,
    /// What the runtime of the future wants around a poll.
    within: Within,
}
// SAFETY: all but `is_queued` is touched by who holds the Lisp world.
unsafe impl Send for Task {}
unsafe impl Sync for Task {}

impl Wake for Task {
    fn wake(self: Arc<Task>) {
        if !self.is_queued.swap(true, Ordering::AcqRel) {
            let data = Arc::into_raw(self).cast_mut().cast::<c_void>();
            // SAFETY: any thread may; the job gives the task back.
            unsafe {
                if !(host().post)(host(), run, data) {
                    drop(Arc::from_raw(data.cast::<Task>()));
                }
            }
        }
    }
}
unsafe extern "C" fn run(data: *mut c_void) {
    let task = Arc::from_raw(data.cast::<Task>());
    task.is_queued.store(false, Ordering::Release);
    poll(&Lisp::enter(), &task);
}

/// Goes on with a future, and settles its promise at the end.
fn poll(lisp: &Lisp, task: &Arc<Task>) {
    let Some(mut future) = task.future.take() else {
        // A procedure that it called waits: later.
        if !task.has_ended.get() {
            task.clone().wake();
        }
        return;
    };
    let waker = Waker::from(task.clone());
    let mut outcome = Ok(Poll::Pending);
    (task.within)(&mut || {
        let polled = AssertUnwindSafe(|| future.as_mut().poll(&mut Context::from_waker(&waker)));
        outcome = catch_unwind(polled);
    });
    let result = match outcome {
        Ok(Poll::Pending) => {
            task.future.replace(Some(future));
            return;
        }
        Ok(Poll::Ready(result)) => result,
        Err(panic) => Err(error_of(panic)),
    };
    task.has_ended.set(true);
    let mut future = Some(future);
    (task.within)(&mut || drop(future.take()));
    // SAFETY: the words lie on the stack.
    unsafe {
        let promise = task.promise.word(lisp);
        let (state, word) = match result {
            Ok(value) => (sys::RESOLVED, value.word(lisp)),
            Err(failure) => (sys::REJECTED, condition(lisp, failure)),
        };
        (lisp.host.settle)(lisp.host, promise, state, word);
        (lisp.host.expect)(lisp.host, -1);
    }
}

unsafe fn condition(lisp: &Lisp, failure: Error) -> Word {
    let mut error = sys::Error::NONE;
    let status = failure.report(lisp, &mut error);
    if status == sys::E_LISP {
        return (lisp.host.token_condition)(lisp.host, error.token);
    }
    let plugin = PLUGIN.load(Ordering::Acquire);
    (lisp.host.make_condition)(lisp.host, plugin, status, &mut error)
}

/// A promise of what a future gives. `words` are kept alive until then.
///
/// # Safety
/// The words are alive.
pub unsafe fn promise(
    lisp: &Lisp,
    within: Within,
    words: &[Word],
    future: impl Future<Output = Result<Value>>,
) -> Result<Word> {
    let held: Vec<Value> = words.iter().map(|word| Value::hold(lisp, *word)).collect();
    let future = async move {
        let result = future.await;
        drop(held);
        result
    };
    let future: Pin<Box<dyn Future<Output = Result<Value>> + '_>> = Box::pin(future);
    let promise = (lisp.host.promise)(lisp.host);
    let task = Arc::new(Task {
        // What it borrows is among `held`, or its own.
        future: RefCell::new(Some(std::mem::transmute::<
            Pin<Box<dyn Future<Output = Result<Value>> + '_>>,
            Pin<Box<dyn Future<Output = Result<Value>>>>,
        >(future))),
        promise: Value::hold(lisp, promise),
        has_ended: Cell::new(false),
        is_queued: AtomicBool::new(false),
        within,
    });
    (lisp.host.expect)(lisp.host, 1);
    poll(lisp, &task);
    Ok(promise)
}

/// What a future that has ended makes of its result.
pub fn in_lisp(give: impl FnOnce(&Lisp) -> Result<Word>) -> Result<Value> {
    let outcome = with_lisp(|lisp| {
        let word = give(lisp)?;
        // SAFETY: it lies on the stack.
        Ok(unsafe { Value::hold(lisp, word) })
    });
    outcome.unwrap_or_else(|error| Err(error.into()))
}
