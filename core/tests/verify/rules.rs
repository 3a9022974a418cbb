//! Rules that the catalogue of attacks doesn't cover, tested with correctly signed tokens.

use acs_auth::ErrorKind::{Forbidden, Unauthorized};
use serde_json::{Value, json};

use crate::forged::*;

async fn outcome(forged: &Forged, header: &Value, claims: &Value) -> Option<String> {
    let verifier = forged.builder().build().unwrap();
    let result = verifier.verify(&forged.token(header, claims)).await;
    result.err().map(|error| {
        let code = error.code.clone().unwrap();
        let forbidden = matches!(
            code.as_str(),
            "app_only" | "scope_missing" | "client_not_allowed" | "tenant_not_allowed"
        );
        assert_eq!(
            error.kind,
            if forbidden { Forbidden } else { Unauthorized },
            "{error}"
        );
        code
    })
}

#[tokio::test]
async fn claims_are_of_the_types_and_values_that_entra_gives_them() {
    let forged = Forged::new(&json!({}));
    for (changes, code) in [
        (json!({}), None),
        (json!({"roles": ["Tasks.Run"]}), None),
        (json!({"idtyp": "user"}), None),
        (json!({"scp": "User.Read access_as_user"}), None),
        (json!({"aud": [API]}), Some("audience")),
        (json!({"aud": null}), Some("audience")),
        (json!({"aud": API.to_uppercase()}), Some("audience")),
        (json!({"aud": format!("{API}/")}), Some("audience")),
        (json!({"ver": null}), Some("version")),
        (json!({"ver": 2.0}), Some("version")),
        (json!({"ver": "2"}), Some("version")),
        // The token's own `ver` decides which issuer and which client claim are checked.
        (json!({"ver": "1.0"}), Some("issuer")),
        (json!({"tid": "contoso.example"}), Some("tenant_missing")),
        (json!({"tid": "{tenantid}"}), Some("tenant_missing")),
        (json!({"oid": "alice"}), Some("object_id_missing")),
        (json!({"azp": null, "appid": CLIENT}), Some("client_missing")),
        (json!({"azp": null}), Some("no_access_token")),
        (json!({"azp": USER}), Some("client_not_allowed")),
        (json!({"exp": -1}), Some("expired")),
        (json!({"exp": 1e300}), Some("expiry_missing")),
        (json!({"exp": u64::MAX}), Some("expiry_missing")),
        (json!({"exp": i64::MAX}), Some("lives_too_long")),
        (json!({"nbf": null}), Some("not_before_missing")),
        (json!({"nbf": "0"}), Some("not_before_missing")),
        (json!({"iat": null}), Some("issued_at_missing")),
        (json!({"iat": NOW + 301}), Some("not_yet_valid")),
        (json!({"iat": NOW + 300, "nbf": NOW + 300}), None),
        (json!({"nbf": NOW + 301}), Some("not_yet_valid")),
        (json!({"exp": NOW - 299}), None),
        (json!({"exp": NOW - 300}), Some("expired")),
        (json!({"iat": i64::MIN}), Some("lives_too_long")),
        (json!({"nbf": i64::MAX}), Some("not_yet_valid")),
        (json!({"scp": ["access_as_user"]}), Some("scope_missing")),
        (json!({"scp": "access_as_user,User.Read"}), Some("scope_missing")),
        (json!({"scp": "Access_As_User"}), Some("scope_missing")),
        (json!({"scp": null}), Some("scope_missing")),
        (
            json!({"scp": null, "roles": ["access_as_user"]}),
            Some("app_only"),
        ),
        (json!({"idtyp": "app"}), Some("app_only")),
        (json!({"idtyp": "device"}), Some("app_only")),
        (json!({"idtyp": 1}), Some("app_only")),
    ] {
        let claims = with(claims(), changes.clone());
        let found = outcome(&forged, &header(), &claims).await;
        assert_eq!(found.as_deref(), code, "{changes}");
    }
}

#[tokio::test]
async fn headers_ask_for_nothing_unusual() {
    let forged = Forged::new(&json!({}));
    for (changes, code) in [
        (json!({"typ": null}), None),
        (json!({"typ": "at+jwt"}), None),
        (json!({"typ": "jwt"}), None),
        (json!({"jku": "https://attacker.example/keys"}), None),
        (json!({"typ": "JWE"}), Some("header")),
        (json!({"typ": 1}), Some("header")),
        (json!({"crit": []}), Some("header")),
        (json!({"b64": false}), Some("header")),
        (json!({"alg": null}), Some("algorithm")),
        (json!({"alg": "rs256"}), Some("algorithm")),
        (json!({"alg": ["RS256"]}), Some("algorithm")),
        (json!({"alg": "PS256"}), Some("algorithm")),
        (json!({"kid": ""}), Some("key_id_missing")),
        (json!({"kid": 1}), Some("key_id_missing")),
        (json!({"kid": "k".repeat(257)}), Some("key_id_missing")),
    ] {
        let found = outcome(&forged, &with(header(), changes.clone()), &claims()).await;
        assert_eq!(found.as_deref(), code, "{changes}");
    }
}

#[tokio::test]
async fn a_key_signs_for_its_own_issuer_only() {
    let tenant = |tenant| format!("https://login.example/{tenant}/v2.0");
    for (issuer, code) in [
        (tenant("{tenantid}"), None),
        (tenant(TENANT), None),
        // The tenant of personal accounts has keys in the same document.
        (tenant("9188040d-6c67-4c5b-b112-36a304b66dad"), Some("key_issuer")),
        (
            tenant("{tenantid}").replace("example", "example.attacker.example"),
            Some("key_issuer"),
        ),
        (tenant("{tenantid}") + "/", Some("key_issuer")),
        (tenant(&TENANT.to_uppercase()), Some("key_issuer")),
        (String::new(), Some("key_issuer")),
    ] {
        let forged = Forged::new(&json!({ "issuer": issuer }));
        let found = outcome(&forged, &header(), &claims()).await;
        assert_eq!(found.as_deref(), code, "{issuer}");
    }
}

#[tokio::test]
async fn keys_for_other_uses_are_none() {
    for more in [
        json!({"use": "enc"}),
        json!({"kty": "EC"}),
        json!({"kty": "oct", "k": "AA"}),
        json!({"n": "not base64!"}),
        json!({"kid": ""}),
    ] {
        let forged = Forged::new(&more);
        let verifier = forged.builder().build().unwrap();
        assert!(!verifier.keys_reachable().await, "{more}");
    }
}
