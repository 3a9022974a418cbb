/* Signs a request. Compiled for MSVC's ABI and linked with acs_auth.lib, without Microsoft's C library: it uses Windows' own functions. */
#include <acs_auth.h>

__declspec(dllimport) void __stdcall ExitProcess(unsigned code);
__declspec(dllimport) void *__stdcall GetStdHandle(unsigned which);
__declspec(dllimport) int __stdcall WriteFile(void *file, const void *bytes, unsigned size, unsigned *written, void *overlapped);

static void print(const char *text)
{
    unsigned written;
    unsigned size = 0;
    while (text[size] != '\0') {
        size++;
    }
    WriteFile(GetStdHandle((unsigned)-11), text, size, &written, (void *)0);
}

void start(void)
{
    static const uint8_t body[] = {'{', '}'};
    acs_bytes bytes = {body, sizeof body};
    acs_access_key *key = (void *)0;
    acs_signed_headers *headers = (void *)0;
    if (acs_access_key_from_base64("bm90IGEgc2VjcmV0", &key, (void *)0) != ACS_STATUS_OK ||
        acs_sign_request(key, "POST", "https://contoso.communication.azure.com/identities?api-version=2023-10-01", bytes,
                         1700000000, &headers, (void *)0) != ACS_STATUS_OK) {
        ExitProcess(1);
    }
    print("signed ");
    print(acs_signed_headers_target(headers));
    print(" by version ");
    print(acs_version());
    acs_signed_headers_free(headers);
    acs_access_key_free(key);
    ExitProcess(0);
}
