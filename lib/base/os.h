/* os.h -- what systems have beyond C11 and POSIX, each with a fall-back
 *
 * No other file asks which system it runs on. A function does without what a system lacks: a wish
 * is then not granted, a file without name has one for a moment, a number is less exact.
 *
 *                              with Linux             with macOS            elsewhere
 *      pz_os_cpus              CPU affinity           CPUs of the machine   CPUs of the machine
 *      pz_os_peak_memory       kB of getrusage        bytes of getrusage    kB of getrusage
 *      pz_os_open_nameless     O_TMPFILE              mkstemp and unlink    mkstemp and unlink
 *      pz_os_open_memory       memfd_create           nothing               nothing
 *      pz_os_pipe              pipe2                  pipe and fcntl        pipe and fcntl
 *      pz_os_end_with_parent   PR_SET_PDEATHSIG       nothing               nothing
 *      pz_os_reserve           posix_fallocate        ftruncate             ftruncate
 *      pz_os_will_need         posix_fadvise          nothing               nothing
 *      pz_os_wish_large_pages  madvise                nothing               nothing
 *      pz_os_widen_pipe        F_SETPIPE_SZ           nothing               nothing
 *      pz_os_write_out         sync_file_range        nothing               nothing
 *      pz_os_is_descriptor     a link of /proc        the name's form       the name's form
 *      pz_os_program_folder    a link of /proc        none                  none
 *      pz_os_changed           st_mtim                st_mtimespec          st_mtim
 *
 * -DPZ_OS_PLAIN takes the last column on every system, so that it can be tested.
 */
#ifndef BASE_OS_H
#define BASE_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>

/* CPUs that this process may use; 0: the system does not say. */
int pz_os_cpus(void);
/* The most memory that the process has had, in bytes. */
uint64_t pz_os_peak_memory(void);

/* The folder in which the running program lies, links resolved: false, and "", where it is not
 * known. */
bool pz_os_program_folder(char *folder, size_t size);
/* A file in this folder to read and write, which no name leads to and which is gone once it is
 * closed: a descriptor, or -1 with errno set. */
int pz_os_open_nameless(const char *folder);
/* Both ends of a pipe, which programs that are started do not inherit: 0, or -1 with errno set. */
int pz_os_pipe(int ends[2]);
/* Memory that processes can share by mmap: a descriptor, or -1 where a file has to do instead. */
int pz_os_open_memory(void);
/* Two connected sockets, which programs that are started do not inherit: 0, or -1 with errno set.
 */
int pz_os_socket_pair(int ends[2]);
/* Asks that this process be killed when the process that started it ends. */
void pz_os_end_with_parent(void);
/* Makes a file that long; the space is reserved where the system can: 0, or an errno. */
int pz_os_reserve(int fd, off_t bytes);

/* Says that this part of a file is going to be read soon. */
void pz_os_will_need(int fd, off_t offset, off_t bytes);
/* Asks for a pipe that holds 1 MB, if it is one: writer and reader wait less for each other. */
void pz_os_widen_pipe(int fd);
/* Says that what was written of a file is to go to the disk, and does not wait for it. */
void pz_os_write_out(int fd);
/* Asks for large pages for an array that begins on a boundary of them. */
void pz_os_wish_large_pages(void *p, size_t bytes);

/* Whether a name is that of a descriptor, as /dev/fd/1 or /proc/self/fd/1. Opening it may give
 * what the descriptor is open for, though what it leads to has no name. */
bool pz_os_is_descriptor(const char *name);
/* The number of our own descriptor that a name of that kind means; -1: it means none. */
int pz_os_own_descriptor(const char *name);

/* When the file was changed. */
struct timespec pz_os_changed(const struct stat *s);

#endif
