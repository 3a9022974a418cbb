// What is wrong with a case, or with what came of it: the outer error, where acs::error is the library's.
#ifndef CONFORMANCE_FAILURE_HPP
#define CONFORMANCE_FAILURE_HPP

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace conformance {

using nlohmann::json;

class failure : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

inline void require(bool condition, const std::string &otherwise) {
    if (!condition) {
        throw failure(otherwise);
    }
}

/// A value as text, whatever bytes its texts hold.
inline std::string shown(const json &value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

} // namespace conformance

#endif
