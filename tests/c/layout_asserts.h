/* The compiler checks that structs have the sizes and offsets that they have in the library. */
#include <stddef.h>

#include "acs_auth.h"

#ifdef __cplusplus
#define LAYOUT_ASSERT(condition, text) static_assert(condition, text);
#else
#define LAYOUT_ASSERT(condition, text) _Static_assert(condition, text);
#endif
#define LAYOUT_SIZE(type, size) LAYOUT_ASSERT(sizeof(type) == (size), #type)
#define LAYOUT_MEMBER(type, member, offset) \
    LAYOUT_ASSERT(offsetof(type, member) == (offset), #type "." #member)

#if UINTPTR_MAX != UINT64_MAX
#error "layout.h is that of 64-bit systems"
#endif

#include "layout.h"

LAYOUT_ASSERT(sizeof(acs_status) == 4, "acs_status")
