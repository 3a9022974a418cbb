/* The entry of libFuzzer, which looks for programs that reach new code. */
#include "run.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static bool is_prepared;
    if (!is_prepared) {
        run_prepare();
        is_prepared = true;
    }
    run(bytes, len, false);
    return 0;
}
