/* write.c -- the sky as FITS files in a directory
 *
 * The catalogue comes last: where it is, the sky is whole.
 */
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pz/error.h>
#include <pz/fits.h>
#include <pz/team.h>
#include <pz/threads.h>

#include "archive.h"
#include "cards.h"
#include "parts.h"

#define FRAME_NAME "frame-%s-000001-1-%04d.fits%s"
#define FRAME_GLOB "frame-[ugriz]-000001-1-[0-9][0-9][0-9][0-9].fits%s"
#define COLUMNS    25
#define CHUNK      512 /* rows written at a time */

static const char *const endings[] = { "", ".gz", ".fz" };

static void describe_frame(struct mock_cards *c, const struct mock_job *job, int field, int b)
{
	const struct pz_mock_survey *s = job->sky->survey;
	double variance = pz_mock_seeing(job->sky, "mock frame seeing", (uint64_t)field, b);
	struct pz_mock_wcs w;

	c->n = 0;
	pz_mock_wcs(job->sky, field, b, &w);
	pz_mock_cards_text(c, "BUNIT", s->bunit, NULL);
	pz_mock_cards_text(c, "FILTER", s->band[b], NULL);
	pz_mock_cards_number(c, "EXPTIME", s->exptime, "seconds");
	pz_mock_cards_number(c, "MAGZERO", s->zeropoint, "AB magnitude of 1 BUNIT");
	pz_mock_cards_number(c, "FWHM", sqrt(variance * 8 * M_LN2) * s->pixscale,
			     "of the PSF, arcsec");
	pz_mock_cards_number(c, "SKYSIG", s->sky[b], "noise of an empty pixel");
	pz_mock_cards_number(c, "GAIN", s->electrons[b], "electrons per BUNIT");
	pz_mock_cards_number(c, "RUN", 1, NULL);
	pz_mock_cards_number(c, "CAMCOL", 1, NULL);
	pz_mock_cards_number(c, "FIELD", field + 1, NULL);
	pz_mock_cards_wcs(c, &w);
	pz_mock_cards_origin(c, job);
}

static int write_archived(const struct mock_job *job, int field, int k, float *pixels)
{
	int rc = pz_mock_frame(job->sky, job->layout, field, job->archive->band[k].of, job->source,
			       job->context, pixels);

	return rc < 0 ? rc : pz_mock_archive_write(job, field, k, pixels);
}

static int write_frame(const struct mock_job *job, int field, int b, float *pixels)
{
	const struct pz_mock_survey *s = job->sky->survey;
	struct mock_cards cards;
	char *path = NULL;
	int rc = pz_mock_frame(job->sky, job->layout, field, b, job->source, job->context, pixels);

	if (rc < 0)
		return rc;
	if (asprintf(&path, "%s/" FRAME_NAME, job->to->directory, s->band[b], field + 1,
		     endings[job->to->compress]) < 0)
		return pz_fail(PZ_ENOMEM, "no memory for a file name");
	describe_frame(&cards, job, field, b);
	rc = pz_fits_write_image(path, pixels, (size_t)s->width, (size_t)s->height, cards.card,
				 cards.n);
	free(path);
	return rc;
}

/* What the threads that write frames share. */
struct writing {
	const struct mock_job *job;
	int bands;      /* of a field */
	float **pixels; /* of each thread; NULL until it has its first frame */
	struct pz_failure failure;
	pthread_mutex_t told; /* held while progress is told: by one thread at a time */
};

static int write_one(struct writing *w, size_t frame, size_t thread)
{
	const struct pz_mock_survey *s = w->job->sky->survey;
	float **pixels = &w->pixels[thread];
	int rc;

	if (!*pixels)
		*pixels = malloc((size_t)s->width * (size_t)s->height * sizeof **pixels);
	if (!*pixels)
		return pz_fail(PZ_ENOMEM, "no memory for a frame");
	rc = (w->job->archive ? write_archived : write_frame)(w->job, (int)frame / w->bands,
							      (int)frame % w->bands, *pixels);
	if (rc == 0 && w->job->to->progress) {
		pthread_mutex_lock(&w->told);
		rc = w->job->to->progress(w->job->to->context);
		pthread_mutex_unlock(&w->told);
	}
	return rc;
}

