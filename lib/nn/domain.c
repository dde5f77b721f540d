/* domain.c -- distances in the last hidden layer, by products of matrices
 *
 * |x - y|^2 = |x|^2 + |y|^2 - 2 xy is computed for a batch of galaxies and all of the sample at
 * once. It rounds where x and y are close, so it only chooses the neighbours; the distance to the
 * k-th of these is computed from their differences.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/domain.h>
#include <pz/error.h>
#include <pz/team.h>
#include <pz/threads.h>

#include "gemm.h"

#define BATCH 64  /* galaxies whose products are made at once                      */
#define BLOCK 64  /* galaxies of the sample that are looked at together */
#define LEAST 0.1 /* of the units' rms deviation: what a unit is divided by, at least */

struct pz_domain {
	size_t n, width, own;
	int k;
	float *x;         /* (n, width), scaled                                    */
	float *packed;    /* the same for products, as (width, n)                  */
	float *square;    /* (n): |x|^2                                            */
	float *mean;      /* (width): of the units                                 */
	float *scale;     /* (width): what a unit is multiplied by                 */
	uint64_t *id;     /* (n)                                                   */
	double *distance; /* (own), rising: of galaxies of the sample from the others */
};

/* Mean of each unit, and behind them the standard deviations. */
static double *measure_units(size_t n, size_t width, const float *hidden)
{
	double *mean = calloc(2 * width, sizeof *mean), *deviation;

	if (!mean)
		return NULL;
	deviation = mean + width;
	for (size_t i = 0; i < n; i++)
		for (size_t u = 0; u < width; u++)
			mean[u] += (double)hidden[i * width + u] / (double)n;
	for (size_t i = 0; i < n; i++)
		for (size_t u = 0; u < width; u++) {
			double off = (double)hidden[i * width + u] - mean[u];

			deviation[u] += off * off / (double)n;
		}
	for (size_t u = 0; u < width; u++)
		deviation[u] = sqrt(deviation[u]);
	return mean;
}

/* What is subtracted from each unit, and what it is multiplied by then, so that the mean square
 * over units becomes a sum. */
static int measure_scale(struct pz_domain *d, const float *hidden)
{
	double *mean = measure_units(d->n, d->width, hidden), square = 0, least;

	if (!mean)
		return pz_fail(PZ_ENOMEM, "no memory for the deviations of %zu units", d->width);
	for (size_t u = 0; u < d->width; u++)
		square += mean[d->width + u] * mean[d->width + u] / (double)d->width;
	least = LEAST * sqrt(square);
	for (size_t u = 0; u < d->width && square > 0; u++) {
		d->mean[u] = (float)mean[u];
		d->scale[u] = (float)(1 / fmax(mean[d->width + u], least) / sqrt((double)d->width));
	}
	free(mean);
	return square > 0 ? 0
			  : pz_fail(PZ_EDATA,
				    "expected galaxies that differ in the last hidden "
				    "layer, found %zu that are all the same",
				    d->n);
}

/* x(n, width) from hidden, and its squares. */
static void scale_rows(const struct pz_domain *d, size_t n, const float *hidden, float *x,
		       float *square)
{
	for (size_t i = 0; i < n; i++) {
		float sum = 0;

		for (size_t u = 0; u < d->width; u++) {
			float v = (hidden[i * d->width + u] - d->mean[u]) * d->scale[u];

			x[i * d->width + u] = v;
			sum += v * v;
		}
		square[i] = sum;
	}
}

/* The k nearest found so far, a heap whose first is the farthest. */
struct nearest {
	int n;
	struct {
		float square;
		uint32_t at;
	} * of;
};

static void sink_down(struct nearest *h, int i)
{
	for (int child; (child = 2 * i + 1) < h->n; i = child) {
		if (child + 1 < h->n && h->of[child + 1].square > h->of[child].square)
			child++;
		if (h->of[i].square >= h->of[child].square)
			return;
		float square = h->of[i].square;
		uint32_t at = h->of[i].at;

		h->of[i] = h->of[child];
		h->of[child].square = square;
		h->of[child].at = at;
	}
}

static void keep_nearest(struct nearest *h, int k, float square, uint32_t at)
{
	if (h->n < k) {
		h->of[h->n].square = square;
		h->of[h->n++].at = at;
		for (int i = h->n / 2 - 1; h->n == k && i >= 0; i--)
			sink_down(h, i);
	} else if (square < h->of[0].square) {
		h->of[0].square = square;
		h->of[0].at = at;
		sink_down(h, 0);
	}
}

