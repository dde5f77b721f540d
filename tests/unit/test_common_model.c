/* test_common_model.c -- models in streams: where tensors stand in the file, files that are none,
 * and data that do not fit a model, field by field */
#include <math.h>

#include "../../tools/common/model.h"
#include "../../tools/common/tensors.h"
#include "json_map.h"

#define AXES                                                                                       \
	"\"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 1, \"bins\": 5, \"left\": 1, "         \
	"\"right\": 2}, \"rows\": {\"mag\": \"r\", \"min\": 15, \"width\": 1, \"channels\": 3}"
#define STAMPS                                                                                     \
	"{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\", \"r\"], \"size\": 3, \"pixel\":" \
	" \"f4\", \"pixscale\": 0.25, \"psf\": 1.5, \"unit\": \"nmgy\", \"stretch\": \"asinh\", "  \
	"\"soften\": [1, 2], \"labels\": \"channels\", \"features\": [\"a\", \"b\", \"c\"], " AXES \
	"}"
#define FEATURES                                                                                   \
	"{\"pzpipe\": 1, \"kind\": \"catalogue\", \"labels\": \"single\", \"features\": [\"a\", "  \
	"\"b\", \"c\"], " AXES "}"

static void make_model(struct model *m, const char *text, const char *head)
{
	struct pz_header h = header_of(head);

	if (model_new(m, text, &h) < 0)
		fail_msg("%s", pz_error_text());
	pz_header_release(&h);
}

/* ---- what a model reads */

static void models_of_pixels_and_features(void **state)
{
	struct model m;

	(void)state;
	make_model(&m, "flatten\nfeatures\ndense 4 relu\n", STAMPS);
	assert_true(model_uses_pixels(&m) && model_uses_features(&m));
	assert_int_equal(m.labels, LABELS_CHANNELS);
	assert_string_equal(m.header.kind, "model");
	assert_true(m.header.bands == 2 && m.header.features == 3);
	assert_int_equal(pz_net_shape(m.net)->bins, 8);
	assert_int_equal(pz_net_shape(m.net)->channels, 3);
	model_release(&m);
	make_model(&m, "flatten\ndense 4 relu\n", STAMPS);
	assert_true(model_uses_pixels(&m) && !model_uses_features(&m));
	assert_true(m.header.features == 0 && !pz_map_has(m.header.map, "features"));
	model_release(&m);
	make_model(&m, "features\ndense 4 relu\n", STAMPS);
	assert_true(!model_uses_pixels(&m) && model_uses_features(&m));
	assert_true(m.header.bands == 0 && !pz_map_has(m.header.map, "bands"));
	model_release(&m);
	make_model(&m, "features\ndense 4 relu\n", FEATURES);
	assert_int_equal(m.labels, LABELS_SINGLE);
	assert_int_equal(pz_net_shape(m.net)->channels, 0);
	model_release(&m);
	assert_null(m.net);
}

/* ---- data that do not fit */

static void misfit(const struct model *m, const struct pz_header *s, const char *says)
{
	assert_int_equal(model_fits(m, s), PZ_EMISMATCH);
	assert_string_equal(pz_error_text(), says);
}

static void scales_and_psfs_that_do_not_fit(void **state)
{
	struct pz_header h = header_of(STAMPS), s = h;
	struct model m;

	(void)state;
	make_model(&m, "flatten\nfeatures\ndense 4 relu\n", STAMPS);
	assert_int_equal(model_fits(&m, &s), 0);
	s.pixscale = 0.2524;
	s.psf = 1.514;
	assert_int_equal(model_fits(&m, &s), 0);
	s.pixscale = 0.2526;
	misfit(&m, &s, "pixscale: the model expects 0.25 arcsec, the stamps have 0.2526");
	s.pixscale = 0.2474;
	misfit(&m, &s, "pixscale: the model expects 0.25 arcsec, the stamps have 0.2474");
	s.pixscale = 0;
	assert_int_equal(model_fits(&m, &s), 0);
	s.psf = 1.516;
	misfit(&m, &s,
	       "psf: the model expects bands with one of 1.5 arcsec, the stamps have one of 1.516 "
	       "arcsec (cutout --match-psf)");
	s.psf = 0;
	misfit(&m, &s,
	       "psf: the model expects bands with one of 1.5 arcsec, the stamps have those of "
	       "their "
	       "frames (cutout --match-psf)");
	model_release(&m);
	pz_header_release(&h);
}

