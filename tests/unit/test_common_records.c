/* test_common_records.c -- what tools read out of records: pixels, E(B-V), features, labels, p(z),
 * numbers of galaxies */
#include <math.h>

#include "../../tools/common/labels.h"
#include "../../tools/common/record_pdf.h"
#include "../../tools/common/scalars.h"
#include "../../tools/common/stamp.h"
#include "json_map.h"

/* Two bands, three pixels on a side: no two of the three numbers are equal with features. */
#define STAMPS                                                                                     \
	"{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\", \"r\"], \"size\": 3, \"pixel\":" \
	" \"f4\", \"pixscale\": 0.25, \"psf\": 1.5, \"unit\": \"nmgy\", \"stretch\": \"asinh\", "  \
	"\"soften\": [1, 2], \"divide\": 4, \"features\": [\"a\", \"b\", \"c\"]}"

/* ---- stamps ---- */

static void pixels_of_a_stamp(void **state)
{
	struct pz_header h = header_of(STAMPS);
	pz_map *r = pz_map_new();
	float x[18], y[18];

	(void)state;
	assert_int_equal(stamp_pixels(&h), 18);
	FAILS(stamp_load(r, &h, y), PZ_EDATA, "img: expected the pixels of a stamp, found none");
	for (int i = 0; i < 18; i++)
		x[i] = (float)i - 4.5f;
	pz_map_set_bytes(r, "img", x, sizeof x);
	assert_int_equal(stamp_load(r, &h, y), 0);
	assert_memory_equal(x, y, sizeof x);
	pz_map_set_bytes(r, "img", x, sizeof x - 1);
	FAILS(stamp_load(r, &h, y), PZ_EDATA, "img: expected 72 bytes, found 71");
	FAILS(stamp_check_size(&h, 73), PZ_EDATA, "img: expected 72 bytes, found 73");
	assert_int_equal(stamp_check_size(&h, 72), 0);
	/* band 1, column 2, row 1 */
	x[9 + 5] = INFINITY;
	x[17] = NAN;
	pz_map_set_bytes(r, "img", x, sizeof x);
	FAILS(stamp_load(r, &h, y), PZ_EDATA,
	      "img: band r, pixel (2, 1): expected a number, found inf");
	x[1] = NAN;
	FAILS(stamp_decode(x, &h, y), PZ_EDATA,
	      "img: band g, pixel (1, 0): expected a number, found nan");
	pz_map_set_text(r, "img", "no pixels");
	assert_int_equal(stamp_load(r, &h, y), PZ_ECORRUPT);
	pz_map_free(r);
	pz_header_release(&h);
}

static void reddening_of_a_record(void **state)
{
	static const char needs[] = "ebv: expected E(B-V), which the network uses, found ";
	pz_map *r = pz_map_new();
	char says[160];
	float ebv = 7;

	(void)state;
	assert_int_equal(stamp_ebv(r, false, &ebv), 0);
	assert_true(ebv == 0);
	snprintf(says, sizeof says, "%snone: cutout --columns ebv=NAME takes it from the catalogue",
		 needs);
	FAILS(stamp_ebv(r, true, &ebv), PZ_EDATA, says);
	pz_map_set_number(r, "ebv", -99);
	assert_int_equal(stamp_ebv(r, false, &ebv), 0);
	assert_true(ebv == 0);
	snprintf(says, sizeof says, "%s-99, which stands for no value", needs);
	FAILS(stamp_ebv(r, true, &ebv), PZ_EDATA, says);
	pz_map_set_number(r, "ebv", 0.125);
	assert_int_equal(stamp_ebv(r, true, &ebv), 0);
	assert_true(ebv == 0.125f);
	ebv = 7;
	assert_int_equal(stamp_ebv(r, false, &ebv), 0);
	assert_true(ebv == 0.125f);
	pz_map_free(r);
}

