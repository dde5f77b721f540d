/* test_residuals_read.c -- cells of magnitude and estimate by hand, and what residuals takes of
 * headers, of records and of options
 */
#include "../../tools/common/json_number.h"
#include "../../tools/residuals/grouped.h"
#include "in_process.h"

/* ---- cells ---- */

#define GALAXIES 260

static double z[GALAXIES], zphot[GALAXIES], mag[GALAXIES], weight[GALAXIES];
static struct pz_score score[GALAXIES];

/* The i-th galaxy of a row by its estimate stands anywhere in the columns. */
static size_t place(int i)
{
	return (size_t)(i * 77 % GALAXIES);
}

/* 100 galaxies in the row of 15, 60 in that of 16, 100 in that of 17, estimates rising. */
static void make_galaxies(void)
{
	for (int i = 0; i < GALAXIES; i++) {
		size_t g = place(i);

		z[g] = 0.5;
		zphot[g] = 0.001 * i;
		mag[g] = i < 100 ? 15.5 : i < 160 ? 16.5 : 17.5;
		weight[g] = i < 160 ? 1 : i < 180 ? 4 : 1;
		score[i] = (struct pz_score){ .pit = fmod(0.001 + 0.37 * i, 1),
					      .galaxy = (uint32_t)g };
	}
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Cell c must have the galaxies from first to last, all of one weight. */
static void cell_is(const struct report *r, int c, int first, int last)
{
	double pit[GALAXIES], ks = 0, mean = 0;
	int n = last - first;

	for (int i = first; i < last; i++) {
		pit[i - first] = score[i].pit;
		mean += 0.001 * i / n;
	}
	qsort(pit, (size_t)n, sizeof *pit, ascending);
	for (int i = 0; i < n; i++)
		ks = fmax(ks, fmax(pit[i] - (double)i / n, (i + 1.) / n - pit[i]));
	if (r->cell[c].count != (size_t)n || !(fabs(r->cell[c].ks - ks) < 1e-12) ||
	    !(fabs(r->cell_zphot[c] - mean) < 1e-12))
		fail_msg("cell %d: expected %d galaxies, ks %g, mean %g; found %zu, %g, %g", c, n,
			 ks, mean, r->cell[c].count, r->cell[c].ks, r->cell_zphot[c]);
}

static void measure_cells(struct report *r, const double *of_score)
{
	struct pz_scored of = { .n = GALAXIES, .score = score, .weight = of_score };

	*r = (struct report){ .rows = { "r", 15, 1, 2 },
			      .galaxies = { .n = GALAXIES, .z = z, .zphot = zphot, .mag = mag } };
	assert_int_equal(cells_measure(r, &of, &r->scores, &r->scores_error), 0);
	assert_int_equal(r->cells, 15);
}

static void cells_have_equal_numbers(void **state)
{
	struct report r;

	(void)state;
	make_galaxies();
	measure_cells(&r, NULL);
	for (int c = 0; c < 5; c++) {
		cell_is(&r, c, 20 * c, 20 * c + 20);
		cell_is(&r, 10 + c, 160 + 20 * c, 180 + 20 * c);
	}
	/* twelve each are too few */
	for (int c = 5; c < 10; c++) {
		assert_int_equal(r.cell[c].count, 0);
		assert_true(isnan(r.cell_zphot[c]));
	}
	report_release(&r);
	/* a galaxy without PIT is in no cell: 99 make four of 20 and one of 19 */
	score[7].pit = NAN;
	measure_cells(&r, NULL);
	assert_int_equal(r.cell[0].count + r.cell[1].count + r.cell[2].count + r.cell[3].count +
				 r.cell[4].count,
			 80);
	report_release(&r);
}

/* The first 20 of the last row count as 80 others do: of 160, each cell has 32. */
static void cells_have_equal_weights(void **state)
{
	double of_score[GALAXIES];
	struct report r;

	(void)state;
	make_galaxies();
	for (int i = 0; i < GALAXIES; i++)
		of_score[i] = weight[score[i].galaxy];
	measure_cells(&r, of_score);
	/* eight each of weight 4: too few galaxies; then four of these and 16 of weight 1 */
	assert_int_equal(r.cell[10].count, 0);
	assert_int_equal(r.cell[11].count, 0);
	assert_int_equal(r.cell[12].count, 20);
	cell_is(&r, 13, 196, 228);
	cell_is(&r, 14, 228, 260);
	{
		double sum = 0;

		for (int i = 176; i < 196; i++)
			sum += (i < 180 ? 4 : 1) * 0.001 * i;
		assert_true(fabs(r.cell_zphot[12] - sum / 32) < 1e-12);
	}
	report_release(&r);
}

/* ---- headers ---- */

#define HEAD(target, more)                                                                         \
	"{\"pzpipe\": 1, \"kind\": \"predictions\", \"grid\": {\"target\": \"" target              \
	"\", \"min\": 1, \"max\": 5, \"bins\": 4, \"left\": 0, \"right\": 0}, \"rows\": "          \
	"{\"mag\": "                                                                               \
	"\"r\", \"min\": 15, \"width\": 1, \"channels\": 2}" more "}"
#define LIMITS ", \"limits\": {\"divide\": 2, \"outlier\": 0.25, \"fit_from\": 2, \"threshold\": 2}"

static json_t *report;

static double measured(const char *line, const char *path)
{
	run_well(residuals_main, line);
	json_decref(report);
	report = json_load_file("r.json", 0, NULL);
	assert_non_null(report);
	return json_number_at(report, path);
}

static void near(int line, double found, double expected)
{
	if (!(fabs(found - expected) < 1e-7))
		fail_msg("line %d: expected %.9g, found %.9g", line, expected, found);
}

#define NEAR(found, expected) near(__LINE__, found, expected)

#define ONE                                                                                        \
	"{\"id\": 1, \"z\": 2.25, \"mag\": 15, \"w\": 1, \"zphot\": {\"mode\": 2.5}, \"pz\": "     \
	"[0.1, 0.2, 0.3, 0.4]}"
#define TWO                                                                                        \
	"{\"id\": 2, \"z\": 3.5, \"mag\": 15, \"w\": 3, \"zphot\": {\"mode\": 3}, \"pz\": "        \
	"[0.25, 0.25, 0.25, 0.25]}"
#define FAR                                                                                        \
	"{\"id\": 3, \"z\": 7, \"mag\": 15, \"w\": 9, \"zphot\": {\"mode\": 3}, \"pz\": "          \
	"[0.25, 0.25, 0.25, 0.25]}"

/* The reach of the odds is the threshold times 1 + z, of other targets the threshold. */
static void odds_within_the_threshold(void **state)
{
	(void)state;
	stream("z.pz", HEAD("z", LIMITS), ONE, ONE, NULL);
	/* from 1.625 to 3.375 */
	NEAR(measured("residuals -b 0 --json r.json z.pz", "z.odds"),
	     0.1 * 0.375 + 0.2 + 0.3 * 0.375);
	NEAR(measured("residuals -b 0 --outlier 0.1 --json r.json z.pz", "z.odds"), 0.2 * 0.7);
	stream("m.pz", HEAD("mass", LIMITS),
	       "{\"id\": 1, \"mass\": 2.25, \"mag\": 15, \"zphot\": {\"mode\": 2.5}, \"pz\": "
	       "[0.1, 0.2, 0.3, 0.4]}",
	       "{\"id\": 2, \"mass\": 2.75, \"mag\": 15, \"zphot\": {\"mode\": 2.5}, \"pz\": "
	       "[0.1, 0.2, 0.3, 0.4]}",
	       NULL);
	NEAR(measured("residuals -b 0 --json r.json m.pz", "m.odds"), 0.2 * 0.5);
	NEAR(json_number_at(report, "m.mean_residual"), 0);
	NEAR(json_number_at(report, "m.rms"), 0.25);
}

static void limits_of_the_header_or_of_options(void **state)
{
	(void)state;
	NEAR(measured("residuals -b 0 --json r.json z.pz", "z.slope_zspec.from"), 2);
	NEAR(json_number_at(report, "z.outlier_threshold"), 0.25);
	NEAR(measured("residuals -b 0 --fit-from 3 --json r.json z.pz", "z.slope_zspec.from"), 3);
	stream("n.pz", HEAD("z", ""), ONE, TWO, NULL);
	NEAR(measured("residuals -b 0 --outlier 0.5 --json r.json n.pz", "n.slope_zspec.from"), 1);
	NEAR(json_number_at(report, "n.outlier_threshold"), 0.5);
	run_badly(residuals_main, "residuals n.pz", 2,
		  "n.pz: header: expected an outlier threshold, found none: give --outlier");
}

/* PITs of galaxies whose z is in the bins, by weight: (1 + 3)^2/(1 + 9) galaxies are worth. */
static void chances_by_what_galaxies_are_worth(void **state)
{
	double ks;

	(void)state;
	stream("w.pz", HEAD("z", LIMITS), ONE, TWO, FAR, NULL);
	ks = measured("residuals -b 0 --weights w --json r.json w.pz", "w.pit_ks");
	/* PITs 0.15 and 0.625 of weights 1/4 and 3/4: the distance is largest before the second */
	NEAR(ks, 0.375);
	NEAR(json_number_at(report, "w.pit_ks_p"), pz_pit_ks_p(0.375, 1.6));
	ks = measured("residuals -b 0 --json r.json w.pz", "w.pit_ks");
	NEAR(ks, 0.375);
	NEAR(json_number_at(report, "w.pit_ks_p"), pz_pit_ks_p(0.375, 2));
	NEAR(json_number_at(report, "w.without_pz"), 0);
	NEAR(json_number_at(report, "w.outside_pz"), 1);
	/* the mean p(z) by weight, and its error */
	measured("residuals -b 0 --weights w --json r.json w.pz", "w.n");
	NEAR(json_number_at(report, "w.nz_stacked.share.0"), (0.1 + 12 * 0.25) / 13);
	NEAR(json_number_at(report, "w.nz_stacked.share.3"), (0.4 + 12 * 0.25) / 13);
	NEAR(json_number_at(report, "w.nz_stacked.error.3"),
	     sqrt(((0.16 + 12 * 0.0625) / 13 - pow((0.4 + 12 * 0.25) / 13, 2)) * 91 / 169));
}

/* ---- records ---- */

static void strict_about_records(void **state)
{
	static const char bare[] =
		"{\"id\": 7, \"z\": 2.25, \"mag\": 15, \"zphot\": {\"mode\": 2.5}}";

	(void)state;
	stream("s.pz", HEAD("z", LIMITS), bare, ONE, NULL);
	run_badly(residuals_main, "residuals --strict s.pz", 1,
		  "s.pz: record 2 (id 1): pz: expected none, as in the first galaxy, found one");
	stream("s.pz", HEAD("z", LIMITS), ONE, bare, NULL);
	run_badly(residuals_main, "residuals --strict s.pz", 1,
		  "s.pz: record 2 (id 7): pz: expected probabilities, found none");
	stream("s.pz", HEAD("z", LIMITS), ONE,
	       "{\"id\": 8, \"z\": 2.25, \"mag\": 15, \"zphot\": {\"mode\": 2.5}, \"pz\": [0, 0, "
	       "0, 0]}",
	       NULL);
	run_badly(residuals_main, "residuals --strict s.pz", 1,
		  "s.pz: record 2 (id 8): pz: expected probabilities, found zeros or NaN");
	stream("s.pz", HEAD("z", LIMITS), ONE, "{\"id\": 9, \"mag\": 15}", NULL);
	run_badly(residuals_main, "residuals --strict s.pz", 1,
		  "s.pz: record 2 (id 9): z: expected a finite number, found none");
	run_badly(residuals_main, "residuals s.pz", 1,
		  "s: expected at least 2 galaxies with a 'z' and an estimate, found 1");
	stream("s.pz", HEAD("z", LIMITS), ONE, ONE, "{\"id\": 9, \"z\": 2, \"mag\": 15}", NULL);
	run_badly(residuals_main, "residuals --strict s.pz", 1,
		  "s.pz: record 3 (id 9): zphot.mode: expected a finite number, found none");
	run_badly(residuals_main, "residuals --strict --weights x s.pz", 1,
		  "s.pz: record 1 (id 1): x: expected a weight of 1e-100 to 1e+100, found none");
}

static void streams_of_nothing(void **state)
{
	(void)state;
	stream("s.pz", HEAD("z", LIMITS), "{\"id\": 9, \"mag\": 15}", NULL);
	run_badly(residuals_main, "residuals s.pz", 1,
		  "s.pz: expected records with 'z', found none among 1 record");
	stream("s.pz", HEAD("z", LIMITS), "{\"id\": 9, \"z\": 2}", "{\"id\": 8, \"z\": 2}", NULL);
	run_badly(residuals_main, "residuals -e mean s.pz", 1,
		  "s.pz: expected records with an estimate 'zphot.mean', found none among 2 "
		  "records with 'z'");
	run_badly(residuals_main, "residuals --weights z z.pz none.pz", 1, "none.pz");
	stream("c.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\"}", NULL);
	run_badly(residuals_main, "residuals c.pz", 4,
		  "c.pz: expected a stream of predictions, found catalogue");
	stream("g.pz", "{\"pzpipe\": 1, \"kind\": \"predictions\"}", NULL);
	run_badly(residuals_main, "residuals g.pz", 4,
		  "g.pz: header: expected a redshift grid, found none");
}

static void variances_of_another_stream(void **state)
{
	(void)state;
	stream("v.pz", HEAD("z", LIMITS), "{\"id\": 9, \"z\": 2}", NULL);
	run_badly(residuals_main, "residuals --variances v.pz z.pz", 1,
		  "v.pz: expected records with 'z' and zphot.mode, found none");
	stream("v.pz", HEAD("z", LIMITS), "{\"id\": 9}", NULL);
	run_badly(residuals_main, "residuals --variances v.pz z.pz", 1,
		  "v.pz: expected records with 'z', found none");
	stream("v.pz", HEAD("z", LIMITS), ONE, TWO, "{\"id\": 9}", "{\"id\": 8, \"z\": 2}", NULL);
	run_well(residuals_main, "residuals -b 0 --variances v.pz z.pz");
	assert_non_null(strstr(contents("stderr"),
			       "residuals: v.pz: 1 galaxy has no 'z' and was left out\n"
			       "residuals: v.pz: 1 galaxy has no 'zphot.mode' and was left out\n"));
	run_badly(residuals_main, "residuals --variances c.pz z.pz", 4,
		  "expected a stream of predictions, found catalogue");
	/* estimates that only they lack */
	run_badly(residuals_main, "residuals --dispersions 1,2,3 z.pz", 2,
		  "--dispersions: expected 2 numbers, one for each channel of z, found 3");
	run_well(residuals_main, "residuals -b 0 --dispersions 1,2 --json r.json z.pz");
	NEAR(measured("residuals -b 0 --dispersions 1,2 --json r.json z.pz", "z.sigma_disp.1"), 2);
}

/* Files beside the table are written where one of them cannot be. */
static void files_beside_the_table(void **state)
{
	(void)state;
	run_badly(residuals_main, "residuals -q -b 0 --json no/r.json --curves c.tsv z.pz -o t.tsv",
		  1, "residuals: no/r.json: ");
	assert_int_equal(access("c.tsv", F_OK) + access("t.tsv", F_OK), 0);
	run_badly(residuals_main,
		  "residuals -q -b 0 --json q.json --curves no/c.tsv z.pz -o t2.tsv", 1,
		  "residuals: no/c.tsv: ");
	assert_int_equal(access("q.json", F_OK) + access("t2.tsv", F_OK), 0);
	run_well(residuals_main, "residuals -q -b 0 --json - z.pz");
	assert_int_equal(contents("stdout")[0], '{');
	assert_int_not_equal(access("-", F_OK), 0);
	run_badly(residuals_main, "residuals --json - --curves - z.pz", 2,
		  "--json -, --curves - and --gnuplot exclude each other");
	run_badly(residuals_main, "residuals --curves - --gnuplot z.pz", 2, "exclude each other");
	run_badly(residuals_main, "residuals -q -b 0 --gnuplot --steps nobody z.pz", 2,
		  "--steps: expected names of the streams, or all, found 'nobody'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_have_equal_numbers),
		cmocka_unit_test(cells_have_equal_weights),
		cmocka_unit_test(odds_within_the_threshold),
		cmocka_unit_test(limits_of_the_header_or_of_options),
		cmocka_unit_test(chances_by_what_galaxies_are_worth),
		cmocka_unit_test(strict_about_records),
		cmocka_unit_test(streams_of_nothing),
		cmocka_unit_test(variances_of_another_stream),
		cmocka_unit_test(files_beside_the_table),
	};

	return cmocka_run_group_tests_name("reading of residuals", tests, in_folder, out_of_folder);
}
