/* training.c -- reads the training stream */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "../common/axes.h"
#include "../common/counted.h"
#include "../common/used.h"
#include "left_out.h"
#include "training.h"

struct training {
	size_t n, room;
	float *measures; /* (n, f->raw), then (n, f->dims)                     */
	double *z;
	uint64_t *id;
};

static int make_room(struct training *s, int measures)
{
	size_t room = s->room ? 2 * s->room : 4096;
	float *x = realloc(s->measures, room * (size_t)measures * sizeof *x);
	double *z;
	uint64_t *id;

	if (x)
		s->measures = x;
	z = realloc(s->z, room * sizeof *z);
	if (z)
		s->z = z;
	id = realloc(s->id, room * sizeof *id);
	if (id)
		s->id = id;
	if (!x || !z || !id)
		return pz_fail(PZ_ENOMEM, "no memory for %zu training galaxies", room);
	s->room = room;
	return 0;
}

/* Whether p(z) on this grid can be anything but 0 at a value. */
static bool is_on_grid(const struct pz_grid *g, double z)
{
	double w = pz_grid_width(g);

	return z >= g->min - g->left * w && z <= g->max + g->right * w;
}

/* input: the header of the galaxies that are to be estimated. */
static int add_galaxy(struct training *s, struct gauge *gauge, const pz_map *record,
		      const struct pz_header *input, bool strict, struct left_out *l)
{
	const char *target = axes_target(input);
	size_t measures = (size_t)gauge->f->raw;
	const char *missing;
	int rc = s->n == s->room ? make_room(s, gauge->f->raw) : 0;

	if (rc < 0)
		return rc;
	s->z[s->n] = record_value(record, target, target, &l->without_z);
	if (isnan(s->z[s->n]))
		return strict ? record_lacks(record, target) : 0;
	if (!is_on_grid(&input->grid, s->z[s->n])) {
		l->off_grid++;
		return 0;
	}
	if ((rc = record_hash(record, 0, &s->id[s->n])) < 0 ||
	    (rc = gauge_measure(gauge, record, s->measures + s->n * measures, &missing)) < 0)
		return rc;
	s->n += rc > 0;
	return rc > 0 ? 0 : left_out_note(l, strict, missing);
}

static int read_galaxies(struct training *s, struct features *f, struct pz_reader *in,
			 const struct tool *t, const struct training_options *o)
{
	const struct pz_header *input = pz_reader_header(t->in);
	struct gauge gauge = { 0 };
	struct left_out l = { 0 };
	struct pz_progress progress;
	int rc = gauge_init(&gauge, f, pz_reader_header(in));

	if (rc < 0)
		pz_fail_in(rc, "%s", o->path);
	tool_progress(t, &progress, "learn", "galaxies", 0);
	while (rc == 0 && (rc = pz_read(in)) > 0) {
		const pz_map *record = pz_reader_record(in);

		if ((rc = add_galaxy(s, &gauge, record, input, o->strict, &l)) < 0)
			rc = record_fail(in, record, rc);
		pz_progress_add(&progress, 1);
	}
	pz_progress_end(&progress);
	if (rc == 0)
		features_learn(f, &gauge);
	gauge_release(&gauge);
	left_out_say(&l, t, o->path, axes_target(input), o->features.magnitudes);
	if (rc == 0 && s->n == 0)
		rc = pz_fail(PZ_EDATA,
			     "%s: expected galaxies to learn from, found none that can "
			     "be used",
			     o->path);
	return rc;
}

/* In place: no galaxy has fewer measures than features. */
static void make_features(struct training *s, const struct features *f)
{
	float x[2 * FEATURES_BANDS + FEATURES_APERTURES];

	for (size_t i = 0; i < s->n; i++) {
		features_make(f, s->measures + i * (size_t)f->raw, x);
		memcpy(s->measures + i * (size_t)f->dims, x, (size_t)f->dims * sizeof *x);
	}
}

static int make_knn(struct training *s, const struct features *f, const struct tool *t,
		    const char *path, const struct pz_knn_options *neighbours, struct pz_knn **knn)
{
	const struct pz_knn_set set = { s->n, f->dims, s->measures, s->z, s->id };

	make_features(s, f);
	if (s->n < (size_t)neighbours->k)
		tool_say(t, "%s: %s, fewer than the %d neighbours asked for: all are neighbours",
			 path, COUNTED(s->n, "galaxy", "galaxies"), neighbours->k);
	return pz_knn_new(knn, &set, neighbours);
}

int training_read(struct features *f, struct pz_knn **knn, struct tool *t,
		  const struct training_options *o, const struct pz_knn_options *neighbours)
{
	struct features_options features = o->features;
	struct training s = { 0 };
	struct pz_reader *in = NULL;
	/* Where the records have magnitudes, no pixels are needed. */
	int rc = pz_reader_open(&in, &o->path, 1, features.magnitudes ? PZ_READ_SCALARS : 0);

	features.target = axes_target(pz_reader_header(t->in));
	if (rc == 0 &&
	    ((rc = pz_header_need_kind(pz_reader_header(in), "stamps,predictions,catalogue")) < 0 ||
	     (rc = features_init(f, &features, pz_reader_header(in))) < 0))
		pz_fail_in(rc, "%s", o->path);
	if (rc == 0)
		rc = read_galaxies(&s, f, in, t, o);
	if (rc == 0)
		rc = used_stream(t, o->path, pz_reader_hash(in));
	pz_reader_close(in);
	if (rc == 0)
		rc = make_knn(&s, f, t, o->path, neighbours, knn);
	free(s.measures);
	free(s.z);
	free(s.id);
	return rc;
}
