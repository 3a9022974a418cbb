#include "signer.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "contender.h"

struct signer {
    EVP_MD *sha256;
    EVP_MD_CTX *hash;
    EVP_MAC *hmac;
    EVP_MAC_CTX *keyed;
};

struct signer *signer_new(const char *access_key_base64)
{
    unsigned char key[512];
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {OSSL_PARAM_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_END};
    size_t len = strlen(access_key_base64);
    struct signer *signer = calloc(1, sizeof *signer);
    if (signer == NULL || len < 4 || len * 3 / 4 > sizeof key) {
        die("signer", "no memory, or an access key of an unlikely length");
    }
    int key_len = EVP_DecodeBlock(key, (const unsigned char *)access_key_base64, (int)len);
    /* EVP_DecodeBlock decodes the padding to zeros. */
    key_len -= (access_key_base64[len - 1] == '=') + (access_key_base64[len - 2] == '=');
    signer->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    signer->hash = EVP_MD_CTX_new();
    signer->hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    signer->keyed = signer->hmac == NULL ? NULL : EVP_MAC_CTX_new(signer->hmac);
    if (key_len <= 0 || signer->sha256 == NULL || signer->hash == NULL || signer->keyed == NULL ||
        EVP_MAC_init(signer->keyed, key, (size_t)key_len, params) != 1) {
        die("signer", "OpenSSL cannot set it up");
    }
    OPENSSL_cleanse(key, sizeof key);
    return signer;
}

/* Not by strftime, which depends on the process's locale. */
static void format_date(char date[30])
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    snprintf(date, 30, "%s, %02u %s %04u %02u:%02u:%02u GMT", days[utc.tm_wday], (unsigned)utc.tm_mday % 100,
             months[utc.tm_mon], (unsigned)(utc.tm_year + 1900) % 10000, (unsigned)utc.tm_hour % 100,
             (unsigned)utc.tm_min % 100, (unsigned)utc.tm_sec % 100);
}

void signer_sign(struct signer *signer, const char *method, const char *path_and_query, const char *host,
                 const char *body, size_t body_len, struct signature *signature)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned digest_len = 0;
    char text[1024];

    format_date(signature->x_ms_date);
    if (EVP_DigestInit_ex2(signer->hash, signer->sha256, NULL) != 1 ||
        EVP_DigestUpdate(signer->hash, body, body_len) != 1 ||
        EVP_DigestFinal_ex(signer->hash, digest, &digest_len) != 1) {
        die("signer", "OpenSSL cannot hash");
    }
    EVP_EncodeBlock((unsigned char *)signature->x_ms_content_sha256, digest, (int)digest_len);
    int len = snprintf(text, sizeof text, "%s\n%s\n%s;%s;%s", method, path_and_query, signature->x_ms_date,
                       host, signature->x_ms_content_sha256);
    if (len <= 0 || (size_t)len >= sizeof text) {
        die("signer", "the text to sign is too long");
    }
    size_t mac_len = 0;
    if (EVP_MAC_init(signer->keyed, NULL, 0, NULL) != 1 ||
        EVP_MAC_update(signer->keyed, (const unsigned char *)text, (size_t)len) != 1 ||
        EVP_MAC_final(signer->keyed, digest, &mac_len, sizeof digest) != 1) {
        die("signer", "OpenSSL cannot sign");
    }
    EVP_EncodeBlock((unsigned char *)signature->signature, digest, (int)mac_len);
}

void signer_free(struct signer *signer)
{
    EVP_MAC_CTX_free(signer->keyed);
    EVP_MAC_free(signer->hmac);
    EVP_MD_CTX_free(signer->hash);
    EVP_MD_free(signer->sha256);
    free(signer);
}
