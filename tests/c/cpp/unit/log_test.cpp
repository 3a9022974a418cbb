// The library's log.
#include "fixture.hpp"

#include <atomic>

namespace {

/// Makes a call that is retried, which is logged.
acs::user_token create_at_the_second_attempt(const acs::call_options &options = {}) {
    unit::emulator().reset();
    unit::emulator().fault({{"operation", "create_user_and_token"}, {"status", 503}});
    return unit::make_client().create_user_and_token({"chat"}, {}, options);
}

/// Turns the log off at the end of a test, also if it fails.
struct log_ended {
    ~log_ended() { acs::set_log(acs::log_level::off, nullptr); }
};

/// What was logged. Shared with the log's function, because records may arrive after the test.
struct logged {
    void add(const acs::log_record &record) {
        const std::lock_guard<std::mutex> lock(mutex);
        all += record.message();
        for (const acs::log_field &field : record.fields()) {
            all += std::string(field.name) + "=" + std::string(field.value) + "\n";
        }
    }
    bool has(std::string_view part) {
        const std::lock_guard<std::mutex> lock(mutex);
        return all.find(part) != std::string::npos;
    }

    std::mutex mutex;
    std::string all;
};

TEST(log, gets_records_with_their_fields) {
    const log_ended at_the_end;
    const auto seen = std::make_shared<logged>();
    unit::counter gone;
    acs::set_log(acs::log_level::trace,
                 [seen, kept = std::make_shared<unit::destroyed>(gone)](const acs::log_record &record) {
                     EXPECT_EQ(record.target().substr(0, 8), "acs_auth");
                     EXPECT_GE(record.level(), acs::log_level::error);
                     EXPECT_LE(record.level(), acs::log_level::trace);
                     seen->add(record);
                 });
    acs::call_options options;
    options.client_request_id = "a-logged-request";
    const auto given = create_at_the_second_attempt(options);
    acs::set_log(acs::log_level::off, nullptr);
    ASSERT_TRUE(gone.reaches(1)) << "it has its last record";
    EXPECT_TRUE(seen->has("a-logged-request"));
    EXPECT_FALSE(seen->has(given.text())) << "a token is logged";
    EXPECT_FALSE(seen->has(unit::emulator().access_key())) << "a key is logged";
}

TEST(log, may_throw) {
    const log_ended at_the_end;
    const unit::thrown_counter thrown;
    acs::set_log(acs::log_level::trace, [](const acs::log_record &) { throw std::runtime_error("mine"); });
    EXPECT_FALSE(create_at_the_second_attempt().text().empty());
    acs::set_log(acs::log_level::off, nullptr);
    const auto places = thrown.wait_for_places(1);
    ASSERT_FALSE(places.empty());
    EXPECT_EQ(places[0], "log");
}

TEST(log, lets_go_of_its_function) {
    const log_ended at_the_end;
    unit::counter gone;
    const auto function = [&] {
        return [kept = std::make_shared<unit::destroyed>(gone)](const acs::log_record &) {};
    };
    EXPECT_FALSE(acs::try_set_log(static_cast<acs::log_level>(9), function()));
    EXPECT_EQ(gone.count(), 1) << "it was refused";
    acs::set_log(acs::log_level::error, function());
    EXPECT_EQ(gone.count(), 1);
    acs::set_log(acs::log_level::error, function());
    EXPECT_TRUE(gone.reaches(2));
    acs::set_log(acs::log_level::off, function());
    EXPECT_TRUE(gone.reaches(4));
}

} // namespace
