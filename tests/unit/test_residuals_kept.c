/* test_residuals_kept.c -- galaxies that streams have in common, their order, differences of
 * streams, and the scatter between networks, on reports made by hand
 */
#include "../../tools/residuals/kept.h"
#include "in_process.h"
#include "whole_report.h"

#define PREDICTIONS                                                                                \
	"{\"pzpipe\": 1, \"kind\": \"predictions\", \"grid\": {\"target\": \"z\", \"min\": 0, "    \
	"\"max\": 0.4, \"bins\": 4, \"left\": 0, \"right\": 0}}"

static struct common common;

static int take(int (*how)(struct common *, struct pz_reader *, const struct report_options *),
		const char *name)
{
	const struct report_options o = { .estimate = ESTIMATE_MODE, .weights = "w" };
	struct pz_reader *in = NULL;
	int rc;

	assert_int_equal(pz_reader_open(&in, &name, 1, 0), 0);
	rc = how(&common, in, &o);
	pz_reader_close(in);
	return rc;
}

static int64_t place_of(int id)
{
	pz_map *record = pz_map_new();
	uint64_t hash;

	pz_map_set_integer(record, "id", id);
	assert_int_equal(record_hash(record, 0, &hash), 0);
	pz_map_free(record);
	return common_place(&common, hash);
}

#define GALAXY(id) "{\"id\": " id ", \"z\": 0.1, \"w\": 1, \"zphot\": {\"mode\": 0.2}}"

/* Only what can be measured is common: it has a true value, the estimate, and a weight above 0. */
static void places_are_those_of_the_first_stream(void **state)
{
	(void)state;
	stream("a.pz", PREDICTIONS, GALAXY("7"), GALAXY("3"), GALAXY("9"),
	       "{\"id\": 4, \"z\": 0.1, \"w\": 0, \"zphot\": {\"mode\": 0.2}}",
	       "{\"id\": 5, \"w\": 1, \"zphot\": {\"mode\": 0.2}}",
	       "{\"id\": 6, \"z\": 0.1, \"w\": 1, \"zphot\": {\"mean\": 0.2}}", GALAXY("1"),
	       GALAXY("8"), NULL);
	assert_int_equal(take(common_begin, "a.pz"), 0);
	assert_int_equal(common.n, 5);
	stream("b.pz", PREDICTIONS, GALAXY("4"), GALAXY("5"), GALAXY("6"), GALAXY("8"), GALAXY("1"),
	       GALAXY("3"), GALAXY("7"), GALAXY("2"), NULL);
	assert_int_equal(take(common_keep, "b.pz"), 0);
	assert_int_equal(common.n, 4);
	stream("c.pz", PREDICTIONS, GALAXY("1"), GALAXY("7"), GALAXY("8"), NULL);
	assert_int_equal(take(common_keep, "c.pz"), 0);
	assert_int_equal(common_end(&common), 0);
	assert_int_equal(common.n, 3);
	/* 7, 1 and 8 of the first stream, whose other galaxies are gone */
	assert_int_equal(place_of(7), 0);
	assert_int_equal(place_of(1), 1);
	assert_int_equal(place_of(8), 2);
	for (int id = 2; id < 7; id++)
		assert_int_equal(place_of(id), -1);
	assert_int_equal(place_of(9), -1);
	common_release(&common);
	assert_int_equal(place_of(7), -1);
}

/* More galaxies than there is room for at first, in another order. */
static void many_are_common(void **state)
{
	enum { MANY = 2100 };
	static char text[MANY][80];
	static const char *record[MANY];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		sprintf(text[i], "{\"id\": %d, \"z\": 0.1, \"w\": 1, \"zphot\": {\"mode\": 0.2}}",
			i * 1000 % 2099 + 2099 * (i / 2099));
		record[i] = text[i];
	}
	stream_of("a.pz", PREDICTIONS, record, MANY);
	for (int i = 0; i < MANY; i++)
		sprintf(text[i], "{\"id\": %d, \"z\": 0.1, \"w\": 1, \"zphot\": {\"mode\": 0.2}}",
			i);
	stream_of("b.pz", PREDICTIONS, record, MANY);
	assert_int_equal(take(common_begin, "a.pz"), 0);
	assert_int_equal(take(common_keep, "b.pz"), 0);
	assert_int_equal(common_end(&common), 0);
	assert_int_equal(common.n, MANY);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(place_of(i * 1000 % 2099 + 2099 * (i / 2099)), i);
	common_release(&common);
}

