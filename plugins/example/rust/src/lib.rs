//! A plugin for plc in Rust: the whole bridge to a small foreign runtime.
//!
//! The runtime, called `example`, is an object store with its own heap: nil,
//! booleans, 64-bit integers, doubles, strings, byte strings, lists, maps with
//! string keys, objects with members and methods, functions. Objects are
//! counted (`Rc`), errors are `Result`s.
//!
//! Three rules decide how everything is written:
//! - A `Word` (a Lisp value) lies in a local variable, an argument or the
//!   plc_error, where the collector sees it; never in a Vec, Box or Rc. Objects
//!   hold Lisp by a `Root`.
//! - No panic leaves the plugin: every operation runs in `guarded`.
//! - No borrow of a RefCell lasts over a call into Lisp, which may call any
//!   operation of ours meanwhile.
//!
//! What is unsafe: reading words (they are alive: arguments of the operation
//! that runs, or parts of these) and calling the host (its functions may be
//! called by the thread that runs an operation). Comments tell of all else.

mod plc;

use plc::{Status, Type, Word};
use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::ffi::{c_char, c_int, c_void};
use std::io::{Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering as Memory};
use std::time::Duration;

const MAX_DEPTH: usize = 500; // nesting that conversions, which recurse, follow
const MAX_ARGUMENTS: usize = 256; // of calls into Lisp: they lie on the stack

/* --- 1 Values and objects -------------------------------------------------- */

#[derive(Clone)]
enum Value {
    Nil,
    Boolean(bool),
    Integer(i64),
    Double(f64),
    /// UTF-8 with lone surrogates, which a `str` cannot have.
    Text(Rc<[u8]>),
    Bytes(Rc<[u8]>),
    Object(Rc<Object>),
}

struct Object {
    class: &'static Class,
    body: Body,
}

type Table = Vec<(Rc<[u8]>, Value)>; // in order of insertion

enum Body {
    List(RefCell<Vec<Value>>),
    Map(RefCell<Table>),
    /// An object with members, also a module or an error.
    Instance(RefCell<Table>),
    /// A function or, with a receiver, a method.
    Function(&'static Native, Option<Rc<Object>>),
    Iterator(Rc<Object>, Cell<usize>),
    /// Doubles, whose memory can be shared.
    Array(Box<[Cell<f64>]>),
    /// A value that is not there yet: a promise of plc.
    Later(Root),
    /// A procedure, or anything that is opaque to this runtime.
    Lisp(Root),
    /// Several results of a call; never an element or a member.
    Results(Vec<Value>),
}

struct Call<'a> {
    receiver: Option<Rc<Object>>,
    args: &'a [Value],
    error: *mut plc::Error, // for the host only
    keywords: Option<Value>, // a map, if there are some
}

impl<'a> Call<'a> {
    fn new(args: &'a [Value], error: *mut plc::Error) -> Call<'a> {
        Call { receiver: None, args, error, keywords: None }
    }
}

struct Native {
    name: &'static str,
    signature: &'static str,
    doc: &'static str,
    least: usize,
    most: usize,
    code: fn(&mut Call) -> Outcome<Value>,
    takes_keywords: bool,
}

impl Native {
    /// `count`: how many arguments it takes, at least and at most.
    const fn new(
        name: &'static str,
        signature: &'static str,
        doc: &'static str,
        count: (usize, usize),
        code: fn(&mut Call) -> Outcome<Value>,
    ) -> Native {
        Native { name, signature, doc, least: count.0, most: count.1, code, takes_keywords: false }
    }
    const fn with_keywords(self) -> Native {
        Native { takes_keywords: true, ..self }
    }
}

struct Class {
    name: &'static str,
    doc: &'static str,
    methods: &'static [Native],
}
impl Class {
    const fn new(name: &'static str, doc: &'static str, methods: &'static [Native]) -> Class {
        Class { name, doc, methods }
    }
}

/// Why an operation ends early. No Lisp values here: a Failure may be boxed.
enum Failure {
    /// Something that plc tells of with a status of its own.
    Refused(Status, &'static str),
    /// PLC_E_NAME with names that are near.
    Unknown(&'static str, Vec<Rc<[u8]>>),
    /// An error of the runtime: type, text, active functions.
    Raised(&'static str, Rc<[u8]>, Vec<&'static Native>),
    /// The host has filled in the plc_error, perhaps a PLC_E_LISP with its
    /// token: only the status is to be passed on.
    Passing(Status),
}
type Outcome<T> = Result<T, Failure>;

fn refuse<T>(status: Status, message: &'static str) -> Outcome<T> {
    Err(Failure::Refused(status, message))
}
/// A name that does not exist, with those that begin like it: what plc shows as
/// what may have been meant.
fn unknown<T>(message: &'static str, name: &[u8], mut names: Vec<Rc<[u8]>>) -> Outcome<T> {
    names.retain(|other| other.first() == name.first());
    Err(Failure::Unknown(message, names))
}
fn raise<T>(kind: &'static str, message: &[u8]) -> Outcome<T> {
    let trace = world().frames.borrow().clone();
    Err(Failure::Raised(kind, message.into(), trace))
}

/// The state of the runtime.
struct World {
    host: Cell<Option<&'static plc::Host>>,
    references: Cell<u64>, // made and not released yet
    /// The functions that are active, innermost last: those of the operation
    /// that runs. What lies around it is known to plc.
    frames: RefCell<Vec<&'static Native>>,
    modules: RefCell<Vec<Rc<Object>>>,
    kept: RefCell<Value>,
    farewell: RefCell<Option<Rc<[u8]>>>,
    arrays: Cell<i64>,
    /// The memory of somebody else, as long as this runtime uses it.
    shared: RefCell<Option<Shared>>,
    waits: Cell<i64>,
    was_out_of_step: Cell<bool>,
    fiber: Cell<u64>, // by fiber_switch
    dying: RefCell<Vec<Value>>,
    is_freeing: Cell<bool>,
}
// SAFETY: only the thread that holds the Lisp world calls operations, one thread
// at a time. It need not be the same thread always, so a thread_local would lose
// the state.
unsafe impl Sync for World {}

static WORLD: World = World {
    host: Cell::new(None),
    references: Cell::new(0),
    frames: RefCell::new(Vec::new()),
    modules: RefCell::new(Vec::new()),
    kept: RefCell::new(Value::Nil),
    farewell: RefCell::new(None),
    arrays: Cell::new(0),
    shared: RefCell::new(None),
    waits: Cell::new(0),
    was_out_of_step: Cell::new(false),
    fiber: Cell::new(0),
    dying: RefCell::new(Vec::new()),
    is_freeing: Cell::new(false),
};
fn world() -> &'static World {
    &WORLD
}
fn lisp() -> &'static plc::Host {
    world().host.get().expect("start comes before all else")
}

/// A Lisp value that is kept outside of the stack.
struct Root(plc::Root);
impl Root {
    fn new(v: Word) -> Root {
        Root(unsafe { (lisp().hold)(lisp(), v) })
    }
    fn get(&self) -> Word {
        unsafe { (lisp().held)(lisp(), self.0) }
    }
}
impl Drop for Root {
    fn drop(&mut self) {
        unsafe { (lisp().drop)(lisp(), self.0) }
    }
}

impl Object {
    fn new(class: &'static Class, body: Body) -> Rc<Object> {
        Rc::new(Object { class, body })
    }
    fn list(items: Vec<Value>) -> Value {
        Value::Object(Object::new(&LIST, Body::List(RefCell::new(items))))
    }
    fn instance(class: &'static Class, members: Table) -> Rc<Object> {
        Object::new(class, Body::Instance(RefCell::new(members)))
    }
    fn native(&self) -> Option<&'static Native> {
        match self.body {
            Body::Function(native, _) => Some(native),
            _ => None,
        }
    }
    fn member(&self, name: &[u8]) -> Option<Value> {
        match &self.body {
            Body::Instance(table) => find(&table.borrow(), name).cloned(),
            _ => None,
        }
    }
    /// The method of that name, for those without such a member.
    fn method(&self, name: &[u8]) -> Outcome<&'static Native> {
        match self.class.methods.iter().find(|m| m.name.as_bytes() == name) {
            Some(method) => Ok(method),
            None => unknown("there is no such member", name, self.names()),
        }
    }
    fn names(&self) -> Vec<Rc<[u8]>> {
        let mut names: Vec<_> =
            self.class.methods.iter().map(|m| m.name.as_bytes().into()).collect();
        if let Body::Instance(table) = &self.body {
            names.extend(table.borrow().iter().map(|entry| entry.0.clone()));
        }
        names
    }
    fn length(&self) -> Outcome<usize> {
        match &self.body {
            Body::List(items) => Ok(items.borrow().len()),
            Body::Map(table) => Ok(table.borrow().len()),
            Body::Array(numbers) => Ok(numbers.len()),
            _ => refuse(plc::E_UNSUPPORTED, "the object has no elements"),
        }
    }
}

