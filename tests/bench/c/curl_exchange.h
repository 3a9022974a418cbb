/* One exchange by libcurl: the signed POST that goes out, and the JSON that comes back. */
#ifndef CURL_EXCHANGE_H
#define CURL_EXCHANGE_H

#include <curl/curl.h>

#include "contender.h"
#include "signer.h"

/* What all exchanges of a resource share. */
struct resource {
    const struct target *target;
    struct signer *signer;
    char url[256];
    char host[128];
    /* Bodies are printed and answers searched for quotes instead: less than a careful client does, to see
     * what the JSON library costs. */
    int has_no_json_library;
};

/* A handle that is used for one exchange after the other, so that its options are set once. */
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
/* Makes the request, signed for now. */
void exchange_prepare(struct exchange *exchange, const struct resource *resource);
/* Reads the answer, and frees what was made for it. */
void exchange_finish(struct exchange *exchange, const struct resource *resource, CURLcode code);
void exchange_destroy(struct exchange *exchange);

#endif
