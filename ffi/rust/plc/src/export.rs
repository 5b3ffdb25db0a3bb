//! What plc calls: the operations of a plugin whose modules are tables of
//! functions.

use crate::convert::{FromLisp, ToLisp};
use crate::error::{self, Error, Result};
use crate::handle::{self, refer, Entry};
use crate::lisp::{runs_for_lisp, set_host, Lisp};
use crate::sys::{self, Status, Word};
use std::any::Any;
use std::cell::RefCell;
use std::ffi::c_char;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::OnceLock;

/// A function for Lisp; `#[plc::export]` makes it.
#[derive(Debug)]
pub struct Export {
    #[doc(hidden)]
    pub name: &'static str,
    #[doc(hidden)]
    pub signature: &'static str,
    #[doc(hidden)]
    pub doc: &'static str,
    #[doc(hidden)]
    pub least: usize,
    /// usize::MAX: any number.
    #[doc(hidden)]
    pub most: usize,
    /// Its arguments are alive, and as many as it takes.
    #[doc(hidden)]
    pub code: unsafe fn(&Lisp, &[Word]) -> Result<Word>,
}

/// What Lisp imports by its name.
#[derive(Debug)]
pub struct Module {
    #[doc(hidden)]
    pub name: &'static str,
    #[doc(hidden)]
    pub functions: &'static [&'static Export],
}

pub(crate) static PLUGIN: AtomicPtr<sys::Plugin> = AtomicPtr::new(std::ptr::null_mut());
static MODULES: OnceLock<&'static [Module]> = OnceLock::new();
fn modules() -> &'static [Module] {
    MODULES.get().copied().unwrap_or(&[])
}

impl Export {
    unsafe fn call(&self, lisp: &Lisp, args: &[Word]) -> Result<Word> {
        if args.len() >= self.least && args.len() <= self.most {
            return (self.code)(lisp, args);
        }
        let (signature, found) = (self.signature, args.len());
        Err(Error::wrong_type(format!("called as {signature}, found {found} arguments")))
    }
}

const MOST: usize = 256; // arguments of a method, which lie on the stack
unsafe fn call_with(lisp: &Lisp, export: &Export, first: Word, args: &[Word]) -> Result<Word> {
    let mut words = [sys::FALSE; MOST];
    if args.len() >= MOST {
        return Err(Error::range(format!("a method takes less than {MOST} arguments")));
    }
    words[0] = first;
    words[1..=args.len()].copy_from_slice(args);
    export.call(lisp, &words[..=args.len()])
}

fn find(functions: &[&'static Export], name: &str) -> Result<&'static Export> {
    match functions.iter().find(|function| function.name == name) {
        Some(function) => Ok(function),
        None => {
            let mut names: Vec<_> = functions.iter().map(|f| f.name.to_string()).collect();
            names.retain(|other| other.chars().next() == name.chars().next());
            Err(Error::unknown("there is no such function", names))
        }
    }
}

fn function(lisp: &Lisp, export: &'static Export) -> Word {
    refer(lisp, std::ptr::from_ref(export) as usize, || Entry::Function(export))
}

thread_local! {
    /// Where the last panic of this thread was: file and line.
    static PLACE: RefCell<Option<(String, u32)>> = const { RefCell::new(None) };
}

/// What a panic says becomes a condition where Lisp called: it is not told twice.
pub(crate) fn keep_panics_quiet() {
    let others = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !runs_for_lisp() {
            return others(panic);
        }
        let place = panic.location().map(|place| (place.file().to_string(), place.line()));
        let _ = PLACE.try_with(|kept| kept.replace(place));
    }));
}

fn text_of(panic: Box<dyn Any + Send>) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| text.to_string());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a text".to_string())
}
pub(crate) fn error_of(panic: Box<dyn Any + Send>) -> Error {
    // A condition of Lisp that passes (closure.rs).
    let panic = match panic.downcast::<Error>() {
        Ok(error) => return *error,
        Err(panic) => panic,
    };
    Error::of_panic(text_of(panic), PLACE.take())
}

/// Runs an operation: no panic leaves it, and its error is told to plc.
///
/// # Safety
/// This thread holds the world, result and error are valid.
pub(crate) unsafe fn guarded<T>(
    result: *mut T,
    error: *mut sys::Error,
    body: impl FnOnce(&Lisp) -> Result<T>,
) -> Status {
    let lisp = Lisp::enter();
    let outcome = catch_unwind(AssertUnwindSafe(|| body(&lisp)));
    match outcome.unwrap_or_else(|panic| Err(error_of(panic))) {
        Ok(value) => {
            result.write(value);
            sys::OK
        }
        Err(failure) => failure.report(&lisp, &mut *error),
    }
}

