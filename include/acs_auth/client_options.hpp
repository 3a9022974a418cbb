// The options of a client and of a single call.
#ifndef ACS_AUTH_CLIENT_OPTIONS_HPP
#define ACS_AUTH_CLIENT_OPTIONS_HPP

#include "arguments.hpp"
#include "credential.hpp"
#include "endpoint.hpp"
#include "transport.hpp"

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

/// How to treat a Teams token that the token check rejects.
enum class token_check : std::int32_t {
    /// The token is not checked.
    off = ACS_TOKEN_CHECK_OFF,
    /// The service decides. If it rejects the token, a warning is logged and the error contains what was
    /// found.
    warn = ACS_TOKEN_CHECK_WARN,
    /// The token is rejected with error_kind::entra_token_invalid and not sent.
    enforce = ACS_TOKEN_CHECK_ENFORCE,
};

enum class proxy : std::int32_t {
    /// The proxy from the environment (HTTPS_PROXY, HTTP_PROXY, NO_PROXY); none for endpoints on
    /// loopback.
    environment = ACS_PROXY_ENVIRONMENT,
    direct = ACS_PROXY_DIRECT,
    /// The proxy at proxy_url.
    url = ACS_PROXY_URL,
};

/// The options of a client. Set a connection string, or an endpoint and a credential; everything else has
/// a default.
struct client_options {
    /// The resource's connection string, "endpoint=https://…;accesskey=…".
    std::optional<secret> connection_string{};
    /// The resource's endpoint, "https://….communication.azure.com", instead of a connection string. Needs
    /// access_key or token_credential.
    std::optional<std::string> endpoint{};
    /// The resource's access key in base64.
    std::optional<secret> access_key{};
    /// A token credential instead of an access key.
    std::optional<acs::token_credential> token_credential{};
    /// The cloud whose names the token check expects in tokens; it may be destroyed once the client is
    /// created. Default: the endpoint's cloud.
    const acs::cloud *cloud = nullptr;
    /// The api-version of all operations: one of ACS_API_VERSION_… or another. Default
    /// ACS_DEFAULT_API_VERSION; operations of Teams Phone extensibility use at least
    /// ACS_TEAMS_EXTENSION_API_VERSION.
    std::optional<std::string> api_version{};
    /// A name to prepend to the User-Agent, at most 24 characters of A-Z a-z 0-9 . _ - /.
    std::optional<std::string> application_id{};
    /// Certificate authorities to trust in addition to the system's, as PEM text and not as a path.
    std::optional<std::string> root_certificates_pem{};
    /// A client certificate for a gateway that asks for one: the chain and its private key in PEM form.
    std::optional<secret> client_identity_pem{};
    /// Default proxy::environment.
    std::optional<acs::proxy> proxy{};
    /// The proxy, for proxy::url only.
    std::optional<std::string> proxy_url{};
    /// Default token_check::warn.
    std::optional<acs::token_check> token_check{};
    /// Accepts an http endpoint that is not loopback: users' tokens are then sent in clear text. Default
    /// false.
    std::optional<bool> allow_insecure_endpoint{};
    /// The maximum number of attempts, including the first. Default 3.
    std::optional<int> max_attempts{};
    /// The deadline of a call, including all its attempts. Default 10 s.
    std::optional<std::chrono::milliseconds> timeout{};
    /// The timeout for opening a connection, including TLS. Default 5 s.
    std::optional<std::chrono::milliseconds> connect_timeout{};
    /// The upper bound of the first backoff; doubled for each further one. Default 50 ms.
    std::optional<std::chrono::milliseconds> retry_base_delay{};
    /// As retry_base_delay, after the service throttled the call. Default 1 s.
    std::optional<std::chrono::milliseconds> retry_throttled_delay{};
    /// The upper bound of every backoff. Default 20 s.
    std::optional<std::chrono::milliseconds> retry_max_delay{};
    /// The timeout of one attempt; the last attempt gets all the time left. Default 3 s.
    std::optional<std::chrono::milliseconds> attempt_timeout{};
    /// Offers HTTP/2 to the service. Default false: with HTTP/1.1, a connection that goes silent delays one
    /// call.
    std::optional<bool> http2{};
    /// The resource's other access key, in base64. A call whose key is rejected is tried once with it; it is
    /// then preferred until it is rejected in turn. Default: none.
    std::optional<secret> secondary_access_key{};
    /// Headers to add to every request; a name may occur more than once. They are not signed. content-type
    /// and accept override the library's values, and user-agent overrides the whole User-Agent. What is
    /// signed, credentials, x-ms-client-request-id, and what describes the body or the connection cannot be
    /// set: acs_client_options lists these names.
    std::vector<header> headers{};
    /// A text to prepend to the User-Agent, before application_id: visible ASCII characters and inner spaces,
    /// of any length. Default: none.
    std::optional<std::string> user_agent{};
    /// Your own HTTP stack, also for tests; it ignores the connection options.
    std::optional<acs::transport> transport{};
    /// The preview of the API, one of preview_api_versions, for the operations that exist only there; other
    /// operations don't use it. Default: none, so these operations fail without being sent.
    std::optional<std::string> preview{};
};

