/* Exchangers and verifiers. */
#include <string.h>

#include "callbacks.h"
#include "emulator.h"
#include "program.h"

/* The struct of an observer lives only for the call, the lease until it is released. */
struct observer {
    acs_observer observer;
    unsigned char room[SIZE_ODD_MORE];
    struct lease *lease;
};

static const acs_observer *observed(struct program *program, struct observer *observer)
{
    memset(observer, 0, sizeof *observer);
    if (ONCE_IN(program, 3)) {
        return NULL;
    }
    observer->lease = lease_new();
    acs_observer_init(&observer->observer, sizeof observer->observer);
    observer->observer.on_event = ONCE_IN(program, 24) ? NULL : on_event;
    observer->observer.user_data = observer->lease;
    observer->observer.release = lease_release;
    observer->observer.struct_size = input_struct_size(&program->input, sizeof observer->observer);
    return &observer->observer;
}

static const acs_redis_options *redis(struct program *program, acs_redis_options *options)
{
    if (!ONCE_IN(program, 8)) {
        return NULL;
    }
    acs_redis_options_init(options, sizeof *options);
    options->url = SOUND_TEXT(program, TEXT_REDIS_URL);
    options->sealing_key = TEXT(program, TEXT_KEY32);
    options->previous_sealing_key = OPTIONAL_TEXT(program, TEXT_KEY32);
    options->username = OPTIONAL_TEXT(program, TEXT_NAME);
    options->password = OPTIONAL_TEXT(program, TEXT_NAME);
    options->key_prefix = OPTIONAL_TEXT(program, TEXT_NAME);
    options->root_certificates_pem = OPTIONAL_TEXT(program, TEXT_PEM);
    options->timeout_ms = (int64_t)input_below(&program->input, 40) - 1;
    options->connect_timeout_ms = (int64_t)input_below(&program->input, 100) - 1;
    options->breaker_max_failures = ONCE_IN(program, 4) ? input_small_number(&program->input) : ACS_DEFAULT;
    options->breaker_reset_timeout_ms = ONCE_IN(program, 4) ? input_number(&program->input) : ACS_DEFAULT;
    options->breaker_max_reset_timeout_ms = ONCE_IN(program, 4) ? input_number(&program->input) : ACS_DEFAULT;
    return options;
}

static void exchanger_new(struct program *program)
{
    static const uint8_t secret[32] = {7};
    OPTIONS(program, acs_exchanger_options, options);
    struct observer observer;
    acs_redis_options redis_options;
    struct handle client = ONCE_IN(program, 2) ? (struct handle){.pointer = shared.client}
                                               : pool_pick(&program->pool, &program->input, HANDLE_CLIENT);
    struct handle made = {.may_wait = client.may_wait};
    options->observer = observed(program, &observer);
    options->redis = redis(program, &redis_options);
    options->cache_secret =
        options->redis != NULL && !ONCE_IN(program, 8)
            ? (acs_bytes){secret, sizeof secret}
            : bytes_of(&program->input, &program->arena, ONCE_IN(program, 8) ? TEXT_NAME : TEXT_BODY);
    if (options->redis == NULL && !ONCE_IN(program, 8)) {
        options->cache_secret = (acs_bytes){NULL, 0};
    }
    options->token_check = ONCE_IN(program, 8) ? input_small_number(&program->input)
                                             : (int32_t)input_below(&program->input, 4) - 1;
    if (ONCE_IN(program, 4)) {
        int64_t *const numbers[] = {
            &options->timeout_ms, &options->cache_bytes, &options->max_ttl_s, &options->negative_ttl_ms,
            &options->limit,      &options->limit_burst, &options->limit_window_ms,
            &options->user_limit};
        for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
            *numbers[i] = ONCE_IN(program, 3) ? input_number(&program->input) : ACS_DEFAULT;
        }
        options->distributed_lock =
            ONCE_IN(program, 4) ? input_small_number(&program->input) : ACS_DEFAULT;
        made.may_wait = true;
    }
    const acs_exchanger_options *given = ONCE_IN(program, 6) ? NULL : options;
    MAKE(program, acs_exchanger, exchanger, acs_exchanger_new, client.pointer, given);
    if (observer.lease != NULL) {
        atomic_store(&observer.lease->is_given, exchanger != NULL && given != NULL);
    }
    made.pointer = exchanger;
    pool_put(&program->pool, &program->input, HANDLE_EXCHANGER, made);
}

static struct handle some_exchanger(struct program *program)
{
    return ONCE_IN(program, 3) ? (struct handle){.pointer = shared.exchanger}
                               : pool_pick(&program->pool, &program->input, HANDLE_EXCHANGER);
}

static void exchanger_update_access_key(struct program *program)
{
    /* Its client may be one that all programs share. */
    acs_exchanger *exchanger = some_exchanger(program).pointer;
    const char *primary = service_key(program);
    const char *secondary = service_key(program);
    DO(program, acs_exchanger_update_access_key, exchanger, primary, secondary);
}

static int64_t deadline(struct program *program, bool is_bounded)
{
    static const int64_t deadlines[] = {0, 1, 5, 30, -2};
    if (is_bounded) {
        return deadlines[input_below(&program->input, 5)];
    }
    return ONCE_IN(program, 4) ? input_number(&program->input) : ACS_DEFAULT;
}

static void answer(struct program *program, struct tally *tally, acs_status status, int32_t answered,
                   acs_error **error_place)
{
    (void)program;
    judge_status(tally, status, error_place);
    HOLDS(status == ACS_STATUS_OK ? answered >= -1 && answered <= 1 : answered == 77, tally->name);
}

