//! Objects of Rust that Lisp holds.

use crate::convert::{Borrowed, FromLisp, ToLisp};
use crate::error::{Error, Result};
use crate::export::{Export, Module, PLUGIN};
use crate::lisp::Lisp;
use crate::sys::{self, Word};
use std::any::Any;
use std::cell::RefCell;
use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;

/// A type whose objects Lisp may hold. Any thread may drop them; what changes is
/// behind a lock.
pub trait Class: Send + Sync + 'static {
    /// What Lisp shows.
    const NAME: &'static str;
    /// Exported functions whose first parameter is the object: `(object.name x)`.
    const METHODS: &'static [&'static Export] = &[];
}

/// An object of Rust that both sides hold; it is dropped when the last one lets go.
/// `with-foreign` lets go for Lisp at its end.
#[derive(Debug)]
pub struct Handle<T>(Arc<T>);

impl<T: Class> Handle<T> {
    /// Makes an object one that Lisp may hold.
    pub fn new(object: T) -> Handle<T> {
        Handle(Arc::new(object))
    }
}
impl<T> Clone for Handle<T> {
    fn clone(&self) -> Handle<T> {
        Handle(self.0.clone())
    }
}
impl<T> Deref for Handle<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

/// What a reference of this plugin stands for; its handle is the address of one.
pub(crate) enum Entry {
    Module(&'static Module),
    Function(&'static Export),
    /// A function with its first argument.
    Method(&'static Export, Object),
    /// None: Lisp has closed it.
    Object(RefCell<Option<Object>>),
}

#[derive(Clone)]
pub(crate) struct Object {
    pub name: &'static str,
    pub methods: &'static [&'static Export],
    pub it: Arc<dyn Any + Send + Sync>,
}

static LIVE: AtomicU64 = AtomicU64::new(0);
pub(crate) fn live() -> u64 {
    LIVE.load(Ordering::Relaxed)
}

/// The reference of an entry that is told by `key`, an address that is in use as
/// long as the entry is.
pub(crate) fn refer(lisp: &Lisp, key: usize, make: impl FnOnce() -> Entry) -> Word {
    // SAFETY: the plugin is ours; what was found lies on the stack.
    unsafe {
        let found = (lisp.host.reference_find)(lisp.host, PLUGIN.load(Ordering::Acquire), key);
        match found {
            sys::UNBOUND => make_reference(lisp, Some(key), make()),
            _ if entry(found).is_some_and(Entry::is_open) => found,
            // One that was closed lives on under its key.
            _ => make_reference(lisp, None, make()),
        }
    }
}
/// A reference that no other one is the same as.
pub(crate) fn refer_to_new(lisp: &Lisp, entry: Entry) -> Word {
    make_reference(lisp, None, entry)
}
fn make_reference(lisp: &Lisp, key: Option<usize>, entry: Entry) -> Word {
    LIVE.fetch_add(1, Ordering::Relaxed);
    let handle = Box::into_raw(Box::new(entry)) as usize;
    let plugin = PLUGIN.load(Ordering::Acquire);
    // SAFETY: the entry is given back by `release`.
    unsafe { (lisp.host.reference_make)(lisp.host, plugin, key.unwrap_or(handle), handle) }
}

/// # Safety
/// The handle came from `refer` and is given back once.
pub(crate) unsafe fn release(handle: usize) {
    LIVE.fetch_sub(1, Ordering::Relaxed);
    drop(Box::from_raw(handle as *mut Entry));
}

/// The entry of a reference of this plugin.
///
/// # Safety
/// The word is alive, and on the stack as long as the entry is used.
pub(crate) unsafe fn entry<'a>(word: Word) -> Option<&'a Entry> {
    let plugin = PLUGIN.load(Ordering::Acquire).cast_const();
    if sys::type_of(word) != sys::Type::Reference || sys::reference_plugin(word) != plugin {
        return None;
    }
    Some(&*(sys::reference_handle(word) as *const Entry))
}

impl Entry {
    fn is_open(&self) -> bool {
        !matches!(self, Entry::Object(object) if object.borrow().is_none())
    }
    pub(crate) fn object(&self) -> Result<Object> {
        match self {
            Entry::Object(object) => {
                object.borrow().clone().ok_or_else(|| Error::new("Closed", "the object is closed"))
            }
            _ => Err(Error::wrong_type("that is no object")),
        }
    }
}

/// The reference of an object, for a method that is called with it.
pub(crate) fn again(lisp: &Lisp, object: &Object) -> Word {
    let key = Arc::as_ptr(&object.it).cast::<u8>() as usize;
    refer(lisp, key, || Entry::Object(RefCell::new(Some(object.clone()))))
}

// SAFETY: the word is a reference that was just made or found.
unsafe impl<T: Class> ToLisp for Handle<T> {
    fn to_lisp(self, lisp: &Lisp) -> Result<Word> {
        Ok(again(lisp, &Object { name: T::NAME, methods: T::METHODS, it: self.0 }))
    }
}
// SAFETY: the word is read only.
unsafe impl<T: Class> FromLisp for Handle<T> {
    unsafe fn from_lisp(_: &Lisp, word: Word) -> Result<Handle<T>> {
        let wrong = || Error::wrong_type(format!("expected an object of the type {}", T::NAME));
        let object = match entry(word) {
            Some(entry @ Entry::Object(_)) => entry.object()?,
            _ => return Err(wrong()),
        };
        match object.it.downcast::<T>() {
            Ok(object) => Ok(Handle(object)),
            Err(_) => Err(wrong()),
        }
    }
}
impl<T: Class> Borrowed for T {
    type Owned = Handle<T>;
    fn of(owned: &Handle<T>) -> &T {
        owned
    }
}
