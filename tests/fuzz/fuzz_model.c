/* fuzz_model.c -- models, checkpoints, and labelled stamps as train reads them */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../tools/train/checkpoint.h"
#include "../../tools/train/dataset.h"
#include "fuzz.h"

static const char net_text[] = "conv 3x3 2 prelu\npool\nmean\nebv\ndense 3 relu\n";
static const struct pz_schedule plan = {
	.iterations = 9, .batch = 4, .rate = 1e-3, .factor = 5, .drop = { 0.5 }, .drops = 1
};
static const struct run_id id = { .seed = 1, .batch = 4, .roles = PZ_ROLES_ALL, .plan = &plan };

/* Two bands of 4 pixels squared, 4 bins, 2 channels. */
static void make_header(struct pz_header *h)
{
	struct pz_survey survey;

	if (pz_header_init(h, "stamps") < 0 || pz_survey_find(&survey, "sdss") < 0)
		abort();
	survey.grid.bins = 4;
	survey.rows.channels = 2;
	pz_header_set_survey(h, &survey);
	h->bands = 2;
	strcpy(h->band[0], "g");
	strcpy(h->band[1], "r");
	h->size = 4;
	labels_set_kind(h, LABELS_CHANNELS);
}

static void make_model(struct model *m)
{
	struct pz_header h;

	make_header(&h);
	if (model_new(m, net_text, &h) < 0)
		abort();
	pz_net_init(m->net, 1);
	pz_header_release(&h);
}

static void read_model(const char *path)
{
	struct model m;

	model_read(&m, path);
	model_release(&m);
	model_read(&m, path);
	model_release(&m);
}

static void read_checkpoint(const char *path, struct model *m)
{
	struct pz_train t;

	if (pz_train_init(&t, m->net, PZ_ROLES_ALL) < 0)
		abort();
	checkpoint_read(path, m, &t, &id);
	pz_train_release(&t);
}

static void read_stamps(const char *path, const struct model *m)
{
	struct dataset d = { 0 };
	struct pz_reader *in;
	float x[2 * 4 * 4];

	if (pz_reader_open(&in, &path, 1, PZ_READ_KEEP) < 0)
		return;
	if (dataset_read(&d, in, m) == 0)
		d.examples.fetch(&d, d.examples.count - 1, x);
	dataset_release(&d);
	pz_reader_close(in);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const char *path = fuzz_mended_file(bytes, size);
	struct model m;

	make_model(&m);
	read_model(path);
	read_checkpoint(path, &m);
	read_stamps(path, &m);
	model_release(&m);
	return 0;
}

static uint8_t *checkpoint_bytes(size_t *size)
{
	struct pz_train t;
	struct model m;
	uint8_t *bytes;
	FILE *from;

	make_model(&m);
	if (pz_train_init(&t, m.net, PZ_ROLES_ALL) < 0 || !(from = tmpfile()))
		abort();
	if (checkpoint_write_to(from, "seed", &m, &t, &id) < 0)
		abort();
	*size = (size_t)ftell(from);
	rewind(from);
	bytes = malloc(*size);
	if (!bytes || fread(bytes, 1, *size, from) != *size)
		abort();
	fclose(from);
	pz_train_release(&t);
	model_release(&m);
	return bytes;
}

static uint8_t *stamps_bytes(size_t *size)
{
	const struct pz_label label[2] = { { 0, 1, 0 }, { 1, 1.5, 0.5 } };
	const float img[2 * 4 * 4] = { 1, 2, 3 };
	struct pz_writer *w;
	struct pz_header h;
	char *bytes = NULL;
	FILE *to = open_memstream(&bytes, size);
	pz_map *m = pz_map_new();

	make_header(&h);
	if (!to || pz_writer_open(&w, to, "seed", &h) < 0)
		abort();
	for (int i = 1; i <= 2; i++) {
		pz_map_clear(m);
		pz_map_set_integer(m, "id", i);
		pz_map_set_number(m, "ebv", 0.02);
		pz_map_set_bytes(m, "img", img, sizeof img);
		labels_put(m, label, i);
		if (pz_write(w, m) < 0)
			abort();
	}
	pz_writer_close(w);
	pz_map_free(m);
	pz_header_release(&h);
	fclose(to);
	return (uint8_t *)bytes;
}

/* Seeds: a checkpoint, which is a model too; labelled stamps. */
uint8_t *fuzz_seed(int i, size_t *size)
{
	return i == 0 ? checkpoint_bytes(size) : i == 1 ? stamps_bytes(size) : NULL;
}
