/* The log's callback: records with fields, levels, and no secrets. */
#include "acs_auth.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arrivals.h"
#include "check.h"
#include "emulator.h"
#include "keys.h"
#include "make.h"

/* What was logged since it was last emptied, one record per line. */
struct kept {
    pthread_mutex_t lock;
    char text[1 << 20];
    size_t len;
    int32_t highest;
    bool is_set;
    atomic_int released;
};

static struct kept kept = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void append(struct kept *to, const char *text)
{
    size_t len = strlen(text);
    CHECK(to->len + len + 2 < sizeof to->text);
    memcpy(to->text + to->len, text, len);
    to->len += len;
    to->text[to->len++] = ' ';
    to->text[to->len] = '\0';
}

static void keep(void *user_data, const acs_log_record *record)
{
    struct kept *to = (struct kept *)user_data;
    CHECK_INT(record->struct_size, sizeof *record);
    CHECK(record->level >= ACS_LOG_ERROR && record->level <= ACS_LOG_TRACE);
    pthread_mutex_lock(&to->lock);
    to->highest = record->level > to->highest ? record->level : to->highest;
    CHECK_CONTAINS(record->target, "acs_auth");
    CHECK(record->time_us > (int64_t)1000000 * 1700000000);
    append(to, record->target);
    append(to, record->message);
    for (size_t i = 0; i < record->field_count; i++) {
        CHECK(record->fields[i].name != NULL && record->fields[i].value != NULL);
        append(to, record->fields[i].name);
        append(to, record->fields[i].value);
    }
    to->text[to->len - 1] = '\n';
    pthread_mutex_unlock(&to->lock);
}

static void release(void *user_data)
{
    atomic_fetch_add(&((struct kept *)user_data)->released, 1);
}

static void log_to_kept(int32_t level)
{
    acs_error *error = NULL;
    CHECK_OK(acs_log_set(level, keep, &kept, release, &error), error);
    kept.is_set = level != ACS_LOG_OFF;
    pthread_mutex_lock(&kept.lock);
    kept.len = 0;
    kept.text[0] = '\0';
    kept.highest = 0;
    pthread_mutex_unlock(&kept.lock);
}

/* Turns the log off, and waits for its last record. */
static void end_log(void)
{
    acs_error *error = NULL;
    int before = atomic_load(&kept.released);
    bool is_set = kept.is_set;
    kept.is_set = false;
    CHECK_OK(acs_log_set(ACS_LOG_OFF, NULL, NULL, NULL, &error), error);
    while (is_set && atomic_load(&kept.released) == before) {
        sleep_ms(1);
    }
}

static void use_everything(void)
{
    acs_client *client = make_https_client();
    acs_handler *handler = make_handler();
    char *teams = make_teams_token();
    char *caller = make_caller_token();
    char *bad = emulator_mint("kind=teams&attack=expired");
    char authorization[8192];
    acs_token *token = NULL;
    acs_response *response = NULL;
    acs_error *error = NULL;
    acs_call_options options;
    acs_request request;
    acs_call_options_init(&options, sizeof options);
    options.client_request_id = "an-id-to-be-found";
    emulator_fault(json_pack("{s:s,s:i}", "operation", "exchange_teams_user", "status", 503));
    CHECK_OK(acs_client_get_token_for_teams_user(client, teams, emulator_text("spa.client_id"),
                                                 emulator_text("users.0.object_id"), &options, &token,
                                                 &error),
             error);
    CHECK_FAILS(acs_client_get_token_for_teams_user(client, bad, emulator_text("spa.client_id"),
                                                    emulator_text("users.0.object_id"), &options, &token,
                                                    &error),
                error, ACS_STATUS_ENTRA_TOKEN_REJECTED);
    snprintf(authorization, sizeof authorization, "Bearer %s", caller);
    acs_header headers[] = {{"authorization", authorization}, {"teams-user-aad-token", teams}};
    acs_request_init(&request, sizeof request);
    request.method = "POST";
    request.path = "/api/token/teams";
    request.headers = headers;
    request.header_count = 2;
    response = handle_with_keys(handler, &request);
    CHECK_INT(acs_response_status(response), 201);
    acs_response_free(response);
    headers[1].value = bad;
    CHECK_OK(acs_handler_handle(handler, &request, &response, &error), error);
    CHECK(acs_response_status(response) >= 400);
    acs_response_free(response);

    /* Delivers the queued records. */
    CHECK_OK(acs_shutdown(ACS_DEFAULT, &error), error);
    const char *const secrets[] = {
        teams, caller, bad, acs_token_text(token), emulator_access_key(), emulator_text("users.0.password")};
    pthread_mutex_lock(&kept.lock);
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
        CHECK_LACKS(kept.text, secrets[i]);
    }
    CHECK_LACKS(kept.text, "Signature=");
    pthread_mutex_unlock(&kept.lock);
    acs_token_free(token);
    free(teams);
    free(caller);
    free(bad);
    acs_handler_free(handler);
    acs_client_free(client);
}

static void says_what_happened_and_no_secret(void)
{
    log_to_kept(ACS_LOG_TRACE);
    use_everything();
    end_log();
    CHECK_CONTAINS(kept.text, "an-id-to-be-found");
    CHECK_CONTAINS(kept.text, "acs_auth::");
    CHECK(kept.highest >= ACS_LOG_DEBUG);
}

/* Some kept lines contain part, and each of those also contains all the others. Consumes the text. */
static void expect_each(const char *part, const char *const *others, size_t count)
{
    size_t lines = 0;
    char *rest = kept.text;
    for (char *line = strtok_r(rest, "\n", &rest); line != NULL; line = strtok_r(rest, "\n", &rest)) {
        if (strstr(line, part) == NULL) {
            continue;
        }
        lines++;
        for (size_t i = 0; i < count; i++) {
            CHECK_CONTAINS(line, others[i]);
        }
    }
    CHECK(lines > 0);
}

