#include "make.h"
#include "null_arguments.h"

static const char *const scopes[] = {ACS_TOKEN_SCOPE_CHAT};
static const char *const ids[] = {"c"};
static const char id[] = "8:acs:a";

static acs_client *client;
static acs_verifier *verifier;
static acs_exchanger *exchanger;
static acs_user_credential *credential;
static acs_handler *handler;

static void make_all(void)
{
    acs_verifier_options options;
    acs_error *error = NULL;
    client = make_hanging_client();
    make_verifier_options(&options);
    CHECK_OK(acs_verifier_new(&options, &verifier, &error), error);
    CHECK_OK(acs_exchanger_new(client, NULL, &exchanger, &error), error);
    acs_user_credential_options feeding;
    acs_user_credential_options_init(&feeding, sizeof feeding);
    feeding.token = "t";
    CHECK_OK(acs_user_credential_new(&feeding, &credential, &error), error);
    handler = make_handler();
}

static void free_all(void)
{
    acs_handler_free(handler);
    acs_user_credential_free(credential);
    acs_exchanger_free(exchanger);
    acs_verifier_free(verifier);
    acs_client_free(client);
}

void null_operations(void)
{
    acs_user *user = UNTOUCHED(acs_user);
    acs_token *token = UNTOUCHED(acs_token);
    acs_user_token *both = UNTOUCHED(acs_user_token);
    acs_user_detail *detail = UNTOUCHED(acs_user_detail);
    acs_teams_extension_assignment *assignment = UNTOUCHED(acs_teams_extension_assignment);
    acs_verified_token *verified = UNTOUCHED(acs_verified_token);
    acs_response *response = UNTOUCHED(acs_response);
    int32_t answer = 7;
    acs_request request;
    acs_request_init(NULL, sizeof request);
    acs_request_init(&request, sizeof request);
    acs_call_options_init(NULL, sizeof(acs_call_options));
    make_all();

    REFUSED("client", acs_client_create_user, NULL, NULL, &user);
    REFUSED("user", acs_client_create_user, client, NULL, NULL);
    REFUSED("client", acs_client_create_user_and_token, NULL, scopes, 1, ACS_DEFAULT, NULL, &both);
    REFUSED("scopes", acs_client_create_user_and_token, client, NULL, 1, ACS_DEFAULT, NULL, &both);
    REFUSED("user_token", acs_client_create_user_and_token, client, scopes, 1, ACS_DEFAULT, NULL, NULL);
    REFUSED("client", acs_client_get_token, NULL, id, scopes, 1, ACS_DEFAULT, NULL, &token);
    REFUSED("user_id", acs_client_get_token, client, NULL, scopes, 1, ACS_DEFAULT, NULL, &token);
    REFUSED("scopes", acs_client_get_token, client, id, NULL, 1, ACS_DEFAULT, NULL, &token);
    REFUSED("token", acs_client_get_token, client, id, scopes, 1, ACS_DEFAULT, NULL, NULL);
    REFUSED("client", acs_client_revoke_tokens, NULL, id, NULL);
    REFUSED("user_id", acs_client_revoke_tokens, client, NULL, NULL);
    REFUSED("client", acs_client_delete_user, NULL, id, NULL);
    REFUSED("user_id", acs_client_delete_user, client, NULL, NULL);
    REFUSED("client", acs_client_get_token_for_teams_user, NULL, "t", "c", "u", NULL, &token);
    REFUSED("aad_token", acs_client_get_token_for_teams_user, client, NULL, "c", "u", NULL, &token);
    REFUSED("client_id", acs_client_get_token_for_teams_user, client, "t", NULL, "u", NULL, &token);
    REFUSED("user_object_id", acs_client_get_token_for_teams_user, client, "t", "c", NULL, NULL, &token);
    REFUSED("token", acs_client_get_token_for_teams_user, client, "t", "c", "u", NULL, NULL);
    REFUSED("client", acs_client_get_token_for_teams_extension_user, NULL, "t", NULL, &both);
    REFUSED("aad_token", acs_client_get_token_for_teams_extension_user, client, NULL, NULL, &both);
    REFUSED("user_token", acs_client_get_token_for_teams_extension_user, client, "t", NULL, NULL);
    REFUSED("client", acs_client_put_teams_extension_assignment, NULL, "t", "o", "user", ids, 1, NULL, &assignment);
    REFUSED("tenant_id", acs_client_put_teams_extension_assignment, client, NULL, "o", "user", ids, 1, NULL,
            &assignment);
    REFUSED("object_id", acs_client_put_teams_extension_assignment, client, "t", NULL, "user", ids, 1, NULL,
            &assignment);
    REFUSED("principal_type", acs_client_put_teams_extension_assignment, client, "t", "o", NULL, ids, 1, NULL,
            &assignment);
    REFUSED("client_ids", acs_client_put_teams_extension_assignment, client, "t", "o", "user", NULL, 1, NULL,
            &assignment);
    REFUSED("teams_extension_assignment", acs_client_put_teams_extension_assignment, client, "t", "o", "user", ids, 1, NULL, NULL);
    REFUSED("client", acs_client_get_teams_extension_assignment, NULL, "t", "o", NULL, &assignment);
    REFUSED("tenant_id", acs_client_get_teams_extension_assignment, client, NULL, "o", NULL, &assignment);
    REFUSED("object_id", acs_client_get_teams_extension_assignment, client, "t", NULL, NULL, &assignment);
    REFUSED("teams_extension_assignment", acs_client_get_teams_extension_assignment, client, "t", "o", NULL, NULL);
    REFUSED("client", acs_client_delete_teams_extension_assignment, NULL, "t", "o", NULL);
    REFUSED("tenant_id", acs_client_delete_teams_extension_assignment, client, NULL, "o", NULL);
    REFUSED("object_id", acs_client_delete_teams_extension_assignment, client, "t", NULL, NULL);
    REFUSED("client", acs_client_get_token_for_entra_user, NULL, "t", NULL, &both);
    REFUSED("aad_token", acs_client_get_token_for_entra_user, client, NULL, NULL, &both);
    REFUSED("user_token", acs_client_get_token_for_entra_user, client, "t", NULL, NULL);
    REFUSED("client", acs_client_create_user_with_custom_id, NULL, "c", NULL, &user);
    REFUSED("custom_id", acs_client_create_user_with_custom_id, client, NULL, NULL, &user);
    REFUSED("user", acs_client_create_user_with_custom_id, client, "c", NULL, NULL);
    REFUSED("client", acs_client_create_user_and_token_with_custom_id, NULL, "c", scopes, 1, ACS_DEFAULT, NULL, &both);
    REFUSED("custom_id", acs_client_create_user_and_token_with_custom_id, client, NULL, scopes, 1, ACS_DEFAULT, NULL,
            &both);
    REFUSED("scopes", acs_client_create_user_and_token_with_custom_id, client, "c", NULL, 1, ACS_DEFAULT, NULL, &both);
    REFUSED("user_token", acs_client_create_user_and_token_with_custom_id, client, "c", scopes, 1, ACS_DEFAULT, NULL,
            NULL);
    REFUSED("client", acs_client_get_user_detail, NULL, id, NULL, &detail);
    REFUSED("user_id", acs_client_get_user_detail, client, NULL, NULL, &detail);
    REFUSED("user_detail", acs_client_get_user_detail, client, id, NULL, NULL);

    REFUSED("verifier", acs_verifier_verify, NULL, "t", &verified);
    REFUSED("bearer_token", acs_verifier_verify, verifier, NULL, &verified);
    REFUSED("verified_token", acs_verifier_verify, verifier, "t", NULL);
    REFUSED("verifier", acs_verifier_keys_reachable, NULL, &answer);
    REFUSED("reachable", acs_verifier_keys_reachable, verifier, NULL);

    REFUSED("exchanger", acs_exchanger_exchange_teams_extension, NULL, "t", ACS_DEFAULT, &both);
    REFUSED("aad_token", acs_exchanger_exchange_teams_extension, exchanger, NULL, ACS_DEFAULT, &both);
    REFUSED("user_token", acs_exchanger_exchange_teams_extension, exchanger, "t", ACS_DEFAULT, NULL);
    REFUSED("exchanger", acs_exchanger_exchange, NULL, "t", "c", "u", ACS_DEFAULT, &token);
    REFUSED("aad_token", acs_exchanger_exchange, exchanger, NULL, "c", "u", ACS_DEFAULT, &token);
    REFUSED("client_id", acs_exchanger_exchange, exchanger, "t", NULL, "u", ACS_DEFAULT, &token);
    REFUSED("user_object_id", acs_exchanger_exchange, exchanger, "t", "c", NULL, ACS_DEFAULT, &token);
    REFUSED("token", acs_exchanger_exchange, exchanger, "t", "c", "u", ACS_DEFAULT, NULL);
    REFUSED("exchanger", acs_exchanger_sign_out, NULL, "t", "u");
    REFUSED("tenant_id", acs_exchanger_sign_out, exchanger, NULL, "u");
    REFUSED("user_object_id", acs_exchanger_sign_out, exchanger, "t", NULL);
    REFUSED("exchanger", acs_exchanger_is_cache_reachable, NULL, &answer);
    REFUSED("reachable", acs_exchanger_is_cache_reachable, exchanger, NULL);

    REFUSED("credential", acs_user_credential_get_token, NULL, &token);
    REFUSED("token", acs_user_credential_get_token, credential, NULL);
    REFUSED("credential", acs_user_credential_start, NULL);

    REFUSED("method", acs_handler_handle, handler, &request, &response);
    request.method = "GET";
    REFUSED("path", acs_handler_handle, handler, &request, &response);
    request.path = "/healthz";
    REFUSED("handler", acs_handler_handle, NULL, &request, &response);
    REFUSED("request", acs_handler_handle, handler, NULL, &response);
    REFUSED("response", acs_handler_handle, handler, &request, NULL);
    request.header_count = 1;
    REFUSED("headers", acs_handler_handle, handler, &request, &response);
    request.header_count = 0;
    request.body.len = 1;
    REFUSED("body", acs_handler_handle, handler, &request, &response);

    CHECK(user == UNTOUCHED(acs_user) && token == UNTOUCHED(acs_token) && both == UNTOUCHED(acs_user_token));
    CHECK(verified == UNTOUCHED(acs_verified_token) && response == UNTOUCHED(acs_response) && answer == 7);
    free_all();
}

