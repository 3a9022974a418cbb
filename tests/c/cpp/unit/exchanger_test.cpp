// The exchanger, and observers.
#include "fixture.hpp"

#include <atomic>
#include <map>
#include <thread>

namespace {

/// Counts events by their kind.
struct events {
    std::mutex mutex;
    std::map<acs::event_kind, int> count;

    int of(acs::event_kind kind) {
        const std::lock_guard<std::mutex> lock(mutex);
        return count[kind];
    }

    /// Waits, because events arrive on a thread of their own.
    bool comes_to(acs::event_kind kind, int expected) {
        return unit::comes_true([&] { return of(kind) >= expected; }) && of(kind) == expected;
    }
};

acs::exchanger make_exchanger(const acs::observer &observer) {
    acs::exchanger_options options;
    options.observer = observer;
    options.cache_secret = std::string(32, 's');
    // The client may be destroyed afterwards.
    return acs::exchanger::create(unit::make_client(), options);
}

TEST(exchanger, keeps_tokens_and_tells) {
    unit::emulator().reset();
    const auto seen = std::make_shared<events>();
    const auto exchanger = make_exchanger([seen](const acs::event &event) {
        const std::lock_guard<std::mutex> lock(seen->mutex);
        ++seen->count[event.kind];
        if (event.kind == acs::event_kind::exchanged) {
            EXPECT_FALSE(event.error);
            EXPECT_GT(event.took.count(), 0);
        }
    });
    const std::string token = unit::teams_token();
    const auto first = exchanger.exchange(token, unit::client_id(), unit::object_id());
    const auto second = exchanger.exchange_async(token, unit::client_id(), unit::object_id()).future().get();
    EXPECT_EQ(first.text(), second.text());
    EXPECT_TRUE(seen->comes_to(acs::event_kind::exchanged, 1));
    EXPECT_TRUE(seen->comes_to(acs::event_kind::cache_hit, 1));
    exchanger.sign_out(unit::emulator().text("tenant_id"), unit::object_id());
    EXPECT_NO_THROW(
        exchanger.sign_out_async(unit::emulator().text("tenant_id"), unit::object_id()).future().get());
    EXPECT_TRUE(seen->comes_to(acs::event_kind::signed_out, 2));
    const auto third =
        exchanger.exchange(token, unit::client_id(), unit::object_id(), std::chrono::seconds(30));
    EXPECT_FALSE(third.text().empty());
    EXPECT_TRUE(seen->comes_to(acs::event_kind::exchanged, 2));
}

TEST(exchanger, has_no_shared_cache_without_redis) {
    const auto exchanger = acs::exchanger::create(unit::make_client());
    EXPECT_EQ(exchanger.is_cache_reachable(), std::nullopt);
    EXPECT_EQ(exchanger.is_cache_reachable_async().future().get(), std::nullopt);
}

TEST(exchanger, says_what_of_redis_does_not_answer) {
    const harness::silent_server silent;
    acs::exchanger_options options;
    options.redis.emplace();
    options.redis->url = "redis" + silent.url().substr(4);
    options.redis->sealing_key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
    options.redis->breaker_max_failures = 1;
    EXPECT_EQ(acs::exchanger::try_create(unit::make_client(), options).error().target(), "cache_secret");
    options.cache_secret = std::string(32, 's');
    const auto exchanger = acs::exchanger::create(unit::make_client(), options);
    EXPECT_EQ(exchanger.is_cache_reachable(), false);
    EXPECT_EQ(exchanger.is_cache_reachable_async().future().get(), false);
}

TEST(exchanger, rejects_by_its_token_check) {
    unit::emulator().reset();
    const auto exchanger = acs::exchanger::create(unit::make_client());
    const auto refused = exchanger.try_exchange("no token", unit::client_id(), unit::object_id());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), acs::error_kind::entra_token_invalid);
    EXPECT_EQ(refused.error().code(), "shape");
    EXPECT_TRUE(unit::emulator().requests("acs").empty());
    acs::exchanger_options options;
    options.token_check = acs::token_check::off;
    const auto trusting = acs::exchanger::create(unit::make_client(), options);
    EXPECT_EQ(trusting.try_exchange("no token", unit::client_id(), unit::object_id()).error().kind(),
              acs::error_kind::entra_token_rejected);
}

TEST(observer, may_throw) {
    unit::emulator().reset();
    const unit::thrown_counter thrown;
    unit::counter gone;
    {
        const auto exchanger =
            make_exchanger([kept = std::make_shared<unit::destroyed>(gone)](const acs::event &) { throw 5; });
        EXPECT_TRUE(exchanger.try_exchange(unit::teams_token(), unit::client_id(), unit::object_id()));
    }
    // Delivers queued events and releases the destroyed exchanger's observer.
    acs::shutdown();
    ASSERT_FALSE(thrown.places().empty());
    EXPECT_EQ(thrown.places()[0], "observer");
    EXPECT_EQ(gone.count(), 1);
}

TEST(observer, is_let_go_when_nothing_is_made) {
    unit::counter gone;
    {
        acs::exchanger_options options;
        options.observer = [kept = std::make_shared<unit::destroyed>(gone)](const acs::event &) {};
        options.limit = 0;
        EXPECT_FALSE(acs::exchanger::try_create(unit::make_client(), options));
    }
    EXPECT_EQ(gone.count(), 1);
}

} // namespace
