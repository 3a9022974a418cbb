#include "texts.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"
#include "emulator.h"
#include "judge.h"
#include "make.h"

enum { PER_KIND = 24 };
static const char *good[TEXT_KINDS][PER_KIND];
static char *owned[64];
static size_t owned_count;
static char dead[64];

static const char *keep(char *text)
{
    CHECK(text != NULL && owned_count < sizeof owned / sizeof *owned);
    return owned[owned_count++] = text;
}

static void add(enum text_kind kind, const char *text)
{
    size_t at = 0;
    while (good[kind][at] != NULL) {
        at++;
    }
    CHECK(at + 1 < PER_KIND);
    good[kind][at] = text;
}

static void add_all(enum text_kind kind, const char *const *texts)
{
    for (; *texts != NULL; texts++) {
        add(kind, *texts);
    }
}

static const char *secret(const char *text)
{
    judge_add_secret(text);
    return text;
}

/* A port that is bound as long as the process lives and never listened on, so that no other process can. */
static void take_a_dead_port(void)
{
    struct sockaddr_in address;
    socklen_t len = sizeof address;
    int taken = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(taken >= 0 && bind(taken, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK(getsockname(taken, (struct sockaddr *)&address, &len) == 0);
    snprintf(dead, sizeof dead, "http://127.0.0.1:%d", ntohs(address.sin_port));
}

const char *dead_url(void)
{
    return dead;
}

static char *joined(const char *first, const char *second)
{
    size_t size = strlen(first) + strlen(second) + 1;
    char *text = (char *)malloc(size);
    CHECK(text != NULL);
    snprintf(text, size, "%s%s", first, second);
    return text;
}

static void add_tokens(void)
{
    static const char *const attacks[] = {"expired",  "scp_missing", "four_segments", "wrong_aud_graph",
                                          "tampered", "exp_string",  "oid_missing",   NULL};
    char query[64];
    /* The valid ones several times, so that they are chosen often. */
    const char *teams = secret(keep(make_teams_token()));
    const char *caller = secret(keep(make_caller_token()));
    for (int i = 0; i < 5; i++) {
        add(TEXT_TEAMS_TOKEN, teams);
        add(TEXT_CALLER_TOKEN, caller);
    }
    const char *extension = secret(keep(emulator_mint("kind=teams_extension")));
    add(TEXT_EXTENSION_TOKEN, extension);
    add(TEXT_TEAMS_TOKEN, extension);
    add(TEXT_TEAMS_TOKEN, extension);
    const char *entra_user = secret(keep(emulator_mint("kind=entra_user")));
    add(TEXT_ENTRA_USER_TOKEN, entra_user);
    add(TEXT_TEAMS_TOKEN, entra_user);
    add(TEXT_TEAMS_TOKEN, entra_user);
    for (const char *const *attack = attacks; *attack != NULL; attack++) {
        snprintf(query, sizeof query, "kind=teams&attack=%s", *attack);
        add(TEXT_TEAMS_TOKEN, keep(emulator_mint(query)));
        snprintf(query, sizeof query, "kind=api&attack=%s", *attack);
        add(TEXT_CALLER_TOKEN, keep(emulator_mint(query)));
    }
    add(TEXT_CALLER_TOKEN, keep(emulator_mint("kind=api&attack=kid_unknown")));
    add(TEXT_BEARER_TOKEN, secret(keep(emulator_mint("kind=acs"))));
    add(TEXT_BEARER_TOKEN, "no.such.token");
}

static void add_resource(void)
{
    const char *http = emulator_text("connection_string_http");
    const char *key = secret(emulator_access_key());
    add(TEXT_ENDPOINT, emulator_text("http_url"));
    add(TEXT_ENDPOINT, emulator_text("http_url"));
    add(TEXT_ENDPOINT, emulator_text("https_url"));
    add(TEXT_ENDPOINT, dead);
    add(TEXT_ENDPOINT, "https://contoso.communication.azure.com/");
    add(TEXT_ACCESS_KEY, key);
    add(TEXT_ACCESS_KEY, secret(keep(make_access_key())));
    for (int i = 0; i < 4; i++) {
        add(TEXT_CONNECTION_STRING, http);
    }
    add(TEXT_CONNECTION_STRING, emulator_text("connection_string"));
    const char *parts = keep(joined(dead, "/;accesskey="));
    add(TEXT_CONNECTION_STRING, keep(joined("endpoint=", keep(joined(parts, key)))));
    parts = keep(joined("endpoint=http://service.example/;accesskey=", key));
    add(TEXT_CONNECTION_STRING, parts);
}

/* The emulator's own names. */
static void add_names(void)
{
    add(TEXT_CLIENT_ID, emulator_text("spa.client_id"));
    add(TEXT_CLIENT_ID, emulator_text("spa.client_id"));
    add(TEXT_CLIENT_ID, emulator_text("api.client_id"));
    add(TEXT_OBJECT_ID, emulator_text("users.0.object_id"));
    add(TEXT_OBJECT_ID, emulator_text("users.0.object_id"));
    add(TEXT_OBJECT_ID, emulator_text("users.2.object_id"));
    add(TEXT_TENANT_ID, emulator_text("tenant_id"));
    add(TEXT_TENANT_ID, "common");
    add(TEXT_AUDIENCE, emulator_text("api.client_id"));
    add(TEXT_AUDIENCE, keep(joined("api://", emulator_text("api.client_id"))));
    add(TEXT_AUDIENCE, ACS_RESOURCE_APP_ID);
    add(TEXT_AUTHORITY, emulator_text("https_url"));
    add(TEXT_AUTHORITY, dead);
    add(TEXT_PEM, emulator_ca());
    add(TEXT_PEM, emulator_ca());
    add(TEXT_PEM, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    add(TEXT_PROXY, dead);
    add(TEXT_PROXY, "http://user:password@127.0.0.1:1");
    add(TEXT_REDIS_URL, keep(joined("redis", strchr(dead, ':'))));
    add(TEXT_REDIS_URL, keep(joined("redis", strchr(hanging_url(), ':'))));
    add(TEXT_KEY32, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    add(TEXT_KEY32, secret(keep(make_access_key())));
}

extern const char *const *const texts_literals[TEXT_KINDS];

void texts_init(void)
{
    take_a_dead_port();
    add_resource();
    add_tokens();
    add_names();
    for (size_t kind = 0; kind < TEXT_KINDS; kind++) {
        if (texts_literals[kind] != NULL) {
            add_all((enum text_kind)kind, texts_literals[kind]);
        }
        CHECK(good[kind][0] != NULL);
    }
}

void texts_free(void)
{
    while (owned_count > 0) {
        free(owned[--owned_count]);
    }
}

const char *good_text_of(struct input *input, enum text_kind kind)
{
    size_t count = 0;
    while (good[kind][count] != NULL) {
        count++;
    }
    return good[kind][input_below(input, count)];
}

const char *first_text_of(enum text_kind kind)
{
    return good[kind][0];
}
