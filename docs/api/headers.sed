# For Doxygen: makes a header's first comment the documentation of the file, and removes what Doxygen misreads.
1s|^/\*$|/** @file|
1,/^[^\/]/s|^//|///|
1s|^///|/// @file\n///|
# The inline namespace, which is only in symbols.
/^inline namespace ACS_AUTH_INLINE_NAMESPACE {$/d
/^} \/\/ namespace ACS_AUTH_INLINE_NAMESPACE$/d
# Doxygen fails on the specialization of a template that isn't in these files.
/^\/\/\/ The hash of an identifier/,/^};$/d
