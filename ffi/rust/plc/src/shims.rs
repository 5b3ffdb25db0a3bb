//! What the shims use that plc generates around a crate (plugins/rust-import).

use crate::buffer::{Buffer, Element};
use crate::convert::{FromLisp, ToLisp};
use crate::error::{Error, Result};
use crate::export::{error_of, guarded, keep_panics_quiet, PLUGIN};
use crate::lisp::{holds_lisp, set_host, Lisp, Value};
use crate::sys::{self, Status, Word};
use std::collections::BTreeSet;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Mutex, Once};

static SHIM_HOST: AtomicPtr<sys::ShimHost> = AtomicPtr::new(std::ptr::null_mut());
/// The table; shims are called after `start_shims` only.
pub(crate) fn shim_host() -> &'static sys::ShimHost {
    // SAFETY: it is valid until the process ends.
    unsafe { &*SHIM_HOST.load(Ordering::Acquire) }
}

/// Whether this thread holds the Lisp world, as far as shims know.
pub(crate) fn holds_world() -> bool {
    let host = SHIM_HOST.load(Ordering::Acquire);
    // SAFETY: the table is valid until the process ends.
    !host.is_null() && unsafe { ((*host).holds_world)() }
}

/// # Safety
/// plc gives a table that is valid until the process ends.
pub unsafe fn start_shims(host: *const sys::ShimHost) {
    static HOOK: Once = Once::new();
    set_host((*host).host);
    crate::transfer::start();
    PLUGIN.store((*host).plugin, Ordering::Release);
    SHIM_HOST.store(host.cast_mut(), Ordering::Release);
    HOOK.call_once(keep_panics_quiet);
}

/// The condition is raised when the shim has returned.
fn raise(lisp: &Lisp, failure: Error) {
    let mut error = sys::Error::NONE;
    let status = failure.report(lisp, &mut error);
    let host = shim_host();
    // SAFETY: the table is valid, this thread holds the world.
    unsafe { (host.raise)(host.plugin, status, &mut error) }
}

/// A call with values of Lisp.
///
/// # Safety
/// This thread holds the Lisp world.
pub unsafe fn shim(body: impl FnOnce(&Lisp) -> Result<Word>) -> Word {
    if !holds_lisp() {
        // No code of Rust runs below that could hold a lock.
        (shim_host().release)();
    }
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
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(value) => value,
        Err(panic) => panicked(panic),
    }
}
#[cold]
unsafe fn panicked<T: Default>(panic: Box<dyn std::any::Any + Send>) -> T {
    raise(&Lisp::enter(), error_of(panic));
    T::default()
}
/// A call that gives a number or fails, by the rules of `shim`.
#[cold]
#[inline(never)]
pub(crate) unsafe fn slowly<T: Default>(body: impl FnOnce() -> Result<T>) -> T {
    let mut result = T::default();
    shim(|_| {
        result = body()?;
        Ok(sys::UNSPECIFIED)
    });
    result
}

/// An argument, counted from 0.
///
/// # Safety
/// The word is alive.
pub unsafe fn argument<T: FromLisp>(lisp: &Lisp, word: Word, place: usize) -> Result<T> {
    T::from_lisp(lisp, word).map_err(|error| error.of_argument(place))
}

/// Whether a value can be given as such an argument.
///
/// # Safety
/// The word is alive.
pub unsafe fn fits<T: FromLisp>(lisp: &Lisp, word: Word) -> bool {
    T::from_lisp(lisp, word).is_ok()
}

/// An argument that `take` makes, unless it is nil.
///
/// # Safety
/// The word is alive.
pub unsafe fn optional<T>(word: Word, take: impl FnOnce(Word) -> Result<T>) -> Result<Option<T>> {
    match word {
        sys::NIL | sys::DEFAULT => Ok(None),
        _ => take(word).map(Some),
    }
}

/// What `take` makes of the elements of a sequence.
///
/// # Safety
/// The word is alive.
pub unsafe fn elements<T>(
    lisp: &Lisp,
    word: Word,
    mut take: impl FnMut(Word) -> Result<T>,
) -> Result<Vec<T>> {
    let mut items = Vec::new();
    crate::convert::each(lisp, word, |item| {
        items.push(take(item)?);
        Ok(())
    })?;
    Ok(items)
}

