/* The service's HMAC-SHA256 by OpenSSL. Algorithms are fetched once, and the key's state is computed once. */
#ifndef SIGNER_H
#define SIGNER_H

#include <stddef.h>

struct signer;

struct signature {
    char x_ms_date[30];
    char x_ms_content_sha256[45];
    char signature[45];
};

struct signer *signer_new(const char *access_key_base64);
void signer_sign(struct signer *signer, const char *method, const char *path_and_query, const char *host,
                 const char *body, size_t body_len, struct signature *signature);
void signer_free(struct signer *signer);

#endif
