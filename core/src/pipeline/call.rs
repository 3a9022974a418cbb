//! One call: its attempts, and the decision after each whether to retry.

use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue, USER_AGENT};
use http::{Request, StatusCode};
use tokio::time::{Instant, timeout_at};
use tracing::{debug, warn};

use super::answer::Answer;
use super::retry::share;
use super::{CallRules, Pipeline};
use crate::clock::after;
use crate::credential::Used;
use crate::error::{Error, ErrorKind, Result};
use crate::protocol::message::{Authentication, PreparedRequest, RawResponse, Retryable};
use crate::protocol::{date, is_credential_denied, retry_after};
use crate::transport::{Attempt, FailureKind, Limits, TransportFailure};

const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-client-request-id");

/// The usual number of headers of a request, including those of the credential and the connection.
const USUAL_HEADERS: usize = 12;

/// The decision after an attempt.
enum Verdict {
    /// The outcome is the call's, success or not.
    Final,
    /// To be retried if the policy allows it. `wait` is the time that the service requested.
    Retry { throttled: bool, wait: Option<Duration> },
    /// The signature was rejected because of its date; the skew is now corrected.
    WrongClock,
    /// The credential was rejected, and the next attempt uses another key or token.
    OtherCredential,
}

pub(super) struct Call<'a> {
    pipeline: &'a Pipeline,
    request: PreparedRequest,
    body: Bytes,
    request_id: &'a str,
    rules: CallRules<'a>,
    timeout: Duration,
    deadline: Instant,
    attempts: u32,
    in_flight: Option<Attempt>,
    maybe_processed: bool,
    last_failure: Option<String>,
    /// The key or token of the last attempt.
    used: Option<Used>,
    tried_other_credential: bool,
}

impl<'a> Call<'a> {
    pub(super) fn new(
        pipeline: &'a Pipeline,
        mut request: PreparedRequest,
        request_id: &'a str,
        rules: CallRules<'a>,
    ) -> Self {
        let timeout = rules.timeout.unwrap_or(pipeline.timeout);
        Self {
            pipeline,
            // Shared by all attempts, and zeroized when the last one drops it.
            body: Bytes::from_owner(std::mem::take(&mut request.body)),
            request,
            request_id,
            rules,
            timeout,
            deadline: after(Instant::now(), timeout),
            attempts: 0,
            in_flight: None,
            maybe_processed: false,
            last_failure: None,
            used: None,
            tried_other_credential: false,
        }
    }

    /// How many attempts were begun.
    pub(super) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Whether the service may have processed the request although no success was seen.
    pub(super) fn maybe_processed(&self) -> bool {
        self.maybe_processed || self.in_flight.as_ref().is_some_and(Attempt::may_be_written)
    }

    /// Sends the request until there is a final outcome or the deadline passes. Every wait in here ends by
    /// the deadline; an attempt needs no timer besides its own.
    pub(super) async fn run(&mut self) -> Result<Answer> {
        let mut corrected_clock = false;
        loop {
            let outcome = self.attempt().await?;
            let verdict = match &outcome {
                Ok(answer) => self.judge_answer(answer, corrected_clock),
                Err(failure) => self.judge_failure(failure),
            };
            let wait = match verdict {
                Verdict::Final => None,
                Verdict::WrongClock => {
                    corrected_clock = true;
                    Some(Duration::ZERO)
                }
                Verdict::OtherCredential => {
                    self.tried_other_credential = true;
                    Some(Duration::ZERO)
                }
                Verdict::Retry { throttled, wait } => self.next_wait(throttled, wait),
            };
            let Some(wait) = wait else {
                return outcome.map_err(|failure| self.failed(&failure));
            };
            debug!(attempt = self.attempts, ?wait, "trying again");
            tokio::time::sleep(wait).await;
            match timeout_at(self.deadline, self.may_go_again()).await {
                Ok(true) => {}
                Ok(false) => return outcome.map_err(|failure| self.failed(&failure)),
                Err(_) => return Err(self.timed_out()),
            }
        }
    }

    async fn may_go_again(&self) -> bool {
        match self.rules.gate {
            Some(gate) => gate.admit_again().await,
            None => true,
        }
    }

