// The objects behind the host's callbacks, which the library keeps until it calls `release`.
#ifndef ACS_AUTH_USER_DATA_HPP
#define ACS_AUTH_USER_DATA_HPP

#include "error.hpp"

#include <memory>
#include <utility>

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {
namespace detail {

/// Passes an object to the library for the duration of a call. If the call succeeds, the library keeps the
/// object until it calls release; if it fails, release is not called.
template <class T>
class shared_user_data {
public:
    explicit shared_user_data(std::shared_ptr<T> object)
        : object_(object ? new std::shared_ptr<T>(std::move(object)) : nullptr) {}

    [[nodiscard]] void *get() const noexcept { return object_.get(); }

    /// The object, in a callback.
    static T &of(void *user_data) noexcept { return **static_cast<std::shared_ptr<T> *>(user_data); }

    /// Called by the library when it doesn't need the object any more.
    static void release(void *user_data) noexcept { delete static_cast<std::shared_ptr<T> *>(user_data); }

    /// The call has succeeded: the library owns the object, and may have released it already.
    void commit() noexcept { static_cast<void>(object_.release()); }

private:
    std::unique_ptr<std::shared_ptr<T>> object_;
};

} // namespace detail
} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
