// What came of a call, compared with what a case expects; each throws a failure.
#ifndef CONFORMANCE_JUDGE_HPP
#define CONFORMANCE_JUDGE_HPP

#include "made.hpp"
#include "matcher.hpp"

namespace conformance {

/// Everything that an error can be made to show.
std::string all_texts(const acs::error &error);

void judge_error(const acs::error &error, const expectation &expected, const scope &scope, std::int64_t now);
void judge_duration(std::chrono::steady_clock::duration took, const expectation &expected);
void judge_credential(const std::vector<std::vector<std::string>> &was_asked, const asked &expected);
void judge_seen(const seen &expected, harness::emulator &emulator, const scope &scope, std::int64_t now);

} // namespace conformance

#endif