/// The dead wait in a list rather than on the stack: lists may be nested deeper
/// than any stack.
impl Drop for Object {
    fn drop(&mut self) {
        let mut dying = world().dying.borrow_mut();
        match &mut self.body {
            Body::List(items) => dying.append(items.get_mut()),
            Body::Map(table) | Body::Instance(table) => {
                dying.extend(table.get_mut().drain(..).map(|entry| entry.1))
            }
            Body::Array(_) => world().arrays.set(world().arrays.get() - 1),
            _ => {}
        }
        drop(dying);
        if world().is_freeing.replace(true) {
            return; // the loop below runs already
        }
        loop {
            let next = world().dying.borrow_mut().pop(); // no borrow while it dies
            match next {
                Some(value) => drop(value),
                None => break,
            }
        }
        world().is_freeing.set(false);
    }
}

/// Tables are searched entry by entry; a real runtime would hash the keys.
fn find<'a>(table: &'a Table, key: &[u8]) -> Option<&'a Value> {
    table.iter().find(|entry| &*entry.0 == key).map(|entry| &entry.1)
}
/// Returns the old value, which is to be dropped when no borrow is left.
fn put(table: &mut Table, key: Rc<[u8]>, value: Value) -> Option<Value> {
    match table.iter_mut().find(|entry| entry.0 == key) {
        Some(entry) => Some(std::mem::replace(&mut entry.1, value)),
        None => {
            table.push((key, value));
            None
        }
    }
}

/* --- 2 Lisp values into ours ------------------------------------------------
Nothing here makes a Lisp value, so no collection happens meanwhile. */

/// The containers around the value that is converted.
struct Around<'a> {
    container: Word,
    outer: Option<&'a Around<'a>>,
    depth: usize,
}

/// The text of a string, or the name of a symbol without a keyword's colon.
fn text_from_lisp(v: Word) -> Rc<[u8]> {
    unsafe {
        let is_symbol = plc::is_symbol(v);
        let string = if is_symbol { plc::symbol_name(v) } else { v };
        let size = (lisp().string_utf8)(lisp(), string, std::ptr::null_mut(), 0);
        let mut text = vec![0u8; size];
        (lisp().string_utf8)(lisp(), string, text.as_mut_ptr() as *mut c_char, size);
        let is_keyword = is_symbol && size > 1 && text[0] == b':';
        text[is_keyword as usize..].into()
    }
}

/// A character is a string of one. Surrogates take three bytes, as the host has
/// it.
fn character_from_lisp(c: u32) -> Rc<[u8]> {
    match char::from_u32(c) {
        Some(c) => c.encode_utf8(&mut [0; 4]).as_bytes().into(),
        None => {
            [0xE0 | (c >> 12) as u8, 0x80 | (c >> 6 & 0x3F) as u8, 0x80 | (c & 0x3F) as u8].into()
        }
    }
}

/// What does not fit is refused, never wrapped around or rounded.
fn integer_from_lisp(v: Word) -> Outcome<Value> {
    if plc::is_fixnum(v) {
        return Ok(Value::Integer(plc::fixnum_value(v)));
    }
    let (limbs, is_negative) = unsafe { (plc::bignum_limbs(v), plc::bignum_is_negative(v)) };
    let size = limbs[0] as i128;
    match i64::try_from(if is_negative { -size } else { size }) {
        Ok(n) if limbs.len() == 1 => Ok(Value::Integer(n)),
        _ => refuse(plc::E_TYPE, "the integer does not fit into 64 bits"),
    }
}

fn numbers_from_lisp(v: Word) -> Outcome<Value> {
    let bytes = unsafe { plc::bytes(v) };
    /// One row of elements.def: reads all elements as that type.
    macro_rules! read {
        ($type:ty, $variant:ident, $as:ty) => {{
            let chunks = bytes.chunks_exact(size_of::<$type>());
            chunks
                .map(|c| <$as>::try_from(<$type>::from_ne_bytes(c.try_into().unwrap())))
                .map(|n| n.map(Value::$variant).ok())
                .collect::<Option<Vec<_>>>()
        }};
    }
    let items = match unsafe { plc::element_of(v) } {
        0 => read!(u8, Integer, i64),
        1 => read!(i8, Integer, i64),
        2 => read!(u16, Integer, i64),
        3 => read!(i16, Integer, i64),
        4 => read!(u32, Integer, i64),
        5 => read!(i32, Integer, i64),
        6 => read!(u64, Integer, i64),
        7 => read!(i64, Integer, i64),
        8 => read!(f32, Double, f64),
        _ => read!(f64, Double, f64),
    };
    match items {
        Some(items) => Ok(Object::list(items)),
        None => refuse(plc::E_TYPE, "the integer does not fit into 64 bits"),
    }
}

fn key_from_lisp(key: Word) -> Outcome<Rc<[u8]>> {
    match unsafe { plc::type_of(key) } {
        Type::String | Type::Symbol => Ok(text_from_lisp(key)),
        _ => refuse(plc::E_TYPE, "the keys of a map are strings"),
    }
}

fn map_from_lisp(v: Word, here: &Around) -> Outcome<Value> {
    let mut table = Table::new();
    let (mut position, mut key, mut value) = (0, plc::FALSE, plc::FALSE);
    while unsafe { (lisp().map_next)(lisp(), v, &mut position, &mut key, &mut value) } {
        let value = from_lisp(value, Some(here))?;
        if put(&mut table, key_from_lisp(key)?, value).is_some() {
            return refuse(plc::E_TYPE, "two keys are the same string"); // one a symbol
        }
    }
    Ok(Value::Object(Object::new(&MAP, Body::Map(RefCell::new(table)))))
}

fn container_from_lisp(mut v: Word, outer: Option<&Around>) -> Outcome<Value> {
    let here = Around { container: v, outer, depth: outer.map_or(1, |o| o.depth + 1) };
    let mut around = outer;
    while let Some(a) = around {
        if a.container == v {
            return refuse(plc::E_TYPE, "the value contains itself");
        }
        around = a.outer;
    }
    if here.depth > MAX_DEPTH {
        return refuse(plc::E_TYPE, "the value is nested too deeply");
    }
    let mut items = Vec::new();
    match unsafe { plc::type_of(v) } {
        Type::Map => return map_from_lisp(v, &here),
        Type::NumericVector => return numbers_from_lisp(v),
        Type::Vector => {
            for i in 0..unsafe { plc::vector_length(v) } {
                items.push(from_lisp(unsafe { plc::vector_ref(v, i) }, Some(&here))?);
            }
        }
        _ => {
            if unsafe { (lisp().list_length)(lisp(), v) } < 0 {
                return refuse(plc::E_TYPE, "the list is improper or circular");
            }
            while plc::is_pair(v) {
                items.push(from_lisp(unsafe { plc::car(v) }, Some(&here))?);
                v = unsafe { plc::cdr(v) };
            }
        }
    }
    Ok(Object::list(items))
}

/// The object of a reference that an operation was given.
fn referred(reference: Word) -> Rc<Object> {
    // SAFETY: the handle comes from Rc::into_raw; the use that it stands for
    // stays with the reference, so the count goes up for ours.
    unsafe {
        let object = plc::reference_handle(reference) as *const Object;
        Rc::increment_strong_count(object);
        Rc::from_raw(object)
    }
}

