// What owns a handle of the C interface.
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

    /// Takes a handle of the C interface over.
    explicit handle(C *owned) noexcept : owned_(owned) {}

    /// The handle, for functions of the C interface; borrowed.
    [[nodiscard]] C *get() const noexcept { return owned_.get(); }

    /// Gives the handle away: who calls this frees it.
    [[nodiscard]] C *release() noexcept { return owned_.release(); }

    /// Whether there is a handle.
    [[nodiscard]] explicit operator bool() const noexcept { return owned_ != nullptr; }

private:
    struct freeing {
        void operator()(C *owned) const noexcept { Free(owned); }
    };

    std::unique_ptr<C, freeing> owned_;
};

/// Calls a function that gives a handle: f(where it goes, where the error goes).
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

/// Calls a function that gives nothing but its status: f(where the error goes).
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
