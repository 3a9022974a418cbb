//! Signing a request with a 3 KiB body, compared with only SHA-256 of that body and HMAC of the text, by the same crates.
#![allow(clippy::unwrap_used, reason = "a bench that cannot run is meant to stop")]

use std::hint::black_box;
use std::time::{Duration, UNIX_EPOCH};

use acs_auth::{AccessKey, SignableRequest, sign_request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use criterion::{Criterion, criterion_group, criterion_main};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

fn signing(criterion: &mut Criterion) {
    let key_bytes = [7u8; 64];
    let key = AccessKey::from_base64(&STANDARD.encode(key_bytes)).unwrap();
    let body = vec![b'x'; 3 * 1024];
    let request = SignableRequest {
        method: "POST",
        url: "https://contoso.unitedstates.communication.azure.com/teamsUser/:exchangeAccessToken?api-version=2023-10-01",
        body: &body,
    };
    let now = UNIX_EPOCH + Duration::from_secs(1_730_797_687);
    let text = sign_request(&request, &key, now)
        .unwrap()
        .string_to_sign()
        .to_owned();

    let mut group = criterion.benchmark_group("signing_3_kib");
    group.measurement_time(Duration::from_secs(8));
    group.bench_function("sha256_and_hmac_alone", |bencher| {
        bencher.iter(|| {
            let hash = Sha256::digest(black_box(&body));
            let mut mac = Hmac::<Sha256>::new_from_slice(black_box(&key_bytes)).unwrap();
            mac.update(black_box(text.as_bytes()));
            (hash, mac.finalize().into_bytes())
        });
    });
    group.bench_function("sign_request", |bencher| {
        bencher.iter(|| sign_request(black_box(&request), black_box(&key), black_box(now)).unwrap());
    });
    group.finish();
}

criterion_group!(benches, signing);
criterion_main!(benches);