static double exact_square(const float *a, const float *b, size_t width)
{
	double sum = 0;

	for (size_t u = 0; u < width; u++) {
		double off = (double)a[u] - (double)b[u];

		sum += off * off;
	}
	return sum;
}

/* Whether one of n galaxies is nearer than the limit: few are, so that this is all that most of
 * them cost. */
static bool any_nearer(size_t n, const float *square, const float *product, float limit)
{
	int nearer = 0;

	for (size_t i = 0; i < n; i++)
		nearer |= square[i] - 2 * product[i] < limit;
	return nearer;
}

/* The k nearest galaxies of the sample, by their products with a galaxy of this id. */
static void find_nearest(const struct pz_domain *d, uint64_t id, const float *product,
			 struct nearest *h)
{
	h->n = 0;
	for (size_t from = 0; from < d->n; from += BLOCK) {
		size_t end = from + BLOCK < d->n ? from + BLOCK : d->n;
		float limit = h->n < d->k ? INFINITY : h->of[0].square;

		if (!any_nearer(end - from, d->square + from, product + from, limit))
			continue;
		for (size_t i = from; i < end; i++)
			if (d->id[i] != id)
				keep_nearest(h, d->k, d->square[i] - 2 * product[i], (uint32_t)i);
	}
}

/* The distance of the farthest of the k nearest galaxies. */
static double find_distance(const struct pz_domain *d, const float *x, const struct nearest *h)
{
	double most = 0;

	for (int i = 0; i < h->n; i++)
		most = fmax(most, exact_square(x, d->x + (size_t)h->of[i].at * d->width, d->width));
	return sqrt(most);
}

/* What a thread needs for a batch: its galaxies, their squares, products with the sample, heap. */
struct batch_room {
	float *x, *square, *product;
	struct nearest nearest;
};

static void release_rooms(struct batch_room *room, size_t threads)
{
	for (size_t i = 0; i < threads && room; i++) {
		free(room[i].x);
		free(room[i].square);
		free(room[i].product);
		free(room[i].nearest.of);
	}
	free(room);
}

static struct batch_room *new_rooms(const struct pz_domain *d, size_t threads)
{
	struct batch_room *room = calloc(threads, sizeof *room);
	bool complete = room != NULL;

	for (size_t i = 0; i < threads && complete; i++) {
		room[i].x = calloc(BATCH * d->width, sizeof(float));
		room[i].square = malloc(BATCH * sizeof(float));
		room[i].product = malloc(BATCH * d->n * sizeof(float));
		room[i].nearest.of = malloc((size_t)d->k * sizeof *room[i].nearest.of);
		complete = room[i].x && room[i].square && room[i].product && room[i].nearest.of;
	}
	if (complete)
		return room;
	release_rooms(room, threads);
	pz_fail(PZ_ENOMEM, "no memory for distances from %zu galaxies", d->n);
	return NULL;
}

struct search {
	const struct pz_domain *d;
	size_t n;
	const float *hidden;
	const uint64_t *id;
	double *distance;
	struct batch_room *room;
};

/* Always the product of a full batch: it must not depend, to the last bit, on how many there are.
 */
static void search_batch(void *arg, size_t item, size_t thread)
{
	const struct search *s = arg;
	const struct pz_domain *d = s->d;
	struct batch_room *room = &s->room[thread];
	size_t first = item * BATCH, n = s->n - first < BATCH ? s->n - first : BATCH;

	scale_rows(d, n, s->hidden + first * d->width, room->x, room->square);
	pz_nn_gemm_multiply(BATCH, d->n, d->width, NN_ROWS(room->x, d->width), d->packed, false,
			    room->product, d->n);
	for (size_t i = 0; i < n; i++) {
		find_nearest(d, s->id[first + i], room->product + i * d->n, &room->nearest);
		s->distance[first + i] = find_distance(d, room->x + i * d->width, &room->nearest);
	}
}

static int find_distances(const struct pz_domain *d, size_t n, const float *hidden,
			  const uint64_t *id, double *distance)
{
	size_t threads = (size_t)pz_threads(), batches = (n + BATCH - 1) / BATCH;
	struct search s = { d, n, hidden, id, distance, NULL };

	threads = threads < batches ? threads : batches;
	if (n == 0)
		return 0;
	if (!(s.room = new_rooms(d, threads)))
		return PZ_ENOMEM;
	pz_team_run(threads, batches, search_batch, &s);
	release_rooms(s.room, threads);
	return 0;
}

