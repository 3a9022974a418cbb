// Calls by name: arguments from JSON, results to JSON.
#ifndef CONFORMANCE_CALLS_HPP
#define CONFORMANCE_CALLS_HPP

#include "acs_auth.hpp"
#include "case.hpp"

namespace conformance {

using outcome = acs::result<json>;

/// How a call is made and waited for: each way must come to the same.
enum class way { throwing, result, callback, queue, future };

way way_of(const std::string &name);

/// Calls an operation of the client.
outcome call_client(way way, const acs::client &client, const call &call, members arguments);

/// Calls an operation without I/O; none if this is none.
std::optional<outcome> call_pure(const std::string &operation, const members &arguments);

json to_json(const acs::user &user);
json to_json(const acs::token &token);
json to_json(const acs::user_token &both);
/// An error as cases compare it.
json to_json(const acs::error &error);
/// The number of an error's kind.
std::int64_t number_of(const acs::error &error);

/// A result with the value as JSON.
template <class T>
outcome to_json(acs::result<T> given) {
    return std::move(given).transform([](const T &value) { return to_json(value); });
}
inline outcome to_json(acs::result<void> given) {
    return std::move(given).transform([] { return json::object(); });
}

/// Makes a call in its way, given the two forms of its function that wait and the one that does not.
template <class Throwing, class Trying, class Async>
auto made(way way, Throwing throwing, Trying trying, Async async) -> decltype(trying()) {
    using result = decltype(trying());
    switch (way) {
    case way::throwing:
        try {
            if constexpr (std::is_void_v<decltype(throwing())>) {
                throwing();
                return {};
            } else {
                return throwing();
            }
        } catch (const acs::error &error) {
            return error;
        }
    case way::result:
        return trying();
    case way::callback: {
        std::promise<result> promise;
        auto future = promise.get_future();
        const auto begun = async().try_start([&](result given) { promise.set_value(std::move(given)); });
        return begun ? future.get() : result(begun.error());
    }
    case way::queue: {
        acs::queue queue = acs::queue::create();
        std::optional<result> given;
        const auto begun = async().via(queue).try_start([&](result r) { given.emplace(std::move(r)); });
        if (!begun) {
            return begun.error();
        }
        while (!given) {
            queue.dispatch(std::chrono::seconds(60));
        }
        return *std::move(given);
    }
    case way::future:
        return async().try_future().get();
    }
    throw failure("there is no such way");
}

} // namespace conformance

#endif
