/* small_sky.h -- a simulated sky of frames so small that a test writes many, and what stands in a
 * folder
 */
#ifndef SMALL_SKY_H
#define SMALL_SKY_H

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pz/mock.h>

#include "../../lib/mock/parts.h"

/* The survey "sdss" with frames of this size; aligned as an archive's where pixels have a scale. */
static inline struct pz_mock *open_small(int width, int height, double scale, uint64_t seed)
{
	struct pz_mock_survey survey = *pz_mock_survey_find("sdss");
	struct pz_mock *sky = NULL;

	survey.width = width;
	survey.height = height;
	if (scale > 0)
		survey.pixscale = scale;
	if (pz_mock_open_survey(&sky, &survey, seed) == 0)
		sky->aligned = scale > 0;
	return sky;
}

static inline int names_in_order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a folder in order, a blank behind each; the next call forgets them. "none" where
 * there is no folder. */
static inline const char *names_in(const char *folder)
{
	static char text[1 << 14];
	char *name[400];
	size_t n = 0, used = 0;
	DIR *d = opendir(folder);

	if (!d)
		return "none";
	for (struct dirent *e; n < 400 && (e = readdir(d));)
		if (*e->d_name != '.')
			name[n++] = strdup(e->d_name);
	closedir(d);
	qsort(name, n, sizeof *name, names_in_order);
	*text = 0;
	for (size_t i = 0; i < n; i++) {
		used += (size_t)snprintf(text + used, sizeof text - used, "%s ", name[i]);
		free(name[i]);
	}
	return text;
}

#endif
