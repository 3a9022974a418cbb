//! One emulator's state, and how a request goes through it.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use parking_lot::RwLock;

use crate::acs::access_keys::{AccessKey, AccessKeys, KeyName, Pair};
use crate::acs::{Acs, World};
use crate::clock::Clock;
use crate::entra::{Entra, EntraOptions};
use crate::faults::{self, Answer, Faults, Subject};
use crate::graph::{self, Graph};
use crate::http::{Checks, Reply, WireRequest};
use crate::info::{Info, Place};
use crate::operation::{self, Service};
use crate::options::{Behaviour, Options};
use crate::records::{Record, Recorder};
use crate::seed::Seed;

/// The size of an access key of the real service, in bytes.
const ACCESS_KEY: usize = 64;

/// One emulator's state.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) clock: Arc<Clock>,
    pub(crate) entra: Entra,
    pub(crate) acs: Acs,
    pub(crate) graph: Graph,
    pub(crate) faults: Faults,
    pub(crate) recorder: Recorder,
    pub(crate) max_body: usize,
    pub(crate) client_timeout: Duration,
    /// Set as soon as the ports are known.
    pub(crate) place: OnceLock<Place>,
    behaviour: RwLock<Arc<Behaviour>>,
    initial_behaviour: Behaviour,
}

impl Core {
    pub(crate) fn new(options: &Options) -> Result<Self, String> {
        options.behaviour.check()?;
        let clock = Arc::new(Clock::default());
        let seed = Arc::new(options.seed.clone().unwrap_or_else(Seed::generate));
        let rng_seed = options.rng_seed.or(options.entra.rng_seed);
        let entra_options = EntraOptions {
            rng_seed,
            ..options.entra.clone()
        };
        let entra = Entra::new(seed.clone(), clock.clone(), entra_options)?;
        let key = match &options.access_key {
            Some(key) => key.expose().to_owned(),
            None => random_key()?,
        };
        let resource_id = match &options.resource_id {
            Some(id) => uuid::Uuid::try_parse(id).map_err(|_| "resource_id is not a GUID".to_owned())?,
            None => uuid::Uuid::new_v4(),
        };
        Ok(Self {
            clock,
            entra,
            graph: Graph::new(&seed),
            acs: Acs::new(
                resource_id.to_string(),
                AccessKeys::new(AccessKey::new(key)?, AccessKey::new(random_key()?)?),
                options.rng_seed,
            )?,
            faults: Faults::default(),
            recorder: Recorder::new(options.keep_requests),
            max_body: options.max_body,
            client_timeout: options.client_timeout,
            place: OnceLock::new(),
            behaviour: RwLock::new(Arc::new(options.behaviour.clone())),
            initial_behaviour: options.behaviour.clone(),
        })
    }

    pub(crate) fn behaviour(&self) -> Arc<Behaviour> {
        self.behaviour.read().clone()
    }

    pub(crate) fn set_behaviour(&self, behaviour: Behaviour) -> Result<(), String> {
        behaviour.check()?;
        *self.behaviour.write() = Arc::new(behaviour);
        Ok(())
    }

    /// The start line.
    pub(crate) fn info(&self) -> Option<Info> {
        self.place
            .get()
            .map(|place| Info::new(place, &self.acs, &self.entra))
    }

    /// Replaces one access key by `key` (in base64), or by a random one. Returns both.
    pub(crate) fn regenerate_access_key(&self, name: KeyName, key: Option<String>) -> Result<Pair, String> {
        let key = key.map_or_else(random_key, Ok)?;
        Ok(self.acs.keys.replace(name, AccessKey::new(key)?))
    }

    /// Restores the initial state. Ports, certificates and Entra's signing keys stay, since clients know
    /// them.
    pub(crate) fn reset(&self) {
        self.clock.set_offset(0);
        self.graph.reset(&self.entra.seed());
        self.entra.reset();
        self.acs.reset();
        self.faults.clear();
        *self.behaviour.write() = Arc::new(self.initial_behaviour.clone());
        self.recorder.clear();
    }

