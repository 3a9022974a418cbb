/* The entry of libFuzzer, which looks for texts that reach new code. */
#include "parsing.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    parsing_run(bytes, len);
    return 0;
}
