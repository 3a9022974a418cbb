/* `${…}`: values that are known only when a case runs.
 *
 * A scope is an object of JSON: `emulator`, the start line, and what a case named with `as`. */
#ifndef ACS_CONFORMANCE_SCOPE_H
#define ACS_CONFORMANCE_SCOPE_H

#include "failure.h"

/* Gives a value a name, once. */
bool scope_name(json_t *scope, const char *name, json_t *value, failure *why);

/* The value with each `${name.member.0}` in its texts replaced; NULL if a reference names nothing. A text
 * that is nothing but one reference becomes what it refers to; within a text it becomes part of the text. */
json_t *scope_fill(const json_t *scope, const json_t *value, failure *why);

/* As `scope_fill`, for a text that stays one. */
json_t *scope_fill_text(const json_t *scope, const json_t *text, failure *why);

#endif
