//! Metadata, keys, instance discovery, and which paths belong to Entra ID.

use crate::support::*;
use acs_emulator::entra::{Entra, EntraOptions, IssuerMode};
use acs_emulator::seed::Seed;
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

#[test]
fn version_2_metadata_has_every_field() {
    let world = world();
    let reply = world.get(&format!("/{}/v2.0/.well-known/openid-configuration", world.tid()));
    assert_eq!(header(&reply, "access-control-allow-origin"), Some("*"));
    let document = json(&reply);
    let at = |rest: &str| format!("{BASE}/{}/{rest}", world.tid());
    assert_eq!(document["issuer"], at("v2.0"));
    assert_eq!(document["authorization_endpoint"], at("oauth2/v2.0/authorize"));
    assert_eq!(document["token_endpoint"], at("oauth2/v2.0/token"));
    assert_eq!(
        document["device_authorization_endpoint"],
        at("oauth2/v2.0/devicecode")
    );
    assert_eq!(document["end_session_endpoint"], at("oauth2/v2.0/logout"));
    assert_eq!(document["jwks_uri"], at("discovery/v2.0/keys"));
    for member in [
        "token_endpoint_auth_methods_supported",
        "response_modes_supported",
        "subject_types_supported",
        "id_token_signing_alg_values_supported",
        "response_types_supported",
        "scopes_supported",
        "request_uri_parameter_supported",
        "http_logout_supported",
        "frontchannel_logout_supported",
        "claims_supported",
        "kerberos_endpoint",
        "tenant_region_scope",
        "cloud_instance_name",
        "cloud_graph_host_name",
        "msgraph_host",
        "rbac_url",
    ] {
        assert!(document.get(member).is_some(), "{member}");
    }
}

#[test]
fn version_1_metadata_has_its_own_issuer_and_keys() {
    let world = world();
    let document = json(&world.get("/contoso.example/.well-known/openid-configuration?appid=abc"));
    assert_eq!(document["issuer"], format!("{BASE}/{}/", world.tid()));
    assert_eq!(
        document["jwks_uri"],
        format!("{BASE}/{}/discovery/keys?appid=abc", world.tid())
    );
    assert!(document["check_session_iframe"].is_string());
}

#[test]
fn metadata_for_any_tenant_has_a_template() {
    let world = world();
    for authority in ["common", "organizations"] {
        let document = json(&world.get(&format!("/{authority}/v2.0/.well-known/openid-configuration")));
        assert_eq!(document["issuer"], format!("{BASE}/{{tenantid}}/v2.0"));
        assert_eq!(
            document["token_endpoint"],
            format!("{BASE}/{authority}/oauth2/v2.0/token")
        );
    }
    assert_eq!(
        world
            .get("/consumers/v2.0/.well-known/openid-configuration")
            .status,
        200
    );
    let nowhere = world.get("/nowhere.example/v2.0/.well-known/openid-configuration");
    assert_eq!(refusal(&nowhere), ("invalid_request".into(), 90002));
}

#[test]
fn metadata_follows_the_host_or_production() {
    let options = EntraOptions {
        issuer: IssuerMode::Production,
        ..EntraOptions::default()
    };
    let world = world_of(Seed::generate(), options);
    let document = json(&world.get("/organizations/v2.0/.well-known/openid-configuration"));
    assert_eq!(
        document["issuer"],
        "https://login.microsoftonline.com/{tenantid}/v2.0"
    );
    assert_eq!(
        document["token_endpoint"],
        format!("{BASE}/organizations/oauth2/v2.0/token")
    );
}

#[test]
fn keys_are_described_in_full() {
    let world = world();
    let path = format!("/{}/discovery/v2.0/keys", world.tid());
    let document = json(&world.get(&path));
    let key = &document["keys"][0];
    assert_eq!(
        (key["kty"].as_str(), key["use"].as_str()),
        (Some("RSA"), Some("sig"))
    );
    assert_eq!(key["e"], "AQAB");
    assert_eq!(URL_SAFE_NO_PAD.decode(string(key, "n")).unwrap().len(), 256);
    assert_eq!(key["issuer"], format!("{BASE}/{}/v2.0", world.tid()));
    let certificate = STANDARD.decode(key["x5c"][0].as_str().unwrap()).unwrap();
    let thumbprint = URL_SAFE_NO_PAD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, &certificate));
    assert_eq!(
        (&key["x5t"], &key["kid"]),
        (&thumbprint.clone().into(), &thumbprint.into())
    );
    assert_eq!(decode(&world.mint("kind=api")).0["kid"], key["kid"]);
    let v1 = json(&world.get(&format!("/{}/discovery/keys?appid=abc", world.tid())));
    assert!(v1["keys"][0].get("issuer").is_none());
    assert_eq!(v1["keys"][0]["n"], key["n"]);
    let template = json(&world.get("/common/discovery/v2.0/keys"));
    assert_eq!(template["keys"][0]["issuer"], format!("{BASE}/{{tenantid}}/v2.0"));
}

