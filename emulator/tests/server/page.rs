//! The pages that explain requests.

use crate::support::{CREATE, Draft, world};

#[test]
fn the_list_and_its_parts() {
    let world = world();
    let page = world.plain("GET", "/_emulator/", "");
    assert_eq!(page.status, 200);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
    assert!(page.text().contains("Nothing has been asked yet"));
    for (asset, kind) in [("style.css", "text/css"), ("list.js", "text/javascript")] {
        let answer = world.plain("GET", &format!("/_emulator/assets/{asset}"), "");
        assert!(answer.header("content-type").unwrap().starts_with(kind));
        // Nothing is loaded from elsewhere.
        assert!(!answer.text().contains("http"), "{asset}");
    }
    assert_eq!(world.plain("GET", "/_emulator/assets/../x", "").status, 404);
    for path in ["/", "/_emulator"] {
        let answer = world.plain("GET", path, "");
        assert_eq!(
            (answer.status, answer.header("location")),
            (302, Some("/_emulator/"))
        );
    }
    world.call("POST", CREATE, "");
    let rows = world.plain("GET", "/_emulator/rows?since=0", "");
    assert_eq!(rows.header("x-newest"), Some("1"));
    assert!(rows.text().starts_with("<tr>"));
    assert_eq!(world.plain("GET", "/_emulator/rows?since=1", "").text(), "");
}

#[test]
fn the_difference_is_marked() {
    let world = world();
    let draft = world.draft("POST", CREATE, "");
    world
        .send(
            &draft.signed(
                &Draft {
                    host: "localhost".into(),
                    ..draft.clone()
                }
                .text(),
            ),
        )
        .unwrap();
    let page = world.plain("GET", "/_emulator/explain/1", "").text();
    let port = draft.host.trim_start_matches("localhost");
    assert!(
        page.contains(&format!("localhost<mark class=\"first\">{port}</mark>")),
        "{page}"
    );
    assert!(page.contains("localhost<mark class=\"first\"></mark>"));
    assert!(page.contains("host_without_port"));
    assert_eq!(world.plain("GET", "/_emulator/explain/2", "").status, 404);
}

#[test]
fn what_a_client_sends_is_text_and_never_markup() {
    let world = world();
    let evil = "<script>alert(1)</script>\"'&";
    let draft = Draft {
        host: evil.into(),
        more: vec![
            ("x-evil".into(), evil.into()),
            ("x-ms-client-request-id".into(), evil.into()),
        ],
        ..world.draft("POST", "/identities?api-version='%3Cscript%3E'&x", "")
    };
    let answer = world.send(&draft.signed("x")).unwrap();
    assert_eq!(answer.header("x-ms-client-request-id"), Some(evil));
    world.plain(
        "POST",
        "/_emulator/faults",
        &serde_json::json!({"redirect": evil}).to_string(),
    );
    world.send(&draft.signed("x")).unwrap();
    for path in [
        "/_emulator/",
        "/_emulator/explain/1",
        "/_emulator/explain/2",
        "/_emulator/?operation=%3Cscript%3E",
    ] {
        let page = world.plain("GET", path, "").text();
        assert!(
            !page.contains("<script>") && !page.contains("='&"),
            "{path}: {page}"
        );
    }
    assert!(
        world
            .plain("GET", "/_emulator/explain/1", "")
            .text()
            .contains("&lt;script&gt;alert(1)")
    );
}
