/* test_stats_knn.c -- planes through the nearest neighbours, what is said of these, and p(z) of
 * their residuals, as numpy has them by the formulas of knn.h
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/knn.h>

#define N       40
#define DIMS    3
#define QUERIES 6
#define BINS    33

/* One bin more below 0.05, two above 0.65. */
static const struct pz_grid grid = { .min = 0.05, .max = 0.65, .bins = 30, .left = 1, .right = 2 };

static const float x[N * DIMS] = {
	19.993000030517578,   0.8140000104904175,    0.7080000042915344,  20.724000930786133,
	0.9860000014305115,   -9.027999877929688,    19.37299919128418,   0.10400000214576721,
	-3.5390000343322754,  20.999000549316406,    0.49300000071525574, -0.5210000276565552,
	18.089000701904297,   0.5440000295639038,    -7.534999847412109,  21.774999618530273,
	0.765999972820282,    1.746999979019165,     19.941999435424805,  0.6840000152587891,
	0.289000004529953,    19.6560001373291,      0.35100001096725464, -3.5739998817443848,
	19.395000457763672,   0.32199999690055847,   -4.416999816894531,  19.27199935913086,
	0.7300000190734863,   -10.979999542236328,   20.823999404907227,  0.31200000643730164,
	-5.730000019073486,   18.64900016784668,     0.4569999873638153,  -4.23799991607666,
	20.19099998474121,    0.3400000035762787,    -2.5309998989105225, 21.81999969482422,
	0.6230000257492065,   -5.868000030517578,    20.952999114990234,  0.460999995470047,
	-0.03099999949336052, 20.613000869750977,    0.382999986410141,   -12.651000022888184,
	19.652000427246094,   0.6650000214576721,    -4.901000022888184,  20.43899917602539,
	0.7940000295639038,   -5.7210001945495605,   21.231000900268555,  0.9869999885559082,
	2.3949999809265137,   21.165000915527344,    0.8289999961853027,  8.27299976348877,
	20.18600082397461,    0.5009999871253967,    0.01600000075995922, 19.091999053955078,
	0.03400000184774399,  -7.409999847412109,    20.37299919128418,   0.6420000195503235,
	-10.682000160217285,  18.117000579833984,    0.4050000011920929,  -3.940000057220459,
	19.951000213623047,   0.7009999752044678,    3.1440000534057617,  20.231000900268555,
	0.6840000152587891,   -8.47599983215332,     18.823999404907227,  0.5709999799728394,
	0.3230000138282776,   20.72599983215332,     0.6779999732971191,  0.9210000038146973,
	20.809999465942383,   -0.026000000536441803, -6.671000003814697,  20.454999923706055,
	0.6790000200271606,   -10.5600004196167,     21.17300033569336,   0.36800000071525574,
	-4.1620001792907715,  20.27400016784668,     0.7250000238418579,  -10.166000366210938,
	20.989999771118164,   0.5230000019073486,    -6.854000091552734,  19.725000381469727,
	-0.15600000321865082, -6.23799991607666,     20.18199920654297,   0.28700000047683716,
	-4.639999866485596,   19.85300064086914,     0.5149999856948853,  2.1029999256134033,
	19.975000381469727,   0.421999990940094,     -0.3070000112056732, 22.07699966430664,
	0.3970000147819519,   -0.4359999895095825,   18.42300033569336,   0.9039999842643738,
	0.296999990940094,    21.33300018310547,     0.4819999933242798,  -8.21399974822998
};
static const double z[N] = { 0.3954, 0.399,  0.1821, 0.3358, 0.3605, 0.4506, 0.3856, 0.3956,
			     0.2254, 0.2677, 0.259,  0.2193, 0.2982, 0.3786, 0.3408, 0.228,
			     0.3146, 0.3679, 0.4821, 0.4754, 0.3294, 0.1486, 0.2891, 0.2075,
			     0.3497, 0.4477, 0.2835, 0.5369, 0.1912, 0.3126, 0.3262, 0.3184,
			     0.3238, 0.1483, 0.2597, 0.314,  0.2971, 0.3934, 0.3239, 0.3192 };
static const float query[QUERIES * DIMS] = { 18.64900016784668,
					     0.4569999873638153,
					     -4.23799991607666,
					     19.725000381469727,
					     -0.15600000321865082,
					     -6.23799991607666,
					     21.774999618530273,
					     0.765999972820282,
					     1.746999979019165,
					     20.357999801635742,
					     0.6259999871253967,
					     -5.7170000076293945,
					     23.5,
					     1.399999976158142,
					     9.0,
					     14.0,
					     -1.5,
					     -25.0 };