type Me = *mut sys::Plugin;
type Place = *mut Word;
type Failure = *mut sys::Error;

extern "C" fn start(_: Me, host: *const sys::Host, _: Failure) -> Status {
    set_host(host);
    keep_panics_quiet();
    sys::OK
}

extern "C" fn describe(me: Me, buffer: *mut c_char, size: usize) -> Status {
    // SAFETY: the buffer has `size` bytes, the texts of the plugin are static.
    unsafe {
        let text = |text| std::ffi::CStr::from_ptr(text).to_string_lossy();
        let line = format!("{} {}, in Rust", text((*me).language), text((*me).version));
        let count = line.len().min(size.saturating_sub(1));
        if size > 0 {
            std::ptr::copy_nonoverlapping(line.as_ptr().cast(), buffer, count);
            buffer.add(count).write(0);
        }
    }
    sys::OK
}

// SAFETY of the operations: plc calls them as the header tells, with values that
// are alive.
extern "C" fn import(_: Me, name: Word, _: Word, result: Place, error: Failure) -> Status {
    unsafe {
        guarded(result, error, |lisp| {
            let name = String::from_lisp(lisp, name)?;
            match modules().iter().find(|module| module.name == name) {
                Some(module) => {
                    let key = std::ptr::from_ref(module) as usize;
                    Ok(refer(lisp, key, || Entry::Module(module)))
                }
                None => {
                    let names = modules().iter().map(|module| module.name.to_string()).collect();
                    Err(Error::unknown("there is no such module", names))
                }
            }
        })
    }
}

unsafe fn entry<'a>(word: Word) -> Result<&'a Entry> {
    handle::entry(word).ok_or_else(|| Error::wrong_type("that is no object of this plugin"))
}

extern "C" fn get(_: Me, object: Word, name: Word, result: Place, error: Failure) -> Status {
    unsafe {
        guarded(result, error, |lisp| {
            let name = String::from_lisp(lisp, name)?;
            match entry(object)? {
                Entry::Module(module) => Ok(function(lisp, find(module.functions, &name)?)),
                Entry::Object(_) => {
                    let it = entry(object)?.object()?;
                    let method = find(it.methods, &name)?;
                    Ok(handle::refer_to_new(lisp, Entry::Method(method, it)))
                }
                _ => Err(Error::unknown("a function has no members", Vec::new())),
            }
        })
    }
}

unsafe fn arguments<'a>(
    args: *const Word,
    positional: usize,
    keywords: usize,
) -> Result<&'a [Word]> {
    match (keywords, positional) {
        (0, 0) => Ok(&[]),
        (0, _) => Ok(std::slice::from_raw_parts(args, positional)),
        _ => Err(Error::unsupported("functions of Rust take no keyword arguments")),
    }
}

extern "C" fn call(
    _: Me,
    callee: Word,
    args: *const Word,
    positional: usize,
    keywords: usize,
    result: Place,
    error: Failure,
) -> Status {
    unsafe {
        guarded(result, error, |lisp| {
            let args = arguments(args, positional, keywords)?;
            match entry(callee)? {
                Entry::Function(export) => export.call(lisp, args),
                Entry::Method(export, object) => {
                    call_with(lisp, export, handle::again(lisp, object), args)
                }
                _ => Err(Error::unsupported("that is no function")),
            }
        })
    }
}

extern "C" fn call_method(
    _: Me,
    object: Word,
    name: Word,
    args: *const Word,
    positional: usize,
    keywords: usize,
    result: Place,
    error: Failure,
) -> Status {
    unsafe {
        guarded(result, error, |lisp| {
            let args = arguments(args, positional, keywords)?;
            let name = String::from_lisp(lisp, name)?;
            match entry(object)? {
                Entry::Module(module) => find(module.functions, &name)?.call(lisp, args),
                Entry::Object(_) => {
                    let method = find(entry(object)?.object()?.methods, &name)?;
                    call_with(lisp, method, object, args)
                }
                _ => Err(Error::unknown("a function has no members", Vec::new())),
            }
        })
    }
}

