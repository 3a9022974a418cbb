#include "ours.h"

acs_client *ours_client(const struct target *target)
{
    acs_client_options options;
    acs_client *client = NULL;
    acs_error *error = NULL;
    acs_client_options_init(&options, sizeof options);
    options.endpoint = target->endpoint;
    options.access_key = target->access_key;
    options.root_certificates_pem = target->root_certificates_pem;
    options.http2 = !target->only_http1;
    if (acs_client_new(&options, &client, &error) != ACS_STATUS_OK) {
        ours_die(error);
    }
    return client;
}

void ours_submit(const acs_client *client, const struct target *target, const acs_delivery *delivery)
{
    acs_error *error = NULL;
    if (acs_client_get_token_for_teams_user_submit(client, target->aad_token, target->client_id,
                                                   target->user_object_id, NULL, delivery, NULL,
                                                   &error) != ACS_STATUS_OK) {
        ours_die(error);
    }
}

void ours_read(acs_token *token)
{
    must_be_token(acs_token_text(token), acs_token_expires_on(token));
    acs_token_free(token);
}

void ours_finish(acs_completion *completion)
{
    acs_token *token = acs_completion_take_token(completion);
    if (token == NULL) {
        ours_die(acs_completion_take_error(completion));
    }
    ours_read(token);
    acs_completion_free(completion);
}

_Noreturn void ours_die(acs_error *error)
{
    die("acs_auth", acs_error_message(error));
}
