#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>

#include "pure.h"

/* Decodes base64 with its padding; the bytes are to be freed. */
static bool decode(const char *text, acs_bytes *bytes, failure *why)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t length = strlen(text), count = length;
    while (count > 0 && length - count < 2 && text[count - 1] == '=') {
        count--;
    }
    uint8_t *decoded = malloc(length + 1);
    *bytes = (acs_bytes){decoded, 0};
    if (decoded == NULL || length % 4 != 0 || strspn(text, digits) != count) {
        return fail(why, "the body is no base64");
    }
    uint32_t bits = 0;
    for (size_t index = 0; index < count; index++) {
        bits = bits << 6 | (uint32_t)(strchr(digits, text[index]) - digits);
        if (index % 4 != 0) {
            decoded[bytes->len++] = (uint8_t)(bits >> (6 - index % 4 * 2));
        }
    }
    return true;
}

/* Reads a date in the form that signatures have; other forms are none. */
static bool read_date(const char *text, int64_t *seconds, failure *why)
{
    char again[64] = "";
    struct tm parts;
    time_t time = curl_getdate(text, NULL);
    if (gmtime_r(&time, &parts) != NULL) {
        strftime(again, sizeof again, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    }
    *seconds = (int64_t)time;
    return strcmp(again, text) == 0 || fail(why, "%s is no date", text);
}

/* The request as vectors have it: what is given, or the vector's. To be freed. */
static json_t *request_of(arguments *a, failure *why)
{
    const char *vector = argument_optional_text(a, "vector");
    if (vector != NULL) {
        return shared_file("vectors", vector, why);
    }
    static const char *const names[] = {"method", "url", "body_base64", "access_key", "x-ms-date"};
    json_t *request = json_object();
    for (size_t index = 0; index < sizeof names / sizeof *names; index++) {
        json_object_set_new(request, names[index], json_string(argument_text(a, names[index])));
    }
    return request;
}

/* Frees what was signed. The result has the names that vectors have. */
static json_t *signed_json(acs_signed_headers *headers, const json_t *vector)
{
    if (headers == NULL) {
        return NULL;
    }
    json_t *result =
        json_pack("{s:s, s:s, s:s, s:s}", "string_to_sign", acs_signed_headers_string_to_sign(headers),
                  "x-ms-date", acs_signed_headers_x_ms_date(headers), "x-ms-content-sha256",
                  acs_signed_headers_x_ms_content_sha256(headers), "authorization",
                  acs_signed_headers_authorization(headers));
    const char *name;
    json_t *value;
    bool same = true;
    json_object_foreach(result, name, value)
    {
        same = same && json_equal(value, json_object_get(vector, name));
    }
    json_object_set_new(result, "as_in_vector", json_boolean(same));
    acs_signed_headers_free(headers);
    return result;
}

static const char *text_of(const json_t *request, const char *name, failure *why)
{
    const char *text = json_string_value(json_object_get(request, name));
    if (text == NULL) {
        fail(why, "%s is no text", name);
    }
    return text != NULL ? text : "";
}

bool sign_request(arguments *a, outcome *out, failure *why)
{
    json_t *request = request_of(a, why);
    const char *method = text_of(request, "method", why);
    const char *url = text_of(request, "url", why);
    acs_bytes body = {NULL, 0};
    int64_t now = 0;
    bool good = arguments_end(a) && decode(text_of(request, "body_base64", why), &body, why) &&
                read_date(text_of(request, "x-ms-date", why), &now, why);
    if (good) {
        acs_access_key *key = NULL;
        acs_signed_headers *headers = NULL;
        acs_error *error = NULL;
        acs_status status = acs_access_key_from_base64(text_of(request, "access_key", why), &key, &error);
        if (status == ACS_STATUS_OK) {
            status = acs_sign_request(key, method, url, body, now, &headers, &error);
        }
        good = outcome_of(out, status, error, signed_json(headers, request), why) && why->text[0] == '\0';
        acs_access_key_free(key);
    }
    free((void *)body.data);
    json_decref(request);
    return good;
}
