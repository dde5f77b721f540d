/* test_stats_scores.c -- scores of p(z) and their means, of cells and of intervals, with weights
 * and without, as numpy has them
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/scores.h>

#define N 24

static const struct pz_score scores[N] = {
	{ 0.416, -0.053, 2.205, 1.329, -0.623, 0.733, 0.876, 0, -1, 0 },
	{ 0.847, 1.938, -0.545, 0.565, 1.067, 0.723, 0.684, 0, 1, 0 },
	{ 0.237, 2.825, 0.137, 1.594, 1.785, 0.171, 0.547, 0, -1, 0 },
	{ 0.669, 0.194, 0.256, 2.567, 1.341, 0.885, 0.562, 0, 0, 0 },
	{ NAN, NAN, NAN, NAN, NAN, NAN, 0.666, 0, 1, 0 },
	{ 0.265, 0.193, 1.967, 1.889, -0.125, 2.32, 0.324, 0, -1, -1 },
	{ 0.704, 2.28, 0.714, 2.035, 2.514, -0.591, 0.669, 0, -1, -1 },
	{ 0.308, 0.919, -0.415, 1.794, 0.168, 2.485, 0.615, 0, 0, 1 },
	{ 0.372, 0.599, 1.452, -0.213, -0.279, 1.987, 0.786, 0, 1, 0 },
	{ NAN, NAN, NAN, NAN, NAN, NAN, 0.48, 0, 0, -1 },
	{ 0.495, 2.882, 2.148, 2.16, -0.784, 0.477, 0.027, 0, -1, 1 },
	{ 0.784, -0.145, 2.435, -0.493, 0.187, 0.971, 0.537, 0, -1, 0 },
	{ 0.516, 1.833, -0.145, 1.18, 1.824, -0.792, 0.858, 0, 0, -1 },
	{ 0.16, 1.359, 1.678, 1.677, 1.092, 1.219, 0.64, 0, 0, -1 },
	{ 0.444, -0.498, 0.923, 1.145, 2.096, 0.575, 0.643, 0, 0, -1 },
	{ NAN, NAN, NAN, NAN, NAN, NAN, NAN, 0, 0, 0 },
	{ 0.565, 0.392, 0.923, -0.627, 1.187, 2.686, 0.357, 0, -1, 0 },
	{ 0.965, 2.789, 2.368, 1.976, 2.253, 2.281, 0.719, 0, 1, 1 },
	{ 0.001, 0.371, 0.047, 1.286, 0.272, 1.475, 0.078, 0, 0, 1 },
	{ 0.34, 0.77, 0.559, 1.827, -0.647, -0.324, 0.866, 0, -1, 1 },
	{ 0.769, 1.661, 0.331, -0.211, 2.727, -0.024, 0.876, 0, 1, -1 },
	{ 0.686, 0.359, -0.1, 1.145, 2.748, -0.496, 0.962, 0, 1, -1 },
	{ 0.561, 2.539, 2.999, -0.425, 1.149, 2.525, 0.136, 0, 0, 0 },
	{ 0.664, -0.304, 2.071, 2.751, 1.153, -0.964, 0.115, 0, 0, 0 }
};
static const double weight[N] = { 2.71, 0.84, 1.42, 2.23, 2.29, 1.52, 2.02, 2.11,
				  1.25, 2.06, 1.86, 2.18, 1.68, 1.21, 1.47, 2.79,
				  0.81, 0.7,  0.33, 2.6,  2.97, 0.94, 1.02, 0.84 };
static const int cell[N] = {
	1, 1, 1, 1, 1, 3, 1, 0, 3, 3, 1, 1, 1, 3, 1, 3, 0, 3, 1, 1, 1, 1, 1, 1
};
static const struct {
	const double *weight;
	double value[36]; /* in the order of struct pz_scores */
	struct pz_pit_cell cell[4];
} expected[] = {
	{ NULL,
	  { 1.0906190476190478,
	    1.048,
	    1.1881428571428574,
	    1.0050000000000001,
	    0.8724761904761904,
	    0.5662173913043478,
	    0.14176190476190476,
	    0.0934867619047619,
	    0.6924026335247646,
	    0.0,
	    0.8571428571428571,
	    0.9523809523809523,
	    0.047619047619047616,
	    0.0,
	    0.0,
	    0.047619047619047616,
	    0.047619047619047616,
	    0.047619047619047616,
	    0.09523809523809523,
	    0.047619047619047616,
	    0.09523809523809523,
	    0.047619047619047616,
	    0.047619047619047616,
	    0.09523809523809523,
	    0.0,
	    0.14285714285714285,
	    0.047619047619047616,
	    0.09523809523809523,
	    0.047619047619047616,
	    0.0,
	    0.0,
	    0.047619047619047616,
	    0.0,
	    -2.7839221742320674e-05,
	    0.375,
	    0.3125 },
	  { { 2, 2.0, 0.43500000000000005, 0.5389166805642686 },
	    { 15, 15.0, 0.21599999999999997, 0.2160278392217423 },
	    { 0, NAN, NAN, NAN },
	    { 4, 4.0, 0.378, 0.3994166255798432 } } },
	{ weight,
	  { 1.0562733109140934,
	    1.0291543870376034,
	    1.2100155915622135,
	    0.9114096606542341,
	    0.7186918373586058,
	    0.6154757150566648,
	    0.1899195964536839,
	    0.14184564767722432,
	    0.9477554084563842,
	    0.0,
	    0.9428309385509018,
	    0.989911342097218,
	    0.010088657902782024,
	    0.0,
	    0.0,
	    0.03699174564353409,
	    0.043411800672577196,
	    0.04646896973402629,
	    0.14399266279425252,
	    0.03821461326811373,
	    0.12778966676857229,
	    0.05686334454295323,
	    0.051360440232344845,
	    0.0559461938245185,
	    0.0,
	    0.12259247936410882,
	    0.06175481504127178,
	    0.15744420666462855,
	    0.025680220116172423,
	    0.0,
	    0.0,
	    0.021400183430143684,
	    0.03847319897382088,
	    0.06777571774365843,
	    0.36352608168216743,
	    0.2925327174749807 },
	  { { 2, 1.6691593907834459, 0.43500000000000005, 0.5802753915342567 },
	    { 15, 12.452321656749106, 0.2703066507367583, 0.2360710129248444 },
	    { 0, NAN, NAN, NAN },
	    { 4, 3.7587781019392477, 0.4784273504273505, 0.4106516326836921 } } },
};

