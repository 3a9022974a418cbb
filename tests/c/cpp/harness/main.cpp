// Runs the tests, then ends the library's threads and the emulator.
#include "acs_auth.hpp"
#include "emulator.hpp"

#include <gtest/gtest.h>

int main(int argc, char **argv) {
    testing::InitGoogleTest(&argc, argv);
    const int failed = RUN_ALL_TESTS();
    acs::set_log(acs::log_level::off, nullptr);
    acs::shutdown();
    harness::emulator::stop();
    return failed;
}
