//! Values that were tampered with, moved, or sealed with another key.

use std::time::UNIX_EPOCH;

use super::log::Log;
use super::*;
use crate::cache::redis::sealing::{Sealer, Unreadable};

fn name_of(entry: &CacheKey) -> String {
    crate::cache::redis::names::Names::new("acs-auth")
        .unwrap()
        .entry(entry)
}

#[test]
fn only_the_whole_value_under_its_own_key_opens() {
    let sealer = Sealer::new("ns", &sealing_key(1), None);
    let until = UNIX_EPOCH + Duration::from_millis(1_900_000_000_123);
    let value = sealer.seal(&key(1, 1), &exchanged("tökén"), until).unwrap();
    assert_eq!(
        sealer.try_open(&key(1, 1), &value),
        Ok((exchanged("tökén"), until))
    );
    assert_eq!(sealer.try_open(&key(1, 2), &value), Err(Unreadable::Authenticity));
    assert_eq!(sealer.try_open(&key(2, 1), &value), Err(Unreadable::Authenticity));
    let elsewhere = Sealer::new("other", &sealing_key(1), None);
    assert_eq!(
        elsewhere.try_open(&key(1, 1), &value),
        Err(Unreadable::Authenticity)
    );
    let stranger = Sealer::new("ns", &sealing_key(2), None);
    assert_eq!(stranger.try_open(&key(1, 1), &value), Err(Unreadable::Key));
    for at in 0..value.len() {
        for bit in 0..8 {
            let mut changed = value.clone();
            changed[at] ^= 1 << bit;
            assert!(
                sealer.try_open(&key(1, 1), &changed).is_err(),
                "bit {bit} of byte {at}"
            );
        }
        assert!(sealer.try_open(&key(1, 1), &value[..at]).is_err(), "cut at {at}");
    }
    let mut longer = value.clone();
    longer.push(0);
    assert!(sealer.try_open(&key(1, 1), &longer).is_err());
    longer.resize(100_000, 0);
    assert_eq!(sealer.try_open(&key(1, 1), &longer), Err(Unreadable::Form));
    let mut relabelled = value.clone();
    relabelled[0] = 2;
    assert_eq!(
        sealer.try_open(&key(1, 1), &relabelled),
        Err(Unreadable::Authenticity)
    );
    let mut newer = value;
    newer[0] = 3;
    assert_eq!(sealer.try_open(&key(1, 1), &newer), Err(Unreadable::Version));
}

#[test]
fn an_identity_is_kept_with_its_token() {
    let sealer = Sealer::new("ns", &sealing_key(1), None);
    let until = UNIX_EPOCH + LIFETIME;
    let with_user = Exchanged {
        user: Some(crate::CommunicationUserIdentifier::new("8:acs:r_t_o")),
        ..exchanged("t")
    };
    let value = sealer.seal(&key(1, 1), &with_user, until).unwrap();
    assert_eq!(value[0], 2);
    assert_eq!(
        sealer.try_open(&key(1, 1), &value),
        Ok((with_user.clone(), until))
    );
    let mut relabelled = value;
    relabelled[0] = 1;
    assert_eq!(
        sealer.try_open(&key(1, 1), &relabelled),
        Err(Unreadable::Authenticity)
    );
    // The previous release can read tokens without an identity.
    assert_eq!(sealer.seal(&key(1, 1), &exchanged("t"), until).unwrap()[0], 1);
    let too_long = Exchanged {
        user: Some(crate::CommunicationUserIdentifier::new("x".repeat(70_000))),
        ..with_user
    };
    assert_eq!(sealer.seal(&key(1, 1), &too_long, until), None);
}

/// The value was sealed independently, with AES-256-GCM. The previous release writes only this form, and does
/// so while a fleet is updated.
#[test]
fn what_the_former_release_sealed_is_read() {
    let value: [u8; 57] = [
        0x01, 0xe2, 0xaf, 0xfa, 0xc7, 0x50, 0xb2, 0x14, 0xb2, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07,
        0x08, 0x09, 0x0a, 0x0b, 0xbb, 0xa6, 0x95, 0x26, 0xce, 0x95, 0x2e, 0x79, 0xfe, 0x6a, 0xe7, 0xc4, 0x20,
        0x60, 0xef, 0x63, 0xc5, 0xa3, 0x1b, 0x7e, 0x1b, 0x90, 0x2f, 0x41, 0x80, 0x09, 0x85, 0x5d, 0x17, 0x21,
        0x3e, 0xbc, 0x6a, 0x5a, 0x32, 0xb9,
    ];
    let sealer = Sealer::new("ns", &sealing_key(1), None);
    let opened = sealer.try_open(&key(1, 1), &value);
    assert_eq!(opened, Ok((exchanged("kept"), UNIX_EPOCH + LIFETIME)));
}

