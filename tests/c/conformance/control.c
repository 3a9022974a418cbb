#include "control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

struct control {
    CURL *curl;
    struct curl_slist *headers;
    char *url;
};

control *control_new(const char *http_url)
{
    control *control = calloc(1, sizeof *control);
    if (control == NULL)
        return NULL;
    control->curl = curl_easy_init();
    control->headers = curl_slist_append(NULL, "content-type: application/json");
    control->url = strdup(http_url);
    if (control->curl != NULL && control->headers != NULL && control->url != NULL)
        return control;
    control_free(control);
    return NULL;
}

void control_free(control *control)
{
    if (control == NULL)
        return;
    curl_easy_cleanup(control->curl);
    curl_slist_free_all(control->headers);
    free(control->url);
    free(control);
}

static size_t receive(char *data, size_t size, size_t count, void *out)
{
    return fwrite(data, size, count, out);
}

/* Sends what the handle is set to and reads the whole answer, to be freed; NULL if there is none. */
static char *perform(CURL *curl, long *status, failure *why)
{
    char *answer = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&answer, &length);
    if (out == NULL) {
        fail(why, "no memory for an answer");
        return NULL;
    }
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, out);
    CURLcode result = curl_easy_perform(curl);
    fclose(out);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
    if (result == CURLE_OK)
        return answer;
    fail(why, "the control API: %s", curl_easy_strerror(result));
    free(answer);
    return NULL;
}

json_t *control_send(control *control, const char *method, const char *path, const json_t *body, failure *why)
{
    char url[2048];
    int length = snprintf(url, sizeof url, "%s/_emulator%s", control->url, path);
    if (length < 0 || (size_t)length >= sizeof url) {
        fail(why, "the control API: too long a path");
        return NULL;
    }
    char *sent = body != NULL ? json_dumps(body, JSON_COMPACT) : strdup("");
    CURL *curl = control->curl;
    curl_easy_reset(curl); /* keeps its connection */
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 60L);
    if (strcmp(method, "GET") != 0) {
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, control->headers);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, sent);
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    }
    long status = 0;
    char *answer = perform(curl, &status, why);
    free(sent);
    json_t *result = NULL;
    if (answer != NULL && (status < 200 || status > 299))
        fail(why, "the control API answered %ld: %s", status, answer);
    else if (answer != NULL && (result = json_loads(answer, JSON_DECODE_ANY, NULL)) == NULL)
        result = json_null();
    free(answer);
    return result;
}

/* A value in a query: a text as it is, a number as JSON. */
static char *escaped(CURL *curl, const json_t *value)
{
    if (json_is_string(value))
        return curl_easy_escape(curl, json_string_value(value), (int)json_string_length(value));
    char *json = json_dumps(value, JSON_ENCODE_ANY);
    char *text = json != NULL ? curl_easy_escape(curl, json, 0) : NULL;
    free(json);
    return text;
}

json_t *control_mint(control *control, const json_t *members, failure *why)
{
    char *path = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&path, &length);
    if (out == NULL) {
        fail(why, "no memory for a query");
        return NULL;
    }
    const char *name;
    json_t *value;
    char separator = '?';
    fputs("/mint", out);
    json_object_foreach((json_t *)members, name, value) {
        char *text = escaped(control->curl, value);
        fprintf(out, "%c%s=%s", separator, name, text != NULL ? text : "");
        separator = '&';
        curl_free(text);
    }
    fclose(out);
    json_t *answer = control_send(control, "GET", path, NULL, why);
    free(path);
    json_t *token = json_incref(json_object_get(answer, "token"));
    json_decref(answer);
    if (json_is_string(token))
        return token;
    json_decref(token);
    fail(why, "the control API gave no token");
    return NULL;
}

/* A record of the emulator as cases compare it. */
static bool by_name(json_t *record, failure *why)
{
    json_t *listed = json_object_get(record, "headers"), *made = json_object_get(record, "checks");
    if (!json_is_array(listed) || !json_is_array(made))
        return fail(why, "a record has no headers or no checks");
    json_t *headers = json_object(), *checks = json_object(), *each;
    size_t index;
    bool good = true;
    json_array_foreach(listed, index, each) {
        const char *name = json_string_value(json_array_get(each, 0));
        good = good && json_object_set(headers, name, json_array_get(each, 1)) == 0;
    }
    json_array_foreach(made, index, each) {
        const char *name = json_string_value(json_object_get(each, "name"));
        /* One that failed once has failed. */
        bool failed = json_is_false(json_object_get(checks, name != NULL ? name : ""));
        bool ok = !failed && json_is_true(json_object_get(each, "ok"));
        good = good && json_object_set_new(checks, name, json_boolean(ok)) == 0;
    }
    json_object_set_new(record, "headers", headers);
    json_object_set_new(record, "checks", checks);
    return good || fail(why, "a record has a header or a check without a name");
}

json_t *control_attempts(control *control, failure *why)
{
    json_t *answer = control_send(control, "GET", "/requests?operation=acs", NULL, why);
    json_t *attempts = json_incref(json_object_get(answer, "requests"));
    json_decref(answer);
    size_t index;
    json_t *record;
    bool good = json_is_array(attempts) || fail(why, "the control API gave no list of requests");
    json_array_foreach(attempts, index, record)
        good = good && by_name(record, why);
    if (good)
        return attempts;
    json_decref(attempts);
    return NULL;
}

bool control_now(control *control, int64_t *now, failure *why)
{
    json_t *answer = control_send(control, "GET", "/clock", NULL, why);
    const json_t *unix_seconds = json_object_get(answer, "unix");
    bool good = json_is_integer(unix_seconds) || fail(why, "the emulator's clock shows no time");
    *now = json_integer_value(unix_seconds);
    json_decref(answer);
    return good;
}
