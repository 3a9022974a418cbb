// The options of a handler.
#ifndef ACS_AUTH_HANDLER_OPTIONS_HPP
#define ACS_AUTH_HANDLER_OPTIONS_HPP

#include "client_options.hpp"
#include "observer.hpp"
#include "settings.hpp"

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

/// The options of a handler: its settings, which are plain values, and the options that aren't.
struct handler_options {
    /// Settings from a file or the environment, or set by name; they may be destroyed once the handler is
    /// created.
    const handler_settings *settings = nullptr;
    /// A token credential instead of an access key; needs an endpoint.
    std::optional<acs::token_credential> token_credential{};
    /// The cloud, overriding the settings cloud and authority; it may be destroyed once the handler is
    /// created.
    const acs::cloud *cloud = nullptr;
    /// The observer, which receives events.
    std::optional<acs::observer> observer{};
};

namespace detail {

/// The options of a handler in their C form, for the duration of a call.
class c_handler_options {
public:
    explicit c_handler_options(const handler_options &o)
        : credential_(o.token_credential), observer_(o.observer) {
        ::acs_handler_options_init(&c_, sizeof c_);
        c_.settings = o.settings == nullptr ? nullptr : o.settings->get();
        c_.token_credential = credential_.get();
        c_.cloud = o.cloud == nullptr ? nullptr : o.cloud->get();
        c_.observer = observer_.get();
    }

    [[nodiscard]] const ::acs_handler_options *get() const noexcept { return &c_; }
    void commit() noexcept {
        credential_.commit();
        observer_.commit();
    }

private:
    c_credential credential_;
    c_observer observer_;
    ::acs_handler_options c_;
};

} // namespace detail

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