/* ---- their order ---- */

#define N 4

static double *column(double first)
{
	double *x = calloc(2048, sizeof *x);

	for (int i = 0; i < N; i++)
		x[i] = first + i;
	return x;
}

static struct report moved_report(const uint32_t place[N])
{
	struct report r = { 0 };

	r.kept = (struct report_kept){ .n = N,
				       .pz_mean = column(10),
				       .pz_square = column(20),
				       .by = column(30),
				       .against = column(40),
				       .place = calloc(N, sizeof *place) };
	memcpy(r.kept.place, place, N * sizeof *place);
	r.scalars.n = N;
	r.scalars.z = column(50);
	r.scalars.mag = column(60);
	r.scalars.weight = column(70);
	r.scalars.zphot[0] = column(80);
	r.scalars.zphot[2] = column(90);
	r.n_score = 3;
	r.score = calloc(3, sizeof *r.score);
	for (uint32_t i = 0; i < 3; i++) /* of galaxies 0, 1 and 3 */
		r.score[i] = (struct pz_score){ .pit = i, .galaxy = i + i / 2 };
	return r;
}

static void all_columns_are_arranged_alike(void **state)
{
	static const uint32_t place[N] = { 2, 0, 3, 1 };
	static const double order[N] = { 1, 3, 0, 2 }; /* which galaxy stands there now */
	struct report r = moved_report(place);

	(void)state;
	assert_int_equal(kept_arrange(&r), 0);
	for (int i = 0; i < N; i++) {
		assert_true(r.kept.pz_mean[i] == 10 + order[i]);
		assert_true(r.kept.pz_square[i] == 20 + order[i]);
		assert_true(r.kept.by[i] == 30 + order[i]);
		assert_true(r.kept.against[i] == 40 + order[i]);
		assert_true(r.scalars.z[i] == 50 + order[i]);
		assert_true(r.scalars.mag[i] == 60 + order[i]);
		assert_true(r.scalars.weight[i] == 70 + order[i]);
		assert_true(r.scalars.zphot[0][i] == 80 + order[i]);
		assert_true(r.scalars.zphot[2][i] == 90 + order[i]);
	}
	/* the scores of galaxies 1, 3 and 0 */
	assert_true(r.score[0].pit == 1 && r.score[0].galaxy == 0);
	assert_true(r.score[1].pit == 2 && r.score[1].galaxy == 1);
	assert_true(r.score[2].pit == 0 && r.score[2].galaxy == 2);
	report_release(&r);
	/* in order already */
	r = moved_report((const uint32_t[]){ 0, 1, 2, 3 });
	assert_int_equal(kept_arrange(&r), 0);
	assert_true(r.scalars.z[3] == 53 && r.score[2].galaxy == 3);
	report_release(&r);
	/* only the last two change places */
	r = moved_report((const uint32_t[]){ 0, 1, 3, 2 });
	assert_int_equal(kept_arrange(&r), 0);
	assert_true(r.scalars.z[2] == 53 && r.score[2].galaxy == 2 && r.score[2].pit == 2);
	report_release(&r);
}

/* ---- what is kept ---- */

static void columns_grow_that_are_asked_for(void **state)
{
	const struct report_options all = { .tomography = { .bins = 2 },
					    .against = "x",
					    .common = &common };
	const struct report_options none = { 0 };
	struct report_kept k = { 0 };

	(void)state;
	assert_int_equal(kept_begin(&k, &all), 0);
	for (uint32_t i = 0; i < 5000; i++) {
		assert_int_equal(kept_add_moments(&k, i, i + 0.5), 0);
		assert_int_equal(kept_add(&k, i + 0.25, i + 0.75, 7 * i), 0);
	}
	assert_int_equal(k.n, 5000);
	for (uint32_t i = 0; i < 5000; i++)
		assert_true(k.pz_mean[i] == i && k.pz_square[i] == i + 0.5 && k.by[i] == i + 0.25 &&
			    k.against[i] == i + 0.75 && k.place[i] == 7 * i);
	kept_release(&k);
	assert_int_equal(kept_begin(&k, &none), 0);
	for (uint32_t i = 0; i < 5000; i++)
		assert_int_equal(kept_add_moments(&k, i, i) + kept_add(&k, i, i, i), 0);
	assert_true(k.n == 5000 && !k.pz_mean && !k.pz_square && !k.by && !k.against && !k.place);
	kept_release(&k);
}

