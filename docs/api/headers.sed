# For Doxygen: makes a header's first comment that of the file, and leaves out what Doxygen reads wrongly.
1s|^/\*$|/** @file|
1,/^[^\/]/s|^//|///|
1s|^///|/// @file\n///|
# The namespace that is part of symbols only.
/^inline namespace ACS_AUTH_INLINE_NAMESPACE {$/d
/^} \/\/ namespace ACS_AUTH_INLINE_NAMESPACE$/d
# A specialization of a template that isn't in these files is an error for Doxygen.
/^\/\/\/ The hash of an identifier/,/^};$/d
