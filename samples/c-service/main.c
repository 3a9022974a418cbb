/* A back end with /api/token/teams: libmicrohttpd does HTTP, acs_auth answers, one thread polls both. */
#include <acs_auth.h>
#include <arpa/inet.h>
#include <err.h>
#include <microhttpd.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* The handler rejects more than 16 KiB and 128 headers; the excess is passed only for it to notice. */
enum { KEPT_BODY = 17 * 1024, MAX_BODY = 1024 * 1024, MAX_HEADERS = 129, GRACE_SECONDS = 20 };
struct request {
    struct MHD_Connection *connection; /* NULL until it is submitted */
    acs_response *response;
    size_t body_len, header_count;
    acs_header headers[MAX_HEADERS];
    uint8_t body[KEPT_BODY];
};
static acs_handler *handler;
static acs_queue *queue;
static size_t requests;
static bool ending;

static enum MHD_Result add_header(void *state, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct request *request = state;
    request->headers[request->header_count++] = (acs_header){name, value == NULL ? "" : value};
    return (void)kind, request->header_count < MAX_HEADERS ? MHD_YES : MHD_NO;
}

/* Called for the head, for each part of the body, at its end, and again when the connection is resumed. */
static enum MHD_Result serve(void *context, struct MHD_Connection *connection, const char *path,
                             const char *method, const char *version, const char *data, size_t *size,
                             void **state)
{
    struct request *request = *state;
    if (request == NULL) {
        requests++;
        *state = calloc(1, sizeof *request);
        return (void)context, (void)version, *state != NULL ? MHD_YES : MHD_NO;
    }
    if (*size > 0) {
        request->body_len += *size;
        if (request->body_len <= KEPT_BODY) {
            memcpy(request->body + request->body_len - *size, data, *size);
        }
        *size = 0;
        return request->body_len <= MAX_BODY ? MHD_YES : MHD_NO;
    }
    if (request->connection == NULL) {
        request->connection = connection;
        MHD_get_connection_values(connection, MHD_HEADER_KIND, add_header, request);
        acs_bytes body = {request->body, request->body_len < KEPT_BODY ? request->body_len : KEPT_BODY};
        acs_request given = {sizeof given, method, path, request->headers, request->header_count, body};
        acs_delivery delivery = {.struct_size = sizeof delivery, .queue = queue, .user_data = request};
        acs_status status = acs_handler_handle_submit(handler, &given, &delivery, NULL, NULL);
        return status == ACS_STATUS_OK ? (MHD_suspend_connection(connection), MHD_YES) : MHD_NO;
    }
    const acs_response *from = request->response;
    acs_bytes body = acs_response_body(from);
    unsigned status = from == NULL ? MHD_HTTP_INTERNAL_SERVER_ERROR : (unsigned)acs_response_status(from);
    struct MHD_Response *to =
        MHD_create_response_from_buffer(body.len, (void *)body.data, MHD_RESPMEM_PERSISTENT);
    for (size_t i = 0; i < acs_response_header_count(from); i++) {
        MHD_add_response_header(to, acs_response_header(from, i).name, acs_response_header(from, i).value);
    }
    MHD_add_response_header(to, MHD_HTTP_HEADER_CONNECTION, ending ? "close" : "Keep-Alive");
    enum MHD_Result queued = MHD_queue_response(connection, status, to);
    MHD_destroy_response(to);
    return queued;
}

static void end(void *context, struct MHD_Connection *connection, void **state,
                enum MHD_RequestTerminationCode code)
{
    struct request *request = *state;
    (void)context, (void)connection, (void)code;
    acs_response_free(request == NULL ? NULL : request->response);
    free(request);
    requests--;
}

/* Keeps percent-encoding: the handler compares paths as received. */
static size_t keep_escapes(void *context, struct MHD_Connection *connection, char *path)
{
    return (void)context, (void)connection, strlen(path);
}

static void log_record(void *stream, const acs_log_record *record)
{
    flockfile(stream);
    fprintf(stream, "%s: %s", record->target, record->message);
    for (size_t i = 0; i < record->field_count; i++) {
        fprintf(stream, " %s=%s", record->fields[i].name, record->fields[i].value);
    }
    fputc('\n', stream);
    funlockfile(stream);
}

int main(int argc, char **argv)
{
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM), sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    at.sin_port = htons((uint16_t)strtoul(argc > 1 ? argv[1] : "8080", NULL, 10));
    struct MHD_Daemon *http = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, serve, NULL, MHD_OPTION_SOCK_ADDR, &at,
        MHD_OPTION_NOTIFY_COMPLETED, end, NULL, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_CONNECTION_TIMEOUT, 30u,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)128 * 1024, MHD_OPTION_END);
    acs_error *error = NULL;
    acs_handler_settings *settings = NULL;
    acs_handler_options options;
    acs_handler_options_init(&options, sizeof options);
    acs_log_set(ACS_LOG_INFO, log_record, stderr, NULL, NULL);
    if (http == NULL || acs_handler_settings_from_env(NULL, NULL, &settings, &error) != ACS_STATUS_OK ||
        (options.settings = settings, acs_handler_new(&options, &handler, &error)) != ACS_STATUS_OK ||
        acs_queue_new(&queue, &error) != ACS_STATUS_OK) {
        errx(EXIT_FAILURE, "%s", http == NULL ? "cannot listen" : acs_error_message(error));
    }
    acs_handler_settings_free(settings);
    dprintf(1, "http://127.0.0.1:%d\n", MHD_get_daemon_info(http, MHD_DAEMON_INFO_BIND_PORT)->port);
    struct pollfd fds[] = {{signalfd(-1, &ends, SFD_CLOEXEC), POLLIN, 0}, {acs_queue_fd(queue), POLLIN, 0},
                           {MHD_get_daemon_info(http, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd, POLLIN, 0}};
    for (MHD_UNSIGNED_LONG_LONG ms; !ending || requests > 0; MHD_run(http)) {
        poll(fds, 3, MHD_get_timeout(http, &ms) == MHD_YES ? (int)ms : -1);
        if (fds[0].revents != 0) {
            ending = true;
            fds[0].fd = -1;
            close(MHD_quiesce_daemon(http));
            alarm(GRACE_SECONDS);
        }
        for (acs_completion *done; (done = acs_queue_next(queue, 0)) != NULL; acs_completion_free(done)) {
            struct request *request = acs_completion_user_data(done);
            request->response = acs_completion_take_response(done);
            MHD_resume_connection(request->connection);
        }
    }
    MHD_stop_daemon(http);
    acs_queue_free(queue);
    acs_handler_free(handler);
    return acs_shutdown(ACS_DEFAULT, NULL) == ACS_STATUS_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
