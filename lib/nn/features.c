/* features.c -- the frozen trunk, run once per (stamp, symmetry) that will be drawn */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <pz/error.h>
#include <pz/file.h>

#include "features.h"
#include "feed.h"

#define BATCH 64

static size_t bytes_of(const struct nn_features *f)
{
	return f->pairs * f->width * sizeof *f->value;
}

/* Room for the rows: memory, or a file whose space is reserved here, so that a
 * full disk is an error now and not a signal later. */
static int map_rows(struct nn_features *f, size_t memory)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS, fd = -1, why;
	void *at;

	if (bytes_of(f) > memory) {
		flags = MAP_SHARED;
		if ((fd = pz_file_spool()) < 0)
			return fd;
		if ((why = posix_fallocate(fd, 0, (off_t)bytes_of(f))) != 0) {
			close(fd);
			return pz_fail(PZ_EDATA, "$TMPDIR: cannot keep %zu MiB of features: %s",
				       bytes_of(f) >> 20, strerror(why));
		}
	}
	at = mmap(NULL, bytes_of(f), PROT_READ | PROT_WRITE, flags, fd, 0);
	why = errno;
	if (fd >= 0)
		close(fd);
	if (at == MAP_FAILED)
		return pz_fail(PZ_ENOMEM, "no memory for %zu MiB of features: %s",
			       bytes_of(f) >> 20, strerror(why));
	f->value = at;
	return 0;
}

static int lay_out(struct nn_features *f, const struct pz_examples *examples,
		   const unsigned char *mask, size_t memory)
{
	size_t count = examples->count, row = f->width * sizeof *f->value;

	f->mask = malloc(count);
	f->first = malloc(count * sizeof *f->first);
	if (!f->mask || !f->first)
		return pz_fail(PZ_ENOMEM, "no memory for the places of %zu galaxies", count);
	for (size_t i = 0; i < count; i++) {
		f->mask[i] = mask ? mask[i] : 1;
		f->first[i] = f->pairs;
		f->pairs += (size_t)__builtin_popcount(f->mask[i]);
	}
	if (f->pairs > SIZE_MAX / 2 / row)
		return pz_fail(PZ_ENOMEM, "no memory for features of %zu stamps", f->pairs);
	return f->pairs > 0 ? map_rows(f, memory) : 0;
}

/* Rows lie in the order in which the pairs are walked. */
static int compute(struct nn_features *f, const struct pz_net *net, struct pz_work *work,
		   struct nn_feed *feed, const struct pz_train_hooks *hooks)
{
	float *row = f->value;
	struct nn_batch *b;
	int rc;

	if (hooks->begin)
		hooks->begin(hooks->context, "features", (double)f->pairs);
	while ((rc = nn_feed_next(feed, &b)) > 0) {
		if (hooks->stop && hooks->stop(hooks->context))
			return pz_fail(PZ_ESTOP, "stopped while computing features");
		pz_net_forward(net, work, b->n, b->x, b->ebv, row);
		row += b->n * f->width;
		if (hooks->tick)
			hooks->tick(hooks->context, (double)b->n);
	}
	return rc;
}

int nn_features_new(struct nn_features **out, const struct pz_net *net,
		    const struct pz_examples *examples, const unsigned char *mask, size_t memory,
		    const struct pz_train_hooks *hooks)
{
	struct nn_features *f = calloc(1, sizeof *f);
	struct pz_work *work = NULL;
	struct nn_feed feed = { 0 };
	int rc = PZ_ENOMEM;

	*out = NULL;
	if (!f)
		return pz_fail(PZ_ENOMEM, "no memory for features");
	f->width = pz_net_features(net);
	if ((rc = lay_out(f, examples, mask, memory)) < 0 ||
	    (rc = pz_work_new(&work, net, BATCH, false)) < 0 ||
	    (rc = nn_feed_begin(&feed, net, NULL, nn_walk_pairs(examples, f->mask), BATCH)) < 0 ||
	    (rc = compute(f, net, work, &feed, hooks)) < 0)
		goto done;
	*out = f;
	f = NULL;
done:
	nn_feed_end(&feed);
	pz_work_free(work);
	nn_features_free(f);
	return rc;
}

void nn_features_free(struct nn_features *f)
{
	if (!f)
		return;
	if (f->value)
		munmap(f->value, bytes_of(f));
	free(f->mask);
	free(f->first);
	free(f);
}

const float *nn_features_at(const struct nn_features *f, struct pz_draw draw)
{
	unsigned before = f->mask[draw.example] & ((1u << draw.symmetry) - 1);
	size_t row = f->first[draw.example] + (size_t)__builtin_popcount(before);

	return f->value + row * f->width;
}
