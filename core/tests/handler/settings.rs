//! Settings from the environment, from TOML and from the builder; errors name them as they were written.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use acs_auth::ErrorKind;
use acs_auth::handler::{HandlerSettings, TokenExchangeHandler};

const CONNECTION_STRING: &str =
    "endpoint=https://contoso.communication.azure.com/;accesskey=c2VjcmV0LWtleS1vZi10aGUtdGVzdA==";
const KEY: &str = "c2VjcmV0LWtleS1vZi10aGUtdGVzdA";
const ID: &str = "c0c0c0c0-0000-4000-8000-000000000001";

fn env(pairs: &[(&str, &str)]) -> acs_auth::Result<HandlerSettings> {
    let map: BTreeMap<&str, &str> = pairs.iter().copied().collect();
    HandlerSettings::from_env(|name| map.get(name).map(|value| (*value).to_owned()))
}

fn build(settings: HandlerSettings) -> acs_auth::Result<TokenExchangeHandler> {
    TokenExchangeHandler::builder().settings(settings).build()
}

/// The required settings, under this library's own names, with one changed or added.
fn own(name: &'static str, value: &'static str) -> Vec<(&'static str, &'static str)> {
    let mut all = BTreeMap::from([
        ("ACS_AUTH_CONNECTION_STRING", CONNECTION_STRING),
        ("ACS_AUTH_API_CLIENT_ID", ID),
        ("ACS_AUTH_TENANT_IDS", ID),
        ("ACS_AUTH_TEAMS_CLIENT_IDS", ID),
    ]);
    all.insert(name, value);
    all.into_iter().collect()
}

#[test]
fn the_samples_names_do_but_for_what_the_sample_lacks() {
    let node = [
        ("communicationServices_connectionString", CONNECTION_STRING),
        ("azureActiveDirectory_clientId", ID),
        ("azureActiveDirectory_tenantId", ID),
    ];
    let dotnet = [
        ("CommunicationServices__ConnectionString", CONNECTION_STRING),
        ("AzureActiveDirectory__ClientId", ID),
        ("AzureActiveDirectory__TenantId", ID),
        (
            "AzureActiveDirectory__Instance",
            "https://login.microsoftonline.com/",
        ),
        ("CommunicationServices__Scopes__0", "chat"),
        ("CommunicationServices__Scopes__1", "voip"),
    ];
    for names in [&node[..], &dotnet[..]] {
        let error = build(env(names).unwrap()).unwrap_err();
        assert_eq!(error.target.as_deref(), Some("teams_client_ids"));
        assert!(error.reason.contains("ACS_AUTH_TEAMS_CLIENT_IDS"), "{error}");
        let mut names = names.to_vec();
        names.push(("ACS_AUTH_TEAMS_CLIENT_IDS", ID));
        build(env(&names).unwrap()).unwrap();
    }
}

#[test]
fn variables_returns_every_name_that_is_looked_up() {
    let asked = RefCell::new(BTreeSet::new());
    HandlerSettings::from_env(|name| {
        asked.borrow_mut().insert(name.to_owned());
        name.starts_with("CommunicationServices__Scopes__")
            .then(|| "chat".to_owned())
    })
    .unwrap();
    assert_eq!(asked.into_inner(), HandlerSettings::variables().collect());
}

#[test]
fn every_error_names_the_setting_as_it_was_written_and_shows_no_value() {
    for (name, value) in [
        (
            "ACS_AUTH_CONNECTION_STRING",
            "endpoint=https://a.example;accesskey=c2VjcmV0LWtleS1vZi10aGUtdGVzdA!",
        ),
        (
            "communicationServices_connectionString",
            "c2VjcmV0LWtleS1vZi10aGUtdGVzdA==",
        ),
        ("ACS_AUTH_API_CLIENT_ID", "c2VjcmV0LWtleS1vZi10aGUtdGVzdA"),
        ("ACS_AUTH_TENANT_IDS", "contoso.example"),
        ("ACS_AUTH_TENANT_IDS", "organizations"),
        ("azureActiveDirectory_tenantId", "common"),
        ("ACS_AUTH_TEAMS_CLIENT_IDS", "my-app"),
        ("ACS_AUTH_ALLOWED_CLIENT_IDS", "my-app"),
        ("ACS_AUTH_REQUIRED_SCOPE", "a b"),
        ("ACS_AUTH_CLOUD", "moon"),
        ("ACS_AUTH_AUTHORITY", "http://login.example"),
        ("AzureActiveDirectory__Instance", "https://login.example/path"),
        ("ACS_AUTH_CORS_ORIGINS", "*"),
        ("ACS_AUTH_CORS_ORIGINS", "https://a.example,https://b.example/"),
        ("ACS_AUTH_TIMEOUT_MS", "soon"),
        ("ACS_AUTH_TIMEOUT_MS", "0"),
        ("ACS_AUTH_TIMEOUT_MS", "-1"),
        ("ACS_AUTH_SERVICE_TIMEOUT_MS", "0"),
        ("ACS_AUTH_CONNECT_TIMEOUT_MS", "0"),
        ("ACS_AUTH_TOKEN_CHECK", "maybe"),
        ("ACS_AUTH_ALLOW_INSECURE_ENDPOINT", "yes"),
        ("ACS_AUTH_ROOT_CERTIFICATES_PEM", "c2VjcmV0LWtleS1vZi10aGUtdGVzdA"),
    ] {
        let mut pairs = own("ACS_AUTH_TIMEOUT_MS", "1000");
        let own_name = HandlerSettings::names()
            .find(|known| known.environment.contains(&name))
            .unwrap()
            .environment[0];
        pairs.retain(|(known, _)| *known != own_name);
        pairs.push((name, value));
        let error = env(&pairs).and_then(build).unwrap_err();
        assert_eq!(error.target.as_deref(), Some(name), "{value}: {error}");
        assert!(!format!("{error:?}{error}").contains(KEY), "{error}");
    }
}