extern "C" fn repr(_: Me, object: Word, _: bool, result: Place, error: Failure) -> Status {
    unsafe {
        guarded(result, error, |lisp| {
            let text = match entry(object)? {
                Entry::Module(module) => format!("#<module {}>", module.name),
                Entry::Function(export) | Entry::Method(export, _) => {
                    format!("#<function {}>", export.name)
                }
                Entry::Object(object) => match &*object.borrow() {
                    Some(object) => format!("#<{}>", object.name),
                    None => "#<closed>".to_string(),
                },
            };
            text.to_lisp(lisp)
        })
    }
}

extern "C" fn members(_: Me, object: Word, result: Place, error: Failure) -> Status {
    unsafe {
        guarded(result, error, |lisp| {
            let functions = match entry(object)? {
                Entry::Module(module) => module.functions,
                Entry::Object(object) => object.borrow().as_ref().map_or(&[][..], |o| o.methods),
                _ => &[],
            };
            Ok(error::list(lisp, functions.iter().map(|f| f.name.to_string()).collect()))
        })
    }
}

/// A text of a function, #f of all else.
unsafe fn told(
    object: Word,
    result: Place,
    error: Failure,
    text: impl FnOnce(&Export) -> &'static str,
) -> Status {
    guarded(result, error, |lisp| match entry(object)? {
        Entry::Function(export) | Entry::Method(export, _) => match text(export) {
            "" => Ok(sys::FALSE),
            text => text.to_lisp(lisp),
        },
        _ => Ok(sys::FALSE),
    })
}
extern "C" fn doc(_: Me, object: Word, result: Place, error: Failure) -> Status {
    unsafe { told(object, result, error, |export| export.doc) }
}
extern "C" fn signature(_: Me, object: Word, result: Place, error: Failure) -> Status {
    unsafe { told(object, result, error, |export| export.signature) }
}

/// Lets go of the object; who uses it in Rust just now keeps it until then.
extern "C" fn close(_: Me, object: Word, error: Failure) -> Status {
    unsafe {
        guarded(&mut (), error, |_| match entry(object)? {
            Entry::Object(it) => {
                let last = it.take(); // no borrow while it is dropped
                drop(last);
                Ok(())
            }
            _ => Err(Error::unsupported("only objects are closed")),
        })
    }
}

extern "C" fn release(_: Me, handles: *const usize, count: usize) {
    // SAFETY: these are handles of ours, given back once.
    unsafe {
        let _lisp = Lisp::enter();
        for index in 0..count {
            let handle = *handles.add(index);
            // Lisp goes on with something else here: nobody is there to catch it.
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| handle::release(handle))) {
                eprintln!(
                    "plc: an object of Rust panicked when it was dropped: {}",
                    text_of(panic)
                );
            }
        }
    }
}
extern "C" fn live_references(_: Me) -> u64 {
    handle::live()
}

/// The table of a plugin. The texts end with a NUL.
pub const fn plugin(language: &'static str, version: &'static str) -> sys::Plugin {
    sys::Plugin {
        struct_size: size_of::<sys::Plugin>(),
        abi_major: 0,
        abi_minor: 10,
        language: language.as_ptr().cast(),
        ecosystems: language.as_ptr().cast(),
        version: version.as_ptr().cast(),
        start: Some(start),
        describe: Some(describe),
        import: Some(import),
        evaluate: None,
        get: Some(get),
        set: None,
        index: None,
        set_index: None,
        call: Some(call),
        call_method: Some(call_method),
        iterate: None,
        next: None,
        length: None,
        compare: None,
        operate: None,
        hash: None,
        repr: Some(repr),
        members: Some(members),
        doc: Some(doc),
        signature: Some(signature),
        to_lisp: None,
        close: Some(close),
        release: Some(release),
        live_references: Some(live_references),
        interrupt: None,
        shutdown: None,
        wait: None,
        fiber_switch: None,
        fiber_end: None,
        before_wait: None,
        after_wait: None,
        delete_index: None,
        entries: None,
        first_index: 0,
        buffer: None,
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
    }
}

/// What plc_plugin_query does.
///
/// # Safety
/// plc gives a valid table.
pub unsafe fn query(
    host: *const sys::Host,
    plugin: &'static sys::Plugin,
    modules: &'static [Module],
) -> *const sys::Plugin {
    if (*host).abi_major != plugin.abi_major || (*host).abi_minor < plugin.abi_minor {
        return std::ptr::null();
    }
    PLUGIN.store(std::ptr::from_ref(plugin).cast_mut(), Ordering::Release);
    MODULES.get_or_init(|| modules);
    plugin
}
