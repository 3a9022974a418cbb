// The members of an object, each of which must be known and of its type: this is what keeps the vocabulary
// closed.
#ifndef CONFORMANCE_MEMBERS_HPP
#define CONFORMANCE_MEMBERS_HPP

#include "failure.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace conformance {

inline std::string to_text(const json &value, const std::string &what) {
    require(value.is_string(), what + " is no text: " + shown(value));
    return value.get<std::string>();
}

inline std::int64_t to_integer(const json &value, const std::string &what) {
    require(value.is_number_integer(), what + " is no whole number: " + shown(value));
    return value.get<std::int64_t>();
}

inline std::int64_t to_count(const json &value, const std::string &what) {
    const std::int64_t number = to_integer(value, what);
    require(number >= 0, what + " is negative");
    return number;
}

inline bool to_boolean(const json &value, const std::string &what) {
    require(value.is_boolean(), what + " is neither true nor false: " + shown(value));
    return value.get<bool>();
}

inline json to_object(const json &value, const std::string &what) {
    require(value.is_object(), what + " is no object: " + shown(value));
    return value;
}

inline std::vector<std::string> to_texts(const json &value, const std::string &what) {
    require(value.is_array(), what + " is no list: " + shown(value));
    std::vector<std::string> texts;
    for (const json &item : value) {
        texts.push_back(to_text(item, what));
    }
    return texts;
}

/// Takes members one by one; what is left at the end is not known.
class members {
public:
    members(json object, std::string what) : object_(to_object(object, what)), what_(std::move(what)) {}

    /// A member that must be there.
    json take(const std::string &name) {
        auto found = take_if_any(name);
        require(found.has_value(), what_ + " has no " + name);
        return *found;
    }

    /// A member that may be left out; null is as good.
    std::optional<json> take_if_any(const std::string &name) {
        const auto found = object_.find(name);
        if (found == object_.end()) {
            return std::nullopt;
        }
        json value = std::move(*found);
        object_.erase(found);
        return value.is_null() ? std::nullopt : std::optional<json>(std::move(value));
    }

    std::string text(const std::string &name) { return to_text(take(name), what_ + "." + name); }

    /// A member of a type that may be left out: `optional("timeout_ms", to_count)`.
    template <class Convert>
    auto optional(const std::string &name, Convert convert)
        -> std::optional<decltype(convert(json(), std::string()))> {
        auto found = take_if_any(name);
        if (!found) {
            return std::nullopt;
        }
        return convert(*found, what_ + "." + name);
    }

    /// All that is left, which is then taken.
    json rest() { return std::exchange(object_, json::object()); }

    void end() const {
        require(object_.empty(), what_ + ": there is no " + (object_.empty() ? "" : object_.begin().key()));
    }

private:
    json object_;
    std::string what_;
};

} // namespace conformance

#endif
