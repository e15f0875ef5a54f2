/* interrupt.h: SIGINT and SIGTERM as a flag. The first signal asks the run to clean up, report and end; a second one ends
 * the process at once. */
#ifndef RUNNER_INTERRUPT_H
#define RUNNER_INTERRUPT_H

#include "common/base.h"

/* Once, in the main thread. The flag is 0 until a signal came, then its number. */
const volatile int *interrupt_watch(void);

#endif
