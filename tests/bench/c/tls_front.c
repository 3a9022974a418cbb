#include "tls_front.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "contender.h"

extern char **environ;

static pid_t stunnel;
static char endpoint[64];

static int bound(struct sockaddr_in *address)
{
    socklen_t len = sizeof *address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)address, len) != 0 ||
        getsockname(listener, (struct sockaddr *)address, &len) != 0) {
        die("stunnel", "no free port");
    }
    return listener;
}

static void wait_for(const struct sockaddr_in *address)
{
    struct timespec pause = {0, 20000000};
    for (int i = 0; i < 500; i++) {
        int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        int is_there = connect(client, (const struct sockaddr *)address, sizeof *address) == 0;
        close(client);
        if (is_there) {
            return;
        }
        nanosleep(&pause, NULL);
    }
    die("stunnel", "it does not listen");
}

const char *tls_front_start(const char *folder, const char *http_url)
{
    struct sockaddr_in address;
    char path[512];
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    close(bound(&address));

    snprintf(path, sizeof path, "%s/stunnel.conf", folder);
    FILE *config = fopen(path, "w");
    if (config == NULL) {
        die("stunnel", "its configuration cannot be written");
    }
    fprintf(config,
            "foreground = quiet\npid =\nsyslog = no\ndebug = 0\noutput = %s/stunnel.log\n[front]\n"
            "accept = 127.0.0.1:%d\nconnect = localhost:%s\ncert = %s/cert.pem\nkey = %s/key.pem\n"
            "socket = l:TCP_NODELAY=1\nsocket = r:TCP_NODELAY=1\n",
            folder, ntohs(address.sin_port), strrchr(http_url, ':') + 1, folder, folder);
    fclose(config);

    char program[] = "stunnel";
    char *arguments[] = {program, path, NULL};
    if (posix_spawnp(&stunnel, program, NULL, NULL, arguments, environ) != 0) {
        die("stunnel", "it cannot be started");
    }
    wait_for(&address);
    snprintf(endpoint, sizeof endpoint, "https://localhost:%d/", ntohs(address.sin_port));
    return endpoint;
}

void tls_front_stop(void)
{
    if (stunnel > 0) {
        kill(stunnel, SIGTERM);
        waitpid(stunnel, NULL, 0);
        stunnel = 0;
    }
}
