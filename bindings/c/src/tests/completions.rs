//! Completions and queues, without a runtime.

use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;
use std::thread;

use core_auth::{Error, ErrorKind};

use super::called;
use crate::completion::*;
use crate::error::{acs_error_free, acs_error_kind};
use crate::queue::*;
use crate::status::acs_status;

struct Shared(*mut acs_queue);

// SAFETY: queues may be used by any threads at once.
unsafe impl Send for Shared {}
// SAFETY: the same.
unsafe impl Sync for Shared {}

fn queue() -> *mut acs_queue {
    called(|queue, error| unsafe { acs_queue_new(queue, error) }).unwrap()
}

fn failed(number: usize) -> acs_completion {
    let error = Error::new(ErrorKind::Timeout, "late");
    acs_completion::new(ptr::without_provenance_mut::<c_void>(number), Err(error), None)
}

#[test]
fn what_is_taken_is_taken_once() {
    let completion = Box::into_raw(Box::new(failed(1)));
    unsafe {
        assert_eq!(acs_completion_status(completion), acs_status::Timeout);
        assert_eq!(
            acs_error_kind(acs_completion_error(completion)),
            acs_status::Timeout
        );
        assert!(acs_completion_take_token(completion).is_null());
        let error = acs_completion_take_error(completion);
        assert_eq!(acs_error_kind(error), acs_status::Timeout);
        acs_error_free(error);
        assert!(acs_completion_take_error(completion).is_null());
        assert!(acs_completion_error(completion).is_null());
        assert_eq!(acs_completion_status(completion), acs_status::Timeout);
        acs_completion_free(completion);
        acs_completion_free(ptr::null_mut());
    }
}

#[test]
fn an_answer_is_not_taken_for_something_else() {
    let completion = Box::into_raw(Box::new(acs_completion::new(
        ptr::null_mut(),
        Ok(Outcome::Reachable(1)),
        None,
    )));
    unsafe {
        assert!(acs_completion_take_user(completion).is_null());
        assert_eq!(acs_completion_reachable(completion), 1);
        acs_completion_free(completion);
    }
}

#[test]
fn every_completion_is_taken_by_one_of_many() {
    const EACH: usize = 20;
    let queue = Arc::new(Shared(queue()));
    let producers: Vec<_> = (0..3)
        .map(|_| {
            let queue = Arc::clone(&queue);
            thread::spawn(move || {
                for number in 0..EACH {
                    let inner = unsafe { &*queue.0 }.here().unwrap();
                    let place = inner.reserve().unwrap();
                    inner.push(place, failed(number));
                }
            })
        })
        .collect();
    let takers: Vec<_> = (0..2)
        .map(|_| {
            let queue = Arc::clone(&queue);
            thread::spawn(move || {
                let mut taken = 0;
                loop {
                    let completion = unsafe { acs_queue_next(queue.0, -1) };
                    if completion.is_null() {
                        return taken;
                    }
                    unsafe { acs_completion_free(completion) };
                    taken += 1;
                }
            })
        })
        .collect();
    for producer in producers {
        producer.join().unwrap();
    }
    unsafe { acs_queue_shutdown(queue.0) };
    let taken: usize = takers.into_iter().map(|taker| taker.join().unwrap()).sum();
    assert_eq!(taken, 3 * EACH);
    unsafe {
        assert_eq!(acs_queue_pending(queue.0), 0);
        acs_queue_free(queue.0);
    }
}

#[test]
fn a_queue_that_was_shut_down_takes_nothing_and_gives_what_it_has() {
    let queue = queue();
    unsafe {
        let inner = (*queue).here().unwrap();
        let (first, second) = (inner.reserve().unwrap(), inner.reserve().unwrap());
        inner.push(first, failed(1));
        assert_eq!(acs_queue_pending(queue), 2);
        acs_queue_shutdown(queue);
        acs_queue_shutdown(queue);
        assert!(inner.reserve().is_err());
        let completion = acs_queue_next(queue, 0);
        assert_eq!(acs_completion_user_data(completion).addr(), 1);
        acs_completion_free(completion);
        assert!(acs_queue_next(queue, 0).is_null());
        inner.push(second, failed(2));
        // This frees the completions that were not taken.
        acs_queue_free(queue);
    }
}
