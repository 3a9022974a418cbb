#include "making.h"

#include <string.h>

#include "check.h"
#include "pool.h"
#include "submissions.h"

struct world world;

static const char *lists[3];

static size_t list_of(struct input *input, const char *usual, const char *const **list)
{
    size_t length = input_below(input, 4);
    for (size_t i = 0; i < 3; i++) {
        lists[i] = input_once_in(input, 6) ? input_text(input, usual) : usual;
    }
    *list = input_once_in(input, 16) ? NULL : lists;
    return length;
}

static void spoil_size(struct input *input, size_t *struct_size)
{
    if (input_once_in(input, 24)) {
        *struct_size = input_below(input, 2) == 0 ? input_byte(input) : *struct_size + 8 * input_below(input, 2);
    }
}

static void make_client(struct input *input)
{
    /* Room for members of a newer header: zeros, so that the library takes them. */
    struct {
        acs_client_options options;
        char room[256];
    } given;
    memset(&given, 0, sizeof given);
    acs_client_options *options = &given.options;
    acs_client_options_init(options, sizeof *options);
    spoil_size(input, &options->struct_size);
    bool with_parts = input_once_in(input, 3);
    if (with_parts) {
        options->endpoint = input_once_in(input, 4) ? "http://localhost:1" : input_text(input, world.endpoint);
        if (input_below(input, 2) == 0) {
            options->access_key = input_text(input, world.access_key);
        } else {
            options->token_credential = submissions_credential(input);
        }
    }
    if (!with_parts || input_once_in(input, 24)) {
        options->connection_string = input_text(input, world.connection_string);
    }
    options->timeout_ms = input_once_in(input, 6) ? input_number(input, 300) : 250;
    if (input_once_in(input, 4)) {
        options->cloud = pool_pick(input, CLOUD);
        options->preflight = (int32_t)input_number(input, (int64_t)input_below(input, 3));
        options->max_attempts = (int32_t)input_number(input, 2);
        options->proxy = (int32_t)input_number(input, ACS_PROXY_DIRECT);
        options->retry_base_delay_ms = input_number(input, 1);
        options->retry_max_delay_ms = input_number(input, 5);
        options->connect_timeout_ms = input_number(input, 100);
        options->allow_insecure_endpoint = (int32_t)input_number(input, 1);
    }
    if (input_once_in(input, 8)) {
        options->api_version = input_text(input, ACS_DEFAULT_API_VERSION);
        options->application_id = input_text(input, "fuzzer/1");
        options->root_certificates_pem = input_text(input, NULL);
        options->client_identity_pem = input_text(input, NULL);
        options->proxy_url = input_text(input, NULL);
    }
    MAKE(CLIENT, acs_client_new(options, RESULT(acs_client), error));
}

static void on_event(void *user_data, const acs_event *event)
{
    CHECK(user_data == &world && event->kind >= 0 && event->kind <= ACS_EVENT_ANSWERED);
}

static void make_exchanger(struct input *input)
{
    acs_exchanger_options options;
    acs_exchanger_options_init(&options, sizeof options);
    spoil_size(input, &options.struct_size);
    options.struct_size = options.struct_size > sizeof options ? sizeof options : options.struct_size;
    acs_observer observer;
    acs_observer_init(&observer, sizeof observer);
    observer.on_event = on_event;
    observer.user_data = &world;
    options.observer = &observer;
    options.timeout_ms = 250;
    if (input_once_in(input, 3)) {
        options.preflight = (int32_t)input_number(input, ACS_PREFLIGHT_OFF);
        options.cache_bytes = input_number(input, 100000);
        options.longest_kept_s = input_number(input, 60);
        options.refusals_kept_ms = input_number(input, 1000);
        options.limit = input_number(input, 100);
        options.limit_burst = input_number(input, 10);
        options.limit_period_ms = input_number(input, 1000);
        options.lock_across_processes = (int32_t)input_number(input, 1);
    }
    const acs_exchanger_options *given = input_once_in(input, 6) ? NULL : &options;
    MAKE(EXCHANGER, acs_exchanger_new(pool_pick(input, CLIENT), given, RESULT(acs_exchanger), error));
}

