//! The part of Microsoft Graph that is needed to map users to identities: the signed-in user with open
//! extensions and licences.

mod answer;
mod caller;
mod extensions;
mod me;
mod route;
mod store;

use std::time::SystemTime;

use parking_lot::{Mutex, MutexGuard};

pub(crate) use route::{NAMES, Operation, owns};

use crate::entra::Entra;
use crate::http::{Checks, Reply, WireRequest};
use crate::options::Behaviour;
use crate::seed::Seed;

use answer::Refusal;
use caller::{Access, Caller};
use store::Store;

/// The emulated Graph. Users come from the seed; their open extensions are stored here.
#[derive(Debug)]
pub(crate) struct Graph {
    store: Mutex<Store>,
}

/// What a response depends on besides the request.
#[derive(Debug)]
pub(crate) struct World<'a> {
    pub(crate) entra: &'a Entra,
    pub(crate) behaviour: &'a Behaviour,
    pub(crate) now: SystemTime,
}

impl Graph {
    pub(crate) fn new(seed: &Seed) -> Self {
        Self {
            store: Mutex::new(Store::of_seed(seed)),
        }
    }

    /// Restores the extensions of the seed.
    pub(crate) fn reset(&self, seed: &Seed) {
        *self.store() = Store::of_seed(seed);
    }

    /// Handles a request, and notes what was checked.
    pub(crate) fn handle(&self, world: &World<'_>, request: &WireRequest, checks: &mut Checks) -> Reply {
        let reply = self
            .answer(world, request, checks)
            .unwrap_or_else(|refusal| refusal.into_reply(request, world.now));
        answer::with_headers(reply, request)
    }

    fn answer(
        &self,
        world: &World<'_>,
        request: &WireRequest,
        checks: &mut Checks,
    ) -> Result<Reply, Refusal> {
        let operation = Operation::of(request);
        let seed = world.entra.seed();
        // Authentication precedes routing: an unknown path without a valid token is a 401.
        let caller = Caller::of(world.entra, &seed, request, checks)?;
        let access = match &operation {
            Operation::CreateExtension | Operation::UpdateExtension(_) | Operation::DeleteExtension(_) => {
                Access::Write
            }
            _ => Access::Read,
        };
        match &operation {
            Operation::MethodNotAllowed(allowed) => {
                checks.fail("route", format!("this path takes {allowed}"));
                return Err(Refusal::method_not_allowed());
            }
            Operation::Unknown => {
                checks.fail("route", "the emulator has no such path");
                return Err(Refusal::unknown_segment(request.path()));
            }
            _ => caller.needs(access, checks)?,
        }
        let mut store = self.store();
        let extensions = store.of(&caller.user.object_id);
        match operation {
            Operation::GetMe => me::get(&caller, extensions, request, checks),
            Operation::GetLicenseDetails => Ok(me::license_details(&caller, request)),
            Operation::ListExtensions => Ok(extensions::list(&caller, extensions, request)),
            Operation::CreateExtension => {
                extensions::create(&caller, extensions, request, world.behaviour, checks)
            }
            Operation::GetExtension(name) => extensions::get(&caller, extensions, &name, request, checks),
            Operation::UpdateExtension(name) => extensions::update(extensions, &name, request, checks),
            Operation::DeleteExtension(name) => extensions::delete(extensions, &name, checks),
            Operation::MethodNotAllowed(_) | Operation::Unknown => Ok(Reply::empty(404)),
        }
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock()
    }
}
