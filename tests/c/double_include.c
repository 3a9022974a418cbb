/* Two translation units of one program include the header twice each; one of them is C++. */
#include "acs_auth.h"

#include "check.h"

const char *version_by_cpp(void);

static void both_units_call_one_library(void)
{
    CHECK(acs_version() == version_by_cpp());
}

int main(void)
{
    RUN(both_units_call_one_library);
    return check_done();
}