/// Our value for a Lisp value: a case for each row of plc/conversions.def.
fn from_lisp(v: Word, outer: Option<&Around>) -> Outcome<Value> {
    match unsafe { plc::type_of(v) } {
        Type::Nil | Type::Undefined | Type::Unspecified => Ok(Value::Nil),
        Type::Boolean => Ok(Value::Boolean(v == plc::TRUE)),
        Type::Integer => integer_from_lisp(v),
        Type::Flonum => Ok(Value::Double(unsafe { plc::flonum_value(v) })),
        Type::Rational | Type::Complex => refuse(plc::E_TYPE, "there are no such numbers"),
        Type::Character => Ok(Value::Text(character_from_lisp(plc::char_code(v)))),
        Type::String | Type::Symbol => Ok(Value::Text(text_from_lisp(v))),
        Type::Bytevector => Ok(Value::Bytes(unsafe { plc::bytes(v) }.into())),
        Type::NumericVector | Type::Vector | Type::List | Type::Map => {
            container_from_lisp(v, outer)
        }
        Type::Reference if unsafe { plc::reference_plugin(v) } == &PLUGIN as *const _ => {
            Ok(Value::Object(referred(v)))
        }
        // A reference here is another plugin's: opaque.
        Type::Reference | Type::Procedure | Type::Other => {
            Ok(Value::Object(Object::new(&OPAQUE, Body::Lisp(Root::new(v)))))
        }
    }
}

/* --- 3 Our values into Lisp's ----------------------------------------------- */

fn string_into_lisp(text: &[u8]) -> Outcome<Word> {
    let mut string = plc::FALSE;
    let bytes = text.as_ptr() as *const c_char;
    match unsafe { (lisp().string)(lisp(), bytes, text.len(), &mut string) } {
        plc::OK => Ok(string),
        status => Err(Failure::Passing(status)),
    }
}
fn cons(head: Word, tail: Word) -> Word {
    unsafe { (lisp().cons)(lisp(), head, tail) }
}
fn names_into_lisp(names: &[Rc<[u8]>]) -> Outcome<Word> {
    let mut list = plc::NULL;
    for name in names.iter().rev() {
        list = cons(string_into_lisp(name)?, list);
    }
    Ok(list)
}

/// A new reference may be made while an old one of the same key, dead already,
/// waits for its release. Each has its own use of the object.
fn reference_to(object: &Rc<Object>) -> Word {
    let key = Rc::as_ptr(object) as usize;
    let found = unsafe { (lisp().reference_find)(lisp(), &PLUGIN, key) };
    if found != plc::UNBOUND {
        return found;
    }
    world().references.set(world().references.get() + 1);
    let handle = Rc::into_raw(object.clone()) as usize;
    unsafe { (lisp().reference_make)(lisp(), &PLUGIN, key, handle) }
}

/// What a value crosses as. Values that cannot change are copied; objects can,
/// so Lisp gets references to them.
fn into_lisp(v: &Value) -> Outcome<Word> {
    Ok(match v {
        Value::Nil => plc::NIL,
        Value::Boolean(b) => plc::boolean(*b),
        Value::Integer(n) => unsafe { (lisp().integer)(lisp(), *n) },
        Value::Double(d) => unsafe { (lisp().flonum)(lisp(), *d) },
        Value::Text(text) => string_into_lisp(text)?,
        Value::Bytes(b) => unsafe { (lisp().bytevector)(lisp(), b.as_ptr().cast(), b.len()) },
        Value::Object(object) => match &object.body {
            Body::Lisp(root) => root.get(),
            Body::Results(items) => {
                let words = words_of(items)?;
                unsafe { (lisp().values)(lisp(), words.as_ptr(), items.len()) }
            }
            _ => reference_to(object),
        },
    })
}

/// The words of several values, in an array and not a Vec: the collector scans
/// the stack.
fn words_of(values: &[Value]) -> Outcome<[Word; MAX_ARGUMENTS]> {
    let mut words = [plc::FALSE; MAX_ARGUMENTS];
    if values.len() > MAX_ARGUMENTS {
        return refuse(plc::E_UNSUPPORTED, "too many arguments");
    }
    for (word, value) in words.iter_mut().zip(values) {
        *word = into_lisp(value)?;
    }
    Ok(words)
}

/// The objects around one that is copied.
struct Copying<'a> {
    object: *const Object,
    outer: Option<&'a Copying<'a>>,
    depth: usize,
}

/// A deep copy. What is inside itself or nested too deeply stays a reference.
fn copy_to_lisp(v: &Value, outer: Option<&Copying>) -> Outcome<Word> {
    let Value::Object(object) = v else { return into_lisp(v) };
    let here =
        Copying { object: Rc::as_ptr(object), outer, depth: outer.map_or(1, |o| o.depth + 1) };
    let mut around = outer;
    while let Some(a) = around {
        if a.object == here.object || here.depth > MAX_DEPTH {
            return into_lisp(v);
        }
        around = a.outer;
    }
    match &object.body {
        Body::List(items) => {
            let items = items.borrow();
            let vector = unsafe { (lisp().vector)(lisp(), items.len()) };
            for (i, item) in items.iter().enumerate() {
                let item = copy_to_lisp(item, Some(&here))?;
                unsafe { (lisp().vector_set)(lisp(), vector, i, item) }
            }
            Ok(vector)
        }
        Body::Map(table) => {
            let map = unsafe { (lisp().map)(lisp()) };
            for (key, item) in table.borrow().iter() {
                let key = string_into_lisp(key)?;
                let item = copy_to_lisp(item, Some(&here))?;
                unsafe { (lisp().map_set)(lisp(), map, key, item) }
            }
            Ok(map)
        }
        _ => into_lisp(v),
    }
}

/* --- 4 The runtime: calls, elements, comparison, text ----------------------- */

fn call_native(native: &'static Native, call: &mut Call) -> Outcome<Value> {
    world().frames.borrow_mut().push(native);
    let outcome = if !(native.least..=native.most).contains(&call.args.len()) {
        raise("ArgumentError", b"wrong number of arguments")
    } else if call.keywords.is_some() && !native.takes_keywords {
        raise("ArgumentError", b"it takes no keyword arguments")
    } else {
        (native.code)(call)
    };
    world().frames.borrow_mut().pop();
    outcome
}

fn call_lisp(procedure: Word, call: &Call) -> Outcome<Value> {
    let mut words = words_of(call.args)?;
    // Operations that Lisp calls meanwhile begin a new trace.
    let outside = world().frames.take();
    let mut result = plc::FALSE;
    let status = unsafe {
        (lisp().call)(lisp(), procedure, words.as_ptr(), call.args.len(), &mut result, call.error)
    };
    world().frames.replace(outside);
    if status != plc::OK {
        return Err(Failure::Passing(status));
    }
    let count = unsafe { (lisp().values_count)(lisp(), result) };
    if count == 1 {
        return from_lisp(result, None);
    }
    if count > MAX_ARGUMENTS {
        return refuse(plc::E_UNSUPPORTED, "too many results");
    }
    // They are valid until the next call of the host: first take them all.
    for (i, word) in words[..count].iter_mut().enumerate() {
        *word = unsafe { (lisp().values_ref)(lisp(), result, i) };
    }
    let items: Outcome<Vec<_>> = words[..count].iter().map(|word| from_lisp(*word, None)).collect();
    Ok(Value::Object(Object::new(&RESULTS, Body::Results(items?))))
}

fn call_value(callee: &Value, call: &mut Call) -> Outcome<Value> {
    if let Value::Object(object) = callee {
        match &object.body {
            Body::Function(native, receiver) => {
                call.receiver = receiver.clone();
                return call_native(native, call);
            }
            Body::Lisp(root) if plc::is_procedure(root.get()) => {
                return call_lisp(root.get(), call)
            }
            _ => {}
        }
    }
    refuse(plc::E_TYPE, "the value cannot be called")
}

fn place(items: &[Value], key: Word) -> Outcome<usize> {
    if unsafe { plc::type_of(key) } != Type::Integer {
        return refuse(plc::E_TYPE, "the index of a list is an integer");
    }
    match usize::try_from(plc::fixnum_value(key)) {
        Ok(index) if plc::is_fixnum(key) && index < items.len() => Ok(index),
        _ => refuse(plc::E_RANGE, "the index is outside of the list"),
    }
}

