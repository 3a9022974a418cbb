/* NULL for each required argument, one at a time: an error names the argument, and nothing is written. */
#include "null_arguments.h"

#include <string.h>

#include "make.h"

char untouched[1];

#define ID "c0c0c0c0-0000-4000-8000-000000000001"

static const char url[] = "https://contoso.communication.azure.com";
static const char *const scopes[] = {ACS_TOKEN_SCOPE_CHAT};
static const char *const scope_of_null[] = {NULL};
static acs_endpoint *endpoint;
static acs_access_key *key;
static acs_cloud *cloud;
static acs_client *client;

static void clouds(void)
{
    acs_cloud_options options;
    acs_cloud *made = UNTOUCHED(acs_cloud);
    char *scope = untouched;
    acs_cloud_options_init(&options, sizeof options);
    acs_cloud_options_init(NULL, sizeof options);
    REFUSED("options", acs_cloud_new, NULL, &made);
    REFUSED("cloud", acs_cloud_new, &options, NULL);
    REFUSED("cloud", acs_cloud_teams_scope, NULL, "Teams.ManageCalls", &scope);
    REFUSED("permission", acs_cloud_teams_scope, cloud, NULL, &scope);
    REFUSED("scope", acs_cloud_teams_scope, cloud, "Teams.ManageCalls", NULL);
    options.teams_user_prefixes = scope_of_null;
    options.teams_user_prefix_count = 1;
    REFUSED("teams_user_prefixes", acs_cloud_new, &options, &made);
    CHECK(made == UNTOUCHED(acs_cloud) && scope == untouched);
}

static void texts_that_are_parsed(void)
{
    acs_endpoint *parsed = UNTOUCHED(acs_endpoint);
    acs_access_key *read = UNTOUCHED(acs_access_key);
    acs_connection_string *parts = UNTOUCHED(acs_connection_string);
    REFUSED("text", acs_endpoint_parse, NULL, &parsed);
    REFUSED("endpoint", acs_endpoint_parse, url, NULL);
    REFUSED("text", acs_endpoint_parse_allowing_insecure, NULL, &parsed);
    REFUSED("endpoint", acs_endpoint_parse_allowing_insecure, url, NULL);
    REFUSED("text", acs_access_key_from_base64, NULL, &read);
    REFUSED("key", acs_access_key_from_base64, "AAAA", NULL);
    REFUSED("text", acs_connection_string_parse, NULL, &parts);
    REFUSED("parts", acs_connection_string_parse, "", NULL);
    REFUSED("text", acs_connection_string_parse_allowing_insecure, NULL, &parts);
    REFUSED("parts", acs_connection_string_parse_allowing_insecure, "", NULL);
    CHECK(parsed == UNTOUCHED(acs_endpoint) && read == UNTOUCHED(acs_access_key));
    CHECK(parts == UNTOUCHED(acs_connection_string));
}

static void signing(void)
{
    acs_signed_headers *headers = UNTOUCHED(acs_signed_headers);
    acs_bytes none = {NULL, 0};
    acs_bytes wrong = {NULL, 1};
    REFUSED("key", acs_sign_request, NULL, "GET", url, none, 0, &headers);
    REFUSED("method", acs_sign_request, key, NULL, url, none, 0, &headers);
    REFUSED("url", acs_sign_request, key, "GET", NULL, none, 0, &headers);
    REFUSED("body", acs_sign_request, key, "GET", url, wrong, 0, &headers);
    REFUSED("headers", acs_sign_request, key, "GET", url, none, 0, NULL);
    CHECK(headers == UNTOUCHED(acs_signed_headers));
}

