/* test_tools_predict.c -- predict from features: estimates of several models by value, the hidden
 * layer, what is said of magnitudes and of places far from the sample, headers
 */
#include <math.h>

#include "../../tools/predict/ensemble.h"
#include "../../tools/predict/magnitudes.h"
#include "../../tools/predict/reference.h"
#include "in_process.h"

#define GRID                                                                                       \
	"\"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 0.5, \"bins\": 5, \"left\": 1, "       \
	"\"right\": 1}"
#define ROWS     "\"rows\": {\"mag\": \"r\", \"min\": 15.5, \"width\": 0.5, \"channels\": 2}"
#define LIMITS   "\"limits\": {\"divide\": 2, \"outlier\": 0.05, \"fit_from\": 0.1, \"threshold\": 2}"
#define FEATURES "\"features\": [\"a\", \"b\"]"
#define LESSONS                                                                                    \
	"{\"pzpipe\": 1, \"kind\": \"catalogue\", \"survey\": \"sdss\", \"labels\": "              \
	"\"single\", " FEATURES ", " GRID ", " ROWS ", " LIMITS "}"
#define BARE "{\"pzpipe\": 1, \"kind\": \"catalogue\", " FEATURES "}"

#define GALAXIES 70 /* more than a batch */

static struct tool tool = { .called = "predict" };

static void write_galaxies(const char *name, const char *head, int n)
{
	static char text[GALAXIES][160];
	const char *record[GALAXIES];

	for (int i = 0; i < n; i++) {
		snprintf(text[i], sizeof text[i],
			 "{\"id\": %d, \"mag\": %g, \"features\": [%g, %g], \"label\": [[0, %d, "
			 "0]]}",
			 i, 15 + 0.05 * i, 0.1 * (i % 7), 0.2 * (i % 5) - 0.3, i % 5);
		record[i] = text[i];
	}
	stream_of(name, head, record, (size_t)n);
}

static int begin(void **state)
{
	if (in_folder(state) != 0)
		return -1;
	write_text("m.net", "features\ndense 3 tanh\n");
	write_galaxies("l.pz", LESSONS, GALAXIES);
	write_galaxies("b.pz", BARE, GALAXIES);
	run_well(train_main, "train --net m.net -n 20 -b 8 --rate 1e-2 l.pz -o a.model");
	run_well(train_main, "train --net m.net -n 20 -b 8 --rate 1e-2 --seed 2 l.pz -o b.model");
	return 0;
}

static void said(const char *text)
{
	if (strcmp(contents("stderr"), text) != 0)
		fail_msg("expected '%s', found '%s'", text, contents("stderr"));
}

/* ---- magnitudes ---- */

static struct magnitudes counts;
static const struct pz_rows rows = { "r", 15.5, 0.5, 2 }; /* to 17 */

static void count(double mag)
{
	pz_map *record = pz_map_new();

	if (!isnan(mag))
		pz_map_set_number(record, "mag", mag);
	magnitudes_count(&counts, &rows, record);
	pz_map_free(record);
}

static int say_magnitudes(int argc, char **argv)
{
	magnitudes_say(&counts, &tool, &rows, (uint64_t)atoi(argv[argc - 1]));
	return 0;
}

static void magnitudes_beyond_the_rows_are_counted(void **state)
{
	static const double mag[] = { 15.5, 15.499, 16.999, 17, 17.001, 3, 99, NAN, -99, 30 };

	(void)state;
	assert_true(magnitudes_faint_end(&rows) == 17);
	for (size_t i = 0; i < sizeof mag / sizeof *mag; i++)
		count(mag[i]);
	assert_int_equal(counts.brighter, 2);
	assert_int_equal(counts.fainter, 3);
	assert_int_equal(counts.unknown, 3);
	run_well(say_magnitudes, "predict 10");
	said("predict: 3 of 10 galaxies are fainter than the magnitudes of the model's training, r "
	     "= 17: their p(z) are extrapolated\n"
	     "predict: 2 of 10 galaxies are brighter than the magnitudes of the model's training, "
	     "r = 15.5: their p(z) are extrapolated\n"
	     "predict: 3 of 10 galaxies have no magnitude 'mag': it is unknown whether they are "
	     "within the range of the model's training, r = 15.5 to 17\n");
	counts = (struct magnitudes){ .brighter = 1, .fainter = 1, .unknown = 1 };
	run_well(say_magnitudes, "predict 1");
	said("predict: 1 of 1 galaxy is fainter than the magnitudes of the model's training, r = "
	     "17: their p(z) is extrapolated\n"
	     "predict: 1 of 1 galaxy is brighter than the magnitudes of the model's training, r = "
	     "15.5: their p(z) is extrapolated\n"
	     "predict: 1 of 1 galaxy has no magnitude 'mag': it is unknown whether they are within "
	     "the range of the model's training, r = 15.5 to 17\n");
	counts = (struct magnitudes){ 0 };
	run_well(say_magnitudes, "predict 9");
	said("");
}

