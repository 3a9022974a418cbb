/* Texts for arguments: valid ones of each kind, and odd ones. */
#ifndef TEXTS_H
#define TEXTS_H

#include "acs_auth.h"
#include "input.h"

enum text_kind {
    TEXT_ENDPOINT,
    TEXT_ACCESS_KEY,
    TEXT_CONNECTION_STRING,
    TEXT_API_VERSION,
    TEXT_TEAMS_TOKEN,
    TEXT_EXTENSION_TOKEN,
    TEXT_ENTRA_USER_TOKEN,
    TEXT_CALLER_TOKEN,
    TEXT_BEARER_TOKEN,
    TEXT_CLIENT_ID,
    TEXT_OBJECT_ID,
    TEXT_TENANT_ID,
    TEXT_SCOPE,
    TEXT_USER_ID,
    TEXT_AUDIENCE,
    TEXT_AUTHORITY,
    TEXT_ISSUER,
    TEXT_PEM,
    TEXT_PROXY,
    TEXT_NAME,
    TEXT_METHOD,
    TEXT_URL,
    TEXT_PATH,
    TEXT_HEADER_NAME,
    TEXT_HEADER_VALUE,
    TEXT_ANSWER,
    TEXT_BODY,
    TEXT_TOML,
    TEXT_REDIS_URL,
    TEXT_KEY32,
    TEXT_KINDS
};

/* Successful responses of the service. */
#define ANSWER_TOKEN "{\"token\":\"eyJ.a.b\",\"expiresOn\":\"2030-11-16T09:47:55.688402+00:00\"}"
#define ANSWER_USER "{\"identity\":{\"id\":\"8:acs:x\"}}"
#define ANSWER_USER_TOKEN "{\"identity\":{\"id\":\"8:acs:x\"},\"accessToken\":" ANSWER_TOKEN "}"
#define ANSWER_USER_DETAIL \
    "{\"id\":\"8:acs:x\",\"customId\":\"c\",\"lastTokenIssuedAt\":\"2026-01-01T00:00:00Z\"}"
#define ANSWER_ASSIGNMENT \
    "{\"tenantId\":\"t\",\"objectId\":\"o\",\"principalType\":\"user\",\"clientIds\":[\"c\"]}"

/* Fetches what comes from the emulator, and passes the tokens and keys that must appear nowhere to judge_add_secret.
 * Call it once, before anything else. */
void texts_init(void);
void texts_free(void);

/* Memory of a program's own texts and lists, freed all at once. */
struct arena {
    void **blocks;
    size_t count;
    size_t room;
};
void *arena_take(struct arena *arena, size_t size);
void arena_free(struct arena *arena);

/* A text of that kind; now and then NULL, of another kind, not UTF-8, very long or changed in a byte. */
const char *text_of(struct input *input, struct arena *arena, enum text_kind kind);
/* A valid one, NULL, an empty one, or one that is not UTF-8: for texts that name a machine, since a changed
 * name could be that of another machine. */
const char *sound_text_of(struct input *input, enum text_kind kind);
/* Like text_of, but mostly NULL, for optional members. */
const char *optional_text_of(struct input *input, struct arena *arena, enum text_kind kind);
/* A valid one. */
const char *good_text_of(struct input *input, enum text_kind kind);
/* The valid one that fits the first ones of the other kinds. */
const char *first_text_of(enum text_kind kind);

struct list {
    const char *const *items;
    size_t count;
};
/* A list of such texts whose count is right, or so large that the list is rejected unread. */
struct list list_of(struct input *input, struct arena *arena, enum text_kind kind);

acs_bytes bytes_of(struct input *input, struct arena *arena, enum text_kind kind);

struct headers {
    const acs_header *items;
    size_t count;
};
struct headers headers_of(struct input *input, struct arena *arena);

/* An address where nothing listens. */
const char *dead_url(void);

#endif
