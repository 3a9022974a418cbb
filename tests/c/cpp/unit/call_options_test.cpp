// The options of a single call, and its response in each of its forms.
#include "fixture.hpp"

#include <future>

namespace {

struct heard {
    int status = 0;
    int attempts = 0;
    int times = 0;
    std::string request_id;
    std::string content_type;
    std::size_t headers = 0;
};

acs::call_options listening(heard &to) {
    acs::call_options options;
    options.client_request_id = "order-7";
    options.on_response = [&to](const acs::call_response &response) {
        to.status = response.status();
        to.attempts = response.attempts();
        to.request_id = response.client_request_id();
        to.content_type = response.header_value("Content-Type").value_or("");
        to.headers = response.headers().size();
        ++to.times;
    };
    return options;
}

void expect_created(const heard &it) {
    EXPECT_EQ(it.status, 201);
    EXPECT_EQ(it.attempts, 1);
    EXPECT_EQ(it.times, 1);
    EXPECT_EQ(it.request_id, "order-7");
    EXPECT_NE(it.content_type.find("json"), std::string::npos);
    EXPECT_GT(it.headers, 0U);
}

TEST(call_options, headers_and_user_agent_are_sent) {
    unit::emulator().reset();
    acs::client_options options;
    options.connection_string = unit::emulator().text("connection_string_http");
    options.headers = {{"x-of-client", "1"}, {"x-of-both", "client"}};
    options.user_agent = "Contoso Portal/7.1 (a build of more than 24 characters)";
    const auto client = acs::client::create(options);
    acs::call_options with;
    with.headers = {{"x-of-both", "call"}};
    with.user_agent = "job 7";
    static_cast<void>(client.create_user(with));
    // Arguments are copied when the operation is created.
    auto operation = client.create_user_async(with);
    with = {};
    static_cast<void>(std::move(operation).future().get());
    const auto requests = unit::emulator().requests("create_user");
    ASSERT_EQ(requests.size(), 2U);
    for (const auto &request : requests) {
        const auto all = request.at("headers").dump();
        EXPECT_NE(all.find(R"(["x-of-client","1"])"), std::string::npos) << all;
        EXPECT_NE(all.find(R"(["x-of-both","call"])"), std::string::npos) << all;
        EXPECT_NE(all.find("job 7 Contoso Portal/7.1 (a build of more than 24 characters) acs-auth/"),
                  std::string::npos)
            << all;
    }
    with.headers = {{"authorization", "secret"}};
    const auto refused = client.try_create_user(with);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().target(), "headers");
    EXPECT_EQ(std::string(refused.error().what()).find("secret"), std::string::npos);
}

TEST(call_options, every_form_gives_the_response_before_the_result) {
    unit::emulator().reset();
    const auto client = unit::make_client();
    {
        heard it;
        static_cast<void>(client.create_user(listening(it)));
        expect_created(it);
    }
    {
        heard it;
        EXPECT_TRUE(client.try_create_user(listening(it)));
        expect_created(it);
    }
    {
        heard it;
        static_cast<void>(client.create_user_async(listening(it)).future().get());
        expect_created(it);
    }
    {
        heard it;
        auto queue = acs::queue::create();
        bool is_called = false;
        static_cast<void>(client.create_user_async(listening(it)).via(queue).start([&](auto outcome) {
            EXPECT_TRUE(outcome);
            expect_created(it);
            is_called = true;
        }));
        while (queue.dispatch(unit::patience) == 0) {
        }
        EXPECT_TRUE(is_called);
    }
}

TEST(call_options, a_completion_taken_with_a_tag_gives_the_response_that_is_kept) {
    unit::emulator().reset();
    const auto client = unit::make_client();
    auto queue = acs::queue::create();
    acs::call_options options;
    for (const bool kept : {false, true}) {
        options.keep_response = kept;
        static_cast<void>(client.create_user_async(options).submit(queue, nullptr));
        auto completion = queue.next();
        ASSERT_TRUE(completion && completion->succeeded());
        EXPECT_EQ(completion->response().has_value(), kept);
        if (kept) {
            EXPECT_EQ(completion->response()->status(), 201);
        }
    }
}

TEST(call_options, a_rejection_has_a_response_and_a_call_without_an_answer_has_none) {
    unit::emulator().reset();
    const auto client = unit::make_client();
    unit::emulator().fault({{"operation", "acs"}, {"status", 403}});
    heard it;
    EXPECT_FALSE(client.try_delete_user("8:acs:a_b", listening(it)));
    EXPECT_EQ(it.status, 403);

    const harness::silent_server server;
    const auto hanging = unit::make_hanging_client(server);
    heard nothing;
    auto options = listening(nothing);
    options.timeout = std::chrono::milliseconds(100);
    EXPECT_FALSE(hanging.try_delete_user("8:acs:a_b", options));
    EXPECT_EQ(nothing.times, 0);
}

TEST(call_options, what_a_response_hook_throws_is_dropped) {
    const unit::thrown_counter thrown;
    const auto client = unit::make_client();
    acs::call_options options;
    options.on_response = [](const acs::call_response &) { throw 5; };
    EXPECT_TRUE(client.try_create_user(options));
    EXPECT_EQ(thrown.wait_for_places(1), std::vector<std::string>{"response"});
}

} // namespace