#[test]
fn what_is_missing_is_named_with_both_its_names() {
    for (variable, setting) in [
        ("ACS_AUTH_CONNECTION_STRING", "connection_string"),
        ("ACS_AUTH_API_CLIENT_ID", "api_client_id"),
        ("ACS_AUTH_TENANT_IDS", "tenant_ids"),
        ("ACS_AUTH_TEAMS_CLIENT_IDS", "teams_client_ids"),
    ] {
        // A blank value counts as not set.
        for value in ["", " ", ","] {
            let result = env(&own(variable, value)).and_then(build);
            let error = match result {
                Ok(_) => panic!("{variable} {value:?}"),
                Err(error) => error,
            };
            let blank_text = value == "," && !["tenant_ids", "teams_client_ids"].contains(&setting);
            if !blank_text {
                assert_eq!(error.target.as_deref(), Some(setting), "{error}");
                assert!(error.reason.contains(variable), "{error}");
            }
        }
    }
}

#[test]
fn toml_is_read_strictly() {
    let good = format!(
        "connection_string = \"{CONNECTION_STRING}\"\napi_client_id = \"{ID}\"\ntenant_ids = [\"{ID}\"]\n\
         teams_client_ids = [\"{ID}\"]\ntimeout_ms = 2000\ncors_origins = []\nallow_insecure_endpoint = false\n"
    );
    build(HandlerSettings::from_toml(&good).unwrap()).unwrap();
    for (line, target) in [
        ("conection_string = \"x\"", "conection_string"),
        ("[graph]\nsecret = \"x\"", "graph.secret"),
        ("[nothing]\nx = 1", "nothing"),
        ("graph = \"x\"", "graph"),
        ("cloud = 1", "cloud"),
        ("cloud = \"\"", "cloud"),
        ("audiences = \"one\"", "audiences"),
        ("audiences = [1]", "audiences"),
        ("audiences = [\"\"]", "audiences"),
        ("service_timeout_ms = \"1\"", "service_timeout_ms"),
        ("service_timeout_ms = -1", "service_timeout_ms"),
        ("service_timeout_ms = 1.5", "service_timeout_ms"),
        ("tenant_ids = []", "toml"),
        ("required_scope = \"c2VjcmV0LWtleS1vZi10aGUtdGVzdA", "toml"),
        ("=", "toml"),
    ] {
        let text = format!("{good}{line}\n");
        let error = HandlerSettings::from_toml(&text).unwrap_err();
        assert_eq!(error.kind, ErrorKind::InvalidArgument);
        assert_eq!(error.target.as_deref(), Some(target), "{line}: {error}");
        assert!(!format!("{error:?}{error}").contains(KEY), "{error}");
        if target == "toml" {
            assert!(error.reason.contains("Line 8"), "{error}");
        }
    }
    let error = build(HandlerSettings::from_toml(&good.replace(ID, "x")).unwrap()).unwrap_err();
    assert_eq!(error.target.as_deref(), Some("tenant_ids"));
}

/// The builder's methods take precedence over settings, and settings over those that complete them with `or`.
#[test]
fn what_goes_before_what() {
    let toml = || HandlerSettings::from_toml("timeout_ms = 1\ncloud = \"moon\"").unwrap();
    let environment = || env(&own("ACS_AUTH_CLOUD", "mars")).unwrap();
    let target = |settings: HandlerSettings| build(settings).unwrap_err().target.clone().unwrap();
    assert_eq!(target(environment().or(toml())), "ACS_AUTH_CLOUD");
    assert_eq!(target(toml().or(environment())), "cloud");
    let builder = TokenExchangeHandler::builder()
        .settings(environment().or(toml()))
        .required_scope("no good");
    let builder = builder.cloud(acs_auth::Cloud::public());
    assert_eq!(
        builder.build().unwrap_err().target.as_deref(),
        Some("required_scope")
    );
    // This library's own variable takes precedence over the sample's.
    let both = env(&own("communicationServices_connectionString", "nonsense")).unwrap();
    build(both).unwrap();
}

