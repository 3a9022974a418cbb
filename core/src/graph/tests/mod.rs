//! The mapping against the emulator, whose state is checked afterwards.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod deletion;
mod failures;
mod on_behalf_of;
mod outcomes;
mod settings;
mod success;
mod trust;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use acs_emulator::entra::{Attack, EntraOptions, MintKind, MintRequest};
use acs_emulator::seed::{OpenExtension, Seed};
use acs_emulator::{Emulator, Fault, Filter, Options, Reset};
use base64::Engine as _;
use bytes::Bytes;
use serde_json::{Value, json};

use super::error::Orphan;
use super::{
    Caller, GraphSettings, IdentityLimits, IdentityMapping, MappingError, MappingFailure, MappingKey,
    MappingKeys,
};
use crate::client::{CommunicationIdentityClient, CommunicationIdentityClientBuilder};
use crate::cloud::Cloud;
use crate::secret::Secret;
use crate::transport::{HttpTransport, Proxy, Transport as _, TransportOptions};

const NAME: &str = "com.contoso.identityMapping";
const RETRIES: u32 = 3;

struct World {
    emulator: Emulator,
    mapping: IdentityMapping,
    bearer: String,
    http: HttpTransport,
}

async fn world() -> World {
    world_of(Seed::generate()).await
}

async fn world_of(seed: Seed) -> World {
    let options = Options {
        seed: Some(seed),
        entra: EntraOptions {
            spare_key: false,
            ..EntraOptions::default()
        },
        ..Options::default()
    };
    let emulator = Emulator::start(options).await.unwrap();
    let options = TransportOptions {
        proxy: Proxy::Direct,
        ..TransportOptions::default()
    };
    World {
        mapping: IdentityMapping::new(client(&emulator).build().unwrap(), settings(&emulator)).unwrap(),
        bearer: bearer(&emulator, 0),
        http: HttpTransport::new(&options).unwrap(),
        emulator,
    }
}

/// A seed in which the first user has this extension.
fn seed_with_mapping(data: Value) -> Seed {
    let mut seed = Seed::generate();
    seed.users[0].extensions.push(OpenExtension {
        name: NAME.into(),
        app: None,
        data: serde_json::from_value(data).unwrap(),
    });
    seed
}

fn client(emulator: &Emulator) -> CommunicationIdentityClientBuilder {
    CommunicationIdentityClient::builder()
        .connection_string(&emulator.info().connection_string_http.0)
        .proxy(Proxy::Direct)
}

fn settings(emulator: &Emulator) -> GraphSettings {
    let info = emulator.info();
    let api = info.api.as_ref().unwrap();
    let secret = Secret::new(api.client_secret.as_ref().unwrap().0.clone());
    let cloud = Cloud::custom(&info.http_url);
    GraphSettings {
        graph_url: Some(info.http_url.clone()),
        ..GraphSettings::new(
            api.client_id.clone(),
            secret,
            keys("A", None),
            cloud,
            IdentityLimits::alone(0),
        )
    }
}

/// Keys to sign mappings with, each made of one character.
fn keys(current: &str, former: Option<&str>) -> MappingKeys {
    let key = |character: &str| {
        let bytes = character.repeat(32);
        MappingKey::from_base64(&base64::engine::general_purpose::STANDARD.encode(bytes)).unwrap()
    };
    MappingKeys {
        current: key(current),
        former: former.map(key),
        adopt_unsigned: false,
    }
}

/// A bearer token for the API, of the user at this position; each call mints another one.
fn bearer(emulator: &Emulator, user: usize) -> String {
    let request = MintRequest {
        user: Some(emulator.info().users[user].object_id.clone()),
        kind: MintKind::Api,
        ..MintRequest::default()
    };
    emulator.mint(&request).unwrap()
}

fn fault(operation: &str) -> Fault {
    Fault {
        operation: Some(operation.into()),
        count: RETRIES,
        ..Fault::default()
    }
}

