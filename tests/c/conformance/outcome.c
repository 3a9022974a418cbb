#include "outcome.h"

bool outcome_of(outcome *out, acs_status status, acs_error *error, json_t *result, failure *why)
{
    out->result = result;
    out->error = error;
    if (acs_error_kind(error) != status) {
        return fail(why, "the status is %s and the error's kind %s", acs_status_name(status),
                    acs_status_name(acs_error_kind(error)));
    }
    if ((status == ACS_STATUS_OK) != (result != NULL)) {
        return fail(why, "%s, and a result was %s", acs_status_name(status),
                    result != NULL ? "given" : "not given");
    }
    return true;
}

void outcome_free(outcome *out)
{
    json_decref(out->result);
    acs_error_free(out->error);
    *out = (outcome){NULL, NULL};
}

json_t *user_json(acs_user *user)
{
    json_t *result = user != NULL ? json_pack("{s:s}", "id", acs_user_id(user)) : NULL;
    acs_user_free(user);
    return result;
}

json_t *token_json(acs_token *token)
{
    json_t *result = NULL;
    if (token != NULL) {
        result = json_pack("{s:s, s:I}", "token", acs_token_text(token), "expires_on",
                           (json_int_t)acs_token_expires_on(token));
    }
    acs_token_free(token);
    return result;
}

json_t *user_token_json(acs_user_token *both)
{
    json_t *result = NULL;
    if (both != NULL) {
        result =
            json_pack("{s:s, s:s, s:I}", "id", acs_user_token_id(both), "token", acs_user_token_text(both),
                      "expires_on", (json_int_t)acs_user_token_expires_on(both));
    }
    acs_user_token_free(both);
    return result;
}

json_t *nothing_json(acs_status status)
{
    return status == ACS_STATUS_OK ? json_object() : NULL;
}

json_t *text_json(const char *text)
{
    return text != NULL ? json_string(text) : json_null();
}

json_t *bytes_json(acs_bytes bytes, failure *why)
{
    json_t *text = json_stringn(bytes.len > 0 ? (const char *)bytes.data : "", bytes.len);
    if (text == NULL) {
        fail(why, "a body is no UTF-8");
    }
    return text;
}

json_t *error_json(const acs_error *error)
{
    acs_status kind = acs_error_kind(error);
    int32_t status = acs_error_http_status(error);
    int64_t wait = acs_error_retry_after_ms(error);
    json_t *result = json_pack("{s:s, s:i}", "kind", acs_status_name(kind), "value", (int)kind);
    json_object_set_new(result, "status", status != 0 ? json_integer(status) : json_null());
    json_object_set_new(result, "code", text_json(acs_error_code(error)));
    json_object_set_new(result, "target", text_json(acs_error_target(error)));
    json_object_set_new(result, "reason", text_json(acs_error_reason(error)));
    json_object_set_new(result, "retry_after_ms", wait >= 0 ? json_integer(wait) : json_null());
    json_object_set_new(result, "client_request_id", text_json(acs_error_client_request_id(error)));
    json_object_set_new(result, "ms_cv", text_json(acs_error_ms_cv(error)));
    return result;
}