/// A name of an enum whose variants are names only.
pub struct Symbol(pub &'static str);
// SAFETY: what the host makes is returned at once.
unsafe impl ToLisp for Symbol {
    fn to_lisp(self, lisp: &Lisp) -> Result<Word> {
        // SAFETY: a text of that length.
        Ok(unsafe { (lisp.host.symbol)(lisp.host, self.0.as_ptr().cast(), self.0.len()) })
    }
}
/// The variant of an enum that a symbol or string names.
///
/// # Safety
/// The word is alive.
pub unsafe fn variant<T: Copy>(lisp: &Lisp, word: Word, names: &[(&str, T)]) -> Result<T> {
    let list = || names.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let name = String::from_lisp(lisp, word)
        .map_err(|_| Error::wrong_type(format!("expected one of the symbols {}", list())))?;
    match names.iter().find(|(known, _)| *known == name) {
        Some((_, value)) => Ok(*value),
        None => {
            Err(Error::wrong_type(format!("expected one of the symbols {}, found {name}", list())))
        }
    }
}

/// Entries of a map.
pub struct Entries<K, V>(pub Vec<(K, V)>);
// SAFETY: the three words lie on the stack.
unsafe impl<K: ToLisp, V: ToLisp> ToLisp for Entries<K, V> {
    fn to_lisp(self, lisp: &Lisp) -> Result<Word> {
        let map = unsafe { (lisp.host.map)(lisp.host) };
        for (key, value) in self.0 {
            let (key, value) = (key.to_lisp(lisp)?, value.to_lisp(lisp)?);
            unsafe { (lisp.host.map_set)(lisp.host, map, key, value) };
        }
        Ok(map)
    }
}

/// `&[T]` of numbers: the memory of a homogeneous vector of that type itself or of a
/// pointer of known length, else a copy. The vector stays alive and where it is, as the
/// argument lies on the stack.
pub enum Numbers<T> {
    There(*const T, usize),
    Shared(Buffer, *const T, usize),
    Copied(Vec<T>),
}
impl<T> std::ops::Deref for Numbers<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        match self {
            // SAFETY: so many numbers lie there as long as the call runs.
            Numbers::There(data, count) | Numbers::Shared(_, data, count) => unsafe {
                std::slice::from_raw_parts(*data, *count)
            },
            Numbers::Copied(items) => items,
        }
    }
}
unsafe fn memory<T: FromLisp>(word: Word) -> Option<(*mut T, usize)> {
    let data = T::place(word)?;
    Some((data.as_ptr().cast_mut().cast(), data.len() / size_of::<T>()))
}
/// # Safety
/// The word is alive and stays so.
pub unsafe fn numbers<T: FromLisp + Element>(lisp: &Lisp, word: Word) -> Result<Numbers<T>> {
    if let Some((data, count)) = memory(word) {
        return Ok(Numbers::There(data, count));
    }
    Ok(match crate::buffer::shared(lisp, word) {
        Some((buffer, data, count)) => Numbers::Shared(buffer, data, count),
        None => Numbers::Copied(Vec::from_lisp(lisp, word)?),
    })
}
/// `&mut [T]` of numbers: a homogeneous vector of that type or a pointer of known length,
/// whose memory is changed.
///
/// # Safety
/// The word is alive and stays so; nothing else refers to the memory meanwhile.
pub unsafe fn numbers_mut<'a, T: FromLisp + Element>(lisp: &Lisp, word: Word) -> Result<&'a mut [T]> {
    // The argument keeps the memory, so what the buffer holds need not be held.
    let shared = || crate::buffer::shared::<T>(lisp, word);
    let found = memory(word).or_else(|| shared().map(|(_, data, count)| (data.cast_mut(), count)));
    match found {
        Some((data, count)) => Ok(std::slice::from_raw_parts_mut(data, count)),
        None => Err(Error::wrong_type(format!(
            "expected a homogeneous vector of {}, which the call changes",
            std::any::type_name::<T>()
        ))),
    }
}