static void preparing(void)
{
    acs_prepared_request *request = UNTOUCHED(acs_prepared_request);
    REFUSED("endpoint", acs_prepare_create_user, NULL, NULL, &request);
    REFUSED("request", acs_prepare_create_user, endpoint, NULL, NULL);

    REFUSED("endpoint", acs_prepare_create_user_and_token, NULL, scopes, 1, ACS_DEFAULT, NULL, &request);
    REFUSED("scopes", acs_prepare_create_user_and_token, endpoint, NULL, 1, ACS_DEFAULT, NULL, &request);
    REFUSED("scopes", acs_prepare_create_user_and_token, endpoint, scope_of_null, 1, ACS_DEFAULT, NULL,
            &request);
    REFUSED("request", acs_prepare_create_user_and_token, endpoint, scopes, 1, ACS_DEFAULT, NULL, NULL);

    REFUSED("endpoint", acs_prepare_issue_token, NULL, "8:acs:a", scopes, 1, ACS_DEFAULT, NULL, &request);
    REFUSED("user_id", acs_prepare_issue_token, endpoint, NULL, scopes, 1, ACS_DEFAULT, NULL, &request);
    REFUSED("scopes", acs_prepare_issue_token, endpoint, "8:acs:a", NULL, 1, ACS_DEFAULT, NULL, &request);
    REFUSED("request", acs_prepare_issue_token, endpoint, "8:acs:a", scopes, 1, ACS_DEFAULT, NULL, NULL);

    REFUSED("endpoint", acs_prepare_revoke_tokens, NULL, "8:acs:a", NULL, &request);
    REFUSED("user_id", acs_prepare_revoke_tokens, endpoint, NULL, NULL, &request);
    REFUSED("request", acs_prepare_revoke_tokens, endpoint, "8:acs:a", NULL, NULL);
    REFUSED("endpoint", acs_prepare_delete_user, NULL, "8:acs:a", NULL, &request);
    REFUSED("user_id", acs_prepare_delete_user, endpoint, NULL, NULL, &request);
    REFUSED("request", acs_prepare_delete_user, endpoint, "8:acs:a", NULL, NULL);

    REFUSED("endpoint", acs_prepare_exchange_teams_user, NULL, "t", "c", "u", NULL, &request);
    REFUSED("aad_token", acs_prepare_exchange_teams_user, endpoint, NULL, "c", "u", NULL, &request);
    REFUSED("client_id", acs_prepare_exchange_teams_user, endpoint, "t", NULL, "u", NULL, &request);
    REFUSED("user_object_id", acs_prepare_exchange_teams_user, endpoint, "t", "c", NULL, NULL, &request);
    REFUSED("request", acs_prepare_exchange_teams_user, endpoint, "t", "c", "u", NULL, NULL);
    REFUSED("endpoint", acs_prepare_exchange_teams_extension, NULL, "t", NULL, &request);
    REFUSED("aad_token", acs_prepare_exchange_teams_extension, endpoint, NULL, NULL, &request);
    REFUSED("request", acs_prepare_exchange_teams_extension, endpoint, "t", NULL, NULL);
    CHECK(request == UNTOUCHED(acs_prepared_request));
}

