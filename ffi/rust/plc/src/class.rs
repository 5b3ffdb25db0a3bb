//! What is known of the type of an object: found by the compiler of Rust where the
//! type is named, as traits that are implemented or not cannot be asked for otherwise.

use crate::error::{Error, Result};
use crate::export::guarded;
use crate::lisp::Lisp;
use crate::object::{self, borrow, borrow_mut, object_of, Sequence};
use crate::shims::shim_host;
use crate::sys::{self, ShimClass, ShimMember, ShimObject, ShimUse, Status, Word};
use crate::ToLisp;
use std::any::TypeId;
use std::cmp::Ordering;
use std::collections::hash_map::{DefaultHasher, HashMap};
use std::ffi::{c_int, c_void, CString};
use std::fmt::{Debug, Display};
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::{Mutex, MutexGuard, OnceLock};

type Text = unsafe fn(Word) -> Result<String>;
type Compare = unsafe fn(Word, Word) -> Result<Option<Ordering>>;
type HashFn = unsafe fn(*const c_void) -> u64;

/// A type whose objects Lisp holds.
#[repr(C)]
pub struct Class {
    head: std::cell::UnsafeCell<ShimClass>,
    pub(crate) id: TypeId,
    pub(crate) name: &'static str,
    pub(crate) is_send: bool,
    pub(crate) is_sync: bool,
    traits: Traits,
}
// SAFETY: the head is changed by who holds the Lisp world.
unsafe impl Sync for Class {}
unsafe impl Send for Class {}

/// Traits that the type has or not.
pub struct Traits {
    pub is_send: bool,
    pub is_sync: bool,
    pub debug: Option<Text>,
    pub display: Option<Text>,
    pub equal: Option<Compare>,
    pub order: Option<Compare>,
    pub hash: Option<HashFn>,
}

/// The identity of a type, lifetimes apart.
pub(crate) fn id_of<T: ?Sized>() -> TypeId {
    trait Typed {
        fn id(&self) -> TypeId
        where
            Self: 'static;
    }
    impl<T: ?Sized> Typed for PhantomData<T> {
        fn id(&self) -> TypeId
        where
            Self: 'static,
        {
            TypeId::of::<T>()
        }
    }
    let typed = PhantomData::<T>;
    let typed: &dyn Typed = &typed;
    // SAFETY: no value of the type is touched, and lifetimes are not told apart when
    // code is generated.
    let typed = unsafe { std::mem::transmute::<&dyn Typed, &(dyn Typed + 'static)>(typed) };
    typed.id()
}

/// A name as users write it: without the paths of the standard library, `Lisp` for any
/// value of Lisp.
pub(crate) fn short_name(name: &str) -> String {
    let mut short = String::new();
    for part in name.split_inclusive(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')) {
        let is_standard = ["alloc::", "core::", "std::"].iter().any(|s| part.starts_with(s));
        if let Some(rest) = part.strip_prefix("plc::any::Any") {
            short += "Lisp";
            short += rest;
            continue;
        }
        match part.rfind("::") {
            Some(at) if is_standard => short += &part[at + 2..],
            _ => short += part,
        }
    }
    short
}

impl Class {
    /// # Safety
    /// The object was made here.
    pub(crate) unsafe fn of(object: &ShimObject) -> &'static Class {
        &*object.type_.cast()
    }
    pub(crate) fn head(&self) -> *mut ShimClass {
        self.head.get()
    }
    /// The class of a type, made at its first use.
    /// `name` is its public one, "" if that is not known.
    pub fn get<T: ?Sized>(
        _: Probe<T>,
        name: &str,
        traits: impl FnOnce() -> Traits,
    ) -> &'static Class {
        let id = id_of::<T>();
        *Class::all().entry(id).or_insert_with(|| {
            let name = match name {
                "" => short_name(std::any::type_name::<T>()),
                name => short_name(name),
            };
            let name: &'static str = name.leak();
            let traits = traits();
            let text = CString::new(name).unwrap_or_default();
            let is_sequence = id == id_of::<Sequence<'static>>();
            let head = ShimClass {
                name: text.into_raw(),
                info: std::ptr::null_mut(),
                destroy: destroy::<T>,
                length: None,
                index: None,
                set_index: None,
                iterate: is_sequence.then_some(itself as ShimUse),
                repr: Some(repr),
                to_lisp: is_sequence.then_some(collect as ShimUse),
                next: is_sequence.then_some(next as ShimUse),
                compare: traits.equal.map(|_| compare as _),
                hash,
                operate: None,
            };
            let class: &Class = Box::leak(Box::new(Class {
                head: head.into(),
                id,
                name,
                is_send: traits.is_send,
                is_sync: traits.is_sync,
                traits,
            }));
            if class.traits.display.is_some() {
                // SAFETY: classes are made by who holds the Lisp world.
                unsafe {
                    class.member(c"to-string", Some(to_string), None, None);
                    class.member(c"to_string", Some(to_string), None, None);
                }
            }
            class
        })
    }
    fn all() -> MutexGuard<'static, HashMap<TypeId, &'static Class>> {
        static CLASSES: OnceLock<Mutex<HashMap<TypeId, &'static Class>>> = OnceLock::new();
        let classes = CLASSES.get_or_init(Default::default);
        classes.lock().unwrap_or_else(|e| e.into_inner())
    }
    /// How Lisp calls a type.
    pub(crate) fn name_of<T: ?Sized>() -> String {
        match Class::all().get(&id_of::<T>()) {
            Some(class) => class.name.to_string(),
            None => short_name(std::any::type_name::<T>()),
        }
    }
    /// Changes what the class can do.
    ///
    /// # Safety
    /// This thread holds the Lisp world.
    pub unsafe fn set(&self, change: impl FnOnce(&mut ShimClass)) {
        change(&mut *self.head.get())
    }
    /// The member of that name from now on.
    ///
    /// # Safety
    /// As `set`.
    pub unsafe fn member(
        &self,
        name: &'static std::ffi::CStr,
        call: Option<ShimUse>,
        get: Option<ShimUse>,
        set: Option<ShimUse>,
    ) {
        let member = ShimMember { name: name.as_ptr(), call, get, set };
        (shim_host().add_member)(self.head(), &member)
    }
}