static void features_of_a_record(void **state)
{
	struct pz_header h = header_of(STAMPS);
	pz_map *r = pz_map_new();
	float x[3] = { 1, NAN, NAN }, y[3];

	(void)state;
	FAILS(stamp_features(r, &h, y), PZ_EDATA, "features: expected 3 numbers, found none");
	pz_map_set_bytes(r, "features", x, sizeof x - 4);
	FAILS(stamp_features(r, &h, y), PZ_EDATA, "features: expected 12 bytes, found 8");
	pz_map_set_bytes(r, "features", x, sizeof x);
	assert_int_equal(stamp_features(r, &h, y), 2);
	assert_true(y[0] == 1 && isnan(y[1]) && isnan(y[2]));
	x[1] = 5;
	x[2] = -INFINITY;
	pz_map_set_bytes(r, "features", x, sizeof x);
	FAILS(stamp_features(r, &h, y), PZ_EDATA,
	      "features: 'c': expected a number or NaN, found -inf");
	x[2] = 6;
	pz_map_set_bytes(r, "features", x, sizeof x);
	assert_int_equal(stamp_features(r, &h, y), 0);
	pz_map_set_text(r, "features", "none");
	assert_int_equal(stamp_features(r, &h, y), PZ_ECORRUPT);
	pz_map_free(r);
	pz_header_release(&h);
}

/* Grid, features and all else stay. */
static void a_header_without_its_pixels(void **state)
{
	struct pz_header h = header_of(STAMPS);

	(void)state;
	stamp_drop_header(&h);
	assert_string_equal(json_of(h.map), "{\"pzpipe\":1,\"kind\":\"stamps\","
					    "\"features\":[\"a\",\"b\",\"c\"]}");
	assert_int_equal(h.bands, 0);
	assert_int_equal(h.size, 0);
	assert_true(h.pixscale == 0 && h.psf == 0 && !*h.unit && !*h.stretch && !h.has_soften);
	pz_header_release(&h);
}

/* ---- labels ---- */

#define AXES                                                                                       \
	"\"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 1, \"bins\": 5, \"left\": 0, "         \
	"\"right\": 0}, \"rows\": {\"mag\": \"r\", \"min\": 15, \"width\": 1, \"channels\": 3}"

static int label_kind(const char *json, enum labels_kind *kind)
{
	struct pz_header h = header_of(json);
	int rc = labels_kind(&h, kind);

	pz_header_release(&h);
	return rc;
}

static void kinds_of_labels(void **state)
{
	enum labels_kind kind;
	struct pz_header h = header_of("{\"pzpipe\": 1, \"kind\": \"stamps\"}");

	(void)state;
	FAILS(labels_kind(&h, &kind), PZ_EMISMATCH,
	      "header: expected labels, found none: softlabel makes them");
	labels_set_kind(&h, LABELS_CHANNELS);
	FAILS(labels_kind(&h, &kind), PZ_EMISMATCH,
	      "header: expected a grid for the labels, found none");
	h.has_grid = true;
	FAILS(labels_kind(&h, &kind), PZ_EMISMATCH,
	      "header: expected a set of magnitude rows for the labels, found none");
	h.has_rows = true;
	assert_int_equal(labels_kind(&h, &kind), 0);
	assert_int_equal(kind, LABELS_CHANNELS);
	labels_set_kind(&h, LABELS_SINGLE);
	assert_int_equal(labels_kind(&h, &kind), 0);
	assert_int_equal(kind, LABELS_SINGLE);
	pz_header_release(&h);
	FAILS(label_kind("{\"pzpipe\": 1, \"kind\": \"s\", \"labels\": \"other\", " AXES "}",
			 &kind),
	      PZ_ECORRUPT, "header: labels: expected single or channels, found another value");
	FAILS(label_kind("{\"pzpipe\": 1, \"kind\": \"s\", \"labels\": 4, " AXES "}", &kind),
	      PZ_ECORRUPT, "header: labels: expected single or channels, found another value");
	assert_string_equal(labels_kind_name(LABELS_SINGLE), "single");
	assert_string_equal(labels_kind_name(LABELS_CHANNELS), "channels");
}

