//! Structs that grow: what an older or a newer header makes of them.

use std::mem::MaybeUninit;
use std::ptr;

use super::{c, called, shown};
use crate::cloud::{
    ACS_CLOUD_CHINA, ACS_CLOUD_CUSTOM, acs_cloud, acs_cloud_authority, acs_cloud_free, acs_cloud_new,
    acs_cloud_options, acs_cloud_options_init, acs_cloud_teams_user_prefix_count,
};

const SIZE: usize = size_of::<acs_cloud_options>();

/// The struct of a header that has eight bytes more.
#[repr(C)]
struct Newer {
    options: acs_cloud_options,
    member: i64,
}

fn initialised() -> acs_cloud_options {
    let mut options = MaybeUninit::uninit();
    unsafe {
        acs_cloud_options_init(options.as_mut_ptr(), SIZE);
        options.assume_init()
    }
}

fn made(options: *const acs_cloud_options) -> Result<*mut acs_cloud, super::Failure> {
    called(|cloud, error| unsafe { acs_cloud_new(options, cloud, error) })
}

#[test]
fn defaults_make_the_public_cloud() {
    let cloud = made(&initialised()).unwrap();
    unsafe {
        assert_eq!(
            shown(acs_cloud_authority(cloud)),
            "https://login.microsoftonline.com"
        );
        assert_eq!(acs_cloud_teams_user_prefix_count(cloud), 1);
        acs_cloud_free(cloud);
    }
}

#[test]
fn a_size_that_was_never_set_is_refused() {
    for size in [0, 1, SIZE - 1, usize::MAX] {
        let mut options = initialised();
        options.struct_size = size;
        assert!(made(&options).unwrap_err().is_about("struct_size"), "{size}");
    }
}

#[test]
fn members_of_a_newer_header_are_taken_only_unset() {
    let mut newer = Newer {
        options: initialised(),
        member: 0,
    };
    newer.options.struct_size = size_of::<Newer>();
    let pointer = (&raw const newer).cast();
    unsafe { acs_cloud_free(made(pointer).unwrap()) };
    newer.member = 1;
    let pointer = (&raw const newer).cast();
    assert!(made(pointer).unwrap_err().is_about("struct_size"));
}

#[test]
fn a_newer_header_s_struct_is_filled_to_its_end() {
    let mut newer = MaybeUninit::<Newer>::uninit();
    let newer = unsafe {
        acs_cloud_options_init(newer.as_mut_ptr().cast(), size_of::<Newer>());
        newer.assume_init()
    };
    assert_eq!((newer.member, newer.options.struct_size), (0, size_of::<Newer>()));
    assert_eq!(newer.options.kind, -1);
}

#[test]
fn init_takes_no_place_and_no_size() {
    unsafe {
        acs_cloud_options_init(ptr::null_mut(), SIZE);
        let mut options = initialised();
        options.kind = 7;
        acs_cloud_options_init(&raw mut options, 1);
        assert_eq!(options.kind, 7);
    }
}

#[test]
fn numbers_texts_and_lists_are_checked() {
    let latin = [0xe9_u8, 0];
    let (authority, empty) = (c("https://localhost:8443"), c(""));
    let with = |change: &dyn Fn(&mut acs_cloud_options)| {
        let mut options = initialised();
        change(&mut options);
        made(&options)
    };
    assert!(with(&|o| o.kind = 99).unwrap_err().is_about("kind"));
    assert!(
        with(&|o| o.kind = ACS_CLOUD_CUSTOM)
            .unwrap_err()
            .is_about("authority")
    );
    let bad = with(&|o| o.issuer_v1 = latin.as_ptr().cast()).unwrap_err();
    assert!(bad.is_about("issuer_v1") && bad.reason.contains("UTF-8"));
    let list = [ptr::null()];
    let bad = with(&|o| {
        o.teams_user_prefixes = list.as_ptr();
        o.teams_user_prefix_count = 1;
    });
    assert!(bad.unwrap_err().is_about("teams_user_prefixes"));
    let list = [empty.as_ptr()];
    let none = with(&|o| {
        o.kind = ACS_CLOUD_CHINA;
        o.teams_user_prefixes = list.as_ptr();
    });
    let custom = with(&|o| {
        o.kind = ACS_CLOUD_CUSTOM;
        o.authority = authority.as_ptr();
    });
    unsafe {
        let (none, custom) = (none.unwrap(), custom.unwrap());
        assert_eq!(acs_cloud_teams_user_prefix_count(none), 0);
        assert_eq!(shown(acs_cloud_authority(custom)), "https://localhost:8443");
        acs_cloud_free(none);
        acs_cloud_free(custom);
    }
}
