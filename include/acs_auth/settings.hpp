// The settings of a handler, read from a file or the environment, or set by name. Their names are the same in
// every host.
#ifndef ACS_AUTH_SETTINGS_HPP
#define ACS_AUTH_SETTINGS_HPP

#include <chrono>
#include <cstdint>
#include <initializer_list>

#include "handle.hpp"

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

/// Settings. Any threads may read them at once, but no other thread may use them while a value is set. They
/// contain secrets, and are not printable.
class handler_settings : public detail::handle<::acs_handler_settings, &::acs_handler_settings_free> {
public:
    using handle::handle;

    /// Creates settings without values, for try_set.
    static result<handler_settings> try_create() {
        return detail::made<handler_settings>(
            [](auto to, auto error) { return ::acs_handler_settings_new(to, error); });
    }

    /// Reads settings from the text of a TOML file. Fails with error_kind::invalid_argument, whose target
    /// names the setting; no value that may be secret is shown.
    static result<handler_settings> try_from_toml(std::string_view toml) {
        detail::texts t;
        const char *text = t.add(toml);
        return detail::made<handler_settings>(
            [&](auto to, auto error) { return ::acs_handler_settings_from_toml(text, to, error); });
    }

    /// Reads settings from the process's environment. A variable that is not UTF-8 counts as not set.
    static result<handler_settings> try_from_env() {
        return detail::made<handler_settings>(
            [](auto to, auto error) { return ::acs_handler_settings_from_env(nullptr, nullptr, to, error); });
    }

    /// Reads settings from variables through `lookup`: std::optional<std::string> lookup(std::string_view
    /// name). If it throws, from_env rethrows the exception; try_from_env fails with
    /// error_kind::invalid_argument.
    template <class Lookup>
    static result<handler_settings> try_from_env(Lookup lookup) {
        looking<Lookup> state{std::move(lookup), {}, {}};
        auto read = state.read();
        if (state.has_failed()) {
            return error(error_kind::invalid_argument, "The lookup of variables threw an exception.");
        }
        return read;
    }

    /// Merges settings: returns these, and those of other that these don't have.
    [[nodiscard]] result<handler_settings> try_or_else(const handler_settings &other) const {
        return detail::made<handler_settings>(
            [&](auto to, auto error) { return ::acs_handler_settings_or(get(), other.get(), to, error); });
    }

    /// Sets a value, replacing a former one. The name is the one in TOML, in which an underscore may
    /// replace a dot: "redis.url" or "redis_url". The value is a text or a secret, a container of them, a
    /// whole number, a duration of std::chrono for a number of milliseconds, or a bool. Fails with
    /// error_kind::invalid_argument, with the name as target, for an unknown name (the reason suggests the
    /// nearest one), and for a value of another type than the setting's. No value is shown.
    template <class Value>
    result<void> try_set(std::string_view name, const Value &value) {
        detail::texts t;
        const char *setting = t.add(name);
        return detail::done([&](auto error) { return set_to(setting, value, t, error); });
    }
    result<void> try_set(std::string_view name, std::initializer_list<std::string_view> values) {
        return try_set<std::initializer_list<std::string_view>>(name, values);
    }

#if !defined(ACS_AUTH_NO_EXCEPTIONS)
    static handler_settings create() { return try_create().value(); }
    template <class Value>
    handler_settings &set(std::string_view name, const Value &value) {
        try_set(name, value).value();
        return *this;
    }
    handler_settings &set(std::string_view name, std::initializer_list<std::string_view> values) {
        try_set(name, values).value();
        return *this;
    }
    static handler_settings from_toml(std::string_view toml) { return try_from_toml(toml).value(); }
    static handler_settings from_env() { return try_from_env().value(); }
    template <class Lookup>
    static handler_settings from_env(Lookup lookup) {
        looking<Lookup> state{std::move(lookup), {}, {}};
        auto read = state.read();
        if (state.has_failed()) {
            std::rethrow_exception(state.thrown);
        }
        return std::move(read).value();
    }
    [[nodiscard]] handler_settings or_else(const handler_settings &other) const {
        return try_or_else(other).value();
    }
#endif

private:
    template <class Value>
    ::acs_status set_to(const char *name, const Value &value, detail::texts &t, ::acs_error **error) {
        if constexpr (std::is_same_v<Value, bool>) {
            return ::acs_handler_settings_set_flag(get(), name, value ? 1 : 0, error);
        } else if constexpr (std::is_integral_v<Value>) {
            // A number beyond 64 bits is passed as -1, which the library rejects like every negative number.
            const bool fits = value <= 0 || static_cast<std::uint64_t>(value) <= INT64_MAX;
            const std::int64_t number = fits ? static_cast<std::int64_t>(value) : -1;
            return ::acs_handler_settings_set_number(get(), name, number, error);
        } else if constexpr (std::is_convertible_v<const Value &, std::chrono::milliseconds>) {
            const std::int64_t ms = std::chrono::milliseconds(value).count();
            return ::acs_handler_settings_set_number(get(), name, ms, error);
        } else if constexpr (std::is_same_v<Value, secret>) {
            return ::acs_handler_settings_set_text(get(), name, t.add(value.expose()), error);
        } else if constexpr (std::is_convertible_v<const Value &, std::string_view>) {
            return ::acs_handler_settings_set_text(get(), name, t.add(std::string_view(value)), error);
        } else {
            const auto values = t.add_all(value);
            return ::acs_handler_settings_set_list(get(), name, values.data(), values.size(), error);
        }
    }

    /// The lookup, and the exception that it threw, which cannot pass through the library.
    template <class Lookup>
    struct looking {
        Lookup lookup;
        detail::texts value;
        std::exception_ptr thrown;

        [[nodiscard]] bool has_failed() const noexcept { return thrown != nullptr; }

        result<handler_settings> read() {
            return detail::made<handler_settings>([this](auto to, auto error) {
                return ::acs_handler_settings_from_env(&looking::look, this, to, error);
            });
        }

        static const char *look(void *user_data, const char *name) noexcept {
            auto &self = *static_cast<looking *>(user_data);
#if defined(ACS_AUTH_NO_EXCEPTIONS)
            return self.found(name);
#else
            try {
                return self.has_failed() ? nullptr : self.found(name);
            } catch (...) {
                self.thrown = std::current_exception();
                return nullptr;
            }
#endif
        }

        const char *found(const char *name) {
            std::optional<std::string> given = lookup(std::string_view(name));
            if (!given) {
                return nullptr;
            }
            value = detail::texts();
            const char *copy = value.add(std::string_view(*given));
            detail::wipe(given->data(), given->size());
            return copy;
        }
    };
};

std::ostream &operator<<(std::ostream &, const handler_settings &) = delete;

/// A setting; its texts are static.
struct setting {
    /// The name in TOML, where a dot stands for a table.
    std::string_view toml;
    /// What it is for.
    std::string_view about;
    /// Its environment variables; the first one that is set is used.
    std::vector<std::string_view> environment;
};

/// All settings that a handler has.
[[nodiscard]] inline std::vector<setting> known_settings() {
    std::vector<setting> all;
    for (std::size_t i = 0; i < ::acs_setting_count(); ++i) {
        setting one{detail::view(::acs_setting_toml(i)), detail::view(::acs_setting_about(i)), {}};
        for (std::size_t which = 0; which < ::acs_setting_environment_count(i); ++which) {
            one.environment.push_back(detail::view(::acs_setting_environment(i, which)));
        }
        all.push_back(std::move(one));
    }
    return all;
}

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
