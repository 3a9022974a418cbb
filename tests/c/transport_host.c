#include "transport.h"

#include <string.h>

#include "arrivals.h"
#include "check.h"

void release(void *user_data)
{
    atomic_fetch_add(&((struct host *)user_data)->released, 1);
}

acs_client *client_with(struct host *host, void (*send)(void *, acs_transport_request *))
{
    acs_transport transport;
    acs_client_options options;
    acs_client *client = NULL;
    acs_error *error = NULL;
    acs_transport_init(&transport, sizeof transport);
    transport.send = send;
    transport.user_data = host;
    transport.release = release;
    acs_client_options_init(&options, sizeof options);
    /* No request must ever be sent there. */
    options.connection_string = "endpoint=https://nowhere.invalid;accesskey=c2VjcmV0";
    options.transport = &transport;
    options.retry_base_delay_ms = 1;
    CHECK_OK(acs_client_new(&options, &client, &error), error);
    memset(&transport, 0x55, sizeof transport);
    return client;
}

void expect_released(struct host *host, acs_client *client)
{
    CHECK_INT(atomic_load(&host->released), 0);
    acs_client_free(client);
    while (atomic_load(&host->released) == 0) {
        sleep_ms(1);
    }
    sleep_ms(20);
    CHECK_INT(atomic_load(&host->released), 1);
}

acs_bytes body_of(const char *text)
{
    return (acs_bytes){(const uint8_t *)text, strlen(text)};
}

void respond(acs_transport_request *request, int32_t status, const char *body)
{
    const acs_header headers[] = {{"Content-Type", "application/json"}, {"MS-CV", "abc"}};
    acs_error *error = NULL;
    CHECK_OK(acs_transport_request_respond(request, status, headers, 2, body_of(body), &error), error);
}

const char *header_of(const acs_transport_request *request, const char *name)
{
    for (size_t i = 0; i < acs_transport_request_header_count(request); i++) {
        acs_header header = acs_transport_request_header(request, i);
        if (strcmp(header.name, name) == 0) {
            return header.value;
        }
    }
    return NULL;
}

acs_call_options within(int64_t timeout_ms)
{
    acs_call_options options;
    acs_call_options_init(&options, sizeof options);
    options.timeout_ms = timeout_ms;
    return options;
}

void answer_at_once(void *user_data, acs_transport_request *request)
{
    struct host *host = (struct host *)user_data;
    atomic_fetch_add(&host->sent, 1);
    CHECK_TEXT(acs_transport_request_method(request), "POST");
    CHECK_CONTAINS(acs_transport_request_url(request), "https://nowhere.invalid/identities?api-version=");
    CHECK_CONTAINS(header_of(request, "authorization"), "HMAC-SHA256 ");
    CHECK(header_of(request, "x-ms-client-request-id") != NULL);
    acs_header none = acs_transport_request_header(request, acs_transport_request_header_count(request));
    CHECK(none.name == NULL && none.value == NULL);
    acs_bytes body = acs_transport_request_body(request);
    CHECK(body.len < 100);
    CHECK(acs_transport_request_timeout_ms(request) > 0);
    CHECK_INT(acs_transport_request_max_response_bytes(request), 64 * 1024);
    CHECK(!acs_transport_request_is_cancelled(request));
    respond(request, 201, CREATED);
    CHECK(acs_transport_request_is_cancelled(request));
    acs_transport_request_free(request);
}
