/* The results of functions, as JSON. */
#include "testee.h"

json_t *user_json(acs_user *user)
{
    json_t *result = user != NULL ? json_pack("{s:s}", "id", acs_user_id(user)) : NULL;
    acs_user_free(user);
    return result;
}

json_t *token_json(acs_token *token)
{
    json_t *result = token == NULL ? NULL
                                   : json_pack("{s:s, s:I}", "token", acs_token_text(token), "expires_on",
                                               (json_int_t)acs_token_expires_on(token));
    acs_token_free(token);
    return result;
}

json_t *both_json(acs_user_token *both)
{
    json_t *result =
        both == NULL ? NULL
                     : json_pack("{s:s, s:s, s:I}", "id", acs_user_token_user_id(both), "token",
                                 acs_user_token_text(both), "expires_on",
                                 (json_int_t)acs_user_token_expires_on(both));
    acs_user_token_free(both);
    return result;
}

json_t *detail_json(acs_user_detail *detail)
{
    int64_t issued = acs_user_detail_last_token_issued_at(detail);
    json_t *result = detail == NULL ? NULL
                                    : json_pack("{s:s, s:s?, s:o}", "id", acs_user_detail_user_id(detail),
                                                "custom_id", acs_user_detail_custom_id(detail),
                                                "last_token_issued_at",
                                                issued != 0 ? json_integer(issued) : json_null());
    acs_user_detail_free(detail);
    return result;
}

json_t *assignment_json(acs_teams_extension_assignment *assignment)
{
    json_t *ids = json_array();
    size_t count = acs_teams_extension_assignment_client_id_count(assignment);
    for (size_t index = 0; index < count; index++) {
        json_array_append_new(ids, json_string(acs_teams_extension_assignment_client_id(assignment, index)));
    }
    CHECK(acs_teams_extension_assignment_client_id(assignment, count) == NULL);
    if (assignment == NULL) {
        json_decref(ids);
        return NULL;
    }
    json_t *result = json_pack(
        "{s:s, s:s, s:s, s:o}", "tenant_id", acs_teams_extension_assignment_tenant_id(assignment), "object_id",
        acs_teams_extension_assignment_object_id(assignment), "principal_type",
        acs_teams_extension_assignment_principal_type(assignment), "client_ids", ids);
    acs_teams_extension_assignment_free(assignment);
    return result;
}

json_t *pair(const char *name, const char *value)
{
    return json_pack("[s, s?]", name, value);
}

json_t *bytes_json(acs_bytes bytes)
{
    json_t *given = json_stringn(bytes.len > 0 ? (const char *)bytes.data : "", bytes.len);
    CHECK(given != NULL);
    return given;
}

json_t *response_json(acs_response *response)
{
    json_t *list = json_array();
    for (size_t index = 0; index < acs_response_header_count(response); index++) {
        acs_header header = acs_response_header(response, index);
        json_array_append_new(list, pair(header.name, header.value));
    }
    json_t *result = json_pack("{s:i, s:o, s:o}", "status", (int)acs_response_status(response), "headers",
                               list, "body", bytes_json(acs_response_body(response)));
    acs_response_free(response);
    return result;
}

json_t *call_response_json(const acs_call_response *response)
{
    if (response == NULL) {
        return NULL;
    }
    json_t *list = json_array();
    for (size_t index = 0; index < acs_call_response_header_count(response); index++) {
        acs_header header = acs_call_response_header(response, index);
        CHECK(acs_call_response_header_value(response, header.name) != NULL);
        json_array_append_new(list, pair(header.name, header.value));
    }
    return json_pack("{s:i, s:o, s:s, s:i}", "status", (int)acs_call_response_status(response), "headers", list,
                     "client_request_id", acs_call_response_client_request_id(response), "attempts",
                     (int)acs_call_response_attempts(response));
}
