/* places.c -- reads the places to which the numbers of a p(z) belong */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/array.h>
#include <pz/error.h>

#include "places.h"

#define PLACES_MAX 1000000
#define UNIFORM    1e-6 /* of a step */

static int make_room(struct places *p, size_t n)
{
	if (n > PLACES_MAX)
		return pz_fail(PZ_EUSAGE, "--pz-grid: expected at most %d numbers, found %zu",
			       PLACES_MAX, n);
	p->n = n;
	p->x = malloc((n ? n : 1) * sizeof *p->x);
	return p->x ? 0 : pz_fail(PZ_ENOMEM, "no memory for %zu redshifts", n);
}

void places_release(struct places *p)
{
	free(p->x);
	*p = (struct places){ 0 };
}

/* Equal steps from one end to the other, of z or of log(1+z). */
static int make_steps(struct places *p, const char *text, const char *numbers, bool log)
{
	double min, max, count, steps;
	char rest;
	int rc;

	if (sscanf(numbers, "%lf,%lf,%lf%c", &min, &max, &count, &rest) != 3 || !(min < max) ||
	    count != floor(count) || !(count >= 2) || !(count < PLACES_MAX) || !isfinite(min) ||
	    !isfinite(max) || (log && min <= -1))
		return pz_fail(PZ_EUSAGE,
			       "--pz-grid: expected MIN,MAX,N with MIN below MAX and N of 2 or "
			       "more%s, found '%s'",
			       log ? ", MIN above -1" : "", text);
	if ((rc = make_room(p, (size_t)count + (p->kind == PLACES_EDGES))) < 0)
		return rc;
	steps = (double)p->n - 1;
	for (size_t i = 0; i < p->n; i++) {
		double at = (double)i / steps;

		p->x[i] = log ? (1 + min) * pow((1 + max) / (1 + min), at) - 1
			      : min + (max - min) * at;
	}
	return 0;
}

static int read_list(struct places *p, const char *text)
{
	size_t n = 1;
	char *end;
	int rc;

	for (const char *c = text; *c; c++)
		n += *c == ',';
	p->kind = PLACES_GIVEN;
	if ((rc = make_room(p, n)) < 0)
		return rc;
	for (size_t i = 0; i < n; i++, text = end + 1) {
		p->x[i] = strtod(text, &end);
		if (end == text || *end != (i + 1 < n ? ',' : '\0'))
			return pz_fail(PZ_EUSAGE, "--pz-grid: expected a number, found '%.40s'",
				       text);
	}
	return 0;
}

/* The array of that name, or of that name in some group. */
static int find_array(const struct pz_arrays *a, const char *name)
{
	int at = pz_arrays_find(a, name);

	for (int i = 0; i < pz_arrays_count(a) && at < 0; i++) {
		const char *slash = strrchr(pz_arrays_at(a, i)->name, '/');

		if (slash && !strcmp(slash + 1, name))
			at = i;
	}
	return at;
}

static int read_array(struct places *p, const char *name, const char *file)
{
	struct pz_arrays *a;
	const struct pz_array *array;
	int at, rc = pz_arrays_open(&a, file, NULL);

	if (rc < 0)
		return rc;
	p->kind = PLACES_GIVEN;
	if ((at = find_array(a, name)) < 0)
		rc = pz_fail(PZ_EDATA, "--pz-grid: %s has no array '%s'", file, name);
	if (rc == 0) {
		array = pz_arrays_at(a, at);
		if (array->values && array->rows > PLACES_MAX / array->values)
			rc = pz_fail(PZ_EDATA, "--pz-grid: array '%s' has more than %d numbers",
				     name, PLACES_MAX);
		else if ((rc = make_room(p, (size_t)array->rows * array->values)) == 0)
			rc = pz_array_read_doubles(a, at, 0, (size_t)array->rows, p->x);
	}
	pz_arrays_close(a);
	return rc;
}

int places_read(struct places *p, const char *text, const char *file)
{
	static const struct {
		const char *word;
		enum places_kind kind;
		bool log;
	} steps[] = { { "bins:", PLACES_EDGES, false },
		      { "points:", PLACES_POINTS, false },
		      { "log-bins:", PLACES_EDGES, true },
		      { "log-points:", PLACES_POINTS, true } };
	int arrays;

	*p = (struct places){ 0 };
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		size_t n = strlen(steps[i].word);

		if (strncmp(text, steps[i].word, n) != 0)
			continue;
		p->kind = steps[i].kind;
		return make_steps(p, text, text + n, steps[i].log);
	}
	if (*text && strchr("+-.0123456789", *text))
		return read_list(p, text);
	if (!file || (arrays = pz_arrays_look_like(file)) == 0)
		return pz_fail(PZ_EUSAGE,
			       "--pz-grid: expected bins:MIN,MAX,N, points:MIN,MAX,N, log-bins:... "
			       "or log-points:..., numbers with commas between, or an array of "
			       "the HDF5 or NumPy file of the p(z), found '%s'",
			       text);
	return arrays < 0 ? arrays : read_array(p, text, file);
}

bool places_are_uniform(const struct places *p)
{
	double step = p->n > 1 ? (p->x[p->n - 1] - p->x[0]) / (double)(p->n - 1) : 0;

	for (size_t i = 0; i < p->n; i++)
		if (!(fabs(p->x[0] + step * (double)i - p->x[i]) <= UNIFORM * step))
			return false;
	return step > 0;
}