static void write_job(void *arg, size_t frame, size_t thread)
{
	struct writing *w = arg;
	int rc = pz_failure_any(&w->failure) ? 0 : write_one(w, frame, thread);

	if (rc < 0)
		pz_failure_note(&w->failure, frame, rc);
}

/* All frames, a thread each; after a failure no other frame is begun. */
static int write_frames(const struct mock_job *job)
{
	size_t threads = (size_t)pz_threads();
	struct writing w = { .job = job,
			     .bands = job->archive ? job->archive->bands : PZ_MOCK_BANDS,
			     .told = PTHREAD_MUTEX_INITIALIZER };

	if (!(w.pixels = calloc(threads, sizeof *w.pixels)))
		return pz_fail(PZ_ENOMEM, "no memory for %zu threads", threads);
	pz_team_run(threads, (size_t)(job->layout->fields * w.bands), write_job, &w);
	for (size_t i = 0; i < threads; i++)
		free(w.pixels[i]);
	free(w.pixels);
	return pz_failure_raise(&w.failure);
}

static const struct pz_fits_column columns[COLUMNS] = {
	{ "id", PZ_FITS_INTEGER, 1, NULL },
	{ "ra", PZ_FITS_DOUBLE, 1, "deg" },
	{ "dec", PZ_FITS_DOUBLE, 1, "deg" },
	{ "z", PZ_FITS_DOUBLE, 1, NULL },
	{ "r", PZ_FITS_DOUBLE, 1, "mag" },
	{ "ebv", PZ_FITS_DOUBLE, 1, "mag" },
	{ "true_u", PZ_FITS_DOUBLE, 1, "mag" },
	{ "true_g", PZ_FITS_DOUBLE, 1, "mag" },
	{ "true_r", PZ_FITS_DOUBLE, 1, "mag" },
	{ "true_i", PZ_FITS_DOUBLE, 1, "mag" },
	{ "true_z", PZ_FITS_DOUBLE, 1, "mag" },
	{ "size", PZ_FITS_DOUBLE, 1, "arcsec" },
	{ "axis", PZ_FITS_DOUBLE, 1, NULL },
	{ "bulge", PZ_FITS_DOUBLE, 1, NULL },
	{ "mag_u", PZ_FITS_DOUBLE, 1, "mag" },
	{ "mag_g", PZ_FITS_DOUBLE, 1, "mag" },
	{ "mag_r", PZ_FITS_DOUBLE, 1, "mag" },
	{ "mag_i", PZ_FITS_DOUBLE, 1, "mag" },
	{ "mag_z", PZ_FITS_DOUBLE, 1, "mag" },
	{ "err_u", PZ_FITS_DOUBLE, 1, "mag" },
	{ "err_g", PZ_FITS_DOUBLE, 1, "mag" },
	{ "err_r", PZ_FITS_DOUBLE, 1, "mag" },
	{ "err_i", PZ_FITS_DOUBLE, 1, "mag" },
	{ "err_z", PZ_FITS_DOUBLE, 1, "mag" },
	{ "true_redshift", PZ_FITS_DOUBLE, 1, NULL },
};

struct rows {
	int64_t id[CHUNK];
	double value[COLUMNS - 1][CHUNK];
};

/* Rows of n galaxies from `first` on. */
static int fill_rows(const struct mock_job *job, uint64_t first, int n, struct rows *to)
{
	for (int i = 0; i < n; i++) {
		uint64_t id = first + (uint64_t)i;
		struct pz_mock_galaxy g;
		double radec[2];
		int c = 0, rc = job->source(job->context, id, &g);

		if (rc < 0)
			return rc;
		pz_mock_place(job->sky, job->layout, id, radec);
		to->id[i] = (int64_t)id;
		to->value[c++][i] = radec[0];
		to->value[c++][i] = radec[1];
		to->value[c++][i] = g.zspec;
		to->value[c++][i] = g.mag;
		to->value[c++][i] = g.ebv;
		for (int b = 0; b < PZ_MOCK_BANDS; b++)
			to->value[c++][i] = g.mags[b];
		to->value[c++][i] = g.size;
		to->value[c++][i] = g.axis;
		to->value[c++][i] = g.bulge;
		for (int b = 0; b < PZ_MOCK_BANDS; b++) {
			to->value[c + b][i] = g.measured[b];
			to->value[c + PZ_MOCK_BANDS + b][i] = g.error[b];
		}
		to->value[c + 2 * PZ_MOCK_BANDS][i] = g.z;
	}
	return 0;
}

