/* Invalid members of options: each error names the member. */
#include "acs_auth.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "make.h"

static acs_client *client;
static char *sealing_key;
static const uint8_t secret[32] = {7};

typedef void init_function(void *options);
typedef acs_status new_function(void *options, acs_error **error);

static void init_client(void *options)
{
    acs_client_options *with = (acs_client_options *)options;
    acs_client_options_init(with, sizeof *with);
    with->endpoint = "https://contoso.communication.azure.com";
    with->access_key = "c2VjcmV0";
}

static acs_status new_client(void *options, acs_error **error)
{
    acs_client *made = NULL;
    acs_status status = acs_client_new((acs_client_options *)options, &made, error);
    acs_client_free(made);
    return status;
}

static void init_verifier(void *options)
{
    make_verifier_options((acs_verifier_options *)options);
}

static acs_status new_verifier(void *options, acs_error **error)
{
    acs_verifier *made = NULL;
    acs_status status = acs_verifier_new((acs_verifier_options *)options, &made, error);
    acs_verifier_free(made);
    return status;
}

static void init_exchanger(void *options)
{
    acs_exchanger_options_init((acs_exchanger_options *)options, sizeof(acs_exchanger_options));
}

static acs_status new_exchanger(void *options, acs_error **error)
{
    acs_exchanger *made = NULL;
    acs_status status = acs_exchanger_new(client, (acs_exchanger_options *)options, &made, error);
    acs_exchanger_free(made);
    return status;
}

static void get_token(void *user_data, acs_token_request *request)
{
    (void)user_data;
    acs_token_request_fail(request, ACS_STATUS_CREDENTIAL_DENIED, NULL, NULL);
}

static void init_user_credential(void *options)
{
    static acs_token_credential refresher;
    acs_user_credential_options *with = (acs_user_credential_options *)options;
    acs_token_credential_init(&refresher, sizeof refresher);
    refresher.get_token = get_token;
    acs_user_credential_options_init(with, sizeof *with);
    with->refresher = &refresher;
}

static acs_status new_user_credential(void *options, acs_error **error)
{
    acs_user_credential *made = NULL;
    acs_status status = acs_user_credential_new((acs_user_credential_options *)options, &made, error);
    acs_user_credential_free(made);
    return status;
}

static void init_redis(void *options)
{
    acs_redis_options *with = (acs_redis_options *)options;
    acs_redis_options_init(with, sizeof *with);
    with->url = "redis://127.0.0.1:1";
    with->sealing_key = sealing_key;
}

static acs_status new_redis(void *options, acs_error **error)
{
    acs_exchanger_options with;
    init_exchanger(&with);
    with.redis = (acs_redis_options *)options;
    with.cache_secret.data = secret;
    with.cache_secret.len = sizeof secret;
    return new_exchanger(&with, error);
}

static void init_cloud(void *options)
{
    acs_cloud_options_init((acs_cloud_options *)options, sizeof(acs_cloud_options));
}

static acs_status new_cloud(void *options, acs_error **error)
{
    acs_cloud *made = NULL;
    acs_status status = acs_cloud_new((acs_cloud_options *)options, &made, error);
    acs_cloud_free(made);
    return status;
}

static void init_expectations(void *options)
{
    acs_expectations_init((acs_expectations *)options, sizeof(acs_expectations));
}

static acs_status new_inspection(void *options, acs_error **error)
{
    acs_inspection *made = NULL;
    acs_status status = acs_inspect("", (acs_expectations *)options, 0, &made, error);
    acs_inspection_free(made);
    return status;
}

static void init_call(void *options)
{
    acs_call_options_init((acs_call_options *)options, sizeof(acs_call_options));
}

static acs_status new_call(void *options, acs_error **error)
{
    acs_user *made = NULL;
    acs_status status = acs_client_create_user(client, (acs_call_options *)options, &made, error);
    acs_user_free(made);
    return status;
}

/* A member and an invalid value for it. */
struct number {
    init_function *init;
    new_function *use;
    size_t size;
    size_t offset;
    size_t member_size;
    int64_t value;
    const char *name;
};

