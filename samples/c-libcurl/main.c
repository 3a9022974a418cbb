/* Signs with acs_auth and sends with libcurl: no I/O but your own.
 *
 *     c-libcurl create-user
 *     c-libcurl exchange ENTRA_TOKEN CLIENT_ID USER_OBJECT_ID
 *
 * The connection string is that of COMMUNICATION_SERVICES_CONNECTION_STRING. */
#include <acs_auth.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_HEADERS = 64, MOST_BODY = 64 * 1024 };

/* What came back: headers that acs_auth is told of, and the body. */
struct answer {
    acs_header headers[MOST_HEADERS];
    size_t header_count;
    size_t length;
    char body[MOST_BODY];
};

static size_t add_body(char *data, size_t one, size_t length, void *user_data)
{
    struct answer *answer = user_data;
    (void)one;
    if (length > MOST_BODY - answer->length) {
        return 0; /* no answer of the service is as large */
    }
    memcpy(answer->body + answer->length, data, length);
    answer->length += length;
    return length;
}

static struct curl_slist *with_header(struct curl_slist *list, const char *name, const char *value)
{
    size_t length = strlen(name) + strlen(value) + sizeof ": ";
    char *line = malloc(length);
    if (line == NULL) {
        abort();
    }
    snprintf(line, length, "%s: %s", name, value);
    list = curl_slist_append(list, line);
    free(line);
    return list;
}

/* Sends the request byte for byte as it was prepared, once, and reads the answer. */
static int send_request(CURL *curl, const acs_prepared_request *request, const acs_access_key *key,
                        struct answer *answer, acs_raw_response *response, acs_error **error)
{
    acs_bytes body = acs_prepared_request_body(request);
    const char *method = acs_prepared_request_method(request);
    const char *url = acs_prepared_request_url(request);
    acs_signed_headers *signed_headers = NULL;
    if (acs_sign_request(key, method, url, body, (int64_t)time(NULL), &signed_headers, error) != ACS_STATUS_OK) {
        return -1;
    }
    struct curl_slist *headers = NULL;
    for (size_t i = 0; i < acs_prepared_request_header_count(request); i++) {
        acs_header header = acs_prepared_request_header(request, i);
        headers = with_header(headers, header.name, header.value);
    }
    headers = with_header(headers, "x-ms-date", acs_signed_headers_x_ms_date(signed_headers));
    headers = with_header(headers, "x-ms-content-sha256", acs_signed_headers_x_ms_content_sha256(signed_headers));
    headers = with_header(headers, "authorization", acs_signed_headers_authorization(signed_headers));
    acs_signed_headers_free(signed_headers);

    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.len > 0 ? (const char *)body.data : "");
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L); /* the request holds secrets */
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, 5000L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 10000L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, add_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    CURLcode sent = curl_easy_perform(curl);
    curl_slist_free_all(headers);
    if (sent != CURLE_OK) {
        fprintf(stderr, "no answer: %s\n", curl_easy_strerror(sent));
        return -1;
    }
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    for (struct curl_header *one = NULL;
         answer->header_count < MOST_HEADERS && (one = curl_easy_nextheader(curl, CURLH_HEADER, 0, one)) != NULL;) {
        answer->headers[answer->header_count++] = (acs_header){one->name, one->value};
    }
    acs_raw_response_init(response, sizeof *response);
    response->status = (int32_t)status;
    response->headers = answer->headers;
    response->header_count = answer->header_count;
    response->body = (acs_bytes){(const uint8_t *)answer->body, answer->length};
    return 0;
}

int main(int argc, char **argv)
{
    if (!(argc == 2 && strcmp(argv[1], "create-user") == 0) && !(argc == 5 && strcmp(argv[1], "exchange") == 0)) {
        fprintf(stderr, "usage: c-libcurl create-user | exchange ENTRA_TOKEN CLIENT_ID USER_OBJECT_ID\n");
        return 64;
    }
    static struct answer answer;
    acs_error *error = NULL;
    acs_connection_string *resource = NULL;
    acs_prepared_request *request = NULL;
    acs_raw_response response;
    acs_user_token *created = NULL;
    acs_token *exchanged = NULL;
    int result = EXIT_FAILURE;
    const char *const scopes[] = {ACS_TOKEN_SCOPE_VOIP, ACS_TOKEN_SCOPE_CHAT};
    CURL *curl = curl_easy_init();
    if (acs_connection_string_parse(getenv("COMMUNICATION_SERVICES_CONNECTION_STRING"), &resource, &error) ==
        ACS_STATUS_OK) {
        const acs_endpoint *endpoint = acs_connection_string_endpoint(resource);
        acs_status prepared =
            argc == 2 ? acs_prepare_create_user_and_token(endpoint, scopes, 2, ACS_DEFAULT, NULL, &request, &error)
                      : acs_prepare_exchange_teams_user(endpoint, argv[2], argv[3], argv[4], NULL, &request, &error);
        if (prepared == ACS_STATUS_OK && send_request(curl, request, acs_connection_string_access_key(resource),
                                                      &answer, &response, &error) == 0) {
            acs_status parsed = argc == 2 ? acs_parse_create_user_and_token(&response, &created, &error)
                                          : acs_parse_exchange_teams_user(&response, &exchanged, &error);
            result = parsed == ACS_STATUS_OK ? EXIT_SUCCESS : EXIT_FAILURE;
        }
    }
    if (created != NULL) {
        printf("%s\n", acs_user_token_id(created));
    }
    if (result == EXIT_SUCCESS) {
        int64_t until = created != NULL ? acs_user_token_expires_on(created) : acs_token_expires_on(exchanged);
        printf("expires at %lld\n", (long long)until);
    } else if (error != NULL) {
        const char *code = acs_error_code(error), *target = acs_error_target(error);
        fprintf(stderr, "%s: %s (code %s, target %s)\n", acs_status_name(acs_error_kind(error)),
                acs_error_reason(error), code != NULL ? code : "none", target != NULL ? target : "none");
    }
    acs_token_free(exchanged);
    acs_user_token_free(created);
    acs_prepared_request_free(request);
    acs_connection_string_free(resource);
    acs_error_free(error);
    curl_easy_cleanup(curl);
    return result;
}
