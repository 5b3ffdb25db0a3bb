//! The right to touch Lisp, and values that are kept.

use crate::convert::{FromLisp, ToLisp};
use crate::error::{self, Error, Result};
use crate::sys::{self, Word};
use std::cell::Cell;
use std::ffi::c_void;
use std::marker::PhantomData;
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};
use std::sync::Mutex;

static HOST: AtomicPtr<sys::Host> = AtomicPtr::new(std::ptr::null_mut());
/// Roots of values that were dropped where Lisp must not be touched.
static DROPPED: Mutex<Vec<sys::Root>> = Mutex::new(Vec::new());
/// Whether there may be any, so that the lock need not be taken at each entry.
static HAS_DROPPED: AtomicBool = AtomicBool::new(false);
thread_local! {
    /// How many `Lisp`s this thread has: above 0 it holds the Lisp world.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
    /// The innermost call of this thread that lets others have the world, or null.
    static REGION: Cell<*mut sys::Region> = const { Cell::new(std::ptr::null_mut()) };
}

pub(crate) fn set_host(host: *const sys::Host) {
    HOST.store(host.cast_mut(), Ordering::Release);
}
/// The table, for functions that any thread may call.
pub(crate) fn host() -> &'static sys::Host {
    let host = HOST.load(Ordering::Acquire);
    assert!(!host.is_null(), "plc has not started this plugin yet");
    // SAFETY: it stays valid until the process ends.
    unsafe { &*host }
}

/// Whether this thread holds the Lisp world.
pub(crate) fn holds_lisp() -> bool {
    DEPTH.try_with(Cell::get).unwrap_or(0) > 0
}

/// Whether Lisp called what runs on this thread. Asked when it panics only, so that
/// shims of numbers need not count themselves.
pub(crate) fn runs_for_lisp() -> bool {
    let is_released = REGION.try_with(|region| !region.get().is_null()).unwrap_or(false);
    holds_lisp() || is_released || crate::shims::holds_world()
}

/// While code of Rust runs that gets a `Lisp`.
struct Inside(());
impl Inside {
    fn enter() -> Inside {
        DEPTH.set(DEPTH.get() + 1);
        Inside(())
    }
}
impl Drop for Inside {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}

/// Proof that this thread holds the Lisp world. A function that is exported gets
/// one if its first parameter is a `&Lisp`. It cannot leave its thread.
pub struct Lisp {
    pub(crate) host: &'static sys::Host,
    _inside: Inside,
    _stays: PhantomData<*const ()>,
}

impl Lisp {
    /// # Safety
    /// This thread holds the world until the result is dropped.
    pub(crate) unsafe fn enter() -> Lisp {
        let lisp = Lisp { host: host(), _inside: Inside::enter(), _stays: PhantomData };
        if HAS_DROPPED.load(Ordering::Acquire) {
            lisp.empty_dropped();
        }
        lisp
    }
    #[cold]
    unsafe fn empty_dropped(&self) {
        let mut dropped = DROPPED.lock().unwrap_or_else(|e| e.into_inner());
        HAS_DROPPED.store(false, Ordering::Release);
        let roots = std::mem::take(&mut *dropped);
        drop(dropped);
        for root in roots {
            (self.host.drop)(self.host, root);
        }
    }

    /// Calls a procedure with a tuple of arguments.
    ///
    /// An error is a condition of Lisp, or an exit, on its way: to pass it on, return
    /// it; to handle it, drop it.
    pub fn call<A: Arguments, R: FromLisp>(&self, procedure: &Value, args: A) -> Result<R> {
        args.apply(self, procedure.word(self))
    }

    /// Runs `body`, which touches nothing of Lisp, while other threads may run Lisp.
    pub fn blocking<R: Send>(&self, body: impl FnOnce() -> R + Send) -> R {
        let mut region = sys::Region([0; 32]);
        let depth = DEPTH.replace(0);
        let outer = REGION.replace(&mut region);
        // SAFETY: `body` has no Lisp, which is not Sync; values need one.
        unsafe { (self.host.blocking_begin)(self.host, &mut region) };
        let result = catch_unwind(AssertUnwindSafe(body));
        unsafe { (self.host.blocking_end)(self.host, &mut region) };
        REGION.set(outer);
        DEPTH.set(depth);
        result.unwrap_or_else(|panic| resume_unwind(panic))
    }

    /// # Safety
    /// `words` are alive: they lie on the stack.
    pub(crate) unsafe fn apply<R: FromLisp>(&self, procedure: Word, words: &[Word]) -> Result<R> {
        let word = self.apply_raw(procedure, words)?;
        R::from_lisp(self, word)
    }
    /// # Safety
    /// As `apply`; the result is to stay on the stack.
    pub(crate) unsafe fn apply_raw(&self, procedure: Word, words: &[Word]) -> Result<Word> {
        let (mut result, mut failure) = (sys::FALSE, sys::Error::NONE);
        let status = (self.host.call)(
            self.host,
            procedure,
            words.as_ptr(),
            words.len(),
            &mut result,
            &mut failure,
        );
        match status {
            sys::OK => Ok(result),
            _ => Err(error::of_host(self, status, &failure)),
        }
    }
}