/// Numbers and strings of the same type have an order, lists have one element by
/// element; all else is equal to itself only.
fn order(a: &Value, b: &Value, depth: usize) -> Option<Ordering> {
    match (a, b) {
        (Value::Nil, Value::Nil) => Some(Ordering::Equal),
        (Value::Boolean(x), Value::Boolean(y)) => (x == y).then_some(Ordering::Equal),
        (Value::Integer(x), Value::Integer(y)) => Some(x.cmp(y)),
        (Value::Double(x), Value::Double(y)) => x.partial_cmp(y),
        (Value::Text(x), Value::Text(y)) | (Value::Bytes(x), Value::Bytes(y)) => Some(x.cmp(y)),
        (Value::Object(x), Value::Object(y)) if Rc::ptr_eq(x, y) => Some(Ordering::Equal),
        (Value::Object(x), Value::Object(y)) => match (&x.body, &y.body) {
            (Body::List(x), Body::List(y)) if depth < MAX_DEPTH => {
                let (x, y) = (x.borrow(), y.borrow());
                for (a, b) in x.iter().zip(y.iter()) {
                    match order(a, b, depth + 1) {
                        Some(Ordering::Equal) => {}
                        different => return different,
                    }
                }
                Some(x.len().cmp(&y.len()))
            }
            (Body::Lisp(x), Body::Lisp(y)) => (x.get() == y.get()).then_some(Ordering::Equal),
            _ => None,
        },
        _ => None,
    }
}

fn write_value(text: &mut Vec<u8>, v: &Value, is_display: bool, depth: usize) {
    if depth > 8 {
        return text.extend(b"..."); // it may contain itself
    }
    let quote: &[u8] = if is_display { b"" } else { b"\"" };
    match v {
        Value::Nil => text.extend(b"nil"),
        Value::Boolean(b) => text.extend(b.to_string().bytes()),
        Value::Integer(n) => text.extend(n.to_string().bytes()),
        Value::Double(d) => text.extend(format!("{d:?}").bytes()),
        Value::Text(string) => text.extend([quote, string, quote].concat()),
        Value::Bytes(_) => text.extend(b"<bytes>"),
        Value::Object(object) => match &object.body {
            Body::List(items) => {
                text.push(b'[');
                for (i, item) in items.borrow().iter().enumerate() {
                    text.extend(if i > 0 { ", " } else { "" }.bytes());
                    write_value(text, item, is_display, depth + 1);
                }
                text.push(b']');
            }
            Body::Map(table) => {
                text.push(b'{');
                for (i, (key, item)) in table.borrow().iter().enumerate() {
                    text.extend(if i > 0 { ", " } else { "" }.bytes());
                    text.extend([quote, key, quote, b": "].concat());
                    write_value(text, item, is_display, depth + 1);
                }
                text.push(b'}');
            }
            Body::Function(native, _) => text.extend(format!("<function {}>", native.name).bytes()),
            _ => text.extend(format!("<{}>", object.class.name).bytes()),
        },
    }
}

/* --- 5 The modules ---------------------------------------------------------- */

static LIST: Class = Class::new(
    "list",
    "A sequence that can grow.",
    &[Native::new("push", "(push item)", "Adds an element at the end.", (1, 1), push)],
);
static MAP: Class = Class::new("map", "Values by strings.", &[]);
static FUNCTION: Class = Class::new("function", "A function.", &[]);
static LATER: Class = Class::new("later", "A value that is not there yet.", &[]);
static ARRAY: Class = Class::new("array", "Doubles.", &[]);
static ITERATOR: Class = Class::new("iterator", "What is left of a sequence.", &[]);
static OPAQUE: Class = Class::new("lisp", "A value of Lisp.", &[]);
static RESULTS: Class = Class::new("results", "Several results.", &[]);
static ERROR: Class = Class::new("error", "An error.", &[]);
static ADDER: Class = Class::new(
    "adder",
    "Has a number x.",
    &[Native::new("add", "(add n)", "Adds n to x and returns the sum.", (1, 1), |call| {
        add_to(call, "x", &call.args[0])
    })],
);
static COUNTER: Class = Class::new(
    "counter",
    "Counts.",
    &[Native::new("increment", "(increment)", "Adds 1 to the value.", (0, 0), |call| {
        add_to(call, "value", &Value::Integer(1))
    })],
);

fn push(call: &mut Call) -> Outcome<Value> {
    if let Some(Body::List(items)) = call.receiver.as_ref().map(|r| &r.body) {
        items.borrow_mut().push(call.args[0].clone());
    }
    Ok(Value::Nil)
}

/// Adds to a member of the receiver and returns the sum.
fn add_to(call: &Call, name: &str, n: &Value) -> Outcome<Value> {
    let Some(Body::Instance(table)) = call.receiver.as_ref().map(|r| &r.body) else {
        return raise("TypeError", b"the method has no receiver");
    };
    let member = find(&table.borrow(), name.as_bytes()).cloned();
    let (Some(Value::Integer(x)), Value::Integer(n)) = (member, n) else {
        return raise("TypeError", b"only integers can be added");
    };
    let Some(sum) = x.checked_add(*n) else {
        return raise("OverflowError", b"the sum is too large");
    };
    put(&mut table.borrow_mut(), name.as_bytes().into(), Value::Integer(sum));
    Ok(Value::Integer(sum))
}

fn make(class: &'static Class, member: &str, value: i64) -> Outcome<Value> {
    let members = vec![(member.as_bytes().into(), Value::Integer(value))];
    Ok(Value::Object(Object::instance(class, members)))
}

fn sequence(call: &mut Call) -> Outcome<Value> {
    match call.args[0] {
        Value::Integer(n @ 0..=1000000) => Ok(Object::list((1..=n).map(Value::Integer).collect())),
        _ => raise("ArgumentError", b"no usable length"),
    }
}

fn fail(call: &mut Call) -> Outcome<Value> {
    match &call.args[0] {
        Value::Text(text) => raise("ExampleError", text),
        _ => raise("TypeError", b"the text is no string"),
    }
}

fn apply(call: &mut Call) -> Outcome<Value> {
    let mut inner = Call::new(&call.args[1..], call.error);
    call_value(&call.args[0], &mut inner)
}

/// Values that are replaced die after the borrow: what dies may lead to us.
fn keep(call: &mut Call) -> Outcome<Value> {
    let old = world().kept.replace(call.args[0].clone());
    drop(old);
    Ok(Value::Nil)
}

fn map_of(table: Table) -> Value {
    Value::Object(Object::new(&MAP, Body::Map(RefCell::new(table))))
}

fn keywords(call: &mut Call) -> Outcome<Value> {
    Ok(call.keywords.take().unwrap_or_else(|| map_of(Table::new())))
}

/// What a thread of its own will finish. That thread only carries the address:
/// objects, and their counts, are touched by who holds the world.
struct Task {
    later: Rc<Object>,
    /// The value, the text of an error, or what to call.
    what: Value,
    fails: bool,
}

/// Settles it with what the body returns.
fn settle(later: &Object, body: impl FnOnce(*mut plc::Error) -> Outcome<Value>) {
    let Body::Later(promise) = &later.body else { return };
    let mut error = plc::Error::NONE;
    let (place, mut word): (*mut _, _) = (&mut error, plc::NIL);
    let status = guarded(&mut word, place, || into_lisp(&body(place)?));
    unsafe {
        let (state, v) = match status {
            plc::OK => (plc::RESOLVED, word),
            _ => (plc::REJECTED, (lisp().make_condition)(lisp(), &PLUGIN, status, place)),
        };
        (lisp().settle)(lisp(), promise.get(), state, v);
    }
}

/// Starts a thread for a task: `body` gets the address of the task.
fn start_task(
    what: Value,
    fails: bool,
    body: impl FnOnce(usize) + Send + 'static,
) -> Outcome<Value> {
    let promise = Root::new(unsafe { (lisp().promise)(lisp()) });
    let later = Object::new(&LATER, Body::Later(promise));
    let task = Box::new(Task { later: later.clone(), what, fails });
    let address = Box::into_raw(task) as usize;
    match std::thread::Builder::new().spawn(move || body(address)) {
        Ok(_) => Ok(Value::Object(later)),
        Err(_) => {
            // SAFETY: there is no thread that has it.
            drop(unsafe { Box::from_raw(address as *mut Task) });
            raise("SystemError", b"there are no more threads")
        }
    }
}

