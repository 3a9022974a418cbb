#include "matcher.hpp"

#include "members.hpp"

#include <algorithm>
#include <cctype>

namespace conformance {
namespace {

void check_some(const json &found, const json &matchers, const scope &scope, std::int64_t now);

bool equal_without_case(const std::string &one, const std::string &other) {
    const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
    return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                      [&](char a, char b) { return lower(a) == lower(b); });
}

bool is_in_range(const json &value, const json &range, std::int64_t from) {
    require(range.is_array() && range.size() == 2, "a range has two numbers: " + shown(range));
    const std::int64_t first = from + to_integer(range[0], "a range");
    const std::int64_t last = from + to_integer(range[1], "a range");
    return value.is_number_integer() && value.get<std::int64_t>() >= first &&
           value.get<std::int64_t>() <= last;
}

bool holds(const json &value, const std::string &word, const json &argument, std::int64_t now) {
    const std::string text = value.is_string() ? value.get<std::string>() : std::string();
    const auto has = [&](const std::string &part) { return text.find(part) != std::string::npos; };
    if (word == "present") {
        const bool is_there = !value.is_null() && value != json("");
        return to_boolean(argument, word) == is_there;
    }
    if (word == "prefix") {
        return text.rfind(to_text(argument, word), 0) == 0;
    }
    if (word == "contains") {
        const auto parts = to_texts(argument, word);
        return !parts.empty() && std::all_of(parts.begin(), parts.end(), has);
    }
    if (word == "lacks") {
        const auto parts = to_texts(argument, word);
        return value.is_string() && std::none_of(parts.begin(), parts.end(), has);
    }
    if (word == "ignoring_case") {
        return equal_without_case(text, to_text(argument, word));
    }
    if (word == "between") {
        return is_in_range(value, argument, 0);
    }
    if (word == "seconds_from_now") {
        return is_in_range(value, argument, now);
    }
    if (word == "json") {
        const json parsed = json::parse(text, nullptr, false);
        return !parsed.is_discarded() && parsed == argument;
    }
    throw failure("there is no word " + word);
}

void match(const json &value, const json &matcher, const scope &scope, std::int64_t now) {
    if (!matcher.is_object()) {
        require(value == matcher, "is " + shown(value) + ", not " + shown(matcher));
        return;
    }
    require(matcher.size() == 1, "a matcher has one word: " + shown(matcher));
    const std::string &word = matcher.begin().key();
    const json &argument = matcher.begin().value();
    if (word == "has") {
        check_some(value, to_object(argument, word), scope, now);
        return;
    }
    require(holds(value, word, argument, now), "is " + shown(value) + ", which is not " + shown(matcher));
}

/// As check, where a member that is not there is null.
void check_some(const json &found, const json &matchers, const scope &scope, std::int64_t now) {
    for (const auto &[name, matcher] : matchers.items()) {
        const bool is_there = found.is_object() && found.contains(name);
        try {
            match(is_there ? found.at(name) : json(), scope.fill(matcher), scope, now);
        } catch (const failure &why) {
            throw failure(name + ": " + why.what());
        }
    }
}

} // namespace

void check(const json &found, const json &matchers, const scope &scope, std::int64_t now) {
    for (const auto &[name, matcher] : matchers.items()) {
        require(found.is_object() && found.contains(name), "there is no member " + name + " to compare");
    }
    check_some(found, matchers, scope, now);
}

} // namespace conformance