static int write_rows(const struct mock_job *job, struct pz_fits_table *table, struct rows *rows)
{
	const void *values[COLUMNS] = { rows->id };
	int rc = 0;

	for (int c = 1; c < COLUMNS; c++)
		values[c] = rows->value[c - 1];
	for (uint64_t i = 0; rc == 0 && i < job->layout->galaxies; i += CHUNK) {
		uint64_t left = job->layout->galaxies - i;
		int n = left < CHUNK ? (int)left : CHUNK;

		if ((rc = fill_rows(job, i, n, rows)) == 0)
			rc = pz_fits_table_add(table, (size_t)n, values);
	}
	return rc;
}

static int write_catalogue(const struct mock_job *job)
{
	struct rows *rows = malloc(sizeof *rows);
	struct pz_fits_table *table = NULL;
	struct mock_cards cards = { .n = 0 };
	char *path = NULL;
	int rc = PZ_ENOMEM;

	if (!rows || asprintf(&path, "%s/catalogue.fits", job->to->directory) < 0) {
		pz_fail(PZ_ENOMEM, "no memory for the catalogue");
		path = NULL;
		goto done;
	}
	pz_mock_cards_origin(&cards, job);
	rc = pz_fits_table_begin(&table, path, "CATALOGUE", columns, COLUMNS, cards.card, cards.n);
	if (rc == 0 && (rc = write_rows(job, table, rows)) == 0) {
		rc = pz_fits_table_finish(table);
		table = NULL;
	}
done:
	pz_fits_table_abandon(table);
	free(path);
	free(rows);
	return rc;
}

/* Frames and the catalogue, whole or what a killed run left of them (file.h). */
static int is_of_a_sky(const char *name)
{
	char glob[80];

	if (pz_mock_is_file("catalogue.fits", name))
		return 1;
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		snprintf(glob, sizeof glob, FRAME_GLOB, endings[i]);
		if (pz_mock_is_file(glob, name))
			return 1;
	}
	return pz_mock_archive_is_file(name);
}

/* Removes the files of a sky, nothing else; the catalogue first. */
static int clear_directory(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *entry;
	int rc = 0;

	if (!d)
		return pz_fail(PZ_EIO, "%s: %s", path, strerror(errno));
	if (unlinkat(dirfd(d), "catalogue.fits", 0) != 0 && errno != ENOENT)
		rc = pz_fail(PZ_EIO, "%s/catalogue.fits: cannot remove: %s", path, strerror(errno));
	while ((entry = readdir(d)))
		if (is_of_a_sky(entry->d_name) && unlinkat(dirfd(d), entry->d_name, 0) != 0)
			rc = pz_fail(PZ_EIO, "%s/%s: cannot remove: %s", path, entry->d_name,
				     strerror(errno));
	closedir(d);
	return rc;
}

int pz_mock_write(const struct pz_mock *sky, const struct pz_mock_layout *l, pz_mock_source *source,
		  const void *context, const struct pz_mock_output *to)
{
	const struct mock_job job = {
		sky, l, source, context, to, to->archive ? pz_mock_archive_find(to->archive) : NULL
	};
	const char *path = to->directory;
	int rc, made;

	if (to->archive && (!job.archive || to->compress != PZ_MOCK_PLAIN))
		return pz_fail(PZ_EARG, "expected a known archive, uncompressed, found '%s'",
			       to->archive);
	made = mkdir(path, 0777) == 0;

	if (!made && errno != EEXIST)
		return pz_fail(PZ_EIO, "%s: cannot make the directory: %s", path, strerror(errno));
	if ((rc = clear_directory(path)) < 0)
		return rc;
	if ((rc = write_frames(&job)) == 0)
		rc = write_catalogue(&job);
	if (rc < 0) {
		struct pz_failure failure = { 0 };

		pz_failure_note(&failure, 0, rc);
		clear_directory(path);
		if (made)
			rmdir(path);
		pz_failure_raise(&failure);
	}
	return rc;
}
