/* Structs that begin with their size: what _init writes, and which sizes are accepted. */
#include "acs_auth.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "make.h"

static acs_client *client;
static acs_exchanger *exchanger;
static acs_handler *handler;

typedef acs_status use_function(void *options, acs_error **error);

/* Each sets the members without a default, and makes the smallest use of its struct that succeeds. */
static acs_status use_cloud(void *options, acs_error **error)
{
    acs_cloud *cloud = NULL;
    acs_status status = acs_cloud_new((acs_cloud_options *)options, &cloud, error);
    acs_cloud_free(cloud);
    return status;
}

static acs_status use_raw_response(void *options, acs_error **error)
{
    acs_raw_response *response = (acs_raw_response *)options;
    response->status = 204;
    return acs_parse_delete_user(response, error);
}

static acs_status use_expectations(void *options, acs_error **error)
{
    acs_inspection *inspection = NULL;
    acs_status status = acs_inspect("", (acs_expectations *)options, 0, &inspection, error);
    acs_inspection_free(inspection);
    return status;
}

static acs_status use_delivery(void *options, acs_error **error)
{
    acs_delivery *delivery = (acs_delivery *)options;
    acs_error *no_queue = NULL;
    acs_queue *queue = NULL;
    CHECK_OK(acs_queue_new(&queue, &no_queue), no_queue);
    delivery->queue = queue;
    acs_status status = acs_exchanger_is_cache_reachable_submit(exchanger, delivery, NULL, error);
    if (status == ACS_STATUS_OK) {
        acs_completion_free(acs_queue_next(queue, ACS_WAIT_FOREVER));
    }
    acs_queue_free(queue);
    return status;
}

static void get_token(void *user_data, acs_token_request *request)
{
    (void)user_data;
    acs_token_request_fail(request, ACS_STATUS_TIMEOUT, NULL, NULL);
}

static acs_status use_token_credential(void *options, acs_error **error)
{
    acs_client_options with;
    acs_client *made = NULL;
    acs_token_credential *credential = (acs_token_credential *)options;
    credential->get_token = get_token;
    acs_client_options_init(&with, sizeof with);
    with.endpoint = "https://contoso.communication.azure.com";
    with.token_credential = credential;
    acs_status status = acs_client_new(&with, &made, error);
    acs_client_free(made);
    return status;
}

static acs_status use_client(void *options, acs_error **error)
{
    acs_client_options *with = (acs_client_options *)options;
    acs_client *made = NULL;
    with->endpoint = "https://contoso.communication.azure.com";
    with->access_key = "c2VjcmV0";
    acs_status status = acs_client_new(with, &made, error);
    acs_client_free(made);
    return status;
}

static acs_status use_call(void *options, acs_error **error)
{
    acs_user *user = NULL;
    acs_status status = acs_client_create_user(client, (acs_call_options *)options, &user, error);
    acs_user_free(user);
    return status;
}

static acs_status use_verifier(void *options, acs_error **error)
{
    static const char *const audiences[] = {"api"};
    acs_verifier_options *with = (acs_verifier_options *)options;
    acs_verifier *verifier = NULL;
    with->allow_any_client = 1;
    with->allow_any_tenant = 1;
    with->audiences = audiences;
    with->audience_count = 1;
    acs_status status = acs_verifier_new(with, &verifier, error);
    acs_verifier_free(verifier);
    return status;
}

static acs_status use_exchanger(void *options, acs_error **error)
{
    acs_exchanger *made = NULL;
    acs_status status = acs_exchanger_new(client, (acs_exchanger_options *)options, &made, error);
    acs_exchanger_free(made);
    return status;
}

static acs_status use_user_credential(void *options, acs_error **error)
{
    acs_user_credential *made = NULL;
    acs_user_credential_options *with = (acs_user_credential_options *)options;
    with->token = "t";
    acs_status status = acs_user_credential_new(with, &made, error);
    acs_user_credential_free(made);
    return status;
}

static void on_event(void *user_data, const acs_event *event)
{
    (void)user_data;
    (void)event;
}

static acs_status use_observer(void *options, acs_error **error)
{
    acs_exchanger_options with;
    acs_observer *observer = (acs_observer *)options;
    observer->on_event = on_event;
    acs_exchanger_options_init(&with, sizeof with);
    with.observer = observer;
    return use_exchanger(&with, error);
}

static acs_status use_redis(void *options, acs_error **error)
{
    static const uint8_t secret[32] = {7};
    acs_exchanger_options with;
    acs_redis_options *redis = (acs_redis_options *)options;
    char *key = make_access_key();
    key[42] = 'A';
    redis->url = "redis://127.0.0.1:1";
    redis->sealing_key = key;
    acs_exchanger_options_init(&with, sizeof with);
    with.redis = redis;
    with.cache_secret.data = secret;
    with.cache_secret.len = sizeof secret;
    acs_status status = use_exchanger(&with, error);
    free(key);
    return status;
}

static acs_status use_handler(void *options, acs_error **error)
{
    acs_handler_options *with = (acs_handler_options *)options;
    acs_handler_options fitting;
    acs_handler *made = NULL;
    make_handler_options(&fitting);
    with->settings = fitting.settings;
    acs_status status = acs_handler_new(with, &made, error);
    acs_handler_free(made);
    return status;
}

