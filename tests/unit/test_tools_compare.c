/* test_tools_compare.c -- what galaxies are compared by: magnitudes, apertures, features, the
 * hidden layer of a network; streams whose galaxies come in another order
 */
#include <math.h>

#include <pz/domain.h>

#include "../../tools/common/scalars.h"
#include "../../tools/knn/colours.h"
#include "in_process.h"

static struct features f;
static struct gauge gauge;
static struct pz_reader *reader;

/* features_init for this stream. */
static int init_for(const char *name, const struct features_options *o)
{
	pz_reader_close(reader);
	reader = NULL;
	assert_int_equal(pz_reader_open(&reader, &name, 1, 0), 0);
	return features_init(&f, o, pz_reader_header(reader));
}

#define INIT(name, ...) init_for(name, &(struct features_options){ __VA_ARGS__ })

static void refused(int line, int rc, int code, const char *says)
{
	if (rc != code || !strstr(pz_error_text(), says))
		fail_msg("line %d: code %d, '%s' should say '%s'", line, rc, pz_error_text(), says);
}

#define REFUSED(rc, code, says) refused(__LINE__, rc, code, says)

/* Measures the next record: 1, or 0 with the name of what is missing. */
static int measure(float *raw, const char **missing)
{
	*missing = "";
	assert_int_equal(pz_read(reader), 1);
	return gauge_measure(&gauge, pz_reader_record(reader), raw, missing);
}

/* ---- magnitudes ---- */

#define CATALOGUE "{\"pzpipe\": 1, \"kind\": \"catalogue\"}"

static void magnitudes_and_their_differences(void **state)
{
	const char *missing;
	float raw[FEATURES_RAW], x[8];

	(void)state;
	stream("m.pz", CATALOGUE,
	       "{\"id\": 1, \"u\": 20, \"g\": 19, \"r\": 18.25, \"size\": 12.5, \"ebv\": 0.5}",
	       "{\"id\": 2, \"u\": 20, \"g\": 51, \"r\": 18, \"size\": 1}",
	       "{\"id\": 3, \"u\": -99, \"g\": 19, \"r\": 18, \"size\": 1}",
	       "{\"id\": 4, \"u\": 20, \"g\": 19, \"r\": 18, \"size\": 2e30}",
	       "{\"id\": 5, \"u\": 20, \"g\": 19, \"r\": 18, \"size\": 1}", NULL);
	assert_int_equal(INIT("m.pz", .target = "z", .magnitudes = "u, g ,r", .also = "size"), 0);
	assert_true(f.bands == 3 && f.apertures == 0 && f.also == 1 && f.reference == 1);
	assert_true(f.raw == 4 && f.dims == 4 && !f.dusty);
	assert_string_equal(f.name[1], "g");
	assert_string_equal(f.name[3], "size");
	assert_int_equal(gauge_init(&gauge, &f, pz_reader_header(reader)), 0);
	assert_int_equal(measure(raw, &missing), 1);
	features_make(&f, raw, x);
	assert_true(x[0] == 19 && x[1] == 1 && x[2] == 0.75f && x[3] == 12.5f);
	assert_int_equal(measure(raw, &missing), 0);
	assert_string_equal(missing, "g");
	assert_int_equal(measure(raw, &missing), 0);
	assert_string_equal(missing, "u");
	assert_int_equal(measure(raw, &missing), 0);
	assert_string_equal(missing, "size");
	/* corrected for dust, as far as it is known */
	assert_int_equal(INIT("m.pz", .target = "z", .magnitudes = "u,g,r", .reference = "r",
			      .extinction = { .count = 3, .value = { 4, 3, 2 } }),
			 0);
	assert_true(f.reference == 2 && f.dusty);
	assert_int_equal(gauge_init(&gauge, &f, pz_reader_header(reader)), 0);
	assert_int_equal(measure(raw, &missing), 1);
	assert_true(raw[0] == 18 && raw[1] == 17.5f && raw[2] == 17.25f);
	for (int i = 0; i < 3; i++)
		measure(raw, &missing);
	assert_int_equal(measure(raw, &missing), 0);
	assert_string_equal(missing, "ebv");
}

