//! The system's trust store, read once per process: reading takes milliseconds, and each client needs it.

use std::env;
use std::ffi::OsString;
use std::sync::{Arc, Mutex};

use rustls::RootCertStore;
use rustls_native_certs::CertificateResult;

/// The environment variables that name other files or folders than the system's.
const NAMED_BY: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

type Names = [Option<OsString>; NAMED_BY.len()];

static SYSTEM: Kept = Kept(Mutex::new(None));

/// The system's trust store, or the bundled roots if it is empty, as in a slim container.
pub(super) fn system_roots() -> Arc<RootCertStore> {
    SYSTEM.get(NAMED_BY.map(env::var_os), rustls_native_certs::load_native_certs)
}

/// The store that was read last, with the variables' values at that time.
struct Kept(Mutex<Option<(Names, Arc<RootCertStore>)>>);

impl Kept {
    /// Returns the cached store if it was read for these names, otherwise reads it. Doesn't wait for the
    /// lock: if another thread held it when this process was forked, it is never released here. A caller that
    /// doesn't get the lock reads the store again.
    fn get(&self, names: Names, read: impl FnOnce() -> CertificateResult) -> Arc<RootCertStore> {
        if let Ok(kept) = self.0.try_lock() {
            if let Some((kept_names, roots)) = &*kept {
                if *kept_names == names {
                    return Arc::clone(roots);
                }
            }
        }
        let system = read();
        let mut roots = RootCertStore::empty();
        for error in &system.errors {
            tracing::debug!(%error, "a part of the system's trust store could not be read");
        }
        roots.add_parsable_certificates(system.certs);
        // A store that could not be read completely is not cached: the next client may be able to read it.
        let is_whole = system.errors.is_empty() && !roots.is_empty();
        if roots.is_empty() {
            tracing::debug!("the system's trust store is empty: using the bundled roots");
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
        let roots = Arc::new(roots);
        if is_whole {
            if let Ok(mut kept) = self.0.try_lock() {
                *kept = Some((names, Arc::clone(&roots)));
            }
        }
        roots
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed test is meant to panic")]
mod tests {
    use rustls_native_certs::{Error, ErrorKind};

    use super::*;

    fn names(file: &str) -> Names {
        [Some(file.into()), None]
    }

    /// A store with one certificate authority, read without errors.
    fn whole() -> CertificateResult {
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = rcgen::CertificateParams::new(["a.example".to_owned()])
            .unwrap()
            .self_signed(&key)
            .unwrap();
        let mut result = CertificateResult::default();
        result.certs.push(certificate.der().clone());
        result
    }

    fn never() -> CertificateResult {
        panic!("the store was read again");
    }

    #[test]
    fn the_store_is_read_once_for_the_same_names() {
        let kept = Kept(Mutex::new(None));
        let first = kept.get(names("/a"), whole);
        assert_eq!(first.len(), 1);
        assert!(Arc::ptr_eq(&first, &kept.get(names("/a"), never)));
        let other = kept.get(names("/b"), whole);
        assert!(!Arc::ptr_eq(&first, &other));
        assert!(Arc::ptr_eq(&other, &kept.get(names("/b"), never)));
    }

    #[test]
    fn a_store_that_is_empty_or_not_wholly_read_is_read_again() {
        let kept = Kept(Mutex::new(None));
        let bundled = kept.get(names("/a"), CertificateResult::default);
        assert_eq!(bundled.len(), webpki_roots::TLS_SERVER_ROOTS.len());
        let in_part = || {
            let mut result = whole();
            let inner = std::io::Error::other("unreadable");
            let path = "/a".into();
            result.errors.push(Error {
                context: "reading",
                kind: ErrorKind::Io { inner, path },
            });
            result
        };
        assert_eq!(kept.get(names("/a"), in_part).len(), 1);
        kept.get(names("/a"), whole);
        kept.get(names("/a"), never);
    }

    #[test]
    fn nobody_waits_for_a_lock_that_is_never_released() {
        let kept = Kept(Mutex::new(None));
        let _held = kept.0.lock().unwrap();
        assert_eq!(kept.get(names("/a"), whole).len(), 1);
    }
}
