/* golden.h -- expected values, for the tests that hold the library against them
 *
 * The folder is $PZ_GOLDEN, else $PZ_SHARED/golden where that is there, else tests/data/golden,
 * which has one survey of the two (its README says what each file is).
 */
#ifndef PZ_TESTS_GOLDEN_H
#define PZ_TESTS_GOLDEN_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include <pz/bins.h>
#include <pz/galaxies.h>

/* A CSV file of numbers; an empty field is NaN. */
struct golden_csv {
	size_t rows, columns;
	char **name;   /* of the columns; NULL without a header line            */
	double *value; /* value[row*columns + column]                           */
};

static inline const char *golden_path(const char *file)
{
	static char path[4096];
	const char *golden = getenv("PZ_GOLDEN"), *shared = getenv("PZ_SHARED");

	if (golden) {
		snprintf(path, sizeof path, "%s/%s", golden, file);
		return path;
	}
	snprintf(path, sizeof path, "%s/golden/%s", shared ? shared : "../shared", file);
	if (access(path, R_OK) != 0)
		snprintf(path, sizeof path, "tests/data/golden/%s", file);
	return path;
}

/* How many surveys there are values of, SDSS first. */
static inline int golden_surveys(void)
{
	return access(golden_path("cfhtls_catalogue.csv"), R_OK) == 0 ? 2 : 1;
}

/* Relative 1e-9 plus absolute 1e-12: the README's tolerance. NaN equals NaN. */
static inline bool golden_close(double found, double expected)
{
	return (isnan(found) && isnan(expected)) ||
	       fabs(found - expected) <= 1e-9 * fabs(expected) + 1e-12;
}