static void says_of_a_request_its_id_and_route_at_any_level(void)
{
    static const char *const fields[] = {" route /api/token/teams", " correlation_id "};
    for (int32_t level = ACS_LOG_WARN; level <= ACS_LOG_TRACE; level++) {
        log_to_kept(level);
        use_everything();
        end_log();
        expect_each("acs_auth::handler", fields, 2);
    }
}

struct slow {
    atomic_int started;
    atomic_int may_go_on;
    atomic_int records;
    atomic_int dropped;
};

static void keep_slowly(void *user_data, const acs_log_record *record)
{
    struct slow *slow = (struct slow *)user_data;
    atomic_store(&slow->started, 1);
    while (atomic_load(&slow->may_go_on) == 0) {
        sleep_ms(1);
    }
    atomic_fetch_add(&slow->records, 1);
    if (strstr(record->message, "log records were dropped") != NULL) {
        CHECK_INT(record->level, ACS_LOG_WARN);
        CHECK_INT(record->field_count, 1);
        CHECK_TEXT(record->fields[0].name, "dropped");
        CHECK(atoi(record->fields[0].value) > 0);
        atomic_fetch_add(&slow->dropped, atoi(record->fields[0].value));
    }
}

static void a_slow_one_delays_no_call_and_is_told_what_was_dropped(void)
{
    static struct slow slow;
    acs_handler *handler = make_handler();
    acs_error *error = NULL;
    acs_request request;
    CHECK_OK(acs_log_set(ACS_LOG_TRACE, keep_slowly, &slow, NULL, &error), error);
    acs_request_init(&request, sizeof request);
    request.method = "POST";
    request.path = "/api/token/teams";
    for (int i = 0; i < 2000; i++) {
        acs_response *response = NULL;
        CHECK_OK(acs_handler_handle(handler, &request, &response, &error), error);
        acs_response_free(response);
    }
    while (atomic_load(&slow.started) == 0) {
        sleep_ms(1);
    }
    CHECK_INT(atomic_load(&slow.records), 0);
    atomic_store(&slow.may_go_on, 1);
    /* Delivers the queued records. */
    CHECK_OK(acs_shutdown(ACS_DEFAULT, &error), error);
    CHECK(atomic_load(&slow.records) >= 1024);
    CHECK(atomic_load(&slow.dropped) > 0);
    CHECK_OK(acs_log_set(ACS_LOG_OFF, NULL, NULL, NULL, &error), error);
    acs_handler_free(handler);
}

static void says_no_more_than_its_level(void)
{
    for (int32_t level = ACS_LOG_ERROR; level <= ACS_LOG_TRACE; level++) {
        log_to_kept(level);
        use_everything();
        end_log();
        CHECK(kept.highest <= level);
        if (level >= ACS_LOG_WARN) {
            CHECK(kept.len > 0);
        }
    }
}

static void ended_says_nothing(void)
{
    log_to_kept(ACS_LOG_TRACE);
    end_log();
    use_everything();
    CHECK_INT(kept.len, 0);
    log_to_kept(ACS_LOG_OFF);
    use_everything();
    CHECK_INT(kept.len, 0);
}

/* Waits, because the old callback may be released after acs_log_set has returned. */
static void expect_released(int count)
{
    while (atomic_load(&kept.released) < count) {
        sleep_ms(1);
    }
    CHECK_INT(atomic_load(&kept.released), count);
}

static void releases_each_callback_once(void)
{
    acs_error *error = NULL;
    CHECK_OK(acs_shutdown(ACS_DEFAULT, &error), error);
    int before = atomic_load(&kept.released);
    log_to_kept(ACS_LOG_INFO);
    CHECK_INT(atomic_load(&kept.released), before);
    log_to_kept(ACS_LOG_DEBUG);
    expect_released(before + 1);
    end_log();
    CHECK_INT(atomic_load(&kept.released), before + 2);
    end_log();
    CHECK_INT(atomic_load(&kept.released), before + 2);
    /* If the function fails, the callback isn't released. */
    CHECK_REFUSED(acs_log_set(9, keep, &kept, release, &error), error, "level");
    CHECK_INT(atomic_load(&kept.released), before + 2);
    /* A callback that will never be called is released at once. */
    CHECK_OK(acs_log_set(ACS_LOG_OFF, keep, &kept, release, &error), error);
    CHECK_INT(atomic_load(&kept.released), before + 3);
}

static void writes_nothing_to_the_standard_streams(void)
{
    fflush(stdout);
    FILE *file = tmpfile();
    CHECK(file != NULL);
    int kept_out = dup(STDOUT_FILENO);
    int kept_err = dup(STDERR_FILENO);
    dup2(fileno(file), STDOUT_FILENO);
    dup2(fileno(file), STDERR_FILENO);
    use_everything();
    fflush(stdout);
    dup2(kept_out, STDOUT_FILENO);
    dup2(kept_err, STDERR_FILENO);
    close(kept_out);
    close(kept_err);
    CHECK_INT(lseek(fileno(file), 0, SEEK_END), 0);
    fclose(file);
}

int main(void)
{
    emulator_info();
    RUN(says_what_happened_and_no_secret);
    RUN(says_no_more_than_its_level);
    RUN(says_of_a_request_its_id_and_route_at_any_level);
    RUN(a_slow_one_delays_no_call_and_is_told_what_was_dropped);
    RUN(ended_says_nothing);
    RUN(releases_each_callback_once);
    RUN(writes_nothing_to_the_standard_streams);
    return check_done();
}