static void names_that_cannot_be_compared(void **state)
{
	char many[256] = "m0";

	(void)state;
	REFUSED(INIT("m.pz", .target = "z", .magnitudes = "u,z"), PZ_EUSAGE,
		"--magnitudes: 'z' has a meaning in the stream, the redshift");
	REFUSED(INIT("m.pz", .target = "z", .magnitudes = "u,pz"), PZ_EUSAGE,
		"--magnitudes: 'pz' has a meaning in the stream");
	REFUSED(INIT("m.pz", .magnitudes = "u,g", .also = "mass", .target = "mass"), PZ_EUSAGE,
		"--also: 'mass' is the quantity to be estimated, which cannot be a feature");
	REFUSED(INIT("m.pz", .target = "z", .magnitudes = "u,,g"), PZ_EUSAGE,
		"--magnitudes: expected up to 16 names of at most 63 bytes, found 'u,,g'");
	REFUSED(INIT("m.pz", .target = "z", .magnitudes = "u,g", .apertures = { .count = 1 }),
		PZ_EUSAGE, "--apertures measure stamps: they cannot be used with --magnitudes");
	REFUSED(INIT("m.pz", .target = "z", .magnitudes = "u,g", .reference = "r"), PZ_EUSAGE,
		"--reference: expected one of the bands, found 'r'");
	REFUSED(INIT("m.pz", .target = "z", .magnitudes = "u,g", .reference = ""), PZ_EUSAGE,
		"--reference: expected one of the bands, found ''");
	REFUSED(INIT("m.pz", .target = "z", .magnitudes = "u,g", .extinction = { .count = 1 }),
		PZ_EUSAGE, "--extinction: expected a number for each of 2 bands, found 1");
	REFUSED(INIT("m.pz", .target = "z"), PZ_EMISMATCH,
		"expected stamps or features, found none");
	for (int i = 1; i < FEATURES_BANDS; i++)
		sprintf(many + strlen(many), ",m%d", i);
	assert_int_equal(INIT("m.pz", .target = "z", .magnitudes = many), 0);
	assert_int_equal(f.bands, FEATURES_BANDS);
	strcat(many, ",x");
	REFUSED(INIT("m.pz", .target = "z", .magnitudes = many), PZ_EUSAGE,
		"--magnitudes: expected up to 16");
}

/* ---- features that the stream has ---- */

static void features_of_the_stream(void **state)
{
	const char *missing;
	float raw[FEATURES_RAW], x[8];

	(void)state;
	stream("f.pz", "{\"pzpipe\": 1, \"kind\": \"features\", \"features\": [\"a\", \"b\"]}",
	       "{\"id\": 1, \"features\": [1.5, 2], \"c\": 7}", "{\"id\": 2, \"c\": 7}", NULL);
	stream("other.pz", "{\"pzpipe\": 1, \"kind\": \"features\", \"features\": [\"a\", \"c\"]}",
	       NULL);
	stream("one.pz", "{\"pzpipe\": 1, \"kind\": \"features\", \"features\": [\"a\"]}", NULL);
	assert_int_equal(INIT("f.pz", .target = "z", .also = "c"), 0);
	assert_true(f.given == 2 && f.bands == 0 && f.dims == 3 && f.raw == 3);
	assert_int_equal(gauge_init(&gauge, &f, pz_reader_header(reader)), 0);
	assert_int_equal(measure(raw, &missing), 1);
	features_make(&f, raw, x);
	assert_true(x[0] == 1.5f && x[1] == 2 && x[2] == 7);
	for (int k = 0; k < 2; k++) {
		const char *name = k ? "one.pz" : "other.pz";

		pz_reader_close(reader);
		assert_int_equal(pz_reader_open(&reader, &name, 1, 0), 0);
		REFUSED(gauge_init(&gauge, &f, pz_reader_header(reader)), PZ_EMISMATCH,
			k ? "features: expected 2 as in the training set, found 1"
			  : "feature 2: expected 'b' as in the training set, found 'c'");
	}
	REFUSED(INIT("f.pz", .target = "z", .reference = "a"), PZ_EUSAGE,
		"--apertures, --reference and --extinction need stamps or --magnitudes");
}