static void never(void *user_data, acs_completion *completion)
{
    (void)user_data;
    (void)completion;
    CHECK(!"a refused submission was completed");
}

void null_submissions(void)
{
    acs_call *call = UNTOUCHED(acs_call);
    acs_delivery to;
    acs_delivery nowhere;
    acs_delivery two_places;
    acs_request request;
    acs_queue *queue = NULL;
    acs_error *error = NULL;
    acs_delivery_init(NULL, sizeof to);
    acs_delivery_init(&to, sizeof to);
    nowhere = to;
    to.callback = never;
    two_places = to;
    CHECK_OK(acs_queue_new(&queue, &error), error);
    two_places.queue = queue;
    acs_request_init(&request, sizeof request);
    request.method = "GET";
    request.path = "/healthz";
    make_all();

    REFUSED("client", acs_client_create_user_submit, NULL, NULL, &to, &call);
    REFUSED("delivery", acs_client_create_user_submit, client, NULL, NULL, &call);
    REFUSED("delivery", acs_client_create_user_submit, client, NULL, &nowhere, &call);
    REFUSED("delivery", acs_client_create_user_submit, client, NULL, &two_places, &call);
    REFUSED("client", acs_client_create_user_and_token_submit, NULL, scopes, 1, ACS_DEFAULT, NULL, &to,
            &call);
    REFUSED("scopes", acs_client_create_user_and_token_submit, client, NULL, 1, ACS_DEFAULT, NULL, &to,
            &call);
    REFUSED("delivery", acs_client_create_user_and_token_submit, client, scopes, 1, ACS_DEFAULT, NULL, NULL,
            &call);
    REFUSED("client", acs_client_get_token_submit, NULL, id, scopes, 1, ACS_DEFAULT, NULL, &to, &call);
    REFUSED("user_id", acs_client_get_token_submit, client, NULL, scopes, 1, ACS_DEFAULT, NULL, &to, &call);
    REFUSED("scopes", acs_client_get_token_submit, client, id, NULL, 1, ACS_DEFAULT, NULL, &to, &call);
    REFUSED("delivery", acs_client_get_token_submit, client, id, scopes, 1, ACS_DEFAULT, NULL, NULL, &call);
    REFUSED("client", acs_client_revoke_tokens_submit, NULL, id, NULL, &to, &call);
    REFUSED("user_id", acs_client_revoke_tokens_submit, client, NULL, NULL, &to, &call);
    REFUSED("delivery", acs_client_revoke_tokens_submit, client, id, NULL, NULL, &call);
    REFUSED("client", acs_client_delete_user_submit, NULL, id, NULL, &to, &call);
    REFUSED("user_id", acs_client_delete_user_submit, client, NULL, NULL, &to, &call);
    REFUSED("delivery", acs_client_delete_user_submit, client, id, NULL, NULL, &call);
    REFUSED("client", acs_client_get_token_for_teams_user_submit, NULL, "t", "c", "u", NULL, &to, &call);
    REFUSED("aad_token", acs_client_get_token_for_teams_user_submit, client, NULL, "c", "u", NULL, &to,
            &call);
    REFUSED("client_id", acs_client_get_token_for_teams_user_submit, client, "t", NULL, "u", NULL, &to,
            &call);
    REFUSED("user_object_id", acs_client_get_token_for_teams_user_submit, client, "t", "c", NULL, NULL, &to,
            &call);
    REFUSED("delivery", acs_client_get_token_for_teams_user_submit, client, "t", "c", "u", NULL, NULL, &call);
    REFUSED("client", acs_client_get_token_for_teams_extension_user_submit, NULL, "t", NULL, &to, &call);
    REFUSED("aad_token", acs_client_get_token_for_teams_extension_user_submit, client, NULL, NULL, &to,
            &call);
    REFUSED("delivery", acs_client_get_token_for_teams_extension_user_submit, client, "t", NULL, NULL, &call);
    REFUSED("client", acs_client_put_teams_extension_assignment_submit, NULL, "t", "o", "user", ids, 1, NULL, &to, &call);
    REFUSED("client_ids", acs_client_put_teams_extension_assignment_submit, client, "t", "o", "user", NULL, 1, NULL, &to,
            &call);
    REFUSED("delivery", acs_client_put_teams_extension_assignment_submit, client, "t", "o", "user", ids, 1, NULL, NULL,
            &call);
    REFUSED("tenant_id", acs_client_get_teams_extension_assignment_submit, client, NULL, "o", NULL, &to, &call);
    REFUSED("delivery", acs_client_get_teams_extension_assignment_submit, client, "t", "o", NULL, NULL, &call);
    REFUSED("object_id", acs_client_delete_teams_extension_assignment_submit, client, "t", NULL, NULL, &to, &call);
    REFUSED("delivery", acs_client_delete_teams_extension_assignment_submit, client, "t", "o", NULL, NULL, &call);
    REFUSED("aad_token", acs_client_get_token_for_entra_user_submit, client, NULL, NULL, &to, &call);
    REFUSED("delivery", acs_client_get_token_for_entra_user_submit, client, "t", NULL, NULL, &call);
    REFUSED("custom_id", acs_client_create_user_with_custom_id_submit, client, NULL, NULL, &to, &call);
    REFUSED("delivery", acs_client_create_user_with_custom_id_submit, client, "c", NULL, NULL, &call);
    REFUSED("custom_id", acs_client_create_user_and_token_with_custom_id_submit, client, NULL, scopes, 1, ACS_DEFAULT,
            NULL, &to, &call);
    REFUSED("delivery", acs_client_create_user_and_token_with_custom_id_submit, client, "c", scopes, 1, ACS_DEFAULT,
            NULL, NULL, &call);
    REFUSED("user_id", acs_client_get_user_detail_submit, client, NULL, NULL, &to, &call);
    REFUSED("delivery", acs_client_get_user_detail_submit, client, id, NULL, NULL, &call);

    REFUSED("verifier", acs_verifier_verify_submit, NULL, "t", &to, &call);
    REFUSED("bearer_token", acs_verifier_verify_submit, verifier, NULL, &to, &call);
    REFUSED("delivery", acs_verifier_verify_submit, verifier, "t", NULL, &call);
    REFUSED("verifier", acs_verifier_keys_reachable_submit, NULL, &to, &call);
    REFUSED("delivery", acs_verifier_keys_reachable_submit, verifier, NULL, &call);
    REFUSED("aad_token", acs_exchanger_exchange_teams_extension_submit, exchanger, NULL, ACS_DEFAULT, &to, &call);
    REFUSED("delivery", acs_exchanger_exchange_teams_extension_submit, exchanger, "t", ACS_DEFAULT, NULL, &call);
    REFUSED("exchanger", acs_exchanger_exchange_submit, NULL, "t", "c", "u", ACS_DEFAULT, &to, &call);
    REFUSED("aad_token", acs_exchanger_exchange_submit, exchanger, NULL, "c", "u", ACS_DEFAULT, &to, &call);
    REFUSED("client_id", acs_exchanger_exchange_submit, exchanger, "t", NULL, "u", ACS_DEFAULT, &to, &call);
    REFUSED("user_object_id", acs_exchanger_exchange_submit, exchanger, "t", "c", NULL, ACS_DEFAULT, &to,
            &call);
    REFUSED("delivery", acs_exchanger_exchange_submit, exchanger, "t", "c", "u", ACS_DEFAULT, NULL, &call);
    REFUSED("exchanger", acs_exchanger_sign_out_submit, NULL, "t", "u", &to, &call);
    REFUSED("tenant_id", acs_exchanger_sign_out_submit, exchanger, NULL, "u", &to, &call);
    REFUSED("user_object_id", acs_exchanger_sign_out_submit, exchanger, "t", NULL, &to, &call);
    REFUSED("delivery", acs_exchanger_sign_out_submit, exchanger, "t", "u", NULL, &call);
    REFUSED("exchanger", acs_exchanger_is_cache_reachable_submit, NULL, &to, &call);
    REFUSED("delivery", acs_exchanger_is_cache_reachable_submit, exchanger, NULL, &call);
    REFUSED("credential", acs_user_credential_get_token_submit, NULL, &to, &call);
    REFUSED("delivery", acs_user_credential_get_token_submit, credential, NULL, &call);
    REFUSED("handler", acs_handler_handle_submit, NULL, &request, &to, &call);
    REFUSED("request", acs_handler_handle_submit, handler, NULL, &to, &call);
    REFUSED("delivery", acs_handler_handle_submit, handler, &request, NULL, &call);

    CHECK(call == UNTOUCHED(acs_call));
    CHECK_INT(acs_queue_pending(queue), 0);
    acs_queue_free(queue);
    free_all();
}
