#include "acs_auth.h"

extern "C" const char *version_by_cpp(void)
{
    return acs_version();
}
