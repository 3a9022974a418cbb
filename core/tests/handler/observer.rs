//! The events about requests that an observer receives.

use std::sync::{Arc, Mutex};

use acs_auth::Observer;
use acs_auth::handler::Request;
use acs_auth::observe::Event;

use crate::log::Log;
use crate::support::{BackEnd, TEAMS};

#[derive(Debug, Default)]
struct Seen(Mutex<Vec<(&'static str, u16)>>, Mutex<usize>);

impl Observer for Seen {
    fn on_event(&self, event: Event) {
        match event {
            Event::RequestCompleted { route, status, .. } => self.0.lock().unwrap().push((route, status)),
            Event::Exchanged { .. } | Event::CacheHit => *self.1.lock().unwrap() += 1,
            _ => {}
        }
    }
}

#[tokio::test]
async fn every_request_is_counted_by_route_and_status() {
    let seen = Arc::new(Seen::default());
    let back_end = BackEnd::start_with(|builder| builder.observer(seen.clone())).await;
    let request = back_end.request();
    for request in [
        request.clone(),
        request,
        Request::new("POST", TEAMS),
        Request::new("GET", "/healthz"),
        Request::new("GET", "/a-path-that-must-not-become-a-label"),
        Request::new("PUT", TEAMS),
    ] {
        back_end.handler.handle(request).await;
    }
    assert_eq!(
        *seen.0.lock().unwrap(),
        [
            (TEAMS, 201),
            (TEAMS, 201),
            (TEAMS, 401),
            ("/healthz", 200),
            ("other", 404),
            (TEAMS, 405)
        ]
    );
    // The exchanger notifies the same observer: one exchange and one cache hit.
    assert_eq!(*seen.1.lock().unwrap(), 2);
    assert_eq!(back_end.exchanges(), 1);
}

/// Panics on the events that this function selects.
#[derive(Debug)]
struct Broken(fn(&Event) -> bool);

impl Observer for Broken {
    fn on_event(&self, event: Event) {
        assert!(!(self.0)(&event), "a test of a panic");
    }
}

#[tokio::test]
async fn an_observer_that_panics_is_logged_and_changes_no_response() {
    let (log, _guard) = Log::start();
    let broken: [fn(&Event) -> bool; 3] = [
        |event| matches!(event, Event::RequestCompleted { .. }),
        |event| matches!(event, Event::Exchanged { .. }),
        |event| matches!(event, Event::CacheHit),
    ];
    for (at, broken) in broken.into_iter().enumerate() {
        let observer = Arc::new(Broken(broken));
        let back_end = BackEnd::start_with(|builder| builder.observer(observer)).await;
        let request = back_end.request();
        for _ in 0..2 {
            let response = back_end.handler.handle(request.clone()).await;
            assert_eq!(response.status, 201);
        }
        assert_eq!(back_end.exchanges(), 1);
        // The first observer panics twice, the others once.
        assert_eq!(log.events("callback_panicked").len(), at + 2);
    }
    assert_eq!(log.events("panic_caught").len(), 0);
}