static void preparing_the_newest(void)
{
    acs_prepared_request *request = UNTOUCHED(acs_prepared_request);
    const char *const none[] = {NULL};
    REFUSED("endpoint", acs_prepare_put_teams_extension_assignment, NULL, ID, ID, "user", NULL, 0, NULL, &request);
    REFUSED("tenant_id", acs_prepare_put_teams_extension_assignment, endpoint, NULL, ID, "user", NULL, 0, NULL,
            &request);
    REFUSED("object_id", acs_prepare_put_teams_extension_assignment, endpoint, ID, NULL, "user", NULL, 0, NULL,
            &request);
    REFUSED("principal_type", acs_prepare_put_teams_extension_assignment, endpoint, ID, ID, NULL, NULL, 0, NULL,
            &request);
    REFUSED("client_ids", acs_prepare_put_teams_extension_assignment, endpoint, ID, ID, "user", NULL, 1, NULL,
            &request);
    REFUSED("client_ids", acs_prepare_put_teams_extension_assignment, endpoint, ID, ID, "user", none, 1, NULL,
            &request);
    REFUSED("request", acs_prepare_put_teams_extension_assignment, endpoint, ID, ID, "user", NULL, 0, NULL, NULL);
    REFUSED("endpoint", acs_prepare_get_teams_extension_assignment, NULL, ID, ID, NULL, &request);
    REFUSED("tenant_id", acs_prepare_get_teams_extension_assignment, endpoint, NULL, ID, NULL, &request);
    REFUSED("object_id", acs_prepare_get_teams_extension_assignment, endpoint, ID, NULL, NULL, &request);
    REFUSED("request", acs_prepare_get_teams_extension_assignment, endpoint, ID, ID, NULL, NULL);
    REFUSED("endpoint", acs_prepare_delete_teams_extension_assignment, NULL, ID, ID, NULL, &request);
    REFUSED("tenant_id", acs_prepare_delete_teams_extension_assignment, endpoint, NULL, ID, NULL, &request);
    REFUSED("object_id", acs_prepare_delete_teams_extension_assignment, endpoint, ID, NULL, NULL, &request);
    REFUSED("request", acs_prepare_delete_teams_extension_assignment, endpoint, ID, ID, NULL, NULL);
    REFUSED("endpoint", acs_prepare_exchange_entra_user, NULL, "t", NULL, &request);
    REFUSED("aad_token", acs_prepare_exchange_entra_user, endpoint, NULL, NULL, &request);
    REFUSED("request", acs_prepare_exchange_entra_user, endpoint, "t", NULL, NULL);
    REFUSED("endpoint", acs_prepare_create_user_with_custom_id, NULL, "c", NULL, &request);
    REFUSED("custom_id", acs_prepare_create_user_with_custom_id, endpoint, NULL, NULL, &request);
    REFUSED("request", acs_prepare_create_user_with_custom_id, endpoint, "c", NULL, NULL);
    REFUSED("endpoint", acs_prepare_create_user_and_token_with_custom_id, NULL, "c", scopes, 1, ACS_DEFAULT, NULL,
            &request);
    REFUSED("custom_id", acs_prepare_create_user_and_token_with_custom_id, endpoint, NULL, scopes, 1, ACS_DEFAULT,
            NULL, &request);
    REFUSED("scopes", acs_prepare_create_user_and_token_with_custom_id, endpoint, "c", NULL, 1, ACS_DEFAULT, NULL,
            &request);
    REFUSED("request", acs_prepare_create_user_and_token_with_custom_id, endpoint, "c", scopes, 1, ACS_DEFAULT, NULL,
            NULL);
    REFUSED("endpoint", acs_prepare_get_user_detail, NULL, "8:acs:a", NULL, &request);
    REFUSED("user_id", acs_prepare_get_user_detail, endpoint, NULL, NULL, &request);
    REFUSED("request", acs_prepare_get_user_detail, endpoint, "8:acs:a", NULL, NULL);
    CHECK(request == UNTOUCHED(acs_prepared_request));
}

static void parsing(void)
{
    acs_user *user = UNTOUCHED(acs_user);
    acs_token *token = UNTOUCHED(acs_token);
    acs_user_token *both = UNTOUCHED(acs_user_token);
    acs_raw_response response;
    acs_error *error = NULL;
    acs_raw_response_init(&response, sizeof response);
    acs_raw_response_init(NULL, sizeof response);
    response.status = 204;
    REFUSED("response", acs_parse_create_user, NULL, &user);
    REFUSED("user", acs_parse_create_user, &response, NULL);
    REFUSED("response", acs_parse_create_user_and_token, NULL, &both);
    REFUSED("user_token", acs_parse_create_user_and_token, &response, NULL);
    REFUSED("response", acs_parse_issue_token, NULL, &token);
    REFUSED("token", acs_parse_issue_token, &response, NULL);
    REFUSED("response", acs_parse_exchange_teams_user, NULL, &token);
    REFUSED("token", acs_parse_exchange_teams_user, &response, NULL);
    REFUSED("response", acs_parse_exchange_teams_extension, NULL, &both);
    REFUSED("user_token", acs_parse_exchange_teams_extension, &response, NULL);
    acs_user_detail *detail = UNTOUCHED(acs_user_detail);
    acs_teams_extension_assignment *assignment = UNTOUCHED(acs_teams_extension_assignment);
    REFUSED("response", acs_parse_exchange_entra_user, NULL, &both);
    REFUSED("user_token", acs_parse_exchange_entra_user, &response, NULL);
    REFUSED("response", acs_parse_create_user_with_custom_id, NULL, &user);
    REFUSED("user", acs_parse_create_user_with_custom_id, &response, NULL);
    REFUSED("response", acs_parse_create_user_and_token_with_custom_id, NULL, &both);
    REFUSED("user_token", acs_parse_create_user_and_token_with_custom_id, &response, NULL);
    REFUSED("response", acs_parse_get_user_detail, NULL, &detail);
    REFUSED("user_detail", acs_parse_get_user_detail, &response, NULL);
    REFUSED("response", acs_parse_put_teams_extension_assignment, NULL, &assignment);
    REFUSED("teams_extension_assignment", acs_parse_put_teams_extension_assignment, &response, NULL);
    REFUSED("response", acs_parse_get_teams_extension_assignment, NULL, &assignment);
    REFUSED("teams_extension_assignment", acs_parse_get_teams_extension_assignment, &response, NULL);
    CHECK_REFUSED(acs_parse_delete_teams_extension_assignment(NULL, &error), error, "response");
    CHECK(detail == UNTOUCHED(acs_user_detail) && assignment == UNTOUCHED(acs_teams_extension_assignment));
    CHECK_REFUSED(acs_parse_revoke_tokens(NULL, &error), error, "response");
    CHECK_REFUSED(acs_parse_delete_user(NULL, &error), error, "response");
    CHECK_INT(acs_retry_after_ms(NULL), -1);
    response.header_count = 1;
    CHECK_REFUSED(acs_parse_delete_user(&response, &error), error, "headers");
    response.header_count = 0;
    response.body.len = 1;
    CHECK_REFUSED(acs_parse_delete_user(&response, &error), error, "body");
    CHECK(user == UNTOUCHED(acs_user) && token == UNTOUCHED(acs_token) && both == UNTOUCHED(acs_user_token));
}

