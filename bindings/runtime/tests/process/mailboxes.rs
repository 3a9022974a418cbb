//! Mailboxes, which notify a host on a thread of their own.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use acs_runtime::{Delivery, Mailbox, ShutdownError};

use super::support::{PATIENCE, received, times};

/// Takes a while to drop, and then sends a message.
struct SlowlyDropped(Sender<&'static str>);

impl Drop for SlowlyDropped {
    fn drop(&mut self) {
        std::thread::sleep(Duration::from_millis(20));
        let _ = self.0.send("dropped");
    }
}

pub(crate) fn a_dropped_mailbox_s_callback_is_dropped_after_the_last_item_and_before_the_end() {
    for _ in 0..times(50) {
        let (tell, told) = channel();
        let callback = std::sync::Mutex::new(SlowlyDropped(tell));
        let mailbox = Mailbox::new(9, 9, move |_| {
            let callback = callback.lock().unwrap();
            std::thread::sleep(Duration::from_millis(1));
            callback.0.send("delivered").unwrap();
        });
        mailbox.push((), 0);
        mailbox.push((), 0);
        drop(mailbox);
        acs_runtime::shutdown(PATIENCE).unwrap();
        let given: Vec<_> = told.try_iter().collect();
        assert_eq!(given, ["delivered", "delivered", "dropped"]);
    }
}

/// A mailbox of this size whose callback waits for a message before each return; and the receiver of its
/// deliveries.
fn held(most_items: usize, most_bytes: usize) -> (Mailbox<u32>, Receiver<Delivery<u32>>, Sender<()>) {
    let (tell, told) = channel();
    let (release, wait) = channel::<()>();
    let (tell, wait) = (std::sync::Mutex::new(tell), std::sync::Mutex::new(wait));
    let mailbox = Mailbox::new(most_items, most_bytes, move |delivery| {
        let _ = tell.lock().unwrap().send(delivery);
        let _ = wait.lock().unwrap().recv();
    });
    (mailbox, told, release)
}

pub(crate) fn items_are_delivered_in_their_order() {
    let (mailbox, told, release) = held(100, 100);
    drop(release);
    for number in 0..50 {
        mailbox.push(number, 1);
    }
    acs_runtime::shutdown(PATIENCE).unwrap();
    let given: Vec<_> = told.try_iter().collect();
    assert_eq!(given, (0..50).map(Delivery::Item).collect::<Vec<_>>());
}

pub(crate) fn a_slow_callback_delays_no_push_and_what_is_dropped_is_counted() {
    let (mailbox, told, release) = held(4, 100);
    mailbox.push(0, 1);
    assert_eq!(received(&told), Delivery::Item(0));
    let started = Instant::now();
    for number in 1..=9 {
        mailbox.push(number, 1);
    }
    assert!(started.elapsed() < Duration::from_secs(5));
    // Two have been delivered, so there is room for one and the count of those before.
    for number in 1..=2 {
        release.send(()).unwrap();
        assert_eq!(received(&told), Delivery::Item(number));
    }
    mailbox.push(10, 1);
    drop(release);
    acs_runtime::shutdown(PATIENCE).unwrap();
    let given: Vec<_> = told.try_iter().collect();
    assert_eq!(
        given,
        [
            Delivery::Item(3),
            Delivery::Item(4),
            Delivery::Dropped(5),
            Delivery::Item(10)
        ]
    );
}

pub(crate) fn what_is_dropped_is_counted_though_nothing_follows() {
    let (mailbox, told, release) = held(4, 10);
    mailbox.push(0, 1);
    assert_eq!(received(&told), Delivery::Item(0));
    // It is too large.
    mailbox.push(1, 11);
    mailbox.push(2, 11);
    drop(release);
    assert_eq!(received(&told), Delivery::Dropped(2));
    acs_runtime::shutdown(PATIENCE).unwrap();
}

pub(crate) fn a_callback_that_hangs_is_waited_for_no_longer_than_patience() {
    let (mailbox, told, release) = held(4, 10);
    mailbox.push(0, 1);
    received(&told);
    let soon = Duration::from_millis(50);
    let started = Instant::now();
    assert_eq!(acs_runtime::shutdown(soon), Err(ShutdownError::Timeout));
    assert!(started.elapsed() < Duration::from_secs(5));
    release.send(()).unwrap();
    acs_runtime::shutdown(PATIENCE).unwrap();
}

pub(crate) fn a_callback_that_panics_is_called_again() {
    let (tell, told) = channel();
    let tell = std::sync::Mutex::new(tell);
    let mailbox = Mailbox::new(9, 9, move |delivery| {
        tell.lock()
            .unwrap_or_else(|held| held.into_inner())
            .send(delivery)
            .unwrap();
        std::panic::resume_unwind(Box::new("not told of by the hook"))
    });
    mailbox.push(1, 1);
    mailbox.push(2, 1);
    assert_eq!(received(&told), Delivery::Item(1));
    assert_eq!(received(&told), Delivery::Item(2));
    acs_runtime::shutdown(PATIENCE).unwrap();
}

pub(crate) fn what_waits_is_delivered_after_the_mailbox_is_dropped() {
    let (mailbox, told, release) = held(9, 9);
    mailbox.push(1, 1);
    mailbox.push(2, 1);
    drop(mailbox);
    drop(release);
    assert_eq!(received(&told), Delivery::Item(1));
    assert_eq!(received(&told), Delivery::Item(2));
    // Then what the callback holds is dropped.
    assert!(told.recv_timeout(PATIENCE).is_err());
    acs_runtime::shutdown(PATIENCE).unwrap();
}