unsafe extern "C" fn destroy<T: ?Sized>(address: *mut c_void, error: *mut sys::Error) -> Status {
    guarded(&mut (), error, |_| object::destroy::<T>(address))
}

/// `write` shows what Debug tells, `display` what Display does.
unsafe extern "C" fn repr(
    me: Word,
    object: *mut ShimObject,
    args: *const Word,
    count: usize,
    result: *mut Word,
    error: *mut sys::Error,
) -> Status {
    guarded(result, error, |lisp| {
        let class = Class::of(&*object);
        let traits = &class.traits;
        let is_display = count > 0 && *args == sys::TRUE;
        if let Some(end) = object::end_of((*object).address) {
            return format!("#<{}, {end}>", class.name).to_lisp(lisp);
        }
        let text = match (is_display, traits.display, traits.debug) {
            (true, Some(display), _) => Some(display(me)),
            (_, display, debug) => debug.or(display).map(|text| text(me)),
        };
        match text {
            Some(Ok(text)) if is_display => text.to_lisp(lisp),
            Some(Ok(text)) => {
                // What derive(Debug) writes begins with the name.
                let own = class.name.rsplit("::").next().unwrap_or("");
                let text = text.strip_prefix(own).map_or(text.as_str(), str::trim_start);
                let gap = if text.is_empty() || text.starts_with('(') { "" } else { " " };
                format!("#<{}{gap}{text}>", class.name).to_lisp(lisp)
            }
            Some(Err(_)) => format!("#<{}, in use>", class.name).to_lisp(lisp),
            None => format!("#<{}>", class.name).to_lisp(lisp),
        }
    })
}