static const double pdf[9] = { 0.03, 0.0, 0.1, 0.4, 0.25, 0.12, 0.0, 0.06, 0.04 };
static const struct {
	double z, zphot, reach, score[7];
} of_pdf[] = { { 0.0,
		 0.2,
		 0.05,
		 { 0.0, 0.3387433333333334, 0.29296, 3.506557897319982, 1.9300000000000006, 1.193,
		   0.05 } },
	       { 0.3,
		 0.33,
		 0.1,
		 { 0.13, 0.06374333333333335, 0.03096, 0.916290731874155, -5.469999999999999,
		   0.45300000000000007, 0.545 } },
	       { 0.2799,
		 0.5,
		 0.31,
		 { 0.10989999999999998, 0.07902134333333335, 0.10496000000000001,
		   2.3025850929940455, 0.5300000000000005, 1.053, 0.9339999999999999 } },
	       { 0.55,
		 0.9,
		 0.05,
		 { 0.84, 0.09174333333333337, 0.09296000000000001, 2.120263536200091,
		   0.13000000000000067, 1.0130000000000001, 0.020000000000000018 } },
	       { 0.1234,
		 -0.1,
		 0.2,
		 { 0.03, 0.2197473333333333, 0.19896000000000003, 27.631021115928547,
		   2.5300000000000002, 1.2530000000000001, 0.03 } },
	       { 0.8999,
		 0.42,
		 0.02,
		 { 0.99996, 0.39064333733333334, 0.34496000000000004, 3.2188758248682006,
		   1.7300000000000004, 1.173, 0.09999999999999998 } },
	       { 0.9, 0.3, 0.1, { NAN, NAN, NAN, NAN, NAN, NAN, 0.5000000000000001 } },
	       { -0.01, 0.3, 0.15, { NAN, NAN, NAN, NAN, NAN, NAN, 0.6249999999999998 } } };

