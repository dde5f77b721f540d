/* listing.c -- lines of a table, or objects of JSON */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <pz/map.h>

#include "listing.h"

int listing_begin(struct listing *l, const char *path, const char *const *name, int columns)
{
	size_t n = strlen(path);
	int rc;

	*l = (struct listing){ .name = name, .columns = columns };
	l->json = n >= 5 && !strcmp(path + n - 5, ".json");
	if ((rc = pz_file_begin(&l->file, path)) < 0)
		return rc;
	if (l->json)
		fputc('[', l->file.stream);
	for (int i = 0; i < columns && !l->json; i++)
		fprintf(l->file.stream, "%s%s", i ? "\t" : "", name[i]);
	return 0;
}

void listing_add(struct listing *l, const char *text, const double *value)
{
	FILE *to = l->file.stream;
	char number[40];

	if (l->json)
		fprintf(to, "%s\n{\"%s\": \"%s\"", l->count++ ? "," : "", l->name[0], text);
	else
		fprintf(to, "\n%s", text);
	for (int i = 0; i + 1 < l->columns; i++) {
		pz_value_format(value[i], false, number, sizeof number);
		if (l->json)
			fprintf(to, ", \"%s\": %s", l->name[i + 1],
				isfinite(value[i]) ? number : "null");
		else
			fprintf(to, "\t%s", number);
	}
	if (l->json)
		fputc('}', to);
}

int listing_end(struct listing *l)
{
	fputs(l->json ? "\n]\n" : "\n", l->file.stream);
	return pz_file_commit(&l->file);
}
