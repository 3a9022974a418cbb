// Completion queues: in an event loop, by tags, and at their end.
#include "fixture.hpp"

#ifdef __linux__
#include <sys/epoll.h>
#include <unistd.h>
#else
#include "system.h"
#endif

namespace {

using user_result = acs::result<acs::user>;

#ifdef __linux__
/// Waits for queues by epoll.
class event_loop {
public:
    explicit event_loop(const acs::queue &queue) {
        epoll_event wanted{};
        wanted.events = EPOLLIN;
        EXPECT_EQ(epoll_ctl(epoll_, EPOLL_CTL_ADD, queue.fd(), &wanted), 0);
    }
    event_loop(const event_loop &) = delete;
    event_loop &operator=(const event_loop &) = delete;
    ~event_loop() { close(epoll_); }

    [[nodiscard]] bool is_ready_within(int milliseconds) const {
        epoll_event event{};
        return epoll_wait(epoll_, &event, 1, milliseconds) == 1;
    }

private:
    int epoll_ = epoll_create1(EPOLL_CLOEXEC);
};
#else
/// Waits for a queue in the system's own way: for an event on Windows, by poll elsewhere.
class event_loop {
public:
    explicit event_loop(const acs::queue &queue) : queue_(queue.get()) {}

    [[nodiscard]] bool is_ready_within(int milliseconds) const { return system_is_ready(queue_, milliseconds); }

private:
    const acs_queue *queue_;
};
#endif

TEST(queue, serves_an_event_loop) {
    const auto client = unit::make_client();
    acs::queue queue = acs::queue::create();
    const event_loop events(queue);
    const std::thread::id loop = std::this_thread::get_id();
    int deleted = 0;
    constexpr int wanted_count = 10;
    for (int i = 0; i < wanted_count; ++i) {
        client.create_user_async().via(queue).start([&](const user_result &user) {
            ASSERT_TRUE(user);
            client.delete_user_async(user->id()).via(queue).start([&](const acs::result<void> &gone) {
                EXPECT_TRUE(gone);
                EXPECT_EQ(std::this_thread::get_id(), loop);
                ++deleted;
            });
        });
    }
    EXPECT_GT(queue.pending(), 0U);
    while (deleted < wanted_count) {
        ASSERT_TRUE(events.is_ready_within(60000)) << "nothing comes";
        queue.dispatch();
    }
    EXPECT_FALSE(events.is_ready_within(0)) << "it is readable and has nothing";
    EXPECT_EQ(queue.pending(), 0U);
    EXPECT_EQ(queue.dispatch(), 0U);
}

TEST(queue, gives_completions_by_tag) {
    const auto client = unit::make_client();
    acs::queue queue = acs::queue::create();
    int first = 0;
    int second = 0;
    client.create_user_async().submit(queue, &first);
    client.delete_user_async(unit::deleted_user(client)).submit(queue, &second);
    for (int i = 0; i < 2; ++i) {
        std::optional<acs::completion> completion = queue.next(unit::patience);
        ASSERT_TRUE(completion);
        if (completion->tag() == &first) {
            EXPECT_TRUE(completion->succeeded());
            EXPECT_FALSE(completion->take<acs::token>()) << "it is another type";
            EXPECT_FALSE(completion->take<acs::user>()->id().empty());
            EXPECT_FALSE(completion->take<acs::user>()) << "it was taken";
        } else {
            EXPECT_EQ(completion->tag(), &second);
            EXPECT_FALSE(completion->succeeded());
            EXPECT_EQ(completion->take<void>().error().kind(), acs::error_kind::not_found);
        }
        std::move(*completion).run();
    }
    EXPECT_FALSE(queue.next(std::chrono::milliseconds(0)));
    EXPECT_FALSE(queue.next(std::chrono::milliseconds(-5)));
    EXPECT_FALSE(client.create_user_async().try_submit(queue, nullptr)->get() == nullptr);
    EXPECT_TRUE(queue.next()->take<acs::user>());
}

TEST(queue, lets_exceptions_of_callbacks_through) {
    const auto client = unit::make_client();
    acs::queue queue = acs::queue::create();
    int called = 0;
    for (int i = 0; i < 2; ++i) {
        client.create_user_async().via(queue).start([&](const user_result &) {
            ++called;
            throw std::runtime_error("mine");
        });
    }
    EXPECT_THROW(queue.dispatch(unit::patience), std::runtime_error);
    EXPECT_EQ(called, 1);
    EXPECT_EQ(queue.pending(), 1U);
    EXPECT_THROW(queue.dispatch(unit::patience), std::runtime_error);
    EXPECT_EQ(called, 2);
}

TEST(queue, calls_back_at_its_end) {
    const harness::silent_server silent;
    const auto client = unit::make_hanging_client(silent);
    const unit::thrown_counter thrown;
    int cancelled = 0;
    unit::counter gone;
    {
        acs::queue queue = acs::queue::create();
        for (int i = 0; i < 5; ++i) {
            client.create_user_async().via(queue).start(
                [&, kept = unit::destroyed(gone)](const user_result &user) {
                    cancelled += user.error().kind() == acs::error_kind::cancelled ? 1 : 0;
                    throw std::runtime_error("at its end");
                });
        }
        client.create_user_async().submit(queue, &cancelled);
    }
    EXPECT_EQ(cancelled, 5);
    EXPECT_EQ(gone.count(), 5);
    EXPECT_EQ(thrown.places().size(), 5U);
}

TEST(queue, that_was_shut_down_is_emptied) {
    const harness::silent_server silent;
    const auto client = unit::make_hanging_client(silent);
    acs::queue queue = acs::queue::create();
    int cancelled = 0;
    client.create_user_async().via(queue).start([&](const user_result &user) {
        cancelled += user.error().kind() == acs::error_kind::cancelled ? 1 : 0;
    });
    std::thread waiting([&] {
        while (auto completion = queue.next()) {
            std::move(*completion).run();
        }
    });
    queue.shutdown();
    waiting.join();
    EXPECT_EQ(cancelled, 1);
    EXPECT_EQ(client.create_user_async().via(queue).try_start([](const user_result &) {}).error().target(),
              "queue");
}

TEST(queue, forgets_what_is_dropped) {
    const auto client = unit::make_client();
    acs::queue queue = acs::queue::create();
    unit::counter gone;
    client.create_user_async().via(queue).start(
        [kept = unit::destroyed(gone)](const user_result &) { FAIL() << "it was dropped"; });
    { const auto dropped = queue.next(); }
    EXPECT_EQ(gone.count(), 1);
}

TEST(queue, that_was_moved_from_is_refused) {
    const auto client = unit::make_client();
    acs::queue queue = acs::queue::create();
    acs::queue other = std::move(queue);
    EXPECT_EQ(queue.fd(), -1);
    EXPECT_FALSE(queue.next(std::chrono::milliseconds(0)));
    EXPECT_FALSE(client.create_user_async().via(queue).try_start([](const user_result &) {}));
    EXPECT_FALSE(client.create_user_async().try_submit(queue, nullptr));
    int called = 0;
    client.create_user_async().via(other).start([&](const user_result &) { ++called; });
    queue = std::move(other);
    EXPECT_EQ(queue.dispatch(unit::patience), 1U);
    EXPECT_EQ(called, 1);
}

TEST(queue, is_served_by_several_threads) {
    const auto client = unit::make_client();
    acs::queue queue = acs::queue::create();
    unit::counter called;
    for (int i = 0; i < 40; ++i) {
        client.create_user_async().via(queue).start([&](const user_result &) { called.add(); });
    }
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
        threads.emplace_back([&] {
            while (auto completion = queue.next()) {
                std::move(*completion).run();
            }
        });
    }
    EXPECT_TRUE(called.reaches(40));
    queue.shutdown();
    for (std::thread &thread : threads) {
        thread.join();
    }
    EXPECT_EQ(called.count(), 40);
}

} // namespace