static void inspecting(void)
{
    acs_inspection *inspection = UNTOUCHED(acs_inspection);
    acs_expectations expectations;
    acs_expectations_init(&expectations, sizeof expectations);
    acs_expectations_init(NULL, sizeof expectations);
    REFUSED("token", acs_inspect, NULL, &expectations, 0, &inspection);
    REFUSED("expectations", acs_inspect, "t", NULL, 0, &inspection);
    REFUSED("inspection", acs_inspect, "t", &expectations, 0, NULL);
    expectations.scopes = scope_of_null;
    expectations.scope_count = 1;
    REFUSED("scopes", acs_inspect, "t", &expectations, 0, &inspection);
    CHECK(inspection == UNTOUCHED(acs_inspection));
}

static void identifiers(void)
{
    acs_identifier *made = UNTOUCHED(acs_identifier);
    REFUSED("raw_id", acs_identifier_from_raw_id, NULL, &made);
    REFUSED("identifier", acs_identifier_from_raw_id, "4:+1", NULL);
    REFUSED("id", acs_identifier_new_communication_user, NULL, &made);
    REFUSED("identifier", acs_identifier_new_communication_user, "8:acs:a", NULL);
    REFUSED("phone_number", acs_identifier_new_phone_number, NULL, NULL, &made);
    REFUSED("identifier", acs_identifier_new_phone_number, "+1", NULL, NULL);
    REFUSED("user_id", acs_identifier_new_microsoft_teams_user, NULL, false, 0, NULL, &made);
    REFUSED("cloud", acs_identifier_new_microsoft_teams_user, "u", false, 3, NULL, &made);
    REFUSED("identifier", acs_identifier_new_microsoft_teams_user, "u", false, 0, NULL, NULL);
    REFUSED("app_id", acs_identifier_new_microsoft_teams_app, NULL, 0, NULL, &made);
    REFUSED("cloud", acs_identifier_new_microsoft_teams_app, "a", -1, NULL, &made);
    REFUSED("identifier", acs_identifier_new_microsoft_teams_app, "a", 0, NULL, NULL);
    REFUSED("user_id", acs_identifier_new_teams_extension_user, NULL, "t", "r", 0, NULL, &made);
    REFUSED("tenant_id", acs_identifier_new_teams_extension_user, "u", NULL, "r", 0, NULL, &made);
    REFUSED("resource_id", acs_identifier_new_teams_extension_user, "u", "t", NULL, 0, NULL, &made);
    REFUSED("cloud", acs_identifier_new_teams_extension_user, "u", "t", "r", 3, NULL, &made);
    REFUSED("identifier", acs_identifier_new_teams_extension_user, "u", "t", "r", 0, NULL, NULL);
    REFUSED("raw_id", acs_identifier_new_unknown, NULL, &made);
    REFUSED("identifier", acs_identifier_new_unknown, "x", NULL);
    REFUSED("raw_id", acs_identifier_from_raw_id, "4:\xff", &made);
    CHECK(made == UNTOUCHED(acs_identifier));
    CHECK(acs_identifier_kind_name(6) == NULL && acs_identifier_kind_name(-1) == NULL);
}