fn time_of(v: &Value) -> Duration {
    match v {
        Value::Integer(n) => Duration::from_millis(u64::try_from(*n).unwrap_or(0)),
        _ => Duration::ZERO,
    }
}

unsafe extern "C" fn finish_later(data: *mut c_void) {
    let task = Box::from_raw(data as *mut Task);
    settle(&task.later, |_| match &task.what {
        Value::Text(text) if task.fails => raise("ExampleError", text),
        value => Ok(value.clone()),
    })
}

fn start_later(call: &mut Call, fails: bool) -> Outcome<Value> {
    let time = time_of(&call.args[0]);
    start_task(call.args[1].clone(), fails, move |address| {
        std::thread::sleep(time);
        unsafe { (lisp().post)(lisp(), finish_later, address as *mut c_void) };
    })
}

unsafe extern "C" fn finish_background(data: *mut c_void) {
    let task = Box::from_raw(data as *mut Task);
    settle(&task.later, |error| call_value(&task.what, &mut Call::new(&[], error)))
}
unsafe extern "C" fn give_up(data: *mut c_void) {
    let task = Box::from_raw(data as *mut Task);
    settle(&task.later, |_| refuse(plc::E_FOREIGN, "there is no memory"))
}

fn background(call: &mut Call) -> Outcome<Value> {
    start_task(call.args[0].clone(), false, |address| unsafe {
        let data = address as *mut c_void;
        if (lisp().run)(lisp(), finish_background, data) != plc::OK {
            (lisp().post)(lisp(), give_up, data);
        }
    })
}

/// A call that another thread makes while this one waits for it.
struct Errand<'a> {
    callee: &'a Value,
    args: &'a [Value],
    error: *mut plc::Error,
    result: Value,
    status: Status,
}

unsafe extern "C" fn do_errand(data: *mut c_void) {
    let errand = &mut *(data as *mut Errand);
    let (callee, args, error) = (errand.callee, errand.args, errand.error);
    errand.status = guarded(&mut errand.result, error, || {
        call_value(callee, &mut Call::new(args, error))
    });
}

/// What belongs to a stack is out of the way while this thread blocks: others go
/// on.
fn in_thread(call: &mut Call) -> Outcome<Value> {
    let (callee, args) = (&call.args[0], &call.args[1..]);
    let status = plc::E_UNSUPPORTED;
    let mut errand = Errand { callee, args, error: call.error, result: Value::Nil, status };
    let address = &mut errand as *mut Errand as usize;
    let outside = world().frames.take();
    let mut region = plc::Region([0; 32]);
    unsafe { (lisp().blocking_begin)(lisp(), &mut region) };
    std::thread::scope(|scope| {
        // Without a thread the status stays as it is.
        let run = move || unsafe { (lisp().run)(lisp(), do_errand, address as *mut c_void) };
        let _ = std::thread::Builder::new().spawn_scoped(scope, run);
    });
    unsafe { (lisp().blocking_end)(lisp(), &mut region) };
    world().frames.replace(outside);
    match errand.status {
        plc::OK => Ok(errand.result),
        status => Err(Failure::Passing(status)),
    }
}

/// A descriptor that is read as far as there is something to read.
struct Reader {
    stream: UnixStream,
    callee: Value,
    watch: *mut plc::Watch,
}

unsafe extern "C" fn read_some(data: *mut c_void, events: c_int) {
    let reader = &mut *(data as *mut Reader);
    let mut text = [0; 8];
    let size = match events & plc::WATCH_FAILED {
        0 => reader.stream.read(&mut text).unwrap_or(0),
        _ => 0,
    };
    let part = if size > 0 { Value::Text(text[..size].into()) } else { Value::Nil };
    let mut error = plc::Error::NONE;
    let place: *mut plc::Error = &mut error;
    // Who is called here has nobody to tell of an error.
    guarded(&mut (), place, || {
        call_value(&reader.callee, &mut Call::new(&[part], place)).map(|_| ())
    });
    if size == 0 {
        (lisp().unwatch)(lisp(), reader.watch);
        drop(Box::from_raw(data as *mut Reader));
    }
}

fn echo(call: &mut Call) -> Outcome<Value> {
    let Value::Text(text) = &call.args[0] else {
        return raise("TypeError", b"the text is no string");
    };
    let Ok((mut writer, stream)) = UnixStream::pair() else {
        return raise("SystemError", b"there are no more pipes");
    };
    if text.len() > 4096 || writer.write_all(text).is_err() {
        return raise("SystemError", b"the text is too long");
    }
    let fd = stream.as_raw_fd();
    let callee = call.args[1].clone();
    let reader = Box::into_raw(Box::new(Reader { stream, callee, watch: std::ptr::null_mut() }));
    // SAFETY: the reader is there until it ends the watch itself.
    unsafe {
        let data = reader as *mut c_void;
        (*reader).watch = (lisp().watch)(lisp(), fd, plc::WATCH_READABLE, read_some, data);
        if (*reader).watch.is_null() {
            drop(Box::from_raw(reader));
            return raise("SystemError", b"the pipe cannot be watched");
        }
    }
    Ok(Value::Nil)
}

/// Who wants to know how a promise of Lisp ends.
struct Watcher {
    promise: Root,
    callee: Value,
}

unsafe extern "C" fn tell_watcher(data: *mut c_void) {
    let watcher = Box::from_raw(data as *mut Watcher);
    let mut error = plc::Error::NONE;
    let place: *mut plc::Error = &mut error;
    guarded(&mut (), place, || {
        let mut v = plc::NIL;
        let state = (lisp().promise_state)(lisp(), watcher.promise.get(), &mut v);
        let args = [Value::Boolean(state == plc::RESOLVED), from_lisp(v, None)?];
        call_value(&watcher.callee, &mut Call::new(&args, place)).map(|_| ())
    });
}

fn notify(call: &mut Call) -> Outcome<Value> {
    let promise = into_lisp(&call.args[0])?;
    if !unsafe { (lisp().is_promise)(lisp(), promise) } {
        return raise("TypeError", b"that is no promise");
    }
    let watcher = Watcher { promise: Root::new(promise), callee: call.args[1].clone() };
    let data = Box::into_raw(Box::new(watcher)) as *mut c_void;
    unsafe { (lisp().when_settled)(lisp(), promise, tell_watcher, data) };
    Ok(Value::Nil)
}

fn waits(_: &mut Call) -> Outcome<Value> {
    let is_wrong = world().was_out_of_step.get() || IS_WAITING.get();
    Ok(Value::Integer(if is_wrong { -1 } else { world().waits.get() }))
}

fn fiber(_: &mut Call) -> Outcome<Value> {
    if world().fiber.get() != unsafe { (lisp().fiber)(lisp()) } {
        return raise("FiberError", b"fiber_switch was not called");
    }
    Ok(Value::Integer(world().fiber.get() as i64))
}

static IS_INTERRUPTED: AtomicBool = AtomicBool::new(false); // in a signal handler

extern "C" {
    fn kill(process: c_int, signal: c_int) -> c_int;
}

fn spin(call: &mut Call) -> Outcome<Value> {
    const SIGINT: c_int = 2;
    let time = time_of(&call.args[0]);
    IS_INTERRUPTED.store(false, Memory::SeqCst);
    std::thread::spawn(move || {
        std::thread::sleep(time);
        // SAFETY: the process is this one.
        unsafe { kill(std::process::id() as c_int, SIGINT) };
    });
    // As a runtime looks between two instructions.
    while !IS_INTERRUPTED.load(Memory::SeqCst) {
        std::hint::spin_loop();
    }
    raise("Interrupted", b"it was interrupted")
}

fn farewell(call: &mut Call) -> Outcome<Value> {
    match &call.args[0] {
        Value::Text(text) => world().farewell.replace(Some(text.clone())),
        _ => return raise("TypeError", b"the text is no string"),
    };
    Ok(Value::Nil)
}

