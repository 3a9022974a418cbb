// Calls functions of the C interface, with copies of the arguments and places for the result and the error.
#ifndef ACS_AUTH_ARGUMENTS_HPP
#define ACS_AUTH_ARGUMENTS_HPP

#include "call_response.hpp"

#include <tuple>

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {
namespace detail {

/// A copy of an argument for the duration of a call. get() returns what the C function takes: a tuple if that
/// is more than one value. A moved argument remains valid. This template is for texts; other types have a
/// specialisation.
template <class T>
class argument {
public:
    explicit argument(const T &given) : c_(copy_.add(given)) {}

    [[nodiscard]] const char *get() const noexcept { return c_; }

private:
    texts copy_;
    const char *c_;
};

template <>
class argument<text_list> {
public:
    explicit argument(const text_list &given) : c_(copies_.add_all(given)) {}

    [[nodiscard]] std::tuple<const char *const *, std::size_t> get() const noexcept {
        return {c_.data(), c_.size()};
    }

private:
    texts copies_;
    std::vector<const char *> c_;
};

template <class Rep, class Period>
class argument<std::optional<std::chrono::duration<Rep, Period>>> {
public:
    explicit argument(const std::optional<std::chrono::duration<Rep, Period>> &given) noexcept
        : c_(count(given)) {}

    [[nodiscard]] std::int64_t get() const noexcept { return c_; }

private:
    std::int64_t c_;
};

template <class T>
std::tuple<T> as_tuple(T one) noexcept {
    return std::tuple<T>(one);
}

template <class... T>
std::tuple<T...> as_tuple(std::tuple<T...> several) noexcept {
    return several;
}

/// The arguments of a call.
template <class... Given>
class arguments {
public:
    explicit arguments(const Given &...given) : held_(given...) {}

    /// Calls f with the arguments that the C function takes.
    template <class F>
    auto passed_to(F &&f) const {
        const auto as_c = [](const auto &...held) { return std::tuple_cat(as_tuple(held.get())...); };
        return std::apply(f, std::apply(as_c, held_));
    }

private:
    std::tuple<argument<Given>...> held_;
};

template <class T>
inline constexpr bool is_answer = std::is_same_v<T, bool> || std::is_same_v<T, std::optional<bool>>;

/// Converts an answer of the C interface: 1, 0, or ACS_NOT_APPLICABLE, which becomes std::nullopt.
template <class T>
T answered(std::int32_t answer) noexcept {
    if constexpr (std::is_same_v<T, bool>) {
        return answer == 1;
    } else {
        return answer == ACS_NOT_APPLICABLE ? std::optional<bool>() : std::optional<bool>(answer == 1);
    }
}

/// Calls a function of the C interface that returns a T: function(of, arguments, place for the result, place
/// for the error).
template <class T, class F, class C, class... Given>
result<T> called(F function, C *of, const Given &...given) {
    const arguments<Given...> all(given...);
    awaited_response response(hook_among(given...));
    const auto call_with = [&](auto... places) {
        return all.passed_to([&](auto... c) { return function(of, response.placed(c)..., places...); });
    };
    if constexpr (std::is_void_v<T>) {
        return done(call_with);
    } else if constexpr (is_answer<T>) {
        std::int32_t answer = 0;
        return done([&](auto error) { return call_with(&answer, error); }).transform([&] {
            return answered<T>(answer);
        });
    } else {
        return made<T>(call_with);
    }
}

} // namespace detail
} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
