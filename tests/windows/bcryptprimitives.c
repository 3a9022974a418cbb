/* Rust's standard library gets random numbers from this library of Windows, which Wine has since version 9. The tests use this
 * stand-in under older versions. */
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T count)
{
    return RtlGenRandom(bytes, (ULONG)count);
}
