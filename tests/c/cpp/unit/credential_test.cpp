// Token credentials: what they return, throw and keep alive.
#include "fixture.hpp"

namespace {

acs::client make_client(acs::token_credential credential) {
    acs::client_options options;
    options.endpoint = unit::emulator().text("http_url");
    options.token_credential = std::move(credential);
    return acs::client::create(options);
}

acs::bearer_token bearer() {
    return {acs::secret("a token"), std::chrono::system_clock::now() + std::chrono::hours(1)};
}

acs::error error_of(const acs::client &client) { return client.try_create_user().error(); }

/// The number of requests that reached the emulator.
std::size_t requests() { return unit::emulator().requests("create_user").size(); }

TEST(credential, is_asked_for_the_scope_and_gives_its_token) {
    unit::emulator().reset();
    std::vector<std::string> asked;
    const auto client = make_client([&](const std::vector<std::string_view> &scopes) {
        asked.assign(scopes.begin(), scopes.end());
        return bearer();
    });
    // The emulator rejects this token; what matters is that it was sent.
    EXPECT_EQ(error_of(client).kind(), acs::error_kind::credential_denied);
    EXPECT_EQ(asked, std::vector<std::string>{std::string(acs::acs_scope)});
    EXPECT_EQ(requests(), 1U);
}

TEST(credential, may_fail_with_an_error) {
    unit::emulator().reset();
    const auto giving = [](const std::vector<std::string_view> &) -> acs::result<acs::bearer_token> {
        return acs::error(acs::error_kind::transport_error, "The vault is closed.");
    };
    const auto throwing = [](const std::vector<std::string_view> &) -> acs::bearer_token {
        throw acs::error(acs::error_kind::transport_error, "The vault is closed.");
    };
    for (const acs::client &client : {make_client(giving), make_client(throwing)}) {
        const auto error = error_of(client);
        EXPECT_EQ(error.kind(), acs::error_kind::transport_error);
        EXPECT_EQ(error.reason(), "The vault is closed.");
    }
    EXPECT_EQ(requests(), 0U);
}

TEST(credential, may_throw_what_is_not_shown) {
    const unit::thrown_counter thrown;
    const auto client = make_client([](const std::vector<std::string_view> &) -> acs::bearer_token {
        throw std::runtime_error("the password is open sesame");
    });
    const auto error = error_of(client);
    EXPECT_EQ(error.kind(), acs::error_kind::credential_denied);
    EXPECT_EQ(std::string(error.what()).find("sesame"), std::string::npos);
    EXPECT_EQ(thrown.wait_for_places(1), std::vector<std::string>{"token credential"});
}

TEST(credential, may_answer_later_from_any_thread) {
    unit::emulator().reset();
    std::thread answering;
    {
        const auto client = make_client([&](acs::token_request request) {
            EXPECT_EQ(request.scopes().size(), 1U);
            answering = std::thread([r = std::move(request)]() mutable {
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
                std::move(r).complete(bearer());
            });
        });
        EXPECT_EQ(error_of(client).kind(), acs::error_kind::credential_denied);
        EXPECT_EQ(requests(), 1U);
    }
    answering.join();
}

TEST(credential, may_refuse_a_request) {
    const auto client = make_client([](acs::token_request request) {
        std::move(request).fail(acs::error_kind::throttled, "Not so fast.");
    });
    EXPECT_EQ(error_of(client).kind(), acs::error_kind::throttled);
    const auto bad = make_client([](acs::token_request request) {
        EXPECT_FALSE(std::move(request).try_fail(static_cast<acs::error_kind>(0), "This is no failure."));
    });
    EXPECT_EQ(error_of(bad).kind(), acs::error_kind::credential_denied);
}

TEST(credential, that_gives_no_answer_has_failed) {
    const auto client = make_client([](const acs::token_request &) {});
    EXPECT_NE(error_of(client).reason().find("no answer"), std::string::npos);
    const unit::thrown_counter thrown;
    const auto throwing = make_client([](const acs::token_request &) { throw 5; });
    EXPECT_NE(error_of(throwing).reason().find("threw"), std::string::npos);
    // The exception destroys the request, which fails the call, before the hook receives it.
    EXPECT_EQ(thrown.wait_for_places(1).size(), 1U);
}

TEST(credential, lives_as_long_as_what_was_made_with_it) {
    unit::counter gone;
    {
        const acs::token_credential credential(
            [kept = std::make_shared<unit::destroyed>(gone)](const std::vector<std::string_view> &) {
                return bearer();
            });
        {
            const auto client = make_client(credential);
            const auto other = make_client(credential);
            acs::client_options bad;
            bad.token_credential = credential;
            bad.connection_string = "no connection string";
            EXPECT_FALSE(acs::client::try_create(bad));
            EXPECT_FALSE(client.try_create_user());
        }
        EXPECT_EQ(gone.count(), 0) << "a copy is left";
    }
    acs::shutdown();
    EXPECT_EQ(gone.count(), 1);
}

TEST(credential, of_entra_is_accepted) {
    unit::emulator().reset();
    const std::string token = unit::emulator().mint({{"kind", "acs"}});
    const auto client = make_client([&](const std::vector<std::string_view> &) {
        return acs::bearer_token{token, std::chrono::system_clock::now() + std::chrono::hours(1)};
    });
    EXPECT_FALSE(client.create_user().id().empty());
}

} // namespace