impl World {
    fn caller<'a>(&'a self, bearer: &'a str) -> Caller<'a> {
        let info = self.emulator.info();
        Caller {
            bearer,
            tenant_id: &info.tenant_id,
            object_id: &info.users[0].object_id,
        }
    }

    fn alice(&self) -> Caller<'_> {
        self.caller(&self.bearer)
    }

    fn break_it(&self, fault: Fault) {
        self.emulator.faults().add(fault).unwrap();
    }

    /// Answers all attempts of the operation with this status.
    fn fail(&self, operation: &str, status: u16) {
        self.break_it(Fault {
            status: Some(status),
            ..fault(operation)
        });
    }

    async fn ask(&self, target: &str, bearer: Option<&str>) -> Value {
        let mut request = http::Request::get(format!("{}{target}", self.emulator.info().http_url));
        if let Some(bearer) = bearer {
            request = request.header("authorization", format!("Bearer {bearer}"));
        }
        let answer = self.http.send(request.body(Bytes::new()).unwrap()).await.unwrap();
        serde_json::from_slice(answer.body()).unwrap()
    }

    /// The identities that exist in ACS.
    async fn identities(&self) -> BTreeSet<String> {
        let listed = self.ask("/_emulator/identities", None).await;
        let id = |identity: &Value| identity["id"].as_str().unwrap().to_owned();
        listed["identities"].as_array().unwrap().iter().map(id).collect()
    }

    /// The extension that the user has in Graph.
    async fn extension(&self) -> Option<Value> {
        let token = self
            .emulator
            .mint(&MintRequest {
                kind: MintKind::Graph,
                ..MintRequest::default()
            })
            .unwrap();
        let listed = self.ask("/v1.0/me/extensions", Some(&token)).await;
        listed["value"].as_array().unwrap().first().cloned()
    }

    /// Another process, with these keys.
    fn another(&self, mapping_keys: MappingKeys) -> IdentityMapping {
        let settings = GraphSettings {
            mapping_keys,
            ..settings(&self.emulator)
        };
        IdentityMapping::new(client(&self.emulator).build().unwrap(), settings).unwrap()
    }

    /// Writes the extension of the user at this position, as the user could.
    async fn write_extension(&self, user: usize, method: &str, data: Value) {
        let token = self
            .emulator
            .mint(&MintRequest {
                user: Some(self.emulator.info().users[user].object_id.clone()),
                kind: MintKind::Graph,
                scopes: Some(vec!["User.ReadWrite".into()]),
                ..MintRequest::default()
            })
            .unwrap();
        let mut body = data;
        body["@odata.type"] = "microsoft.graph.openTypeExtension".into();
        body["extensionName"] = NAME.into();
        let base = format!("{}/v1.0/me/extensions", self.emulator.info().http_url);
        let url = if method == "POST" {
            base
        } else {
            format!("{base}/{NAME}")
        };
        let request = http::Request::builder()
            .method(method)
            .uri(url)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .body(Bytes::from(body.to_string()))
            .unwrap();
        let answer = self.http.send(request).await.unwrap();
        assert!(answer.status().is_success(), "{:?}", answer.body());
    }

    /// The number of requests of an operation, or to a service.
    fn count(&self, operation: &str) -> usize {
        let filter = Filter {
            operation: Some(operation.into()),
            ..Filter::default()
        };
        self.emulator.requests(&filter).len()
    }
}

/// The failure of a result, after checking that no text contains a secret.
fn failure<T: std::fmt::Debug>(world: &World, result: Result<T, MappingError>) -> MappingFailure {
    let error = result.unwrap_err();
    let api = world.emulator.info().api.as_ref().unwrap();
    let told = format!("{error} {error:?} {:?} {:?}", error.error, world.mapping);
    for secret in [&world.bearer, &api.client_secret.as_ref().unwrap().0] {
        assert!(!told.contains(secret.as_str()), "{told}");
    }
    assert!(!told.contains("eyJ"), "{told}");
    error.failure
}