/* ---- stamps ---- */

#define SIDE 5
#define STAMPS(more, unit)                                                                         \
	"{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\", \"r\"], \"size\": 5, "           \
	"\"pixel\": \"f4\", \"pixscale\": 0.5, " more "\"unit\": \"" unit "\"}"

/* A stamp whose pixel i of band b is (i + 1)(b + 1). */
static void stamp_text(char *to, const char *more)
{
	to += sprintf(to, "{\"id\": 1, %s\"img\": [", more);
	for (int i = 0; i < 2 * SIDE * SIDE; i++)
		to += sprintf(to, "%s%d", i ? ", " : "",
			      (i % (SIDE * SIDE) + 1) * (i / (SIDE * SIDE) + 1));
	sprintf(to, "]}");
}

static void apertures_on_stamps(void **state)
{
	char whole[1024], bare[1024];
	float raw[FEATURES_RAW], x[8];
	const char *missing;
	double soft, area;

	(void)state;
	stamp_text(whole, "\"ebv\": 0.25, \"cover\": [1, 0.5], ");
	stamp_text(bare, "\"ebv\": 0.25, \"cover\": [1, 0.49], ");
	stream("s.pz", STAMPS("", "nmgy"), whole, bare, NULL);
	/* circles of half a pixel or less, and of two pixels: 1 arcsec */
	assert_int_equal(
		INIT("s.pz", .target = "z", .apertures = { .count = 2, .value = { 0.25, 1 } }), 0);
	assert_true(f.bands == 2 && f.apertures == 2 && f.raw == 4 && f.dims == 3);
	assert_int_equal(gauge_init(&gauge, &f, pz_reader_header(reader)), 0);
	assert_int_equal(measure(raw, &missing), 1);
	/* symmetric about the middle pixel, 13: its value times the area */
	area = pz_aperture_area(gauge.aperture[1]);
	assert_true(fabs(area - 4 * M_PI) < 0.05);
	assert_true(fabs((double)raw[2] - 13 * area) < 1e-4);
	assert_true(fabs((double)raw[3] - 26 * area) < 1e-4);
	assert_true(fabs((double)raw[0] - 13 * pz_aperture_area(gauge.aperture[0])) < 1e-4);
	assert_int_equal(gauge.stamps, 1);
	/* the softening is the noise of a pixel times the root of the area */
	features_learn(&f, &gauge);
	soft = gauge.noise[1] * sqrt(area);
	assert_true(fabs(f.softening[1][1] - soft) < 1e-9 && soft > 1);
	features_make(&f, raw, x);
	assert_true(fabs((double)x[1] + 2.5 / M_LN10 * asinh((double)raw[3] / (2 * soft)) +
			 2.5 * log10(soft)) < 1e-5);
	assert_int_equal(measure(raw, &missing), 0);
	assert_string_equal(missing, "r");
	gauge_release(&gauge);
	/* default apertures fit the stamp; dust dims fluxes */
	assert_int_equal(
		INIT("s.pz", .target = "z", .extinction = { .count = 2, .value = { 4, 2 } }), 0);
	assert_true(f.apertures == 2 && f.radius[0] == 1.25 && f.radius[1] == 1.25);
	assert_int_equal(gauge_init(&gauge, &f, pz_reader_header(reader)), 0);
	assert_int_equal(measure(raw, &missing), 1);
	area = pz_aperture_area(gauge.aperture[0]);
	assert_true(fabs((double)raw[0] / (13 * area) - pow(10, 0.4)) < 1e-5);
	assert_true(fabs((double)raw[3] / (26 * area) - pow(10, 0.2)) < 1e-5);
	gauge_release(&gauge);
	/* a stretch is undone first: what was stored as y was 4 ((y + 1)^2 - 1) */
	stream("t.pz", STAMPS("\"stretch\": \"sqrt\", \"divide\": 4, ", "nmgy"), whole, NULL);
	assert_int_equal(
		INIT("t.pz", .target = "z", .apertures = { .count = 1, .value = { 0.25 } }), 0);
	assert_int_equal(gauge_init(&gauge, &f, pz_reader_header(reader)), 0);
	assert_int_equal(measure(raw, &missing), 1);
	assert_true(fabs((double)raw[0] / (4 * 13 * 15 * pz_aperture_area(gauge.aperture[0])) - 1) <
		    1e-5);
	gauge_release(&gauge);
	/* and each band has the divisor that it was softened with: g 13, r 26 */
	stream("t.pz", STAMPS("\"stretch\": \"none\", \"soften\": [2, 3], ", "nmgy"), whole, NULL);
	assert_int_equal(
		INIT("t.pz", .target = "z", .apertures = { .count = 1, .value = { 0.25 } }), 0);
	assert_int_equal(gauge_init(&gauge, &f, pz_reader_header(reader)), 0);
	assert_int_equal(measure(raw, &missing), 1);
	area = pz_aperture_area(gauge.aperture[0]);
	assert_true(fabs((double)raw[0] / (2 * 13 * area) - 1) < 1e-5);
	assert_true(fabs((double)raw[1] / (3 * 26 * area) - 1) < 1e-5);
	gauge_release(&gauge);
}