#[test]
fn the_same_token_is_never_sealed_alike() {
    let sealer = Sealer::new("ns", &sealing_key(1), None);
    let until = UNIX_EPOCH + LIFETIME;
    assert_ne!(
        sealer.seal(&key(1, 1), &exchanged("t"), until),
        sealer.seal(&key(1, 1), &exchanged("t"), until)
    );
}

#[test]
fn a_value_whose_time_is_over_is_none() {
    let sealer = Sealer::new("ns", &sealing_key(1), None);
    let until = UNIX_EPOCH + LIFETIME;
    let value = sealer.seal(&key(1, 1), &exchanged("t"), until).unwrap();
    assert!(sealer.open(&key(1, 1), &value, until).is_none());
    let kept = sealer
        .open(&key(1, 1), &value, UNIX_EPOCH + Duration::from_secs(1))
        .unwrap();
    assert_eq!(kept.lifetime, LIFETIME - Duration::from_secs(1));
}

#[test]
fn a_sealing_key_has_32_bytes_and_is_not_shown() {
    for bad in [
        "",
        "AAAA",
        "not base64",
        &"A".repeat(44),
        &format!("{}=", "A".repeat(44)),
    ] {
        let error = SealingKey::from_base64(bad).unwrap_err();
        assert_eq!(error.target.as_deref(), Some("sealing_key"));
        assert!(bad.is_empty() || !error.to_string().contains(bad));
    }
    assert_eq!(format!("{:?}", sealing_key(7)), "SealingKey(…)");
}

#[tokio::test]
async fn a_value_that_was_changed_or_moved_reads_as_none_and_is_told_once() {
    let log = Log::start();
    let server = RedisServer::start();
    let cache = cache(&server);
    keep(&cache, &key(1, 1), "mine").await;
    keep(&cache, &key(2, 2), "yours").await;
    let mut admin = server.admin();
    let mine: Vec<u8> = redis::Cmd::get(name_of(&key(1, 1))).query(&mut admin).unwrap();
    redis::Cmd::set(name_of(&key(2, 2)), &mine)
        .exec(&mut admin)
        .unwrap();
    assert_eq!(read(&cache, &key(2, 2)).await, None);
    let mut changed = mine.clone();
    *changed.last_mut().unwrap() ^= 1;
    redis::Cmd::set(name_of(&key(1, 1)), &changed)
        .exec(&mut admin)
        .unwrap();
    assert_eq!(read(&cache, &key(1, 1)).await, None);
    redis::Cmd::set(name_of(&key(1, 1)), "something else")
        .exec(&mut admin)
        .unwrap();
    assert_eq!(read(&cache, &key(1, 1)).await, None);
    let lines = log.lines();
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert!(
        lines[0].contains("cannot be opened") && !lines[0].contains("mine"),
        "{}",
        lines[0]
    );
    assert!(is_reachable(&cache).await, "a bad value is no outage");
    redis::Cmd::set(name_of(&key(1, 1)), &mine)
        .exec(&mut admin)
        .unwrap();
    assert_eq!(read(&cache, &key(1, 1)).await.as_deref(), Some("mine"));
}

#[tokio::test]
async fn a_value_of_another_type_reads_as_none() {
    let server = RedisServer::start();
    let cache = cache(&server);
    redis::cmd("LPUSH")
        .arg(name_of(&key(1, 1)))
        .arg("x")
        .exec(&mut server.admin())
        .unwrap();
    assert_eq!(read(&cache, &key(1, 1)).await, None);
}

#[tokio::test]
async fn keys_rotate() {
    let server = RedisServer::start();
    let with = |current, previous: Option<u8>| {
        cache_with(&RedisOptions {
            sealing_key: sealing_key(current),
            previous_sealing_key: previous.map(sealing_key),
            ..options(&server)
        })
    };
    keep(&with(1, None), &key(1, 1), "old").await;
    assert_eq!(read(&with(2, None), &key(1, 1)).await, None);
    let both = with(2, Some(1));
    assert_eq!(read(&both, &key(1, 1)).await.as_deref(), Some("old"));
    keep(&both, &key(1, 1), "new").await;
    assert_eq!(read(&with(2, None), &key(1, 1)).await.as_deref(), Some("new"));
    assert_eq!(read(&with(1, None), &key(1, 1)).await, None);
}
