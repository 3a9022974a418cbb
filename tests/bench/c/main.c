/* Compares the CPU time of an exchange by this library and by a client written with libcurl's multi interface,
 * which sends the same signed POST and parses the same response. */
#include <curl/curl.h>
#include <errno.h>
#include <jansson.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check.h"
#include "emulator.h"
#include "rounds.h"
#include "tls_front.h"

struct options {
    size_t rounds;
    size_t exchanges;
    const char *only; /* a scheme, or NULL for all */
    const char *contender;
    size_t in_flight; /* 0: 1, 16 and 64 */
    const char *folder;
    const char *json;
};

/* What --json writes: the times of each contender, as tests/bench/shared/figures.py describes. */
static json_t *written;

static const struct contender *const contenders[] = {&curl_multi_by_poll, &curl_multi_by_epoll,
                                                     &curl_multi_lean,    &ours_by_queue,
                                                     &ours_by_callback,   &ours_by_threads};
enum { CONTENDERS = sizeof contenders / sizeof *contenders };

_Noreturn void die(const char *what, const char *why)
{
    fprintf(stderr, "error: %s: %s\n", what, why);
    tls_front_stop();
    exit(1);
}

void must_be_token(const char *token, long long expires_on)
{
    if (token == NULL || strlen(token) < 100 || expires_on < (long long)time(NULL) + 60) {
        die("the response", "it has no token that is valid for another minute");
    }
}

enum core { FIRST_CORE, LAST_CORE };

/* Pins this thread to a core, and what it starts from now on. */
static void pin_to(enum core which)
{
    static cpu_set_t all;
    if (CPU_COUNT(&all) == 0 && sched_getaffinity(0, sizeof all, &all) != 0) {
        die("sched_getaffinity", strerror(errno));
    }
    int chosen = -1;
    for (int core = 0; core < CPU_SETSIZE; core++) {
        if (CPU_ISSET(core, &all) && (chosen < 0 || which == LAST_CORE)) {
            chosen = core;
        }
    }
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(chosen, &one);
    if (sched_setaffinity(0, sizeof one, &one) != 0) {
        die("sched_setaffinity", strerror(errno));
    }
}

static char *text_of_file(const char *folder, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    char *text = calloc(1, 16384);
    if (file == NULL || text == NULL || fread(text, 1, 16383, file) == 0) {
        die(path, "it cannot be read");
    }
    fclose(file);
    return text;
}

static void keep(const char *title, size_t in_flight, const char *contender, const double *times,
                 size_t rounds)
{
    json_t *values = json_array();
    char name[128];
    snprintf(name, sizeof name, "%s, %zu in flight", title, in_flight);
    for (size_t i = 0; i < rounds; i++) {
        json_array_append_new(values, json_real(times[i]));
    }
    json_t *figure = json_pack("{s:s,s:s,s:s,s:o}", "name", name, "contender", contender, "unit",
                               "µs of CPU", "values", values);
    if (json_array_append_new(written, figure) != 0) {
        die("jansson", "no memory for a figure");
    }
}

static void measure(const char *title, const struct target *target, size_t in_flight,
                    const struct options *options)
{
    const struct contender *chosen[CONTENDERS];
    struct figures figures[CONTENDERS];
    size_t count = 0;
    for (size_t i = 0; i < CONTENDERS; i++) {
        if (options->contender == NULL || strstr(contenders[i]->name, options->contender) != NULL) {
            chosen[count++] = contenders[i];
        }
    }
    rounds_run(chosen, count, target, in_flight, options->rounds, options->exchanges, figures);
    for (size_t i = 0; i < count; i++) {
        printf("%-16s %9zu  %-20s %8.1f %8.2f  %.2f to %.2f\n", title, in_flight, chosen[i]->name,
               figures[i].cpu_us, figures[i].ratio, figures[i].ratio_low, figures[i].ratio_high);
        keep(title, in_flight, chosen[i]->name, figures[i].times, options->rounds);
    }
    fflush(stdout);
}