fn make_array(length: &Value) -> Outcome<Rc<Object>> {
    let Value::Integer(n @ 0..=1_000_000) = *length else {
        return raise("ArgumentError", b"no usable length");
    };
    world().arrays.set(world().arrays.get() + 1);
    let numbers = (0..n).map(|i| Cell::new(i as f64)).collect();
    Ok(Object::new(&ARRAY, Body::Array(numbers)))
}
fn array(call: &mut Call) -> Outcome<Value> {
    Ok(Value::Object(make_array(&call.args[0])?))
}

/// What a buffer needs as long as it is used: a use of the array.
struct Export {
    _array: Rc<Object>,
    length: i64,
}
unsafe extern "C" fn end_export(buffer: *mut plc::Buffer) {
    drop(Box::from_raw((*buffer).owner as *mut Export));
}
fn export(object: &Rc<Object>) -> Outcome<plc::Buffer> {
    let Body::Array(numbers) = &object.body else {
        return refuse(plc::E_UNSUPPORTED, "the object has no memory to share");
    };
    let owner = Box::new(Export { _array: object.clone(), length: numbers.len() as i64 });
    let owner = Box::into_raw(owner);
    Ok(plc::Buffer {
        struct_size: size_of::<plc::Buffer>(),
        data: numbers.as_ptr() as *mut c_void,
        scalar: plc::SCALAR_FLOAT,
        bits: 64,
        is_read_only: false,
        is_owned: false,
        dimensions: 1,
        // SAFETY: the box was just made.
        shape: unsafe { &(*owner).length },
        strides: std::ptr::null(),
        format: c"d".as_ptr(),
        owner: owner.cast(),
        release: Some(end_export),
    })
}

/// The memory of an array that nobody here keeps, as a value of Lisp.
fn lend(call: &mut Call) -> Outcome<Value> {
    let mut shared = Shared(export(&make_array(&call.args[0])?)?);
    match unsafe { (lisp().share)(lisp(), &shared.0) } {
        plc::UNBOUND => refuse(plc::E_UNSUPPORTED, "Lisp knows no such elements"),
        pointer => {
            shared.0.release = None; // that is up to Lisp now
            from_lisp(pointer, None)
        }
    }
}

/// A buffer that is given back when this is dropped.
struct Shared(plc::Buffer);
impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(release) = self.0.release {
            // SAFETY: once, as the buffer wants it.
            unsafe { release(&mut self.0) }
        }
    }
}
impl Shared {
    /// Where an element is.
    fn place(&self, index: &Value) -> Outcome<*mut f64> {
        // SAFETY: a buffer of one dimension has one entry of each.
        let (length, step) = unsafe {
            let strides = self.0.strides.as_ref();
            (*self.0.shape, strides.copied().unwrap_or(size_of::<f64>() as i64))
        };
        match index {
            // SAFETY: it lies in the memory.
            Value::Integer(i) if (0..length).contains(i) => {
                Ok(unsafe { self.0.data.byte_offset((i * step) as isize) as *mut f64 })
            }
            _ => raise("IndexError", b"there is no such element"),
        }
    }
}

fn unshare(_: &mut Call) -> Outcome<Value> {
    let old = world().shared.take(); // no borrow while it is given back
    drop(old);
    Ok(Value::Nil)
}
/// An array of our own, or what Lisp made a pointer to by `foreign-buffer`.
fn share(call: &mut Call) -> Outcome<Value> {
    unshare(call)?;
    let shared = match &call.args[0] {
        Value::Object(object) if matches!(object.body, Body::Array(_)) => Shared(export(object)?),
        other => {
            // SAFETY: all of it may be zero.
            let mut buffer: plc::Buffer = unsafe { std::mem::zeroed() };
            buffer.struct_size = size_of::<plc::Buffer>();
            let word = into_lisp(other)?;
            match unsafe { (lisp().buffer)(lisp(), word, &mut buffer, call.error) } {
                plc::OK => Shared(buffer),
                status => return Err(Failure::Passing(status)),
            }
        }
    };
    if (shared.0.scalar, shared.0.bits, shared.0.dimensions) != (plc::SCALAR_FLOAT, 64, 1) {
        return refuse(plc::E_TYPE, "its elements are no doubles");
    }
    world().shared.replace(Some(shared));
    Ok(Value::Nil)
}
fn shared_place(index: &Value) -> Outcome<(*mut f64, bool)> {
    match &*world().shared.borrow() {
        Some(shared) => Ok((shared.place(index)?, shared.0.is_read_only)),
        None => raise("IndexError", b"nothing is shared"),
    }
}
fn shared_get(call: &mut Call) -> Outcome<Value> {
    let (place, _) = shared_place(&call.args[0])?;
    // SAFETY: both sides run in turns.
    Ok(Value::Double(unsafe { *place }))
}
fn shared_set(call: &mut Call) -> Outcome<Value> {
    let (place, is_read_only) = shared_place(&call.args[0])?;
    match call.args[1] {
        Value::Double(_) if is_read_only => Ok(Value::Nil),
        Value::Double(x) => {
            // SAFETY: as above.
            unsafe { *place = x };
            Ok(Value::Boolean(true))
        }
        _ => raise("TypeError", b"that is no double"),
    }
}

/// A module, which is a class for its name and documentation, and functions.
static MODULES: [(Class, &[Native]); 2] = [
    (
        Class::new("plc-conformance", "What plc tests a plugin with.", &[]),
        &[
            Native::new("identity", "(identity x)", "Returns x.", (1, 1), |call| {
                Ok(call.args[0].clone())
            }),
            Native::new("apply", "(apply f x ...)", "Calls f with the x.", (1, usize::MAX), apply),
            Native::new("fail", "(fail text)", "Raises an error.", (1, 1), fail),
            Native::new("object", "(object)", "Makes an adder.", (0, 0), |_| make(&ADDER, "x", 1)),
            Native::new("sequence", "(sequence n)", "The integers 1 to n.", (1, 1), sequence),
            Native::new("keep", "(keep x)", "Holds x.", (1, 1), keep),
            Native::new("kept", "(kept)", "Returns what is held.", (0, 0), |_| {
                Ok(world().kept.borrow().clone())
            }),
            Native::new("keywords", "(keywords :k v ...)", "A map.", (0, 0), keywords)
                .with_keywords(),
            Native::new("later", "(later ms x)", "x after a while.", (2, 2), |call| {
                start_later(call, false)
            }),
            Native::new("fail_later", "(fail_later ms text)", "An error.", (2, 2), |call| {
                start_later(call, true)
            }),
            Native::new("background", "(background f)", "Calls f.", (1, 1), background),
            Native::new("in_thread", "(in_thread f x ...)", "Calls f.", (1, usize::MAX), in_thread),
            Native::new("echo", "(echo text f)", "Passes text on.", (2, 2), echo),
            Native::new("notify", "(notify p f)", "Calls f at its end.", (2, 2), notify),
            Native::new("waits", "(waits)", "How often plc has waited.", (0, 0), waits),
            Native::new("fiber", "(fiber)", "The number of the fiber.", (0, 0), fiber),
            Native::new("spin", "(spin ms)", "Runs until interrupted.", (1, 1), spin),
            Native::new("array", "(array n)", "Makes an array.", (1, 1), array),
            Native::new("lend", "(lend n)", "The memory of an array.", (1, 1), lend),
            Native::new("arrays", "(arrays)", "How many there are.", (0, 0), |_| {
                Ok(Value::Integer(world().arrays.get()))
            }),
            Native::new("share", "(share x)", "Keeps its memory.", (1, 1), share),
            Native::new("shared", "(shared i)", "Reads it.", (1, 1), shared_get),
            Native::new("shared_set", "(shared_set i x)", "Writes it.", (2, 2), shared_set),
            Native::new("unshare", "(unshare)", "Gives it back.", (0, 0), unshare),
            Native::new("farewell", "(farewell text)", "Shown at the end.", (1, 1), farewell),
        ],
    ),
    (
        Class::new("counter", "Counters.", &[]),
        &[Native::new("make", "(make)", "Makes a counter.", (0, 0), |_| {
            make(&COUNTER, "value", 0)
        })],
    ),
];

/* --- 6 The border ------------------------------------------------------------ */

