/* networks.h -- how much the numbers of a report depend on the chance of training
 *
 * Networks that are trained alike, but from other initial weights, give other numbers for the same
 * galaxies. Each of them has a report of its own (JSON of residuals); the standard deviation of a
 * number between these reports is its error of training, that of one network.
 *
 *      struct networks *t;
 *
 *      rc = networks_read(&t, "net1/report.json,net2/report.json");
 *      rc = networks_check(t, name, n);
 *      x = networks_error(t, name, "tv.value");
 *      networks_free(t);
 */
#ifndef NETWORKS_H
#define NETWORKS_H

#include <stddef.h>

struct networks;

/* Reads the reports that the list names, two or more with commas between them. PZ_EUSAGE,
 * PZ_EDATA. */
int networks_read(struct networks **t, const char *list);
void networks_free(struct networks *t); /* NULL is fine */
int networks_count(const struct networks *t);
/* Whether the stream can be compared: all reports have one of its name, of n galaxies, or none has
 * (then there are no errors of training). PZ_EMISMATCH says what differs. */
int networks_check(const struct networks *t, const char *name, size_t n);
/* Whether the reports have the stream at all. */
int networks_have(const struct networks *t, const char *name);
/* The standard deviation between the reports of a stream's number at this path (json_number.h); NaN
 * where one of them has none. t NULL: NaN. */
double networks_error(const struct networks *t, const char *name, const char *path);

#endif
