/* A program that uses the installed library: it signs a request and, if a connection string is set, creates
 * and deletes a user. */
#include <acs_auth.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int failed(const char *what, acs_error *error)
{
    fprintf(stderr, "%s: %s\n", what, error == NULL ? "wrong" : acs_error_message(error));
    acs_error_free(error);
    return EXIT_FAILURE;
}

static int check_version(void)
{
    char header[32];
    snprintf(header, sizeof header, "%d.%d.%d", ACS_VERSION_MAJOR, ACS_VERSION_MINOR, ACS_VERSION_PATCH);
    printf("header %s, library %s\n", header, acs_version());
    if (strcmp(header, acs_version()) != 0 || acs_abi_version() != ACS_ABI_VERSION) {
        return failed("the header and the library are not of one version", NULL);
    }
    return EXIT_SUCCESS;
}

static int sign(void)
{
    static const char body[] = "{}";
    acs_bytes bytes = {(const uint8_t *)body, sizeof body - 1};
    acs_access_key *key = NULL;
    acs_signed_headers *headers = NULL;
    acs_error *error = NULL;
    int result = EXIT_SUCCESS;

    if (acs_access_key_from_base64("bm90IGEgc2VjcmV0", &key, &error) != ACS_STATUS_OK ||
        acs_sign_request(key, "POST", "https://contoso.communication.azure.com/identities?api-version=2023-10-01",
                         bytes, (int64_t)time(NULL), &headers, &error) != ACS_STATUS_OK) {
        result = failed("signing", error);
    } else {
        printf("signed %s\n", acs_signed_headers_target(headers));
    }
    acs_signed_headers_free(headers);
    acs_access_key_free(key);
    return result;
}

static int create_and_delete_user(const char *connection_string)
{
    acs_client *client = NULL;
    acs_user *user = NULL;
    acs_error *error = NULL;
    int result = EXIT_SUCCESS;

    if (acs_client_from_connection_string(connection_string, &client, &error) != ACS_STATUS_OK ||
        acs_client_create_user(client, NULL, &user, &error) != ACS_STATUS_OK ||
        acs_client_delete_user(client, acs_user_id(user), NULL, &error) != ACS_STATUS_OK) {
        result = failed("a user", error);
    } else {
        printf("created and deleted %s\n", acs_user_id(user));
    }
    acs_user_free(user);
    acs_client_free(client);
    return result;
}

int main(void)
{
    const char *connection_string = getenv("COMMUNICATION_SERVICES_CONNECTION_STRING");
    if (check_version() != EXIT_SUCCESS || sign() != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    return connection_string == NULL ? EXIT_SUCCESS : create_and_delete_user(connection_string);
}