/// Runs an operation, which may fail or panic, and leaves its result.
fn guarded<T>(result: *mut T, error: *mut plc::Error, body: impl FnOnce() -> Outcome<T>) -> Status {
    // The unwinding of a panic leaves no borrow behind, and all that can be
    // half done is a value of the runtime.
    let outcome = catch_unwind(AssertUnwindSafe(|| match body() {
        Ok(value) => {
            // SAFETY: the host gives a valid place for the result.
            unsafe { result.write(value) };
            plc::OK
        }
        // SAFETY: `error` is never NULL, and nobody else uses it now.
        Err(failure) => match report(failure, unsafe { &mut *error }) {
            Ok(status) | Err(Failure::Passing(status)) => status,
            Err(_) => plc::E_FOREIGN,
        },
    }));
    outcome.unwrap_or_else(|_| {
        world().frames.take();
        let (kind, message) = (c"panic".as_ptr(), c"the plugin has a bug".as_ptr());
        unsafe { (lisp().fail)(lisp(), error, plc::E_FOREIGN, kind, message) }
    })
}

/// Describes a failure to plc.
fn report(failure: Failure, error: &mut plc::Error) -> Outcome<Status> {
    match failure {
        Failure::Passing(status) => Ok(status),
        Failure::Refused(status, message) => {
            error.message = string_into_lisp(message.as_bytes())?;
            Ok(status)
        }
        Failure::Unknown(message, names) => {
            error.message = string_into_lisp(message.as_bytes())?;
            error.nearest = names_into_lisp(&names)?;
            Ok(plc::E_NAME)
        }
        Failure::Raised(kind, message, trace) => {
            error.type_ = string_into_lisp(kind.as_bytes())?;
            error.message = string_into_lisp(&message)?;
            let members = vec![(b"message".as_slice().into(), Value::Text(message))];
            error.value = reference_to(&Object::instance(&ERROR, members));
            error.trace = plc::NULL;
            for native in trace {
                let place = cons(plc::FALSE, cons(plc::FALSE, plc::NULL)); // no file, no line
                let frame = cons(string_into_lisp(native.name.as_bytes())?, place);
                error.trace = cons(frame, error.trace);
            }
            Ok(plc::E_FOREIGN)
        }
    }
}

type Me = *mut plc::Plugin;

extern "C" fn start(_: Me, host: *const plc::Host, _: *mut plc::Error) -> Status {
    // SAFETY: the table stays valid until the process ends.
    world().host.set(Some(unsafe { &*host }));
    plc::OK
}

extern "C" fn describe(_: Me, buffer: *mut c_char, size: usize) -> Status {
    let line = b"example 1.0, built in";
    let count = line.len().min(size.saturating_sub(1));
    if size > 0 {
        // SAFETY: the buffer has `size` bytes.
        unsafe {
            std::ptr::copy_nonoverlapping(line.as_ptr(), buffer.cast(), count);
            buffer.add(count).write(0);
        }
    }
    plc::OK
}

/// A module is made by its first import; later ones give the same object. There
/// are no options.
extern "C" fn import(
    _: Me,
    name: Word,
    _: Word,
    result: *mut Word,
    error: *mut plc::Error,
) -> Status {
    guarded(result, error, || {
        let wanted = text_from_lisp(name);
        let mut made = world().modules.borrow_mut();
        if let Some(module) = made.iter().find(|m| m.class.name.as_bytes() == &*wanted) {
            return Ok(reference_to(module));
        }
        let Some((class, functions)) = MODULES.iter().find(|m| m.0.name.as_bytes() == &*wanted)
        else {
            let names = MODULES.iter().map(|m| m.0.name.as_bytes().into()).collect();
            return unknown("there is no such module", &wanted, names);
        };
        let function = |native| Object::new(&FUNCTION, Body::Function(native, None));
        let members =
            functions.iter().map(|n| (n.name.as_bytes().into(), Value::Object(function(n))));
        let module = Object::instance(class, members.collect());
        made.push(module.clone());
        Ok(reference_to(&module))
    })
}

extern "C" fn get(
    _: Me,
    object: Word,
    name: Word,
    result: *mut Word,
    error: *mut plc::Error,
) -> Status {
    guarded(result, error, || {
        let (object, name) = (referred(object), text_from_lisp(name));
        if let Some(member) = object.member(&name) {
            return into_lisp(&member);
        }
        let method = object.method(&name)?;
        Ok(reference_to(&Object::new(&FUNCTION, Body::Function(method, Some(object)))))
    })
}

/// Adds no members: plc tries several spellings of a name, and the first one
/// would be accepted whatever it is.
extern "C" fn set(_: Me, object: Word, name: Word, value: Word, error: *mut plc::Error) -> Status {
    guarded(&mut (), error, || {
        let (object, name) = (referred(object), text_from_lisp(name));
        match &object.body {
            Body::Instance(table) if object.member(&name).is_some() => {
                let value = from_lisp(value, None)?;
                let old = put(&mut table.borrow_mut(), name, value);
                drop(old);
                Ok(())
            }
            _ => {
                object.method(&name)?;
                refuse(plc::E_UNSUPPORTED, "methods cannot be replaced")
            }
        }
    })
}

extern "C" fn index(
    _: Me,
    object: Word,
    key: Word,
    result: *mut Word,
    error: *mut plc::Error,
) -> Status {
    guarded(result, error, || match &referred(object).body {
        Body::List(items) => {
            let items = items.borrow();
            into_lisp(&items[place(&items, key)?])
        }
        Body::Map(table) => match find(&table.borrow(), &key_from_lisp(key)?) {
            Some(value) => into_lisp(value),
            None => refuse(plc::E_NAME, "the map has no such key"),
        },
        Body::Array(numbers) => match usize::try_from(plc::fixnum_value(key)) {
            Ok(i) if plc::is_fixnum(key) && i < numbers.len() => {
                into_lisp(&Value::Double(numbers[i].get()))
            }
            _ => refuse(plc::E_RANGE, "the index is outside of the array"),
        },
        _ => refuse(plc::E_UNSUPPORTED, "the object has no elements"),
    })
}

extern "C" fn set_index(
    _: Me,
    object: Word,
    key: Word,
    value: Word,
    error: *mut plc::Error,
) -> Status {
    guarded(&mut (), error, || {
        let value = from_lisp(value, None)?;
        let old = match &referred(object).body {
            Body::List(items) => {
                let mut items = items.borrow_mut();
                let index = place(&items, key)?;
                Some(std::mem::replace(&mut items[index], value))
            }
            Body::Map(table) => put(&mut table.borrow_mut(), key_from_lisp(key)?, value),
            _ => return refuse(plc::E_UNSUPPORTED, "the object has no elements"),
        };
        drop(old);
        Ok(())
    })
}

/// Converts the arguments of a call, which `body` then makes.
fn call_from_lisp(
    args: *const Word,
    positional: usize,
    keywords: usize,
    error: *mut plc::Error,
    body: impl FnOnce(&mut Call) -> Outcome<Value>,
) -> Outcome<Word> {
    let values: Outcome<Vec<_>> =
        // SAFETY: there are as many arguments.
        (0..positional).map(|i| from_lisp(unsafe { *args.add(i) }, None)).collect();
    let values = values?;
    let mut call = Call::new(&values, error);
    if keywords > 0 {
        let mut table = Table::new();
        for i in 0..keywords {
            // SAFETY: there are two words for each.
            let (name, value) =
                unsafe { (*args.add(positional + 2 * i), *args.add(positional + 2 * i + 1)) };
            put(&mut table, text_from_lisp(name), from_lisp(value, None)?);
        }
        call.keywords = Some(map_of(table));
    }
    let returned = body(&mut call)?;
    into_lisp(&returned)
}

extern "C" fn call(
    _: Me,
    callee: Word,
    args: *const Word,
    positional: usize,
    keywords: usize,
    result: *mut Word,
    error: *mut plc::Error,
) -> Status {
    guarded(result, error, || {
        let callee = Value::Object(referred(callee));
        call_from_lisp(args, positional, keywords, error, |call| call_value(&callee, call))
    })
}

