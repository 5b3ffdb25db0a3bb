//! Procedures as closures and futures, for the tests of the importer.
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

pub fn apply(f: impl Fn(i64) -> i64, n: i64) -> i64 {
    f(n)
}
pub fn fold<F>(items: Vec<i64>, start: i64, mut f: F) -> i64
where
    F: FnMut(i64, i64) -> i64,
{
    items.into_iter().fold(start, |sum, item| f(sum, item))
}
pub fn by_reference(f: &dyn Fn(&str) -> String, text: &str) -> String {
    f(text)
}
pub fn by_mut(f: &mut dyn FnMut(i64), n: i64) {
    (0..n).for_each(|i| f(i));
}
pub fn once(f: Box<dyn FnOnce(Option<i64>) -> Vec<String> + Send>) -> usize {
    f(Some(3)).len()
}
pub fn try_each(items: Vec<i64>, f: impl Fn(i64) -> Option<i64>) -> Option<Vec<i64>> {
    items.into_iter().map(f).collect()
}
/// Catches what passes.
pub fn protected(f: impl Fn()) -> bool {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).is_err()
}
pub struct Noisy(Arc<Mutex<Vec<String>>>);
impl Drop for Noisy {
    fn drop(&mut self) {
        self.0.lock().unwrap().push("dropped".to_string());
    }
}
/// What was dropped while a condition passed.
#[derive(Default, Clone)]
pub struct Log(Arc<Mutex<Vec<String>>>);
impl Log {
    pub fn new() -> Log {
        Log::default()
    }
    pub fn with(&self, f: impl Fn()) {
        let _noisy = Noisy(self.0.clone());
        f();
    }
    pub fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// Keeps a procedure.
pub struct Keeper {
    f: Box<dyn Fn(i64) -> i64 + Send + Sync>,
}
impl Keeper {
    pub fn new(f: Box<dyn Fn(i64) -> i64 + Send + Sync>) -> Keeper {
        Keeper { f }
    }
    pub fn call(&self, n: i64) -> i64 {
        (self.f)(n)
    }
    pub fn call_in_thread(&self, n: i64) -> i64 {
        thread::scope(|scope| scope.spawn(|| (self.f)(n)).join().unwrap())
    }
}
/// Calls on threads of its own.
pub fn in_threads<F>(count: i64, f: F) -> Vec<i64>
where
    F: Fn(i64) -> i64 + Send + Sync,
{
    thread::scope(|scope| {
        let threads: Vec<_> = (0..count).map(|n| (n, &f)).map(|(n, f)| scope.spawn(move || f(n))).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}
/// Works in threads on values of whatever type.
pub struct Bag<T> {
    items: Vec<T>,
}
impl<T> Bag<T> {
    pub fn new() -> Self {
        Bag { items: Vec::new() }
    }
    pub fn push(&mut self, item: T) {
        self.items.push(item)
    }
    pub fn count_in_thread(&self) -> usize
    where
        T: Clone + Send + Sync,
    {
        thread::scope(|scope| {
            scope.spawn(|| self.items.to_vec().len()).join().unwrap()
        })
    }
}
impl<T: Ord + Send + Clone> Bag<T> {
    pub fn sorted_in_thread(&mut self) -> Vec<T> {
        let items = &mut self.items;
        thread::scope(|scope| scope.spawn(move || items.sort()).join().unwrap());
        self.items.clone()
    }
}
pub fn sum(items: impl IntoIterator<Item = i64>) -> i64 {
    items.into_iter().sum()
}

/// Ready after some time, woken by a thread.
struct Later {
    millis: u64,
    state: Arc<Mutex<(bool, Option<Waker>)>>,
    is_started: bool,
}
impl Future for Later {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.state.lock().unwrap();
        if state.0 {
            return Poll::Ready(());
        }
        state.1 = Some(context.waker().clone());
        drop(state);
        if !self.is_started {
            self.is_started = true;
            let (millis, state) = (self.millis, self.state.clone());
            thread::spawn(move || {
                thread::sleep(Duration::from_millis(millis));
                let mut state = state.lock().unwrap();
                state.0 = true;
                state.1.take().inspect(|waker| waker.wake_by_ref());
            });
        }
        Poll::Pending
    }
}
fn later(millis: u64) -> Later {
    Later { millis, state: Default::default(), is_started: false }
}
pub async fn at_once(n: i64) -> i64 {
    n + 1
}
pub async fn after(millis: u64, text: &str) -> String {
    later(millis).await;
    text.to_uppercase()
}
pub async fn fails(millis: u64) -> Result<i64, String> {
    later(millis).await;
    Err("it failed later".to_string())
}
pub async fn panics() -> i64 {
    later(1).await;
    panic!("later")
}
pub fn boxed(n: i64) -> Pin<Box<dyn Future<Output = i64> + Send>> {
    Box::pin(async move {
        later(1).await;
        n * 2
    })
}
pub async fn calls(f: impl Fn(i64) -> i64) -> i64 {
    later(1).await;
    f(20)
}
pub struct Counter(i64);
impl Counter {
    pub fn new() -> Counter {
        Counter(0)
    }
    pub async fn tick(&mut self, millis: u64) -> i64 {
        later(millis).await;
        self.0 += 1;
        self.0
    }
    pub fn get(&self) -> i64 {
        self.0
    }
}
pub fn wait(time: Duration) -> Duration {
    thread::sleep(time);
    time
}
