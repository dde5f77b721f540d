/* header_features.c -- the names of a stream's features in the header of its table
 *
 * One card, FEATURES, has them all: "u,g,r". Names are coded as escape.h codes texts, commas too.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "escape.h"
#include "header.h"

#define TEXT_MAX ((size_t)1 << 20) /* bytes of all names, with commas */

int table_features_text(const struct pz_header *h, char **text)
{
	size_t size;
	FILE *to = open_memstream(text, &size);
	struct pz_feature_walk walk = { 0 };
	char name[PZ_FEATURE_NAME];
	bool complete = to != NULL;

	for (int i = 0; complete && pz_header_next_feature(h, &walk, name); i++) {
		char *coded = table_text_code(name, strlen(name), ",");

		complete = coded && fprintf(to, "%s%s", i ? "," : "", coded) > 0;
		free(coded);
	}
	if (to && fclose(to) != 0)
		complete = false;
	if (!complete) {
		if (to)
			free(*text);
		*text = NULL;
		return pz_fail(PZ_ENOMEM, "no memory for the names of features");
	}
	if (h->features == 0 || size > TEXT_MAX) {
		free(*text);
		*text = NULL;
	}
	return 0;
}

/* Cuts the list at its commas into n names; false: it has another number, or one that is not
 * coded. */
static bool split_names(char *list, char **name, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		name[i] = strsep(&list, ",");
		if (!name[i] || table_text_decode(name[i]) != (long)strlen(name[i]))
			return false;
	}
	return list == NULL;
}

static int name_by_number(struct pz_header *h, char (*name)[PZ_FEATURE_NAME], char **names,
			  size_t n)
{
	for (size_t i = 0; i < n; i++) {
		snprintf(name[i], sizeof name[i], "features[%zu]", i);
		names[i] = name[i];
	}
	return pz_header_set_features(h, (const char *const *)names, (int)n);
}

int table_features_read(struct table_file *f, size_t n, struct pz_header *h)
{
	char *list = calloc(TEXT_MAX + 1, 1), **names = malloc((n + 1) * sizeof *names);
	char(*name)[PZ_FEATURE_NAME] = malloc((n + 1) * sizeof *name);
	int rc = 0;

	if (!list || !names || !name)
		rc = pz_fail(PZ_ENOMEM, "no memory for the names of features");
	else if (n > PZ_FEATURES_MAX)
		rc = pz_fail(PZ_EDATA, "%s: features: expected at most %d, found %zu",
			     table_file_where(f), PZ_FEATURES_MAX, n);
	else if (table_file_text(f, "FEATURES", list, TEXT_MAX + 1) > 0 &&
		 split_names(list, names, n))
		rc = pz_header_set_features(h, (const char *const *)names, (int)n);
	else
		rc = name_by_number(h, name, names, n);
	free(list);
	free(names);
	free(name);
	return rc;
}