extern "C" fn call_method(
    _: Me,
    object: Word,
    name: Word,
    args: *const Word,
    positional: usize,
    keywords: usize,
    result: *mut Word,
    error: *mut plc::Error,
) -> Status {
    guarded(result, error, || {
        let (object, name) = (referred(object), text_from_lisp(name));
        call_from_lisp(args, positional, keywords, error, |call| {
            if let Some(member) = object.member(&name) {
                return call_value(&member, call);
            }
            let method = object.method(&name)?;
            call.receiver = Some(object);
            call_native(method, call)
        })
    })
}

extern "C" fn iterate(_: Me, object: Word, result: *mut Word, error: *mut plc::Error) -> Status {
    guarded(result, error, || {
        let source = referred(object);
        source.length()?; // refuses what has no elements
        Ok(reference_to(&Object::new(&ITERATOR, Body::Iterator(source, Cell::new(0)))))
    })
}

/// The elements of a list, the keys of a map.
extern "C" fn next(_: Me, iterator: Word, result: *mut Word, error: *mut plc::Error) -> Status {
    guarded(result, error, || {
        let iterator = referred(iterator);
        let Body::Iterator(source, position) = &iterator.body else {
            return refuse(plc::E_TYPE, "the object is no iterator");
        };
        let index = position.get();
        let item = match &source.body {
            Body::List(items) => items.borrow().get(index).cloned(),
            Body::Map(table) => table.borrow().get(index).map(|entry| Value::Text(entry.0.clone())),
            Body::Array(numbers) => numbers.get(index).map(|number| Value::Double(number.get())),
            _ => None,
        };
        position.set(index + item.is_some() as usize);
        match item {
            Some(item) => into_lisp(&item),
            None => Err(Failure::Passing(plc::END)),
        }
    })
}

extern "C" fn length(_: Me, object: Word, result: *mut i64, error: *mut plc::Error) -> Status {
    guarded(result, error, || Ok(referred(object).length()? as i64))
}

extern "C" fn compare(
    _: Me,
    op: c_int,
    a: Word,
    b: Word,
    result: *mut bool,
    error: *mut plc::Error,
) -> Status {
    guarded(result, error, || match order(&from_lisp(a, None)?, &from_lisp(b, None)?, 0) {
        None if op != plc::COMPARE_EQ => refuse(plc::E_TYPE, "the values have no order"),
        None => Ok(false),
        Some(order) => Ok(match op {
            plc::COMPARE_EQ => order.is_eq(),
            plc::COMPARE_LT => order.is_lt(),
            plc::COMPARE_LE => order.is_le(),
            plc::COMPARE_GT => order.is_gt(),
            _ => order.is_ge(),
        }),
    })
}

/// Equal lists have equal lengths; the rest is left to `compare`.
extern "C" fn hash(_: Me, object: Word, result: *mut u64, error: *mut plc::Error) -> Status {
    guarded(result, error, || {
        let object = referred(object);
        Ok(match &object.body {
            Body::List(items) => items.borrow().len() as u64,
            _ => Rc::as_ptr(&object) as u64,
        })
    })
}

extern "C" fn repr(
    _: Me,
    object: Word,
    is_display: bool,
    result: *mut Word,
    error: *mut plc::Error,
) -> Status {
    guarded(result, error, || {
        let mut text = Vec::new();
        write_value(&mut text, &Value::Object(referred(object)), is_display, 0);
        string_into_lisp(&text)
    })
}

extern "C" fn members(_: Me, object: Word, result: *mut Word, error: *mut plc::Error) -> Status {
    guarded(result, error, || names_into_lisp(&referred(object).names()))
}

extern "C" fn doc(_: Me, object: Word, result: *mut Word, error: *mut plc::Error) -> Status {
    guarded(result, error, || {
        let object = referred(object);
        string_into_lisp(object.native().map_or(object.class.doc, |n| n.doc).as_bytes())
    })
}

extern "C" fn signature(_: Me, object: Word, result: *mut Word, error: *mut plc::Error) -> Status {
    guarded(result, error, || match referred(object).native() {
        Some(native) => string_into_lisp(native.signature.as_bytes()),
        None => Ok(plc::FALSE),
    })
}

extern "C" fn to_lisp(_: Me, object: Word, result: *mut Word, error: *mut plc::Error) -> Status {
    guarded(result, error, || copy_to_lisp(&Value::Object(referred(object)), None))
}

extern "C" fn release(_: Me, handles: *const usize, count: usize) {
    world().references.set(world().references.get() - count as u64);
    for i in 0..count {
        // SAFETY: each handle comes from Rc::into_raw and is given back once.
        drop(unsafe { Rc::from_raw(*handles.add(i) as *const Object) });
    }
}

extern "C" fn live_references(_: Me) -> u64 {
    world().references.get()
}

extern "C" fn buffer(
    _: Me,
    object: Word,
    result: *mut plc::Buffer,
    error: *mut plc::Error,
) -> Status {
    guarded(result, error, || export(&referred(object)))
}

extern "C" fn interrupt(_: Me) {
    IS_INTERRUPTED.store(true, Memory::SeqCst);
}

extern "C" fn wait(_: Me, object: Word, result: *mut Word, error: *mut plc::Error) -> Status {
    guarded(result, error, || match &referred(object).body {
        Body::Later(promise) => Ok(promise.get()),
        _ => refuse(plc::E_UNSUPPORTED, "the object is there already"),
    })
}

extern "C" fn fiber_switch(_: Me, _: u64, to: u64) {
    world().fiber.set(to);
}

thread_local! {
    /// Each thread waits by itself.
    static IS_WAITING: Cell<bool> = const { Cell::new(false) };
}

/// A runtime with locks gives them up here.
extern "C" fn before_wait(_: Me) {
    if IS_WAITING.replace(true) {
        world().was_out_of_step.set(true);
    }
}
extern "C" fn after_wait(_: Me) {
    if !IS_WAITING.replace(false) {
        world().was_out_of_step.set(true);
    }
    world().waits.set(world().waits.get() + 1);
}

/// Lisp may still have references: only what the runtime keeps itself goes.
extern "C" fn shutdown(_: Me) {
    if let Some(text) = world().farewell.take() {
        println!("{}", String::from_utf8_lossy(&text));
    }
    let (kept, modules) = (world().kept.replace(Value::Nil), world().modules.take());
    drop((kept, modules, world().shared.take()));
}

/// Operations that are None are not supported: the language has no source text
/// (evaluate) and no operators (operate), nothing to close (close), fibers have
/// no state here (fiber_end), and going through a map gives its keys (entries).
static PLUGIN: plc::Plugin = plc::Plugin {
    struct_size: size_of::<plc::Plugin>(),
    abi_major: 0,
    abi_minor: 10,
    language: c"example".as_ptr(),
    ecosystems: c"example".as_ptr(),
    version: c"1.0".as_ptr(),
    start: Some(start),
    describe: Some(describe),
    import: Some(import),
    evaluate: None,
    get: Some(get),
    set: Some(set),
    index: Some(index),
    set_index: Some(set_index),
    call: Some(call),
    call_method: Some(call_method),
    iterate: Some(iterate),
    next: Some(next),
    length: Some(length),
    compare: Some(compare),
    operate: None,
    hash: Some(hash),
    repr: Some(repr),
    members: Some(members),
    doc: Some(doc),
    signature: Some(signature),
    to_lisp: Some(to_lisp),
    close: None,
    release: Some(release),
    live_references: Some(live_references),
    interrupt: Some(interrupt),
    shutdown: Some(shutdown),
    wait: Some(wait),
    fiber_switch: Some(fiber_switch),
    fiber_end: None,
    before_wait: Some(before_wait),
    after_wait: Some(after_wait),
    delete_index: None,
    entries: None,
    first_index: 0,
    buffer: Some(buffer),
    use_environment: None,
    enter: None,
    leave: None,
    join_keys: None,
    slice: None,
    is_async: None,
    use_process: None,
    make_module: None,
    exit: None,
    handle_signals: None,
    await_here: None,
};

/// The one exported symbol.
///
/// # Safety
/// plc gives a valid table.
#[no_mangle]
pub unsafe extern "C" fn plc_plugin_query(host: *const plc::Host) -> *const plc::Plugin {
    if (*host).abi_major == PLUGIN.abi_major {
        &PLUGIN
    } else {
        std::ptr::null()
    }
}
