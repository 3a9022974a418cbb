#include "acs_auth.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "arrivals.h"
#include "check.h"
#include "emulator.h"
#include "keys.h"
#include "make.h"

static acs_verifier *verifier;

static acs_verifier *made(const acs_verifier_options *options)
{
    acs_verifier *verifying = NULL;
    acs_error *error = NULL;
    CHECK_OK(acs_verifier_new(options, &verifying, &error), error);
    return verifying;
}

static void expect_first_user(const acs_verified_token *verified)
{
    CHECK_TEXT(acs_verified_token_tenant_id(verified), emulator_text("tenant_id"));
    CHECK_TEXT(acs_verified_token_object_id(verified), emulator_text("users.0.object_id"));
    CHECK_TEXT(acs_verified_token_client_id(verified), emulator_text("spa.client_id"));
    CHECK_INT(acs_verified_token_scope_count(verified), 1);
    CHECK_TEXT(acs_verified_token_scope(verified, 0), "access_as_user");
    CHECK(acs_verified_token_scope(verified, 1) == NULL);
    CHECK_INT(acs_verified_token_version(verified), ACS_TOKEN_VERSION_2);
    CHECK(acs_verified_token_expires_on(verified) > time(NULL));
}

static void tells_who_calls(void)
{
    char *token = make_caller_token();
    acs_verified_token *verified = NULL;
    acs_error *error = NULL;
    CHECK_OK(verify_with_keys(verifier, token, &verified, &error), error);
    expect_first_user(verified);
    acs_verified_token_free(verified);
    free(token);
}

static void tells_it_later(void)
{
    char *token = make_caller_token();
    acs_queue *queue = make_queue();
    acs_delivery delivery = queue_delivery(queue, NULL);
    acs_error *error = NULL;
    CHECK_OK(acs_verifier_verify_submit(verifier, token, &delivery, NULL, &error), error);
    free(token);
    acs_completion *completion = acs_queue_next(queue, ACS_WAIT_FOREVER);
    acs_verified_token *verified = acs_completion_take_verified_token(completion);
    expect_first_user(verified);
    acs_verified_token_free(verified);
    acs_completion_free(completion);
    acs_queue_free(queue);
}

static void takes_no_forged_token(void)
{
    static const char *const attacks[] = {
        "alg_none",
        "signature_empty",
        "tampered",
        "hs256_public_key_pem",
        "attacker_key_matching_kid",
        "kid_unknown",
        "no_kid",
        "embedded_jwk",
        "duplicate_member",
        "padded_base64",
        "oversize",
        "iss_suffix",
        "tid_mismatch",
        "expired",
        "nbf_future",
        "exp_missing",
        "exp_huge",
        "wrong_aud_graph",
        "four_segments",
        "id_token_as_access_token",
    };
    for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++) {
        char query[96];
        acs_verified_token *verified = NULL;
        acs_error *error = NULL;
        snprintf(query, sizeof query, "kind=api&attack=%s", attacks[i]);
        char *token = emulator_mint(query);
        CHECK_INT(verify_with_keys(verifier, token, &verified, &error), ACS_STATUS_UNAUTHORIZED);
        CHECK(acs_error_code(error) != NULL && verified == NULL);
        CHECK_LACKS(acs_error_message(error), token);
        acs_error_free(error);
        free(token);
    }
    static const char *const texts[] = {"", ".", "Bearer x", "\xc3\xa4"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        acs_verified_token *verified = NULL;
        acs_error *error = NULL;
        CHECK_FAILS(acs_verifier_verify(verifier, texts[i], &verified, &error), error,
                    ACS_STATUS_UNAUTHORIZED);
    }
}

static void tells_who_may_not(void)
{
    static const char *const attacks[] = {"other_tenant", "scp_missing", "scp_substring", "roles_only"};
    for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++) {
        char query[96];
        acs_verified_token *verified = NULL;
        acs_error *error = NULL;
        snprintf(query, sizeof query, "kind=api&attack=%s", attacks[i]);
        char *token = emulator_mint(query);
        CHECK_FAILS(acs_verifier_verify(verifier, token, &verified, &error), error, ACS_STATUS_FORBIDDEN);
        free(token);
    }
}

