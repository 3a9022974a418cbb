//! Each known signing mistake is found from the signature alone.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::support::{CREATE, Draft, World, world};

const BODY: &str = "{\"createTokenWithScopes\":[\"chat\"],\"expiresInMinutes\":60}";
const ID: &str = "/identities/8%3Aacs%3A1_2/:issueAccessToken?api-version=2023-10-01";
const RAW_ID: &str = "/identities/8:acs:1_2/:issueAccessToken?api-version=2023-10-01";

fn names(world: &World, draft: &Draft, text: &str) -> Vec<&'static str> {
    assert_eq!(
        world.send(&draft.signed(text)).unwrap().code(),
        (401, "Denied".to_owned())
    );
    let signing = world.last().signing.clone().expect("an explanation");
    assert_eq!(signing.expected, draft.text());
    assert!(signing.reproduced, "{signing:?}");
    assert_eq!(signing.from_client, text);
    let difference = signing.first_difference.expect("a difference");
    let before = |text: &str| text.chars().take(difference).collect::<String>();
    assert_eq!(before(&signing.expected), before(text));
    assert_ne!(
        signing.expected.chars().nth(difference),
        text.chars().nth(difference)
    );
    signing.mistakes.iter().map(|mistake| mistake.name).collect()
}

/// A mistake's name, the request's target, and the string that the mistaken client signs.
type Case = (&'static str, &'static str, fn(&Draft) -> String);

#[test]
fn one_mistake() {
    let cases: [Case; 27] = [
        ("method_in_lower_case", CREATE, |d| {
            Draft {
                method: "post".into(),
                ..d.clone()
            }
            .text()
        }),
        ("another_method", CREATE, |d| {
            Draft {
                method: "GET".into(),
                ..d.clone()
            }
            .text()
        }),
        ("colon_decoded", ID, |d| d.text().replace("%3A", ":")),
        ("colon_encoded", RAW_ID, |d| {
            d.text().replace("8:acs:", "8%3Aacs%3A")
        }),
        ("colon_encoded", RAW_ID, |d| {
            d.text()
                .replace("8:acs:", "8%3Aacs%3A")
                .replace(":issue", "%3Aissue")
        }),
        ("path_encoded_twice", ID, |d| d.text().replace("%3A", "%253A")),
        ("query_left_out", CREATE, |d| {
            d.text().replace("?api-version=2023-10-01", "")
        }),
        ("bare_question_mark", "/identities", |d| {
            d.text().replace("/identities", "/identities?")
        }),
        ("bare_question_mark", "/identities?", |d| {
            d.text().replace('?', "")
        }),
        ("absolute_url", CREATE, |d| {
            d.text()
                .replace("/identities", &format!("http://{}/identities", d.host))
        }),
        ("slash_left_out", CREATE, |d| {
            d.text().replace("/identities", "identities")
        }),
        ("slashes_merged", "//identities?api-version=1", |d| {
            d.text().replace("//identities", "/identities")
        }),
        ("query_rewritten", "/identities?api-version=1&a=%20b", |d| {
            d.text().replace("%20", "+")
        }),
        ("query_rewritten", "/identities?api-version=1&a", |d| {
            d.text().replace("&a", "&a=")
        }),
        ("escapes_in_upper_case", "/identities/%c3?api-version=1", |d| {
            d.text().replace("%c3", "%C3")
        }),
        ("clock_read_twice", CREATE, |d| {
            let time = httpdate::parse_http_date(&d.date).unwrap() - std::time::Duration::from_secs(1);
            Draft {
                date: httpdate::fmt_http_date(time),
                ..d.clone()
            }
            .text()
        }),
        ("date_left_out", CREATE, |d| {
            Draft {
                date: String::new(),
                ..d.clone()
            }
            .text()
        }),
        ("host_without_port", CREATE, |d| {
            Draft {
                host: "localhost".into(),
                ..d.clone()
            }
            .text()
        }),
        ("host_with_slash", CREATE, |d| {
            Draft {
                host: format!("{}/", d.host),
                ..d.clone()
            }
            .text()
        }),
        ("host_with_scheme", CREATE, |d| {
            Draft {
                host: format!("http://{}", d.host),
                ..d.clone()
            }
            .text()
        }),
        ("another_host", CREATE, |d| {
            d.text().replace("localhost", "127.0.0.1")
        }),
        ("hash_of_empty_body", CREATE, |d| {
            let hash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=".into();
            Draft { hash, ..d.clone() }.text()
        }),
        ("hash_left_out", CREATE, |d| {
            Draft {
                hash: String::new(),
                ..d.clone()
            }
            .text()
        }),
        ("trailing_newline", CREATE, |d| format!("{}\n", d.text())),
        ("carriage_returns", CREATE, |d| d.text().replace('\n', "\r\n")),
        ("lines_for_semicolons", CREATE, |d| d.text().replace(';', "\n")),
        ("host_before_date", CREATE, |d| {
            format!("{}\n{}\n{};{};{}", d.method, d.target, d.host, d.date, d.hash)
        }),
    ];
    let world = world();
    for (name, target, mistake) in cases {
        let draft = world.draft("POST", target, BODY);
        assert_eq!(names(&world, &draft, &mistake(&draft)), [name], "{target}");
    }
}

