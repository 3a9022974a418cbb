/* Everything that parses a text from outside, without I/O. The first byte selects the function that parses
 * the others. */
#ifndef PARSING_H
#define PARSING_H

#include <stddef.h>
#include <stdint.h>

enum parser {
    PARSE_ENDPOINT,
    PARSE_CONNECTION_STRING,
    PARSE_ACCESS_KEY,
    PARSE_URL,
    PARSE_TOKEN,
    PARSE_CLAIMS,
    PARSE_ANSWER,
    PARSE_HEADER,
    PARSE_TOML,
    PARSE_USER_ID,
    PARSE_AUTHORITY,
    PARSERS
};

void parsing_run(const uint8_t *data, size_t len);

#endif
