#include <acs_auth.h>
#include <stdio.h>

int main(void) {
    acs_client *client = NULL;
    acs_error *error = NULL;
    acs_status status = acs_client_from_connection_string(
        "endpoint=https://contoso.communication.azure.com/;accesskey=a2V5", &client, &error);
    printf("acs_auth: status %d\n", (int)status);
    acs_client_free(client);
    acs_error_free(error);
    return status == ACS_STATUS_OK ? 0 : 1;
}