/* 15 to 18.45: ten are brighter than 15.5, and 30 have 17 or more. */
static void the_input_is_counted(void **state)
{
	(void)state;
	run_well(predict_main, "predict -m a.model b.pz -o out.pz");
	said("predict: 30 of 70 galaxies are fainter than the magnitudes of the model's training, "
	     "r = 17: their p(z) are extrapolated\n"
	     "predict: 10 of 70 galaxies are brighter than the magnitudes of the model's training, "
	     "r = 15.5: their p(z) are extrapolated\n");
}

/* ---- places ---- */

static int say_places(int argc, char **argv)
{
	struct reference d = { .placed = (uint64_t)atoi(argv[1]), .rare = (uint64_t)atoi(argv[2]) };

	(void)argc;
	reference_say(&d, &tool);
	return 0;
}

static void galaxies_that_are_far_are_told(void **state)
{
	(void)state;
	run_well(say_places, "predict 20 3");
	said("predict: 3 of 20 galaxies are farther from the training sample than 99 % of its own "
	     "galaxies are from each other (domain.share below 0.01)\n");
	run_well(say_places, "predict 1 1");
	said("predict: 1 of 1 galaxy is farther from the training sample than 99 % of its own "
	     "galaxies are from each other (domain.share below 0.01)\n");
	run_well(say_places, "predict 5 0");
	said("");
}

/* Of 150 galaxies alike, one that is far has the share 1/151. */
static void a_stranger_is_counted(void **state)
{
	static char text[150][100];
	const char *record[150];

	(void)state;
	for (int i = 0; i < 150; i++) {
		snprintf(text[i], sizeof text[i],
			 "{\"id\": %d, \"mag\": 16, \"features\": [%g, %g]}", 1000 + i,
			 0.001 * (i * 7 % 150), 0.001 * (i * 11 % 150));
		record[i] = text[i];
	}
	stream_of("sample.pz", BARE, record, 150);
	stream("some.pz", BARE, "{\"id\": 1, \"mag\": 16, \"features\": [0.05, 0.05]}",
	       "{\"id\": 2, \"mag\": 16, \"features\": [9, -9]}", NULL);
	run_well(predict_main, "predict -m a.model --domain sample.pz some.pz -o out.pz");
	said("predict: 1 of 2 galaxies are farther from the training sample than 99 % of its own "
	     "galaxies are from each other (domain.share below 0.01)\n");
	assert_true(number("out.pz", 0, "domain.share") > 0.05);
	assert_true(fabs(number("out.pz", 1, "domain.share") - 1 / 151.) < 1e-9);
	assert_non_null(
		strstr(header("out.pz"), "\"domain\":{\"galaxies\":150.0,\"neighbours\":10.0}"));
}

/* A galaxy must be known from those of the sample by its id. */
static void places_need_ids(void **state)
{
	(void)state;
	stream("nobody.pz", BARE, "{\"mag\": 16, \"features\": [0.05, 0.05]}", NULL);
	run_badly(predict_main, "predict -m a.model --domain sample.pz nobody.pz -o no.pz", 1,
		  "id: expected an integer or a text");
	run_badly(predict_main, "predict -m a.model --domain nobody.pz some.pz -o no.pz", 1,
		  "id: expected an integer or a text");
}

/* ---- models ---- */

/* The hidden layer is what the records have as features then, under new names. */
static void the_hidden_layer_has_names(void **state)
{
	double x[3];

	(void)state;
	run_well(predict_main, "predict -q -m a.model --features b.pz -o out.pz");
	assert_non_null(
		strstr(header("out.pz"), "\"features\":[\"hidden0\",\"hidden1\",\"hidden2\"]"));
	assert_int_equal(numbers("out.pz", 69, "features", x, 3), 3);
	for (int k = 0; k < 3; k++)
		assert_true(fabs(x[k]) < 1);
	run_well(predict_main, "predict -q -m a.model b.pz -o out.pz");
	assert_non_null(strstr(header("out.pz"), "\"features\":[\"a\",\"b\"]"));
}

