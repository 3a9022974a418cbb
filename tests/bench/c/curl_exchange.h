/* One exchange by libcurl: a signed POST, and a response in JSON. */
#ifndef CURL_EXCHANGE_H
#define CURL_EXCHANGE_H

#include <curl/curl.h>

#include "contender.h"
#include "signer.h"

/* The state that all exchanges of a resource share. */
struct resource {
    const struct target *target;
    struct signer *signer;
    char url[256];
    char host[128];
    /* Without the JSON library: bodies are printed, and responses searched for quotes. A careful client would
     * not do so; it shows what the JSON library costs. */
    int has_no_json_library;
};

/* A handle that is reused for one exchange after the other, so that its options are set once. */
struct exchange {
    CURL *easy;
    struct curl_slist *headers;
    char *body;
    size_t answer_len;
    char answer[64 * 1024]; /* larger than any answer of the service */
};

void resource_init(struct resource *resource, const struct target *target);
void resource_destroy(struct resource *resource);

void exchange_init(struct exchange *exchange, const struct resource *resource);
/* Builds the request, signed with the current time. */
void exchange_prepare(struct exchange *exchange, const struct resource *resource);
/* Parses the response, and frees what the request needed. */
void exchange_finish(struct exchange *exchange, const struct resource *resource, CURLcode code);
void exchange_destroy(struct exchange *exchange);

#endif