/// There is no memory for a thread of Lisp.
#[derive(Debug)]
pub struct NoMemory;
impl std::fmt::Display for NoMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("there is no memory for a thread that runs Lisp")
    }
}
impl std::error::Error for NoMemory {}

/// Runs `body` on this thread, whichever it is, as soon as it may touch Lisp. If
/// Lisp waits for this thread, it has to do so in [`Lisp::blocking`].
pub fn with_lisp<R>(body: impl FnOnce(&Lisp) -> R) -> std::result::Result<R, NoMemory> {
    if holds_lisp() {
        // SAFETY: this thread holds the world.
        return Ok(body(&unsafe { Lisp::enter() }));
    }
    struct Errand<F, R>(Option<F>, Option<std::thread::Result<R>>);
    unsafe extern "C" fn run<F: FnOnce(&Lisp) -> R, R>(data: *mut c_void) {
        let errand = &mut *data.cast::<Errand<F, R>>();
        if let Some(body) = errand.0.take() {
            errand.1 = Some(catch_unwind(AssertUnwindSafe(|| body(&Lisp::enter()))));
        }
    }
    fn runner<F: FnOnce(&Lisp) -> R, R>(_: &Errand<F, R>) -> sys::Job {
        run::<F, R>
    }
    let mut errand = Errand(Some(body), None);
    let job = runner(&errand);
    let data: *mut c_void = (&raw mut errand).cast();
    // SAFETY: the errand outlives the call; a thread that has given the world away for a
    // while does it itself.
    unsafe {
        let region = REGION.replace(std::ptr::null_mut());
        if !region.is_null() {
            (host().blocking_end)(host(), region);
            job(data);
            (host().blocking_begin)(host(), region);
        } else {
            (host().run)(host(), job, data);
        }
        REGION.set(region);
    }
    match errand.1 {
        Some(Ok(result)) => Ok(result),
        Some(Err(panic)) => resume_unwind(panic),
        None => Err(NoMemory),
    }
}

/// Any Lisp value, kept alive as long as this is. It may lie anywhere and go to
/// other threads.
#[derive(Debug)]
pub struct Value(sys::Root);

impl Value {
    /// # Safety
    /// `word` is alive.
    pub(crate) unsafe fn hold(lisp: &Lisp, word: Word) -> Value {
        Value((lisp.host.hold)(lisp.host, word))
    }
    pub(crate) fn word(&self, lisp: &Lisp) -> Word {
        // SAFETY: the root is ours.
        unsafe { (lisp.host.held)(lisp.host, self.0) }
    }
    /// A value for Lisp.
    pub fn new(lisp: &Lisp, value: impl ToLisp) -> Result<Value> {
        let word = value.to_lisp(lisp)?;
        // SAFETY: it was just made, and is on the stack.
        Ok(unsafe { Value::hold(lisp, word) })
    }
    /// The value as one of Rust.
    pub fn get<T: FromLisp>(&self, lisp: &Lisp) -> Result<T> {
        // SAFETY: the root keeps it alive.
        unsafe { T::from_lisp(lisp, self.word(lisp)) }
    }
    /// Another hold on the same value.
    pub fn share(&self, lisp: &Lisp) -> Value {
        // SAFETY: the root keeps it alive.
        unsafe { Value::hold(lisp, self.word(lisp)) }
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        if holds_lisp() {
            // SAFETY: this thread holds the world.
            unsafe { (host().drop)(host(), self.0) }
        } else {
            let mut dropped = DROPPED.lock().unwrap_or_else(|e| e.into_inner());
            dropped.push(self.0);
            HAS_DROPPED.store(true, Ordering::Release);
        }
    }
}

/// Tuples of what a procedure can be called with.
pub trait Arguments {
    /// Calls it.
    #[doc(hidden)]
    fn apply<R: FromLisp>(self, lisp: &Lisp, procedure: Word) -> Result<R>;
}
macro_rules! arguments {
    ($($name:ident)*) => {
        impl<$($name: ToLisp),*> Arguments for ($($name,)*) {
            #[allow(non_snake_case)]
            fn apply<Result_: FromLisp>(self, lisp: &Lisp, procedure: Word) -> Result<Result_> {
                let ($($name,)*) = self;
                let words = [$($name.to_lisp(lisp)?),*];
                // SAFETY: the words lie on the stack.
                unsafe { lisp.apply(procedure, &words) }
            }
        }
    };
}
arguments!();
arguments!(A);
arguments!(A B);
arguments!(A B C);
arguments!(A B C D);
arguments!(A B C D E);
arguments!(A B C D E F);

/// Any number of arguments, all values of Lisp.
impl Arguments for &[Value] {
    fn apply<R: FromLisp>(self, lisp: &Lisp, procedure: Word) -> Result<R> {
        const MOST: usize = 256;
        if self.len() > MOST {
            return Err(Error::range(format!("a call takes at most {MOST} arguments")));
        }
        let mut words = [sys::FALSE; MOST]; // on the stack, where they are seen
        for (word, value) in words.iter_mut().zip(self) {
            *word = value.word(lisp);
        }
        // SAFETY: the words lie on the stack.
        unsafe { lisp.apply(procedure, &words[..self.len()]) }
    }
}
