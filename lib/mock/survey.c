/* survey.c -- telescopes and selections of the mock sky (pzpipe-method(7), SIMULATED SKY); opens it
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "parts.h"

#define SCALE_MIN 0.05
#define SCALE_MAX 5.0

/* Depths of CFHTLS from 5 sigma in 2" (wide: 25.2 25.5 25.0 24.8 23.9), in the
 * zero point 30 of its stacks: a nanomaggy is 1000. */
#define CFHTLS(NAME, DEEPER)                                                                       \
	{                                                                                          \
		.name = NAME, .unit = "zp30", .bunit = "adu", .zeropoint = 30, .pixscale = 0.187,  \
		.exptime = 3600, .width = 2048, .height = 2048,                                    \
		.band = { "u", "g", "r", "i", "z" }, .centre = { 3740, 4870, 6250, 7700, 9000 },   \
		.breadth = { 700, 1430, 1220, 1500, 1100 },                                        \
		.extinction = { 4.239, 3.303, 2.285, 1.698, 1.263 },                               \
		.fwhm = { 0.88, 0.82, 0.76, 0.70, 0.70 },                                          \
		.sky = { 1.75 / DEEPER, 1.33 / DEEPER, 2.1 / DEEPER, 2.5 / DEEPER, 5.8 / DEEPER }, \
		.electrons = { 30, 100, 90, 80, 30 }, .zmin = 0.02, .zmax = 4, .selection = 3,     \
		.bright = 16, .limit = 25, .half = 23.5, .softness = 0.5, .field_limit = 25.5,     \
		.field_galaxies = 120000, .field_stars = 4000,                                     \
	}

static const struct pz_mock_survey surveys[] = {
	/* The completeness is that of the spectroscopic sample, whose counts turn
	 * over before r = 17.8. */
	{
		.name = "sdss",
		.unit = "nmgy",
		.bunit = "nanomaggy",
		.zeropoint = 22.5,
		.pixscale = 0.396,
		.exptime = 53.907456,
		.width = 2048,
		.height = 1489,
		.band = { "u", "g", "r", "i", "z" },
		.centre = { 3551, 4686, 6166, 7480, 8932 },
		.breadth = { 570, 1390, 1370, 1530, 950 },
		.extinction = { 4.239, 3.303, 2.285, 1.698, 1.263 },
		.fwhm = { 1.66, 1.61, 1.47, 1.53, 1.64 },
		.sky = { 0.044, 0.024, 0.032, 0.057, 0.213 },
		.electrons = { 72, 570, 590, 446, 99 },
		.zmin = 0.004,
		.zmax = 0.4,
		.selection = 2,
		.bright = 12,
		.limit = 17.8,
		.half = 17.404,
		.softness = 0.193,
		.field_limit = 21.5,
		.field_galaxies = 4000,
		.field_stars = 2500,
	},
	CFHTLS("cfhtls-wide", 1),
	CFHTLS("cfhtls-deep", 3),
};

const struct pz_mock_survey *pz_mock_survey_find(const char *name)
{
	for (size_t i = 0; i < sizeof surveys / sizeof *surveys; i++)
		if (strcmp(surveys[i].name, name) == 0)
			return &surveys[i];
	return NULL;
}

int pz_mock_open_survey(struct pz_mock **out, const struct pz_mock_survey *survey, uint64_t seed)
{
	struct pz_mock *sky = calloc(1, sizeof *sky);
	int rc;

	*out = NULL;
	if (!sky || !(sky->survey = malloc(sizeof *sky->survey)) ||
	    !(sky->density = malloc(sizeof *sky->density))) {
		rc = pz_fail(PZ_ENOMEM, "no memory for the mock sky");
		goto done;
	}
	sky->seed = seed;
	sky->observed_to = INFINITY;
	sky->finer = 1;
	*sky->survey = *survey;
	if ((rc = pz_mock_spectra_init(&sky->spectra, sky->survey)) < 0)
		goto done;
	pz_mock_cosmology_init(&sky->cosmology, survey->zmin, survey->zmax);
	pz_mock_init_density(sky);
	*out = sky;
	sky = NULL;
done:
	pz_mock_close(sky);
	return rc;
}

/* The survey seen by pixels of another size: sky light, and so the square of its noise, goes with
 * their area. */
static int change_pixels(struct pz_mock_survey *s, double scale)
{
	double finer = scale / s->pixscale;

	if (!(scale >= SCALE_MIN && scale <= SCALE_MAX))
		return pz_fail(PZ_EARG, "pixel scale: expected %g to %g arcsec, found %g",
			       SCALE_MIN, SCALE_MAX, scale);
	s->pixscale = scale;
	for (int b = 0; b < PZ_MOCK_BANDS; b++)
		s->sky[b] *= finer;
	return 0;
}

int pz_mock_open_pixels(struct pz_mock **out, const char *survey,
			const struct pz_mock_pixels *pixels, uint64_t seed)
{
	const struct pz_mock_survey *found = pz_mock_survey_find(survey);
	struct pz_mock_survey s;
	int rc = 0;

	*out = NULL;
	if (!found)
		return pz_fail(
			PZ_EARG,
			"no mock sky for survey '%s': expected sdss, cfhtls-wide or cfhtls-deep",
			survey);
	s = *found;
	if (pixels->scale != 0)
		rc = change_pixels(&s, pixels->scale);
	if (rc < 0 || (rc = pz_mock_open_survey(out, &s, seed)) < 0)
		return rc;
	(*out)->aligned = pixels->aligned;
	(*out)->finer = s.pixscale / found->pixscale;
	return 0;
}

int pz_mock_open(struct pz_mock **out, const char *survey, uint64_t seed)
{
	return pz_mock_open_pixels(out, survey, &(struct pz_mock_pixels){ .scale = 0 }, seed);
}

void pz_mock_close(struct pz_mock *sky)
{
	if (!sky)
		return;
	pz_mock_close(sky->field);
	pz_mock_spectra_release(&sky->spectra);
	free(sky->density);
	free(sky->survey);
	free(sky);
}

void pz_mock_set_spectra(struct pz_mock *sky, double limit, double failures)
{
	sky->observed_to = limit;
	sky->failures = failures;
}

const struct pz_mock_survey *pz_mock_survey(const struct pz_mock *sky)
{
	return sky->survey;
}