static void all_near(const void *found, const double *b, size_t n)
{
	const double *a = found;

	for (size_t i = 0; i < n; i++)
		if (isnan(b[i]) ? !isnan(a[i])
				: !(fabs(a[i] - b[i]) <= 1e-12 * fmax(1, fabs(b[i]))))
			fail_msg("number %zu: found %.15g, expected %.15g", i, a[i], b[i]);
}

static void means_of_scores_and_distances_of_pits(void **state)
{
	struct pz_pit_cell cells[4];
	struct pz_scores value, error;

	(void)state;
	assert_int_equal(sizeof value, 36 * sizeof(double));
	for (int k = 0; k < 2; k++) {
		struct pz_scored of = { N, scores, expected[k].weight, true, cell, 4 };
		double without[36];

		assert_int_equal(pz_scores_cells(&of, cells), 0);
		assert_int_equal(pz_scores_summary(&of, 0, 1, NULL, &value, &error), 0);
		all_near(&value, expected[k].value, 36);
		assert_true(isnan(error.crps) && isnan(error.interval_95));
		for (int c = 0; c < 4; c++) {
			assert_int_equal(cells[c].count, expected[k].cell[c].count);
			all_near(&cells[c].effective, &expected[k].cell[c].effective, 3);
		}
		/* without cells and intervals there is nothing of these */
		of = (struct pz_scored){ N, scores, expected[k].weight, false, NULL, 0 };
		memcpy(without, expected[k].value, sizeof without);
		without[32] = without[33] = without[34] = without[35] = NAN;
		assert_int_equal(pz_scores_summary(&of, 0, 1, NULL, &value, &error), 0);
		all_near(&value, without, 36);
	}
}

static void nothing_has_no_scores(void **state)
{
	struct pz_scored none = { 0, scores, NULL, true, cell, 4 };
	struct pz_scores value, error;

	(void)state;
	assert_int_equal(pz_scores_summary(&none, 7, 1, NULL, &value, &error), 0);
	for (size_t i = 0; i < 36; i++)
		assert_true(isnan(((double *)&value)[i]) && isnan(((double *)&error)[i]));
	none.n = (size_t)UINT32_MAX + 1;
	assert_int_equal(pz_scores_summary(&none, 7, 1, NULL, &value, &error), PZ_EARG);
	assert_string_equal(pz_error_text(), "scores: expected at most 4294967295 galaxies, found "
					     "4294967296");
	assert_int_equal(pz_scores_cells(&none, NULL), PZ_EARG);
}

static void scores_of_one_pdf(void **state)
{
	const struct pz_grid grid = { .min = 0.1, .max = 0.7, .bins = 6, .left = 1, .right = 2 };
	struct pz_score s;

	(void)state;
	for (size_t i = 0; i < sizeof of_pdf / sizeof *of_pdf; i++) {
		bool scored =
			pz_score_pdf(&grid, pdf, of_pdf[i].z, of_pdf[i].zphot, of_pdf[i].reach, &s);

		assert_int_equal(scored, !isnan(of_pdf[i].score[0]));
		all_near(&s, of_pdf[i].score, 7);
		assert_true(s.galaxy == 0 && s.in_68 == 0 && s.in_95 == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(means_of_scores_and_distances_of_pits),
		cmocka_unit_test(nothing_has_no_scores),
		cmocka_unit_test(scores_of_one_pdf),
	};

	return cmocka_run_group_tests_name("scores of p(z)", tests, NULL, NULL);
}
