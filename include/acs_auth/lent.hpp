// What the library holds on to until it calls `release`: the objects behind the host's callbacks.
#ifndef ACS_AUTH_LENT_HPP
#define ACS_AUTH_LENT_HPP

#include "error.hpp"

#include <memory>
#include <utility>

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {
namespace detail {

/// Lends an object to the library for the time of a call, and for longer if the call succeeds. When it fails, the
/// library has called release already, or never will: both are right.
template <class T>
class lent {
public:
    explicit lent(std::shared_ptr<T> object) : box_(object ? new box{{2}, std::move(object)} : nullptr) {}
    lent(const lent &) = delete;
    lent &operator=(const lent &) = delete;
    ~lent() {
        if (box_ == nullptr) {
            return;
        }
        if (!is_kept_ && box_->owners.load() == 2) {
            release(box_);
        }
        release(box_);
    }

    [[nodiscard]] void *user_data() const noexcept { return box_; }

    /// The object, in a callback.
    static T &of(void *user_data) noexcept { return *static_cast<box *>(user_data)->object; }

    /// Called by the library when it needs the object no more.
    static void release(void *user_data) noexcept {
        auto *const owned = static_cast<box *>(user_data);
        if (owned->owners.fetch_sub(1) == 1) {
            delete owned;
        }
    }

    /// The call has succeeded: the library keeps the object until it calls release.
    void kept() noexcept { is_kept_ = true; }

private:
    struct box {
        std::atomic<int> owners;
        std::shared_ptr<T> object;
    };

    box *box_;
    bool is_kept_ = false;
};

} // namespace detail
} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
