// What a value is compared with: a value, or an object with one word.
#ifndef CONFORMANCE_MATCHER_HPP
#define CONFORMANCE_MATCHER_HPP

#include "scope.hpp"

namespace conformance {

/// Compares the members of an object with their matchers; throws a failure that says which differs. A member
/// that is not there at all is not known. `now` is in Unix seconds.
void check(const json &found, const json &matchers, const scope &scope, std::int64_t now);

} // namespace conformance

#endif