static void exchanger_wait(struct program *program)
{
    struct handle exchanger = some_exchanger(program);
    struct exchange exchange = exchange_of(program);
    const char *object_id = exchange.object_id;
    switch (input_below(&program->input, 5)) {
    case 0:
        DO(program, acs_exchanger_sign_out, exchanger.pointer, TEXT(program, TEXT_TENANT_ID), object_id);
        break;
    case 1: {
        static struct tally tally = {.name = "acs_exchanger_is_cache_reachable"};
        int32_t reachable = 77;
        acs_error *error = (acs_error *)UNTOUCHED;
        acs_error **error_place = ERROR_PLACE(program, error);
        int32_t *place = RESULT_PLACE(program, reachable);
        acs_status status = acs_exchanger_is_cache_reachable(exchanger.pointer, place, error_place);
        answer(program, &tally, status, reachable, error_place);
        break;
    }
    case 2: {
        int64_t timeout_ms = deadline(program, exchanger.may_wait);
        MAKE_INTO_POOL(program, HANDLE_USER_TOKEN, acs_user_token, acs_exchanger_exchange_teams_extension,
                       exchanger.pointer, exchange.token, timeout_ms);
        break;
    }
    default: {
        int64_t timeout_ms = deadline(program, exchanger.may_wait);
        MAKE_INTO_POOL(program, HANDLE_TOKEN, acs_token, acs_exchanger_exchange, exchanger.pointer,
                       exchange.token, exchange.client_id, object_id, timeout_ms);
        break;
    }
    }
}

static void exchanger_submit(struct program *program)
{
    acs_exchanger *exchanger = some_exchanger(program).pointer;
    struct exchange exchange = exchange_of(program);
    const char *object_id = exchange.object_id;
    switch (input_below(&program->input, 5)) {
    case 0:
        SUBMIT(program, acs_exchanger_sign_out_submit, exchanger, TEXT(program, TEXT_TENANT_ID), object_id);
        break;
    case 1:
        SUBMIT(program, acs_exchanger_is_cache_reachable_submit, exchanger);
        break;
    case 2:
        SUBMIT(program, acs_exchanger_exchange_teams_extension_submit, exchanger, exchange.token,
               deadline(program, false));
        break;
    default:
        SUBMIT(program, acs_exchanger_exchange_submit, exchanger, exchange.token, exchange.client_id, object_id,
               deadline(program, false));
        break;
    }
}

static void verifier_new(struct program *program)
{
    OPTIONS(program, acs_verifier_options, options);
    struct handle cloud = pool_pick(&program->pool, &program->input, HANDLE_CLOUD);
    struct list tenants = LIST(program, TEXT_TENANT_ID);
    struct list audiences = LIST(program, TEXT_AUDIENCE);
    struct list clients = LIST(program, TEXT_CLIENT_ID);
    options->cloud = cloud.pointer;
    options->tenant_ids = tenants.items;
    options->tenant_id_count = tenants.count;
    options->audiences = audiences.items;
    options->audience_count = audiences.count;
    options->allowed_client_ids = clients.items;
    options->allowed_client_id_count = clients.count;
    options->required_scope = OPTIONAL_TEXT(program, TEXT_SCOPE);
    options->root_certificates_pem = emulator_ca();
    options->allow_any_tenant =
        ONCE_IN(program, 8) ? input_small_number(&program->input) : tenants.count == 0;
    options->allow_any_client =
        ONCE_IN(program, 8) ? input_small_number(&program->input) : clients.count == 0;
    if (ONCE_IN(program, 4)) {
        options->clock_skew_s = input_number(&program->input);
        options->max_lifetime_s = input_number(&program->input);
    }
    if (ONCE_IN(program, 4)) {
        /* A choice of proxy that can't lead to another machine. */
        options->proxy = input_small_number(&program->input);
        options->proxy =
            options->proxy == ACS_PROXY_DIRECT && !cloud.is_local ? ACS_PROXY_URL : options->proxy;
        options->proxy_url = SOUND_TEXT(program, TEXT_PROXY);
    }
    MAKE_INTO_POOL(program, HANDLE_VERIFIER, acs_verifier, acs_verifier_new,
                   ONCE_IN(program, 32) ? NULL : options);
}

static void verifier_use(struct program *program)
{
    acs_verifier *verifier = ONCE_IN(program, 2) ? shared.verifier : PICK(program, HANDLE_VERIFIER);
    const char *token = TEXT(program, TEXT_CALLER_TOKEN);
    switch (input_below(&program->input, 5)) {
    case 0: {
        static struct tally tally = {.name = "acs_verifier_keys_reachable"};
        int32_t reachable = 77;
        acs_error *error = (acs_error *)UNTOUCHED;
        acs_error **error_place = ERROR_PLACE(program, error);
        int32_t *place = RESULT_PLACE(program, reachable);
        acs_status status = acs_verifier_keys_reachable(verifier, place, error_place);
        answer(program, &tally, status, reachable, error_place);
        break;
    }
    case 1:
        SUBMIT(program, acs_verifier_keys_reachable_submit, verifier);
        break;
    case 2:
        MAKE_INTO_POOL(program, HANDLE_VERIFIED_TOKEN, acs_verified_token, acs_verifier_verify, verifier,
                       token);
        break;
    default:
        SUBMIT(program, acs_verifier_verify_submit, verifier, token);
        break;
    }
}

OPERATIONS(exchange_operations, exchanger_new, exchanger_new, exchanger_update_access_key, exchanger_wait,
           exchanger_submit, exchanger_submit, exchanger_submit, verifier_new, verifier_use, verifier_use);