static int by_distance(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Distances of every few galaxies of the sample from the others. */
static int measure_own(struct pz_domain *d, const float *hidden)
{
	float *some = malloc(d->own * d->width * sizeof *some);
	uint64_t *id = malloc(d->own * sizeof *id);
	int rc = some && id ? 0 : pz_fail(PZ_ENOMEM, "no memory for %zu galaxies", d->own);

	for (size_t i = 0; i < d->own && rc == 0; i++) {
		size_t from = i * d->n / d->own;

		memcpy(some + i * d->width, hidden + from * d->width, d->width * sizeof *some);
		id[i] = d->id[from];
	}
	if (rc == 0)
		rc = find_distances(d, d->own, some, id, d->distance);
	if (rc == 0)
		qsort(d->distance, d->own, sizeof *d->distance, by_distance);
	free(some);
	free(id);
	return rc;
}

static int allocate_sample(struct pz_domain *d)
{
	d->x = malloc(d->n * d->width * sizeof *d->x);
	d->packed = malloc(pz_nn_gemm_packed(d->width, d->n) * sizeof *d->packed);
	d->square = malloc(d->n * sizeof *d->square);
	d->mean = malloc(d->width * sizeof *d->mean);
	d->scale = malloc(d->width * sizeof *d->scale);
	d->id = malloc(d->n * sizeof *d->id);
	d->distance = malloc(d->own * sizeof *d->distance);
	return d->x && d->packed && d->square && d->mean && d->scale && d->id && d->distance
		       ? 0
		       : pz_fail(PZ_ENOMEM, "no memory for %zu galaxies of %zu numbers", d->n,
				 d->width);
}

int pz_domain_new(struct pz_domain **out, size_t n, size_t width, const float *hidden,
		  const uint64_t *id, int k)
{
	struct pz_domain *d;
	int rc;

	*out = NULL;
	if (k < 1 || k > PZ_DOMAIN_K)
		return pz_fail(PZ_EARG, "neighbours: expected 1 to %d, found %d", PZ_DOMAIN_K, k);
	if (n < (size_t)k + 2 || n > UINT32_MAX)
		return pz_fail(PZ_EDATA, "expected at least %d galaxies, found %zu", k + 2, n);
	if (!(d = calloc(1, sizeof *d)))
		return pz_fail(PZ_ENOMEM, "no memory for a sample of galaxies");
	*d = (struct pz_domain){
		.n = n, .width = width, .k = k, .own = n < PZ_DOMAIN_OWN ? n : PZ_DOMAIN_OWN
	};
	pz_nn_gemm_start();
	rc = allocate_sample(d);
	if (rc == 0)
		rc = measure_scale(d, hidden);
	if (rc == 0) {
		memcpy(d->id, id, n * sizeof *id);
		scale_rows(d, n, hidden, d->x, d->square);
		pz_nn_gemm_pack(width, n, NN_COLUMNS(d->x, width), d->packed);
		rc = measure_own(d, hidden);
	}
	if (rc < 0)
		pz_domain_free(d);
	else
		*out = d;
	return rc;
}

void pz_domain_free(struct pz_domain *d)
{
	if (!d)
		return;
	free(d->x);
	free(d->packed);
	free(d->square);
	free(d->mean);
	free(d->scale);
	free(d->id);
	free(d->distance);
	free(d);
}

/* How many of the sample's own distances are at least as large. */
static size_t count_as_far(const struct pz_domain *d, double distance)
{
	size_t low = 0, high = d->own;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (d->distance[middle] < distance)
			low = middle + 1;
		else
			high = middle;
	}
	return d->own - low;
}

int pz_domain_run(const struct pz_domain *d, size_t n, const float *x, const uint64_t *id,
		  struct pz_domain_place *place)
{
	double *distance = malloc((n + !n) * sizeof *distance);
	int rc = distance ? find_distances(d, n, x, id, distance)
			  : pz_fail(PZ_ENOMEM, "no memory for %zu distances", n);

	for (size_t i = 0; i < n && rc == 0; i++)
		place[i] = (struct pz_domain_place){
			distance[i],
			(double)(1 + count_as_far(d, distance[i])) / (double)(d->own + 1),
		};
	free(distance);
	return rc;
}
