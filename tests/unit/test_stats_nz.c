/* test_stats_nz.c -- n(z) of a sample by expectation maximisation, as numpy has it
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/nz.h>
#include <pz/prior.h>
#include <pz/random.h>

#include "../../lib/stats/nz_sample.h"

#define N    36
#define BINS 9

static const struct pz_grid grid = { .min = 0.1, .max = 0.7, .bins = 6, .left = 1, .right = 2 };
static const struct pz_rows rows = { .mag = "r", .min = 18, .width = 0.5, .channels = 2 };

static const short
	p_of[N][BINS] = { /* in 256ths */
			  { 0, 0, 0, 3, 16, 45, 79, 72, 41 },  { 0, 0, 4, 48, 126, 70, 8, 0, 0 },
			  { 118, 106, 30, 2, 0, 0, 0, 0, 0 },  { 0, 0, 13, 166, 76, 1, 0, 0, 0 },
			  { 90, 83, 53, 23, 6, 1, 0, 0, 0 },   { 0, 0, 0, 1, 36, 132, 79, 8, 0 },
			  { 5, 18, 41, 67, 61, 40, 18, 5, 1 }, { 0, 0, 0, 1, 7, 26, 61, 88, 73 },
			  { 1, 11, 53, 101, 69, 19, 2, 0, 0 }, { 0, 0, 0, 0, 8, 140, 105, 3, 0 },
			  { 0, 0, 1, 24, 112, 100, 19, 0, 0 }, { 0, 0, 0, 0, 0, 0, 34, 179, 43 },
			  { 0, 0, 4, 17, 43, 72, 66, 39, 15 }, { 34, 62, 75, 53, 24, 7, 1, 0, 0 },
			  { 0, 0, 0, 0, 0, 0, 33, 195, 28 },   { 0, 0, 0, 0, 0, 86, 165, 5, 0 },
			  { 0, 0, 12, 60, 107, 63, 13, 1, 0 }, { 19, 91, 111, 33, 2, 0, 0, 0, 0 },
			  { 0, 0, 0, 0, 1, 28, 107, 98, 22 },  { 56, 91, 71, 31, 7, 0, 0, 0, 0 },
			  { 2, 12, 38, 67, 75, 43, 16, 3, 0 }, { 10, 70, 121, 50, 5, 0, 0, 0, 0 },
			  { 0, 0, 0, 0, 7, 41, 94, 83, 31 },   { 0, 0, 3, 51, 136, 61, 5, 0, 0 },
			  { 104, 85, 47, 17, 3, 0, 0, 0, 0 },  { 79, 89, 58, 24, 6, 0, 0, 0, 0 },
			  { 10, 30, 55, 71, 52, 27, 9, 2, 0 }, { 7, 24, 49, 70, 58, 33, 12, 3, 0 },
			  { 0, 0, 0, 22, 114, 103, 17, 0, 0 }, { 0, 0, 0, 5, 24, 63, 87, 57, 20 },
			  { 0, 0, 0, 5, 34, 93, 88, 32, 4 },   { 29, 70, 89, 51, 15, 2, 0, 0, 0 },
			  { 74, 94, 62, 22, 4, 0, 0, 0, 0 },   { 0, 0, 0, 8, 55, 114, 67, 12, 0 },
			  { 0, 0, 0, 0, 0, 21, 125, 99, 11 },  { 5, 22, 53, 78, 60, 29, 8, 1, 0 }
	};
static const double mag[N] = { 19.7, 19.7, 19.7, 17.0, 19.7, 17.0, 17.0, -1.0, 19.7,
			       19.7, 19.7, 19.7, 17.0, 17.0, 19.7, 17.0, 19.7, 17.0,
			       19.7, 19.7, 19.7, 17.0, 19.7, 17.0, 17.0, 17.0, 19.7,
			       17.0, 19.7, 19.7, 19.7, 17.0, 17.0, 17.0, 19.7, 19.7 };
static const double trained_of[3][BINS] = { { 8, 5, 2, 22, 8, 5, 1, 7, 7 },
					    { 0, 1, 6, 3, 3, 0, 1, 7, 7 },
					    { 0, 0, 0, 0, 0, 0, 0, 0, 0 } };

