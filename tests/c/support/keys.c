#include "keys.h"

#include <stdbool.h>
#include <string.h>

#include "arrivals.h"
#include "check.h"
#include "make.h"

/* Whether there is time for another attempt. The first one sets `until`. */
static bool may_repeat(int64_t *until)
{
    int64_t now = now_ms();
    if (*until == 0) {
        *until = now + PATIENCE_MS;
    }
    return now < *until;
}

void wait_for_keys(const acs_verifier *verifier)
{
    int64_t until = 0;
    int32_t reachable = 0;
    do {
        acs_error *error = NULL;
        CHECK_OK(acs_verifier_keys_reachable(verifier, &reachable, &error), error);
    } while (reachable != 1 && may_repeat(&until));
    CHECK_INT(reachable, 1);
}

acs_response *handle_with_keys(const acs_handler *handler, const acs_request *request)
{
    int64_t until = 0;
    for (;;) {
        acs_response *response = NULL;
        acs_error *error = NULL;
        CHECK_OK(acs_handler_handle(handler, request, &response, &error), error);
        if (acs_response_status(response) != 503 || !may_repeat(&until)) {
            return response;
        }
        acs_response_free(response);
    }
}

void wait_for_handler_keys(const acs_handler *handler)
{
    acs_request request;
    acs_request_init(&request, sizeof request);
    request.method = "GET";
    request.path = "/healthz";
    acs_response *response = handle_with_keys(handler, &request);
    CHECK_INT(acs_response_status(response), 200);
    acs_response_free(response);
}

static bool keys_are_missing(const acs_error *error)
{
    const char *code = acs_error_code(error);
    return code != NULL && strcmp(code, "keys_unreachable") == 0;
}

acs_status verify_with_keys(const acs_verifier *verifier, const char *token, acs_verified_token **verified,
                            acs_error **error)
{
    int64_t until = 0;
    acs_status status;
    while ((status = acs_verifier_verify(verifier, token, verified, error)) == ACS_STATUS_TRANSPORT_ERROR &&
           keys_are_missing(*error) && may_repeat(&until)) {
        acs_error_free(*error);
        *error = NULL;
    }
    return status;
}
