/* Rust's standard library takes its random numbers from this library of Windows, which Wine has from version 9 on. Older ones get
 * this one, in the tests alone. */
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T count)
{
    return RtlGenRandom(bytes, (ULONG)count);
}
