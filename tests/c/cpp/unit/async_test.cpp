// Calls that do not block: callbacks, cancelling, futures, executors.
#include "fixture.hpp"

#include <deque>
#include <functional>

namespace {

using user_result = acs::result<acs::user>;

TEST(callbacks, are_called_once_on_another_thread) {
    const auto client = unit::make_client();
    unit::counter called;
    unit::counter gone;
    std::thread::id thread;
    {
        acs::call call =
            client.create_user_async().start([&, kept = unit::destroyed(gone)](const user_result &user) {
                thread = std::this_thread::get_id();
                EXPECT_FALSE(user->id().empty());
                called.add();
            });
        ASSERT_TRUE(gone.reaches(1));
        call.cancel();
    }
    EXPECT_EQ(called.count(), 1);
    EXPECT_EQ(gone.count(), 1);
    EXPECT_NE(thread, std::this_thread::get_id());
}

TEST(callbacks, get_every_kind_of_result) {
    const auto client = unit::make_client();
    const auto both = client.create_user_and_token_async({"chat"}).future().get();
    EXPECT_FALSE(both.user_id().empty() || both.text().empty());
    EXPECT_FALSE(client.get_token_async(both.user_id(), {"voip"}).future().get().text().empty());
    EXPECT_NO_THROW(client.revoke_tokens_async(both.user_id()).future().get());
    EXPECT_NO_THROW(client.delete_user_async(both.user_id()).future().get());
    const auto exchanged =
        client.get_token_for_teams_user_async(unit::teams_token(), unit::client_id(), unit::object_id())
            .future();
    const std::string extension = unit::emulator().mint({{"kind", "teams_extension"}});
    EXPECT_FALSE(client.get_token_for_teams_extension_user_async(extension).future().get().text().empty());
}

TEST(callbacks, may_throw) {
    const auto client = unit::make_client();
    const unit::thrown_counter thrown;
    unit::counter gone;
    client.create_user_async().start([kept = unit::destroyed(gone)](const user_result &) { throw 5; });
    ASSERT_TRUE(gone.reaches(1));
    EXPECT_EQ(thrown.places(), std::vector<std::string>{"completion"});
    EXPECT_TRUE(client.try_create_user());
}

TEST(callbacks, may_throw_when_nobody_is_told) {
    const auto client = unit::make_client();
    unit::counter gone;
    client.create_user_async().start(
        [kept = unit::destroyed(gone)](const user_result &) { throw std::runtime_error("ignored"); });
    EXPECT_TRUE(gone.reaches(1));
}

TEST(callbacks, may_start_the_next_call) {
    const auto client = unit::make_client();
    std::promise<acs::result<void>> deleted;
    client.create_user_async().start([&](const user_result &user) {
        client.delete_user_async(user->id()).start([&](acs::result<void> r) {
            deleted.set_value(std::move(r));
        });
    });
    EXPECT_TRUE(deleted.get_future().get());
}

TEST(callbacks, are_not_called_for_what_does_not_start) {
    const auto client = unit::make_client();
    unit::counter gone;
    int called = 0;
    auto begun =
        client.get_token_async("8:acs:x", {})
            .try_start([&, kept = unit::destroyed(gone)](const acs::result<acs::token> &) { ++called; });
    // Either the service rejects it, or the library does at once; both are fine.
    if (begun) {
        ASSERT_TRUE(gone.reaches(1));
        EXPECT_EQ(called, 1);
    } else {
        EXPECT_EQ(called, 0);
    }
    EXPECT_EQ(gone.count(), 1);
    EXPECT_THROW(client.get_token_async(std::string_view("\0", 1), {"chat"}).start([](const auto &) {}),
                 acs::error);
}

TEST(cancelling, completes_a_call_once) {
    const harness::silent_server silent;
    const auto client = unit::make_hanging_client(silent);
    for (int i = 0; i < 20; ++i) {
        std::promise<user_result> promise;
        auto future = promise.get_future();
        const acs::call call =
            client.create_user_async().start([&](user_result user) { promise.set_value(std::move(user)); });
        std::thread other([&] { call.cancel(); });
        call.cancel();
        other.join();
        const auto user = future.get();
        ASSERT_FALSE(user);
        EXPECT_EQ(user.error().kind(), acs::error_kind::cancelled);
    }
}

TEST(cancelling, is_what_a_shutdown_does) {
    const harness::silent_server silent;
    const auto client = unit::make_hanging_client(silent);
    auto one = client.create_user_async().future();
    auto other = client.create_user_async().try_future();
    acs::shutdown();
    ASSERT_EQ(one.wait_for(std::chrono::seconds(0)), std::future_status::ready);
    EXPECT_THROW(static_cast<void>(one.get()), acs::error);
    EXPECT_EQ(other.get().error().kind(), acs::error_kind::cancelled);
    EXPECT_TRUE(unit::make_client().try_create_user());
}

TEST(shutting_down, is_refused_in_a_callback) {
    const auto client = unit::make_client();
    std::promise<acs::error> promise;
    client.create_user_async().start(
        [&](const user_result &) { promise.set_value(acs::try_shutdown().error()); });
    EXPECT_EQ(promise.get_future().get().kind(), acs::error_kind::invalid_argument);
}

TEST(futures, throw_or_give_the_error) {
    const auto client = unit::make_client();
    const std::string gone = unit::deleted_user(client);
    EXPECT_THROW(client.delete_user_async(gone).future().get(), acs::error);
    EXPECT_EQ(client.delete_user_async(gone).try_future().get().error().kind(), acs::error_kind::not_found);
    acs::client empty = unit::make_client();
    const acs::client taken = std::move(empty);
    EXPECT_THROW(static_cast<void>(empty.create_user_async().future().get()), acs::error);
    EXPECT_EQ(empty.create_user_async().try_future().get().error().target(), "client");
    // A future may be discarded.
    static_cast<void>(client.create_user_async().future());
}

TEST(executors, run_the_callback) {
    const auto client = unit::make_client();
    std::mutex mutex;
    std::condition_variable arrived;
    std::deque<std::function<void()>> tasks;
    const auto executor = [&](std::function<void()> task) {
        const std::lock_guard<std::mutex> lock(mutex);
        tasks.push_back(std::move(task));
        arrived.notify_all();
    };
    std::thread::id thread;
    client.create_user_async().via(executor).start([&](const user_result &user) {
        EXPECT_TRUE(user);
        thread = std::this_thread::get_id();
    });
    std::unique_lock<std::mutex> lock(mutex);
    ASSERT_TRUE(arrived.wait_for(lock, unit::patience, [&] { return !tasks.empty(); }));
    tasks.front()();
    EXPECT_EQ(thread, std::this_thread::get_id());
}

TEST(executors, that_throw_leave_the_callback_to_the_library) {
    const auto client = unit::make_client();
    const unit::thrown_counter thrown;
    unit::counter called;
    client.create_user_async()
        .via([](const auto &) { throw std::runtime_error("full"); })
        .start([&](const user_result &) { called.add(); });
    ASSERT_TRUE(called.reaches(1));
    EXPECT_EQ(thrown.places(), std::vector<std::string>{"executor"});
}

TEST(executors, that_run_and_throw_call_back_once) {
    const auto client = unit::make_client();
    unit::counter called;
    unit::counter gone;
    client.create_user_async()
        .via([kept = std::make_shared<unit::destroyed>(gone)](const auto &task) {
            task();
            throw std::runtime_error("after it");
        })
        .start([&](const user_result &) { called.add(); });
    ASSERT_TRUE(gone.reaches(1));
    EXPECT_EQ(called.count(), 1);
}

TEST(operations, that_are_not_started_do_nothing) {
    const auto client = unit::make_client();
    unit::emulator().reset();
    { [[maybe_unused]] const auto never = client.create_user_async(); }
    EXPECT_TRUE(client.try_create_user());
    EXPECT_EQ(unit::emulator().requests("create_user").size(), 1U);
}

TEST(threads, serve_many_at_once) {
    acs::set_worker_threads(4);
    acs::shutdown();
    const auto client = unit::make_client();
    std::vector<std::thread> threads;
    unit::counter done;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 10; ++i) {
                client.create_user_async().start([&](const user_result &user) {
                    EXPECT_TRUE(user);
                    done.add();
                });
                EXPECT_TRUE(client.try_create_user());
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    EXPECT_TRUE(done.reaches(40));
    acs::shutdown();
    acs::set_worker_threads(1);
    EXPECT_EQ(acs::try_set_worker_threads(65).error().target(), "count");
}

} // namespace