static const struct {
	bool single, trained;
	double smooth;
	double share[4 * BINS], mean[4], taken[4];
	int n[4], rounds[4];
} cases[] = {
	{ false,
	  true,
	  0.0,
	  { 0.09202816446195301,
	    0.1840243735414662,
	    0.17698803478747255,
	    0.13619055431613333,
	    0.12259798055132284,
	    0.1627910973342407,
	    0.112570682605333,
	    0.011324879023820776,
	    0.0014842333782575457,
	    NAN,
	    NAN,
	    NAN,
	    NAN,
	    NAN,
	    NAN,
	    NAN,
	    NAN,
	    NAN,
	    0.05420537421506831,
	    0.06621072934139224,
	    0.056628559991892105,
	    0.0743063732070534,
	    0.14308227707179696,
	    0.21429161323222282,
	    0.20875772139892013,
	    0.15206192904393342,
	    0.030455422497720597,
	    0.06996487015127027,
	    0.11529974775808974,
	    0.10677834115671729,
	    0.10009144866917002,
	    0.1345471535215994,
	    0.19283306494139693,
	    0.16867978856825883,
	    0.09342149153555315,
	    0.018384093697944325 },
	  { 0.3517491630766109, NAN, 0.5106797355077458, 0.4444586636614396 },
	  { 1.069889135608327, 0.0, 0.9897411169548775, 1.0231361247271482 },
	  { 15, 0, 21, 36 },
	  { 6, 1, 6, 6 } },
	{ true,
	  false,
	  1.3,
	  { 0.07713779862254574,
	    0.14237213395176748,
	    0.18094158943005476,
	    0.176858174800506,
	    0.14966977678406848,
	    0.1538477395821598,
	    0.10280818545710263,
	    0.013980340953794076,
	    0.002384260418000945,
	    NAN,
	    NAN,
	    NAN,
	    NAN,
	    NAN,
	    NAN,
	    NAN,
	    NAN,
	    NAN,
	    0.04472108531933571,
	    0.06157334421693478,
	    0.06801321265185838,
	    0.10320518914734299,
	    0.16481963683579476,
	    0.1875544841130914,
	    0.18094161117731344,
	    0.15463620501858677,
	    0.03453523151974179,
	    0.05822804919567323,
	    0.0952395066064484,
	    0.11506670297610687,
	    0.13389393316949427,
	    0.15850719514757547,
	    0.17351000722520324,
	    0.14838601712722563,
	    0.0960295949915898,
	    0.021138993560683102 },
	  { 0.363653322502365, NAN, 0.5048651259223238, 0.44602687449734096 },
	  { 1.3, 1.3, 1.3, 1.3 },
	  { 15, 0, 21, 36 },
	  { 6, 6, 6, 6 } },
	{ true,
	  true,
	  0.9,
	  { 0.102028514282253,
	    0.1875664321726199,
	    0.14687499162914533,
	    0.10867731566459714,
	    0.1235462643410725,
	    0.1957792858429509,
	    0.1247006630513582,
	    0.009872207870704123,
	    0.0009543251452989757,
	    NAN,
	    NAN,
	    NAN,
	    NAN,
	    NAN,
	    NAN,
	    NAN,
	    NAN,
	    NAN,
	    0.0547536407363646,
	    0.07465027072989125,
	    0.05402039883372923,
	    0.05755720653797395,
	    0.12662594793140558,
	    0.25365312736191487,
	    0.24280443804113266,
	    0.12124683905334933,
	    0.014688130774238532,
	    0.07445150471381809,
	    0.12169867133102819,
	    0.09270981249848592,
	    0.07885725200740029,
	    0.12534274643543344,
	    0.22953902672901322,
	    0.1935945317953933,
	    0.07484074272724717,
	    0.008965711762180383 },
	  { 0.3605373883569216, NAN, 0.5053191664360618, 0.44499342556975335 },
	  { 0.9, 0.9, 0.9, 0.8999999999999999 },
	  { 15, 0, 21, 36 },
	  { 8, 8, 8, 8 } },
};

static void all_near(const double *a, const double *b, size_t n, double within)
{
	for (size_t i = 0; i < n; i++)
		if (isnan(b[i]) ? !isnan(a[i])
				: !(fabs(a[i] - b[i]) <= within * fmax(1, fabs(b[i]))))
			fail_msg("number %zu: found %.15g, expected %.15g", i, a[i], b[i]);
}

