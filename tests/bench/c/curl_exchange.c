#include "curl_exchange.h"

#include <jansson.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PATH_AND_QUERY "/teamsUser/:exchangeAccessToken?api-version=2023-10-01"

void resource_init(struct resource *resource, const struct target *target)
{
    const char *host = strstr(target->endpoint, "://") + 3;
    memset(resource, 0, sizeof *resource);
    resource->target = target;
    resource->signer = signer_new(target->access_key);
    snprintf(resource->host, sizeof resource->host, "%.*s", (int)strcspn(host, "/"), host);
    snprintf(resource->url, sizeof resource->url, "%.*s" PATH_AND_QUERY, (int)strlen(target->endpoint) - 1,
             target->endpoint);
}

void resource_destroy(struct resource *resource)
{
    signer_free(resource->signer);
}

static size_t receive(char *data, size_t size, size_t count, void *user_data)
{
    struct exchange *exchange = user_data;
    size_t len = size * count;
    if (len > sizeof exchange->answer - exchange->answer_len) {
        return 0;
    }
    memcpy(exchange->answer + exchange->answer_len, data, len);
    exchange->answer_len += len;
    return len;
}

void exchange_init(struct exchange *exchange, const struct resource *resource)
{
    const struct target *target = resource->target;
    CURL *easy = curl_easy_init();
    if (easy == NULL) {
        die("libcurl", "no handle");
    }
    exchange->easy = easy;
    exchange->headers = NULL;
    exchange->body = NULL;
    curl_easy_setopt(easy, CURLOPT_URL, resource->url);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "teams-exchange/1.0");
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, 5000L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 10000L);
    curl_easy_setopt(easy, CURLOPT_CAINFO, target->ca_file);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, exchange);
    if (target->only_http1) {
        curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    } else {
        /* Wait for a connection that is being opened, and use a stream of it, before opening another one. */
        curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
    }
}

static struct curl_slist *appended(struct curl_slist *headers, const char *header)
{
    struct curl_slist *longer = curl_slist_append(headers, header);
    if (longer == NULL) {
        die("libcurl", "no memory for a header");
    }
    return longer;
}

static void format_request_id(char *header, size_t size)
{
    unsigned char b[16];
    if (RAND_bytes(b, sizeof b) != 1) {
        die("OpenSSL", "no random bytes");
    }
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    snprintf(header, size,
             "x-ms-client-request-id: %02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
             b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
             b[15]);
}

static char *body_of(const struct resource *resource)
{
    const struct target *target = resource->target;
    char *body = NULL;
    if (resource->has_no_json_library) {
        if (asprintf(&body, "{\"token\":\"%s\",\"appId\":\"%s\",\"userId\":\"%s\"}", target->aad_token,
                     target->client_id, target->user_object_id) < 0) {
            die("libcurl", "no memory for a body");
        }
        return body;
    }
    json_t *json = json_pack("{s:s,s:s,s:s}", "token", target->aad_token, "appId", target->client_id,
                             "userId", target->user_object_id);
    body = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    if (body == NULL) {
        die("jansson", "no body");
    }
    return body;
}

void exchange_prepare(struct exchange *exchange, const struct resource *resource)
{
    struct signature signature;
    char header[256];

    exchange->body = body_of(resource);
    size_t len = strlen(exchange->body);
    signer_sign(resource->signer, "POST", PATH_AND_QUERY, resource->host, exchange->body, len, &signature);

    struct curl_slist *headers = appended(NULL, "Accept: application/json");
    headers = appended(headers, "Content-Type: application/json");
    headers = appended(headers, "x-ms-return-client-request-id: true");
    format_request_id(header, sizeof header);
    headers = appended(headers, header);
    snprintf(header, sizeof header, "x-ms-date: %s", signature.x_ms_date);
    headers = appended(headers, header);
    snprintf(header, sizeof header, "x-ms-content-sha256: %s", signature.x_ms_content_sha256);
    headers = appended(headers, header);
    snprintf(header, sizeof header,
             "Authorization: HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=%s",
             signature.signature);
    exchange->headers = appended(headers, header);
    exchange->answer_len = 0;
    curl_easy_setopt(exchange->easy, CURLOPT_POSTFIELDS, exchange->body);
    curl_easy_setopt(exchange->easy, CURLOPT_POSTFIELDSIZE, (long)len);
    curl_easy_setopt(exchange->easy, CURLOPT_HTTPHEADER, exchange->headers);
}

/* "2022-11-16T09:47:55.688402+00:00", the fraction left out; the service writes no other offset. */
static time_t parse_time(const char *text)
{
    struct tm utc;
    memset(&utc, 0, sizeof utc);
    return text != NULL && strptime(text, "%Y-%m-%dT%H:%M:%S", &utc) != NULL ? timegm(&utc) : 0;
}

static void read_by_jansson(const struct exchange *exchange)
{
    json_error_t error;
    json_t *answer = json_loadb(exchange->answer, exchange->answer_len, 0, &error);
    if (answer == NULL) {
        die("jansson", error.text);
    }
    must_be_token(json_string_value(json_object_get(answer, "token")),
                  parse_time(json_string_value(json_object_get(answer, "expiresOn"))));
    json_decref(answer);
}

/* The value of a member; cut out in place, which changes the text. */
static char *cut_out(char *text, const char *name_and_quote)
{
    char *value = strstr(text, name_and_quote);
    char *end = value == NULL ? NULL : strchr(value += strlen(name_and_quote), '"');
    if (end == NULL) {
        die("the service", "a response without a token");
    }
    *end = '\0';
    return value;
}

static void read_by_searching(struct exchange *exchange)
{
    if (exchange->answer_len == sizeof exchange->answer) {
        die("the service", "an answer that is too long");
    }
    exchange->answer[exchange->answer_len] = '\0';
    char *expires_on = strstr(exchange->answer, "\"expiresOn\":\"");
    time_t time = parse_time(expires_on == NULL ? NULL : expires_on + strlen("\"expiresOn\":\""));
    must_be_token(cut_out(exchange->answer, "\"token\":\""), time);
}

void exchange_finish(struct exchange *exchange, const struct resource *resource, CURLcode code)
{
    long status = 0;
    if (code != CURLE_OK) {
        die("libcurl", curl_easy_strerror(code));
    }
    curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200) {
        die("the service", "another status than 200");
    }
    if (resource->has_no_json_library) {
        read_by_searching(exchange);
    } else {
        read_by_jansson(exchange);
    }
    curl_slist_free_all(exchange->headers);
    free(exchange->body);
    exchange->headers = NULL;
    exchange->body = NULL;
}

void exchange_destroy(struct exchange *exchange)
{
    curl_easy_cleanup(exchange->easy);
}
