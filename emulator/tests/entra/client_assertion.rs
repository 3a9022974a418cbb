//! Client assertions: a signature instead of a secret.

use super::client_credentials::daemon;
use crate::support::*;
use acs_emulator::entra::EntraOptions;
use acs_emulator::http::Reply;
use acs_emulator::seed::{AppKind, Seed};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json as object};

const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

struct Certified {
    world: World,
    key: RsaKeyPair,
}

fn certified() -> Certified {
    let key = RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    let pair = rcgen::KeyPair::try_from(key.as_der().unwrap().as_ref()).unwrap();
    let certificate = rcgen::CertificateParams::new(Vec::new())
        .unwrap()
        .self_signed(&pair)
        .unwrap();
    let mut seed = Seed::generate();
    let app = seed
        .apps
        .iter_mut()
        .find(|app| app.kind == AppKind::Daemon)
        .unwrap();
    app.certificates = vec![certificate.pem()];
    Certified {
        world: world_of(seed, EntraOptions::default()),
        key,
    }
}

impl Certified {
    fn claims(&self) -> Value {
        let now = self.world.clock.unix();
        let id = &self.world.app(AppKind::Daemon).client_id;
        object!({
            "aud": format!("{BASE}{}", self.world.token_path()),
            "iss": id, "sub": id, "jti": "1", "nbf": now, "exp": now + 600,
        })
    }

    fn send(&self, claims: &Value) -> Reply {
        let encode = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let input = format!(
            "{}.{}",
            encode(object!({"alg": "RS256", "typ": "JWT"})),
            encode(claims.clone())
        );
        let mut signature = vec![0; self.key.public_modulus_len()];
        let random = aws_lc_rs::rand::SystemRandom::new();
        self.key
            .sign(&RSA_PKCS1_SHA256, &random, input.as_bytes(), &mut signature)
            .unwrap();
        let assertion = format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature));
        let fields = [
            ("client_secret", ""),
            ("client_assertion_type", ASSERTION),
            ("client_assertion", &assertion),
        ];
        daemon(&self.world, &fields)
    }
}

#[test]
fn a_signed_assertion_stands_for_the_secret() {
    let certified = certified();
    let body = json(&certified.send(&certified.claims()));
    assert_eq!(decode(&string(&body, "access_token")).1["appidacr"], "2");
}

#[test]
fn assertions_are_checked() {
    let mut certified = certified();
    let spoiled = |name: &str, value: Value| {
        let mut claims = certified.claims();
        claims[name] = value;
        refusal(&certified.send(&claims))
    };
    assert_eq!(
        spoiled("aud", "https://elsewhere.example/token".into()),
        ("invalid_client".into(), 700_023)
    );
    assert_eq!(spoiled("iss", "somebody".into()).1, 700_026);
    assert_eq!(
        spoiled("exp", (certified.world.clock.unix() - 301).into()).1,
        700_024
    );
    assert_eq!(
        spoiled("nbf", (certified.world.clock.unix() + 400).into()).1,
        700_024
    );
    certified.key = RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    assert_eq!(refusal(&certified.send(&certified.claims())).1, 700_027);
}
