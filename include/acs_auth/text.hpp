// Converts texts, times and numbers to and from C.
#ifndef ACS_AUTH_TEXT_HPP
#define ACS_AUTH_TEXT_HPP

#include "config.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iosfwd>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace acs {
inline namespace ACS_AUTH_INLINE_NAMESPACE {

namespace detail {

/// Overwrites memory with zeros, which the optimiser must not remove.
inline void wipe(void *memory, std::size_t size) noexcept {
#if defined(__GNUC__)
    std::memset(memory, 0, size);
    __asm__ __volatile__("" : : "r"(memory) : "memory");
#else
    volatile unsigned char *byte = static_cast<unsigned char *>(memory);
    while (size-- > 0) {
        *byte++ = 0;
    }
#endif
}

} // namespace detail

/// A secret text: wiped when it is destroyed, and not printable. It copies anything that converts to
/// std::string_view; wiping the original is up to its owner.
class secret {
public:
    secret() noexcept = default;

    template <class Text, class = std::enable_if_t<std::is_convertible_v<const Text &, std::string_view> &&
                                                   !std::is_same_v<Text, secret>>>
    secret(const Text &text) : secret(copy_tag{}, std::string_view(text)) {}

    secret(const secret &other) : secret(copy_tag{}, other.expose()) {}
    secret(secret &&other) noexcept : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}
    secret &operator=(secret other) noexcept {
        bytes_.swap(other.bytes_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~secret() {
        if (bytes_) {
            detail::wipe(bytes_.get(), size_);
        }
    }

    /// The text itself, valid as long as the secret.
    [[nodiscard]] std::string_view expose() const noexcept {
        return bytes_ ? std::string_view(bytes_.get(), size_) : std::string_view();
    }

    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

private:
    struct copy_tag {};

    secret(copy_tag, std::string_view text) : bytes_(new char[text.size()]), size_(text.size()) {
        std::copy(text.begin(), text.end(), bytes_.get());
    }

    std::unique_ptr<char[]> bytes_;
    std::size_t size_ = 0;
};

std::ostream &operator<<(std::ostream &, const secret &) = delete;

/// A list of texts for the duration of a call: `{"chat", "voip"}`, or any container of texts, to which it
/// refers.
class text_list {
public:
    text_list() = default;
    text_list(std::initializer_list<std::string_view> texts) : texts_(texts) {}

    template <class Range, class Item = decltype(*std::begin(std::declval<const Range &>())),
              class = std::enable_if_t<std::is_convertible_v<Item, std::string_view> &&
                                       !std::is_convertible_v<const Range &, std::string_view>>>
    text_list(const Range &range) {
        static_assert(std::is_reference_v<Item> || std::is_same_v<Item, std::string_view>,
                      "the texts must live as long as their container");
        texts_.assign(std::begin(range), std::end(range));
    }

    [[nodiscard]] auto begin() const noexcept { return texts_.begin(); }
    [[nodiscard]] auto end() const noexcept { return texts_.end(); }
    [[nodiscard]] std::size_t size() const noexcept { return texts_.size(); }

private:
    std::vector<std::string_view> texts_;
};

/// A header of an HTTP message. Names are case-insensitive. It refers to its texts.
struct header {
    std::string_view name;
    std::string_view value;
};

/// A time of the system clock. Times outside its range, such as after the year 2262, become its first or
/// last.
using time_point = std::chrono::system_clock::time_point;

namespace detail {

/// NUL-terminated copies of texts for C, wiped when they are destroyed. A NUL within a text, which would end
/// it in C, becomes a byte that UTF-8 doesn't allow: the library then rejects the text by the argument's
/// name.
class texts {
public:
    const char *add(std::string_view text) {
        const std::size_t size = text.size() + 1;
        kept &copy = copies_.emplace_back(size);
        std::replace_copy(text.begin(), text.end(), copy.bytes.get(), '\0', '\xff');
        copy.bytes[text.size()] = '\0';
        return copy.bytes.get();
    }

    const char *add(const std::optional<std::string> &text) {
        return text ? add(std::string_view(*text)) : nullptr;
    }

    const char *add(const std::optional<secret> &text) { return text ? add(text->expose()) : nullptr; }

    template <class Texts>
    std::vector<const char *> add_all(const Texts &list) {
        std::vector<const char *> pointers;
        pointers.reserve(list.size());
        for (const auto &text : list) {
            if constexpr (std::is_same_v<std::decay_t<decltype(text)>, secret>) {
                pointers.push_back(add(text.expose()));
            } else {
                pointers.push_back(add(std::string_view(text)));
            }
        }
        return pointers;
    }

    std::vector<::acs_header> add_headers(const std::vector<header> &list) {
        std::vector<::acs_header> headers;
        headers.reserve(list.size());
        for (const header &one : list) {
            headers.push_back({add(one.name), add(one.value)});
        }
        return headers;
    }

private:
    struct kept {
        explicit kept(std::size_t length) : bytes(new char[length]), size(length) {}
        kept(kept &&other) noexcept = default;
        kept &operator=(kept &&other) noexcept = delete;
        ~kept() {
            if (bytes) {
                wipe(bytes.get(), size);
            }
        }

        std::unique_ptr<char[]> bytes;
        std::size_t size;
    };

    std::vector<kept> copies_;
};

/// A list for C, where NULL means that the option is not set. It ends with a NULL of its own, so that even an
/// empty list has an address.
class optional_list {
public:
    optional_list(texts &copies, const std::optional<std::vector<std::string>> &list) {
        if (list) {
            pointers_ = copies.add_all(*list);
            pointers_.push_back(nullptr);
        }
    }

    [[nodiscard]] const char *const *data() const { return pointers_.empty() ? nullptr : pointers_.data(); }
    [[nodiscard]] std::size_t size() const { return pointers_.empty() ? 0 : pointers_.size() - 1; }

private:
    std::vector<const char *> pointers_;
};

inline ::acs_bytes bytes(std::string_view data) noexcept {
    return {reinterpret_cast<const std::uint8_t *>(data.data()), data.size()};
}

inline std::string_view view(::acs_bytes data) noexcept {
    return data.data == nullptr ? std::string_view()
                                : std::string_view(reinterpret_cast<const char *>(data.data), data.len);
}

inline std::string_view view(const char *text) noexcept {
    return text == nullptr ? std::string_view() : std::string_view(text);
}

inline std::optional<std::string_view> optional_view(const char *text) noexcept {
    return text == nullptr ? std::nullopt : std::optional<std::string_view>(text);
}

/// A number for an options struct; none becomes ACS_DEFAULT. ACS_DEFAULT is -1, so an explicit -1 is passed
/// as another negative number, which the library rejects.
template <class To, class From>
To number(const std::optional<From> &value) noexcept {
    if (!value) {
        return To{ACS_DEFAULT};
    }
    return *value == From{-1} ? std::numeric_limits<To>::min() : static_cast<To>(*value);
}

inline std::int32_t number(const std::optional<bool> &value) noexcept {
    return value ? std::int32_t{*value} : ACS_DEFAULT;
}

template <class Enum, class = std::enable_if_t<std::is_enum_v<Enum>>>
std::int32_t number(const std::optional<Enum> &value) noexcept {
    return value ? static_cast<std::int32_t>(*value) : ACS_DEFAULT;
}

/// A duration as a number of its own units; none becomes ACS_DEFAULT.
template <class Unit>
std::int64_t count(const std::optional<Unit> &duration) noexcept {
    return number<std::int64_t>(duration ? std::optional<std::int64_t>(duration->count()) : std::nullopt);
}

inline std::int64_t to_unix(time_point time) noexcept {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

inline time_point from_unix(std::int64_t seconds) noexcept {
    using std::chrono::duration_cast;
    const auto first = duration_cast<std::chrono::seconds>(time_point::min().time_since_epoch()).count();
    const auto last = duration_cast<std::chrono::seconds>(time_point::max().time_since_epoch()).count();
    if (seconds >= last) {
        return time_point::max();
    }
    return seconds <= first ? time_point::min() : time_point(std::chrono::seconds(seconds));
}

} // namespace detail

} // namespace ACS_AUTH_INLINE_NAMESPACE
} // namespace acs

#endif
