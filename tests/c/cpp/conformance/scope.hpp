// `${…}`: values that are known only when a case runs.
#ifndef CONFORMANCE_SCOPE_HPP
#define CONFORMANCE_SCOPE_HPP

#include "failure.hpp"

#include <map>

namespace conformance {

/// What references can name: `emulator`, the start line, and what a case named with `as`.
class scope {
public:
    /// Gives a value a name, once.
    void name(const std::string &name, json value);

    /// The value with each `${name.member.0}` in its texts replaced. A text that is nothing but one reference
    /// becomes what it refers to; within a text it becomes part of the text.
    [[nodiscard]] json fill(const json &value) const;

    /// As fill, for a text that stays one.
    [[nodiscard]] std::string text(const std::string &text) const;

private:
    [[nodiscard]] json fill_text(const std::string &text) const;
    [[nodiscard]] const json &look_up(const std::string &path) const;

    std::map<std::string, json> values_;
};

} // namespace conformance

#endif
