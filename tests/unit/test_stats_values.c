/* test_stats_values.c -- residuals of a few galaxies, with weights and without, as a redshift and
 * as another target: every number about them as numpy has it, by the formulas of the method
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pz/curve.h>
#include <pz/distance.h>
#include <pz/error.h>
#include <pz/fit.h>
#include <pz/measure.h>
#include <pz/metrics.h>
#include <pz/variance.h>

#define N 26

static const struct pz_grid grid = { .min = 0.2, .max = 1, .bins = 80 };
static const struct pz_rows rows = { .mag = "r", .min = 18, .width = 0.5, .channels = 2 };

static const double z[N] = { 0.62,  0.425, 0.61,  0.62, 0.61,  0.43,  0.425, 0.425, 0.41,
			     0.425, 0.415, 0.41,  0.62, 0.405, 0.604, 0.648, 1.046, 0.863,
			     0.71,  1.04,  0.344, 0.15, 0.701, 0.205, 0.21,  0.613 };
static const double zphot[N] = { 0.591, 0.401, 0.642, 0.596, 0.609, 0.457, 0.407, 0.422, 0.613,
				 0.427, 0.378, 0.412, 0.661, 0.359, 0.63,  0.852, 1.027, 0.923,
				 0.733, 1.004, 0.546, 0.311, 0.695, 0.211, 0.218, 0.633 };
static const double mag[N] = { 19.4,  19.2,  18.65, 18.75, 18.27, -1.0,  20.05, 18.91, 19.13,
			       0.0,   19.7,  17.67, 18.64, 17.68, 17.94, 20.31, 19.44, 18.8,
			       19.07, 20.04, 18.56, 19.25, 19.51, 18.6,  19.05, 19.74 };
static const double weight[N] = { 2.75, 0.71, 2.82, 0.31, 2.33, 2.49, 0.67, 1.43, 2.5,
				  0.34, 2.0,  2.44, 1.69, 2.26, 0.91, 0.84, 1.28, 0.78,
				  1.23, 2.86, 1.85, 1.22, 1.03, 2.87, 1.5,  2.95 };
static const double variance[N] = { 0.000465, 0.00047,  0.000807, 0.000669, 0.000523, 0.000385,
				    0.000791, 0.000372, 0.000831, 6.4e-05,  0.000388, 0.000469,
				    0.000856, 0.000227, 0.000726, 0.000609, 0.000646, 0.000567,
				    0.000874, 0.000301, 0.00036,  0.000184, 4.8e-05,  0.000193,
				    0.000824, 0.000756 };

/* A point: bin, centre, count, weight, effective count, residual, error. */
static const struct pz_curve weighed_zspec = {
	9,
	{ { 0, 0.21000000000000002, 2, 4.37, 1.8210243255871612, 0.005158599626060341,
	    0.010588131639283292 },
	  { 7, 0.35, 1, 1.85, 1.0, 0.15029761904761912, 0.014117310982894553 },
	  { 10, 0.41000000000000003, 4, 9.2, 3.971620556327189, -0.0008110817763854205,
	    0.007007158052681613 },
	  { 11, 0.43000000000000005, 5, 5.64, 3.4153925442363846, 0.004781337732755485,
	    0.006174718427640653 },
	  { 20, 0.6100000000000001, 4, 9.010000000000002, 3.5431413370344678, 0.010329114205782777,
	    0.008596032339639122 },
	  { 21, 0.63, 3, 4.75, 2.1458053962547674, -0.007515342096949876, 0.010385470152923413 },
	  { 22, 0.65, 1, 0.84, 1.0, 0.12378640776699025, 0.014974469270938184 },
	  { 25, 0.71, 2, 2.26, 1.984458776905742, -0.00247200963376025, 0.003968130631153096 },
	  { 33, 0.8700000000000001, 1, 0.78, 1.0, 0.032206119162640934, 0.012781407299828941 } }
};
static const struct pz_curve weighed_zphot = {
	6,
	{ { 0, 0.21000000000000002, 2, 4.37, 1.8210243255871612, 0.00553954503511124,
	    0.0008553259893145824 },
	  { 10, 0.41000000000000003, 3, 3.82, 2.1128196218110213, -0.004439806210412962,
	    0.007481029498032577 },
	  { 11, 0.43000000000000005, 2, 1.77, 1.4500809997685722, -0.0014312617702448222,
	    0.002060364275721063 },
	  { 19, 0.5900000000000001, 2, 3.06, 1.2226255451387982, -0.017588558056967657,
	    0.001973755072682284 },
	  { 20, 0.6100000000000001, 2, 4.83, 1.997525451883311, 0.07421984949176819,
	    0.07234114136930533 },
	  { 21, 0.63, 2, 3.8600000000000003, 1.5633433362012887, 0.013297520407532811,
	    0.0021548046360470034 } }
};
static const struct pz_curve weighed_simulated = {
	9,
	{ { 0, 0.21000000000000002, 2, 4.37, 1.8210243255871612, 3.644630642533772e-30, NAN },
	  { 7, 0.35, 1, 1.85, 1.0, 0.0001545684740339129, NAN },
	  { 10, 0.41000000000000003, 4, 9.2, 3.971620556327189, 0.0031340601266542415, NAN },
	  { 11, 0.43000000000000005, 5, 5.640000000000001, 3.415392544236386, -0.005110561106369249,
	    NAN },
	  { 20, 0.6100000000000001, 4, 9.010000000000002, 3.5431413370344678, 0.003721248803670974,
	    NAN },
	  { 21, 0.63, 3, 4.75, 2.1458053962547674, -0.004619055689603459, NAN },
	  { 22, 0.65, 1, 0.84, 1.0, -0.005782444201456935, NAN },
	  { 25, 0.71, 2, 2.26, 1.984458776905742, -0.0002842324085219491, NAN },
	  { 33, 0.8700000000000001, 1, 0.78, 1.0, -1.9121371282337474e-23, NAN } }
};
static const struct pz_curve plain_zspec = {
	9,
	{ { 0, 0.21000000000000002, 2, 2.0, 2.0, 0.006379547689282208, 0.01250494494127293 },
	  { 7, 0.35, 1, 1.0, 1.0, 0.20200000000000007, 0.018973665961010275 },
	  { 10, 0.41000000000000003, 4, 4.0, 4.0, -0.00479305940059538, 0.009844612547766701 },
	  { 11, 0.43000000000000005, 5, 5.0, 5.0, 0.0004414690544429938, 0.007317136059579983 },
	  { 20, 0.6100000000000001, 4, 4.0, 4.0, 0.017091514162804192, 0.013072883868996096 },
	  { 21, 0.63, 3, 3.0, 3.0, -0.010458609802393383, 0.014413456692667003 },
	  { 22, 0.65, 1, 1.0, 1.0, 0.20399999999999993, 0.024677925358506134 },
	  { 25, 0.71, 2, 2.0, 2.0, -0.0030225872689938426, 0.009472753535707272 },
	  { 33, 0.8700000000000001, 1, 1.0, 1.0, 0.06000000000000005, 0.023811761799581315 } }
};
static const struct pz_curve plain_zphot = {
	6,
	{ { 0, 0.21000000000000002, 2, 2.0, 2.0, 0.007000000000000006, 0.0010000000000000009 },
	  { 10, 0.41000000000000003, 3, 3.0, 3.0, -0.013333333333333327, 0.007859884081701058 },
	  { 11, 0.43000000000000005, 2, 2.0, 2.0, -0.0005000000000000004, 0.0025000000000000022 },
	  { 19, 0.5900000000000001, 2, 2.0, 2.0, -0.026500000000000024, 0.0025000000000000022 },
	  { 20, 0.6100000000000001, 2, 2.0, 2.0, 0.101, 0.10200000000000001 },
	  { 21, 0.63, 2, 2.0, 2.0, 0.02300000000000002, 0.0030000000000000027 } }
};
static const struct pz_curve plain_simulated = {
	9,
	{ { 0, 0.21000000000000002, 2, 2.0, 2.0, 5.431605883455076e-30, NAN },
	  { 7, 0.35, 1, 1.0, 1.0, 0.0002697515417932551, NAN },
	  { 10, 0.41000000000000003, 4, 4.0, 4.0, 0.007863790269458625, NAN },
	  { 11, 0.43000000000000005, 5, 5.0, 5.0, -0.006313139135949881, NAN },
	  { 20, 0.6100000000000001, 4, 4.0, 4.0, 0.007210509507223905, NAN },
	  { 21, 0.63, 3, 3.0, 3.0, -0.0034618709025277905, NAN },
	  { 22, 0.65, 1, 1.0, 1.0, -0.004307917408989864, NAN },
	  { 25, 0.71, 2, 2.0, 2.0, -0.0005773290112325354, NAN },
	  { 33, 0.8700000000000001, 1, 1.0, 1.0, -2.788664099456246e-23, NAN } }
};

