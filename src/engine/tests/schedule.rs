//! Runs threads one at a time, from point to point, in every possible order.
//!
//! The threads, the locks and the swap are the engine's own. Only who goes on is decided here:
//! depth first over all choices, each run replaying the choices of the last one but for the
//! deepest that has another. What happens between two points happens at once; memory that is
//! seen out of order is not explored, which the locks and `arc-swap` answer for.

use std::cell::RefCell;
use std::sync::{Arc, Condvar, LockResult, Mutex, MutexGuard, TryLockError};

use crate::engine::point::Point;

thread_local! {
    static SEAT: RefCell<Option<Seat>> = const { RefCell::new(None) };
}

/// A thread's place in a schedule.
#[derive(Clone)]
struct Seat {
    number: usize,
    stage: Arc<Stage>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Thread {
    Running,
    Waiting(Point),
    /// Somebody has the lock that it wants; somebody else has to move first.
    Blocked(Point),
    Done,
}

struct Stage {
    threads: Mutex<Vec<Thread>>,
    changed: Condvar,
}

impl Stage {
    /// Says where a thread is, and waits until it is its turn.
    fn wait(&self, number: usize, now: Thread) {
        let mut threads = self.threads.lock().unwrap();
        threads[number] = now;
        self.changed.notify_all();
        while threads[number] != Thread::Running {
            threads = self.changed.wait(threads).unwrap();
        }
    }

    fn finish(&self, number: usize) {
        self.threads.lock().unwrap()[number] = Thread::Done;
        self.changed.notify_all();
    }

    /// Waits until nobody runs; who can go on.
    fn ready(&self) -> Vec<usize> {
        let mut threads = self.threads.lock().unwrap();
        while threads.contains(&Thread::Running) {
            threads = self.changed.wait(threads).unwrap();
        }
        let is_waiting = |number: &usize| matches!(threads[*number], Thread::Waiting(_));
        let ready: Vec<usize> = (0..threads.len()).filter(is_waiting).collect();
        let is_over = threads.iter().all(|thread| *thread == Thread::Done);
        assert!(is_over || !ready.is_empty(), "nobody can go on: {threads:?}");
        ready
    }

    /// Lets one thread run to its next point. Who was blocked may try again afterwards.
    fn step(&self, number: usize) {
        let mut threads = self.threads.lock().unwrap();
        threads[number] = Thread::Running;
        self.changed.notify_all();
        while threads[number] == Thread::Running {
            threads = self.changed.wait(threads).unwrap();
        }
        let is_blocked = matches!(threads[number], Thread::Blocked(_));
        for (other, thread) in threads.iter_mut().enumerate() {
            if let Thread::Blocked(point) = *thread
                && other != number
                && !is_blocked
            {
                *thread = Thread::Waiting(point);
            }
        }
    }
}

fn seat() -> Option<Seat> {
    SEAT.with(|seat| seat.borrow().clone())
}

/// Does work at once, whatever points it passes.
pub(super) fn at_once<T>(work: impl FnOnce() -> T) -> T {
    let seat = SEAT.take();
    let done = work();
    SEAT.set(seat);
    done
}

/// Waits for its turn, where there is a schedule.
pub(in crate::engine) fn reach(point: Point) {
    if let Some(Seat { number, stage }) = seat() {
        stage.wait(number, Thread::Waiting(point));
    }
}

/// Takes a lock when it is its turn and the lock is free.
pub(in crate::engine) fn lock<T>(mutex: &Mutex<T>, point: Point) -> LockResult<MutexGuard<'_, T>> {
    let Some(Seat { number, stage }) = seat() else { return mutex.lock() };
    stage.wait(number, Thread::Waiting(point));
    loop {
        match mutex.try_lock() {
            Ok(guard) => return Ok(guard),
            Err(TryLockError::Poisoned(error)) => return Err(error),
            Err(TryLockError::WouldBlock) => stage.wait(number, Thread::Blocked(point)),
        }
    }
}

/// What a thread does.
pub(super) type Work<S> = fn(&S);

/// Runs the threads on a new `S` in every order, and hands each end to `check`. The number of
/// orders.
pub(super) fn every_order<S: Send + Sync>(
    begin: impl Fn() -> S,
    threads: &[Work<S>],
    check: impl Fn(S),
) -> usize {
    // Choices of the last run, and how many there were each time.
    let mut path: Vec<(usize, usize)> = Vec::new();
    for orders in 1.. {
        let subject = begin();
        run(&subject, threads, &mut path);
        check(subject);
        while path.last().is_some_and(|(choice, of)| choice + 1 == *of) {
            path.pop();
        }
        let Some((choice, _)) = path.last_mut() else { return orders };
        *choice += 1;
    }
    unreachable!("the loop has no end of its own")
}

fn run<S: Sync>(subject: &S, threads: &[Work<S>], path: &mut Vec<(usize, usize)>) {
    let all = Mutex::new(vec![Thread::Running; threads.len()]);
    let stage = Arc::new(Stage { threads: all, changed: Condvar::new() });
    std::thread::scope(|scope| {
        for (number, work) in threads.iter().enumerate() {
            let stage = stage.clone();
            scope.spawn(move || {
                // Also a thread that panics is done, or nobody would hear of it.
                let _done = Done(Seat { number, stage: stage.clone() });
                SEAT.set(Some(Seat { number, stage }));
                work(subject);
            });
        }
        for depth in 0.. {
            let ready = stage.ready();
            if ready.is_empty() {
                break;
            }
            if depth == path.len() {
                path.push((0, ready.len()));
            }
            let (choice, of) = path[depth];
            assert_eq!(of, ready.len(), "a run is not the same again");
            stage.step(ready[choice]);
        }
    });
}

struct Done(Seat);

impl Drop for Done {
    fn drop(&mut self) {
        self.0.stage.finish(self.0.number);
    }
}
