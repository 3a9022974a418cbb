#include "input.h"

bool input_is_over(const struct input *input)
{
    return input->at >= input->len;
}

uint8_t input_byte(struct input *input)
{
    return input_is_over(input) ? 0 : input->data[input->at++];
}

size_t input_below(struct input *input, size_t bound)
{
    return bound == 0 ? 0 : input_byte(input) % bound;
}

bool input_is_odd(struct input *input)
{
    return input_byte(input) >= 256 - input->oddness;
}

bool input_once_in(struct input *input, size_t times)
{
    return input_below(input, times) == times - 1;
}

int64_t input_number(struct input *input)
{
    static const int64_t edges[] = {-1,
                                    -2,
                                    0,
                                    1,
                                    60,
                                    127,
                                    128,
                                    255,
                                    256,
                                    3600,
                                    86400,
                                    32767,
                                    65536,
                                    INT32_MAX,
                                    INT32_MIN,
                                    UINT32_MAX,
                                    INT64_MAX,
                                    INT64_MIN,
                                    INT64_MAX / 1000,
                                    253402300799,
                                    253402300800};
    if (input_once_in(input, 4)) {
        uint64_t number = 0;
        for (int i = 0; i < 8; i++) {
            number = number << 8 | input_byte(input);
        }
        return (int64_t)(number >> input_below(input, 64));
    }
    return edges[input_below(input, sizeof edges / sizeof *edges)];
}

int32_t input_small_number(struct input *input)
{
    static const int32_t edges[] = {-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 99, 100, -2, 1000, INT32_MAX, INT32_MIN};
    return edges[input_below(input, sizeof edges / sizeof *edges)];
}

size_t input_index(struct input *input)
{
    size_t index = input_byte(input);
    return index < 192 ? index % 8 : index == 255 ? SIZE_MAX : index;
}

size_t input_struct_size(struct input *input, size_t right)
{
    if (!input_is_odd(input)) {
        return right;
    }
    const size_t sizes[] = {
        0, 1, sizeof(size_t), right - 1, right - 8, right + 8, right + SIZE_ODD_MORE, 4097, SIZE_MAX};
    return sizes[input_below(input, sizeof sizes / sizeof *sizes)];
}

void input_fill(uint64_t seed, uint8_t *data, size_t len)
{
    /* splitmix64 */
    for (size_t i = 0; i < len; i++) {
        seed += 0x9e3779b97f4a7c15u;
        uint64_t mixed = seed;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
        data[i] = (uint8_t)((mixed ^ (mixed >> 31)) >> 24);
    }
}
