//! Procedures of Lisp as closures of Rust.

use crate::error::Result;
use crate::lisp::{with_lisp, Lisp, Value};
use crate::object::Lent;
use crate::sys::Word;
use std::panic::resume_unwind;

/// Calls a procedure, on whichever thread this is. A condition or an exit passes the
/// frames of Rust as a panic, which the shim that Lisp called takes up again.
pub fn call<const COUNT: usize, R>(
    procedure: &Value,
    arguments: impl FnOnce(&Lisp, &Lent) -> Result<[Word; COUNT]>,
    result: impl FnOnce(&Lisp, Word) -> Result<R>,
) -> R {
    let outcome = with_lisp(|lisp| {
        let lent = Lent::default();
        let words = arguments(lisp, &lent)?;
        // SAFETY: the words lie on the stack.
        let word = unsafe { lisp.apply_raw(procedure.word(lisp), &words) }?;
        result(lisp, word)
    });
    match outcome {
        Ok(Ok(value)) => value,
        Ok(Err(error)) => resume_unwind(Box::new(error)),
        Err(error) => std::panic::panic_any(error.to_string()),
    }
}

/// Runs `body` while other threads may run Lisp, as they may call a procedure that it
/// has. Unlike `blocking` it may hold objects of Lisp: they are marked as being in use.
///
/// # Safety
/// `body` touches Lisp by `call` only.
pub unsafe fn released<R>(lisp: &Lisp, body: impl FnOnce() -> R) -> R {
    struct Carried<T>(T);
    // SAFETY: it stays on this thread.
    unsafe impl<T> Send for Carried<T> {}
    impl<T> Carried<T> {
        fn into(self) -> T {
            self.0
        }
    }
    let body = Carried(body);
    lisp.blocking(move || Carried(body.into()())).into()
}
