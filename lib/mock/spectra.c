/* spectra.c -- spectra seen through five passbands, tabulated
 *
 * Each kind of light is a formula for f_lambda of the wavelength at rest; its
 * constants are tuned so that the sample's colours come out as
 * pzpipe-method(7), SIMULATED SKY, has them.
 * The table holds the band fluxes at every redshift and depth of dust, so that
 * a galaxy costs a few interpolations.
 */
#include <math.h>
#include <stdlib.h>

#include <pz/error.h>
#include <pz/team.h>
#include <pz/threads.h>

#include "parts.h"

#define DUSTS     11  /* depths of dust tabulated          */
#define DUST_STEP 0.2 /* magnitudes of A_V between them    */
#define LAMBDA0   2200.0
#define LAMBDA1   11000.0
#define LAMBDAS   1100
#define STEP      ((LAMBDA1 - LAMBDA0) / LAMBDAS) /* Angstrom */
#define REFERENCE 5500.0                          /* where every kind of light is 1 */

/* Falls from 1 to 0 around x0. */
static double step_down(double x, double x0, double width)
{
	return 1 / (1 + exp((x - x0) / width));
}

static double bell(double x, double x0, double width)
{
	double u = (x - x0) / width;

	return exp(-0.5 * u * u);
}

/* Photons get through band b: a flat top with soft edges. */
static double passband(const struct pz_mock_survey *survey, int b, double lambda)
{
	double half = survey->breadth[b] / 2, edge = 0.06 * survey->breadth[b];

	return step_down(lambda, survey->centre[b] + half, edge) *
	       (1 - step_down(lambda, survey->centre[b] - half, edge));
}

double pz_mock_black_body(double power, double from, double to, double kelvin)
{
	const double hc_k = 1.4388e8; /* Angstrom kelvin */

	return pow(from / to, power) * expm1(hc_k / from / kelvin) / expm1(hc_k / to / kelvin);
}

static double planck(double lambda, double kelvin)
{
	return pz_mock_black_body(5, REFERENCE, lambda, kelvin);
}

/* An old population of a metallicity -1 (poor), 0 (solar), +1 (rich): stars at
 * the turn-off and giants, the 4000 A break, metal blanketing below, the bands
 * of G, Mg and Na, and a trace of hot stars. */
static double old_stars(double lambda, double metal)
{
	double strength = 0.6 + 0.3 * metal, giants = 0.295 + 0.085 * metal;
	double stars = (1 - giants) * planck(lambda, 7620 - 700 * metal) +
		       giants * planck(lambda, 3400);
	double gap = 1 - (0.461 + 0.038 * metal) * step_down(lambda, 3980, 45);
	double blanket = 1 - 0.25 * strength * step_down(lambda, 4600, 150);
	double lines = 1 -
		       strength * (0.25 * bell(lambda, 5175, 45) + 0.20 * bell(lambda, 4300, 35) +
				   0.12 * bell(lambda, 5890, 30));

	if (lambda < 3900)
		stars *= exp(-(3900 - lambda) / (1480 - 250 * metal));
	return stars * gap * blanket * lines + 0.02 * pow(2500 / lambda, 1.5);
}

#define YOUNG_SLOPE -2.08

static double young_stars(double lambda)
{
	return pow(lambda / REFERENCE, YOUNG_SLOPE) * (1 - 0.3 * step_down(lambda, 3750, 60)) *
	       (1 - 0.1 * step_down(lambda, 1900, 200));
}

/* Emission lines per unit of young light, with equivalent widths in Angstrom:
 * [O II], H beta, [O III] twice, H alpha, [N II], [S II]. */
static double emission(double lambda)
{
	static const double line[][2] = { { 3727, 25 }, { 4861, 7 }, { 4959, 5 }, { 5007, 14 },
					  { 6563, 38 }, { 6583, 9 }, { 6725, 12 } };
	const double width = 12; /* blurred to what the table resolves */
	double sum = 0;

	for (size_t i = 0; i < sizeof line / sizeof *line; i++)
		sum += line[i][1] * bell(lambda, line[i][0], width) / (width * sqrt(2 * M_PI)) *
		       pow(line[i][0] / REFERENCE, YOUNG_SLOPE);
	return sum;
}

/* What hydrogen leaves: nothing below the Lyman limit, part below Lyman alpha
 * (Madau 1995, Lyman alpha absorption alone). */
static double hydrogen(double rest, double z)
{
	if (rest < 912)
		return 0;
	return rest < 1216 ? exp(-0.0036 * pow(rest * (1 + z) / 1216, 3.46)) : 1;
}

