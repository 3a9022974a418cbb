// A program that uses the installed library's C++ header: it signs a request and, if a connection string is
// set, creates and deletes a user.
#include <acs_auth.hpp>

#include <cstdlib>
#include <iostream>

int main() {
    try {
        std::cout << "library " << acs::version() << '\n';

        const auto key = acs::access_key::from_base64("bm90IGEgc2VjcmV0");
        const auto headers = acs::sign_request(
            key, "POST", "https://contoso.communication.azure.com/identities?api-version=2023-10-01", "{}");
        std::cout << "signed " << headers.target() << '\n';

        if (const char *connection_string = std::getenv("COMMUNICATION_SERVICES_CONNECTION_STRING")) {
            const auto client = acs::client::from_connection_string(connection_string);
            const auto user = client.create_user();
            client.delete_user(user.id());
            std::cout << "created and deleted " << user.id() << '\n';
        }
    } catch (const std::exception &error) {
        std::cerr << error.what() << '\n';
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