static void two_models_are_averaged_in_every_batch(void **state)
{
	double a[7], b[7], mean[7], harmonic[7];

	(void)state;
	run_well(predict_main, "predict -q -m a.model b.pz -o a.pz");
	run_well(predict_main, "predict -q -m b.model b.pz -o bb.pz");
	run_well(predict_main, "predict -q -m a.model,b.model b.pz -o mean.pz");
	run_well(predict_main, "predict -q -m a.model,b.model --combine harmonic b.pz -o h.pz");
	for (size_t i = 0; i < GALAXIES; i += 23) {
		double sum = 0;

		assert_int_equal(numbers("a.pz", i, "pz", a, 7), 7);
		numbers("bb.pz", i, "pz", b, 7);
		numbers("mean.pz", i, "pz", mean, 7);
		numbers("h.pz", i, "pz", harmonic, 7);
		for (int k = 0; k < 7; k++)
			sum += a[k] * b[k] / (a[k] + b[k]);
		for (int k = 0; k < 7; k++) {
			assert_true(fabs(mean[k] - (a[k] + b[k]) / 2) < 1e-6);
			assert_true(fabs(harmonic[k] - a[k] * b[k] / (a[k] + b[k]) / sum) < 1e-6);
		}
	}
}

/* Of two models by hand: galaxy 0 has bins that both allow, galaxy 1 has none. */
static void means_of_bins_that_exclude_each_other(void **state)
{
	static const float one[] = { 0.5f, 0.25f, 0.25f, 1, 0, 0 };
	static const float two[] = { 0, 0.75f, 0.25f, 0, 0.5f, 0.5f };
	struct ensemble e = { .count = 2, .bins = 3 };
	const float *p;

	(void)state;
	e.p = calloc(3, sizeof *e.p);
	for (int k = 0; k < 2; k++)
		e.pz[k] = calloc(6, sizeof *e.pz[k]);
	memcpy(e.pz[0], one, sizeof one);
	memcpy(e.pz[1], two, sizeof two);
	/* 1/(4 + 4/3) = 3/16 and 1/(4 + 4) = 2/16, of 5/16 in all */
	p = ensemble_pz(&e, 0, ENSEMBLE_HARMONIC);
	assert_true(p[0] == 0 && fabsf(p[1] - 0.6f) < 1e-6f && fabsf(p[2] - 0.4f) < 1e-6f);
	assert_true(e.p[1] == (double)p[1] && e.p[2] == (double)p[2]);
	assert_null(ensemble_pz(&e, 1, ENSEMBLE_HARMONIC));
	assert_int_equal(e.disjoint, 1);
	memcpy(e.pz[0], one, sizeof one);
	p = ensemble_pz(&e, 1, ENSEMBLE_MEAN);
	assert_true(p[0] == 0.5f && p[1] == 0.25f && p[2] == 0.25f && e.p[0] == 0.5);
	assert_int_equal(e.disjoint, 1);
	/* one alone is as it is */
	e.count = 1;
	memcpy(e.pz[0], one, sizeof one);
	p = ensemble_pz(&e, 1, ENSEMBLE_HARMONIC);
	assert_true(p[0] == 1 && p[1] == 0 && e.p[0] == 1);
	for (int k = 0; k < 2; k++)
		free(e.pz[k]);
	free(e.p);
}

#define OTHER(target, left)                                                                        \
	"{\"pzpipe\": 1, \"kind\": \"catalogue\", \"labels\": \"single\", " FEATURES               \
	", \"grid\": {\"target\": \"" target "\", \"min\": 0, \"max\": 0.5, \"bins\": 5, "         \
	"\"left\": " left ", \"right\": 1}, " ROWS "}"

static void models_that_do_not_go_together(void **state)
{
	(void)state;
	write_galaxies("o.pz", OTHER("z", "2"), 20);
	run_well(train_main, "train -q --net m.net -n 2 -b 4 o.pz -o c.model");
	run_badly(predict_main, "predict -m a.model,c.model b.pz -o no.pz", 4,
		  "predict: c.model: grid: expected 'z' in 1+5+1 bins as in the first model, found "
		  "'z' in 2+5+1");
	write_galaxies("o.pz", OTHER("mass", "1"), 20);
	run_well(train_main, "train -q --net m.net -n 2 -b 4 o.pz -o d.model");
	run_badly(predict_main, "predict -m a.model,b.model,d.model b.pz -o no.pz", 4,
		  "predict: d.model: grid: expected 'z' in 1+5+1 bins as in the first model, found "
		  "'mass' in 1+5+1");
	run_badly(predict_main, "predict -m b.pz b.pz -o no.pz", 4, "predict: b.pz: ");
	stream("bare.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\"}", NULL);
	run_badly(predict_main, "predict -m a.model bare.pz -o no.pz", 4,
		  "predict: bare.pz: features: the model reads 2, the data have none");
	run_badly(predict_main, "predict -m a.model --domain bare.pz b.pz -o no.pz", 4,
		  "predict: bare.pz: features: the model reads 2, the data have none");
	run_badly(
		predict_main, "predict -m a.model a.model -o no.pz", 4,
		"predict: a.model: expected a stream of stamps,predictions,catalogue, found model");
	assert_int_not_equal(access("no.pz", F_OK), 0);
}

