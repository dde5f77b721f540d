/* comments.c -- reads lines */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "comments.h"

static int check_line(const char *path, size_t number, const char *line, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (line[i] < 0x20 || line[i] > 0x7e)
			return pz_fail(PZ_EDATA,
				       "%s: line %zu: expected printable ASCII, which is all that "
				       "a FITS header may hold, found another character",
				       path, number);
	return 0;
}

static int add_line(struct comments *n, const char *path, const char *line, size_t size)
{
	int rc = check_line(path, n->n + 1, line, size);
	char **more;

	if (rc < 0)
		return rc;
	if (n->n == COMMENTS_MAX)
		return pz_fail(PZ_EDATA, "%s: expected at most %d lines, found more", path,
			       COMMENTS_MAX);
	if (!(more = realloc(n->line, (n->n + 1) * sizeof *more)))
		return pz_fail(PZ_ENOMEM, "no memory for the lines of %s", path);
	n->line = more;
	/* CFITSIO leaves out a card without text: a blank stands for an empty line. */
	if (!(n->line[n->n] = size ? strndup(line, size) : strdup(" ")))
		return pz_fail(PZ_ENOMEM, "no memory for the lines of %s", path);
	n->n++;
	return 0;
}

int comments_read(struct comments *n, const char *path)
{
	FILE *from = fopen(path, "r");
	char *line = NULL;
	size_t room = 0;
	ssize_t size;
	int rc = 0;

	if (!from)
		return pz_fail(PZ_EIO, "%s: cannot read: %s", path, strerror(errno));
	while (rc == 0 && (size = getline(&line, &room, from)) > 0)
		rc = add_line(n, path, line, (size_t)size - (line[size - 1] == '\n'));
	if (rc == 0 && ferror(from))
		rc = pz_fail(PZ_EIO, "%s: cannot read: %s", path, strerror(errno));
	free(line);
	fclose(from);
	return rc;
}

void comments_release(struct comments *n)
{
	for (size_t i = 0; i < n->n; i++)
		free(n->line[i]);
	free(n->line);
	*n = (struct comments){ 0 };
}
