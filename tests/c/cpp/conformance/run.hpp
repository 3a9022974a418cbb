// One case from its beginning to its end.
#ifndef CONFORMANCE_RUN_HPP
#define CONFORMANCE_RUN_HPP

#include "made.hpp"

namespace conformance {

/// Runs a case; throws a failure that says what does not hold.
void run(const test_case &test, way way, harness::emulator &emulator);

} // namespace conformance

#endif
