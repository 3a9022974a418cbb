// acs::result: a value or an error. It has the shape of C++23's std::expected, and converts to it.
#ifndef ACS_AUTH_RESULT_HPP
#define ACS_AUTH_RESULT_HPP

#include "error.hpp"

#include <type_traits>
#include <utility>
#include <variant>

#if defined(ACS_AUTH_STD_EXPECTED)
#include <expected>
#endif

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

template <class T>
class result;

namespace detail {

template <class T>
struct is_result : std::false_type {};
template <class T>
struct is_result<result<T>> : std::true_type {};

} // namespace detail

/// The result of a function whose name begins with try_.
template <class T>
class [[nodiscard]] result {
public:
    using value_type = T;
    using error_type = acs::error;

    result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    result(acs::error failure) : held_(std::in_place_index<1>, failure) {}

    [[nodiscard]] bool has_value() const noexcept { return held_.index() == 0; }
    [[nodiscard]] explicit operator bool() const noexcept { return has_value(); }

    /// The value; throws the error if there is none. Without exceptions it ends the program: see
    /// ACS_AUTH_FAIL.
    [[nodiscard]] T &value() & { return checked(), **this; }
    [[nodiscard]] const T &value() const & { return checked(), **this; }
    [[nodiscard]] T &&value() && { return checked(), *std::move(*this); }

    /// The value. The behaviour is undefined if there is none: check has_value() first.
    [[nodiscard]] T &operator*() &noexcept { return *std::get_if<0>(&held_); }
    [[nodiscard]] const T &operator*() const &noexcept { return *std::get_if<0>(&held_); }
    [[nodiscard]] T &&operator*() &&noexcept { return std::move(*std::get_if<0>(&held_)); }
    [[nodiscard]] T *operator->() noexcept { return std::get_if<0>(&held_); }
    [[nodiscard]] const T *operator->() const noexcept { return std::get_if<0>(&held_); }

    /// The error. The behaviour is undefined if there is none: check has_value() first.
    [[nodiscard]] const acs::error &error() const noexcept { return *std::get_if<1>(&held_); }

    /// The value, or `otherwise` if there is none.
    template <class U>
    [[nodiscard]] T value_or(U &&otherwise) && {
        return has_value() ? *std::move(*this) : static_cast<T>(std::forward<U>(otherwise));
    }

    /// Continues with the value: f(T) returns another result. An error is passed on.
    template <class F>
    auto and_then(F &&f) && -> std::invoke_result_t<F, T &&> {
        static_assert(detail::is_result<std::invoke_result_t<F, T &&>>::value, "f gives an acs::result");
        if (!has_value()) {
            return error();
        }
        return std::forward<F>(f)(*std::move(*this));
    }

    /// Transforms the value with f(T). An error is passed on.
    template <class F>
    auto transform(F &&f) && -> result<std::invoke_result_t<F, T &&>> {
        if (!has_value()) {
            return error();
        }
        if constexpr (std::is_void_v<std::invoke_result_t<F, T &&>>) {
            std::forward<F>(f)(*std::move(*this));
            return {};
        } else {
            return std::forward<F>(f)(*std::move(*this));
        }
    }

    /// Recovers from the error: f(const acs::error &) returns another result of this type.
    template <class F>
    result or_else(F &&f) && {
        return has_value() ? std::move(*this) : result(std::forward<F>(f)(error()));
    }

#if defined(ACS_AUTH_STD_EXPECTED)
    result(std::expected<T, acs::error> other)
        : held_(other ? decltype(held_)(std::in_place_index<0>, *std::move(other))
                      : decltype(held_)(std::in_place_index<1>, other.error())) {}

    operator std::expected<T, acs::error>() && {
        if (has_value()) {
            return *std::move(*this);
        }
        return std::unexpected(error());
    }
#endif

private:
    void checked() const {
        if (!has_value()) {
            detail::raise(error());
        }
    }

    std::variant<T, acs::error> held_;
};

/// The result of a function without a value.
template <>
class [[nodiscard]] result<void> {
public:
    using value_type = void;
    using error_type = acs::error;

    result() noexcept = default;
    result(acs::error failure) : failure_(failure) {}

    [[nodiscard]] bool has_value() const noexcept { return !failure_; }
    [[nodiscard]] explicit operator bool() const noexcept { return has_value(); }

    /// Throws the error if there is one. Without exceptions it ends the program: see ACS_AUTH_FAIL.
    void value() const {
        if (failure_) {
            detail::raise(*failure_);
        }
    }

    void operator*() const noexcept {}

    /// The error. The behaviour is undefined if there is none: check has_value() first.
    [[nodiscard]] const acs::error &error() const noexcept { return *failure_; }

    /// Continues after success: f() returns another result. An error is passed on.
    template <class F>
    auto and_then(F &&f) && -> std::invoke_result_t<F> {
        static_assert(detail::is_result<std::invoke_result_t<F>>::value, "f gives an acs::result");
        if (failure_) {
            return *failure_;
        }
        return std::forward<F>(f)();
    }

    /// Transforms success into the result of f(). An error is passed on.
    template <class F>
    auto transform(F &&f) && -> result<std::invoke_result_t<F>> {
        if (failure_) {
            return *failure_;
        }
        if constexpr (std::is_void_v<std::invoke_result_t<F>>) {
            std::forward<F>(f)();
            return {};
        } else {
            return std::forward<F>(f)();
        }
    }

    /// Recovers from the error: f(const acs::error &) returns another result<void>.
    template <class F>
    result or_else(F &&f) && {
        return failure_ ? result(std::forward<F>(f)(*failure_)) : result();
    }

#if defined(ACS_AUTH_STD_EXPECTED)
    result(std::expected<void, acs::error> other) {
        if (!other) {
            failure_ = other.error();
        }
    }

    operator std::expected<void, acs::error>() && {
        if (failure_) {
            return std::unexpected(*failure_);
        }
        return {};
    }
#endif

private:
    std::optional<acs::error> failure_;
};

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