#define NUMBER(of, made, type, member, value) \
    {init_##of, new_##made, sizeof(type), offsetof(type, member), sizeof(((type *)0)->member), value, #member}
#define CLIENT(member, value) NUMBER(client, client, acs_client_options, member, value)
#define VERIFIER(member, value) NUMBER(verifier, verifier, acs_verifier_options, member, value)
#define EXCHANGER(member, value) NUMBER(exchanger, exchanger, acs_exchanger_options, member, value)
#define USER(member, value) NUMBER(user_credential, user_credential, acs_user_credential_options, member, value)
#define REDIS(member, value) NUMBER(redis, redis, acs_redis_options, member, value)
#define EXPECTED(member, value) NUMBER(expectations, inspection, acs_expectations, member, value)

/* clang-format off */
static const struct number numbers[] = {
    NUMBER(cloud, cloud, acs_cloud_options, kind, 4),
    NUMBER(cloud, cloud, acs_cloud_options, kind, -2),
    EXPECTED(kind, 3), EXPECTED(kind, -2), EXPECTED(min_remaining_s, -2),
    NUMBER(call, call, acs_call_options, timeout_ms, -2),
    NUMBER(call, call, acs_call_options, max_attempts, -2),
    NUMBER(call, call, acs_call_options, attempt_timeout_ms, -2),
    NUMBER(call, call, acs_call_options, keep_response, 2), NUMBER(call, call, acs_call_options, keep_response, INT64_MIN),
    CLIENT(proxy, 3), CLIENT(proxy, -2), CLIENT(token_check, 3), CLIENT(token_check, -2),
    CLIENT(allow_insecure_endpoint, 2), CLIENT(max_attempts, -2),
    CLIENT(timeout_ms, -2), CLIENT(timeout_ms, INT64_MIN), CLIENT(connect_timeout_ms, -2),
    CLIENT(retry_base_delay_ms, -2), CLIENT(retry_throttled_delay_ms, -2), CLIENT(retry_max_delay_ms, -2),
    CLIENT(attempt_timeout_ms, -2), CLIENT(http2, 2),
    VERIFIER(proxy, 3), VERIFIER(allow_any_tenant, 2), VERIFIER(allow_any_client, -2),
    VERIFIER(clock_skew_s, -2), VERIFIER(max_lifetime_s, -2),
    EXCHANGER(token_check, 3), EXCHANGER(distributed_lock, 2), EXCHANGER(timeout_ms, -2),
    EXCHANGER(cache_bytes, -2), EXCHANGER(max_ttl_s, -2), EXCHANGER(negative_ttl_ms, -2),
    EXCHANGER(limit, -2), EXCHANGER(limit_burst, -2), EXCHANGER(limit_window_ms, -2), EXCHANGER(user_limit, -2),
    USER(refresh_proactively, 2), USER(refresh_proactively, -2), USER(refresh_time_before_expiry_s, -2),
    USER(timeout_ms, -2), USER(timeout_ms, INT64_MIN),
    REDIS(timeout_ms, -2), REDIS(connect_timeout_ms, -2), REDIS(breaker_reset_timeout_ms, -2),
    REDIS(breaker_max_reset_timeout_ms, -2), REDIS(breaker_max_failures, -2),
};
/* clang-format on */

static void numbers_that_are_none(void)
{
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        const struct number *number = &numbers[i];
        int32_t narrow = (int32_t)number->value;
        acs_error *error = NULL;
        char *options = (char *)malloc(number->size);
        CHECK(options != NULL);
        number->init(options);
        CHECK_OK(number->use(options, &error), error);
        memcpy(options + number->offset, number->member_size == 4 ? (void *)&narrow : (void *)&number->value,
               number->member_size);
        CHECK_REFUSED(number->use(options, &error), error, number->name);
        free(options);
    }
}

/* An error found only when the client is created names the option as in all languages. */
static void no_attempt_is_no_policy(void)
{
    acs_client_options options;
    acs_client_options_init(&options, sizeof options);
    options.connection_string = "endpoint=https://contoso.communication.azure.com;accesskey=QUJD";
    options.max_attempts = 0;
    acs_client *client = NULL;
    acs_error *error = NULL;
    CHECK_REFUSED(acs_client_new(&options, &client, &error), error, "retry_policy");
}