/// Errors name the builder's method that set the value.
#[test]
fn the_builder_names_its_own_options() {
    const BYTES: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let settings = || env(&own("ACS_AUTH_CLOUD", "public")).unwrap();
    let builder = || TokenExchangeHandler::builder().settings(settings());
    builder()
        .allow_insecure_endpoint(true)
        .connect_timeout(Duration::from_secs(1))
        .cache_bytes(0)
        .limit(100)
        .limit_window(Duration::from_secs(10))
        .graph_extension_name("com.contoso.mapping")
        .token_scopes(["chat"])
        .build()
        .unwrap();
    let graph = || builder().graph_client_secret("secret");
    graph().graph_mapping_keys([BYTES]).build().unwrap();
    graph().graph_mapping_keys([BYTES, BYTES]).build().unwrap();
    for (builder, option) in [
        (graph().graph_mapping_keys(["x"]), "graph_mapping_keys"),
        (graph().graph_mapping_keys([BYTES, "x"]), "graph_mapping_keys"),
        (
            graph().graph_mapping_keys([BYTES, BYTES, BYTES]),
            "graph_mapping_keys",
        ),
        (builder().limit(1), "limit"),
        (builder().limit_window(Duration::from_millis(1)), "limit_window"),
        (
            builder()
                .redis_url("http://localhost")
                .redis_sealing_keys([BYTES])
                .redis_cache_secret(BYTES),
            "redis_url",
        ),
        (builder().redis_sealing_keys(["x"]), "redis_sealing_keys"),
        (builder().redis_cache_secret("x"), "redis_cache_secret"),
        (builder().redis_key_prefix("x"), "redis_key_prefix"),
        (builder().redis_timeout(Duration::from_secs(1)), "redis_timeout"),
        (builder().redis_lock(true), "redis_lock"),
    ] {
        let error = builder.build().unwrap_err();
        assert_eq!(error.target.as_deref(), Some(option), "{error}");
    }
}

#[test]
fn graph_needs_a_key_to_sign_mappings_with() {
    let error = build(env(&own("ACS_AUTH_GRAPH_CLIENT_SECRET", "secret")).unwrap()).unwrap_err();
    assert_eq!(error.target.as_deref(), Some("graph.mapping_keys"));
    for part in ["ACS_AUTH_GRAPH_MAPPING_KEYS", "openssl rand -base64 32"] {
        assert!(error.reason.contains(part), "{error}");
    }
}

#[test]
fn settings_are_not_printed() {
    let settings = env(&own("ACS_AUTH_GRAPH_CLIENT_SECRET", "very-secret")).unwrap();
    let builder = TokenExchangeHandler::builder().settings(settings.clone());
    for shown in [format!("{settings:?}"), format!("{builder:?}")] {
        assert!(shown.contains("ACS_AUTH_CONNECTION_STRING"), "{shown}");
        assert!(!shown.contains(KEY) && !shown.contains("very-secret"), "{shown}");
    }
    let handler = build(env(&own("ACS_AUTH_CLOUD", "public")).unwrap()).unwrap();
    assert!(!format!("{handler:?}").contains(KEY));
}

#[test]
fn the_names_are_distinct() {
    let mut names: Vec<&str> = HandlerSettings::names()
        .flat_map(|name| name.environment.iter().copied().chain([name.toml]))
        .collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn without_the_token_check_there_is_one_application() {
    let mut pairs = own("ACS_AUTH_TOKEN_CHECK", "off");
    build(env(&pairs).unwrap()).unwrap();
    pairs.retain(|(name, _)| *name != "ACS_AUTH_TEAMS_CLIENT_IDS");
    pairs.push((
        "ACS_AUTH_TEAMS_CLIENT_IDS",
        "c0c0c0c0-0000-4000-8000-000000000001, c0c0c0c0-0000-4000-8000-000000000002",
    ));
    let error = build(env(&pairs).unwrap()).unwrap_err();
    assert_eq!(error.target.as_deref(), Some("ACS_AUTH_TOKEN_CHECK"));
}

/// A fleet that was meant to share and does not would exceed its limit.
#[test]
#[cfg(not(feature = "redis"))]
fn redis_is_refused_by_a_build_that_lacks_it() {
    let error =
        build(env(&own("ACS_AUTH_REDIS_URL", "redis://:very-secret@localhost")).unwrap()).unwrap_err();
    assert_eq!(error.target.as_deref(), Some("ACS_AUTH_REDIS_URL"));
    assert!(!error.to_string().contains("very-secret"));
}
