/* make_stream -- small streams of known content on standard output, for tests
 *
 *      make_stream stamps|stretched|labelled|predictions|model [N [SIZE]]
 *
 * Galaxy i: id 1237648720693755900 + i, z 0.01 (i + 1), mag 14 + 0.1 i (NaN for
 * i = 3), a round blob in five bands, red where i is even and blue where odd.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/normalize.h>
#include <pz/random.h>
#include <pz/stream.h>

#define BANDS 5
#define BINS  80

static int die(void)
{
	fprintf(stderr, "make_stream: %s\n", pz_error_text());
	return 1;
}

static void fill_header(struct pz_header *h, const char *kind, int size)
{
	struct pz_survey survey;

	if (pz_header_init(h, kind) < 0 || pz_survey_find(&survey, "sdss") < 0)
		exit(die());
	survey.grid.bins = BINS;
	pz_header_set_survey(h, &survey);
	h->bands = BANDS;
	for (int b = 0; b < BANDS; b++)
		h->band[b][0] = "ugriz"[b];
	h->size = size;
	h->pixscale = 0.396;
	snprintf(h->unit, sizeof h->unit, "nmgy");
	pz_map_set_text(h->map, "telescope", "2.5 m");
}

/* Flux of a blob of 3 pixels' radius and of noise, stretched if asked for. */
static void fill_stamp(float *x, int size, int i, enum pz_stretch stretch)
{
	static const double red[BANDS] = { 0.3, 1, 3, 5, 7 }, blue[BANDS] = { 3, 4, 4, 3, 2 };
	struct pz_random r;

	pz_random_init(&r, 1, (uint64_t)i);
	for (int b = 0; b < BANDS; b++)
		for (int p = 0; p < size * size; p++) {
			double dy = p / size - 0.5 * size, dx = p % size - 0.5 * size;
			double flux = (i % 2 ? blue : red)[b] * exp(-(dx * dx + dy * dy) / 18) +
				      0.02 * pz_random_normal(&r);

			*x++ = (float)pz_normalize_value(stretch, 1, flux);
		}
}

static void fill_galaxy(pz_map *m, int i)
{
	const double cover[BANDS] = { 1, 1, 1, 1, 0.5 };
	const double label[6] = { 0, i, 2, 1, i, 2.5 };

	pz_map_set_integer(m, "id", 1237648720693755900 + i);
	pz_map_set_number(m, "ra", 10 + 0.001 * i);
	pz_map_set_number(m, "dec", -1 + 0.001 * i);
	pz_map_set_number(m, "z", 0.01 * (i + 1));
	pz_map_set_number(m, "mag", i == 3 ? NAN : 14 + 0.1 * i);
	pz_map_set_number(m, "ebv", 0.02);
	pz_map_set_numbers(m, "cover", cover, BANDS, 0);
	pz_map_set_numbers(m, "label", label, 6, 3);
	pz_map_set_text(m, "note", i == 1 ? "tab\tand\033[31m escape" : "plain");
}

static void fill_prediction(pz_map *m, int i)
{
	static const char *const name[] = { "mode", "mean", "median" };
	const double z = 0.01 * (i + 1), point[] = { z + 0.002, z, z - 0.001 };
	float pz[BINS];

	for (int k = 0; k < BINS; k++)
		pz[k] = (float)(0.1 * exp(-pow((0.005 * (k + 0.5) - z) / 0.02, 2) / 2));
	pz_map_set_bytes(m, "pz", pz, sizeof pz);
	pz_map_set_named(m, "zphot", name, point, 3);
}

/* A tensor of a model; its shape grows with i. */
static void fill_tensor(pz_map *m, int i)
{
	const double shape[2] = { 4, i + 1 };
	char name[32];
	float *x = calloc(4 * ((size_t)i + 1), sizeof *x);

	snprintf(name, sizeof name, "fc%d.weight", i);
	pz_map_set_text(m, "name", name);
	pz_map_set_numbers(m, "shape", shape, 2, 0);
	pz_map_set_bytes(m, "data", x, 4 * ((size_t)i + 1) * sizeof *x);
	free(x);
}

static int write_records(struct pz_writer *w, const char *kind, int n, int size)
{
	enum pz_stretch stretch = strcmp(kind, "stamps") ? PZ_STRETCH_SQRT : PZ_STRETCH_NONE;
	size_t pixels = (size_t)BANDS * (size_t)size * (size_t)size;
	float *x = malloc(pixels * sizeof *x);
	pz_map *m = pz_map_new();
	int rc = 0;

	for (int i = 0; i < n && rc == 0; i++) {
		pz_map_clear(m);
		if (*kind == 'm')
			fill_tensor(m, i);
		else
			fill_galaxy(m, i);
		if (*kind == 'p')
			fill_prediction(m, i);
		if (*kind == 's' || *kind == 'l') {
			fill_stamp(x, size, i, stretch);
			pz_map_set_bytes(m, "img", x, pixels * sizeof *x);
		}
		rc = pz_write(w, m);
	}
	pz_map_free(m);
	free(x);
	return rc;
}

int main(int argc, char **argv)
{
	const char *kind = argc > 1 ? argv[1] : "stamps";
	int n = argc > 2 ? atoi(argv[2]) : 6, size = argc > 3 ? atoi(argv[3]) : 16;
	bool labelled = !strcmp(kind, "labelled");
	bool stretched = labelled || !strcmp(kind, "stretched");
	struct pz_header h;
	struct pz_writer *w;
	int rc;

	fill_header(&h, stretched ? "stamps" : kind, size);
	if (stretched) {
		snprintf(h.stretch, sizeof h.stretch, "sqrt");
		h.divide = 1;
	}
	if (labelled)
		pz_map_set_text(h.map, "labels", "channels");
	if (*kind == 'm')
		pz_map_set_text(h.map, "net", "conv 3x3 16 prelu\nmean\nebv\ndense 4 relu\n");
	pz_header_add_history(&h, "make_stream", PZ_VERSION, kind, &(uint64_t){ 1 }, NULL, 0);
	if ((rc = pz_writer_open(&w, stdout, "stdout", &h)) == 0) {
		rc = write_records(w, kind, n, size);
		rc = rc < 0 ? (pz_writer_abandon(w), rc) : pz_writer_close(w);
	}
	pz_header_release(&h);
	return rc < 0 ? die() : 0;
}
