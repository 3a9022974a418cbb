// Features that depend on the build: exceptions, C++20's coroutines and stop tokens, C++23's std::expected.
#ifndef ACS_AUTH_CONFIG_HPP
#define ACS_AUTH_CONFIG_HPP

#include "../acs_auth.h"

#if defined(_MSVC_LANG)
#define ACS_AUTH_CPLUSPLUS _MSVC_LANG
#else
#define ACS_AUTH_CPLUSPLUS __cplusplus
#endif

#if ACS_AUTH_CPLUSPLUS < 201703L
#error "acs_auth.hpp needs C++17"
#endif

#if ACS_AUTH_CPLUSPLUS >= 202002L
#include <version>
#endif

// Without exceptions (-fno-exceptions, or this macro), the functions that throw acs::error don't exist, only
// their forms whose names begin with try_.
#if !defined(ACS_AUTH_NO_EXCEPTIONS) && !defined(__cpp_exceptions)
#define ACS_AUTH_NO_EXCEPTIONS 1
#endif

// Translation units with and without exceptions may be linked into one program: their namespaces differ.
#if defined(ACS_AUTH_NO_EXCEPTIONS)
#define ACS_AUTH_INLINE_NAMESPACE v0_no_exceptions
#else
#define ACS_AUTH_INLINE_NAMESPACE v0
#endif

// What value() of a result with an error does in a build without exceptions. `what` is the error. A program
// may define it, for example to log the error; if it returns, std::abort is called.
#if defined(ACS_AUTH_NO_EXCEPTIONS) && !defined(ACS_AUTH_FAIL)
#include <cstdlib>
#define ACS_AUTH_FAIL(what) (static_cast<void>(what), std::abort())
#endif

#if defined(__cpp_impl_coroutine) && defined(__cpp_lib_coroutine)
#define ACS_AUTH_COROUTINES 1
#endif

#if defined(__cpp_lib_jthread)
#define ACS_AUTH_STOP_TOKENS 1
#endif

#if defined(__cpp_lib_expected)
#define ACS_AUTH_STD_EXPECTED 1
#endif

// Keeps the locals of a coroutine's await_suspend on the stack: the coroutine's frame may be gone before it
// returns.
#if defined(__GNUC__)
#define ACS_AUTH_NOINLINE __attribute__((noinline))
#elif defined(_MSC_VER)
#define ACS_AUTH_NOINLINE __declspec(noinline)
#else
#define ACS_AUTH_NOINLINE
#endif

#endif