    /// Makes one attempt, with a new signature or the current token.
    async fn attempt(&mut self) -> Result<std::result::Result<Answer, TransportFailure>> {
        let Ok(request) = timeout_at(self.deadline, self.build()).await else {
            return Err(self.timed_out());
        };
        let request = request?;
        let limits = self.limits();
        self.attempts += 1;
        let attempt = Attempt::new(self.request.retryable == Retryable::Always);
        self.in_flight = Some(attempt.clone());
        let outcome = attempt.send(&*self.pipeline.transport, request, limits).await;
        self.in_flight = None;
        self.maybe_processed |= attempt.was_written_before();
        Ok(outcome.map(|response| Answer::new(response, (self.pipeline.now)())))
    }

    fn max_attempts(&self) -> u32 {
        self.rules
            .max_attempts
            .unwrap_or(self.pipeline.retry.max_attempts)
    }

    /// When the next attempt must end.
    fn limits(&self) -> Limits {
        let now = Instant::now();
        let longest = self
            .rules
            .attempt_timeout
            .unwrap_or(self.pipeline.retry.attempt_timeout);
        let deadline = self.deadline;
        let attempts_left = self.max_attempts().saturating_sub(self.attempts);
        let is_last = attempts_left <= 1 || !self.pipeline.budget.allows_retry();
        let attempt = if is_last {
            deadline
        } else {
            let share = share(longest, deadline.saturating_duration_since(now), attempts_left);
            deadline.min(after(now, share))
        };
        Limits { attempt, deadline }
    }

    async fn build(&mut self) -> Result<Request<Bytes>> {
        let pipeline = self.pipeline;
        let unusable = |_| {
            Error::new(
                ErrorKind::Internal,
                "a prepared request holds a value that cannot be sent",
            )
        };
        let mut request = Request::builder()
            .method(self.request.method.as_str())
            .uri(self.request.url.as_str())
            .body(self.body.clone())
            .map_err(unusable)?;
        let headers = request.headers_mut();
        headers.reserve(USUAL_HEADERS);
        for (name, value) in &self.request.headers {
            let mut header = HeaderValue::from_str(value).map_err(|error| unusable(error.into()))?;
            header.set_sensitive(*name == AUTHORIZATION);
            headers.insert(HeaderName::from_static(name), header);
        }
        headers.insert(USER_AGENT, self.rules.user_agent.clone());
        if let Some(given) = self.rules.headers {
            headers.extend(given.clone());
        }
        headers.insert(
            CLIENT_REQUEST_ID,
            HeaderValue::from_str(self.request_id).map_err(|error| unusable(error.into()))?,
        );
        if self.request.authentication == Authentication::Credential {
            let now = pipeline.skew.correct((pipeline.now)());
            if let Some(credential) = &pipeline.credential {
                self.used = Some(
                    credential
                        .authenticate(&self.request, &self.body, now, headers)
                        .await?,
                );
            }
        }
        Ok(request)
    }

    fn judge_answer(&mut self, answer: &Answer, corrected_clock: bool) -> Verdict {
        let status = answer.status();
        if status.is_success() {
            self.pipeline.budget.earn();
            return Verdict::Final;
        }
        if status == StatusCode::UNAUTHORIZED && self.request.authentication == Authentication::Credential {
            return answer.read(|response| self.judge_unauthorized(response, corrected_clock));
        }
        // 421: another connection may lead to a server that answers for this host (RFC 9110 §15.5.20).
        let not_processed = matches!(status.as_u16(), 421 | 429 | 503);
        if !not_processed && !matches!(status.as_u16(), 408 | 500 | 502 | 504) {
            return Verdict::Final;
        }
        self.last_failure = Some(format!("status {}", status.as_u16()));
        self.maybe_processed |= !not_processed;
        let throttled = status == StatusCode::TOO_MANY_REQUESTS;
        if self.must_not_repeat() || (throttled && self.rules.gate.is_some()) {
            return Verdict::Final;
        }
        Verdict::Retry {
            throttled,
            wait: answer.read(|raw| retry_after(raw.headers, raw.received_at)),
        }
    }

