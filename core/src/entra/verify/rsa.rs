//! RS256: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518, section 3.3), by the crypto provider that TLS uses.

use std::ops::RangeInclusive;

#[cfg(feature = "aws-lc-rs")]
use aws_lc_rs::signature;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
#[cfg(not(feature = "aws-lc-rs"))]
use ring::signature;

/// RS256 is verified with moduli of 2,048 to 8,192 bits.
const MODULUS_BYTES: RangeInclusive<usize> = 256..=1024;

/// A public key: modulus and exponent, big-endian and without leading zeros.
#[derive(Clone)]
pub(super) struct PublicKey(signature::RsaPublicKeyComponents<Box<[u8]>>);

impl PublicKey {
    /// Reads `n` and `e` of a JSON Web Key (RFC 7518, section 6.3.1). `None` if they aren't numbers, or the modulus is
    /// too small or too large.
    pub(super) fn from_jwk(n: &str, e: &str) -> Option<Self> {
        let (n, e) = (integer(n)?, integer(e)?);
        let fits = MODULUS_BYTES.contains(&n.len()) && !e.is_empty();
        fits.then_some(Self(signature::RsaPublicKeyComponents { n, e }))
    }

    /// Whether this key made the signature of the message.
    pub(super) fn signed(&self, message: &str, signature: &[u8]) -> bool {
        self.0
            .verify(
                &signature::RSA_PKCS1_2048_8192_SHA256,
                message.as_bytes(),
                signature,
            )
            .is_ok()
    }
}

/// Reads a Base64urlUInt. The providers reject leading zeros, which keys may have although the RFC forbids it.
fn integer(base64url: &str) -> Option<Box<[u8]>> {
    let bytes = URL_SAFE_NO_PAD.decode(base64url).ok()?;
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    Some(bytes[zeros..].into())
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RsaEncoding, RsaKeyPair};

    use super::*;

    const MESSAGE: &str = "header.payload";

    fn sign(pair: &RsaKeyPair, encoding: &'static dyn RsaEncoding) -> Vec<u8> {
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(encoding, &SystemRandom::new(), MESSAGE.as_bytes(), &mut signature)
            .unwrap();
        signature
    }

    /// `n` and `e` of a key, with this many zeros before each.
    fn members(pair: &RsaKeyPair, zeros: usize) -> [String; 2] {
        let public = pair.public_key();
        [public.modulus(), public.exponent()].map(|integer| {
            let bytes = [&vec![0; zeros], integer.big_endian_without_leading_zero()].concat();
            URL_SAFE_NO_PAD.encode(bytes)
        })
    }

    #[test]
    fn only_the_signature_of_this_key_message_and_hash_is_accepted() {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let other = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let signature = sign(&pair, &RSA_PKCS1_SHA256);
        for zeros in [0, 1, 3] {
            let [n, e] = members(&pair, zeros);
            let key = PublicKey::from_jwk(&n, &e).unwrap();
            assert!(key.signed(MESSAGE, &signature), "{zeros} zeros");
            assert!(!key.signed("header.other", &signature));
            assert!(!key.signed(MESSAGE, &signature[1..]));
            assert!(!key.signed(MESSAGE, &[&[0][..], &signature].concat()));
            assert!(!key.signed(MESSAGE, &[]));
            assert!(!key.signed(MESSAGE, &sign(&pair, &RSA_PKCS1_SHA512)));
            assert!(!key.signed(MESSAGE, &sign(&other, &RSA_PKCS1_SHA256)));
        }
    }

    #[test]
    fn a_key_of_4096_bits_verifies() {
        let pair = RsaKeyPair::generate(KeySize::Rsa4096).unwrap();
        let [n, e] = members(&pair, 0);
        let key = PublicKey::from_jwk(&n, &e).unwrap();
        assert!(key.signed(MESSAGE, &sign(&pair, &RSA_PKCS1_SHA256)));
    }

    #[test]
    fn a_modulus_has_2048_to_8192_bits_after_its_zeros() {
        let is_usable = |zeros: usize, length: usize| {
            let n = URL_SAFE_NO_PAD.encode([vec![0; zeros], vec![0xff; length]].concat());
            PublicKey::from_jwk(&n, "AQAB").is_some()
        };
        assert_eq!(
            [
                is_usable(0, 255),
                is_usable(1, 255),
                is_usable(0, 256),
                is_usable(9, 256)
            ],
            [false, false, true, true]
        );
        assert_eq!(
            [is_usable(0, 1024), is_usable(9, 1024), is_usable(0, 1025)],
            [true, true, false]
        );
        assert!(!is_usable(0, 0) && !is_usable(300, 0));
    }

    #[test]
    fn members_are_base64url_without_padding_and_not_zero() {
        let n = URL_SAFE_NO_PAD.encode([0xff; 256]);
        assert!(PublicKey::from_jwk(&n, "AQAB").is_some());
        for e in ["", "AAAA", "AQ AB", "AQAB=", "AQ+B", "é"] {
            assert!(PublicKey::from_jwk(&n, e).is_none(), "{e}");
        }
        assert!(PublicKey::from_jwk(&format!("{n}="), "AQAB").is_none());
    }
}
