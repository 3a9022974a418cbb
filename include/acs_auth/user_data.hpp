// What the library holds on to until it calls `release`: the objects behind the host's callbacks.
#ifndef ACS_AUTH_USER_DATA_HPP
#define ACS_AUTH_USER_DATA_HPP

#include "error.hpp"

#include <memory>
#include <utility>

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {
namespace detail {

/// Hands an object to the library for the time of a call. If the call succeeds, the library keeps it until it
/// calls release; if it fails, release is not called.
template <class T>
class shared_user_data {
public:
    explicit shared_user_data(std::shared_ptr<T> object)
        : object_(object ? new std::shared_ptr<T>(std::move(object)) : nullptr) {}

    [[nodiscard]] void *get() const noexcept { return object_.get(); }

    /// The object, in a callback.
    static T &of(void *user_data) noexcept { return **static_cast<std::shared_ptr<T> *>(user_data); }

    /// Called by the library when it needs the object no more.
    static void release(void *user_data) noexcept { delete static_cast<std::shared_ptr<T> *>(user_data); }

    /// The call has succeeded: the object is the library's, which perhaps has released it already.
    void commit() noexcept { static_cast<void>(object_.release()); }

private:
    std::unique_ptr<std::shared_ptr<T>> object_;
};

} // namespace detail
} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