    fn judge_unauthorized(&self, response: &RawResponse<'_>, corrected_clock: bool) -> Verdict {
        let (Some(credential), Some(used)) = (&self.pipeline.credential, self.used) else {
            return Verdict::Final;
        };
        if !is_credential_denied(response) {
            return Verdict::Final;
        }
        let skew = &self.pipeline.skew;
        let learned = || skew.learn(date(response.headers), response.received_at);
        if !corrected_clock && credential.depends_on_clock() && learned() {
            warn!(
                seconds = skew.seconds(),
                "this machine's clock differs from the service's: signing with theirs"
            );
            return Verdict::WrongClock;
        }
        if credential.rejected(used, response) && !self.tried_other_credential {
            return Verdict::OtherCredential;
        }
        Verdict::Final
    }

    fn judge_failure(&mut self, failure: &TransportFailure) -> Verdict {
        // A failure because of the deadline explains less than an earlier one, and nothing if the request was sent.
        let explains = failure.kind == FailureKind::NotSent && self.last_failure.is_none();
        if explains || !self.is_over() {
            self.last_failure = Some(failure.reason.clone());
        }
        match failure.kind {
            FailureKind::NotSent => Verdict::Retry {
                throttled: false,
                wait: None,
            },
            FailureKind::Refused => Verdict::Final,
            FailureKind::Unexpected => {
                self.maybe_processed = true;
                Verdict::Final
            }
            FailureKind::Lost | FailureKind::TimedOut | FailureKind::Overloaded => {
                self.maybe_processed = true;
                if self.must_not_repeat() {
                    Verdict::Final
                } else {
                    Verdict::Retry {
                        throttled: failure.kind == FailureKind::Overloaded,
                        wait: None,
                    }
                }
            }
        }
    }

    fn must_not_repeat(&self) -> bool {
        self.request.retryable == Retryable::IfNotProcessed && self.maybe_processed
    }

    /// The wait before the next attempt, or `None` if no attempt, budget or time is left.
    fn next_wait(&self, throttled: bool, asked: Option<Duration>) -> Option<Duration> {
        if self.attempts >= self.max_attempts() {
            return None;
        }
        let policy = &self.pipeline.retry;
        let wait = asked.unwrap_or_else(|| policy.delay(self.attempts + 1, throttled));
        let too_late = after(Instant::now(), wait) >= self.deadline;
        if too_late || self.rules.gate.is_some_and(|gate| !gate.is_worthwhile(wait)) {
            return None;
        }
        if !self.pipeline.budget.take(throttled) {
            warn!("the retry budget is used up: not trying again");
            return None;
        }
        Some(wait)
    }

    fn failed(&self, failure: &TransportFailure) -> Error {
        if self.is_over() {
            return self.timed_out();
        }
        let kind = match failure.kind {
            FailureKind::NotSent | FailureKind::Lost | FailureKind::Refused => ErrorKind::TransportError,
            FailureKind::TimedOut => ErrorKind::Timeout,
            FailureKind::Overloaded => ErrorKind::Throttled,
            FailureKind::Unexpected => ErrorKind::UnexpectedResponse,
        };
        let what = match failure.kind {
            FailureKind::NotSent => "The service could not be reached",
            FailureKind::Lost => "The connection was lost before the response was complete",
            FailureKind::TimedOut => "The service did not respond in time",
            FailureKind::Overloaded => "The service has too many requests",
            FailureKind::Refused => "The request could not be sent",
            FailureKind::Unexpected => "The response is not from this service",
        };
        self.describe(kind, format!("{what}: {}{}.", failure.reason, self.times()))
            .with_source(failure.clone())
    }

    fn timed_out(&self) -> Error {
        let timeout = self.timeout;
        let last = self
            .last_failure
            .as_ref()
            .map_or(String::new(), |last| format!("; the last failure was: {last}"));
        self.describe(
            ErrorKind::Timeout,
            format!("No response arrived within {timeout:?}{}{last}.", self.times()),
        )
    }

    fn is_over(&self) -> bool {
        self.deadline <= Instant::now()
    }

    fn times(&self) -> String {
        if self.attempts > 1 {
            format!(" (tried {} times)", self.attempts)
        } else {
            String::new()
        }
    }

    fn describe(&self, kind: ErrorKind, reason: String) -> Error {
        let mut error = Error::new(kind, reason);
        error.details_mut().client_request_id = Some(self.request_id.to_owned());
        error
    }
}