/* The number of labels, or the code. */
static int label_count(const char *record, enum labels_kind kind, struct pz_label *label)
{
	struct pz_header h = header_of("{\"pzpipe\": 1, \"kind\": \"stamps\", " AXES "}");
	pz_map *r = map_of(record);
	int n = labels_get(r, &h, kind, label);

	pz_map_free(r);
	pz_header_release(&h);
	return n;
}

static void labels_within_their_limits(void **state)
{
	struct pz_label label[LABELS_MAX];
	pz_map *r = pz_map_new();

	(void)state;
	assert_int_equal(
		label_count("{\"label\": [[2, 0.5, 0.25], [1, 3, 4]]}", LABELS_CHANNELS, label), 2);
	assert_true(label[0].channel == 2 && label[0].centre == 0.5 && label[0].width == 0.25);
	assert_true(label[1].channel == 1 && label[1].centre == 3 && label[1].width == 4);
	labels_put(r, label, 2);
	assert_string_equal(json_of(r), "{\"label\":[[2.0,0.5,0.25],[1.0,3.0,4.0]]}");
	labels_put(r, label, 1);
	assert_string_equal(json_of(r), "{\"label\":[[2.0,0.5,0.25]]}");
	pz_map_free(r);
	/* five bins, as many on both sides */
	assert_int_equal(label_count("{\"label\": [[0, -5, 0]]}", LABELS_SINGLE, label), 1);
	assert_int_equal(label_count("{\"label\": [[0, 10, 0]]}", LABELS_SINGLE, label), 1);
	assert_true(label[0].channel == 0 && label[0].centre == 10 && label[0].width == 0);
}

static void labels_that_are_none(void **state)
{
	static const struct {
		const char *record, *says;
		enum labels_kind kind;
	} cases[] = {
		{ "{}", "label: expected a label, found none", LABELS_SINGLE },
		{ "{\"label\": \"x\"}", "label: expected 1 to 1 of [channel, centre, width]",
		  LABELS_SINGLE },
		{ "{\"label\": [[0, 1, 0], [1, 1, 0]]}",
		  "label: expected 1 to 1 of [channel, centre, width]", LABELS_SINGLE },
		{ "{\"label\": [[0, 1, 0], [1, 1, 0], [2, 1, 0]]}",
		  "label: expected 1 to 2 of [channel, centre, width]", LABELS_CHANNELS },
		{ "{\"label\": [0, 1]}", "label: expected 1 to 2 of [channel, centre, width]",
		  LABELS_CHANNELS },
		{ "{\"label\": [[1, 1, 0]]}", "label: channel: expected 0 to 0, found 1",
		  LABELS_SINGLE },
		{ "{\"label\": [[3, 1, 0]]}", "label: channel: expected 0 to 2, found 3",
		  LABELS_CHANNELS },
		{ "{\"label\": [[-1, 1, 0]]}", "label: channel: expected 0 to 2, found -1",
		  LABELS_CHANNELS },
		{ "{\"label\": [[0.5, 1, 0]]}", "label: channel: expected 0 to 2, found 0.5",
		  LABELS_CHANNELS },
		{ "{\"label\": [[0, -5.5, 0]]}",
		  "label: centre: expected -5 to 10 bins, found -5.5", LABELS_SINGLE },
		{ "{\"label\": [[0, 10.5, 0]]}",
		  "label: centre: expected -5 to 10 bins, found 10.5", LABELS_SINGLE },
		{ "{\"label\": [[0, 1, -0.5]]}",
		  "label: width: expected at least 0 bins, found -0.5", LABELS_SINGLE },
		{ "{\"label\": [[2, 1, 0], [2, 3, 0]]}",
		  "label: expected different channels, found channel 2 twice", LABELS_CHANNELS },
	};
	const double infinite[] = { 0, 1, INFINITY };
	struct pz_header h = header_of("{\"pzpipe\": 1, \"kind\": \"stamps\", " AXES "}");
	struct pz_label label[LABELS_MAX];
	pz_map *r = pz_map_new();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		FAILS(label_count(cases[i].record, cases[i].kind, label), PZ_EDATA, cases[i].says);
	pz_map_set_numbers(r, "label", infinite, 3, 3);
	FAILS(labels_get(r, &h, LABELS_SINGLE, label), PZ_EDATA,
	      "label: width: expected at least 0 bins, found inf");
	pz_map_free(r);
	pz_header_release(&h);
}