static const uint64_t query_id[QUERIES] = { 80, 234, 1000002, 1000003, 1000004, 1000005 };
static const struct {
	struct pz_knn_options options;
	struct pz_knn_estimate estimate[QUERIES];
} expected[] = {
	{ { 14, 1.6, PZ_KNN_TRICUBE },
	  { { 0.26593739365889535, 0.03019056433488698, 0.265220864915679, 0.2075,
	      1.883262358934449, 11.216217986727768, 12, 3, false, false },
	    { 0.12669940943794106, 0.008877259663742506, 0.2030593066111873, 0.1486,
	      2.940021974390651, 14.828076691216264, 11, 3, true, false },
	    { 0.45549864969337317, 0.0060180128693021985, 0.42885013664876975, 0.4506,
	      2.132984867047631, 8.632466967413741, 8, 3, false, false },
	    { 0.3381370333627353, 0.04672756955292364, 0.3631557998919732, 0.4477,
	      1.3779712997847218, 7.908510784251739, 12, 3, false, false },
	    { 0.3375341510174148, 0.010708703965624228, 0.467344839766105, 0.4821,
	      5.284868975470501, 6.676117345645857, 5, 1, true, false },
	    { -0.31671535760460123, 0.004553675581614136, 0.16375452542156743, 0.1486,
	      10.844470788927163, 7.066836469972412, 9, 3, true, false } } },
	{ { 9, 0, PZ_KNN_FLAT },
	  { { 0.2805782593709262, 0.05106026759229263, 0.28494444444444444, 0.2075,
	      1.7044424158800153, 8.1302720285493, 9, 3, false, false },
	    { 0.1081703434967139, 0.04056645985082143, 0.254, 0.1486, 2.5778073201825173,
	      3.5099179647214367, 9, 3, true, false },
	    { 0.45525090390248, 0.04616188273348333, 0.42100000000000004, 0.4506,
	      1.8719882937171282, 15.255532378550074, 9, 3, false, false },
	    { 0.33921362502234126, 0.04050007050582345, 0.3280333333333333, 0.4477,
	      1.3178840288882148, 4.109749289834798, 9, 3, false, false },
	    { 0.6739167915878159, 0.04875235565743053, 0.42198888888888886, 0.4821,
	      4.850441918444052, 15.562984232525721, 9, 3, true, false },
	    { -0.6408622661513601, 0.050203171714678495, 0.23094444444444445, 0.1486,
	      10.402105382407868, 6.678046998734625, 9, 3, true, false } } },
	{ { 5, 2, PZ_KNN_TRICUBE },
	  { { 0.20962370273612987, 0.006145426573431242, 0.20962370273612987, 0.2075,
	      1.132974862926713, 1.3234454201166255, 3, 0, false, false },
	    { 0.1702102288917542, 0.019121287409755685, 0.1702102288917542, 0.1486,
	      1.9380095642412858, 0.7585554417099227, 3, 0, true, false },
	    { 0.4671903299700929, 0.028228842952952204, 0.4671903299700929, 0.4506,
	      1.5145301403725189, 0.4192074119237959, 3, 0, false, false },
	    { 0.3814232721573124, 0.053221154133851804, 0.3812500277878097, 0.4477,
	      1.0418748011872045, 1.1373623899776735, 4, 1, false, false },
	    { 0.471330472480642, 0.012925636839048987, 0.471330472480642, 0.4821, 4.657528285761238,
	      0.7719085781537837, 3, 0, true, false },
	    { 0.14846283413463818, 0.00014944994141213852, 0.14846283413463818, 0.1486,
	      9.797863194030896, 0.12367543283339665, 2, 0, true, false } } },
};