#undef CLIENT
#undef VERIFIER
#undef USER
#undef REDIS
#undef EXPECTED
#define CLIENT(member) NUMBER(client, client, acs_client_options, member, 0)
#define VERIFIER(member) NUMBER(verifier, verifier, acs_verifier_options, member, 0)
#define USER(member) NUMBER(user_credential, user_credential, acs_user_credential_options, member, 0)
#define REDIS(member) NUMBER(redis, redis, acs_redis_options, member, 0)
#define CLOUD(member) NUMBER(cloud, cloud, acs_cloud_options, member, 0)
#define EXPECTED(member) NUMBER(expectations, inspection, acs_expectations, member, 0)

/* clang-format off */
static const struct number texts[] = {
    CLOUD(authority), CLOUD(issuer_v1), CLOUD(issuer_v2), CLOUD(acs_suffix), CLOUD(teams_resource),
    EXPECTED(client_id), EXPECTED(user_object_id), EXPECTED(tenant_id), EXPECTED(resource),
    NUMBER(call, call, acs_call_options, client_request_id, 0),
    NUMBER(call, call, acs_call_options, user_agent, 0), CLIENT(user_agent),
    CLIENT(connection_string), CLIENT(endpoint), CLIENT(access_key), CLIENT(api_version),
    CLIENT(application_id), CLIENT(root_certificates_pem), CLIENT(client_identity_pem), CLIENT(proxy_url),
    VERIFIER(required_scope), VERIFIER(root_certificates_pem), VERIFIER(proxy_url),
    USER(token), USER(client_id), USER(user_object_id),
    REDIS(url), REDIS(username), REDIS(password), REDIS(key_prefix), REDIS(sealing_key),
    REDIS(previous_sealing_key), REDIS(root_certificates_pem),
};
/* clang-format on */

static void texts_that_are_not_utf_8(void)
{
    static const char *const bad = "x\xff\xfe";
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const struct number *text = &texts[i];
        acs_error *error = NULL;
        char *options = (char *)malloc(text->size);
        CHECK(options != NULL);
        text->init(options);
        memcpy(options + text->offset, (const void *)&bad, sizeof bad);
        CHECK_REFUSED(text->use(options, &error), error, text->name);
        free(options);
    }
}

static void lists_that_are_not_utf_8(void)
{
    static const char *const bad[] = {"good", "\xc3"};
    acs_error *error = NULL;
    acs_verifier_options verifier;
    acs_cloud_options cloud;
#define LIST(options, of, list, list_count) \
    init_##of(&(options)); \
    (options).list = bad; \
    (options).list_count = 2; \
    CHECK_REFUSED(new_##of(&(options), &error), error, #list)
    LIST(verifier, verifier, tenant_ids, tenant_id_count);
    LIST(verifier, verifier, audiences, audience_count);
    LIST(verifier, verifier, allowed_client_ids, allowed_client_id_count);
    acs_user_credential_options user;
    LIST(user, user_credential, scopes, scope_count);
    LIST(cloud, cloud, teams_user_prefixes, teams_user_prefix_count);
}

static void arguments_out_of_range(void)
{
    acs_error *error = NULL;
    CHECK_REFUSED(acs_set_worker_threads(0, &error), error, "count");
    CHECK_REFUSED(acs_set_worker_threads(65, &error), error, "count");
    CHECK_REFUSED(acs_set_worker_threads(-1, &error), error, "count");
    CHECK_REFUSED(acs_shutdown(-2, &error), error, "timeout_ms");
    CHECK_REFUSED(acs_log_set(6, NULL, NULL, NULL, &error), error, "level");
    CHECK_REFUSED(acs_log_set(-1, NULL, NULL, NULL, &error), error, "level");
    CHECK(acs_check_name(7) == NULL && acs_check_name(-1) == NULL);
    CHECK_TEXT(acs_status_name(-1), "Unknown");
    CHECK(acs_setting_toml((size_t)-1) == NULL && acs_setting_about((size_t)-1) == NULL);
    CHECK(acs_setting_environment((size_t)-1, 0) == NULL && acs_setting_environment(0, (size_t)-1) == NULL);
    CHECK_INT(acs_setting_environment_count((size_t)-1), 0);
}

int main(void)
{
    client = make_client();
    sealing_key = make_access_key();
    RUN(numbers_that_are_none);
    RUN(no_attempt_is_no_policy);
    RUN(texts_that_are_not_utf_8);
    RUN(lists_that_are_not_utf_8);
    RUN(arguments_out_of_range);
    acs_client_free(client);
    free(sealing_key);
    return check_done();
}