static void stamps_of_another_kind(void **state)
{
	static const char *const other[][2] = {
		{ STAMPS("", "adu"), "unit: expected 'nmgy' as in the training set, found 'adu'" },
		{ STAMPS("\"stretch\": \"odd\", ", "nmgy"), "stretch: 'odd' is unknown to this" },
		{ "{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\"], \"size\": 5, "
		  "\"pixel\": \"f4\", \"pixscale\": 0.5, \"unit\": \"nmgy\"}",
		  "stamps: expected 2 bands as in the training set, found 1" },
		{ "{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\", \"i\"], \"size\": 5, "
		  "\"pixel\": \"f4\", \"pixscale\": 0.5, \"unit\": \"nmgy\"}",
		  "band 1: expected 'r' as in the training set, found 'i'" },
		{ "{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\", \"r\"], \"size\": 5, "
		  "\"pixel\": \"f4\", \"unit\": \"nmgy\"}",
		  "pixscale: expected arcsec per pixel, to measure apertures, found none" },
		{ CATALOGUE, "stamps: expected 2 bands as in the training set, found 0" },
	};

	(void)state;
	assert_int_equal(INIT("s.pz", .target = "z", .apertures = { .count = 1, .value = { 1 } }),
			 0);
	for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
		const char *name = "k.pz";

		stream(name, other[i][0], NULL);
		pz_reader_close(reader);
		assert_int_equal(pz_reader_open(&reader, &name, 1, 0), 0);
		REFUSED(gauge_init(&gauge, &f, pz_reader_header(reader)), PZ_EMISMATCH,
			other[i][1]);
		gauge_release(&gauge);
	}
	assert_int_equal(INIT("s.pz", .target = "z", .apertures = { .count = 1, .value = { 9 } }),
			 0);
	REFUSED(gauge_init(&gauge, &f, pz_reader_header(reader)), PZ_EUSAGE,
		"--apertures: 9 arcsec");
	gauge_release(&gauge);
	pz_reader_close(reader);
	reader = NULL;
}

/* ---- the hidden layer ---- */

#define N 30