static uint64_t ids_of(const int *id, int n, bool *without)
{
	struct report_kept k = { 0 };
	pz_map *record = pz_map_new();

	for (int i = 0; i < n; i++) {
		pz_map_clear(record);
		if (id[i] >= 0)
			pz_map_set_integer(record, "id", id[i]);
		kept_add_id(&k, record);
	}
	pz_map_free(record);
	*without = k.without_ids;
	return k.ids;
}

static void ids_in_their_order_make_a_hash(void **state)
{
	static const int a[] = { 1, 2, 3 }, b[] = { 2, 1, 3 }, c[] = { 1, 3, 2 },
			 d[] = { 1, -1, 3 }, e[] = { 1, 3 };
	bool without;
	uint64_t of_a = ids_of(a, 3, &without);

	(void)state;
	assert_true(!without && ids_of(a, 3, &without) == of_a);
	assert_true(ids_of(b, 3, &without) != of_a);
	assert_true(ids_of(c, 3, &without) != of_a && !without);
	assert_true(ids_of(d, 3, &without) == ids_of(e, 2, &(bool){ 0 }) && without);
	assert_true(ids_of(a, 1, &without) != ids_of(a, 0, &without));
	assert_true(ids_of(a, 2, &without) != of_a);
}

static void intervals_hold_their_ends(void **state)
{
	static const char *const name[] = { "low68", "high68", "low95" };
	const double value[] = { 0.25, 0.5, 0.125 };
	pz_map *record = pz_map_new();

	(void)state;
	assert_int_equal(kept_inside(record, "68", 0.3), -1);
	pz_map_set_named(record, "interval", name, value, 3);
	assert_int_equal(kept_inside(record, "68", 0.25), 1);
	assert_int_equal(kept_inside(record, "68", 0.5), 1);
	assert_int_equal(kept_inside(record, "68", 0.249), 0);
	assert_int_equal(kept_inside(record, "68", 0.501), 0);
	assert_int_equal(kept_inside(record, "95", 0.3), -1);
	pz_map_free(record);
}

/* ---- differences ---- */

/* Two streams with three resamples, whose numbers differ by what these say; NaN: none. */
static void differ(struct report *r, const double by[3])
{
	for (int i = 0; i < 2; i++) {
		r[i].options.bootstrap = 3;
		r[i].n_score = 4;
		r[i].kept.n = 4;
		r[i].kept.ids = 99;
		r[i].each = calloc(4, sizeof *r[i].each);
		r[i].score_each = calloc(4, sizeof *r[i].score_each);
		for (int k = 0; k < 3; k++) {
			r[i].each[k].summary.rms = 10 * k + (i ? by[k] : 0);
			r[i].score_each[k].crps = 7 * k + (i ? 2 * by[k] : 0);
		}
	}
}

static const struct report_difference *found(const struct report *r, const char *key)
{
	for (size_t k = 0; k < report_metrics_count; k++)
		if (!strcmp(report_metrics[k].key, key))
			return &r->difference[k];
	return NULL;
}

static void begin_pair(struct report *r, const double by[3])
{
	make_reports(r);
	free(r[0].difference);
	r[0].difference = NULL;
	r[1].n_pz = 3;
	r[1].binned_alike = true;
	number_all(&r[1].scores, sizeof r[1].scores);
	differ(r, by);
}