/// What `Display` tells.
unsafe extern "C" fn to_string(
    me: Word,
    object: *mut ShimObject,
    args: *const Word,
    count: usize,
    result: *mut Word,
    error: *mut sys::Error,
) -> Status {
    member(args, count, 0, "fn to_string(&self) -> String", result, error, |lisp, _| {
        match Class::of(&*object).traits.display {
            Some(display) => display(me)?.to_lisp(lisp),
            None => Err(Error::unsupported("it cannot be shown")),
        }
    })
}

unsafe extern "C" fn compare(
    op: c_int,
    a: Word,
    b: Word,
    result: *mut bool,
    error: *mut sys::Error,
) -> Status {
    guarded(result, error, |_| {
        let (Some(x), Some(y)) = (object_of(a), object_of(b)) else {
            return if op == sys::COMPARE_EQ { Ok(false) } else { Err(no_order()) };
        };
        let (x, y) = (Class::of(x), Class::of(y));
        match (op, x.traits.equal, x.traits.order) {
            (sys::COMPARE_EQ, _, _) if x.id != y.id => Ok(false),
            (sys::COMPARE_EQ, Some(equal), _) => Ok(equal(a, b)? == Some(Ordering::Equal)),
            (_, _, Some(order)) if x.id == y.id => {
                let order = order(a, b)?;
                Ok(match op {
                    sys::COMPARE_LT => order == Some(Ordering::Less),
                    sys::COMPARE_LE => order.is_some_and(Ordering::is_le),
                    sys::COMPARE_GT => order == Some(Ordering::Greater),
                    _ => order.is_some_and(Ordering::is_ge),
                })
            }
            _ => Err(no_order()),
        }
    })
}
fn no_order() -> Error {
    Error::unsupported("these objects of Rust have no order: `PartialOrd` is not implemented")
}

unsafe extern "C" fn hash(address: *const c_void) -> u64 {
    // SAFETY: the state lies first; the class is not needed to know whether it is there.
    object::class_of_body(address).map_or(address as u64, |class| {
        match (class.traits.hash, class.traits.equal) {
            (Some(hash), _) => hash(address),
            (None, Some(_)) => class.name.len() as u64, // equal ones are not known
            _ => address as u64,
        }
    })
}

/// An iterator iterates over itself.
///
/// # Safety
/// plc calls it.
pub unsafe extern "C" fn itself(
    me: Word,
    _: *mut ShimObject,
    _: *const Word,
    _: usize,
    result: *mut Word,
    _: *mut sys::Error,
) -> Status {
    result.write(me);
    sys::OK
}