static void pdf_of(int i, double p[BINS])
{
	for (int b = 0; b < BINS; b++)
		p[b] = p_of[i][b] / 256.;
}

static struct pz_nz *sample_of_all(void)
{
	struct pz_nz *s;
	double p[BINS];

	assert_int_equal(pz_nz_new(&s, &grid, &rows), 0);
	for (int i = 0; i < N; i++) {
		pdf_of(i, p);
		assert_int_equal(pz_nz_add(s, p, mag[i]), 0);
	}
	return s;
}

static struct pz_counts counts_of(const double count[3][BINS])
{
	struct pz_counts c;

	assert_int_equal(pz_counts_init(&c, &grid, &rows), 0);
	memcpy(c.count, count, 3 * BINS * sizeof **count);
	return c;
}

static void shares_of_each_row_and_all(void **state)
{
	struct pz_counts trained = counts_of(trained_of);
	struct pz_nz *s = sample_of_all();

	(void)state;
	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		const struct pz_nz_options o = { .smooth = cases[k].smooth,
						 .single = cases[k].single };
		struct pz_nz_found found;

		assert_int_equal(pz_nz_run(s, cases[k].trained ? &trained : NULL, &o, &found), 0);
		assert_true(found.rows == 3 && found.bins == BINS && found.settled);
		all_near(found.share, cases[k].share, 4 * BINS, 1e-9);
		all_near(found.mean, cases[k].mean, 4, 1e-9);
		all_near(found.smooth, cases[k].taken, 4, 1e-12);
		for (int r = 0; r < 4; r++) {
			assert_int_equal(found.n[r], cases[k].n[r]);
			assert_int_equal(found.rounds[r], cases[k].rounds[r]);
			assert_true(isnan(found.mean_error[r]) && isnan(found.error[r * BINS]));
		}
		pz_nz_found_release(&found);
	}
	pz_nz_free(s);
	pz_counts_release(&trained);
}

/* Resamples that are drawn as the library draws them, each solved as a sample of its own. */
static void errors_are_those_of_resamples(void **state)
{
	enum { DRAWS = 6 };
	const struct pz_nz_options o = { .smooth = 1, .draws = DRAWS, .seed = 3 };
	struct pz_nz *s = sample_of_all();
	double share[DRAWS], mean[DRAWS], average[2] = { 0 }, square[2] = { 0 }, p[BINS];
	struct pz_nz_found found, all;

	(void)state;
	assert_int_equal(pz_nz_run(s, NULL, &o, &all), 0);
	pz_nz_free(s);
	for (int d = 0; d < DRAWS; d++) {
		struct pz_random r;

		pz_random_init(&r, 3, pz_random_stream("nz", (uint64_t)d));
		assert_int_equal(pz_nz_new(&s, &grid, &rows), 0);
		for (int i = 0; i < N; i++) {
			size_t j = (size_t)pz_random_below(&r, N);

			pdf_of((int)j, p);
			assert_int_equal(pz_nz_add(s, p, mag[j]), 0);
		}
		assert_int_equal(pz_nz_run(s, NULL, &(struct pz_nz_options){ .smooth = 1 }, &found),
				 0);
		share[d] = found.share[3 * BINS + 4];
		mean[d] = found.mean[2];
		average[0] += share[d] / DRAWS;
		average[1] += mean[d] / DRAWS;
		pz_nz_found_release(&found);
		pz_nz_free(s);
	}
	for (int d = 0; d < DRAWS; d++) {
		square[0] += (share[d] - average[0]) * (share[d] - average[0]);
		square[1] += (mean[d] - average[1]) * (mean[d] - average[1]);
	}
	/* to what is left to settle */
	assert_true(fabs(all.error[3 * BINS + 4] / sqrt(square[0] / (DRAWS - 1)) - 1) < 0.02);
	assert_true(fabs(all.mean_error[2] / sqrt(square[1] / (DRAWS - 1)) - 1) < 0.02);
	assert_true(isnan(all.mean_error[1]));
	pz_nz_found_release(&all);
}