static void keys_of_caches(void)
{
    uint8_t secret_bytes[32] = {7};
    acs_bytes secret = {secret_bytes, sizeof secret_bytes};
    acs_bytes none = {NULL, 0};
    acs_cache_key made;
    acs_cache_key before;
    memset(&made, 0x55, sizeof made);
    before = made;
    REFUSED("secret", acs_cache_key_new, none, NULL, endpoint, NULL, "t", "c", "u", &made);
    REFUSED("endpoint", acs_cache_key_new, secret, NULL, NULL, NULL, "t", "c", "u", &made);
    REFUSED("aad_token", acs_cache_key_new, secret, NULL, endpoint, NULL, NULL, "c", "u", &made);
    REFUSED("client_id", acs_cache_key_new, secret, NULL, endpoint, NULL, "t", NULL, "u", &made);
    REFUSED("user_object_id", acs_cache_key_new, secret, NULL, endpoint, NULL, "t", "c", NULL, &made);
    REFUSED("key", acs_cache_key_new, secret, NULL, endpoint, NULL, "t", "c", "u", NULL);
    CHECK(memcmp(&made, &before, sizeof made) == 0);
}

static void answers_of_credentials(void)
{
    acs_token_credential credential;
    acs_token_credential_init(NULL, sizeof credential);
    acs_token_credential_init(&credential, sizeof credential);
    CHECK(credential.get_token == NULL && credential.user_data == NULL && credential.release == NULL);
    REFUSED("request", acs_token_request_complete, NULL, "t", 0);
    REFUSED("request", acs_token_request_fail, NULL, ACS_STATUS_TIMEOUT, "late");
}

static void making(void)
{
    acs_client *made = UNTOUCHED(acs_client);
    acs_client_options options;
    acs_client_options_init(&options, sizeof options);
    acs_client_options_init(NULL, sizeof options);
    REFUSED("options", acs_client_new, NULL, &made);
    REFUSED("client", acs_client_new, &options, NULL);
    REFUSED("connection_string", acs_client_from_connection_string, NULL, &made);
    REFUSED("client", acs_client_from_connection_string, "", NULL);
    CHECK(made == UNTOUCHED(acs_client));

    acs_verifier *verifier = UNTOUCHED(acs_verifier);
    acs_verifier_options verifying;
    acs_verifier_options_init(&verifying, sizeof verifying);
    acs_verifier_options_init(NULL, sizeof verifying);
    REFUSED("options", acs_verifier_new, NULL, &verifier);
    REFUSED("verifier", acs_verifier_new, &verifying, NULL);
    verifying.tenant_id_count = 1;
    REFUSED("tenant_ids", acs_verifier_new, &verifying, &verifier);
    CHECK(verifier == UNTOUCHED(acs_verifier));

    acs_exchanger *exchanger = UNTOUCHED(acs_exchanger);
    acs_exchanger_options exchanging;
    acs_observer observer;
    acs_redis_options redis;
    acs_exchanger_options_init(&exchanging, sizeof exchanging);
    acs_exchanger_options_init(NULL, sizeof exchanging);
    acs_observer_init(&observer, sizeof observer);
    acs_observer_init(NULL, sizeof observer);
    acs_redis_options_init(&redis, sizeof redis);
    acs_redis_options_init(NULL, sizeof redis);
    REFUSED("client", acs_exchanger_new, NULL, NULL, &exchanger);
    REFUSED("exchanger", acs_exchanger_new, client, NULL, NULL);
    exchanging.observer = &observer;
    REFUSED("observer", acs_exchanger_new, client, &exchanging, &exchanger);
    CHECK(exchanger == UNTOUCHED(acs_exchanger));

    acs_user_credential *credential = UNTOUCHED(acs_user_credential);
    acs_user_credential_options feeding;
    acs_user_credential_options_init(&feeding, sizeof feeding);
    acs_user_credential_options_init(NULL, sizeof feeding);
    REFUSED("options", acs_user_credential_new, NULL, &credential);
    REFUSED("credential", acs_user_credential_new, &feeding, NULL);
    REFUSED("token", acs_user_credential_new, &feeding, &credential);
    feeding.scope_count = 1;
    REFUSED("scopes", acs_user_credential_new, &feeding, &credential);
    CHECK(credential == UNTOUCHED(acs_user_credential));

    acs_handler *handler = UNTOUCHED(acs_handler);
    acs_handler_options handling;
    acs_handler_options_init(&handling, sizeof handling);
    acs_handler_options_init(NULL, sizeof handling);
    REFUSED("options", acs_handler_new, NULL, &handler);
    REFUSED("handler", acs_handler_new, &handling, NULL);
    CHECK(handler == UNTOUCHED(acs_handler));

    acs_error *error = NULL;
    CHECK_REFUSED(acs_queue_new(NULL, &error), error, "queue");
}