#[test]
fn two_mistakes() {
    let world = world();
    let draft = world.draft("POST", ID, BODY);
    let text = draft.text().replace("%3A", ":").replace(&draft.host, "localhost");
    assert_eq!(
        names(&world, &draft, &text),
        ["colon_decoded", "host_without_port"]
    );
    let text = draft.text().replace("?api-version=2023-10-01", "") + "\n";
    assert_eq!(
        names(&world, &draft, &text),
        ["query_left_out", "trailing_newline"]
    );
}

#[test]
fn the_body_that_was_hashed_is_recognised() {
    let world = world();
    let sent = world.draft("POST", CREATE, BODY);
    let spaced = "{\"createTokenWithScopes\": [\"chat\"], \"expiresInMinutes\": 60}";
    let hashed = world.draft("POST", CREATE, spaced);
    let draft = Draft {
        hash: hashed.hash,
        ..sent.clone()
    };
    world.send(&draft.signed(&draft.text())).unwrap();
    let signing = world.last().signing.clone().expect("an explanation");
    assert_eq!(
        (signing.expected, signing.from_client),
        (sent.text(), draft.text())
    );
    assert_eq!(signing.mistakes[0].name, "hash_of_other_json");

    let draft = Draft {
        hash: STANDARD.encode([1; 32]),
        ..sent
    };
    world.send(&draft.signed(&draft.text())).unwrap();
    assert_eq!(
        world.last().signing.clone().unwrap().mistakes[0].name,
        "hash_of_other_content"
    );
}

#[test]
fn the_older_date_header_is_recognised() {
    let world = world();
    let older = "Tue, 05 Nov 2024 09:08:07 GMT";
    let draft = Draft {
        more: vec![("Date".into(), older.into())],
        ..world.draft("POST", CREATE, BODY)
    };
    let text = Draft {
        date: older.into(),
        ..draft.clone()
    }
    .text();
    assert_eq!(names(&world, &draft, &text), ["date_for_x_ms_date"]);
}

#[test]
fn a_host_that_a_proxy_changed_is_recognised() {
    let world = world();
    let public = "acs.contoso.example";
    let draft = Draft {
        more: vec![("X-Forwarded-Host".into(), public.into())],
        ..world.draft("POST", CREATE, BODY)
    };
    let text = Draft {
        host: public.into(),
        ..draft.clone()
    }
    .text();
    assert_eq!(names(&world, &draft, &text), ["host_changed_by_proxy"]);
}

#[test]
fn the_form_of_key_and_signature_is_recognised() {
    let world = world();
    let draft = world.draft("POST", CREATE, BODY);
    let text = draft.text();
    let undecoded = Draft {
        key: STANDARD.encode(&draft.key).into_bytes(),
        ..draft.clone()
    };
    let standard = draft.signature(&text);
    let hex: String = STANDARD
        .decode(&standard)
        .unwrap()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let prefix = "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=";
    for (request, name) in [
        (undecoded.signed(&text), "key_not_decoded"),
        (draft.authorized(&format!("{prefix}{hex}")), "signature_in_hex"),
        (
            draft.authorized(&format!("{prefix}{}", standard.trim_end_matches('='))),
            "signature_alphabet",
        ),
        (
            draft.authorized(&format!("{prefix}{}", standard.replace('=', "%3D"))),
            "signature_percent_encoded",
        ),
    ] {
        assert_eq!(world.send(&request).unwrap().status, 401);
        let signing = world.last().signing.clone().expect("an explanation");
        assert_eq!((signing.first_difference, signing.reproduced), (None, true));
        assert_eq!(
            signing.mistakes.iter().map(|m| m.name).collect::<Vec<_>>(),
            [name]
        );
    }
}
