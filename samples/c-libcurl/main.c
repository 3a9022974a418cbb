/* Prepares, signs and parses with acs_auth, sends with libcurl. README.md explains how to use it. */
#include <acs_auth.h>
#include <curl/curl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_HEADERS = 64, MOST_BODY = 64 * 1024, MOST_TOKEN = 16 * 1024 };

struct answer {
    acs_header headers[MOST_HEADERS];
    uint8_t body[MOST_BODY];
    size_t body_len;
};

static size_t add_to_body(char *data, size_t one, size_t size, void *user_data)
{
    struct answer *answer = user_data;
    (void)one;
    if (size > MOST_BODY - answer->body_len) {
        return 0; /* libcurl fails: the service's responses are shorter */
    }
    memcpy(answer->body + answer->body_len, data, size);
    answer->body_len += size;
    return size;
}

static void add_header(struct curl_slist **list, const char *name, const char *value)
{
    char *line = NULL;
    if (asprintf(&line, "%s: %s", name, value) < 0) {
        abort();
    }
    *list = curl_slist_append(*list, line);
    free(line);
}

/* Returns the headers of a request, signed for the current time: a second attempt needs a new signature. */
static struct curl_slist *signed_headers(const acs_prepared_request *request, const acs_access_key *key,
                                         acs_error **error)
{
    acs_signed_headers *added = NULL;
    struct curl_slist *list = NULL;
    if (acs_sign_request(key, acs_prepared_request_method(request), acs_prepared_request_url(request),
                         acs_prepared_request_body(request), time(NULL), &added, error) != ACS_STATUS_OK) {
        return NULL;
    }
    for (size_t i = 0; i < acs_prepared_request_header_count(request); i++) {
        acs_header header = acs_prepared_request_header(request, i);
        add_header(&list, header.name, header.value);
    }
    add_header(&list, "host", acs_signed_headers_host(added));
    add_header(&list, "x-ms-date", acs_signed_headers_x_ms_date(added));
    add_header(&list, "x-ms-content-sha256", acs_signed_headers_x_ms_content_sha256(added));
    add_header(&list, "authorization", acs_signed_headers_authorization(added));
    acs_signed_headers_free(added);
    return list;
}

/* Sends the request once, byte for byte as it was signed. */
static CURLcode send_request(CURL *curl, const acs_prepared_request *request, struct curl_slist *headers,
                             struct answer *answer, acs_raw_response *response)
{
    acs_bytes body = acs_prepared_request_body(request);
    long status = 0;
    curl_easy_setopt(curl, CURLOPT_URL, acs_prepared_request_url(request));
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, acs_prepared_request_method(request));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)body.len);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.len > 0 ? (const char *)body.data : "");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https,http"); /* acs_auth allows http only for loopback */
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);          /* no other host may get the token */
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, 5000L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 10000L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, add_to_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    CURLcode sent = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    acs_raw_response_init(response, sizeof *response);
    response->status = (int32_t)status;
    response->headers = answer->headers;
    response->body = (acs_bytes){answer->body, answer->body_len};
    struct curl_header *one = NULL;
    while (response->header_count < MOST_HEADERS &&
           (one = curl_easy_nextheader(curl, CURLH_HEADER, -1, one)) != NULL) {
        answer->headers[response->header_count++] = (acs_header){one->name, one->value};
    }
    return sent;
}

int main(int argc, char **argv)
{
    const char *const scopes[] = {ACS_TOKEN_SCOPE_CHAT, ACS_TOKEN_SCOPE_VOIP};
    static struct answer answer;
    static char aad_token[MOST_TOKEN + 2];
    bool exchange = argc == 4 && strcmp(argv[1], "exchange") == 0;
    if (!exchange && !(argc == 2 && strcmp(argv[1], "create-user") == 0)) {
        fputs("usage: c-libcurl create-user | exchange CLIENT_ID USER_OBJECT_ID <ENTRA_TOKEN\n", stderr);
        return 64;
    }
    if (exchange && fgets(aad_token, sizeof aad_token, stdin) != NULL) {
        aad_token[strcspn(aad_token, "\r\n")] = '\0';
    }
    acs_error *error = NULL;
    acs_connection_string *resource = NULL;
    acs_prepared_request *request = NULL;
    acs_raw_response response;
    acs_token *token = NULL;
    acs_user_token *user = NULL;
    struct curl_slist *headers = NULL;
    CURLcode sent = CURLE_OK;
    CURL *curl = curl_easy_init();
    const char *connection_string = getenv("COMMUNICATION_SERVICES_CONNECTION_STRING");
    const acs_endpoint *to = NULL;
    bool done =
        acs_connection_string_parse(connection_string, &resource, &error) == ACS_STATUS_OK &&
        (to = acs_connection_string_endpoint(resource)) != NULL &&
        (exchange ? acs_prepare_exchange_teams_user(to, aad_token, argv[2], argv[3], NULL, &request, &error)
                  : acs_prepare_create_user_and_token(to, scopes, 2, ACS_DEFAULT, NULL, &request, &error)) ==
            ACS_STATUS_OK &&
        (headers = signed_headers(request, acs_connection_string_access_key(resource), &error)) != NULL &&
        (sent = send_request(curl, request, headers, &answer, &response)) == CURLE_OK &&
        (exchange ? acs_parse_exchange_teams_user(&response, &token, &error)
                  : acs_parse_create_user_and_token(&response, &user, &error)) == ACS_STATUS_OK;
    if (user != NULL) {
        printf("%s\n%s\n", acs_user_token_user_id(user), acs_user_token_text(user));
    } else if (token != NULL) {
        printf("%s\n", acs_token_text(token));
    } else if (error != NULL) {
        const char *code = acs_error_code(error), *target = acs_error_target(error);
        fprintf(stderr, "%s: %s (code %s, target %s)\n", acs_status_name(acs_error_kind(error)),
                acs_error_reason(error), code == NULL ? "none" : code, target == NULL ? "none" : target);
    } else {
        fprintf(stderr, "no answer: %s\n", curl_easy_strerror(sent));
    }
    acs_user_token_free(user);
    acs_token_free(token);
    acs_prepared_request_free(request);
    acs_connection_string_free(resource);
    acs_error_free(error);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
