#include "layout_asserts.h"

#include <stdio.h>

#include "check.h"

int layout_of_cpp(void);

static void library_and_header_are_of_one_version(void)
{
    char version[32];
    snprintf(version, sizeof version, "%d.%d.%d", ACS_VERSION_MAJOR, ACS_VERSION_MINOR, ACS_VERSION_PATCH);
    CHECK_TEXT(acs_version(), ACS_VERSION);
    CHECK_TEXT(acs_version(), version);
    CHECK_INT(acs_abi_version(), ACS_ABI_VERSION);
    CHECK_INT(ACS_ABI_VERSION, ACS_VERSION_MAJOR << 16 | ACS_VERSION_MINOR);
}

static void cpp_sees_the_same(void)
{
    CHECK_INT(layout_of_cpp(), sizeof(acs_handler_options));
}

int main(void)
{
    RUN(library_and_header_are_of_one_version);
    RUN(cpp_sees_the_same);
    return check_done();
}
