/* Loaded before a server starts: every sync of a file takes a millisecond longer. The disks of rented machines often
 * acknowledge from a memory of their own; a disk that really writes needs about this long. */
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void rest(void) {
    struct timespec millisecond = {0, 1000000};
    nanosleep(&millisecond, 0);
}

int fdatasync(int file) {
    rest();
    return (int)syscall(SYS_fdatasync, file);
}

int fsync(int file) {
    rest();
    return (int)syscall(SYS_fsync, file);
}