/* p(z) of the first three queries with the first options, in millionths. */
static const int pdfs[3][BINS] = {
	{ 1,     16,    123,    713,    3048,  9825,  24305, 46894, 71687, 89106, 94921,
	  94747, 97391, 104416, 107146, 96492, 73579, 46969, 24537, 10089, 3140,  719,
	  119,   14,    1,      0,      0,     0,     0,     0,     0,     0,     0 },
	{ 209,   5370,  49603, 176675, 283235, 252300, 128278, 32139, 3858, 4788, 20409,
	  28530, 12733, 1793,  78,     1,      0,      0,      0,     0,    0,    0,
	  0,     0,     0,     0,      0,      0,      0,      0,     0,    0,    0 },
	{ 0, 0,   0,     0,      0,      0,      0,    0,    0,     0,     0,    0,  0, 0, 0, 0, 0,
	  0, 149, 24988, 269200, 384015, 143626, 8802, 4924, 75004, 82622, 6642, 29, 0, 0, 0, 0 }
};

static void near(double found, double value, double within, const char *what)
{
	if (!(fabs(found - value) <= within * fmax(1, fabs(value))))
		fail_msg("%s: found %.15g, expected %.15g", what, found, value);
}

static uint64_t id[N];

static struct pz_knn *learned(const struct pz_knn_options *o)
{
	struct pz_knn *m;

	for (int i = 0; i < N; i++)
		id[i] = 7 * (uint64_t)i + 3;
	if (pz_knn_new(&m, &(struct pz_knn_set){ N, DIMS, x, z, id }, o) < 0)
		fail_msg("%s", pz_error_text());
	return m;
}

static void estimates_and_their_neighbours(void **state)
{
	struct pz_knn_estimate e[QUERIES];

	(void)state;
	for (size_t k = 0; k < sizeof expected / sizeof *expected; k++) {
		struct pz_knn *m = learned(&expected[k].options);

		assert_int_equal(pz_knn_run(m, QUERIES, query, query_id, &grid, e, NULL), 0);
		for (int i = 0; i < QUERIES; i++) {
			const struct pz_knn_estimate *b = &expected[k].estimate[i];

			near(e[i].z, b->z, 1e-11, "z");
			near(e[i].error, b->error, 1e-11, "error");
			near(e[i].mean_z, b->mean_z, 1e-12, "mean z");
			near(e[i].nearest_z, b->nearest_z, 0, "nearest z");
			near(e[i].distance, b->distance, 1e-6, "distance");
			near(e[i].volume, b->volume, 1e-6, "volume");
			assert_int_equal(e[i].count, b->count);
			assert_int_equal(e[i].rank, b->rank);
			assert_int_equal(e[i].extrapolated, b->extrapolated);
			assert_false(e[i].beyond);
		}
		pz_knn_free(m);
	}
}

static void pdfs_of_residuals(void **state)
{
	struct pz_knn *m = learned(&expected[0].options);
	struct pz_knn_estimate e[QUERIES];
	float pz[QUERIES * BINS];

	(void)state;
	assert_int_equal(pz_knn_run(m, QUERIES, query, query_id, &grid, e, pz), 0);
	for (int i = 0; i < QUERIES; i++) {
		double sum = 0;

		assert_int_equal(e[i].beyond, expected[0].estimate[i].beyond);
		for (int b = 0; b < BINS; b++) {
			sum += (double)pz[i * BINS + b];
			if (i < 3)
				near((double)pz[i * BINS + b], pdfs[i][b] / 1e6, 2e-6, "p(z)");
		}
		near(sum, 1, 1e-6, "sum");
	}
	pz_knn_free(m);
}

static void refused(const struct pz_knn_set *set, struct pz_knn_options o, int code,
		    const char *words)
{
	struct pz_knn *m = (struct pz_knn *)id;

	if (pz_knn_new(&m, set, &o) != code || strcmp(pz_error_text(), words) != 0)
		fail_msg("'%s' should be '%s'", pz_error_text(), words);
	assert_null(m);
}