static void errors_of_differences_are_those_of_pairs(void **state)
{
	static const double by[] = { 1, 2, 6 }; /* mean 3, squares 4 + 1 + 9 */
	struct report r[2];

	(void)state;
	begin_pair(r, by);
	assert_int_equal(report_compare(&r[1], &r[0]), 0);
	assert_string_equal(r[1].difference_from, "one");
	assert_null(r[1].each);
	assert_null(r[1].score_each);
	assert_true(found(&r[1], "rms")->value ==
		    r[1].of[1].all.value.summary.rms - r[0].of[1].all.value.summary.rms);
	assert_true(fabs(found(&r[1], "rms")->error - sqrt(14. / 2)) < 1e-12);
	assert_true(found(&r[1], "crps")->value == r[1].scores.crps - r[0].scores.crps);
	assert_true(fabs(found(&r[1], "crps")->error - 2 * sqrt(14. / 2)) < 1e-12);
	assert_true(found(&r[1], "tv")->error == 0);
	release_reports(r);
	/* a resample that has none does not count */
	begin_pair(r, (const double[]){ 1, NAN, 3 });
	assert_int_equal(report_compare(&r[1], &r[0]), 0);
	assert_true(fabs(found(&r[1], "rms")->error - sqrt(2)) < 1e-12);
	release_reports(r);
	begin_pair(r, (const double[]){ NAN, NAN, 3 });
	assert_int_equal(report_compare(&r[1], &r[0]), 0);
	assert_true(isnan(found(&r[1], "rms")->error) && isfinite(found(&r[1], "rms")->value));
	release_reports(r);
}

/* Scores are paired where every galaxy has one. */
static void scores_are_paired_where_all_have_them(void **state)
{
	static const double by[] = { 1, 2, 6 };
	struct report r[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		begin_pair(r, by);
		r[i].n_score = 3;
		assert_int_equal(report_compare(&r[1], &r[0]), 0);
		assert_true(isnan(found(&r[1], "crps")->value));
		assert_true(isnan(found(&r[1], "crps")->error));
		assert_true(isfinite(found(&r[1], "rms")->error));
		release_reports(r);
	}
	/* a number that one of them lacks */
	begin_pair(r, by);
	r[0].of[1].all.value.summary.rms = NAN;
	assert_int_equal(report_compare(&r[1], &r[0]), 0);
	assert_true(isnan(found(&r[1], "rms")->value) && isnan(found(&r[1], "rms")->error));
	release_reports(r);
}

static void unpaired(struct report *r, int code, const char *says)
{
	assert_int_equal(report_compare(&r[1], &r[0]), code);
	assert_string_equal(pz_error_text(), says);
	release_reports(r);
	begin_pair(r, (const double[]){ 1, 2, 6 });
}

static void other_galaxies_are_no_pairs(void **state)
{
	static const char others[] =
		"two: --differences: expected the galaxies of one in the same order, found others: "
		"give --common";
	struct report r[2];

	(void)state;
	begin_pair(r, (const double[]){ 1, 2, 6 });
	r[1].kept.without_ids = true;
	unpaired(r, PZ_EDATA,
		 "two: --differences: expected an 'id' in every record, found none in some");
	r[0].kept.without_ids = true;
	unpaired(r, PZ_EDATA,
		 "one: --differences: expected an 'id' in every record, found none in some");
	r[1].kept.ids = 98;
	unpaired(r, PZ_EMISMATCH, others);
	r[1].kept.n = 3;
	unpaired(r, PZ_EMISMATCH, others);
	/* those of --common have the order of the first */
	r[1].options.common = &common;
	r[1].kept.ids = 98;
	assert_int_equal(report_compare(&r[1], &r[0]), 0);
	r[1].kept.n = 3;
	free(r[1].difference);
	r[1].difference = NULL;
	unpaired(r, PZ_EMISMATCH, others);
	release_reports(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_those_of_the_first_stream),
		cmocka_unit_test(many_are_common),
		cmocka_unit_test(all_columns_are_arranged_alike),
		cmocka_unit_test(columns_grow_that_are_asked_for),
		cmocka_unit_test(ids_in_their_order_make_a_hash),
		cmocka_unit_test(intervals_hold_their_ends),
		cmocka_unit_test(errors_of_differences_are_those_of_pairs),
		cmocka_unit_test(scores_are_paired_where_all_have_them),
		cmocka_unit_test(other_galaxies_are_no_pairs),
	};

	return cmocka_run_group_tests_name("kept", tests, in_folder, out_of_folder);
}
