//! Objects of crates that Lisp holds.
//!
//! Lisp does not know lifetimes, so what the compiler of Rust proves is checked when
//! the program runs, as `RefCell` does: an object is used by one `&mut` or by several
//! `&`. A value that borrows from others (a reference, an iterator) remembers how they
//! stood. If one of them is used since in a way that would end the borrow, the value is
//! used no more and, as with `mem::forget`, not dropped.

use crate::class::Class;
use crate::convert::ToLisp;
use crate::error::{Error, Result};
use crate::export::PLUGIN;
use crate::lisp::{Lisp, Value};
use crate::shims::{shim_host, slowly};
use crate::sys::{self, ShimObject, Word};
use std::any::Any;
use std::cell::{Cell, OnceCell};
use std::ffi::c_void;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};
use std::rc::Rc;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::thread::ThreadId;

extern "C" {
    fn malloc(size: usize) -> *mut c_void;
}

/// How an object stands. Touched by who holds the Lisp world.
pub struct State {
    /// In steps of `ACTIVE`: above 0 so many `&` are in use, below 0 a `&mut`. With
    /// `SPECIAL` and `WATCHED`, so that 0 tells methods of numbers all.
    standing: Cell<isize>,
    /// The thread that uses it just now, of a type that is not `Sync`.
    user: Cell<Option<ThreadId>>,
    /// How often it was used, and by `&mut`.
    uses: Cell<u64>,
    changes: Cell<u64>,
    /// "moved", "destroyed": it is there no more.
    end: Cell<Option<&'static str>>,
    /// The only thread that may use it, of a type that is not `Send`.
    home: Option<ThreadId>,
    /// None of a call.
    class: Option<&'static Class>,
    ties: Option<Rc<Ties>>,
}

/// More has to be looked at: it is there no more, borrows, must not be changed, or not
/// all threads may use it.
const SPECIAL: isize = 1;
/// Something may borrow from it, so that uses are counted.
const WATCHED: isize = 2;
const ACTIVE: isize = 4;

/// What a value borrows from.
pub struct Ties {
    from: Vec<Tie>,
    /// Keeps the owners alive.
    _roots: Vec<Value>,
    /// Made for the call that the value came from.
    _kept: Vec<Rc<dyn Any>>,
}
/// Of what borrows nothing.
pub const NO_TIES: &Option<Rc<Ties>> = &None;
/// A borrow, of a `&` or a `&mut`, and how its owner stood.
pub struct Tie {
    state: Rc<State>,
    is_unique: bool,
    stamp: u64,
}

impl Ties {
    /// None if there are none.
    pub fn new(
        lisp: &Lisp,
        from: Vec<Tie>,
        words: &[Word],
        kept: Vec<Rc<dyn Any>>,
    ) -> Option<Rc<Ties>> {
        if from.is_empty() && kept.is_empty() {
            return None;
        }
        // SAFETY: the words lie on the stack of who calls.
        let roots = words
            .iter()
            .filter(|word| unsafe { sys::type_of(**word) } == sys::Type::Reference)
            .map(|word| unsafe { Value::hold(lisp, *word) })
            .collect();
        Some(Rc::new(Ties { from, _roots: roots, _kept: kept }))
    }
}

impl Tie {
    fn is_valid(&self) -> bool {
        let state = &self.state;
        let now = if self.is_unique { &state.uses } else { &state.changes };
        state.end.get().is_none() && now.get() == self.stamp && state.is_valid()
    }
}