static const struct {
	const struct pz_galaxies g;
	const struct pz_curve *zspec, *zphot, *simulated;
	double summary[6]; /* in the order of struct pz_summary */
	double tv;
	struct pz_by_mag wasserstein[2], row[3];
	struct pz_line line, of_two; /* from 0.41 to 0.95; of points of two galaxies at least */
	double rms[4];
} expected[] = {
	{ { N, z, zphot, mag, false, weight },
	  &weighed_zspec,
	  &weighed_zphot,
	  &weighed_simulated,
	  { 0.020625391922247716, 0.005194031682546449, 0.021967488336426016, 0.022751683610908846,
	    0.05665287710603415, 0.1454834316840672 },
	  0.6348161597821153,
	  { { 9, 17.919971444888635, 0.02920045688178184, { NAN, NAN } },
	    { 17, NAN, 0.030067796610169485, { NAN, NAN } } },
	  { { 5, 17.14566425120773, 0.0021622754451075883, { NAN, NAN } },
	    { 7, 18.666417021276594, 0.01838939211966664, { NAN, NAN } },
	    { 14, NAN, 0.033044977892783656, { NAN, NAN } } },
	  { 7, 0.014545648036921828, -0.003448798195997651, 0.07319634724565713,
	    0.045531095413084366, 72.93200580503763, 0.005374557314613471 },
	  { 6, -0.014887474069845707, 0.008949377652217127, 0.013108707953402113,
	    0.007736208826643464, 2.3996145263164257, 0.0004795781943618961 },
	  { 0.03836632299992376, 0.006513495290843793, 0.03732343053371668, 0.0 } },
	{ { N, z, zphot, mag, true, NULL },
	  &plain_zspec,
	  &plain_zphot,
	  &plain_simulated,
	  { 0.02976923076923077, 0.0040000000000000036, 0.03780630000000007, 0.043781788540819475,
	    0.07985612061701973, 0.19230769230769232 },
	  0.5961538461538461,
	  { { 9, 16.223333333333333, 0.027777777777777776, { NAN, NAN } },
	    { 17, NAN, 0.022941176470588236, { NAN, NAN } } },
	  { { 5, 14.312000000000001, 0.0044478000000000035, { NAN, NAN } },
	    { 7, 18.701428571428572, 0.04151280000000004, { NAN, NAN } },
	    { 14, NAN, 0.03780629999999999, { NAN, NAN } } },
	  { 7, 0.0731016875149785, -0.031949433699901574, 0.11713013837180757, 0.06544185229042444,
	    68.7231746386063, 0.0076658184351842875 },
	  { 6, -0.007721887286024222, 0.00406819798881432, 0.022561256710653763,
	    0.011620865463343826, 2.753696378574656, 0.000272176149875368 },
	  { 0.06175307225444535, 0.009190115493951146, 0.060331958033374704, 0.0 } },
};
#define CASES (sizeof expected / sizeof *expected)