static void what_cannot_be_learned_from(void **state)
{
	float bad[6] = { 0, 1, 2, 3, 4, INFINITY };
	double worse[3] = { 0, 1, NAN };
	const struct pz_knn_set good = { N, DIMS, x, z, id };
	struct pz_knn_set set = good;
	struct pz_knn *m;

	(void)state;
	refused(&good, (struct pz_knn_options){ 0, 0, PZ_KNN_FLAT }, PZ_EARG,
		"neighbours: expected 1 to 10000, found 0");
	refused(&good, (struct pz_knn_options){ 10001, 0, PZ_KNN_FLAT }, PZ_EARG,
		"neighbours: expected 1 to 10000, found 10001");
	refused(&good, (struct pz_knn_options){ 5, 0.99, PZ_KNN_FLAT }, PZ_EARG,
		"clip: expected 0 or from 1, found 0.99");
	refused(&good, (struct pz_knn_options){ 5, NAN, PZ_KNN_FLAT }, PZ_EARG,
		"clip: expected 0 or from 1, found nan");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
			pz_knn_new(&m, &good,
				   &(struct pz_knn_options){ i ? 10000 : 1, 1, PZ_KNN_FLAT }),
			0);
		pz_knn_free(m);
	}
	set.dims = 0;
	refused(&set, (struct pz_knn_options){ 5, 0, PZ_KNN_FLAT }, PZ_EARG,
		"features: expected 1 to 32, found 0");
	set.dims = 33;
	refused(&set, (struct pz_knn_options){ 5, 0, PZ_KNN_FLAT }, PZ_EARG,
		"features: expected 1 to 32, found 33");
	set = (struct pz_knn_set){ 0, 2, bad, worse, id };
	refused(&set, (struct pz_knn_options){ 5, 0, PZ_KNN_FLAT }, PZ_EDATA,
		"no galaxies to learn from");
	set.n = 3;
	refused(&set, (struct pz_knn_options){ 5, 0, PZ_KNN_FLAT }, PZ_EDATA,
		"galaxy 2: redshift not finite");
	bad[4] = NAN;
	worse[2] = 2;
	refused(&set, (struct pz_knn_options){ 5, 0, PZ_KNN_FLAT }, PZ_EDATA,
		"galaxy 2: feature 0 not finite");
	bad[4] = 4;
	refused(&set, (struct pz_knn_options){ 5, 0, PZ_KNN_FLAT }, PZ_EDATA,
		"galaxy 2: feature 1 not finite");
	for (int dims = 1; dims <= 32; dims += 31) {
		set = (struct pz_knn_set){ 1, dims, x, z, id };
		assert_int_equal(
			pz_knn_new(&m, &set, &(struct pz_knn_options){ 5, 0, PZ_KNN_FLAT }), 0);
		pz_knn_free(m);
	}
}

/* p(z) beyond the grid goes to its nearest bin. */
static void estimates_beyond_the_grid(void **state)
{
	const struct pz_grid low = { .min = -9, .max = -8, .bins = 4 };
	const struct pz_grid high = { .min = 8, .max = 9, .bins = 4 };
	struct pz_knn *m = learned(&expected[0].options);
	struct pz_knn_estimate e;
	float pz[4];

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pz_knn_run(m, 1, query, query_id, i ? &high : &low, &e, pz), 0);
		assert_true(e.beyond && pz[0] == (float)i && pz[3] == (float)!i && pz[1] == 0);
	}
	assert_int_equal(pz_knn_run(m, 0, query, query_id, &grid, &e, NULL), 0);
	pz_knn_free(m);
}

/* A power of two in all features changes nothing: distances are in deviations of each. */
static void features_are_in_any_unit(void **state)
{
	static float small[N * DIMS], asked[QUERIES * DIMS];
	struct pz_knn_estimate first[QUERIES], other[QUERIES];
	struct pz_knn *m = learned(&expected[0].options);

	(void)state;
	assert_int_equal(pz_knn_run(m, QUERIES, query, query_id, &grid, first, NULL), 0);
	pz_knn_free(m);
	for (int i = 0; i < N * DIMS; i++)
		small[i] = x[i] * 0x1p-30F;
	for (int i = 0; i < QUERIES * DIMS; i++)
		asked[i] = query[i] * 0x1p-30F;
	assert_int_equal(
		pz_knn_new(&m, &(struct pz_knn_set){ N, DIMS, small, z, id }, &expected[0].options),
		0);
	assert_int_equal(pz_knn_run(m, QUERIES, asked, query_id, &grid, other, NULL), 0);
	pz_knn_free(m);
	for (int i = 0; i < QUERIES; i++)
		assert_true(first[i].z == other[i].z && first[i].error == other[i].error &&
			    first[i].distance == other[i].distance &&
			    first[i].volume == other[i].volume);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(estimates_and_their_neighbours),
		cmocka_unit_test(pdfs_of_residuals),
		cmocka_unit_test(what_cannot_be_learned_from),
		cmocka_unit_test(estimates_beyond_the_grid),
		cmocka_unit_test(features_are_in_any_unit),
	};

	return cmocka_run_group_tests_name("nearest neighbours", tests, NULL, NULL);
}