impl State {
    fn new(class: Option<&'static Class>, ties: Option<Rc<Ties>>, is_const: bool) -> Rc<State> {
        let is_bound = class.is_some_and(|class| !class.is_send);
        let is_sync = class.is_none_or(|class| class.is_sync);
        let is_special = is_bound || !is_sync || is_const || ties.is_some();
        Rc::new(State {
            standing: Cell::new(if is_special { SPECIAL } else { 0 }),
            user: Cell::new(None),
            uses: Cell::new(0),
            changes: Cell::new(0),
            end: Cell::new(None),
            home: is_bound.then(|| std::thread::current().id()),
            class,
            ties,
        })
    }
    fn end(&self, how: &'static str) {
        self.end.set(Some(how));
        self.mark(SPECIAL);
    }
    fn mark(&self, mark: isize) {
        self.standing.set(self.standing.get() | mark);
    }
    fn active(&self) -> isize {
        self.standing.get().div_euclid(ACTIVE)
    }
    fn activate(&self, count: isize) {
        self.standing.set(self.standing.get().rem_euclid(ACTIVE) + count * ACTIVE);
    }
    fn name(&self) -> &'static str {
        self.class.map_or("call", |class| class.name)
    }
    fn is_sync(&self) -> bool {
        self.class.is_none_or(|class| class.is_sync)
    }

    fn is_valid(&self) -> bool {
        self.ties.as_ref().is_none_or(|ties| ties.from.iter().all(Tie::is_valid))
    }
    fn is_here(&self) -> bool {
        self.home.is_none_or(|home| home == std::thread::current().id())
    }

    /// Why it cannot be used.
    fn check(&self, is_unique: bool) -> Result<()> {
        let name = self.name();
        let refuse = |text: String| Err(Error::range(text));
        if let Some(end) = self.end.get() {
            let why = match end {
                "moved" => ": it was given to a call that takes it by value",
                _ => "",
            };
            return refuse(format!("this `{name}` was {end}{why}"));
        }
        if !self.is_valid() {
            return refuse(format!(
                "this `{name}` borrows from an object that was changed, moved or destroyed since"
            ));
        }
        if !self.is_here() {
            return refuse(format!("this `{name}` is for the thread that made it: it is not Send"));
        }
        let active = self.active();
        let user = self.user.get();
        if active < 0 || (is_unique && active > 0) {
            return refuse(format!("this `{name}` is in use by a call that has not returned"));
        }
        if active > 0 && !self.is_sync() && user != Some(std::thread::current().id()) {
            return refuse(format!("this `{name}` is in use by another thread: it is not Sync"));
        }
        Ok(())
    }

    fn enter(&self, is_unique: bool) {
        if !self.is_sync() {
            self.user.set(Some(std::thread::current().id()));
        }
        self.activate(if is_unique { -1 } else { self.active() + 1 });
    }
    fn leave(&self, is_unique: bool) {
        self.activate(if is_unique { 0 } else { self.active() - 1 });
    }

    /// Marks the owners, all of which `check` has seen.
    fn enter_owners(&self) -> Result<()> {
        let Some(ties) = &self.ties else { return Ok(()) };
        for (index, tie) in ties.from.iter().enumerate() {
            let entered = tie.state.check(tie.is_unique).and_then(|()| {
                tie.state.enter(tie.is_unique);
                tie.state.enter_owners().inspect_err(|_| tie.state.leave(tie.is_unique))
            });
            if let Err(error) = entered {
                for done in ties.from[..index].iter().rev() {
                    done.state.leave_owners();
                    done.state.leave(done.is_unique);
                }
                return Err(error);
            }
        }
        Ok(())
    }
    fn leave_owners(&self) {
        for tie in self.ties.iter().flat_map(|ties| &ties.from).rev() {
            tie.state.leave_owners();
            tie.state.leave(tie.is_unique);
        }
    }
}

/// While a call uses an object.
struct Use {
    state: Rc<State>,
    is_unique: bool,
}
impl Use {
    fn new(state: &Rc<State>, is_unique: bool) -> Result<Use> {
        state.check(is_unique)?;
        state.enter_owners()?;
        state.enter(is_unique);
        state.uses.set(state.uses.get() + 1);
        if is_unique {
            state.changes.set(state.changes.get() + 1);
            // What has borrowed from it is void by now.
            state.standing.set(state.standing.get() & !WATCHED);
        }
        Ok(Use { state: state.clone(), is_unique })
    }
    fn tie(&self) -> Tie {
        let state = &self.state;
        state.mark(WATCHED);
        let now = if self.is_unique { &state.uses } else { &state.changes };
        Tie { state: state.clone(), is_unique: self.is_unique, stamp: now.get() }
    }
}
impl Drop for Use {
    fn drop(&mut self) {
        self.state.leave(self.is_unique);
        self.state.leave_owners();
    }
}

/// What the address of an object of Lisp refers to.
#[repr(C)]
struct Body<T: ?Sized> {
    state: Rc<State>, // first: found without knowing T
    value: *mut T,
    is_owned: bool,
}

/// # Safety
/// The address is that of a `Body` that is there.
unsafe fn state_of<'a>(address: *const c_void) -> &'a Rc<State> {
    &*address.cast::<Rc<State>>()
}

/// The class of what is there.
///
/// # Safety
/// The address is that of a `Body` that is there.
pub(crate) unsafe fn class_of_body(address: *const c_void) -> Option<&'static Class> {
    state_of(address).class
}
/// What became of an object that is there no more.
///
/// # Safety
/// As above.
pub(crate) unsafe fn end_of(address: *const c_void) -> Option<&'static str> {
    let state = state_of(address);
    let stale = (!state.is_valid()).then_some("no longer valid");
    state.end.get().or(stale)
}
/// The value, unless it is gone or being changed; nothing marks that it is read.
///
/// # Safety
/// As above; it is a `Body<T>`.
pub(crate) unsafe fn peek<'a, T: ?Sized>(address: *const c_void) -> Option<&'a T> {
    state_of(address).check(false).ok()?;
    Some(&*(*address.cast::<Body<T>>()).value)
}

