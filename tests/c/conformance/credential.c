#include "credential.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check.h"

/* Shared by the case and the library, whose threads ask and release. */
struct credential {
    pthread_mutex_t lock;
    size_t shares;
    char *token;
    int64_t expires_in_s;
    json_t *asked;
};

credential *credential_new(const char *token, int64_t expires_in_s)
{
    credential *made = calloc(1, sizeof *made);
    CHECK(made != NULL);
    pthread_mutex_init(&made->lock, NULL);
    made->shares = 1;
    made->token = strdup(token);
    made->expires_in_s = expires_in_s;
    made->asked = json_array();
    return made;
}

void credential_free(credential *credential)
{
    if (credential == NULL) {
        return;
    }
    pthread_mutex_lock(&credential->lock);
    size_t left = --credential->shares;
    pthread_mutex_unlock(&credential->lock);
    if (left == 0) {
        pthread_mutex_destroy(&credential->lock);
        json_decref(credential->asked);
        free(credential->token);
        free(credential);
    }
}

static void get_token(void *user_data, acs_token_request *request)
{
    credential *credential = user_data;
    json_t *scopes = json_array();
    for (size_t index = 0; index < acs_token_request_scope_count(request); index++) {
        json_array_append_new(scopes, json_string(acs_token_request_scope(request, index)));
    }
    pthread_mutex_lock(&credential->lock);
    json_array_append_new(credential->asked, scopes);
    pthread_mutex_unlock(&credential->lock);
    acs_error *error = NULL;
    int64_t expires_on = (int64_t)time(NULL) + credential->expires_in_s;
    CHECK_OK(acs_token_request_complete(request, credential->token, expires_on, &error), error);
}

static void release(void *user_data)
{
    credential_free(user_data);
}

acs_token_credential credential_share(credential *credential)
{
    acs_token_credential given;
    acs_token_credential_init(&given, sizeof given);
    given.get_token = get_token;
    given.user_data = credential;
    given.release = release;
    pthread_mutex_lock(&credential->lock);
    credential->shares++;
    pthread_mutex_unlock(&credential->lock);
    return given;
}

json_t *credential_asked(credential *credential)
{
    pthread_mutex_lock(&credential->lock);
    json_t *asked = json_deep_copy(credential->asked);
    pthread_mutex_unlock(&credential->lock);
    return asked;
}
