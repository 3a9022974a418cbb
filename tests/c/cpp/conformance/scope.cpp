#include "scope.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>

namespace conformance {
namespace {

std::string into_text(const json &value) {
    return value.is_string() ? value.get<std::string>() : shown(value);
}

/// A member of an object or an item of an array; null for neither.
const json *inside(const json &value, const std::string &member) {
    if (value.is_array()) {
        const bool is_index =
            !member.empty() && member.size() < 10 &&
            std::all_of(member.begin(), member.end(), [](unsigned char c) { return std::isdigit(c); });
        const std::size_t index = is_index ? std::stoul(member) : value.size();
        return index < value.size() ? &value[index] : nullptr;
    }
    if (!value.is_object()) {
        return nullptr;
    }
    const auto found = value.find(member);
    return found == value.end() ? nullptr : &*found;
}

} // namespace

void scope::name(const std::string &name, json value) {
    require(values_.emplace(name, std::move(value)).second, name + " names two things");
}

json scope::fill(const json &value) const {
    if (value.is_string()) {
        return fill_text(value.get<std::string>());
    }
    json filled = value;
    if (value.is_structured()) {
        for (json &item : filled) {
            item = fill(item);
        }
    }
    return filled;
}

std::string scope::text(const std::string &text) const { return into_text(fill_text(text)); }

json scope::fill_text(const std::string &text) const {
    if (text.size() > 2 && text.rfind("${", 0) == 0 && text.back() == '}' &&
        text.find("${", 2) == std::string::npos) {
        return look_up(text.substr(2, text.size() - 3));
    }
    std::string filled;
    std::size_t at = 0;
    for (auto begin = text.find("${"); begin != std::string::npos; begin = text.find("${", at)) {
        const auto end = text.find('}', begin);
        require(end != std::string::npos, text + ": a reference has no end");
        filled += text.substr(at, begin - at);
        filled += into_text(look_up(text.substr(begin + 2, end - begin - 2)));
        at = end + 1;
    }
    return filled + text.substr(at);
}

const json &scope::look_up(const std::string &path) const {
    std::istringstream members(path);
    std::string member;
    std::getline(members, member, '.');
    const auto named = values_.find(member);
    const json *found = named == values_.end() ? nullptr : &named->second;
    while (found != nullptr && std::getline(members, member, '.')) {
        found = inside(*found, member);
    }
    require(found != nullptr, "${" + path + "} names nothing");
    return *found;
}

} // namespace conformance
