/* Lets the n-th write into a folder fail, or kill the process there, as a full or broken disk and
 * `kill -9` do. Preloaded into the children of these tests; the product knows nothing of it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static char folder[4096];
static long fails_at, seen;
static int how, lasting;

/* `error` 0 kills; `at` 0 only counts. */
void faults_arm(const char *where, long at, int error, int for_ever) {
    snprintf(folder, sizeof folder, "%s", where);
    fails_at = at;
    how = error;
    lasting = for_ever;
    seen = 0;
}

long faults_seen(void) { return seen; }

static int fails(int fd) {
    char name[64], path[4096];
    ssize_t length;
    if (!folder[0]) return 0;
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    length = readlink(name, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    if (strncmp(path, folder, strlen(folder))) return 0;
    seen++;
    if (!fails_at || seen < fails_at || (seen > fails_at && !lasting)) return 0;
    if (!how) kill(getpid(), SIGKILL);
    errno = how;
    return 1;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *data, size_t size) {
    return fails(fd) ? -1 : NEXT(write)(fd, data, size);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    return fails(fd) ? -1 : NEXT(pwrite)(fd, data, size, at);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    return fails(fd) ? -1 : NEXT(pwrite64)(fd, data, size, at);
}
int fsync(int fd) { return fails(fd) ? -1 : NEXT(fsync)(fd); }
int fdatasync(int fd) { return fails(fd) ? -1 : NEXT(fdatasync)(fd); }
int ftruncate(int fd, off_t size) { return fails(fd) ? -1 : NEXT(ftruncate)(fd, size); }
int ftruncate64(int fd, off64_t size) { return fails(fd) ? -1 : NEXT(ftruncate64)(fd, size); }