/* Variances by hand: of each channel, and their means in the rows. */
static const struct pz_variance *variances(void)
{
	static double channel[2 * 80], row[3 * 80];
	static struct pz_variance v;

	for (int i = 0; i < 80; i++) {
		channel[i] = i < 10 ? 0 : 1e-4 * (1 + i % 7);
		channel[80 + i] = i % 11 ? 2e-4 * (1 + i % 5) : 0;
		row[i] = channel[i];
		row[80 + i] = (channel[i] + channel[80 + i]) / 2;
		row[160 + i] = channel[80 + i];
	}
	v = (struct pz_variance){ .grid = grid, .rows = rows, .channel = channel, .row = row };
	return &v;
}

static void near(double found, double value, const char *what)
{
	if (isnan(value) ? !isnan(found) : !(fabs(found - value) <= 1e-11 * fmax(1, fabs(value))))
		fail_msg("%s: found %.15g, expected %.15g", what, found, value);
}

static void curves_are(const struct pz_curve *found, const struct pz_curve *e)
{
	assert_int_equal(found->n, e->n);
	for (int i = 0; i < e->n; i++) {
		const struct pz_point *a = &found->point[i], *b = &e->point[i];

		assert_int_equal(a->bin, b->bin);
		assert_int_equal(a->count, b->count);
		near(a->z, b->z, "centre");
		near(a->weight, b->weight, "weight");
		near(a->effective, b->effective, "effective");
		near(a->residual, b->residual, "residual");
		near(a->error, b->error, "error");
	}
}

