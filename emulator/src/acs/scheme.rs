//! The string to sign.

use aws_lc_rs::digest;

pub(super) fn string_to_sign(method: &str, target: &str, date: &str, host: &str, hash: &str) -> String {
    format!("{method}\n{target}\n{date};{host};{hash}")
}

pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    hash
}
