#include "judge.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char judge_input[128] = "no input yet";
char judge_untouched;

static struct tally *_Atomic tallies;
static const char *secrets[16];
static size_t secret_count;

_Noreturn void judge_broken(const char *what, const char *detail)
{
    fflush(stdout);
    fprintf(stderr, "BROKEN by %s: %s: %s\n", judge_input, what, detail == NULL ? "" : detail);
    fflush(stderr);
    abort();
}

static void write_text(const char *text)
{
    if (write(STDERR_FILENO, text, strlen(text)) < 0) {
        _exit(3);
    }
}

static void on_alarm(int signal)
{
    (void)signal;
    write_text("HANG: ");
    write_text(judge_input);
    write_text("\n");
    abort();
}

void judge_alarm(unsigned seconds)
{
    signal(SIGALRM, on_alarm);
    alarm(seconds);
}

static void list(struct tally *tally)
{
    if (!atomic_exchange(&tally->is_listed, true)) {
        tally->next = atomic_load(&tallies);
        while (!atomic_compare_exchange_weak(&tallies, &tally->next, tally)) {
        }
    }
}

void judge_status(struct tally *tally, acs_status status, acs_error **error)
{
    list(tally);
    atomic_fetch_add(status == ACS_STATUS_OK ? &tally->ok : &tally->failed, 1);
    HOLDS(strcmp(acs_status_name((int32_t)status), "Unknown") != 0, tally->name);
    if (error == NULL) {
        HOLDS(status != ACS_STATUS_INTERNAL, tally->name);
    } else if (status == ACS_STATUS_OK) {
        HOLDS(*error == UNTOUCHED, tally->name);
    } else {
        HOLDS(*error != UNTOUCHED && *error != NULL, tally->name);
        judge_error(*error, status);
        acs_error_free(*error);
    }
}

void judge_error(const acs_error *error, acs_status status)
{
    const char *message = acs_error_message(error);
    HOLDS(status != ACS_STATUS_INTERNAL, message);
    HOLDS(acs_error_kind(error) == status, message);
    HOLDS(message != NULL && *message != '\0', acs_status_name((int32_t)status));
    HOLDS(acs_error_reason(error) != NULL, message);
    HOLDS(acs_error_http_status(error) >= 0 && acs_error_retry_after_ms(error) >= -1, message);
    judge_text(message);
    judge_text(acs_error_reason(error));
    judge_text(acs_error_code(error));
    judge_text(acs_error_target(error));
    judge_text(acs_error_client_request_id(error));
    judge_text(acs_error_ms_cv(error));
}

/* Checks the lengths of UTF-8 sequences only. */
bool judge_is_utf8(const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0';) {
        int more = *at < 0x80                  ? 0
                   : *at >= 0xc2 && *at < 0xe0 ? 1
                   : *at >= 0xe0 && *at < 0xf0 ? 2
                   : *at >= 0xf0               ? 3
                                               : -1;
        if (more < 0) {
            return false;
        }
        for (at++; more > 0; more--, at++) {
            if ((*at & 0xc0) != 0x80) {
                return false;
            }
        }
    }
    return true;
}

void judge_text(const char *text)
{
    if (text == NULL) {
        return;
    }
    HOLDS(judge_is_utf8(text), "a text of the library is not UTF-8");
    for (size_t i = 0; i < secret_count; i++) {
        HOLDS(strstr(text, secrets[i]) == NULL, "a text of the library holds a secret");
    }
}

void judge_add_secret(const char *secret)
{
    if (secret_count < sizeof secrets / sizeof *secrets) {
        secrets[secret_count++] = secret;
    }
}

static void add_tallies(const char *name, size_t len, size_t *ok, size_t *failed)
{
    for (const struct tally *tally = atomic_load(&tallies); tally != NULL; tally = tally->next) {
        if (strlen(tally->name) == len && strncmp(tally->name, name, len) == 0) {
            *ok += atomic_load(&tally->ok);
            *failed += atomic_load(&tally->failed);
        }
    }
}

bool judge_has_seen_all(const char *header_path, enum telling telling)
{
    static const char begin[] = "acs_status ";
    char line[512];
    bool all = true;
    size_t calls = 0;
    size_t functions = 0;
    FILE *header = fopen(header_path, "r");
    HOLDS(header != NULL, header_path);
    while (fgets(line, sizeof line, header) != NULL) {
        const char *name = line + sizeof begin - 1;
        const char *end = strchr(line, '(');
        size_t ok = 0;
        size_t failed = 0;
        /* Functions that return acs_status and have an error parameter: the getters of a status have none,
         * and are on one line. */
        if (strncmp(line, begin, sizeof begin - 1) != 0 || end == NULL || strstr(line, "_kind(") != NULL ||
            strstr(line, "_completion_status(") != NULL) {
            continue;
        }
        functions++;
        add_tallies(name, (size_t)(end - name), &ok, &failed);
        calls += ok + failed;
        if (telling == TELL_EACH) {
            printf("%9zu ok %9zu failed  %.*s\n", ok, failed, (int)(end - name), name);
        }
        all = all && ok > 0 && failed > 0;
    }
    fclose(header);
    if (telling != TELL_NOTHING) {
        printf("%zu functions, %zu calls of them\n", functions, calls);
    }
    return all && functions > 0;
}