/* ---- p(z) ---- */

static void pz_of_a_record(void **state)
{
	const struct pz_grid grid = { "z", 0, 0.4, 2, 1, 2 };
	const float f4[] = { 0, 0.25f, 0.5f, 0.125f, 0.125f }, none[5] = { 0 };
	struct pdf d;
	pz_map *r = pz_map_new();

	(void)state;
	assert_int_equal(pdf_init(&d, &grid), 0);
	assert_int_equal(d.bins, 5);
	assert_int_equal(pdf_load(&d, r), 0);
	pz_map_set_bytes(r, "pz", f4, sizeof f4);
	assert_int_equal(pdf_load(&d, r), 1);
	for (int i = 0; i < 5; i++)
		assert_true(d.p[i] == (double)f4[i]);
	pz_map_set_bytes(r, "pz", f4, sizeof f4 - 4);
	FAILS(pdf_load(&d, r), PZ_EDATA, "pz: expected 20 bytes (5 bins), found 16");
	pz_map_set_bytes(r, "pz", none, sizeof none);
	assert_int_equal(pdf_load(&d, r), 0);
	pz_map_set_number(r, "pz", 1);
	FAILS(pdf_load(&d, r), PZ_EDATA, "pz: expected bytes, found another value");
	pz_map_set_bytes(r, "pz", (float[]){ 1, 1, 0, 0, 0 }, sizeof f4);
	assert_int_equal(pdf_load(&d, r), PZ_EDATA);
	for (int i = 0; i < 5; i++)
		d.p[i] = 0.0625 * i;
	pdf_store(&d, r);
	assert_int_equal(pdf_load(&d, r), PZ_EDATA);
	assert_true(d.p[4] == 0.25 && d.p[1] == 0.0625);
	pdf_release(&d);
	assert_null(d.p);
	assert_null(d.f4);
	pz_map_free(r);
}

/* Bins of 0.2 from -0.2 on: the mode is the middle of the third, the median within it. */
static void estimates_of_a_pz(void **state)
{
	const struct pz_grid grid = { "z", 0, 0.4, 2, 1, 2 };
	const double p[] = { 0, 0.25, 0.5, 0.125, 0.125 };
	pz_map *r = pz_map_new();

	(void)state;
	pdf_put_estimates(&grid, p, r);
	assert_true(fabs(pz_map_number(r, "zphot.mode", NAN) - 0.3) < 1e-12);
	assert_true(fabs(pz_map_number(r, "zphot.mean", NAN) -
			 (0.25 * 0.1 + 0.5 * 0.3 + 0.125 * 0.5 + 0.125 * 0.7)) < 1e-12);
	assert_true(fabs(pz_map_number(r, "zphot.median", NAN) - 0.3) < 1e-12);
	pz_map_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pixels_of_a_stamp),
		cmocka_unit_test(reddening_of_a_record),
		cmocka_unit_test(features_of_a_record),
		cmocka_unit_test(a_header_without_its_pixels),
		cmocka_unit_test(kinds_of_labels),
		cmocka_unit_test(labels_within_their_limits),
		cmocka_unit_test(labels_that_are_none),
		cmocka_unit_test(pz_of_a_record),
		cmocka_unit_test(estimates_of_a_pz),
	};

	return cmocka_run_group_tests_name("records", tests, in_folder, out_of_folder);
}
