//! What the shims use that plc generates around a crate (plugins/rust-import).

use crate::convert::FromLisp;
use crate::error::{Error, Result};
use crate::export::{error_of, keep_panics_quiet, PLUGIN};
use crate::lisp::{set_host, Inside, Lisp};
use crate::sys::{self, Status, Word};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::Once;

/// plc_shim_host of plc/shims.h.
#[repr(C)]
pub struct ShimHost {
    struct_size: usize,
    host: *const sys::Host,
    plugin: *mut sys::Plugin,
    raise: unsafe extern "C" fn(*mut sys::Plugin, Status, *mut sys::Error),
}
static SHIM_HOST: AtomicPtr<ShimHost> = AtomicPtr::new(std::ptr::null_mut());

/// # Safety
/// plc gives a table that is valid until the process ends.
pub unsafe fn start_shims(host: *const ShimHost) {
    static HOOK: Once = Once::new();
    set_host((*host).host);
    PLUGIN.store((*host).plugin, Ordering::Release);
    SHIM_HOST.store(host.cast_mut(), Ordering::Release);
    HOOK.call_once(keep_panics_quiet);
}

/// The condition is raised when the shim has returned.
fn raise(lisp: &Lisp, failure: Error) {
    let mut error = sys::Error::NONE;
    let status = failure.report(lisp, &mut error);
    let host = SHIM_HOST.load(Ordering::Acquire);
    // SAFETY: shims are called after start_shims only.
    unsafe { ((*host).raise)((*host).plugin, status, &mut error) }
}

/// A call with values of Lisp.
///
/// # Safety
/// This thread holds the Lisp world.
pub unsafe fn shim(body: impl FnOnce(&Lisp) -> Result<Word>) -> Word {
    let lisp = Lisp::enter();
    let outcome = catch_unwind(AssertUnwindSafe(|| body(&lisp)));
    match outcome.unwrap_or_else(|panic| Err(error_of(panic))) {
        Ok(word) => word,
        Err(failure) => {
            raise(&lisp, failure);
            sys::UNSPECIFIED
        }
    }
}

/// A call with numbers only.
///
/// # Safety
/// This thread holds the Lisp world.
pub unsafe fn scalar<T: Default>(body: impl FnOnce() -> T) -> T {
    let inside = Inside::enter();
    let outcome = catch_unwind(AssertUnwindSafe(body));
    drop(inside);
    outcome.unwrap_or_else(|panic| {
        raise(&Lisp::enter(), error_of(panic));
        T::default()
    })
}

/// An argument, counted from 0.
///
/// # Safety
/// The word is alive.
pub unsafe fn argument<T: FromLisp>(lisp: &Lisp, word: Word, place: usize) -> Result<T> {
    T::from_lisp(lisp, word).map_err(|error| error.of_argument(place))
}
