// Transports: what they return, throw and keep alive.
#include "fixture.hpp"

namespace {

constexpr const char *created = R"({"identity":{"id":"8:acs:a_b"}})";

acs::client make_client(acs::transport transport) {
    acs::client_options options;
    // No request must ever be sent there.
    options.connection_string = "endpoint=https://nowhere.invalid;accesskey=c2VjcmV0";
    options.transport = std::move(transport);
    options.retry_base_delay = std::chrono::milliseconds(1);
    return acs::client::create(options);
}

TEST(transport, may_be_a_function_that_answers_in_process) {
    std::string method;
    std::string url;
    std::string authorization;
    const auto client = make_client([&](const acs::transport_request &request) {
        method = request.method();
        url = request.url();
        for (const auto &[name, value] : request.headers()) {
            if (name == "authorization") {
                authorization = value;
            }
        }
        EXPECT_FALSE(request.is_cancelled());
        EXPECT_GT(request.timeout().count(), 0);
        EXPECT_EQ(request.max_response_bytes(), 64U * 1024);
        return acs::transport_response{201, {{"x-a", "b"}}, created};
    });
    acs::call_options options;
    std::string header;
    options.on_response = [&](const acs::call_response &response) {
        header = response.header_value("X-A").value_or("");
    };
    EXPECT_EQ(client.create_user(options).id(), "8:acs:a_b");
    EXPECT_EQ(method, "POST");
    EXPECT_EQ(url.find("https://nowhere.invalid/identities?api-version="), 0U) << url;
    EXPECT_EQ(authorization.find("HMAC-SHA256 "), 0U);
    EXPECT_EQ(header, "b");
}

TEST(transport, may_fail_and_is_called_again_where_that_helps) {
    int sent = 0;
    const auto client = make_client([&](const acs::transport_request &) -> acs::transport_answer {
        if (++sent == 1) {
            return acs::transport_failure{acs::failure_kind::not_sent, "the line is down"};
        }
        return acs::transport_response{201, {}, created};
    });
    EXPECT_EQ(client.create_user().id(), "8:acs:a_b");
    EXPECT_EQ(sent, 2);
    const auto down = make_client([](const acs::transport_request &) {
        return acs::transport_failure{acs::failure_kind::refused, "the line is cut"};
    });
    const auto error = down.try_create_user().error();
    EXPECT_EQ(error.kind(), acs::error_kind::transport_error);
    EXPECT_NE(error.reason().find("the line is cut"), std::string::npos);
}

TEST(transport, may_answer_later_once) {
    std::thread answering;
    {
        const auto client = make_client([&](acs::transport_request request) {
            answering = std::thread([r = std::move(request)] {
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
                r.respond({201, {}, created});
                EXPECT_FALSE(r.try_respond({500, {}, {}}));
                EXPECT_FALSE(r.try_fail(acs::failure_kind::lost, "late"));
            });
        });
        EXPECT_EQ(client.create_user().id(), "8:acs:a_b");
    }
    answering.join();
}

TEST(transport, that_never_answers_ends_at_the_deadline) {
    std::mutex mutex;
    std::vector<acs::transport_request> kept;
    const auto client = make_client([&](acs::transport_request request) {
        const std::lock_guard<std::mutex> lock(mutex);
        kept.push_back(std::move(request));
    });
    acs::call_options options;
    // Long enough for a busy machine to get to the transport.
    options.timeout = std::chrono::seconds(5);
    EXPECT_EQ(client.try_create_user(options).error().kind(), acs::error_kind::timeout);
    const std::lock_guard<std::mutex> lock(mutex);
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_TRUE(kept[0].is_cancelled());
    EXPECT_TRUE(kept[0].try_respond({201, {}, created})) << "too late is no error";
}

TEST(transport, that_gives_no_answer_has_lost_the_request) {
    const auto client = make_client([](const acs::transport_request &request) -> acs::transport_response {
        static_cast<void>(request);
        throw std::runtime_error("the password is open sesame");
    });
    const unit::thrown_counter thrown;
    const auto error = client.try_create_user().error();
    EXPECT_EQ(error.kind(), acs::error_kind::transport_error);
    EXPECT_NE(error.reason().find("threw"), std::string::npos);
    EXPECT_EQ(std::string(error.what()).find("sesame"), std::string::npos);
    EXPECT_EQ(thrown.wait_for_places(1), std::vector<std::string>{"transport"});
    const auto silent = make_client([](acs::transport_request) {});
    EXPECT_NE(silent.try_create_user().error().reason().find("no answer"), std::string::npos);
    const auto nonsense = make_client([](const acs::transport_request &) {
        return acs::transport_response{7, {}, {}};
    });
    EXPECT_EQ(nonsense.try_create_user().error().kind(), acs::error_kind::unexpected_response);
}

TEST(transport, lives_as_long_as_what_was_made_with_it) {
    unit::counter gone;
    {
        const acs::transport transport(
            [kept = std::make_shared<unit::destroyed>(gone)](const acs::transport_request &) {
                return acs::transport_response{201, {}, created};
            });
        {
            const auto client = make_client(transport);
            acs::client_options bad;
            bad.transport = transport;
            bad.connection_string = "no connection string";
            EXPECT_FALSE(acs::client::try_create(bad));
            EXPECT_TRUE(client.try_create_user());
        }
        EXPECT_EQ(gone.count(), 0) << "a copy is left";
    }
    acs::shutdown();
    EXPECT_EQ(gone.count(), 1);
}

} // namespace