static void make_verifier(struct input *input)
{
    acs_verifier_options options;
    acs_verifier_options_init(&options, sizeof options);
    options.cloud = pool_pick(input, CLOUD);
    options.tenant_id_count = list_of(input, world.tenant, &options.tenant_ids);
    options.audience_count = list_of(input, world.api_client_id, &options.audiences);
    options.allowed_client_id_count = list_of(input, world.client_id, &options.allowed_client_ids);
    options.required_scope = input_text(input, NULL);
    options.proxy = ACS_PROXY_DIRECT;
    options.allow_any_tenant = (int32_t)input_number(input, 1);
    options.allow_any_client = (int32_t)input_number(input, 1);
    options.clock_skew_s = input_number(input, 30);
    options.max_lifetime_s = input_number(input, 3600);
    MAKE(VERIFIER, acs_verifier_new(&options, RESULT(acs_verifier), error));
}

static void make_handler(struct input *input)
{
    acs_handler_options options;
    acs_handler_options_init(&options, sizeof options);
    options.settings = pool_pick(input, SETTINGS);
    options.connection_string = input_text(input, world.connection_string);
    options.api_client_id = input_text(input, world.api_client_id);
    const char *tenants[] = {world.tenant};
    const char *clients[] = {world.client_id};
    options.tenants = tenants;
    options.tenant_count = input_once_in(input, 8) ? 0 : 1;
    options.teams_client_ids = clients;
    options.teams_client_id_count = input_once_in(input, 8) ? 0 : 1;
    options.timeout_ms = 300;
    options.preflight = (int32_t)input_number(input, ACS_PREFLIGHT_WARN);
    options.cache_bytes = input_number(input, 0);
    MAKE(HANDLER, acs_handler_new(&options, RESULT(acs_handler), error));
}

static void make_cloud(struct input *input)
{
    acs_cloud_options options;
    acs_cloud_options_init(&options, sizeof options);
    spoil_size(input, &options.struct_size);
    options.struct_size = options.struct_size > sizeof options ? sizeof options : options.struct_size;
    options.kind = (int32_t)input_number(input, (int64_t)input_below(input, 5));
    options.authority = input_text(input, world.authority);
    options.issuer_v2 = input_text(input, NULL);
    if (input_once_in(input, 4)) {
        options.teams_user_prefix_count = list_of(input, "8:orgid:", &options.teams_user_prefixes);
    }
    MAKE(CLOUD, acs_cloud_new(&options, RESULT(acs_cloud), error));
}

static void make_parts(struct input *input)
{
    switch (input_below(input, 6)) {
    case 0:
        MAKE(ENDPOINT, acs_endpoint_parse(input_text(input, world.endpoint), RESULT(acs_endpoint), error));
        break;
    case 1:
        MAKE(KEY, acs_access_key_from_base64(input_text(input, world.access_key), RESULT(acs_access_key), error));
        break;
    case 2:
        MAKE(CONNECTION_STRING, acs_connection_string_parse_allowing_insecure(
                                    input_text(input, world.connection_string), RESULT(acs_connection_string), error));
        break;
    case 3:
        MAKE(SETTINGS, acs_handler_settings_from_toml(input_text(input, "timeout_ms = 200\n"),
                                                      RESULT(acs_handler_settings), error));
        break;
    case 4:
        MAKE(SETTINGS, acs_handler_settings_or(pool_pick(input, SETTINGS), pool_pick(input, SETTINGS),
                                               RESULT(acs_handler_settings), error));
        break;
    default:
        MAKE(QUEUE, acs_queue_new(RESULT(acs_queue), error));
        break;
    }
}

void make_what_is_needed(void)
{
    acs_client *client = NULL;
    acs_exchanger *exchanger = NULL;
    acs_queue *queue = NULL;
    acs_client_options options;
    acs_client_options_init(&options, sizeof options);
    options.connection_string = world.connection_string;
    options.timeout_ms = 250;
    CHECK_INT(acs_client_new(&options, &client, NULL), ACS_STATUS_OK);
    CHECK_INT(acs_exchanger_new(client, NULL, &exchanger, NULL), ACS_STATUS_OK);
    CHECK_INT(acs_queue_new(&queue, NULL), ACS_STATUS_OK);
    pool_put(CLIENT, client);
    pool_put(EXCHANGER, exchanger);
    pool_put(QUEUE, queue);
}

void make_something(struct input *input)
{
    switch (input_below(input, 10)) {
    case 0:
    case 1:
    case 2:
        make_client(input);
        break;
    case 3:
        make_exchanger(input);
        break;
    case 4:
        make_verifier(input);
        break;
    case 5:
        make_handler(input);
        break;
    case 6:
        make_cloud(input);
        break;
    default:
        make_parts(input);
        break;
    }
}
