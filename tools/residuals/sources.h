/* sources.h -- the streams that a command line names, and what tables and figures call them */
#ifndef SOURCES_H
#define SOURCES_H

#include "report.h"

#define SOURCES_MAX 64

struct source {
	char name[REPORT_NAME];
	const char *path; /* "-": standard input                                */
};

/* An operand: NAME=FILE, or a file, which is named after itself. PZ_EUSAGE. */
int sources_parse(const char *operand, struct source *s);
/* All n operands, or standard input if there are none; returns how many. PZ_EUSAGE: too many, or
 * two of one name. */
int sources_parse_all(char *const *operands, int n, struct source s[SOURCES_MAX]);

#endif