/// Options of a single call.
struct call_options {
    /// The call's deadline. Default: the client's.
    std::optional<std::chrono::milliseconds> timeout{};
    /// The x-ms-client-request-id to send, for finding the call in logs: 1 to 128 visible ASCII characters.
    /// Default: a random UUID.
    std::optional<std::string> client_request_id{};
    /// Headers to add to the request. They replace the client's headers of the same names; the rules are
    /// those of client_options::headers.
    std::vector<header> headers{};
    /// A text to prepend to the client's User-Agent. Default: none.
    std::optional<std::string> user_agent{};
    /// The maximum number of attempts, including the first. Default: the client's.
    std::optional<int> max_attempts{};
    /// The timeout of one attempt; the last attempt gets all the time left. Default: the client's.
    std::optional<std::chrono::milliseconds> attempt_timeout{};
    /// Called with the response of the call before its result is available: status, headers, request id.
    response_hook on_response{};
    /// Keeps the response in a completion that is taken from a queue with a tag: see completion::response.
    bool keep_response = false;
};

namespace detail {

/// The options of a client in their C form, for the duration of a call.
class c_client_options {
public:
    explicit c_client_options(const client_options &o)
        : headers_(texts_.add_headers(o.headers)), credential_(o.token_credential), transport_(o.transport) {
        ::acs_client_options_init(&c_, sizeof c_);
        c_.connection_string = texts_.add(o.connection_string);
        c_.endpoint = texts_.add(o.endpoint);
        c_.access_key = texts_.add(o.access_key);
        c_.token_credential = credential_.get();
        c_.cloud = o.cloud == nullptr ? nullptr : o.cloud->get();
        c_.api_version = texts_.add(o.api_version);
        c_.application_id = texts_.add(o.application_id);
        c_.root_certificates_pem = texts_.add(o.root_certificates_pem);
        c_.client_identity_pem = texts_.add(o.client_identity_pem);
        c_.proxy_url = texts_.add(o.proxy_url);
        c_.proxy = number(o.proxy);
        c_.token_check = number(o.token_check);
        c_.allow_insecure_endpoint = number(o.allow_insecure_endpoint);
        c_.max_attempts = number<std::int32_t>(o.max_attempts);
        c_.timeout_ms = count(o.timeout);
        c_.connect_timeout_ms = count(o.connect_timeout);
        c_.retry_base_delay_ms = count(o.retry_base_delay);
        c_.retry_throttled_delay_ms = count(o.retry_throttled_delay);
        c_.retry_max_delay_ms = count(o.retry_max_delay);
        c_.attempt_timeout_ms = count(o.attempt_timeout);
        c_.http2 = number(o.http2);
        c_.secondary_access_key = texts_.add(o.secondary_access_key);
        c_.headers = headers_.data();
        c_.header_count = headers_.size();
        c_.user_agent = texts_.add(o.user_agent);
        c_.transport = transport_.get();
        c_.preview = texts_.add(o.preview);
    }

    [[nodiscard]] const ::acs_client_options *get() const noexcept { return &c_; }
    void commit() noexcept {
        credential_.commit();
        transport_.commit();
    }

private:
    texts texts_;
    std::vector<::acs_header> headers_;
    c_credential credential_;
    c_transport transport_;
    ::acs_client_options c_;
};

template <>
class argument<call_options> {
public:
    explicit argument(const call_options &given) : headers_(texts_.add_headers(given.headers)) {
        ::acs_call_options_init(&c_, sizeof c_);
        c_.timeout_ms = count(given.timeout);
        c_.client_request_id = texts_.add(given.client_request_id);
        c_.headers = headers_.data();
        c_.header_count = headers_.size();
        c_.user_agent = texts_.add(given.user_agent);
        c_.max_attempts = number<std::int64_t>(given.max_attempts);
        c_.attempt_timeout_ms = count(given.attempt_timeout);
        c_.keep_response = given.keep_response || given.on_response ? 1 : 0;
    }

    [[nodiscard]] const ::acs_call_options *get() const noexcept { return &c_; }

private:
    texts texts_;
    std::vector<::acs_header> headers_;
    ::acs_call_options c_;
};

template <>
struct hook_of<call_options> {
    static void find(const call_options &given, response_hook &found) { found = given.on_response; }
};

} // namespace detail

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
