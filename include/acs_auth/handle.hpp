// The owner of a handle of the C interface.
#ifndef ACS_AUTH_HANDLE_HPP
#define ACS_AUTH_HANDLE_HPP

#include "result.hpp"
#include "text.hpp"

#include <memory>

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {
namespace detail {

/// Owns a handle. It is movable but not copyable. A moved-from object is empty, and its calls fail with
/// error_kind::invalid_argument or return empty values.
template <class C, auto Free>
class handle {
public:
    using c_type = C;

    /// Takes ownership of a handle of the C interface.
    explicit handle(C *owned) noexcept : owned_(owned) {}

    /// The handle, for functions of the C interface; borrowed.
    [[nodiscard]] C *get() const noexcept { return owned_.get(); }

    /// Gives up ownership: the caller frees the handle.
    [[nodiscard]] C *release() noexcept { return owned_.release(); }

    /// Whether there is a handle.
    [[nodiscard]] explicit operator bool() const noexcept { return owned_ != nullptr; }

private:
    struct freeing {
        void operator()(C *owned) const noexcept { Free(owned); }
    };

    std::unique_ptr<C, freeing> owned_;
};

/// Calls a function that returns a handle: f(place for the handle, place for the error).
template <class Handle, class F>
result<Handle> made(F &&f) {
    typename Handle::c_type *given = nullptr;
    ::acs_error *failure = nullptr;
    const ::acs_status status = f(&given, &failure);
    if (status != ACS_STATUS_OK) {
        return adopted(status, failure);
    }
    return Handle(given);
}

/// Calls a function that returns only a status: f(place for the error).
template <class F>
result<void> done(F &&f) {
    ::acs_error *failure = nullptr;
    const ::acs_status status = f(&failure);
    if (status != ACS_STATUS_OK) {
        return adopted(status, failure);
    }
    return {};
}

} // namespace detail
} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
