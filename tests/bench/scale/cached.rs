//! The cost of a cache of many users: CPU time to fill it and per hit, and memory.

use serde_json::json;

use crate::service::{Service, Users, exchanger};
use crate::{cpu, memory, on_worker, tell};

pub(crate) fn measure(users: usize, hits: usize) {
    on_worker(async move {
        let (service, tokens) = (Service::new(), Users::new());
        let exchanger = exchanger(&service).build().unwrap();
        // The first exchange of a process also includes work that is done once.
        tokens.exchange(&exchanger, users).await;
        let ((rest, _), before) = (memory(), cpu());
        for number in 0..users {
            tokens.exchange(&exchanger, number).await;
        }
        let (fill, (filled, _)) = (cpu() - before, memory());
        assert_eq!(service.sent(), users + 1);
        let before = cpu();
        // Consecutive hits are far apart, so that the processor's cache holds nothing of the former one.
        for number in 0..hits {
            tokens.exchange(&exchanger, number * 7919 % users).await;
        }
        let hit = cpu() - before;
        assert_eq!(service.sent(), users + 1, "each is a hit");
        tell(&json!({"fill": fill / users as f64, "hit": hit / hits as f64, "memory": filled - rest}));
    });
}
