/* chosen.c -- which of many streams are drawn */
#include <string.h>

#include <pz/error.h>

#include "chosen.h"

/* Of many streams, those that the figure is about. */
static const char *const usual[] = { "baseline", "step3", "step4", "step5", "knn", "knn-mag" };

#define USUAL ((int)(sizeof usual / sizeof *usual))

static bool is_listed(const char *list, const char *name)
{
	for (const char *word = list; word; word = strchr(word, ',')) {
		word += *word == ',';
		if (strlen(name) == strcspn(word, ",") && !strncmp(word, name, strlen(name)))
			return true;
	}
	return false;
}

static bool is_usual(const char *name)
{
	for (int k = 0; k < USUAL; k++)
		if (!strcmp(usual[k], name))
			return true;
	return false;
}

static const struct report *find_report(const struct report *r, int n, const char *name,
					size_t size)
{
	for (int i = 0; i < n; i++)
		if (strlen(r[i].name) == size && !strncmp(r[i].name, name, size))
			return &r[i];
	return NULL;
}

/* Every name of --steps must be there. */
static int check_steps(const struct report *r, int n, const char *list)
{
	for (const char *word = list; word; word = strchr(word, ',')) {
		size_t size;

		word += *word == ',';
		size = strcspn(word, ",");
		if (!find_report(r, n, word, size))
			return pz_fail(
				PZ_EUSAGE,
				"--steps: expected names of the streams, or all, found '%.*s'",
				(int)size, word);
	}
	return 0;
}

int chosen_streams(const struct report *r, int n, const char *steps, bool drawn[])
{
	bool all = steps && !strcmp(steps, "all");
	int known = 0, count = 0, rc = steps && !all ? check_steps(r, n, steps) : 0;

	if (rc < 0)
		return rc;
	for (int i = 0; i < n; i++)
		known += is_usual(r[i].name);
	if (!steps && (n <= CHOSEN_FEW || known < 2))
		all = true;
	for (int i = 0; i < n; i++)
		count += drawn[i] = all ||
				    (steps ? is_listed(steps, r[i].name) : is_usual(r[i].name));
	return count;
}
