#include "system.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __APPLE__
#include <libproc.h>
#else
#include <dirent.h>
#endif

#include "check.h"

extern char **environ;

static pid_t child;
/* Also closed by the kernel when this process ends. */
static int its_stdin = -1;

/* Started programs don't inherit the descriptor. */
static void keep_to_this_process(int descriptor)
{
    CHECK_INT(fcntl(descriptor, F_SETFD, FD_CLOEXEC), 0);
}

/* A pipe whose ends aren't inherited. If the child inherited the other end of its input, that would never
 * end. */
static void pipe_of_one(int ends[2])
{
    CHECK(pipe(ends) == 0);
    keep_to_this_process(ends[0]);
    keep_to_this_process(ends[1]);
}

char *system_start(const char *program, const char *argument)
{
    int input[2];
    int output[2];
    pipe_of_one(input);
    pipe_of_one(output);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
    char *arguments[] = {strdup(program), strdup(argument), NULL};
    CHECK_INT(posix_spawn(&child, program, &actions, NULL, arguments, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    free(arguments[0]);
    free(arguments[1]);
    close(input[0]);
    close(output[1]);
    its_stdin = input[1];

    FILE *lines = fdopen(output[0], "r");
    char *line = NULL;
    size_t size = 0;
    CHECK(lines != NULL && getline(&line, &size, lines) > 0);
    fclose(lines);
    return line;
}

void system_end(void)
{
    close(its_stdin);
    waitpid(child, NULL, 0);
}

int system_run(const char *program, const char *const *arguments, char *text, size_t size)
{
    int output[2];
    pid_t pid;
    char *all[MOST_ARGUMENTS + 2] = {strdup(program)};
    for (size_t i = 0; i < MOST_ARGUMENTS && arguments[i] != NULL; i++) {
        all[i + 1] = strdup(arguments[i]);
    }
    pipe_of_one(output);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output[1], STDERR_FILENO);
    CHECK_INT(posix_spawn(&pid, program, &actions, NULL, all, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(output[1]);
    for (size_t i = 0; i < MOST_ARGUMENTS + 2; i++) {
        free(all[i]);
    }

    size_t length = 0;
    ssize_t got;
    while ((got = read(output[0], text + length, size - 1 - length)) > 0) {
        length += (size_t)got;
    }
    CHECK(got == 0);
    text[length] = '\0';
    close(output[0]);
    int status = 0;
    while (waitpid(pid, &status, 0) < 0) {
        CHECK_INT(errno, EINTR);
    }
    CHECK(WIFEXITED(status));
    return WEXITSTATUS(status);
}

void system_end_within(unsigned seconds)
{
    alarm(seconds);
}

#ifdef __APPLE__
size_t system_threads(void)
{
    struct proc_taskinfo task;
    CHECK_INT(proc_pidinfo(getpid(), PROC_PIDTASKINFO, 0, &task, sizeof task), sizeof task);
    return (size_t)task.pti_threadnum;
}
#else
size_t system_threads(void)
{
    size_t count = 0;
    DIR *folder = opendir("/proc/self/task");
    CHECK(folder != NULL);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        count += entry->d_name[0] != '.';
    }
    closedir(folder);
    return count;
}
#endif

int system_listen_only(void)
{
    struct sockaddr_in address;
    socklen_t len = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(listener >= 0);
    keep_to_this_process(listener);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK(listen(listener, 1024) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&address, &len) == 0);
    return ntohs(address.sin_port);
}

void system_random(unsigned char *bytes, size_t count)
{
    CHECK_INT(getentropy(bytes, count), 0);
}

void system_set_variable(const char *name, const char *value)
{
    CHECK_INT(setenv(name, value, 1), 0);
}

bool system_is_ready(const acs_queue *queue, int timeout_ms)
{
    struct pollfd pollfd = {acs_queue_fd(queue), POLLIN, 0};
    CHECK(pollfd.fd >= 0);
    return poll(&pollfd, 1, timeout_ms) == 1 && (pollfd.revents & POLLIN) != 0;
}
