// ACS_AUTH_FAIL, which replaces throwing, ends this program.
#include "no_exceptions.hpp"

int main() { no_exceptions::fail(); }
