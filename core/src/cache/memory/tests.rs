//! Tokens are zeroized when their entry goes, for whatever reason.

use std::sync::atomic::AtomicUsize;
use std::time::UNIX_EPOCH;

use super::*;
use crate::models::AccessToken;
use crate::secret::Secret;

const HOUR: Duration = Duration::from_secs(3600);

fn cache(capacity: u64) -> MemoryCache {
    MemoryCache::new(capacity, Arc::new(|| UNIX_EPOCH))
}

fn key(entry: u8, user: u8) -> CacheKey {
    CacheKey {
        entry: [entry; 32],
        user: [user; 32],
    }
}

fn exchanged() -> Exchanged {
    let token = AccessToken {
        token: Secret::new("t".repeat(1000)),
        expires_on: UNIX_EPOCH + HOUR,
    };
    token.into()
}

fn put(cache: &MemoryCache, key: &CacheKey) -> Arc<Entry> {
    cache.put(key, &cache.begin(&key.user), &exchanged(), HOUR);
    cache.entries.get(&key.entry).unwrap()
}

/// Whether the token is gone although the entry is still held.
fn is_wiped(entry: &Entry) -> bool {
    lock(&entry.exchanged).is_none()
}

#[test]
fn a_sign_out_wipes_the_users_tokens_and_no_others() {
    let cache = cache(1 << 20);
    let (one, two, other) = (key(1, 1), key(2, 1), key(3, 2));
    let entries = [put(&cache, &one), put(&cache, &two)];
    let kept = put(&cache, &other);
    cache.invalidate_user(&[1; 32]);
    assert!(entries.iter().all(|entry| is_wiped(entry)) && !is_wiped(&kept));
    assert!(cache.get(&one).is_none() && cache.get(&two).is_none());
    assert!(cache.get(&other).is_some());
}

#[test]
fn what_began_before_a_sign_out_is_not_kept() {
    let cache = cache(1 << 20);
    let key = key(1, 1);
    let before = cache.begin(&key.user);
    cache.invalidate_user(&key.user);
    cache.put(&key, &before, &exchanged(), HOUR);
    assert!(cache.get(&key).is_none());
    put(&cache, &key);
    cache.put(&key, &before, &exchanged(), HOUR);
    assert!(cache.get(&key).is_some(), "what came after stays");
}

#[test]
fn a_user_with_many_tokens_costs_as_much_for_each_as_one_with_few() {
    let (session, looked_at) = (Session::default(), AtomicUsize::new(0));
    for number in 0..10_000_u32 {
        let mut key = [0; 32];
        key[..4].copy_from_slice(&number.to_be_bytes());
        session.add(key, |_| {
            looked_at.fetch_add(1, Ordering::Relaxed);
            true
        });
    }
    let looked_at = looked_at.into_inner();
    assert!(looked_at < 20_000, "{looked_at} keys");
    assert_eq!(session.end().len(), 10_000);
}

#[test]
fn what_makes_room_and_what_is_replaced_is_wiped() {
    let cache = cache(10_000);
    let mut entries = Vec::new();
    for number in 0..50 {
        entries.push(put(&cache, &key(number, number)));
        cache.entries.settle();
    }
    let [count, bytes] = cache.entries.size();
    assert!(bytes <= 10_000);
    let kept = entries.iter().filter(|entry| !is_wiped(entry)).count();
    assert_eq!(kept as u64, count);
    let last = put(&cache, &key(49, 49));
    assert!(is_wiped(&entries[49]) && !is_wiped(&last));
}

#[test]
fn the_given_clock_ends_an_entry_and_wipes_it() {
    let time = Arc::new(Mutex::new(UNIX_EPOCH));
    let clock = Arc::clone(&time);
    let cache = MemoryCache::new(1 << 20, Arc::new(move || *lock(&clock)));
    let key = key(1, 1);
    let entry = put(&cache, &key);
    *lock(&time) = UNIX_EPOCH + HOUR - Duration::from_secs(1);
    assert_eq!(cache.get(&key).unwrap().lifetime, Duration::from_secs(1));
    *lock(&time) = UNIX_EPOCH + HOUR;
    assert!(cache.get(&key).is_none() && is_wiped(&entry));
}

#[test]
fn users_without_entries_are_forgotten() {
    let cache = cache(1 << 20);
    for number in 0..5000_u32 {
        let mut user = [0; 32];
        user[..4].copy_from_slice(&number.to_be_bytes());
        cache.begin(&user);
    }
    assert!(lock(&cache.users).sessions.len() <= 1024);
}
