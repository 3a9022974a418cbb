#include "pool.h"

#include <string.h>

#include "check.h"
#include "submissions.h"

#define MOST 6

static void *held[KINDS][MOST];
static size_t counts[KINDS];
static size_t successes;
static size_t failures;

typedef void (*free_function)(void *);

/* Each function takes its own type; the table calls it through a cast that is undone in the wrapper. */
#define FREES(name, type)                                                                                          \
    static void free_##name(void *handle)                                                                          \
    {                                                                                                              \
        acs_##type##_free(handle);                                                                                 \
    }

FREES(client, client)
FREES(exchanger, exchanger)
FREES(verifier, verifier)
FREES(handler, handler)
FREES(settings, handler_settings)
FREES(queue, queue)
FREES(call, call)
FREES(completion, completion)
FREES(cloud, cloud)
FREES(endpoint, endpoint)
FREES(key, access_key)
FREES(connection_string, connection_string)
FREES(prepared, prepared_request)
FREES(signed, signed_headers)
FREES(inspection, inspection)
FREES(user, user)
FREES(token, token)
FREES(user_token, user_token)
FREES(verified, verified_token)
FREES(response, response)
FREES(error, error)

static const free_function frees[KINDS] = {
    free_client,   free_exchanger, free_verifier, free_handler,           free_settings, free_queue,  free_call,
    free_completion, free_cloud,   free_endpoint, free_key,               free_connection_string,
    free_prepared, free_signed,    free_inspection, free_user,            free_token,    free_user_token,
    free_verified, free_response,  free_error,
};

void pool_free_one(enum kind kind, void *handle)
{
    if (kind == QUEUE) {
        submissions_queue_ends(handle);
    }
    frees[kind](handle);
}

void pool_put(enum kind kind, void *handle)
{
    if (handle == NULL) {
        return;
    }
    if (counts[kind] == MOST) {
        void *oldest = held[kind][0];
        memmove(&held[kind][0], &held[kind][1], (MOST - 1) * sizeof held[kind][0]);
        counts[kind]--;
        pool_free_one(kind, oldest);
    }
    held[kind][counts[kind]++] = handle;
}

void *pool_pick(struct input *input, enum kind kind)
{
    size_t index = input_below(input, counts[kind] + 1);
    return index == counts[kind] && !input_once_in(input, 3) && counts[kind] > 0 ? held[kind][0]
           : index == counts[kind]                                               ? NULL
                                                                                 : held[kind][index];
}

void *pool_take(struct input *input, enum kind kind)
{
    if (counts[kind] == 0) {
        return NULL;
    }
    size_t index = input_below(input, counts[kind]);
    void *handle = held[kind][index];
    held[kind][index] = held[kind][--counts[kind]];
    return handle;
}

void pool_free_all(void)
{
    for (int kind = 0; kind < KINDS; kind++) {
        while (counts[kind] > 0) {
            pool_free_one((enum kind)kind, held[kind][--counts[kind]]);
        }
    }
}

void pool_keep(acs_status status, enum kind kind, void *result, acs_error *error, bool wants_error)
{
    if (status == ACS_STATUS_OK) {
        CHECK(result != NULL && result != POOL_UNSET);
        CHECK(error == NULL);
        pool_put(kind, result);
        successes++;
        return;
    }
    failures++;
    CHECK(result == POOL_UNSET);
    CHECK((error != NULL) == wants_error);
    if (error != NULL) {
        CHECK_INT(acs_error_kind(error), status);
        CHECK(acs_error_reason(error)[0] != '\0' && acs_error_message(error)[0] != '\0');
        pool_put(ERROR, error);
    }
}

size_t pool_successes(void)
{
    return successes;
}

size_t pool_failures(void)
{
    return failures;
}
