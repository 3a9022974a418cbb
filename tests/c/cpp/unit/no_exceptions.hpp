// Functions compiled with -fno-exceptions and -fno-rtti, for a test that is compiled with both.
#ifndef UNIT_NO_EXCEPTIONS_HPP
#define UNIT_NO_EXCEPTIONS_HPP

#include <string>

namespace no_exceptions {

std::string create_and_delete(const std::string &connection_string);
std::string by_callback(const std::string &connection_string);
std::string by_queue(const std::string &connection_string);
std::string by_future(const std::string &connection_string);
std::string by_credential(const std::string &endpoint);
std::string by_lookup();
/// Calls value() of a result that has an error.
[[noreturn]] void fail();

} // namespace no_exceptions

#endif
