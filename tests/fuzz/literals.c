/* Good texts that do not depend on the emulator. */
#include "texts.h"

#define TEXTS(...) ((const char *const[]){__VA_ARGS__, NULL})

extern const char *const *const texts_literals[TEXT_KINDS];

const char *const *const texts_literals[TEXT_KINDS] = {
    [TEXT_API_VERSION] =
        TEXTS(ACS_DEFAULT_API_VERSION, ACS_TEAMS_EXTENSION_API_VERSION, "2022-06-01", "1999-01-01"),
    [TEXT_SCOPE] = TEXTS(ACS_TOKEN_SCOPE_CHAT, ACS_TOKEN_SCOPE_VOIP, ACS_TOKEN_SCOPE_CHAT_JOIN,
                         "access_as_user", "Teams.ManageCalls", "Teams.ManageChats"),
    [TEXT_USER_ID] = TEXTS("8:acs:1b5cc06b-f352-4571-b1e6-d9b259b7c776_00000016-0000-0000-0000-000000000000",
                           "8:acs:x", "8:acs:y", "8:acs:z", "a/../b", "?"),
    [TEXT_ISSUER] =
        TEXTS("https://sts.windows.net/{tenantid}/", "https://login.microsoftonline.com/{tenantid}/v2.0"),
    [TEXT_NAME] = TEXTS("contoso/1.0", "a", "8:orgid:", ".communication.azure.com", "com.contoso.mapping",
                        "6e0ad6a8-7d3a-4a3b-9c2e-000000000000", "https://auth.msft.communication.azure.com",
                        "https://calls.contoso.example"),
    [TEXT_METHOD] = TEXTS("GET", "POST", "DELETE", "OPTIONS", "post", "PATCH", "NO METHOD"),
    [TEXT_URL] =
        TEXTS("https://contoso.communication.azure.com/identities?api-version=2023-10-01",
              "http://localhost:8080/identities/8:acs:x/:issueAccessToken?", "https://a/%2F%zz?%20&a=b",
              "https://u:p@a/", "https://[::1]:443/x#y", "ftp://a/", "https://A.example:443"),
    [TEXT_PATH] =
        TEXTS("/api/token/teams", "/healthz", "/api/user", "/api/token", "/", "//x", "/api/token/teams?a=b"),
    [TEXT_HEADER_NAME] = TEXTS("Content-Type", "Retry-After", "retry-after-ms", "x-ms-retry-after-ms", "Date",
                               "ms-cv", "x-ms-client-request-id", "Authorization", "Origin",
                               "Teams-User-Aad-Token", "teams-user-aad-token"),
    [TEXT_HEADER_VALUE] =
        TEXTS("application/json; charset=utf-8", "1", "120", "Tue, 05 Nov 2024 09:08:07 GMT", "-5",
              "99999999999999999999", "https://calls.contoso.example", "Bearer x", "0.5"),
    [TEXT_ANSWER] =
        /* The valid ones several times, so that they are chosen often: each operation needs its own. */
        TEXTS(ANSWER_TOKEN, ANSWER_USER, ANSWER_USER_TOKEN, ANSWER_TOKEN, ANSWER_USER, ANSWER_USER_TOKEN,
              ANSWER_TOKEN, ANSWER_USER, ANSWER_USER_TOKEN, ANSWER_USER_DETAIL, ANSWER_USER_DETAIL,
              ANSWER_ASSIGNMENT, ANSWER_ASSIGNMENT, "",
              "{\"error\":{\"code\":\"Denied\",\"message\":\"Denied by the resource provider.\"}}",
              "{\"error\":{\"code\":\"ValidationError\",\"message\":\"m\",\"target\":\"appId\","
              "\"innererror\":{\"code\":\"c\",\"message\":\"i\"}}}",
              "<html>", "{\"token\":\"a\\u0000b\",\"expiresOn\":\"2030-01-01T00:00:00Z\"}",
              "{\"token\":1,\"expiresOn\":\"9999-12-31T23:59:60+23:59\"}", "[[[[[[[["),
    [TEXT_BODY] = TEXTS("{}", "{\"teamsUserAadToken\":\"x\"}", "", "\xef\xbb\xbf{}"),
    [TEXT_TOML] =
        TEXTS("", "tenant_ids = [\"c0c0c0c0-0000-4000-8000-000000000001\"]\ntimeout = \"5s\"\n",
              "connection_string = \"endpoint=https://contoso.communication.azure.com/;accesskey=AAAA\"\n",
              "api_client_id = 1", "no_such_setting = 1", "[redis]\nurl = \"redis://127.0.0.1:1\"\n", "= ="),
};