static void bands_and_stretches_that_do_not_fit(void **state)
{
	struct pz_header h = header_of(STAMPS), s = h;
	struct model m;

	(void)state;
	make_model(&m, "flatten\nfeatures\ndense 4 relu\n", STAMPS);
	s.size = 5;
	misfit(&m, &s, "size: the model expects 3 pixels, the stamps have 5");
	s = h;
	s.bands = 1;
	misfit(&m, &s, "bands: the model expects 'r' as band 2, the stamps have 'no more'");
	s.bands = 3;
	strcpy(s.band[2], "i");
	misfit(&m, &s, "bands: the model expects 'no more' as band 3, the stamps have 'i'");
	s.bands = 2;
	strcpy(s.band[0], "u");
	misfit(&m, &s, "bands: the model expects 'g' as band 1, the stamps have 'u'");
	s = h;
	s.bands = 0;
	misfit(&m, &s, "header: expected the bands and the size of stamps, found none");
	s = h;
	s.size = 0;
	misfit(&m, &s, "header: expected the bands and the size of stamps, found none");
	s = h;
	*s.stretch = 0;
	misfit(&m, &s,
	       "stretch: the model expects 'asinh', the stamps have 'none' (see normalize)");
	s = h;
	s.soften[1] = 2.5;
	misfit(&m, &s,
	       "soften: the model expects 2 in band 'r', the stamps have 2.5 (normalize --like "
	       "MODEL does to stamps what was done to the model's)");
	s.has_soften = false;
	s.divide = 1;
	misfit(&m, &s,
	       "soften: the model expects 2 in band 'r', the stamps have 1 (normalize --like MODEL "
	       "does to stamps what was done to the model's)");
	m.header.has_soften = false;
	m.header.divide = 3;
	misfit(&m, &s,
	       "divide: the model expects 3, the stamps have 1 (normalize --like MODEL does to "
	       "stamps what was done to the model's)");
	*m.header.stretch = 0;
	misfit(&m, &s,
	       "stretch: the model expects 'none', the stamps have 'asinh' (see normalize)");
	model_release(&m);
	pz_header_release(&h);
}

static void features_that_do_not_fit(void **state)
{
	static const struct {
		const char *names, *says;
	} cases[] = {
		{ "\"a\", \"b\"",
		  "features: the model reads 3 of them, of which number 3 is 'c'; the data have 2, "
		  "and '' there" },
		{ "\"a\", \"b\", \"c\", \"d\"",
		  "features: the model reads 3 of them, of which number 4 is ''; the data have 4, "
		  "and 'd' there" },
		{ "\"a\", \"x\", \"c\"",
		  "features: the model reads 3 of them, of which number 2 is 'b'; the data have 3, "
		  "and 'x' there" },
		{ "\"a\", \"b\", \"c\"", NULL },
	};
	struct pz_header s = header_of("{\"pzpipe\": 1, \"kind\": \"catalogue\"}");
	struct model m;

	(void)state;
	make_model(&m, "features\ndense 4 relu\n", FEATURES);
	misfit(&m, &s,
	       "features: the model reads 3, the data have none: fromtable --features makes them "
	       "from columns of a table");
	pz_header_release(&s);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char head[120];

		snprintf(head, sizeof head,
			 "{\"pzpipe\": 1, \"kind\": \"catalogue\", \"features\": [%s]}",
			 cases[i].names);
		s = header_of(head);
		if (cases[i].says)
			misfit(&m, &s, cases[i].says);
		else
			assert_int_equal(model_fits(&m, &s), 0);
		pz_header_release(&s);
	}
	model_release(&m);
}

/* ---- files */

static void write_model(const char *name, struct model *m)
{
	struct pz_writer *out = NULL;
	FILE *to = fopen(name, "wb");

	for (size_t i = 0; i < pz_net_tensors(m->net); i++) {
		const struct pz_tensor *t = pz_net_tensor(m->net, i);

		for (size_t k = 0; k < t->count; k++)
			pz_net_values(m->net)[t->offset + k] = (float)(k % 1000) - 7.5f * (float)i;
	}
	assert_int_equal(pz_writer_open(&out, to, name, &m->header), 0);
	assert_int_equal(model_write(m, out), 0);
	assert_int_equal(pz_writer_close(out), 0);
	fclose(to);
}

/* Numbers stand at multiples of 64 bytes of the file, of tensors of any size. */
static void tensors_stand_at_boundaries(void **state)
{
	struct model m, again;
	const unsigned char *file, *at;
	size_t found = 0, small = 0, large = 0, n;
	FILE *from;

	(void)state;
	make_model(&m, "features\ndense 21 relu\ndense 130 relu\ndense 131 relu\n", FEATURES);
	write_model("m.model", &m);
	from = fopen("m.model", "rb");
	fseek(from, 0, SEEK_END);
	n = (size_t)ftell(from);
	fclose(from);
	file = (const unsigned char *)contents("m.model");
	for (at = file; (at = memmem(at, n - (size_t)(at - file),
				     "\xa4"
				     "data",
				     5));
	     found++) {
		size_t head = at[5] == 0xc4 ? 2 : at[5] == 0xc5 ? 3 : 5;

		small += head == 2;
		large += head == 5;
		at += 5 + head;
		assert_int_equal((at - file) % 64, 0);
	}
	assert_true(found > 7 && small > 2 && large > 0);
	assert_int_equal(model_read(&again, "m.model"), 0);
	assert_int_equal(pz_net_tensors(again.net), found);
	for (size_t i = 0; i < found; i++) {
		const struct pz_tensor *t = pz_net_tensor(m.net, i);

		assert_memory_equal(pz_net_values(m.net) + t->offset,
				    pz_net_values(again.net) + t->offset, 4 * t->count);
	}
	model_release(&again);
	model_release(&m);
}

