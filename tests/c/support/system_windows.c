#include "system.h"

#include <winsock2.h>
/* After winsock2.h. */
#include <windows.h>

#include <fcntl.h>
#include <io.h>
#include <ntsecapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tlhelp32.h>

#include "check.h"

static HANDLE child;
/* Also closed by the system when this process ends. */
static HANDLE its_stdin;
static HANDLE timer;

/* Lines end with "\n" on all systems. */
__attribute__((constructor)) static void write_as_it_is(void)
{
    _setmode(_fileno(stdin), _O_BINARY);
    _setmode(_fileno(stdout), _O_BINARY);
}

ssize_t getline(char **line, size_t *size, FILE *file)
{
    size_t len = 0;
    int next = 0;
    while (next != '\n' && (next = fgetc(file)) != EOF) {
        if (len + 2 > *size) {
            *size = *size < 128 ? 128 : *size * 2;
            *line = (char *)realloc(*line, *size);
            CHECK(*line != NULL);
        }
        (*line)[len++] = (char)next;
        (*line)[len] = '\0';
    }
    return len > 0 ? (ssize_t)len : -1;
}

/* A pipe; the child inherits its end `inherited`. */
static void pipe_of_one(HANDLE *read, HANDLE *write, HANDLE *inherited)
{
    CHECK(CreatePipe(read, write, NULL, 0));
    CHECK(SetHandleInformation(*inherited, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT));
}

static char *first_line(HANDLE from)
{
    size_t size = 65536;
    size_t len = 0;
    DWORD count = 0;
    char *line = (char *)calloc(1, size);
    CHECK(line != NULL);
    while (strchr(line, '\n') == NULL) {
        CHECK(len + 1 < size);
        CHECK(ReadFile(from, line + len, (DWORD)(size - 1 - len), &count, NULL) && count > 0);
        len += count;
    }
    return line;
}

/* Starts a program with these streams, and returns its process. */
static HANDLE spawn(const char *program, char *command, HANDLE input, HANDLE output, HANDLE error)
{
    STARTUPINFOA with;
    PROCESS_INFORMATION started;
    memset(&with, 0, sizeof with);
    with.cb = sizeof with;
    with.dwFlags = STARTF_USESTDHANDLES;
    with.hStdInput = input;
    with.hStdOutput = output;
    with.hStdError = error;
    if (!CreateProcessA(program, command, NULL, NULL, TRUE, 0, NULL, NULL, &with, &started)) {
        check_failed(__FILE__, __LINE__, program, "it does not start");
    }
    CloseHandle(started.hThread);
    return started.hProcess;
}

char *system_start(const char *program, const char *argument)
{
    char command[1024];
    HANDLE input;
    HANDLE output;
    HANDLE its_stdout;
    pipe_of_one(&input, &its_stdin, &input);
    pipe_of_one(&output, &its_stdout, &its_stdout);
    int len = snprintf(command, sizeof command, "\"%s\" %s", program, argument);
    CHECK(len > 0 && (size_t)len < sizeof command);
    child = spawn(program, command, input, its_stdout, GetStdHandle(STD_ERROR_HANDLE));
    CloseHandle(input);
    CloseHandle(its_stdout);

    char *line = first_line(output);
    CloseHandle(output);
    return line;
}

int system_run(const char *program, const char *const *arguments, char *text, size_t size)
{
    static char command[16384];
    HANDLE input;
    HANDLE never_written;
    HANDLE output;
    HANDLE its_output;
    size_t len = (size_t)snprintf(command, sizeof command, "\"%s\"", program);
    for (size_t i = 0; i < MOST_ARGUMENTS && arguments[i] != NULL; i++) {
        len += (size_t)snprintf(command + len, sizeof command - len, " %s", arguments[i]);
        CHECK(len < sizeof command);
    }
    pipe_of_one(&input, &never_written, &input);
    pipe_of_one(&output, &its_output, &its_output);
    HANDLE process = spawn(program, command, input, its_output, its_output);
    CloseHandle(input);
    CloseHandle(never_written);
    CloseHandle(its_output);

    DWORD count = 0;
    DWORD code = 0;
    size_t length = 0;
    while (ReadFile(output, text + length, (DWORD)(size - 1 - length), &count, NULL) && count > 0) {
        length += count;
    }
    text[length] = '\0';
    CloseHandle(output);
    CHECK(WaitForSingleObject(process, INFINITE) == WAIT_OBJECT_0 && GetExitCodeProcess(process, &code));
    CloseHandle(process);
    return (int)code;
}

void system_end(void)
{
    CloseHandle(its_stdin);
    WaitForSingleObject(child, INFINITE);
    CloseHandle(child);
}

static VOID CALLBACK end(PVOID seconds, BOOLEAN fired)
{
    (void)fired;
    char detail[64];
    snprintf(detail, sizeof detail, "takes longer than %u s", *(unsigned *)seconds);
    check_failed(__FILE__, __LINE__, "the test", detail);
}

void system_end_within(unsigned seconds)
{
    static unsigned bound;
    if (timer != NULL) {
        CHECK(DeleteTimerQueueTimer(NULL, timer, INVALID_HANDLE_VALUE));
        timer = NULL;
    }
    if (seconds > 0) {
        bound = seconds;
        CHECK(CreateTimerQueueTimer(&timer, NULL, end, &bound, seconds * 1000, 0, WT_EXECUTEONLYONCE));
    }
}

size_t system_threads(void)
{
    size_t count = 0;
    THREADENTRY32 entry = {.dwSize = sizeof entry};
    HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
    CHECK(all != INVALID_HANDLE_VALUE);
    for (BOOL more = Thread32First(all, &entry); more; more = Thread32Next(all, &entry)) {
        count += entry.th32OwnerProcessID == GetCurrentProcessId();
    }
    CloseHandle(all);
    return count;
}

int system_listen_only(void)
{
    WSADATA data;
    struct sockaddr_in address;
    int len = sizeof address;
    CHECK_INT(WSAStartup(MAKEWORD(2, 2), &data), 0);
    SOCKET listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(listener != INVALID_SOCKET);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK(listen(listener, SOMAXCONN) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&address, &len) == 0);
    return ntohs(address.sin_port);
}

void system_random(unsigned char *bytes, size_t count)
{
    CHECK(RtlGenRandom(bytes, (ULONG)count));
}

void system_set_variable(const char *name, const char *value)
{
    CHECK_INT(_putenv_s(name, value), 0);
}

bool system_is_ready(const acs_queue *queue, int timeout_ms)
{
    HANDLE event = (HANDLE)(intptr_t)acs_queue_fd(queue);
    CHECK(event != INVALID_HANDLE_VALUE);
    DWORD waited = WaitForSingleObject(event, timeout_ms < 0 ? INFINITE : (DWORD)timeout_ms);
    CHECK(waited == WAIT_OBJECT_0 || waited == WAIT_TIMEOUT);
    return waited == WAIT_OBJECT_0;
}