static void curves_of_residuals(void **state)
{
	struct pz_curve c;

	(void)state;
	for (size_t k = 0; k < CASES; k++) {
		pz_curve_zspec(&grid, &expected[k].g, variance, &c);
		curves_are(&c, expected[k].zspec);
		near(pz_curve_rms(&c, 1), expected[k].rms[0], "rms of all");
		near(pz_curve_rms(&c, 2), expected[k].rms[1], "rms of two");
		near(pz_curve_rms_above(&c, 1), expected[k].rms[2], "rms above noise");
		near(pz_curve_rms_above(&c, 3), expected[k].rms[3], "nothing above noise");
		pz_curve_zphot(&grid, &expected[k].g, &c);
		curves_are(&c, expected[k].zphot);
		pz_curve_simulated(variances(), &expected[k].g, 1.5, &c);
		curves_are(&c, expected[k].simulated);
	}
}

static void line_is(const struct pz_line *found, const struct pz_line *e)
{
	assert_int_equal(found->points, e->points);
	near(found->slope, e->slope, "slope");
	near(found->intercept, e->intercept, "intercept");
	near(found->slope_error, e->slope_error, "error of the slope");
	near(found->intercept_error, e->intercept_error, "error of the intercept");
	near(found->chi2, e->chi2, "chi2");
	near(found->mean, e->mean, "mean");
}

static void lines_through_curves(void **state)
{
	struct pz_line line;

	(void)state;
	for (size_t k = 0; k < CASES; k++) {
		/* the ends of the range are centres of bins */
		const struct pz_point *p = expected[k].zspec->point;

		assert_int_equal(pz_fit_line(expected[k].zspec,
					     (struct pz_fit_range){ p[2].z, p[8].z, 1 }, &line),
				 0);
		line_is(&line, &expected[k].line);
		assert_int_equal(
			pz_fit_line(expected[k].zspec, (struct pz_fit_range){ 0.2, 1, 2 }, &line),
			0);
		line_is(&line, &expected[k].of_two);
	}
}

static void numbers_of_all_residuals(void **state)
{
	struct pz_by_mag by[3];
	struct pz_summary s;
	double tv;

	(void)state;
	for (size_t k = 0; k < CASES; k++) {
		const double *e = expected[k].summary;

		assert_int_equal(pz_metrics_summary(&expected[k].g, 0.05, &s), 0);
		near(s.mean, e[0], "mean");
		near(s.median, e[1], "median");
		near(s.sigma_mad, e[2], "sigma_mad");
		near(s.sigma_68, e[3], "sigma_68");
		near(s.rms, e[4], "rms");
		near(s.outliers, e[5], "outliers");
		assert_int_equal(pz_distance_tv(&grid, &expected[k].g, &tv), 0);
		near(tv, expected[k].tv, "total variation");
		assert_int_equal(pz_distance_wasserstein(&grid, &rows, &expected[k].g, 0, 1, by),
				 0);
		for (int i = 0; i < 2; i++) {
			assert_int_equal(by[i].count, expected[k].wasserstein[i].count);
			near(by[i].mag, expected[k].wasserstein[i].mag, "mean magnitude");
			near(by[i].value, expected[k].wasserstein[i].value, "Wasserstein");
		}
		assert_int_equal(pz_metrics_rows(&rows, &expected[k].g, 0, 1, by), 0);
		for (int i = 0; i < 3; i++) {
			assert_int_equal(by[i].count, expected[k].row[i].count);
			near(by[i].mag, expected[k].row[i].mag, "mean magnitude of a row");
			near(by[i].value, expected[k].row[i].value, "sigma_mad of a row");
		}
	}
}