/// The content of a box that a call changes: `&mut` of what Lisp copies.
///
/// # Safety
/// The word is alive.
pub unsafe fn content(word: Word) -> Result<Word> {
    let wrong = || Error::wrong_type("expected a box, whose content the call changes");
    sys::unbox(word).ok_or_else(wrong)
}
/// # Safety
/// The word is alive, and a box.
pub unsafe fn set_content(lisp: &Lisp, word: Word, content: impl ToLisp) -> Result<()> {
    let content = content.to_lisp(lisp)?;
    (shim_host().set_box)(word, content);
    Ok(())
}

/// Several arguments of a tuple.
///
/// # Safety
/// The word is alive, and keeps the results so.
pub unsafe fn parts<const COUNT: usize>(lisp: &Lisp, word: Word) -> Result<[Word; COUNT]> {
    let mut words = [sys::FALSE; COUNT];
    let mut count = 0;
    crate::convert::each(lisp, word, |item| {
        if let Some(place) = words.get_mut(count) {
            *place = item;
        }
        count += 1;
        Ok(())
    })?;
    if count != COUNT {
        return Err(Error::wrong_type(format!("expected a list of {COUNT} elements")));
    }
    Ok(words)
}
/// The entries of a hash table.
///
/// # Safety
/// The word is alive.
pub unsafe fn entries<K, V>(
    lisp: &Lisp,
    word: Word,
    mut key: impl FnMut(Word) -> Result<K>,
    mut value: impl FnMut(Word) -> Result<V>,
) -> Result<Vec<(K, V)>> {
    if sys::type_of(word) != sys::Type::Map {
        return Err(Error::wrong_type("expected a hash table"));
    }
    let mut list = Vec::new();
    let (mut position, mut k, mut v) = (0, sys::FALSE, sys::FALSE);
    while (lisp.host.map_next)(lisp.host, word, &mut position, &mut k, &mut v) {
        list.push((key(k)?, value(v)?));
    }
    Ok(list)
}
/// Text for `&'static str`: what is equal is kept once.
pub fn forever(text: String) -> &'static str {
    static KEPT: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut kept = KEPT.lock().unwrap_or_else(|error| error.into_inner());
    if let Some(known) = kept.get(text.as_str()) {
        return known;
    }
    let text: &'static str = Box::leak(text.into_boxed_str());
    kept.insert(text);
    text
}
/// `[T; COUNT]`.
pub fn array<T, const COUNT: usize>(items: Vec<T>, place: usize) -> Result<[T; COUNT]> {
    let found = items.len();
    <[T; COUNT]>::try_from(items).map_err(|_| {
        Error::wrong_type(format!("expected {COUNT} elements, found {found}")).of_argument(place)
    })
}
/// # Safety
/// The word is alive.
pub unsafe fn is_procedure(word: Word) -> bool {
    matches!(sys::type_of(word), sys::Type::Procedure)
}
/// # Safety
/// The word is alive.
pub unsafe fn procedure(lisp: &Lisp, word: Word, place: usize) -> Result<Value> {
    match sys::type_of(word) {
        sys::Type::Procedure | sys::Type::Reference => Ok(Value::hold(lisp, word)),
        _ => Err(Error::wrong_type("expected a procedure").of_argument(place)),
    }
}
/// A vector or box that is changed is no other argument; nothing may be given often.
pub fn apart(words: &[Word]) -> Result<()> {
    for (index, word) in words.iter().enumerate() {
        if !matches!(*word, sys::NIL | sys::DEFAULT) && words[..index].contains(word) {
            return Err(Error::wrong_type("a vector or box that is changed is given twice"));
        }
    }
    Ok(())
}

/// An operator of a class.
///
/// # Safety
/// This thread holds the world; the operands are alive.
pub unsafe fn operate(
    result: *mut Word,
    error: *mut sys::Error,
    body: impl FnOnce(&Lisp) -> Result<Word>,
) -> Status {
    guarded(result, error, body)
}
/// The next element of an iterator.
///
/// # Safety
/// As `operate`.
pub unsafe fn next(
    result: *mut Word,
    error: *mut sys::Error,
    body: impl FnOnce(&Lisp) -> Result<Option<Word>>,
) -> Status {
    let mut item = None;
    match (guarded(&mut item, error, body), item) {
        (sys::OK, Some(word)) => {
            result.write(word);
            sys::OK
        }
        (sys::OK, None) => sys::END,
        (status, _) => status,
    }
}
