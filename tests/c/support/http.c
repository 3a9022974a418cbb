#include "http.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"

struct text {
    char *data;
    size_t len;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static CURL *easy;
static pid_t owner;

static size_t append(char *data, size_t size, size_t count, void *user_data)
{
    struct text *text = (struct text *)user_data;
    size_t len = size * count;
    char *grown = (char *)realloc(text->data, text->len + len + 1);
    if (grown == NULL) {
        return 0;
    }
    memcpy(grown + text->len, data, len);
    text->data = grown;
    text->len += len;
    grown[text->len] = '\0';
    return len;
}

/* A forked child must not write to the connection of its parent. */
static CURL *own_easy(void)
{
    if (easy != NULL && owner != getpid()) {
        easy = NULL;
    }
    if (easy == NULL) {
        CHECK(curl_global_init(CURL_GLOBAL_ALL) == CURLE_OK);
        easy = curl_easy_init();
        CHECK(easy != NULL);
        owner = getpid();
    }
    return easy;
}

long http_request(const char *method, const char *url, const char *body, char **answer)
{
    struct text text = {(char *)calloc(1, 1), 0};
    long status = 0;
    CHECK(text.data != NULL);

    pthread_mutex_lock(&lock);
    CURL *curl = own_easy();
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    if (body != NULL) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    }
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &text);
    CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK) {
        check_failed(__FILE__, __LINE__, url, curl_easy_strerror(code));
    }
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    /* Resets the options but keeps the connection. */
    curl_easy_reset(curl);
    curl_slist_free_all(headers);
    pthread_mutex_unlock(&lock);

    *answer = text.data;
    return status;
}

char *http_escape(const char *text)
{
    pthread_mutex_lock(&lock);
    char *escaped = curl_easy_escape(own_easy(), text, 0);
    CHECK(escaped != NULL);
    char *copy = strdup(escaped);
    curl_free(escaped);
    pthread_mutex_unlock(&lock);
    CHECK(copy != NULL);
    return copy;
}

void http_stop(void)
{
    if (easy != NULL && owner == getpid()) {
        curl_easy_cleanup(easy);
        curl_global_cleanup();
    }
    easy = NULL;
}
