#include "layout_asserts.h"

extern "C" int layout_of_cpp(void)
{
    return static_cast<int>(sizeof(acs_handler_options));
}