static acs_status use_request(void *options, acs_error **error)
{
    acs_request *request = (acs_request *)options;
    acs_response *response = NULL;
    request->method = "GET";
    request->path = "/nowhere";
    acs_status status = acs_handler_handle(handler, request, &response, error);
    acs_response_free(response);
    return status;
}

#define INITIALISER(type) \
    static void init_##type(void *options, size_t size) \
    { \
        acs_##type##_init((acs_##type *)options, size); \
    }

INITIALISER(cloud_options)
INITIALISER(raw_response)
INITIALISER(expectations)
INITIALISER(delivery)
INITIALISER(token_credential)
INITIALISER(client_options)
INITIALISER(call_options)
INITIALISER(verifier_options)
INITIALISER(observer)
INITIALISER(exchanger_options)
INITIALISER(user_credential_options)
INITIALISER(redis_options)
INITIALISER(handler_options)
INITIALISER(request)

#define STRUCT(type, use) {#type, sizeof(acs_##type), init_##type, use}

static const struct {
    const char *name;
    size_t size;
    void (*init)(void *options, size_t size);
    use_function *use;
} structs[] = {
    STRUCT(cloud_options, use_cloud),
    STRUCT(raw_response, use_raw_response),
    STRUCT(expectations, use_expectations),
    STRUCT(delivery, use_delivery),
    STRUCT(token_credential, use_token_credential),
    STRUCT(client_options, use_client),
    STRUCT(call_options, use_call),
    STRUCT(verifier_options, use_verifier),
    STRUCT(observer, use_observer),
    STRUCT(exchanger_options, use_exchanger),
    STRUCT(user_credential_options, use_user_credential),
    STRUCT(redis_options, use_redis),
    STRUCT(handler_options, use_handler),
    STRUCT(request, use_request),
};

#define STRUCTS (sizeof structs / sizeof structs[0])
#define TAIL 64

/* A struct of a later header: TAIL bytes of members longer, which the library doesn't know. */
static unsigned char *made_larger(size_t which)
{
    size_t size = structs[which].size + TAIL;
    unsigned char *larger = (unsigned char *)malloc(size);
    CHECK(larger != NULL);
    memset(larger, 0x55, size);
    structs[which].init(larger, size);
    return larger;
}

static void are_taken_in_their_own_size(void)
{
    for (size_t i = 0; i < STRUCTS; i++) {
        acs_error *error = NULL;
        void *options = malloc(structs[i].size);
        CHECK(options != NULL);
        structs[i].init(options, structs[i].size);
        CHECK_INT(*(size_t *)options, structs[i].size);
        CHECK_OK(structs[i].use(options, &error), error);
        free(options);
    }
}

static void are_refused_when_no_init_was_called(void)
{
    static const size_t sizes[] = {0, 1, 7, 8, 5000, (size_t)-1};
    for (size_t i = 0; i < STRUCTS; i++) {
        for (size_t j = 0; j < sizeof sizes / sizeof sizes[0]; j++) {
            acs_error *error = NULL;
            void *options = malloc(structs[i].size);
            CHECK(options != NULL);
            structs[i].init(options, structs[i].size);
            *(size_t *)options = sizes[j];
            CHECK_REFUSED(structs[i].use(options, &error), error, "struct_size");
            free(options);
        }
    }
}

static void of_a_later_header_are_taken_while_it_sets_nothing_new(void)
{
    for (size_t i = 0; i < STRUCTS; i++) {
        acs_error *error = NULL;
        unsigned char *larger = made_larger(i);
        CHECK_OK(structs[i].use(larger, &error), error);
        larger[structs[i].size + TAIL - 1] = 1;
        CHECK_REFUSED(structs[i].use(larger, &error), error, "struct_size");
        free(larger);
    }
}

static void are_filled_as_far_as_their_size_goes(void)
{
    for (size_t i = 0; i < STRUCTS; i++) {
        unsigned char bytes[64];
        memset(bytes, 0x55, sizeof bytes);
        structs[i].init(bytes, 0);
        structs[i].init(bytes, sizeof(size_t) - 1);
        structs[i].init(bytes, (size_t)-1);
        for (size_t j = 0; j < sizeof bytes; j++) {
            CHECK_INT(bytes[j], 0x55);
        }
        structs[i].init(bytes, 12);
        CHECK_INT(bytes[0], 12);
        for (size_t j = 12; j < sizeof bytes; j++) {
            CHECK_INT(bytes[j], 0x55);
        }
    }
}

int main(void)
{
    acs_error *error = NULL;
    client = make_client();
    handler = make_handler();
    CHECK_OK(acs_exchanger_new(client, NULL, &exchanger, &error), error);
    RUN(are_taken_in_their_own_size);
    RUN(are_refused_when_no_init_was_called);
    RUN(of_a_later_header_are_taken_while_it_sets_nothing_new);
    RUN(are_filled_as_far_as_their_size_goes);
    acs_exchanger_free(exchanger);
    acs_handler_free(handler);
    acs_client_free(client);
    return check_done();
}
