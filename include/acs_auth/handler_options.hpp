// The options of a handler.
#ifndef ACS_AUTH_HANDLER_OPTIONS_HPP
#define ACS_AUTH_HANDLER_OPTIONS_HPP

#include "client_options.hpp"
#include "observer.hpp"
#include "settings.hpp"

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

/// The options of a handler. Those that are set here count before those of the settings; what is none, or an
/// empty list, is not set.
struct handler_options {
    /// Settings from a file or the environment; they may be destroyed once the handler is made.
    const handler_settings *settings = nullptr;
    /// A credential of the host's own in place of an access key; needs an endpoint.
    std::optional<acs::token_credential> token_credential{};
    /// The cloud; it may be destroyed once the handler is made. Default: the endpoint's.
    const acs::cloud *cloud = nullptr;
    /// Who is told what happens.
    std::optional<acs::observer> observer{};
    /// The connection string of the ACS resource.
    std::optional<secret> connection_string{};
    /// The endpoint of the ACS resource, for a token_credential.
    std::optional<std::string> endpoint{};
    /// The client id of this API's own registration.
    std::optional<std::string> api_client_id{};
    /// The permission that a bearer token must hold. Default "access_as_user".
    std::optional<std::string> required_scope{};
    /// The audiences of bearer tokens. Default: api_client_id and "api://" followed by it.
    std::vector<std::string> audiences{};
    /// The tenants (GUIDs) whose users may call.
    std::vector<std::string> tenants{};
    /// The client ids of the applications that may call. Default: teams_client_ids.
    std::vector<std::string> allowed_clients{};
    /// The client ids of the applications that users' Teams tokens are issued to.
    std::vector<std::string> teams_client_ids{};
    /// The origins whose pages may call, such as "https://calls.contoso.example". Default: none.
    std::vector<std::string> cors_origins{};
    /// What the tokens of /api/token are for. Default "voip" and "chat".
    std::vector<std::string> token_scopes{};
    /// What tokens are sealed with in Redis: 32 bytes in base64, and behind it the former key while there is
    /// one.
    std::vector<secret> redis_sealing_keys{};
    /// What mappings in Microsoft Graph are signed with: 32 bytes in base64, and behind it the former key
    /// while there is one. Required with graph_client_secret.
    std::vector<secret> graph_mapping_keys{};
    /// The Redis that processes share their cache and limiter through, "redis://host:6379".
    std::optional<secret> redis_url{};
    /// What the names of entries in Redis are made with: 32 bytes in base64, the same in all processes.
    std::optional<secret> redis_cache_secret{};
    /// What all names in Redis begin with. Default "acs-auth".
    std::optional<std::string> redis_namespace{};
    /// The secret of api_client_id, with which it calls Microsoft Graph on behalf of users. With it,
    /// /api/user and /api/token are there.
    std::optional<secret> graph_client_secret{};
    /// The open extension that holds a user's ACS identity. Default "com.contoso.identityMapping".
    std::optional<std::string> graph_extension_name{};
    /// Where Microsoft Graph answers. Default: the cloud's.
    std::optional<std::string> graph_base_url{};
    /// More certificate authorities to trust, in PEM form: their text, not a path.
    std::optional<std::string> root_certificates_pem{};
    /// token_check::enforce (default), warn, or off, which needs exactly one of teams_client_ids.
    std::optional<acs::token_check> token_check{};
    /// Takes an http endpoint that is not loopback. Default false.
    std::optional<bool> allow_insecure_endpoint{};
    /// Accepts mappings without a signature, such as those of Microsoft's sample, and signs them. Default
    /// false: while it is on, a user can claim any identity of the resource whose id they know.
    std::optional<bool> graph_adopt_unsigned_mappings{};
    /// Lets only one process at a time exchange a token that several are asked for. Default false.
    std::optional<bool> redis_lock{};
    /// How long a request may take in all. Default 15 s.
    std::optional<std::chrono::milliseconds> timeout{};
    /// How long a call of ACS may take with its retries. Default 10 s.
    std::optional<std::chrono::milliseconds> service_timeout{};
    /// How long making a connection may take. Default 5 s.
    std::optional<std::chrono::milliseconds> connect_timeout{};
    /// How long any use of Redis may take. Default 50 ms.
    std::optional<std::chrono::milliseconds> redis_timeout{};
    /// How large the cache in memory may grow, in bytes; 0 for no cache. Default 67108864.
    std::optional<std::int64_t> cache_bytes{};
    /// How many exchanges are made in limit_window at most. Default 400.
    std::optional<std::int64_t> limit{};
    /// The window of the limit. Default 30 s.
    std::optional<std::chrono::milliseconds> limit_window{};
    /// How many new exchanges of one user are begun in limit_window at most; 0 for any number. Default 25.
    std::optional<std::int64_t> user_limit{};
    /// How long one attempt of a call may take at most; the last has all the time left. Default 3 s.
    std::optional<std::chrono::milliseconds> attempt_timeout{};
    /// Offers HTTP/2 to ACS, Entra ID and Microsoft Graph. Default false.
    std::optional<bool> http2{};
    /// The resource's other access key, in base64: a call whose key is rejected tries once with it, and it is
    /// then preferred until it is rejected in turn. Default: none.
    std::optional<secret> secondary_access_key{};
};

