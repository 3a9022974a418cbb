/* The operations with I/O, each in its blocking and its non-blocking form. */
#include <string.h>

#include "testee.h"

/* Calls one form of a function. `out` is the place for the result of the blocking form, and a comma. */
#define CALL(function, out, ...)                                                                             \
    (delivery != NULL ? function##_submit(__VA_ARGS__, delivery, call, error)                                \
                      : function(__VA_ARGS__, out error))
#define TO(place) &given->place,
#define NOWHERE

bool is(const char *operation, const char *name)
{
    return strcmp(operation, name) == 0;
}

acs_status call_service(const char *operation, const acs_delivery *delivery, acs_call **call, given *given,
                        acs_error **error)
{
    acs_client *client = made.client;
    const acs_call_options *with = &made.call_options;
    const char *user = text("user"), *aad_token = text("aad_token");
    size_t count;
    const char *const *scopes = texts("scopes", &count);
    int64_t expires_in = argument("token_expires_in_s");
    if (is(operation, "create_user")) {
        return CALL(acs_client_create_user, TO(user), client, with);
    }
    if (is(operation, "create_user_and_token")) {
        return CALL(acs_client_create_user_and_token, TO(both), client, scopes, count, expires_in, with);
    }
    if (is(operation, "get_token")) {
        return CALL(acs_client_get_token, TO(token), client, user, scopes, count, expires_in, with);
    }
    if (is(operation, "revoke_tokens")) {
        return CALL(acs_client_revoke_tokens, NOWHERE, client, user, with);
    }
    if (is(operation, "delete_user")) {
        return CALL(acs_client_delete_user, NOWHERE, client, user, with);
    }
    if (is(operation, "get_token_for_teams_user")) {
        return CALL(acs_client_get_token_for_teams_user, TO(token), client, aad_token, text("client_id"),
                    text("user_object_id"), with);
    }
    if (is(operation, "get_token_for_teams_extension_user")) {
        return CALL(acs_client_get_token_for_teams_extension_user, TO(both), client, aad_token, with);
    }
    const char *custom_id = text("custom_id"), *tenant_id = text("tenant_id"), *object_id = text("object_id");
    if (is(operation, "get_token_for_entra_user")) {
        return CALL(acs_client_get_token_for_entra_user, TO(both), client, aad_token, with);
    }
    if (is(operation, "create_user_with_custom_id")) {
        return CALL(acs_client_create_user_with_custom_id, TO(user), client, custom_id, with);
    }
    if (is(operation, "create_user_and_token_with_custom_id")) {
        return CALL(acs_client_create_user_and_token_with_custom_id, TO(both), client, custom_id, scopes, count,
                    expires_in, with);
    }
    if (is(operation, "get_user_detail")) {
        return CALL(acs_client_get_user_detail, TO(detail), client, user, with);
    }
    if (is(operation, "put_teams_extension_assignment")) {
        size_t id_count;
        const char *const *ids = texts("client_ids", &id_count);
        return CALL(acs_client_put_teams_extension_assignment, TO(assignment), client, tenant_id, object_id,
                    text("principal_type"), ids, id_count, with);
    }
    if (is(operation, "get_teams_extension_assignment")) {
        return CALL(acs_client_get_teams_extension_assignment, TO(assignment), client, tenant_id, object_id, with);
    }
    if (is(operation, "delete_teams_extension_assignment")) {
        return CALL(acs_client_delete_teams_extension_assignment, NOWHERE, client, tenant_id, object_id, with);
    }
    if (is(operation, "user_credential_get_token")) {
        return CALL(acs_user_credential_get_token, TO(token), made.user_credential);
    }
    if (is(operation, "handle")) {
        const char *body = text("body");
        acs_request sent;
        acs_request_init(&sent, sizeof sent);
        sent.method = text("method");
        sent.path = text("path");
        sent.headers = headers(&sent.header_count);
        sent.body = (acs_bytes){(const uint8_t *)body, strlen(body)};
        return CALL(acs_handler_handle, TO(response), made.handler, &sent);
    }
    check_failed(__FILE__, __LINE__, "there is no such operation", operation);
    return ACS_STATUS_INTERNAL;
}
