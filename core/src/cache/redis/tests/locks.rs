//! The lock across processes.

use super::*;

#[tokio::test]
async fn one_process_holds_it_at_a_time() {
    let server = RedisServer::start();
    let (here, there) = (cache(&server), cache(&server));
    assert!(here.lock(&key(1, 1)).await);
    assert!(!there.lock(&key(1, 1)).await);
    assert!(there.lock(&key(1, 2)).await);
    there.unlock(&key(1, 1)).await;
    assert!(!there.lock(&key(1, 1)).await, "it was not the holder's to let go");
    here.unlock(&key(1, 1)).await;
    assert!(there.lock(&key(1, 1)).await);
}

#[tokio::test]
async fn the_holder_may_take_it_again_after_a_cancelled_call() {
    let server = RedisServer::start();
    let cache = cache(&server);
    assert!(cache.lock(&key(1, 1)).await);
    assert!(cache.lock(&key(1, 1)).await);
}

#[tokio::test]
async fn it_ends_by_itself() {
    let server = RedisServer::start();
    let cache = cache(&server);
    assert!(cache.lock(&key(1, 1)).await);
    let name = crate::cache::redis::names::Names::new("acs-auth")
        .unwrap()
        .lock(&key(1, 1));
    let left: i64 = redis::cmd("PTTL").arg(name).query(&mut server.admin()).unwrap();
    assert!(left > 0 && left <= 5000, "{left} ms");
}
