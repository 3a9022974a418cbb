//! `broken.json`: a sound case, and the changes that break it. If the runner passed one of these, its results would
//! mean nothing.

use acs_conformance::{Case, Session};
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    sound: Map<String, Value>,
    broken: Vec<Broken>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Broken {
    pub(crate) name: String,
    /// A part of the error with which it must fail; `null` if it must pass.
    why: Option<String>,
    /// Members that replace the sound case's; `null` removes one.
    with: Map<String, Value>,
    #[serde(skip)]
    case: Value,
}

pub(crate) fn all() -> Vec<Broken> {
    let File { sound, mut broken } = serde_json::from_str(include_str!("../../broken.json")).unwrap();
    for one in &mut broken {
        let mut case = sound.clone();
        case.extend(one.with.clone());
        case.insert("name".into(), format!("broken_{}", one.name).into());
        case.retain(|_, member| !member.is_null());
        one.case = case.into();
    }
    broken
}

impl Broken {
    pub(crate) fn run(&self, session: &mut Session) -> Result<(), String> {
        let case = serde_json::from_value::<Case>(self.case.clone());
        let outcome = case
            .map_err(|error| error.to_string())
            .and_then(|case| session.run(&case));
        match (outcome, &self.why) {
            (Ok(()), None) => Ok(()),
            (Err(why), Some(reason)) if why.contains(reason.as_str()) => Ok(()),
            (Err(why), Some(reason)) => Err(format!("it failed, but not with {reason:?}: {why}")),
            (Ok(()), Some(reason)) => Err(format!("it held, and should have failed with {reason:?}")),
            (Err(why), None) => Err(format!("it should have held: {why}")),
        }
    }
}