static void settings(void)
{
    acs_handler_settings *read = NULL;
    acs_handler_settings *made = UNTOUCHED(acs_handler_settings);
    acs_error *error = NULL;
    CHECK_OK(acs_handler_settings_from_toml("", &read, &error), error);
    REFUSED("settings", acs_handler_settings_new, NULL);
    REFUSED("settings", acs_handler_settings_set_text, NULL, "cloud", "public");
    REFUSED("name", acs_handler_settings_set_text, read, NULL, "public");
    REFUSED("value", acs_handler_settings_set_text, read, "cloud", NULL);
    REFUSED("settings", acs_handler_settings_set_list, NULL, "tenant_ids", NULL, 0);
    REFUSED("name", acs_handler_settings_set_list, read, NULL, NULL, 0);
    REFUSED("values", acs_handler_settings_set_list, read, "tenant_ids", NULL, 1);
    REFUSED("settings", acs_handler_settings_set_number, NULL, "timeout_ms", 1);
    REFUSED("name", acs_handler_settings_set_number, read, NULL, 1);
    REFUSED("settings", acs_handler_settings_set_flag, NULL, "http2", 1);
    REFUSED("name", acs_handler_settings_set_flag, read, NULL, 1);
    REFUSED("toml", acs_handler_settings_from_toml, NULL, &made);
    REFUSED("settings", acs_handler_settings_from_toml, "", NULL);
    REFUSED("settings", acs_handler_settings_from_env, NULL, NULL, NULL);
    REFUSED("first", acs_handler_settings_or, NULL, read, &made);
    REFUSED("other", acs_handler_settings_or, read, NULL, &made);
    REFUSED("settings", acs_handler_settings_or, read, read, NULL);
    CHECK(made == UNTOUCHED(acs_handler_settings));
    acs_handler_settings_free(read);
}

int main(void)
{
    acs_error *error = NULL;
    acs_cloud_options options;
    acs_cloud_options_init(&options, sizeof options);
    CHECK_OK(acs_cloud_new(&options, &cloud, &error), error);
    CHECK_OK(acs_endpoint_parse(url, &endpoint, &error), error);
    CHECK_OK(acs_access_key_from_base64("c2VjcmV0", &key, &error), error);
    client = make_hanging_client();

    RUN(clouds);
    RUN(texts_that_are_parsed);
    RUN(signing);
    RUN(preparing);
    RUN(preparing_the_newest);
    RUN(parsing);
    RUN(inspecting);
    RUN(identifiers);
    RUN(keys_of_caches);
    RUN(answers_of_credentials);
    RUN(making);
    RUN(settings);
    RUN(null_operations);
    RUN(null_submissions);
    RUN(null_getters);

    acs_client_free(client);
    acs_access_key_free(key);
    acs_endpoint_free(endpoint);
    acs_cloud_free(cloud);
    return check_done();
}
