/* Valid texts for each parser, to be changed. */
#include "acs_auth.h"
#include "parsing.h"
#include "texts.h"

#define CLAIMS \
    "{\"aud\":\"" ACS_RESOURCE_APP_ID \
    "\",\"iss\":\"https://sts.windows.net/c0c0c0c0-0000-4000-8000-000000000001/\"," \
    "\"iat\":1730797000,\"nbf\":1730797000,\"exp\":1730801000,\"appid\":\"59a00000-0000-4000-8000-" \
    "000000000002\"," \
    "\"oid\":\"a11ce000-0000-4000-8000-000000000001\",\"scp\":\"Teams.ManageCalls Teams.ManageChats\"," \
    "\"tid\":\"c0c0c0c0-0000-4000-8000-000000000001\",\"ver\":\"1.0\",\"idtyp\":\"user\"}"

extern const char *const parse_good[PARSERS][10];

const char *const parse_good[PARSERS][10] = {
    [PARSE_ENDPOINT] = {"https://contoso.communication.azure.com/",
                        "contoso.unitedstates.communication.azure.com", "http://localhost:8080",
                        "HTTPS://[::1]:443/", "http://127.0.0.1:1/"},
    [PARSE_CONNECTION_STRING] =
        {"endpoint=https://contoso.communication.azure.com/;accesskey=AAECAwQFBgcICQ==",
         "AccessKey=QUJD;Endpoint=http://localhost:1;", "endpoint=a;accesskey=QUJD;x=y=z"},
    [PARSE_ACCESS_KEY] = {"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "QUJD", "QQ=="},
    [PARSE_URL] = {"https://contoso.communication.azure.com/identities/8%3Aacs%3Ax/"
                   ":issueAccessToken?api-version=2023-10-01",
                   "http://localhost:8080?a=b", "https://a.example:443/x?", "https://[::1]/%2f?%20#f"},
    [PARSE_TOKEN] =
        {"eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4IiwiZXhwIjoxNzMwODAxMDAwfQ.c2lnbmF0dXJlLXRoYXQtaXMtbG9uZw",
         "a.b.c", "eyJhbGciOiJub25lIn0.e30."},
    [PARSE_CLAIMS] = {CLAIMS, "{\"azp\":\"x\",\"ver\":\"2.0\",\"roles\":[\"a\"],\"exp\":1e300}", "{}"},
    [PARSE_ANSWER] =
        {ANSWER_TOKEN, ANSWER_USER, ANSWER_USER_TOKEN, ANSWER_USER_DETAIL, ANSWER_ASSIGNMENT,
         "{\"error\":{\"code\":\"ValidationError\",\"message\":\"m\",\"target\":\"appId\",\"details\":[],"
         "\"innererror\":{\"code\":\"c\",\"message\":\"i\"}}}",
         "<html>", ""},
    [PARSE_HEADER] = {"120", "1.5", "Tue, 05 Nov 2024 09:10:07 GMT", "-1", "application/json", "0"},
    [PARSE_TOML] =
        {"connection_string = \"endpoint=https://contoso.communication.azure.com/;accesskey=QUJD\"\n"
         "tenant_ids = [\"c0c0c0c0-0000-4000-8000-000000000001\"]\n[redis]\nurl = \"redis://127.0.0.1:1\"\n",
         "timeout_ms = 15000\n[cache]\nbytes = 0\n", "a = [[[[]]]]"},
    [PARSE_USER_ID] = {"8:acs:1b5cc06b-f352-4571-b1e6-d9b259b7c776_00000016-0000-0000-0000-000000000000",
                       "2023-10-01", "voip"},
    [PARSE_AUTHORITY] = {"https://login.microsoftonline.com", "http://localhost:8080/", "https://[::1]:1/x"},
};
