//! The threads that work is done on: one runtime for the process, made when it is first needed.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use tokio::{
    runtime::{Builder, Runtime},
    task::JoinHandle,
};
use turnstone_core::{Error, Unusable};

use crate::CoreError;

/// The most threads that store, crypto and file work has. More calls than this wait for each other.
const WORKERS: usize = 64;

static RUNTIME: LazyLock<Option<Runtime>> = LazyLock::new(|| {
    let named = || "turnstone".to_owned();
    Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(WORKERS)
        .thread_name_fn(named)
        .enable_all()
        .build()
        .ok()
});

/// Where the system has no thread to give, nothing can be done.
fn runtime() -> Result<&'static Runtime, CoreError> {
    RUNTIME.as_ref().ok_or_else(CoreError::inner)
}

/// A lock that a panic left behind.
pub(crate) fn died<T>(_: T) -> Error {
    Error::Unusable(Unusable::Inner("a thread died in the middle of a call"))
}

/// Does something on a thread that may wait. It goes on to its end though nobody should wait for it any more.
pub(crate) async fn work<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, CoreError> {
    let place = Place::default();
    let done = place.clone();
    on_a_thread(Box::new(move || done.put(work()))).await?;
    place.take()
}

/// Runs something that waits for the network. It is broken off where nobody waits for it any more.
pub(crate) async fn task<T: Send + 'static>(
    task: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, CoreError> {
    let place = Place::default();
    let done = place.clone();
    until_dropped(Box::pin(async move { done.put(task.await) })).await?;
    place.take()
}

/// What a thread makes, until whoever asked for it takes it. With it one kind of task serves all calls: for each kind, tokio would be
/// compiled once more, which made the library twice as large.
struct Place<T>(Arc<Mutex<Option<Result<T, Error>>>>);

impl<T> Default for Place<T> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(None)))
    }
}

impl<T> Clone for Place<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Place<T> {
    fn put(&self, made: Result<T, Error>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(made);
    }

    fn take(self) -> Result<T, CoreError> {
        let made = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        made.ok_or_else(CoreError::inner)?.map_err(CoreError::from)
    }
}

async fn on_a_thread(work: Box<dyn FnOnce() + Send>) -> Result<(), CoreError> {
    // Of a panic nothing is told: its text might hold anything.
    runtime()?.spawn_blocking(work).await.map_err(|_| CoreError::inner())
}

async fn until_dropped(task: Pin<Box<dyn Future<Output = ()> + Send>>) -> Result<(), CoreError> {
    let mut running = Running(runtime()?.spawn(task));
    (&mut running.0).await.map_err(|_| CoreError::inner())
}

/// A task that ends with whoever waits for it.
struct Running(JoinHandle<()>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// An object of the core, as long as another language holds it. It is let go of on a thread that may wait: closing files and
/// wiping keys is no work for the caller's.
pub(crate) struct Kept<T: Send + Sync + 'static>(Option<Arc<T>>);

impl<T: Send + Sync + 'static> Kept<T> {
    pub(crate) fn new(held: T) -> Self {
        Self(Some(Arc::new(held)))
    }

    /// Itself, for a task that outlives the call.
    pub(crate) fn held(&self) -> Result<Arc<T>, CoreError> {
        self.0.clone().ok_or_else(CoreError::inner)
    }

    /// Does something with it on a thread that may wait.
    pub(crate) async fn work<R: Send + 'static>(
        &self,
        f: impl FnOnce(&T) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, CoreError> {
        let held = self.held()?;
        work(move || f(&held)).await
    }
}

impl<T: Send + Sync + 'static> Drop for Kept<T> {
    fn drop(&mut self) {
        if let (Some(held), Ok(runtime)) = (self.0.take(), runtime()) {
            let last: Box<dyn FnOnce() + Send> = Box::new(move || drop(held));
            drop(runtime.spawn_blocking(last));
        }
    }
}