unsafe extern "C" fn next(
    me: Word,
    _: *mut ShimObject,
    _: *const Word,
    _: usize,
    result: *mut Word,
    error: *mut sys::Error,
) -> Status {
    crate::shims::next(result, error, |lisp| borrow_mut::<Sequence<'_>>(me)?.next(lisp))
}

/// `->lisp` of what can be iterated over: a vector of its elements.
///
/// # Safety
/// plc calls it.
pub unsafe extern "C" fn collect(
    me: Word,
    object: *mut ShimObject,
    _: *const Word,
    _: usize,
    result: *mut Word,
    error: *mut sys::Error,
) -> Status {
    let none = std::ptr::null();
    let Some(iterate) = (*(*object).type_).iterate else { return sys::E_UNSUPPORTED };
    let mut iterator = sys::FALSE;
    let status = iterate(me, object, none, 0, &mut iterator, error);
    if status != sys::OK {
        return status;
    }
    let Some((it, next)) = object_of(iterator).and_then(|it| (*it.type_).next.map(|next| (it, next)))
    else {
        return sys::E_UNSUPPORTED;
    };
    let it: *mut ShimObject = it;
    // A list first, as the stack is where words may lie.
    let (mut list, mut count) = (sys::NULL, 0);
    loop {
        let mut item = sys::FALSE;
        match next(iterator, it, none, 0, &mut item, error) {
            sys::OK => list = (crate::lisp::host().cons)(crate::lisp::host(), item, list),
            sys::END => break,
            status => return status,
        }
        count += 1;
    }
    guarded(result, error, |lisp| {
        let vector = (lisp.host.vector)(lisp.host, count);
        for index in (0..count).rev() {
            (lisp.host.vector_set)(lisp.host, vector, index, sys::car(list));
            list = sys::cdr(list);
        }
        Ok(vector)
    })
}

/// A member that is used: `body` gets the arguments, as many as it takes.
///
/// # Safety
/// This thread holds the world; the arguments are alive.
pub unsafe fn member(
    args: *const Word,
    count: usize,
    arity: usize,
    declaration: &str,
    result: *mut Word,
    error: *mut sys::Error,
    body: impl FnOnce(&Lisp, &[Word]) -> Result<Word>,
) -> Status {
    guarded(result, error, |lisp| {
        if count != arity {
            return Err(Error::wrong_type(format!(
                "called with {count} arguments, it takes {arity}: {declaration}"
            )));
        }
        let args = if count == 0 { &[] } else { std::slice::from_raw_parts(args, count) };
        body(lisp, args)
    })
}

/// A type that is asked about: `(&&&probe).debug()` and so on. Of the methods of that
/// name the compiler takes the one whose trait the type has, by their references.
pub struct Probe<T: ?Sized>(PhantomData<*const T>);
impl<T: ?Sized> Clone for Probe<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: ?Sized> Copy for Probe<T> {}
impl<T: ?Sized> Default for Probe<T> {
    fn default() -> Self {
        Probe(PhantomData)
    }
}
/// The probe of a value's type.
pub fn probe_of<T: ?Sized>(_: &T) -> Probe<T> {
    Probe(PhantomData)
}

macro_rules! ask {
    ($yes:ident, $no:ident, $name:ident, $answer:ty, [$($bound:tt)*], $found:expr) => {
        #[doc(hidden)]
        pub trait $yes {
            fn $name(&self) -> Option<$answer>;
        }
        impl<T: ?Sized + $($bound)*> $yes for &Probe<T> {
            fn $name(&self) -> Option<$answer> {
                $found
            }
        }
        #[doc(hidden)]
        pub trait $no {
            fn $name(&self) -> Option<$answer> {
                None
            }
        }
        impl<T: ?Sized> $no for Probe<T> {}
    };
}
unsafe fn debug<T: ?Sized + Debug>(word: Word) -> Result<String> {
    Ok(format!("{:?}", &*borrow::<T>(word)?))
}
unsafe fn display<T: ?Sized + Display>(word: Word) -> Result<String> {
    Ok(format!("{}", &*borrow::<T>(word)?))
}
unsafe fn equal<T: ?Sized + PartialEq>(a: Word, b: Word) -> Result<Option<Ordering>> {
    Ok((*borrow::<T>(a)? == *borrow::<T>(b)?).then_some(Ordering::Equal))
}
unsafe fn order<T: ?Sized + PartialOrd>(a: Word, b: Word) -> Result<Option<Ordering>> {
    Ok(borrow::<T>(a)?.partial_cmp(&*borrow::<T>(b)?))
}
unsafe fn hash_of<T: ?Sized + Hash>(address: *const c_void) -> u64 {
    let mut hasher = DefaultHasher::new();
    if let Some(value) = object::peek::<T>(address) {
        value.hash(&mut hasher);
    }
    hasher.finish()
}
ask!(IsSend, NotSend, is_send, (), [Send], Some(()));
ask!(IsSync, NotSync, is_sync, (), [Sync], Some(()));
ask!(HasDebug, NoDebug, debug, Text, [Debug], Some(debug::<T>));
ask!(HasDisplay, NoDisplay, display, Text, [Display], Some(display::<T>));
ask!(HasEqual, NoEqual, equal, Compare, [PartialEq], Some(equal::<T>));
ask!(HasOrder, NoOrder, order, Compare, [PartialOrd], Some(order::<T>));
ask!(HasHash, NoHash, hash, HashFn, [Hash], Some(hash_of::<T>));

/// The class of a type that is known by a probe.
#[doc(hidden)]
#[macro_export]
macro_rules! class {
    ($probe:expr) => {
        $crate::class!($probe, "")
    };
    ($probe:expr, $name:literal) => {{
        #[allow(unused_imports)]
        use $crate::private::probes::*;
        let probe = $probe;
        let by = &&probe;
        static CLASS: ::std::sync::OnceLock<&'static $crate::private::Class> =
            ::std::sync::OnceLock::new();
        *CLASS.get_or_init(|| {
            $crate::private::Class::get(probe, $name, || $crate::private::Traits {
                is_send: by.is_send().is_some(),
                is_sync: by.is_sync().is_some(),
                debug: by.debug(),
                display: by.display(),
                equal: by.equal(),
                order: by.order(),
                hash: by.hash(),
            })
        })
    }};
}

/// How a value whose type nobody has named comes to Lisp: by its conversion if it has
/// one, else as an object.
#[doc(hidden)]
pub trait ByValue {
    fn way(&self) -> AsValue {
        AsValue
    }
}
impl<T: ToLisp> ByValue for &Probe<T> {}
#[doc(hidden)]
pub trait ByObject {
    fn way(&self) -> AsObject {
        AsObject
    }
}
impl<T> ByObject for Probe<T> {}
#[doc(hidden)]
pub struct AsValue;
#[doc(hidden)]
pub struct AsObject;
type Borrows = Option<std::rc::Rc<object::Ties>>;
impl AsValue {
    pub fn give<T: ToLisp>(self, value: T, _: &'static Class, _: &Borrows) -> T {
        value
    }
}
impl AsObject {
    pub fn give<T>(self, value: T, class: &'static Class, ties: &Borrows) -> object::Given<T> {
        object::own(value, class, ties)
    }
}
/// A value of any type, which is inferred.
#[doc(hidden)]
#[macro_export]
macro_rules! give {
    ($value:expr, $ties:expr) => {
        match $value {
            value => {
                #[allow(unused_imports)]
                use $crate::private::probes::*;
                let probe = $crate::private::probe_of(&value);
                let class = $crate::class!(probe);
                (&&probe).way().give(value, class, $ties)
            }
        }
    };
}

/// An error of any type: one of Rust, what refers to one (a box, `anyhow::Error`), or
/// what can be shown, to users or to authors.
#[doc(hidden)]
pub struct Failed<E>(pub E);
#[doc(hidden)]
pub trait OfError {
    fn error(self) -> Error;
}
impl<E: std::error::Error> OfError for &&&&&Failed<&E> {
    fn error(self) -> Error {
        Error::of_chain(&short_name(std::any::type_name::<E>()), self.0)
    }
}
#[doc(hidden)]
pub trait OfBox {
    fn error(self) -> Error;
}
impl<E: std::ops::Deref<Target: std::error::Error>> OfBox for &&&&Failed<&E> {
    fn error(self) -> Error {
        Error::of_chain(&short_name(std::any::type_name::<E>()), &**self.0)
    }
}
#[doc(hidden)]
pub trait OfText {
    fn error(self) -> Error;
}
impl<E: Display> OfText for &&&Failed<&E> {
    fn error(self) -> Error {
        Error::new(&short_name(std::any::type_name::<E>()), self.0.to_string())
    }
}
#[doc(hidden)]
pub trait OfDebug {
    fn error(self) -> Error;
}
impl<E: Debug> OfDebug for &&Failed<&E> {
    fn error(self) -> Error {
        match format!("{:?}", self.0) {
            // Of `Result<T, ()>`.
            text if text == "()" => (&Failed(self.0)).error(),
            text => Error::new(&short_name(std::any::type_name::<E>()), text),
        }
    }
}
#[doc(hidden)]
pub trait OfAny {
    fn error(self) -> Error;
}
impl<E> OfAny for &Failed<&E> {
    fn error(self) -> Error {
        Error::new(&short_name(std::any::type_name::<E>()), "it failed")
    }
}
#[doc(hidden)]
#[macro_export]
macro_rules! failure {
    ($error:expr) => {
        match $error {
            error => {
                #[allow(unused_imports)]
                use $crate::private::probes::*;
                (&&&&&$crate::private::Failed(&error)).error()
            }
        }
    };
}
