/* The entry of libFuzzer, which looks for programs that reach new code. */
#include "program.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static int is_prepared;
    if (!is_prepared) {
        program_prepare();
        is_prepared = 1;
    }
    program_run(bytes, length, false);
    return 0;
}
