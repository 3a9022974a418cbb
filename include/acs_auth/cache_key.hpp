// Cache keys for a host with its own cache of exchanged tokens. No I/O. An exchanger doesn't need them: it
// has its own cache.
#ifndef ACS_AUTH_CACHE_KEY_HPP
#define ACS_AUTH_CACHE_KEY_HPP

#include "endpoint.hpp"

#include <array>
#include <optional>

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

/// The cache key of an exchanged token. Only a holder of the same Entra token and of the secret can compute
/// it.
struct cache_key {
    /// The key of the entry.
    std::array<std::uint8_t, 32> entry;
    /// The key of the user, the same for all entries of one user of a tenant, so that they can be removed
    /// together at sign-out.
    std::array<std::uint8_t, 32> user;

    /// Computes the cache key of an exchange. Cache a token until it or the Entra token has less than two
    /// minutes left.
    ///
    /// `secret`: 32 random bytes that nobody else knows, the same in all processes that share the cache.
    /// `cloud`: null for the endpoint's. Ids are compared case-insensitively; the tenant is the one that
    /// the Entra token names. `access_key`: the key that signs the exchange, so that a token is no longer
    /// found once the key is replaced; none for a token credential.
    static result<cache_key> try_create(const acs::secret &secret, endpoint_view endpoint,
                                        std::optional<access_key_view> access_key, std::string_view aad_token,
                                        std::string_view client_id,
                                        std::string_view user_object_id, const cloud *cloud = nullptr) {
        detail::texts t;
        const char *token = t.add(aad_token);
        const char *client = t.add(client_id);
        const char *object = t.add(user_object_id);
        ::acs_cache_key c;
        const auto outcome = detail::done([&](auto error) {
            return ::acs_cache_key_new(detail::bytes(secret.expose()),
                                       cloud == nullptr ? nullptr : cloud->get(), endpoint.get(),
                                       access_key ? access_key->get() : nullptr, token, client, object, &c,
                                       error);
        });
        if (!outcome) {
            return outcome.error();
        }
        cache_key key{};
        std::copy(std::begin(c.entry), std::end(c.entry), key.entry.begin());
        std::copy(std::begin(c.user), std::end(c.user), key.user.begin());
        return key;
    }

#if !defined(ACS_AUTH_NO_EXCEPTIONS)
    static cache_key create(const acs::secret &secret, endpoint_view endpoint,
                            std::optional<access_key_view> access_key, std::string_view aad_token,
                            std::string_view client_id, std::string_view user_object_id,
                            const cloud *cloud = nullptr) {
        return try_create(secret, endpoint, access_key, aad_token, client_id, user_object_id, cloud).value();
    }
#endif
};

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