static void run(const struct options *options)
{
    static const size_t all[] = {1, 16, 64};
    char ca_file[512];
    pin_to(LAST_CORE); /* for the service */
    char *aad_token = emulator_mint("kind=teams");
    char *front_ca = text_of_file(options->folder, "cert.pem");
    snprintf(ca_file, sizeof ca_file, "%s/cert.pem", options->folder);
    struct target plain = {.access_key = emulator_access_key(),
                           .aad_token = aad_token,
                           .client_id = emulator_text("spa.client_id"),
                           .user_object_id = emulator_text("users.0.object_id"),
                           .root_certificates_pem = emulator_ca(),
                           .ca_file = emulator_text("ca_file")};
    char http[128];
    char https[128];
    snprintf(http, sizeof http, "%s/", emulator_text("http_url"));
    snprintf(https, sizeof https, "%s/", emulator_text("https_url"));
    struct target tls = plain;
    struct target tls_http1 = plain;
    plain.endpoint = http;
    tls.endpoint = https;
    tls_http1.endpoint = tls_front_start(options->folder, emulator_text("http_url"));
    tls_http1.root_certificates_pem = front_ca;
    tls_http1.ca_file = ca_file;
    tls_http1.only_http1 = 1;
    pin_to(FIRST_CORE); /* for the contenders and their threads */
    const struct {
        const char *title;
        const struct target *target;
    } schemes[] = {{"http, HTTP/1.1", &plain}, {"https, HTTP/1.1", &tls_http1}, {"https, HTTP/2", &tls}};

    printf("CPU time of an exchange in microseconds, the whole process; medians of %zu rounds of %zu "
           "exchanges each.\n",
           options->rounds, options->exchanges);
    printf("ratio: to curl-multi, poll of the same round; median, and the quartiles.\n\n");
    printf("%-16s %9s  %-20s %8s %8s  %s\n", "", "in flight", "", "CPU us", "ratio", "quartiles");
    for (size_t s = 0; s < sizeof schemes / sizeof *schemes; s++) {
        if (options->only != NULL && strstr(schemes[s].title, options->only) == NULL) {
            continue;
        }
        for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
            if (options->in_flight == 0 || options->in_flight == all[i]) {
                measure(schemes[s].title, schemes[s].target, all[i], options);
            }
        }
    }
    free(front_ca);
    free(aad_token);
}

int main(int count, char **arguments)
{
    struct options options = {.rounds = 40, .exchanges = 500};
    for (int i = 1; i + 1 < count; i += 2) {
        const char *name = arguments[i];
        char *value = arguments[i + 1];
        if (strcmp(name, "--rounds") == 0) {
            options.rounds = strtoul(value, NULL, 10);
        } else if (strcmp(name, "--exchanges") == 0) {
            options.exchanges = strtoul(value, NULL, 10);
        } else if (strcmp(name, "--only") == 0) {
            options.only = value;
        } else if (strcmp(name, "--contender") == 0) {
            options.contender = value;
        } else if (strcmp(name, "--in-flight") == 0) {
            options.in_flight = strtoul(value, NULL, 10);
        } else if (strcmp(name, "--folder") == 0) {
            options.folder = value;
        } else if (strcmp(name, "--json") == 0) {
            options.json = value;
        } else {
            die(name, "no such option");
        }
    }
    if (options.folder == NULL || options.rounds == 0 || options.rounds > ROUNDS_MAX ||
        options.exchanges == 0) {
        die("usage",
            "bench_c --folder F [--rounds N] [--exchanges N] [--in-flight N] [--only S] [--contender S] "
            "[--json F]");
    }
    written = json_array();
    curl_global_init(CURL_GLOBAL_DEFAULT);
    run(&options);
    tls_front_stop();
    if (options.json != NULL &&
        json_dump_file(written, options.json, JSON_INDENT(1) | JSON_REAL_PRECISION(8)) != 0) {
        die(options.json, "it cannot be written");
    }
    json_decref(written);
    return check_done();
}
