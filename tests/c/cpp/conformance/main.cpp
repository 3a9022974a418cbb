// Runs tests/conformance/cases.json through the C++ interface: one test a case, one after another against one
// emulator, which is reset before each. The argument --way=… says how calls are made; all else is
// GoogleTest's.
#include "run.hpp"

#include <gtest/gtest.h>
#include <iostream>

namespace {

class case_test : public testing::Test {
public:
    case_test(conformance::test_case test, conformance::way way) : test_(std::move(test)), way_(way) {}

    void TestBody() override {
        try {
            conformance::run(test_, way_, harness::emulator::shared());
        } catch (const std::exception &why) {
            FAIL() << test_.about << "\n" << why.what();
        }
    }

private:
    conformance::test_case test_;
    conformance::way way_;
};

} // namespace

int main(int argc, char **argv) {
    testing::InitGoogleTest(&argc, argv);
    const std::string option = "--way=";
    const std::string given = argc == 2 ? argv[1] : "";
    if (given.rfind(option, 0) != 0) {
        std::cerr << "give " << option << "throwing, result, callback, queue or future\n";
        return 64;
    }
    const auto way = conformance::way_of(given.substr(option.size()));
    const auto cases = conformance::read_suite(conformance::read_shared("conformance/cases"));
    for (const conformance::test_case &test : cases) {
        testing::RegisterTest("conformance", test.name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                              [test, way]() -> testing::Test * { return new case_test(test, way); });
    }
    int failed = RUN_ALL_TESTS();
    if (testing::UnitTest::GetInstance()->successful_test_count() == 0) {
        std::cerr << "no case has run\n";
        failed = 1;
    }
    acs::shutdown();
    harness::emulator::stop();
    return failed;
}
