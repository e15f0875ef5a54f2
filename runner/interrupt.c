#include "common/base.h"

#include "runner/interrupt.h"

#include <signal.h>
#include <string.h>

static volatile sig_atomic_t received;
_Static_assert(sizeof(sig_atomic_t) == sizeof(int), "the flag is handed out as an int");

static void note_signal(int number)
{
    received = number;
}

const volatile int *interrupt_watch(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = note_signal;
    action.sa_flags = (int)SA_RESETHAND; /* the second one takes its default course */
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    /* A report into a closed pipe is a failed write, not the end of the process. */
    action.sa_handler = SIG_IGN;
    action.sa_flags = 0;
    sigaction(SIGPIPE, &action, NULL);
    return &received;
}