/// Lets go of an object, of which Lisp has no more.
///
/// # Safety
/// The address is that of a `Body<T>`, given back once.
pub(crate) unsafe fn destroy<T: ?Sized>(address: *mut c_void) -> Result<()> {
    let state = state_of(address).clone();
    // An object in use goes on until the call has returned: it is leaked.
    if state.active() != 0 {
        state.end("destroyed");
        return Err(Error::range(format!(
            "this `{}` was destroyed while a call used it: it is not dropped",
            state.name()
        )));
    }
    let is_alive = state.end.get().is_none() && state.is_valid() && state.is_here();
    state.end(state.end.get().unwrap_or("destroyed"));
    let body = Box::from_raw(address.cast::<Body<T>>());
    if body.is_owned && is_alive {
        drop(Box::from_raw(body.value));
    }
    Ok(())
}

/// A value on its way to Lisp, as an object.
pub struct Given<T: ?Sized> {
    value: *mut T,
    is_owned: bool,
    is_const: bool,
    class: &'static Class,
    ties: Option<Rc<Ties>>,
}
impl<T: ?Sized> Drop for Given<T> {
    fn drop(&mut self) {
        if self.is_owned {
            // SAFETY: it came from a box, and was not given away.
            drop(unsafe { Box::from_raw(self.value) });
        }
    }
}
/// A value that Lisp owns from now on.
pub fn own<T>(value: T, class: &'static Class, ties: &Option<Rc<Ties>>) -> Given<T> {
    own_box(Box::new(value), class, ties)
}
/// The same, of what is in a box already: also of `dyn Trait`.
pub fn own_box<T: ?Sized>(
    value: Box<T>,
    class: &'static Class,
    ties: &Option<Rc<Ties>>,
) -> Given<T> {
    let value = Box::into_raw(value);
    Given { value, is_owned: true, is_const: false, class, ties: ties.clone() }
}
/// A part of what `ties` tells.
pub fn part<T: ?Sized>(
    value: &T,
    class: &'static Class,
    ties: &Option<Rc<Ties>>,
) -> Given<T> {
    let value = std::ptr::from_ref(value).cast_mut();
    Given { value, is_owned: false, is_const: true, class, ties: ties.clone() }
}
/// A part that may be changed.
pub fn part_mut<T: ?Sized>(
    value: &mut T,
    class: &'static Class,
    ties: &Option<Rc<Ties>>,
) -> Given<T> {
    Given { value, is_owned: false, is_const: false, class, ties: ties.clone() }
}

// SAFETY: the reference is returned at once.
unsafe impl<T: ?Sized> ToLisp for Given<T> {
    fn to_lisp(mut self, _: &Lisp) -> Result<Word> {
        let state = State::new(Some(self.class), self.ties.take(), self.is_const);
        let is_owned = std::mem::take(&mut self.is_owned);
        let body = Body { state, value: self.value, is_owned };
        // SAFETY: the memory is as large as the object; plc frees it.
        unsafe {
            let object = malloc(size_of::<ShimObject>()).cast::<ShimObject>();
            assert!(!object.is_null(), "there is no memory");
            object.write(ShimObject {
                type_: self.class.head(),
                address: Box::into_raw(Box::new(body)).cast(),
                is_owned: true,
                is_const: self.is_const,
                parent: std::ptr::null_mut(),
                parent_root: 0,
                known_as: std::ptr::null_mut(),
                older: std::ptr::null_mut(),
                newer: std::ptr::null_mut(),
            });
            Ok((shim_host().reference)(PLUGIN.load(Ordering::Acquire), object))
        }
    }
}

/// The object of a reference, of whatever type.
///
/// # Safety
/// The word is alive, and on the stack as long as the object is used.
#[inline]
pub(crate) unsafe fn object_of<'a>(word: Word) -> Option<&'a mut ShimObject> {
    let plugin = PLUGIN.load(Ordering::Acquire).cast_const();
    if !sys::is_reference(word) || sys::reference_plugin(word) != plugin {
        return None;
    }
    Some(&mut *(sys::reference_handle(word) as *mut ShimObject))
}