static void write_lessons(void)
{
	static char text[N][1024];
	const char *record[N];

	for (int i = 0; i < N; i++) {
		char *to = text[i];

		to += sprintf(to, "{\"id\": %d, \"ebv\": 0.01, \"img\": [", i);
		for (int k = 0; k < 32; k++)
			to += sprintf(to, "%s%g", k ? ", " : "",
				      0.3 * (i % 5) + 0.1 * ((i * 37 + k * 11) % 10) - 0.5 +
					      (i == 3 ? 40 : 0));
		sprintf(to, "], \"label\": [[0, %d, 0]]}", i % 5);
		record[i] = text[i];
	}
	stream_of("lessons.pz",
		  "{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\", \"r\"], \"size\": 4, "
		  "\"pixel\": \"f4\", \"stretch\": \"sqrt\", \"divide\": 1, \"labels\": "
		  "\"single\", \"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 0.4, \"bins\": "
		  "5, \"left\": 0, \"right\": 0}, \"rows\": {\"mag\": \"r\", \"min\": 15, "
		  "\"width\": 1, \"channels\": 2}}",
		  record, N);
}

/* What the library says of the features that predict writes. */
static void domains_are_those_of_the_hidden_layer(void **state)
{
	static float hidden[N * 4];
	struct pz_domain_place place[N];
	struct pz_domain *d;
	uint64_t id[N];

	(void)state;
	write_lessons();
	write_text("small.net", "conv 3x3 2 prelu\npool\nflatten\nebv\ndense 4 tanh\n");
	run_well(train_main, "train --net small.net -b 4 -n 20 lessons.pz -o a.model");
	run_well(predict_main, "predict -m a.model --features lessons.pz -o f.pz");
	run_well(predict_main,
		 "predict -m a.model --domain lessons.pz --neighbours 2 lessons.pz -o "
		 "d.pz");
	for (size_t i = 0; i < N; i++) {
		pz_map *record = pz_map_new();
		double x[4];

		assert_int_equal(numbers("f.pz", i, "features", x, 4), 4);
		for (int k = 0; k < 4; k++)
			hidden[4 * i + (size_t)k] = (float)x[k];
		pz_map_set_integer(record, "id", (int64_t)i);
		assert_int_equal(record_hash(record, 0, &id[i]), 0);
		pz_map_free(record);
	}
	assert_int_equal(pz_domain_new(&d, N, 4, hidden, id, 2), 0);
	assert_int_equal(pz_domain_run(d, N, hidden, id, place), 0);
	pz_domain_free(d);
	for (size_t i = 0; i < N; i++) {
		assert_true(fabs(number("d.pz", i, "domain.distance") - place[i].distance) < 1e-5);
		assert_true(fabs(number("d.pz", i, "domain.share") - place[i].share) < 1e-9);
	}
	assert_non_null(
		strstr(header("d.pz"), "\"domain\":{\"galaxies\":30.0,\"neighbours\":2.0}"));
	run_badly(predict_main, "predict -m a.model --domain lessons.pz --neighbours 30 lessons.pz",
		  1, "--domain: lessons.pz: ");
	run_badly(predict_main, "predict -m a.model --domain none.pz lessons.pz", 1, "none.pz");
	run_badly(predict_main, "predict -m a.model --domain m.pz lessons.pz", 4, "m.pz");
	run_badly(predict_main, "predict -m a.model,a.model --domain lessons.pz lessons.pz", 2,
		  "one model");
}

/* ---- another order ---- */

#define MANY 200

