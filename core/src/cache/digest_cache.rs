//! A cache whose keys are digests.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use moka::sync::{Cache, CacheBuilder};
use sha2::{Digest as _, Sha256};

/// A SHA-256 digest or an HMAC with it.
pub(crate) type Digest = [u8; 32];

/// A value of any type; [`DigestCache::value`] reads it.
pub(super) type Value = Arc<dyn Any + Send + Sync>;

/// The options of a cache.
pub(crate) type Options = CacheBuilder<Digest, Value, Cache<Digest, Value>>;

/// A bounded cache of values of the type `V`.
///
/// All caches have the same type of moka's cache inside, because each further type adds some 100 KB to every
/// library.
pub(crate) struct DigestCache<V> {
    entries: Entries,
    values: PhantomData<fn() -> V>,
}

impl<V: Send + Sync + 'static> DigestCache<V> {
    /// Creates a cache of at most this many entries, or of this weight if the options have a weigher.
    pub(crate) fn new(capacity: u64, options: impl FnOnce(Options) -> Options) -> Self {
        Self {
            entries: Entries::new(options(Cache::builder().max_capacity(capacity))),
            values: PhantomData,
        }
    }

    /// Reads an entry's value for a weigher or an expiry.
    pub(crate) fn value(value: &Value) -> Option<&V> {
        value.downcast_ref()
    }

    pub(crate) fn get(&self, key: &Digest) -> Option<Arc<V>> {
        self.entries.get(key)?.downcast().ok()
    }

    pub(crate) fn insert(&self, key: Digest, value: Arc<V>) {
        self.entries.insert(key, value);
    }

    pub(crate) fn invalidate(&self, key: &Digest) {
        self.entries.invalidate(key);
    }

    /// Removes all entries. Their eviction listener has been called when this returns.
    #[cfg(feature = "redis")]
    pub(crate) fn invalidate_all(&self) {
        self.entries.invalidate_all();
    }

    pub(crate) fn contains(&self, key: &Digest) -> bool {
        self.entries.contains(key)
    }

    /// Does what moka otherwise does now and then: evicts what exceeds the capacity, and counts.
    #[cfg(test)]
    pub(crate) fn settle(&self) {
        self.entries.0.run_pending_tasks();
    }

    /// The entries and their weight, as of the last maintenance.
    #[cfg(test)]
    pub(crate) fn size(&self) -> [u64; 2] {
        self.entries.size()
    }
}

impl<V> fmt::Debug for DigestCache<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [entries, weight] = self.entries.size();
        f.debug_struct("DigestCache")
            .field("entries", &entries)
            .field("weight", &weight)
            .finish_non_exhaustive()
    }
}

/// The calls of moka, without the type parameter: otherwise they would be compiled again in each crate that awaits a
/// function which uses a cache, which adds 76 KB to the C library.
struct Entries(Cache<Digest, Value>);

impl Entries {
    fn new(options: Options) -> Self {
        Self(options.build())
    }

    fn get(&self, key: &Digest) -> Option<Value> {
        self.0.get(key)
    }

    fn insert(&self, key: Digest, value: Value) {
        self.0.insert(key, value);
    }

    fn invalidate(&self, key: &Digest) {
        self.0.invalidate(key);
    }

    #[cfg(feature = "redis")]
    fn invalidate_all(&self) {
        self.0.invalidate_all();
        self.0.run_pending_tasks();
    }

    fn contains(&self, key: &Digest) -> bool {
        self.0.contains_key(key)
    }

    fn size(&self) -> [u64; 2] {
        [self.0.entry_count(), self.0.weighted_size()]
    }
}

/// Computes the digest of a list. Each part is preceded by its length, so that different lists never hash alike.
pub(crate) fn digest<const N: usize>(parts: [&[u8]; N]) -> Digest {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finalize().into()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_entry_is_found_until_it_is_removed_or_too_old() {
        let cache = DigestCache::<String>::new(10, |options| options.time_to_live(Duration::from_millis(40)));
        cache.insert([1; 32], Arc::new("one".to_owned()));
        cache.insert([2; 32], Arc::new("two".to_owned()));
        assert_eq!(cache.get(&[1; 32]).unwrap().as_str(), "one");
        cache.invalidate(&[1; 32]);
        assert!(cache.get(&[1; 32]).is_none() && cache.contains(&[2; 32]));
        std::thread::sleep(Duration::from_millis(60));
        assert!(cache.get(&[2; 32]).is_none());
    }

    #[test]
    fn a_weigher_reads_the_values() {
        let weigh = |_: &Digest, value: &Value| DigestCache::<u32>::value(value).copied().unwrap_or(u32::MAX);
        let cache = DigestCache::<u32>::new(100, |options| options.weigher(weigh));
        for (key, weight) in [(1, 60), (2, 30), (3, 101)] {
            cache.insert([key; 32], Arc::new(weight));
        }
        cache.settle();
        assert_eq!(cache.size(), [2, 90]);
        assert!(!cache.contains(&[3; 32]));
    }

    #[test]
    fn different_lists_never_hash_alike() {
        assert_ne!(digest([b"ab", b"c"]), digest([b"a", b"bc"]));
        assert_ne!(digest([b"ab", b""]), digest([b"", b"ab"]));
        assert_eq!(digest([b"a", b"b"]), digest([b"a", b"b"]));
    }
}