/// Whether the word is an object of the type.
///
/// # Safety
/// The word is alive.
pub unsafe fn is<T: ?Sized>(word: Word) -> bool {
    object_of(word).is_some_and(|object| Class::of(object).id == crate::class::id_of::<T>())
}

unsafe fn body_of<'a, T: ?Sized>(word: Word) -> Result<(&'a mut ShimObject, &'a Body<T>)> {
    let expected = Class::name_of::<T>;
    let Some(object) = object_of(word) else {
        return Err(Error::wrong_type(format!("expected an object of the type {}", expected())));
    };
    let class = Class::of(object);
    if class.id != crate::class::id_of::<T>() {
        return Err(Error::wrong_type(format!(
            "expected an object of the type {}, found one of {}",
            expected(),
            class.name
        )));
    }
    if object.address.is_null() {
        return Err(Error::range(format!("this `{}` was destroyed", class.name)));
    }
    let body = &*object.address.cast::<Body<T>>();
    Ok((object, body))
}

/// A `&T` of an object, for a call.
pub struct Shared<T: ?Sized> {
    value: *const T,
    used: Use,
}
/// A `&mut T`.
pub struct Unique<T: ?Sized> {
    value: *mut T,
    used: Use,
    _unique: PhantomData<*mut T>,
}
impl<T: ?Sized> Deref for Shared<T> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: the state knows that it is used, and who calls keeps it alive.
        unsafe { &*self.value }
    }
}
impl<T: ?Sized> Deref for Unique<T> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: as above; so below.
        unsafe { &*self.value }
    }
}
impl<T: ?Sized> DerefMut for Unique<T> {
    fn deref_mut(&mut self) -> &mut T {
        unsafe { &mut *self.value }
    }
}
impl<T: ?Sized> Shared<T> {
    /// What a value borrows that comes from it.
    pub fn tie(&self) -> Tie {
        self.used.tie()
    }
}
impl<T: ?Sized> Unique<T> {
    /// What it borrows from itself, as do the items of an iterator.
    pub fn owners(&self) -> Option<Rc<Ties>> {
        self.used.state.ties.clone()
    }
    /// What a value borrows that comes from it.
    pub fn tie(&self) -> Tie {
        self.used.tie()
    }
}

/// # Safety
/// The word is alive until the result is dropped, as all here.
pub unsafe fn borrow<T: ?Sized>(word: Word) -> Result<Shared<T>> {
    let (_, body) = body_of::<T>(word)?;
    Ok(Shared { value: body.value, used: Use::new(&body.state, false)? })
}
/// # Safety
/// As `borrow`.
pub unsafe fn borrow_mut<T: ?Sized>(word: Word) -> Result<Unique<T>> {
    let (object, body) = body_of::<T>(word)?;
    if object.is_const {
        return Err(Error::wrong_type(format!(
            "this `{}` must not be changed: it is a `&` of another object",
            body.state.name()
        )));
    }
    let used = Use::new(&body.state, true)?;
    Ok(Unique { value: body.value, used, _unique: PhantomData })
}
/// The class of a type, once an object of it was met: found without the type's identity.
pub struct Known(AtomicPtr<Class>);
impl Known {
    pub const fn new() -> Known {
        Known(AtomicPtr::new(std::ptr::null_mut()))
    }
    /// The object, if it is of that class and nothing else is to be asked.
    ///
    /// # Safety
    /// The word is alive; the class is that of `T`.
    #[inline(always)]
    unsafe fn plain<'a, T>(&self, word: Word) -> Option<&'a Body<T>> {
        let object = object_of(word)?;
        if object.type_.cast() != self.0.load(Ordering::Relaxed).cast_const() || object.address.is_null() {
            return None;
        }
        let body = &*object.address.cast::<Body<T>>();
        (body.state.standing.get() == 0).then_some(body)
    }
    /// What `borrow` has found to be of the type.
    unsafe fn learn(&self, word: Word) {
        if let Some(object) = object_of(word) {
            self.0.store(object.type_.cast_mut().cast(), Ordering::Relaxed);
        }
    }
}
/// A method that takes the object and numbers, and gives a number. `known` is of `T` alone.
///
/// # Safety
/// As `borrow`; this thread holds the Lisp world.
#[inline(always)]
pub unsafe fn method<T, R: Default>(
    known: &'static Known,
    word: Word,
    body: impl FnOnce(&T) -> R,
) -> R {
    let Some(object) = known.plain::<T>(word) else {
        return slowly(move || {
            let object = borrow::<T>(word)?;
            known.learn(word);
            Ok(body(&*object))
        });
    };
    let state = &*object.state;
    state.standing.set(ACTIVE);
    let outcome = catch_unwind(AssertUnwindSafe(|| body(&*object.value)));
    // Others may be inside of it: the method may have called Lisp, which has waited.
    state.standing.set(state.standing.get() - ACTIVE);
    outcome.unwrap_or_else(|panic| slowly(|| resume_unwind(panic)))
}
/// The same by `&mut`.
///
/// # Safety
/// As `method`.
#[inline(always)]
pub unsafe fn method_mut<T, R: Default>(
    known: &'static Known,
    word: Word,
    body: impl FnOnce(&mut T) -> R,
) -> R {
    let Some(object) = known.plain::<T>(word) else {
        return slowly(move || {
            let mut object = borrow_mut::<T>(word)?;
            known.learn(word);
            Ok(body(&mut *object))
        });
    };
    let state = &*object.state;
    state.standing.set(-ACTIVE);
    let outcome = catch_unwind(AssertUnwindSafe(|| body(&mut *object.value)));
    state.standing.set(state.standing.get() + ACTIVE);
    outcome.unwrap_or_else(|panic| slowly(|| resume_unwind(panic)))
}

