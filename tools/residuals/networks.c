/* networks.c -- reads the reports of several networks, and compares their numbers */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "../common/json_number.h"
#include "networks.h"

#define NETWORKS_MAX 64

struct networks {
	int networks;
	char *text; /* the list, cut into paths                                    */
	const char *path[NETWORKS_MAX];
	json_t *report[NETWORKS_MAX];
};

static int read_paths(struct networks *t)
{
	char *rest = NULL;
	int rc = 0;

	for (char *word = strtok_r(t->text, ",", &rest); word && rc == 0;
	     word = strtok_r(NULL, ",", &rest)) {
		if (t->networks == NETWORKS_MAX)
			return pz_fail(PZ_EUSAGE,
				       "--training: expected at most %d reports, found more",
				       NETWORKS_MAX);
		t->path[t->networks] = word;
		rc = json_report_read(word, &t->report[t->networks]);
		t->networks++;
	}
	if (rc == 0 && t->networks < 2)
		rc = pz_fail(PZ_EUSAGE, "--training: expected two reports or more, as "
					"net1/report.json,net2/report.json, found one");
	return rc;
}

int networks_read(struct networks **t, const char *list)
{
	int rc;

	if (!(*t = calloc(1, sizeof **t)) || !((*t)->text = strdup(list)))
		rc = pz_fail(PZ_ENOMEM, "no memory for --training");
	else
		rc = read_paths(*t);
	return rc;
}

void networks_free(struct networks *t)
{
	if (!t)
		return;
	for (int k = 0; k < t->networks; k++)
		json_decref(t->report[k]);
	free(t->text);
	free(t);
}

int networks_count(const struct networks *t)
{
	return t->networks;
}

int networks_have(const struct networks *t, const char *name)
{
	return t && json_object_get(t->report[0], name) != NULL;
}

int networks_check(const struct networks *t, const char *name, size_t n)
{
	bool first = json_object_get(t->report[0], name) != NULL;

	for (int k = 0; k < t->networks; k++) {
		const json_t *one = json_object_get(t->report[k], name);
		double other = json_number_at(one, "n");

		if ((one != NULL) != first)
			return pz_fail(PZ_EMISMATCH,
				       "--training: expected '%s' in all reports or in none, found "
				       "it in %s but not in %s",
				       name, t->path[first ? 0 : k], t->path[first ? k : 0]);
		if (one && other != (double)n)
			return pz_fail(PZ_EMISMATCH,
				       "--training: %s: expected the same %zu galaxies in '%s', "
				       "found %.0f",
				       t->path[k], n, name, other);
	}
	return 0;
}

double networks_error(const struct networks *t, const char *name, const char *path)
{
	double sum = 0, square = 0, first = NAN;

	for (int k = 0; t && k < t->networks; k++) {
		double x = json_number_at(json_object_get(t->report[k], name), path);

		/* about the first one: the numbers may differ by little */
		first = k ? first : x;
		sum += x - first;
		square += (x - first) * (x - first);
	}
	if (!t || isnan(sum))
		return NAN;
	return sqrt(fmax(square - sum * sum / t->networks, 0) / (t->networks - 1));
}