static void light_at(double lambda, double light[MOCK_LIGHTS])
{
	light[MOCK_POOR] = old_stars(lambda, -1);
	light[MOCK_SOLAR] = old_stars(lambda, 0);
	light[MOCK_RICH] = old_stars(lambda, 1);
	light[MOCK_YOUNG] = young_stars(lambda);
	light[MOCK_LINES] = emission(lambda);
}

static double *entry(const struct mock_spectra *s, int kind, int dust, int z)
{
	return s->table +
	       ((size_t)(kind * DUSTS + dust) * (size_t)s->nz + (size_t)z) * PZ_MOCK_BANDS;
}

/* response[b][l]: what a unit of f_lambda at wavelength l adds to the AB flux of
 * band b. */
static void fill_responses(const struct pz_mock_survey *survey,
			   double response[PZ_MOCK_BANDS][LAMBDAS])
{
	for (int b = 0; b < PZ_MOCK_BANDS; b++) {
		double flat = 0; /* a source of constant f_nu */

		for (int l = 0; l < LAMBDAS; l++) {
			double lambda = LAMBDA0 + (l + 0.5) * STEP;
			double through = passband(survey, b, lambda);

			response[b][l] = through * lambda;
			flat += through / lambda;
		}
		for (int l = 0; l < LAMBDAS; l++)
			response[b][l] /= flat;
	}
}

/* All entries of one redshift. Dust dims as wavelength^-0.9. */
static void fill_redshift(const struct mock_spectra *s, int k, double (*response)[LAMBDAS])
{
	double z = k * s->dz;

	for (int l = 0; l < LAMBDAS; l++) {
		double rest = (LAMBDA0 + (l + 0.5) * STEP) / (1 + z);
		double step = exp(-0.4 * M_LN10 * DUST_STEP * pow(rest / REFERENCE, -0.9));
		double left = hydrogen(rest, z) / (1 + z);
		double light[MOCK_LIGHTS];

		if (left == 0)
			continue;
		light_at(rest, light);
		for (int dust = 0; dust < DUSTS; dust++, left *= step)
			for (int kind = 0; kind < MOCK_LIGHTS; kind++)
				for (int b = 0; b < PZ_MOCK_BANDS; b++)
					entry(s, kind, dust, k)[b] += left * light[kind] *
								      response[b][l];
	}
}

struct filling {
	const struct mock_spectra *s;
	double (*response)[LAMBDAS];
};

static void fill_job(void *arg, size_t k, size_t thread)
{
	const struct filling *f = arg;

	(void)thread;
	fill_redshift(f->s, (int)k, f->response);
}

int pz_mock_spectra_init(struct mock_spectra *s, const struct pz_mock_survey *survey)
{
	double(*response)[LAMBDAS] = malloc(PZ_MOCK_BANDS * sizeof *response);
	size_t n;
	double unit;

	s->dz = survey->zmax < 1 ? 0.004 : 0.01;
	s->nz = (int)ceil(survey->zmax / s->dz) + 2;
	n = (size_t)(MOCK_LIGHTS * DUSTS * s->nz) * PZ_MOCK_BANDS;
	s->table = calloc(n, sizeof *s->table);
	if (!response || !s->table) {
		free(response);
		return pz_fail(PZ_ENOMEM, "no memory for the mock sky's spectra");
	}
	fill_responses(survey, response);
	pz_team_run((size_t)pz_threads(), (size_t)s->nz, fill_job,
		    &(struct filling){ s, response });
	unit = entry(s, MOCK_SOLAR, 0, 0)[MOCK_R];
	for (size_t i = 0; i < n; i++)
		s->table[i] /= unit;
	free(response);
	return 0;
}

void pz_mock_spectra_release(struct mock_spectra *s)
{
	free(s->table);
	s->table = NULL;
}

/* Splits x into a step of a table of n and the fraction beyond it, clamped. */
static int split(double x, int n, double *fraction)
{
	double inside = fmin(fmax(x, 0), n - 1.001);
	int i = (int)inside;

	*fraction = inside - i;
	return i;
}

void pz_mock_spectra_add(const struct mock_spectra *s, enum mock_light kind, double av, double z,
			 double weight, double flux[PZ_MOCK_BANDS])
{
	double fa, fz;
	int a = split(av / DUST_STEP, DUSTS, &fa), k = split(z / s->dz, s->nz, &fz);
	const double *thin = entry(s, kind, a, k), *thick = entry(s, kind, a + 1, k);

	for (int b = 0; b < PZ_MOCK_BANDS; b++) {
		double near = (1 - fa) * thin[b] + fa * thick[b];
		double far = (1 - fa) * thin[b + PZ_MOCK_BANDS] + fa * thick[b + PZ_MOCK_BANDS];

		flux[b] += weight * ((1 - fz) * near + fz * far);
	}
}
