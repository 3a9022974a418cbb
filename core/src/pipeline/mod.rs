//! Calls over a transport: authentication, the deadline, retries and their budget, and the correction of a
//! wrong clock. The pipeline interprets responses; the transport below only knows HTTP.

mod answer;
mod call;
mod gate;
mod retry;
mod skew;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::{HeaderMap, HeaderValue};

pub(crate) use self::answer::Answer;
use self::call::Call;
pub(crate) use self::gate::Gate;
use self::retry::RetryBudget;
pub use self::retry::RetryPolicy;
use self::skew::ClockSkew;
use crate::clock::Now;
use crate::credential::Credential;
use crate::error::Result;
use crate::meter;
use crate::protocol::message::PreparedRequest;
#[cfg(feature = "handler")]
use crate::transport::HttpTransport;
use crate::transport::{BoxFuture, Transport};

/// The result of a call, with facts about its attempts.
pub(crate) struct Outcome {
    pub(crate) result: Result<Answer>,
    /// Whether the request may have been processed although no success was seen.
    pub(crate) maybe_processed: bool,
    /// How many attempts were begun.
    pub(crate) attempts: u32,
}

/// The options of one call; `None` means the client's.
#[derive(Debug, Clone)]
pub(crate) struct CallRules<'a> {
    pub(crate) timeout: Option<Duration>,
    pub(crate) max_attempts: Option<u32>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) user_agent: HeaderValue,
    /// Sent in addition to the request's own headers; they replace those of the same name.
    pub(crate) headers: Option<&'a HeaderMap>,
    pub(crate) gate: Option<&'a dyn Gate>,
}

impl CallRules<'_> {
    /// The defaults of a pipeline.
    #[cfg(feature = "handler")]
    pub(crate) fn of(pipeline: &Pipeline) -> Self {
        Self {
            timeout: None,
            max_attempts: None,
            attempt_timeout: None,
            user_agent: pipeline.user_agent.clone(),
            headers: None,
            gate: None,
        }
    }
}

pub(crate) struct Pipeline {
    pub(crate) transport: Arc<dyn Transport>,
    /// The same transport, if the client created it: it can then be copied with separate connections for
    /// another service.
    #[cfg(feature = "handler")]
    pub(crate) own_transport: Option<HttpTransport>,
    /// `None` if all requests have their own authentication.
    pub(crate) credential: Option<Credential>,
    pub(crate) retry: RetryPolicy,
    pub(crate) timeout: Duration,
    pub(crate) user_agent: HeaderValue,
    pub(crate) now: Now,
    budget: RetryBudget,
    skew: ClockSkew,
}

impl Pipeline {
    /// The default timeout of a call.
    pub(crate) const TIMEOUT: Duration = Duration::from_secs(10);

    pub(crate) fn new(
        transport: Arc<dyn Transport>,
        credential: Option<Credential>,
        user_agent: HeaderValue,
        now: Now,
    ) -> Self {
        Self {
            transport,
            #[cfg(feature = "handler")]
            own_transport: None,
            credential,
            retry: RetryPolicy::default(),
            timeout: Self::TIMEOUT,
            user_agent,
            now,
            budget: RetryBudget::new(),
            skew: ClockSkew::default(),
        }
    }

    /// Returns a pipeline for another service with the same options, but with its own connections, retry
    /// budget and clock correction. Its requests have their own authentication.
    #[cfg(feature = "handler")]
    pub(crate) fn for_another_service(&self, transport: Option<Arc<dyn Transport>>) -> Self {
        let transport = transport.unwrap_or_else(|| match &self.own_transport {
            Some(own) => Arc::new(own.for_another_service()),
            None => Arc::clone(&self.transport),
        });
        let mut other = Self::new(transport, None, self.user_agent.clone(), Arc::clone(&self.now));
        other.retry = self.retry.clone();
        other.timeout = self.timeout;
        other
    }

    pub(crate) fn clock_skew_seconds(&self) -> i64 {
        self.skew.seconds()
    }

    /// Sends the request, with retries, until the deadline.
    ///
    /// Boxed, so that its code is compiled once. That of an async function is compiled again with each crate that
    /// awaits it.
    pub(crate) fn send<'a>(
        &'a self,
        request: PreparedRequest,
        rules: CallRules<'a>,
        request_id: &'a str,
    ) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            let mut call = Call::new(self, request, request_id, rules);
            let result = call.run().await;
            meter::add_attempts(call.attempts());
            Outcome {
                maybe_processed: call.maybe_processed(),
                attempts: call.attempts(),
                result,
            }
        })
    }
}

impl fmt::Debug for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipeline")
            .field("transport", &self.transport)
            .field("credential", &self.credential)
            .field("retry", &self.retry)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