#define assert_golden(found, expected)                                                             \
	do {                                                                                       \
		double found_ = (found), expected_ = (expected);                                   \
                                                                                                   \
		if (!golden_close(found_, expected_))                                              \
			fail_msg(#found ": expected %.15g, found %.15g", expected_, found_);       \
	} while (0)

/* A bootstrap's mean and error against the listed ones. */
static inline bool golden_spread(double mean, double error, double expected, double expected_error)
{
	return fabs(mean - expected) <= 0.6 * expected_error &&
	       fabs(error - expected_error) <= 0.35 * expected_error;
}

static inline void *golden_alloc(size_t n, size_t size)
{
	void *p = calloc(n + 1, size);

	if (!p)
		abort();
	return p;
}

static inline char *golden_read(const char *file)
{
	FILE *f = fopen(golden_path(file), "rb");
	char *text;
	long size;

	if (!f || fseek(f, 0, SEEK_END) || (size = ftell(f)) < 0)
		abort();
	rewind(f);
	text = golden_alloc((size_t)size, 1);
	if (fread(text, 1, (size_t)size, f) != (size_t)size)
		abort();
	fclose(f);
	return text;
}

static inline size_t golden_count(const char *text, const char *end, char c)
{
	size_t n = 0;

	for (; text < end && *text; text++)
		n += *text == c;
	return n;
}

static inline struct golden_csv golden_csv(const char *file, bool header)
{
	struct golden_csv t = { 0 };
	char *text = golden_read(file), *p = text, *line = strchr(text, '\n');

	if (!line)
		abort();
	t.columns = golden_count(text, line, ',') + 1;
	t.rows = golden_count(text, text + strlen(text), '\n') - header;
	t.value = golden_alloc(t.rows * t.columns, sizeof *t.value);
	if (header) {
		t.name = golden_alloc(t.columns, sizeof *t.name);
		for (size_t c = 0; c < t.columns; c++) {
			size_t n = strcspn(p, ",\r\n");

			t.name[c] = strndup(p, n);
			p += n + 1;
		}
		p = line + 1;
	}
	for (size_t i = 0; i < t.rows * t.columns; i++) {
		char *end;

		t.value[i] = *p == ',' || *p == '\r' || *p == '\n' ? NAN : strtod(p, &end);
		p += strcspn(p, ",\n") + 1;
	}
	free(text);
	return t;
}

static inline size_t golden_column(const struct golden_csv *t, const char *name)
{
	for (size_t c = 0; c < t->columns; c++)
		if (strcmp(t->name[c], name) == 0)
			return c;
	fprintf(stderr, "no column '%s'\n", name);
	abort();
}

static inline double golden_at(const struct golden_csv *t, size_t row, const char *name)
{
	return t->value[row * t->columns + golden_column(t, name)];
}

static inline void golden_csv_free(struct golden_csv *t)
{
	for (size_t c = 0; t->name && c < t->columns; c++)
		free(t->name[c]);
	free(t->name);
	free(t->value);
}

/* One of the two surveys: settings, galaxies, expected scalars. */
struct golden {
	const char *survey; /* "sdss" or "cfhtls"                               */
	struct pz_survey settings;
	struct golden_csv catalogue;
	double *z, *zphot, *mag;
	struct pz_galaxies all, train, test; /* views of the three columns      */
	json_t *expected;
};

static inline struct golden_csv golden_table(const struct golden *g, const char *name)
{
	char file[128];

	snprintf(file, sizeof file, "%s_%s.csv", g->survey, name);
	return golden_csv(file, true);
}

static inline double *golden_copy(const struct golden_csv *t, const char *name)
{
	double *x = golden_alloc(t->rows, sizeof *x);

	for (size_t i = 0; i < t->rows; i++)
		x[i] = golden_at(t, i, name);
	return x;
}

static inline struct golden golden_open(const char *survey)
{
	struct golden g = { .survey = survey };
	char file[128];
	size_t train = 0;

	if (pz_survey_find(&g.settings, strcmp(survey, "sdss") ? "cfhtls-wide" : "sdss"))
		abort();
	g.settings.grid.left = strcmp(survey, "sdss") ? 500 : 90;
	g.settings.grid.right = strcmp(survey, "sdss") ? 1000 : 90;
	g.catalogue = golden_table(&g, "catalogue");
	g.z = golden_copy(&g.catalogue, "zspec");
	g.zphot = golden_copy(&g.catalogue, "zphoto");
	g.mag = golden_copy(&g.catalogue, "r");
	while (golden_at(&g.catalogue, train, "set") == 0)
		train++;
	g.all = (struct pz_galaxies){ g.catalogue.rows, g.z, g.zphot, g.mag };
	g.train = (struct pz_galaxies){ train, g.z, g.zphot, g.mag };
	g.test = (struct pz_galaxies){ g.all.n - train, g.z + train, g.zphot + train,
				       g.mag + train };
	snprintf(file, sizeof file, "%s_expected.json", survey);
	g.expected = json_load_file(golden_path(file), 0, NULL);
	if (!g.expected)
		abort();
	return g;
}

static inline void golden_close_survey(struct golden *g)
{
	golden_csv_free(&g->catalogue);
	free(g->z);
	free(g->zphot);
	free(g->mag);
	json_decref(g->expected);
}

/* The value at a path such as "summary", "sigma_mad". */
static inline json_t *golden_json(const struct golden *g, const char *object, const char *key)
{
	json_t *found = json_object_get(json_object_get(g->expected, object), key);

	if (!found)
		abort();
	return found;
}

static inline double golden_number(const struct golden *g, const char *object, const char *key)
{
	return json_number_value(golden_json(g, object, key));
}

static inline double golden_item(const struct golden *g, const char *object, const char *key,
				 size_t i)
{
	return json_number_value(json_array_get(golden_json(g, object, key), i));
}

/* The dispersions that all of the golden tables were made with. */
static inline double *golden_sigma(const struct golden *g)
{
	size_t m = (size_t)g->settings.rows.channels;
	double *sigma = golden_alloc(m, sizeof *sigma);

	for (size_t k = 0; k < m; k++)
		sigma[k] = golden_item(g, "sigma_disp", "used_below", k);
	return sigma;
}

#endif