static void as_many_models_as_there_may_be(void **state)
{
	char line[800] = "predict -q -m ";

	(void)state;
	for (int i = 0; i < ENSEMBLE_MAX; i++)
		strcat(line, i ? ",a.model" : "a.model");
	strcpy(line + strlen(line), " b.pz -o out.pz");
	run_well(predict_main, line);
	strcpy(strstr(line, " b.pz -o"), ",a.model b.pz -o no.pz");
	run_badly(predict_main, line, 2, "--model: expected at most ");
	run_badly(predict_main, "predict -m , b.pz", 2,
		  "--model: expected the name of a file, found none");
	run_badly(predict_main, "predict -m a.model,b.model --features b.pz", 2,
		  "--features: expected one model, found 2");
	run_badly(predict_main, "predict -m a.model,b.model,a.model --domain b.pz b.pz", 2,
		  "--domain: expected one model, found 3");
	run_badly(predict_main, "predict b.pz", 2, "--model is needed");
}

/* ---- headers ---- */

/* Rows, limits and the survey come from the model where the input has none. */
static void headers_are_completed(void **state)
{
	(void)state;
	run_well(predict_main, "predict -q -m a.model b.pz -o out.pz");
	assert_non_null(strstr(header("out.pz"), "\"kind\":\"predictions\""));
	assert_non_null(strstr(contents("header.json"), "\"survey\":\"sdss\""));
	assert_non_null(strstr(contents("header.json"), "\"outlier\":0.05"));
	assert_non_null(strstr(contents("header.json"), "\"width\":0.5"));
	assert_non_null(strstr(contents("header.json"), "\"left\":1,\"right\":1"));
	assert_null(strstr(contents("header.json"), "domain"));
	write_galaxies("own.pz",
		       "{\"pzpipe\": 1, \"kind\": \"catalogue\", \"survey\": \"mine\", " FEATURES
		       ", \"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 9, \"bins\": 3, "
		       "\"left\": 0, \"right\": 0}, \"rows\": {\"mag\": \"i\", \"min\": 1, "
		       "\"width\": 2, \"channels\": 3}, \"limits\": {\"divide\": 2, \"outlier\": "
		       "0.75, \"fit_from\": 0.1, \"threshold\": 2}}",
		       3);
	run_well(predict_main, "predict -q -m a.model own.pz -o out.pz");
	assert_non_null(strstr(header("out.pz"), "\"survey\":\"mine\""));
	assert_non_null(strstr(contents("header.json"), "\"outlier\":0.75"));
	assert_non_null(strstr(contents("header.json"), "\"mag\":\"i\""));
	assert_non_null(strstr(contents("header.json"), "\"max\":0.5,\"bins\":5"));
	/* limits of redshifts do not hold for another target */
	write_galaxies("other.pz",
		       "{\"pzpipe\": 1, \"kind\": \"catalogue\", " FEATURES
		       ", \"grid\": {\"target\": \"mass\", \"min\": 0, \"max\": 9, \"bins\": 3, "
		       "\"left\": 0, \"right\": 0}, \"limits\": {\"divide\": 2, \"outlier\": 0.75, "
		       "\"fit_from\": 0.1, \"threshold\": 2}}",
		       3);
	run_well(predict_main, "predict -q -m a.model other.pz -o out.pz");
	assert_non_null(strstr(header("out.pz"), "\"outlier\":0.05"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(magnitudes_beyond_the_rows_are_counted),
		cmocka_unit_test(the_input_is_counted),
		cmocka_unit_test(galaxies_that_are_far_are_told),
		cmocka_unit_test(a_stranger_is_counted),
		cmocka_unit_test(places_need_ids),
		cmocka_unit_test(the_hidden_layer_has_names),
		cmocka_unit_test(two_models_are_averaged_in_every_batch),
		cmocka_unit_test(means_of_bins_that_exclude_each_other),
		cmocka_unit_test(models_that_do_not_go_together),
		cmocka_unit_test(as_many_models_as_there_may_be),
		cmocka_unit_test(headers_are_completed),
	};

	return cmocka_run_group_tests_name("predict", tests, begin, out_of_folder);
}