/* The other stream has its galaxies the other way round: all wait until they are asked for. */
static void partners_in_another_order(void **state)
{
	static char text[2][MANY][200];
	const char *record[2][MANY];
	double p[4];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		sprintf(text[0][i], "{\"id\": %d, \"pz\": [%.9g, %.9g, 0, 0]}", i, i / 256.,
			1 - i / 256.);
		sprintf(text[1][i], "{\"id\": %d, \"pz\": [0, 0, %.9g, %.9g]}", MANY - 1 - i,
			(MANY - 1 - i) / 512., 1 - (MANY - 1 - i) / 512.);
		record[0][i] = text[0][i];
		record[1][i] = text[1][i];
	}
	for (int k = 0; k < 2; k++)
		stream_of(
			k ? "back.pz" : "forth.pz",
			"{\"pzpipe\": 1, \"kind\": \"predictions\", \"grid\": {\"target\": \"z\", "
			"\"min\": 0, \"max\": 0.4, \"bins\": 4, \"left\": 0, \"right\": 0}, "
			"\"rows\": {\"mag\": \"r\", \"min\": 15, \"width\": 1, \"channels\": 2}}",
			record[k], MANY);
	run_well(average_main, "average --with back.pz forth.pz -o mean.pz");
	for (size_t i = 0; i < MANY; i += 33) {
		assert_int_equal(numbers("mean.pz", i, "pz", p, 4), 4);
		assert_true(fabs(p[0] - (double)i / 512) < 1e-7);
		assert_true(fabs(p[2] - (double)i / 1024) < 1e-7);
		assert_true(number("mean.pz", i, "id") == (double)i);
	}
}

/* ---- presets, as they are printed ---- */

static void presets_are_printed_line_by_line(void **state)
{
	(void)state;
	write_text("mine.json",
		   "{\"survey\": \"mine\", \"about\": \"a sky\", \"grid\": {\"target\": \"z\", "
		   "\"min\": 0, \"max\": 0.8, \"bins\": 100}, \"rows\": {\"mag\": \"r\", \"min\": "
		   "17, \"width\": 0.5, \"channels\": 4}, \"limits\": {\"divide\": 1, \"outlier\": "
		   "0.05, \"fit_from\": 0.15, \"threshold\": 20}}");
	run_well(inspect_main, "inspect --surveys mine.json");
	assert_string_equal(contents("stdout"),
			    "mine.json\n"
			    "  what        a sky\n"
			    "  grid        z from 0 to 0.8, 100 bins\n"
			    "  rows        r from 17, 7 of 0.5 mag\n"
			    "  limits      divide 1, outlier 0.05, fit_from 0.15, threshold 20\n");
	run_badly(inspect_main, "inspect --surveys nowhere", 2, "survey");
	run_well(inspect_main, "inspect --surveys hsc");
	assert_string_equal(
		contents("stdout"),
		"hsc\n"
		"  what        HSC-SSP PDR3: coadded patches with image, mask and variance\n"
		"  files       calexp-%b-*.fits%z\n"
		"  bands       g,r,i,z,y\n"
		"  in files    HSC-G,HSC-R,HSC-I,HSC-Z,HSC-Y\n"
		"  pixel       0.168 arcsec\n"
		"  HDU         IMAGE|1\n"
		"  zero point  FLUXMAG0\n"
		"  masks       in the files of the frames, HDU MASK|2, bad: BAD,SAT,NO_DATA\n"
		"  grid        z from 0 to 4, 400 bins\n"
		"  rows        i from 18, 15 of 0.5 mag\n"
		"  limits      divide 1, outlier 0.15, fit_from 0, threshold 100\n"
		"  extinction  g 3.24, r 2.276, i 1.633, z 1.263, y 1.075\n");
	run_well(inspect_main, "inspect --surveys unions");
	assert_non_null(strstr(contents("stdout"),
			       "  masks       names with '.%b.weight.fits' in place of "
			       "'.%b.fits', bad: weights of 0\n"));
	run_well(inspect_main, "inspect --surveys legacy");
	assert_non_null(
		strstr(contents("stdout"), "\n  extinction  g 3.214, r 2.165, i 1.592, z 1.211\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(magnitudes_and_their_differences),
		cmocka_unit_test(names_that_cannot_be_compared),
		cmocka_unit_test(features_of_the_stream),
		cmocka_unit_test(apertures_on_stamps),
		cmocka_unit_test(stamps_of_another_kind),
		cmocka_unit_test(domains_are_those_of_the_hidden_layer),
		cmocka_unit_test(partners_in_another_order),
		cmocka_unit_test(presets_are_printed_line_by_line),
	};

	return cmocka_run_group_tests_name("comparisons", tests, in_folder, out_of_folder);
}
