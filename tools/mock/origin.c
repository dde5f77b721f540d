/* origin.c -- reads galaxies to paint, or draws them */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/catalogue.h>
#include <pz/file.h>
#include <pz/missing.h>

#include "../common/counted.h"
#include "../common/notes.h"
#include "origin.h"

int origin_galaxy(const void *context, uint64_t i, struct pz_mock_galaxy *g)
{
	const struct origin *o = context;

	if (o->known)
		return pz_mock_galaxy_like(o->sky, i, &o->known[i], g);
	pz_mock_galaxy(o->sky, i, g);
	return 0;
}

static int add_galaxy(struct origin *o, size_t *room, const struct pz_mock_known *k)
{
	if (o->count == *room) {
		size_t more = *room ? 2 * *room : 4096;
		struct pz_mock_known *grown = realloc(o->known, more * sizeof *grown);

		if (!grown)
			return pz_fail(PZ_ENOMEM, "no memory for %zu galaxies", more);
		o->known = grown;
		*room = more;
	}
	o->known[o->count++] = *k;
	return 0;
}

/* Whether the galaxy can be painted: it needs a redshift that the sky has, and a magnitude in r. */
static bool is_paintable(const struct pz_mock_survey *s, const struct pz_mock_known *k)
{
	return k->z > 0 && k->z <= s->zmax && isfinite(k->mags[2]);
}

/* The columns come as name_columns() names them; an absent one is 0. */
static void take_row(const struct origin_catalogue *o, const struct pz_catalogue_row *row,
		     struct pz_mock_known *k)
{
	const double *value = row->carry;

	*k = (struct pz_mock_known){ .z = row->z, .ebv = row->ebv };
	for (int b = 0; b < PZ_MOCK_BANDS; b++)
		k->mags[b] = *value++;
	for (int b = 0; o->errors && b < PZ_MOCK_BANDS; b++)
		k->errors[b] = *value++;
	if (o->sizes)
		k->size = *value;
}

/* Magnitudes of a galaxy whose error is not known. */
static uint64_t count_exact(const struct pz_mock_known *k)
{
	uint64_t n = 0;

	for (int b = 0; b < PZ_MOCK_BANDS; b++)
		n += isfinite(k->mags[b]) && !(k->errors[b] > 0);
	return n;
}

static int check_pattern(const char *option, const char *pattern)
{
	if (strstr(pattern, "%b") && !strchr(pattern, ','))
		return 0;
	return pz_fail(PZ_EUSAGE, "%s: expected a name with %%b for the band, found '%s'", option,
		       pattern);
}

/* A column for each band, which stands in the place of %b; they follow others if `more`. */
static void name_bands(FILE *to, bool more, const char *pattern, const struct pz_mock_survey *s)
{
	const char *place = strstr(pattern, "%b");

	for (int b = 0; b < PZ_MOCK_BANDS; b++)
		fprintf(to, "%s%.*s%s%s", more || b ? "," : "", (int)(place - pattern), pattern,
			s->band[b], place + 2);
}

/* The columns to read: magnitudes, their errors, and sizes. The caller frees names. */
static int name_columns(const struct origin_catalogue *o, const struct pz_mock_survey *s,
			char **names)
{
	const char *magnitudes = o->magnitudes ? o->magnitudes : "true_%b";
	size_t size;
	FILE *to;
	int rc;

	*names = NULL;
	if ((rc = check_pattern("--magnitudes", magnitudes)) < 0 ||
	    (o->errors && (rc = check_pattern("--errors", o->errors)) < 0))
		return rc;
	if ((to = open_memstream(names, &size))) {
		name_bands(to, false, magnitudes, s);
		if (o->errors)
			name_bands(to, true, o->errors, s);
		if (o->sizes)
			fprintf(to, ",%s", o->sizes);
	}
	return pz_file_close_text(to, names);
}

static int read_rows(const struct tool *t, const struct origin_catalogue *o, struct pz_catalogue *c,
		     struct origin *from)
{
	const struct pz_mock_survey *s = pz_mock_survey(from->sky);
	uint64_t left_out = 0, exact = 0;
	struct pz_catalogue_row row = { 0 };
	size_t room = 0;
	int rc = 0;

	while (rc == 0 && from->count < o->most && (rc = pz_catalogue_next(c, &row)) > 0) {
		struct pz_mock_known k;

		take_row(o, &row, &k);
		rc = 0;
		if (is_paintable(s, &k)) {
			rc = add_galaxy(from, &room, &k);
			exact += o->errors ? count_exact(&k) : 0;
		} else {
			left_out++;
		}
	}
	if (rc == 0 && left_out && from->count == 0)
		return pz_fail(PZ_EDATA,
			       "%s: expected galaxies with r and a redshift up to %g, found none "
			       "among %s",
			       o->path, s->zmax, COUNTED(left_out, "galaxy", "galaxies"));
	if (left_out)
		tool_say(t, "%s: %s left out, because r or a redshift up to %g is missing", o->path,
			 COUNTED(left_out, "galaxy was", "galaxies were"), s->zmax);
	if (exact)
		tool_say(t, "%s: %s taken as exact, because the error is missing or not above 0",
			 o->path, COUNTED(exact, "magnitude is", "magnitudes are"));
	return rc;
}

int origin_read(struct origin *from, const struct tool *t, const struct origin_catalogue *o)
{
	struct pz_catalogue_options wanted = { .columns = o->columns,
					       .anywhere = true,
					       .positive = true };
	struct pz_catalogue *c = NULL;
	char *names;
	int rc = name_columns(o, pz_mock_survey(from->sky), &names);

	wanted.carry = names;
	if (rc == 0)
		rc = pz_missing_parse(&wanted.missing, o->missing);
	if (rc == 0 && (rc = pz_catalogue_open(&c, o->path, &wanted)) == 0) {
		notes_say(t, c);
		rc = read_rows(t, o, c, from);
		notes_say(t, c);
	}
	pz_catalogue_close(c);
	free(names);
	return rc;
}

void origin_release(struct origin *from)
{
	pz_mock_close(from->sky);
	free(from->known);
}