static void asks_for_new_keys(void)
{
    emulator_do("POST", "/keys/rollover", NULL);
    tells_who_calls();
}

static void says_whether_it_has_keys(void)
{
    acs_cloud_options nowhere;
    acs_verifier_options options;
    acs_cloud *cloud = NULL;
    acs_queue *queue = make_queue();
    acs_delivery delivery = queue_delivery(queue, NULL);
    acs_verified_token *verified = NULL;
    acs_error *error = NULL;
    int32_t reachable = 7;
    CHECK_OK(acs_verifier_keys_reachable(verifier, &reachable, &error), error);
    CHECK_INT(reachable, 1);

    acs_cloud_options_init(&nowhere, sizeof nowhere);
    nowhere.kind = ACS_CLOUD_CUSTOM;
    nowhere.authority = "https://127.0.0.1:1";
    CHECK_OK(acs_cloud_new(&nowhere, &cloud, &error), error);
    make_verifier_options(&options);
    options.cloud = cloud;
    acs_verifier *without = made(&options);
    acs_cloud_free(cloud);
    CHECK_OK(acs_verifier_keys_reachable_submit(without, &delivery, NULL, &error), error);
    acs_completion *completion = acs_queue_next(queue, ACS_WAIT_FOREVER);
    CHECK_INT(acs_completion_status(completion), ACS_STATUS_OK);
    CHECK_INT(acs_completion_reachable(completion), 0);
    acs_completion_free(completion);
    char *token = make_caller_token();
    CHECK(acs_verifier_verify(without, token, &verified, &error) != ACS_STATUS_OK);
    CHECK_LACKS(acs_error_message(error), token);
    acs_error_free(error);
    free(token);
    acs_verifier_free(without);
    acs_queue_free(queue);
}

static void needs_a_tenant_an_audience_and_an_application(void)
{
    acs_verifier_options options;
    acs_verifier *none = NULL;
    acs_error *error = NULL;
    make_verifier_options(&options);
    options.allow_any_client = 0;
    CHECK_FAILS(acs_verifier_new(&options, &none, &error), error, ACS_STATUS_INVALID_ARGUMENT);
    make_verifier_options(&options);
    options.audience_count = 0;
    CHECK_FAILS(acs_verifier_new(&options, &none, &error), error, ACS_STATUS_INVALID_ARGUMENT);
    make_verifier_options(&options);
    options.tenant_id_count = 0;
    CHECK_FAILS(acs_verifier_new(&options, &none, &error), error, ACS_STATUS_INVALID_ARGUMENT);
    CHECK(none == NULL);
}

static void takes_only_the_applications_that_are_listed(void)
{
    static const char *const others[] = {"aaaaaaaa-0000-4000-8000-000000000000"};
    const char *const ours[] = {emulator_text("spa.client_id")};
    acs_verifier_options options;
    acs_verified_token *verified = NULL;
    acs_error *error = NULL;
    acs_cloud *cloud = make_cloud();
    char *token = make_caller_token();
    for (int i = 0; i < 2; i++) {
        make_verifier_options(&options);
        options.cloud = cloud;
        options.allow_any_client = 0;
        options.allowed_client_ids = i == 0 ? others : ours;
        options.allowed_client_id_count = 1;
        acs_verifier *choosy = made(&options);
        if (i == 0) {
            CHECK_FAILS(verify_with_keys(choosy, token, &verified, &error), error, ACS_STATUS_FORBIDDEN);
        } else {
            CHECK_OK(verify_with_keys(choosy, token, &verified, &error), error);
            acs_verified_token_free(verified);
        }
        acs_verifier_free(choosy);
    }
    acs_cloud_free(cloud);
    free(token);
}

int main(void)
{
    acs_verifier_options options;
    acs_cloud *cloud = make_cloud();
    make_verifier_options(&options);
    options.cloud = cloud;
    verifier = made(&options);
    acs_cloud_free(cloud);
    RUN(tells_who_calls);
    RUN(tells_it_later);
    RUN(takes_no_forged_token);
    RUN(tells_who_may_not);
    RUN(asks_for_new_keys);
    RUN(says_whether_it_has_keys);
    RUN(needs_a_tenant_an_audience_and_an_application);
    RUN(takes_only_the_applications_that_are_listed);
    acs_verifier_free(verifier);
    return check_done();
}