/* Residuals by wide bin, NaN where a curve has no point. */
static void bins_are(const double *residual, const struct pz_curve *c)
{
	double in_bin[PZ_WIDE];

	for (int b = 0; b < PZ_WIDE; b++)
		in_bin[b] = NAN;
	for (int i = 0; i < c->n; i++)
		in_bin[c->point[i].bin] = c->point[i].residual;
	for (int b = 0; b < PZ_WIDE; b++)
		near(residual[b], in_bin[b], "residual of a bin");
}

/* All at once: the same numbers in their places. */
static void all_numbers_at_once(void **state)
{
	struct pz_variance flat = *variances();
	static double same[2 * 80];
	struct pz_measured found;

	(void)state;
	for (int i = 0; i < 2 * 80; i++)
		same[i] = 3e-4;
	for (size_t k = 0; k < CASES; k++) {
		const struct pz_galaxies *g = &expected[k].g;
		struct pz_measure m = { .galaxies = g,
					.variance = &flat,
					.outlier = 0.05,
					.fit_from = 0.4,
					.fit_count = 2,
					.rms_count = 3,
					.factor = 1.5 };
		double one[N];
		struct pz_curve c;
		struct pz_line line;

		for (int i = 0; i < N; i++)
			one[i] = 3e-4;
		flat.channel = same;
		assert_int_equal(pz_measure_galaxies(&m, &found), 0);
		pz_curve_zspec(&grid, g, one, &c);
		curves_are(&found.zspec, &c);
		curves_are(&found.zphot, expected[k].zphot);
		curves_are(&found.simulated, expected[k].simulated);
		(void)pz_fit_line(&c, (struct pz_fit_range){ 0.4, 1, 2 }, &line);
		line_is(&found.zspec_line, &line);
		near(found.value.slope_zspec, line.slope, "slope by z");
		near(found.value.intercept_zspec, line.intercept, "intercept by z");
		near(found.value.offset_zspec, line.mean, "offset by z");
		near(found.value.rms_zspec, pz_curve_rms_above(&c, 3), "rms by z");
		(void)pz_fit_line(expected[k].zphot, (struct pz_fit_range){ 0.2, 1, 2 }, &line);
		line_is(&found.zphot_line, &line);
		near(found.value.slope_zphot, line.slope, "slope by zphot");
		near(found.value.intercept_zphot, line.intercept, "intercept by zphot");
		near(found.value.rms_zphot, pz_curve_rms(expected[k].zphot, 3), "rms by zphot");
		near(found.value.tv, expected[k].tv, "total variation");
		near(found.value.summary.sigma_68, expected[k].summary[3], "sigma_68");
		bins_are(found.value.zspec, &c);
		bins_are(found.value.zphot, expected[k].zphot);
		bins_are(found.value.simulated, expected[k].simulated);
	}
}

/* At six redshifts, in a row of one channel, of both, and of the other. */
static void variances_of_galaxies(void **state)
{
	static const double at[6][4] = {
		{ 0.15, 0.0, 0.0, 0.0 },
		{ 0.25, 0.0, 0.0002, 0.0002 },
		{ 0.35, 0.0002, 0.0002, 0.0002 },
		{ 0.42, 0.0002, 0.0002, 0.0 },
		{ 0.9, 0.0001, 0.00015000000000000001, 0.0002 },
		{ 1.2, 0.00030000000000000003, 0.00065, 0.001 },
	};

	(void)state;
	for (int i = 0; i < 6; i++)
		for (int k = 0; k < 3; k++)
			near(pz_variance_at(variances(), at[i][0], k ? k == 1 ? 18.6 : 19.2 : 17),
			     at[i][1 + k], "variance");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(curves_of_residuals),      cmocka_unit_test(lines_through_curves),
		cmocka_unit_test(numbers_of_all_residuals), cmocka_unit_test(all_numbers_at_once),
		cmocka_unit_test(variances_of_galaxies),
	};

	return cmocka_run_group_tests_name("values of residuals", tests, NULL, NULL);
}