/// A value of a `Copy` type.
///
/// # Safety
/// As `borrow`.
pub unsafe fn copied<T: Copy>(word: Word) -> Result<T> {
    Ok(*borrow::<T>(word)?)
}
/// A value of a type with `Clone`.
///
/// # Safety
/// As `borrow`.
pub unsafe fn cloned<T: Clone>(word: Word) -> Result<T> {
    Ok((*borrow::<T>(word)?).clone())
}
/// Moves the value out; the object is there no more. With what it borrows from.
///
/// # Safety
/// As `borrow`.
pub unsafe fn take_box<T: ?Sized>(word: Word) -> Result<(Box<T>, Option<Rc<Ties>>)> {
    let (_, body) = body_of::<T>(word)?;
    let state = &body.state;
    if !body.is_owned {
        return Err(Error::range(format!(
            "this `{}` cannot be moved: it is a part of another object",
            state.name()
        )));
    }
    drop(Use::new(state, true)?);
    state.end("moved");
    Ok((Box::from_raw(body.value), state.ties.clone()))
}
/// The same without a box.
///
/// # Safety
/// As `borrow`.
pub unsafe fn take<T>(word: Word) -> Result<T> {
    Ok(*take_box::<T>(word)?.0)
}
/// What an object borrows from that is going to be moved.
///
/// # Safety
/// As `borrow`.
pub unsafe fn ties_of(word: Word) -> Vec<Tie> {
    let Some(object) = object_of(word).filter(|object| !object.address.is_null()) else {
        return Vec::new();
    };
    let ties = &state_of(object.address).ties;
    let again = |tie: &Tie| Tie { state: tie.state.clone(), ..*tie };
    ties.iter().flat_map(|ties| &ties.from).map(again).collect()
}

/// What is lent to a procedure of Lisp until it returns; made when it is needed.
#[derive(Default)]
pub struct Lent(OnceCell<(Rc<State>, Option<Rc<Ties>>)>);
impl Lent {
    /// For what is given meanwhile.
    pub fn ties(&self) -> &Option<Rc<Ties>> {
        let make = || {
            let state = State::new(None, None, false);
            let tie = Tie { state: state.clone(), is_unique: false, stamp: 0 };
            (state, Some(Rc::new(Ties { from: vec![tie], _roots: vec![], _kept: vec![] })))
        };
        &self.0.get_or_init(make).1
    }
}
impl Drop for Lent {
    fn drop(&mut self) {
        if let Some((state, _)) = self.0.get() {
            state.end("lent to a procedure that has returned");
        }
    }
}

/// An iterator, whatever it goes through: the one class that Lisp sees of them.
pub struct Sequence<'a> {
    next: Box<dyn FnMut(&Lisp) -> Result<Option<Word>> + 'a>,
}
impl<'a> Sequence<'a> {
    /// `give` makes a value of Lisp of each.
    pub fn new<I: Iterator + 'a>(
        mut items: I,
        give: impl Fn(&Lisp, I::Item) -> Result<Word> + 'a,
    ) -> Sequence<'a> {
        let next = move |lisp: &Lisp| items.next().map(|item| give(lisp, item)).transpose();
        Sequence { next: Box::new(next) }
    }
    pub(crate) fn next(&mut self, lisp: &Lisp) -> Result<Option<Word>> {
        (self.next)(lisp)
    }
}

/// What was made for a call and lives as long as what it gave.
pub fn keep<T: 'static>(value: T) -> Rc<T> {
    Rc::new(value)
}