static void what_runs_are_refused(void **state)
{
	struct pz_counts trained = counts_of(trained_of), other = trained;
	struct pz_nz_found found;
	struct pz_nz *s;

	(void)state;
	assert_int_equal(pz_nz_new(&s, &grid, &rows), 0);
	assert_int_equal(pz_nz_run(s, NULL, &(struct pz_nz_options){ 0 }, &found), PZ_EDATA);
	assert_string_equal(pz_error_text(), "n(z): expected galaxies with p(z), found none");
	pz_nz_free(s);
	s = sample_of_all();
	assert_int_equal(pz_nz_run(s, NULL, &(struct pz_nz_options){ .smooth = -1 }, &found),
			 PZ_EARG);
	assert_string_equal(pz_error_text(), "smooth: expected 0 to 10000 bins, found -1");
	assert_int_equal(pz_nz_run(s, NULL, &(struct pz_nz_options){ .smooth = 10001 }, &found),
			 PZ_EARG);
	assert_int_equal(pz_nz_run(s, NULL, &(struct pz_nz_options){ .smooth = NAN }, &found),
			 PZ_EARG);
	assert_int_equal(pz_nz_run(s, NULL, &(struct pz_nz_options){ .smooth = 10000 }, &found), 0);
	pz_nz_found_release(&found);
	assert_null(found.share);
	other.grid.left = 2;
	assert_int_equal(pz_nz_run(s, &other, &(struct pz_nz_options){ 0 }, &found), PZ_EMISMATCH);
	other = trained;
	other.rows.channels = 3;
	assert_int_equal(pz_nz_run(s, &other, &(struct pz_nz_options){ 0 }, &found), PZ_EMISMATCH);
	memset(trained.count, 0, 3 * BINS * sizeof *trained.count);
	trained.count[4] = 0.5; /* shares serve as well */
	assert_int_equal(pz_nz_run(s, &trained, &(struct pz_nz_options){ 0 }, &found), 0);
	pz_nz_found_release(&found);
	trained.count[4] = 0;
	assert_int_equal(pz_nz_run(s, &trained, &(struct pz_nz_options){ 0 }, &found), PZ_EDATA);
	assert_string_equal(pz_error_text(), "the trained n(z): expected galaxies, found none");
	pz_nz_free(s);
	pz_counts_release(&trained);
}

/* Bins at the ends that have a millionth of a tenth of the largest are not kept. */
static void ends_of_pdfs_are_not_kept(void **state)
{
	double p[BINS] = { 0, 1e-8, 4e-8, 0.4, 0, 0.599999, 0.000001, 5.9e-8, 0 };
	double first[BINS] = { 1 }, last[BINS] = { [8] = 1 };
	struct pz_nz *s;

	(void)state;
	assert_int_equal(pz_nz_new(&s, &grid, &rows), 0);
	assert_int_equal(pz_nz_add(s, p, 18.7), 0);
	assert_int_equal(pz_nz_add(s, first, 17), 0);
	assert_int_equal(pz_nz_add(s, last, 30), 0);
	assert_true(s->n == 3 && s->used == 6);
	assert_true(s->galaxy[0].first == 3 && s->galaxy[0].bins == 4 && s->galaxy[0].row == 1);
	assert_true(s->galaxy[1].first == 0 && s->galaxy[1].bins == 1 && s->galaxy[1].from == 4);
	assert_true(s->galaxy[2].first == 8 && s->galaxy[2].bins == 1 && s->galaxy[2].row == 2);
	assert_true(s->p[0] == 0.4F && s->p[1] == 0 && s->p[2] == 0.599999F && s->p[3] == 1e-6F);
	pz_nz_free(s);
	/* of thousands all are */
	assert_int_equal(pz_nz_new(&s, &grid, &rows), 0);
	for (int i = 0; i < 20000; i++) {
		pdf_of(i % N, p);
		assert_int_equal(pz_nz_add(s, p, 18), 0);
	}
	for (int i = 0; i < 20000; i += 37)
		for (int b = 0; b < s->galaxy[i].bins; b++)
			assert_true(s->p[s->galaxy[i].from + (size_t)b] ==
				    (float)p_of[i % N][s->galaxy[i].first + b] / 256);
	pz_nz_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shares_of_each_row_and_all),
		cmocka_unit_test(errors_are_those_of_resamples),
		cmocka_unit_test(what_runs_are_refused),
		cmocka_unit_test(ends_of_pdfs_are_not_kept),
	};

	return cmocka_run_group_tests_name("n(z)", tests, NULL, NULL);
}
