/* predict.c -- prints the id and the photometric redshift (mode of p(z)) of every stamp
 *
 *      predict model normalised.pz
 *
 * The stamps must be normalised as those that the model was trained on. The exit status is that of
 * the tools of pzpipe: 0 done, 1 data or machine, 3 cut short or corrupt, 4 does not fit together.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/pz.h>

/* The network of a model: its text stands in the header, each of its tensors in a record. */
static int read_model(struct pz_reader *model, struct pz_net **net)
{
	static char text[PZ_NET_TEXT_MAX];
	const struct pz_header *h = pz_reader_header(model);
	struct pz_net_shape shape = { .bands = h->bands,
				      .size = h->size,
				      .bins = pz_grid_total(&h->grid) };
	int rc = pz_header_need_kind(h, "model");

	if (rc == 0 && pz_map_text(h->map, "labels", text, sizeof text) > 0)
		shape.channels = strcmp(text, "channels") ? 0 : h->rows.channels;
	if (rc == 0 && pz_map_text(h->map, "net", text, sizeof text) <= 0)
		rc = pz_fail(PZ_ECORRUPT, "the model has no network");
	if (rc == 0)
		rc = pz_net_new(net, text, &shape);
	while (rc == 0 && (rc = pz_read(model)) > 0) {
		const pz_map *record = pz_reader_record(model);
		const struct pz_tensor *t;
		const void *bytes;
		size_t size;

		rc = 0;
		if (pz_map_text(record, "name", text, sizeof text) <= 0 ||
		    pz_map_bytes(record, "data", &bytes, &size) <= 0 ||
		    !(t = pz_net_find(*net, text)) || size != 4 * t->count)
			rc = pz_fail(PZ_ECORRUPT,
				     "a tensor of the model is not one of its network");
		else
			pz_pixels_load(pz_net_values(*net) + t->offset, bytes, t->count, PZ_F4);
	}
	return rc;
}

static int predict(struct pz_reader *stamps, const struct pz_net *net, const struct pz_grid *grid)
{
	const struct pz_header *h = pz_reader_header(stamps);
	const struct pz_net_shape *shape = pz_net_shape(net);
	size_t pixels = (size_t)shape->bands * (size_t)shape->size * (size_t)shape->size, size;
	size_t outputs = pz_net_outputs(net), bins = (size_t)shape->bins;
	float *x = malloc((pixels + pz_net_hidden(net) + outputs + bins) * sizeof *x);
	float *logits = x + pixels, *pz = logits + outputs, *features = pz + bins;
	struct pz_work *work = NULL;
	int rc = x ? pz_work_new(&work, net, 1, false) : pz_fail(PZ_ENOMEM, "no memory");

	if (rc == 0 && (h->bands != shape->bands || h->size != shape->size))
		rc = pz_fail(PZ_EMISMATCH, "the model was made for stamps of another shape");
	while (rc == 0 && (rc = pz_read(stamps)) > 0) {
		const pz_map *record = pz_reader_record(stamps);
		float ebv = (float)pz_map_number(record, "ebv", NAN);
		const void *bytes, *id = pz_map_raw(record, "id", &size);
		int mode = 0;

		if (!id || (rc = pz_map_print_json(id, size, 0, stdout)) < 0 ||
		    pz_map_bytes(record, "img", &bytes, &size) <= 0 ||
		    size != pz_header_stamp_bytes(h)) {
			rc = rc < 0 ? rc : pz_fail(PZ_EDATA, "a record without id or pixels");
			break;
		}
		pz_pixels_load(x, bytes, pixels, h->pixel);
		pz_net_forward(net, work, 1, x, &ebv, features);
		pz_net_logits(net, work, 1, features, logits);
		pz_net_pz(net, 1, logits, pz);
		for (int i = 1; i < shape->bins; i++)
			mode = pz[i] > pz[mode] ? i : mode;
		if (isnan(pz[mode]))
			rc = pz_fail(PZ_EDATA, "a pixel or the E(B-V) of a record is no number");
		else
			printf("\t%.6f\n", pz_grid_centre(grid, mode));
	}
	pz_work_free(work);
	free(x);
	return rc == 0 && fflush(stdout) != 0 ? pz_fail(PZ_EIO, "cannot write the output") : rc;
}

int main(int argc, char **argv)
{
	const char *const *paths = (const char *const *)argv + 1;
	struct pz_reader *model = NULL, *stamps = NULL;
	struct pz_net *net = NULL;
	int rc;

	if (argc < 2)
		rc = pz_fail(PZ_EUSAGE, "usage: predict MODEL [STAMPS ...]");
	else if ((rc = pz_reader_open(&model, paths, 1, 0)) == 0 &&
		 (rc = read_model(model, &net)) == 0 &&
		 (rc = pz_reader_open(&stamps, paths + 1, argc - 2, 0)) == 0)
		rc = predict(stamps, net, &pz_reader_header(model)->grid);
	if (rc < 0)
		fprintf(stderr, "predict: %s\n", pz_error_text());
	pz_reader_close(stamps);
	pz_net_free(net);
	pz_reader_close(model);
	return pz_error_exit(rc);
}
