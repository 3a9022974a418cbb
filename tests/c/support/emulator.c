#include "emulator.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "http.h"
#include "system.h"

static pthread_once_t started = PTHREAD_ONCE_INIT;
static json_t *info;
static char *ca;
static pid_t owner;

static void start(void)
{
    char *line = system_start(ACS_EMULATOR, "--until-stdin-closes");
    owner = getpid();
    info = json_loads(line, 0, NULL);
    free(line);
    CHECK(json_is_object(info));
}

const json_t *emulator_info(void)
{
    pthread_once(&started, start);
    CHECK(info != NULL);
    return info;
}

const char *emulator_text(const char *path)
{
    const json_t *value = emulator_info();
    char *copy = strdup(path);
    char *rest = NULL;
    CHECK(copy != NULL);
    for (char *part = strtok_r(copy, ".", &rest); part != NULL; part = strtok_r(NULL, ".", &rest)) {
        value = json_is_array(value) ? json_array_get(value, (size_t)strtoul(part, NULL, 10))
                                     : json_object_get(value, part);
    }
    free(copy);
    if (!json_is_string(value)) {
        check_failed(__FILE__, __LINE__, path, "the start line has no such text");
    }
    return json_string_value(value);
}

const char *emulator_ca(void)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&lock);
    if (ca == NULL) {
        FILE *file = fopen(emulator_text("ca_file"), "r");
        CHECK(file != NULL);
        ca = (char *)calloc(1, 16384);
        CHECK(ca != NULL && fread(ca, 1, 16383, file) > 0 && feof(file));
        fclose(file);
    }
    pthread_mutex_unlock(&lock);
    return ca;
}

const char *emulator_access_key(void)
{
    const char *key = strstr(emulator_text("connection_string_http"), "accesskey=");
    CHECK(key != NULL);
    return key + strlen("accesskey=");
}

json_t *emulator_control(const char *method, const char *path, json_t *body)
{
    char url[1024];
    char *text = body == NULL ? NULL : json_dumps(body, JSON_ENCODE_ANY);
    CHECK(body == NULL || text != NULL);
    json_decref(body);
    int len = snprintf(url, sizeof url, "%s/_emulator%s", emulator_text("http_url"), path);
    CHECK(len > 0 && (size_t)len < sizeof url);

    char *answer = NULL;
    long status = http_request(method, url, text, &answer);
    if (status / 100 != 2) {
        check_failed(__FILE__, __LINE__, path, answer);
    }
    json_t *value = answer[0] == '\0' ? json_null() : json_loads(answer, JSON_DECODE_ANY, NULL);
    CHECK(value != NULL);
    free(answer);
    free(text);
    return value;
}

void emulator_do(const char *method, const char *path, json_t *body)
{
    json_decref(emulator_control(method, path, body));
}

void emulator_reset(void)
{
    emulator_do("POST", "/reset", NULL);
}

void emulator_fault(json_t *fault)
{
    CHECK(fault != NULL);
    emulator_do("POST", "/faults", fault);
}

char *emulator_mint(const char *query)
{
    char path[512];
    int len = snprintf(path, sizeof path, "/mint?%s", query);
    CHECK(len > 0 && (size_t)len < sizeof path);
    json_t *answer = emulator_control("GET", path, NULL);
    char *token = strdup(json_string_value(json_object_get(answer, "token")));
    json_decref(answer);
    CHECK(token != NULL);
    return token;
}

size_t emulator_request_count(const char *operation)
{
    char path[128];
    snprintf(path, sizeof path, "/requests?operation=%s", operation);
    json_t *answer = emulator_control("GET", path, NULL);
    size_t count = json_array_size(json_object_get(answer, "requests"));
    json_decref(answer);
    return count;
}

void emulator_stop(void)
{
    if (info == NULL || owner != getpid()) {
        return;
    }
    system_end();
    json_decref(info);
    info = NULL;
    free(ca);
    ca = NULL;
}