    /// Responds to a request that was read completely, and records it.
    pub(crate) fn answer(&self, request: WireRequest, version: &'static str, started: Instant) -> Answer {
        let (service, operation) = operation::of(&request);
        let now = self.clock.now();
        let client_request_id = request.header("x-ms-client-request-id");
        let subject = Subject {
            service: service.name(),
            operation,
            client_request_id,
        };
        let fault = self.faults.before_answer(&subject);
        let carry_out = fault.as_ref().is_none_or(|f| f.fault.carries_out());

        let mut checks = Checks::default();
        let (reply, signing) = match service {
            Service::Acs => {
                let behaviour = self.behaviour();
                let world = World {
                    entra: &self.entra,
                    behaviour: &behaviour,
                    now,
                };
                self.acs.handle(&world, &request, carry_out, &mut checks)
            }
            Service::Graph if carry_out => {
                let behaviour = self.behaviour();
                let world = graph::World {
                    entra: &self.entra,
                    behaviour: &behaviour,
                    now,
                };
                (Some(self.graph.handle(&world, &request, &mut checks)), None)
            }
            Service::Entra if carry_out => (Some(self.entra.handle(&request, &mut checks)), None),
            Service::Graph | Service::Entra | Service::Control => (None, None),
        };
        let answer = match (&fault, reply) {
            (Some(pending), reply) => faults::apply(&pending.fault, reply, now),
            (None, Some(reply)) => Answer::plain(reply, now),
            (None, None) => Answer::plain(Reply::empty(500), now),
        };
        let reset = answer.cut == faults::Cut::Reset;
        let body_length = request.body.len();
        self.recorder.keep(Record {
            id: 0,
            time: now,
            service,
            operation,
            body_length,
            request: WireRequest {
                body: bytes::Bytes::new(),
                ..request
            },
            http_version: version,
            status: (!reset).then_some(answer.reply.status),
            error_code: error_code(&answer.reply),
            answer_headers: if reset {
                Vec::new()
            } else {
                answer.reply.headers.clone()
            },
            fault: fault.map(|pending| pending.fault.describe()),
            duration: started.elapsed(),
            checks,
            signing,
        });
        answer
    }

    /// Returns whether a fault resets the connection after the request's head was read; records the request
    /// if so.
    pub(crate) fn resets_before_body(
        &self,
        head: &WireRequest,
        version: &'static str,
        started: Instant,
    ) -> bool {
        let (service, operation) = operation::of(head);
        if service == Service::Control {
            return false;
        }
        let client_request_id = head.header("x-ms-client-request-id");
        let subject = Subject {
            service: service.name(),
            operation,
            client_request_id,
        };
        let Some(pending) = self.faults.before_body(&subject) else {
            return false;
        };
        self.keep_unread(head, version, started, None, Some(pending.fault.describe()));
        true
    }

    /// Records a request whose body was not read.
    pub(crate) fn keep_unread(
        &self,
        head: &WireRequest,
        version: &'static str,
        started: Instant,
        status: Option<u16>,
        fault: Option<String>,
    ) {
        let (service, operation) = operation::of(head);
        self.recorder.keep(Record {
            id: 0,
            time: self.clock.now(),
            service,
            operation,
            request: head.clone(),
            http_version: version,
            body_length: 0,
            status,
            error_code: None,
            answer_headers: Vec::new(),
            fault,
            duration: started.elapsed(),
            checks: Checks::default(),
            signing: None,
        });
    }
}

/// A random access key in base64.
fn random_key() -> Result<String, String> {
    use base64::Engine;
    let mut key = [0; ACCESS_KEY];
    aws_lc_rs::rand::fill(&mut key).map_err(|_| "the system returned no random bytes".to_owned())?;
    Ok(base64::engine::general_purpose::STANDARD.encode(key))
}

/// The code in an error response of any of the services.
fn error_code(reply: &Reply) -> Option<String> {
    if reply.status < 400 {
        return None;
    }
    let body: serde_json::Value = serde_json::from_slice(&reply.body).ok()?;
    let code = body
        .pointer("/error/code")
        .or_else(|| body.get("error"))?
        .as_str()?
        .to_owned();
    match body.pointer("/error_codes/0").and_then(serde_json::Value::as_i64) {
        Some(number) => Some(format!("{code} AADSTS{number}")),
        None => Some(code),
    }
}