#[test]
fn keys_roll_over_in_the_document() {
    let world = world();
    let kids = || -> Vec<String> {
        let document = json(&world.get("/common/discovery/v2.0/keys"));
        document["keys"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| string(key, "kid"))
            .collect()
    };
    let first = kids();
    world.entra.roll_over_keys().unwrap();
    let second = kids();
    assert_eq!((first.len(), second.len()), (1, 2));
    assert_eq!(second[1], first[0]);
    world.entra.roll_over_keys().unwrap();
    assert!(kids().len() == 2 && !kids().contains(&first[0]));
}

#[test]
fn a_spare_key_is_there_for_the_rollover() {
    let world = world_of(Seed::generate(), EntraOptions::default());
    for _ in 0..2 {
        let before = decode(&world.mint("kind=api")).0["kid"].clone();
        world.entra.roll_over_keys().unwrap();
        assert_ne!(decode(&world.mint("kind=api")).0["kid"], before);
    }
}

#[test]
fn instances_are_known_or_refused() {
    let world = world();
    let ask = |endpoint: &str| {
        world.get(&format!(
            "/common/discovery/instance?api-version=1.1&authorization_endpoint={}",
            form(&[("u", endpoint)]).trim_start_matches("u=")
        ))
    };
    let ours = json(&ask(&format!("{BASE}/organizations/oauth2/v2.0/authorize")));
    assert_eq!(
        ours["tenant_discovery_endpoint"],
        format!("{BASE}/organizations/v2.0/.well-known/openid-configuration")
    );
    let aliases = |body: &serde_json::Value| body["metadata"].to_string();
    assert!(aliases(&ours).contains(HOST));
    let portless = json(&ask(
        "https://login.example.test/contoso.example/oauth2/v2.0/authorize",
    ));
    assert_eq!(
        portless["tenant_discovery_endpoint"],
        format!("{BASE}/contoso.example/v2.0/.well-known/openid-configuration")
    );
    let theirs = json(&ask(
        "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/authorize",
    ));
    assert_eq!(
        theirs["tenant_discovery_endpoint"],
        "https://login.microsoftonline.com/contoso.example/v2.0/.well-known/openid-configuration"
    );
    let cloud = &theirs["metadata"][0];
    assert_eq!(cloud["preferred_network"], "login.microsoftonline.com");
    assert_eq!(cloud["preferred_cache"], "login.windows.net");
    for unknown in [
        "https://elsewhere.example/common/oauth2/v2.0/authorize",
        "nonsense",
    ] {
        assert_eq!(refusal(&ask(unknown)), ("invalid_instance".into(), 50049));
    }
}

#[test]
fn preflights_are_answered() {
    let world = world();
    for path in [
        world.token_path(),
        "/common/v2.0/.well-known/openid-configuration".into(),
    ] {
        let reply = world.send(&wire(
            "OPTIONS",
            &path,
            &[("origin", "http://localhost:3000")],
            "",
        ));
        assert_eq!(reply.status, 200);
        assert_eq!(header(&reply, "access-control-allow-origin"), Some("*"));
        assert!(
            header(&reply, "access-control-allow-methods")
                .unwrap()
                .contains("OPTIONS")
        );
    }
}

#[test]
fn paths_are_entras_or_not() {
    for path in [
        "/common/oauth2/v2.0/token",
        "/t/discovery/keys",
        "/metadata/identity/oauth2/token",
        "/msi/token",
        "/devicelogin",
        "/t/adminconsent",
    ] {
        assert!(Entra::owns(path), "{path}");
    }
    for path in [
        "/t/oauth2/token",
        "/oidc/userinfo",
        "/identities",
        "/identities/8:acs:1/:issueAccessToken",
        "/teamsUser/:exchangeAccessToken",
        "/",
        "/_emulator/mint",
        "",
    ] {
        assert!(!Entra::owns(path), "{path}");
    }
}