namespace detail {

/// The options of a handler as C has them, for the time of a call.
class c_handler_options {
public:
    explicit c_handler_options(const handler_options &o)
        : credential_(o.token_credential), observer_(o.observer) {
        ::acs_handler_options_init(&c_, sizeof c_);
        c_.settings = o.settings == nullptr ? nullptr : o.settings->get();
        c_.token_credential = credential_.get();
        c_.cloud = o.cloud == nullptr ? nullptr : o.cloud->get();
        c_.observer = observer_.get();
        c_.connection_string = texts_.add(o.connection_string);
        c_.endpoint = texts_.add(o.endpoint);
        c_.api_client_id = texts_.add(o.api_client_id);
        c_.required_scope = texts_.add(o.required_scope);
        add(o.audiences, c_.audiences, c_.audience_count);
        add(o.tenants, c_.tenants, c_.tenant_count);
        add(o.allowed_clients, c_.allowed_clients, c_.allowed_client_count);
        add(o.teams_client_ids, c_.teams_client_ids, c_.teams_client_id_count);
        add(o.cors_origins, c_.cors_origins, c_.cors_origin_count);
        add(o.token_scopes, c_.token_scopes, c_.token_scope_count);
        add(o.redis_sealing_keys, c_.redis_sealing_keys, c_.redis_sealing_key_count);
        add(o.graph_mapping_keys, c_.graph_mapping_keys, c_.graph_mapping_key_count);
        c_.redis_url = texts_.add(o.redis_url);
        c_.redis_cache_secret = texts_.add(o.redis_cache_secret);
        c_.redis_namespace = texts_.add(o.redis_namespace);
        c_.graph_client_secret = texts_.add(o.graph_client_secret);
        c_.graph_extension_name = texts_.add(o.graph_extension_name);
        c_.graph_base_url = texts_.add(o.graph_base_url);
        c_.root_certificates_pem = texts_.add(o.root_certificates_pem);
        c_.token_check = number(o.token_check);
        c_.allow_insecure_endpoint = number(o.allow_insecure_endpoint);
        c_.graph_adopt_unsigned_mappings = number(o.graph_adopt_unsigned_mappings);
        c_.redis_lock = number(o.redis_lock);
        c_.timeout_ms = count(o.timeout);
        c_.service_timeout_ms = count(o.service_timeout);
        c_.connect_timeout_ms = count(o.connect_timeout);
        c_.redis_timeout_ms = count(o.redis_timeout);
        c_.cache_bytes = number<std::int64_t>(o.cache_bytes);
        c_.limit = number<std::int64_t>(o.limit);
        c_.limit_window_ms = count(o.limit_window);
        c_.user_limit = number<std::int64_t>(o.user_limit);
        c_.attempt_timeout_ms = count(o.attempt_timeout);
        c_.http2 = number(o.http2);
        c_.secondary_access_key = texts_.add(o.secondary_access_key);
    }

    [[nodiscard]] const ::acs_handler_options *get() const noexcept { return &c_; }
    void kept() noexcept {
        credential_.kept();
        observer_.kept();
    }

private:
    template <class List>
    void add(const List &list, const char *const *&to, std::size_t &size) {
        if (!list.empty()) {
            const auto &pointers = lists_.emplace_back(texts_.add_all(list));
            to = pointers.data();
            size = pointers.size();
        }
    }

    texts texts_;
    // The lists stay where they are when a vector of them grows: it moves them.
    std::vector<std::vector<const char *>> lists_;
    c_credential credential_;
    c_observer observer_;
    ::acs_handler_options c_;
};

} // namespace detail

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
