/* Linked with the XCFramework: one call, and the parts of the library that it needs. */
#include "acs_auth.h"

int main(void)
{
    acs_client *client = NULL;
    acs_error *error = NULL;
    acs_client_options options;
    acs_client_options_init(&options, sizeof options);
    acs_status status = acs_client_new(&options, &client, &error);
    acs_client_free(client);
    acs_error_free(error);
    return (int)status;
}