/* What is done to the first layer's weights in a copy of the model. */
enum edit {
	EDIT_DROP,
	EDIT_TWICE,
	EDIT_NAME,
	EDIT_NO_NAME,
	EDIT_MOMENT,
	EDIT_MOMENTS,
	EDIT_SHAPE,
	EDIT_RANK,
	EDIT_DATA,
	EDIT_NAN,
	EDIT_NONE
};

static void edit_record(pz_map *m, enum edit how)
{
	const void *bytes;
	size_t size;
	float x[64];

	assert_int_equal(pz_map_bytes(m, "data", &bytes, &size), 1);
	assert_true(size <= sizeof x);
	memcpy(x, bytes, size);
	x[3] = NAN;
	if (how == EDIT_NAME)
		pz_map_set_text(m, "name", "other");
	if (how == EDIT_NO_NAME)
		pz_map_drop(m, "name");
	if (how == EDIT_MOMENT || how == EDIT_MOMENTS)
		pz_map_set_integer(m, "moment", how == EDIT_MOMENT ? 3 : 4);
	if (how == EDIT_SHAPE || how == EDIT_RANK)
		pz_map_set_numbers(m, "shape", (double[]){ 4, 4, 1 }, how == EDIT_SHAPE ? 2 : 3, 0);
	if (how == EDIT_DATA || how == EDIT_NAN)
		pz_map_set_bytes(m, "data", x, how == EDIT_NAN ? size : size - 4);
}

static char edited[64]; /* its name */

static int read_edited(enum edit how)
{
	const char *name = "m.model";
	struct pz_reader *in = NULL;
	struct pz_writer *out = NULL;
	FILE *to = fopen("e.model", "wb");
	struct model m;
	int rc;

	assert_int_equal(pz_reader_open(&in, &name, 1, 0), 0);
	assert_int_equal(pz_writer_open(&out, to, "e.model", pz_reader_header(in)), 0);
	while (pz_read(in) > 0) {
		pz_map *r = pz_reader_record(in);
		char tensor[64] = "";
		bool it = pz_map_text(r, "name", tensor, sizeof tensor) > 0 &&
			  !strcmp(tensor, edited);

		if (it && how == EDIT_TWICE)
			assert_int_equal(pz_write(out, r), 0);
		if (it)
			edit_record(r, how);
		if (!it || how != EDIT_DROP)
			assert_int_equal(pz_write(out, r), 0);
	}
	assert_int_equal(pz_writer_close(out), 0);
	fclose(to);
	pz_reader_close(in);
	rc = model_read(&m, "e.model");
	model_release(&m);
	return rc;
}

static void models_that_lack_something(void **state)
{
	static const char *const says[] = {
		"tensor '%s': expected in the file, found no record of it",
		"tensor '%s': expected it once, found it twice",
		"tensor 'other': the network has no such tensor",
		"expected the name of a tensor, found none",
		"tensor '%s': expected in the file, found no record of it",
		"tensor '%s': moment: expected 1 to 3",
		"tensor '%s': shape: expected that of the network (12 values), found "
		"another",
		"tensor '%s': shape: expected that of the network (12 values), found "
		"another",
		"tensor '%s': data: expected 48 bytes, found 44",
		"tensor '%s': value 3: expected a finite number, found nan",
	};
	struct model m;

	(void)state;
	make_model(&m, "features\ndense 4 relu\n", FEATURES);
	write_model("m.model", &m);
	for (size_t i = 0; i < pz_net_tensors(m.net) && !*edited; i++)
		if (pz_net_tensor(m.net, i)->rank == 2)
			strcpy(edited, pz_net_tensor(m.net, i)->name);
	model_release(&m);
	for (int how = EDIT_DROP; how < EDIT_NONE; how++) {
		char text[200] = "e.model: ";

		sprintf(text + strlen(text), says[how], edited);
		if (read_edited((enum edit)how) != PZ_ECORRUPT ||
		    strcmp(pz_error_text(), text) != 0)
			fail_msg("edit %d: '%s', expected '%s'", how, pz_error_text(), text);
	}
	if (read_edited(EDIT_NONE) < 0)
		fail_msg("%s", pz_error_text());
	stream("s.pz", FEATURES, NULL);
	assert_int_equal(model_read(&m, "s.pz"), PZ_EMISMATCH);
	stream("s.pz", "{\"pzpipe\": 1, \"kind\": \"model\"}", NULL);
	FAILS(model_read(&m, "s.pz"), PZ_ECORRUPT,
	      "s.pz: header: net: expected the text of a network, found none");
	assert_int_equal(model_read(&m, "none.model"), PZ_EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(models_of_pixels_and_features),
		cmocka_unit_test(scales_and_psfs_that_do_not_fit),
		cmocka_unit_test(bands_and_stretches_that_do_not_fit),
		cmocka_unit_test(features_that_do_not_fit),
		cmocka_unit_test(tensors_stand_at_boundaries),
		cmocka_unit_test(models_that_lack_something),
	};

	return cmocka_run_group_tests_name("models", tests, in_folder, out_of_folder);
}
