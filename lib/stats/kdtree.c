/* kdtree.c -- a balanced tree of boxes over blocks of points
 *
 * Points are sorted into leaves of LEAF, all full but the last, stored dimension by dimension so
 * that distances to a leaf vectorise. A node's box is tight. Nodes stand in preorder, and where a
 * child stands follows from the number of leaves below:
 *
 *      node i, m leaves:   left child i + 1 with (m + 1)/2 leaves, a subtree of m' leaves
 *      has 2m' - 1 nodes, so the right child is i + 2((m + 1)/2)
 *
 * Exactness: the distance to a box and that to a point in it are sums of the same terms in the
 * same order, each rounded by rules that never turn <= into >, so the box's is never greater.
 */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include <pz/error.h>

#include "kdtree.h"

#define LEAF  32
#define DEPTH 64 /* of a stack: leaves are halved at each step                 */

struct pz_kdtree {
	size_t n, leaves;
	int dims;
	float *block;    /* (leaves, dims, LEAF)                               */
	uint32_t *order; /* (leaves * LEAF): the points' indices               */
	float *box;      /* (2 leaves - 1, 2, dims): low corner, high corner   */
};

/* A subtree. */
struct node {
	size_t at, first, leaves; /* its place; its first leaf; how many       */
};

static struct node left_of(struct node v)
{
	return (struct node){ v.at + 1, v.first, (v.leaves + 1) / 2 };
}

static struct node right_of(struct node v)
{
	size_t left = (v.leaves + 1) / 2;

	return (struct node){ v.at + 2 * left, v.first + left, v.leaves - left };
}

/* value >= 0: its bits are ordered as it is. */
static pz_near key_of(float value, uint32_t index)
{
	uint32_t bits;

	memcpy(&bits, &value, sizeof bits);
	return (pz_near)bits << 32 | index;
}

/* ---- selection of the least k of n, in no order (Hoare) ---- */

static pz_near middle(pz_near a, pz_near b, pz_near c)
{
	pz_near low = a < b ? a : b, high = a < b ? b : a;

	return c < low ? low : c > high ? high : c;
}

static void select_least(pz_near *key, size_t n, size_t k)
{
	ptrdiff_t lo = 0, hi = (ptrdiff_t)n - 1, at = (ptrdiff_t)k - 1;

	while (lo < hi) {
		pz_near pivot = middle(key[lo], key[lo + (hi - lo) / 2], key[hi]);
		ptrdiff_t i = lo, j = hi;

		while (i <= j) {
			while (key[i] < pivot)
				i++;
			while (key[j] > pivot)
				j--;
			if (i <= j) {
				pz_near t = key[i];

				key[i++] = key[j];
				key[j--] = t;
			}
		}
		if (at <= j)
			hi = j;
		else if (at >= i)
			lo = i;
		else
			break;
	}
}

/* Shell's sort: few keys, and no call for each comparison. */
static void sort_points(pz_near *key, size_t n)
{
	static const size_t gaps[] = { 701, 301, 132, 57, 23, 10, 4, 1 };

	for (size_t g = 0; g < sizeof gaps / sizeof *gaps; g++)
		for (size_t gap = gaps[g], i = gap; i < n; i++) {
			pz_near t = key[i];
			size_t j = i;

			for (; j >= gap && key[j - gap] > t; j -= gap)
				key[j] = key[j - gap];
			key[j] = t;
		}
}

/* ---- building ---- */

static size_t points_before(const struct pz_kdtree *t, size_t leaf)
{
	return leaf * LEAF < t->n ? leaf * LEAF : t->n;
}

/* Sets the node's box; returns its longest side. */
static int make_box(struct pz_kdtree *t, struct node v, const float *x)
{
	size_t dims = (size_t)t->dims, end = points_before(t, v.first + v.leaves);
	float *low = t->box + v.at * 2 * dims, *high = low + dims;
	int longest = 0;

	for (size_t i = v.first * LEAF; i < end; i++) {
		const float *point = x + t->order[i] * dims;

		for (size_t d = 0; d < dims; d++) {
			bool first = i == v.first * LEAF;

			low[d] = first || point[d] < low[d] ? point[d] : low[d];
			high[d] = first || point[d] > high[d] ? point[d] : high[d];
		}
	}
	for (int d = 1; d < t->dims; d++)
		if (high[d] - low[d] > high[longest] - low[longest])
			longest = d;
	return longest;
}

/* Puts the node's points of least coordinate before those of its right child. */
static void split_range(struct pz_kdtree *t, struct node v, const float *x, int side, pz_near *key)
{
	size_t dims = (size_t)t->dims, d = (size_t)side, begin = v.first * LEAF;
	size_t n = points_before(t, v.first + v.leaves) - begin;
	float low = t->box[v.at * 2 * dims + d];

	for (size_t i = 0; i < n; i++) {
		uint32_t point = t->order[begin + i];

		key[i] = key_of(x[point * dims + d] - low, point);
	}
	select_least(key, n, left_of(v).leaves * LEAF);
	for (size_t i = 0; i < n; i++)
		t->order[begin + i] = pz_near_index(key[i]);
}

static void fill_leaf(struct pz_kdtree *t, size_t leaf, const float *x)
{
	size_t dims = (size_t)t->dims, n = points_before(t, leaf + 1) - leaf * LEAF;

	for (size_t d = 0; d < dims; d++)
		for (size_t i = 0; i < n; i++)
			t->block[(leaf * dims + d) * LEAF + i] =
				x[t->order[leaf * LEAF + i] * dims + d];
}

/* Recursion: no deeper than the tree, which is balanced. */
static void build(struct pz_kdtree *t, struct node v, const float *x, pz_near *key)
{
	int side = make_box(t, v, x);

	if (v.leaves == 1) {
		fill_leaf(t, v.first, x);
		return;
	}
	split_range(t, v, x, side, key);
	build(t, left_of(v), x, key);
	build(t, right_of(v), x, key);
}

static struct node root_of(const struct pz_kdtree *t)
{
	return (struct node){ 0, 0, t->leaves };
}

int pz_kdtree_new(struct pz_kdtree **out, size_t n, int dims, const float *x)
{
	struct pz_kdtree *t;
	pz_near *key;
	size_t leaves = n / LEAF + (n % LEAF > 0), d = (size_t)dims;

	*out = NULL;
	if (dims < 1 || dims > PZ_KDTREE_DIMS || n < 1 || n > PZ_KDTREE_MOST)
		return pz_fail(PZ_EARG, "tree: %zu points of %d dimensions", n, dims);
	for (size_t i = 0; i < n * d; i++)
		if (!isfinite(x[i]))
			return pz_fail(PZ_EDATA, "tree: coordinate %zu of point %zu is not finite",
				       i % d, i / d);
	t = malloc(sizeof *t);
	key = malloc(n * sizeof *key);
	if (t) {
		*t = (struct pz_kdtree){ .n = n, .leaves = leaves, .dims = dims };
		/* Zeros: the last leaf is computed with as a whole. */
		t->block = calloc(leaves * LEAF * d, sizeof *t->block);
		t->order = malloc(leaves * LEAF * sizeof *t->order);
		t->box = malloc((2 * leaves - 1) * 2 * d * sizeof *t->box);
	}
	if (!t || !key || !t->block || !t->order || !t->box) {
		free(key);
		pz_kdtree_free(t);
		return pz_fail(PZ_ENOMEM, "no memory for a tree of %zu points", n);
	}
	for (size_t i = 0; i < n; i++)
		t->order[i] = (uint32_t)i;
	build(t, root_of(t), x, key);
	free(key);
	*out = t;
	return 0;
}

void pz_kdtree_free(struct pz_kdtree *t)
{
	if (!t)
		return;
	free(t->block);
	free(t->order);
	free(t->box);
	free(t);
}

/* ---- searching ---- */

/* Candidates gather behind the k best; when there are as many again the best are chosen. */
struct search {
	const struct pz_kdtree *t;
	const float *q;
	size_t k, count;
	pz_near *near, bound; /* bound: none above is among the k nearest     */
};

static float box_square(const struct pz_kdtree *t, size_t at, const float *q)
{
	size_t dims = (size_t)t->dims;
	const float *low = t->box + at * 2 * dims, *high = low + dims;
	float sum = 0;

	for (size_t d = 0; d < dims; d++) {
		float below = low[d] - q[d], above = q[d] - high[d];
		float off = below > above ? below : above;

		off = off > 0 ? off : 0;
		sum += off * off;
	}
	return sum;
}

static void choose(struct search *s)
{
	if (s->count <= s->k)
		return;
	select_least(s->near, s->count, s->k);
	s->bound = s->near[s->k - 1];
	s->count = s->k;
}

static void scan_leaf(struct search *s, size_t leaf)
{
	const struct pz_kdtree *t = s->t;
	size_t dims = (size_t)t->dims, n = points_before(t, leaf + 1) - leaf * LEAF;
	const float *x = t->block + leaf * dims * LEAF;
	const uint32_t *index = t->order + leaf * LEAF;
	float square[LEAF] = { 0 };

	for (size_t d = 0; d < dims; d++, x += LEAF) {
		float q = s->q[d];

		for (size_t i = 0; i < LEAF; i++)
			square[i] += (x[i] - q) * (x[i] - q);
	}
	for (size_t i = 0; i < n; i++) {
		pz_near key = key_of(square[i], index[i]);

		s->near[s->count] = key;
		s->count += key <= s->bound;
	}
	if (s->count >= 2 * s->k)
		choose(s);
}

size_t pz_kdtree_room(size_t k)
{
	return 2 * k + LEAF;
}

size_t pz_kdtree_search(const struct pz_kdtree *t, const float *q, size_t k, pz_near *near)
{
	struct search s = { t, q, k < t->n ? k : t->n, 0, near, UINT64_MAX };
	struct {
		struct node v;
		pz_near least;
	} stack[DEPTH] = { { root_of(t), 0 } };
	size_t top = s.k > 0;

	while (top > 0) {
		struct node v = stack[--top].v;

		if (stack[top].least > s.bound)
			continue;
		while (v.leaves > 1) {
			struct node near_side = left_of(v), far_side = right_of(v);
			float a = box_square(t, near_side.at, q), b = box_square(t, far_side.at, q);

			if (b < a) {
				struct node other = near_side;

				near_side = far_side;
				far_side = other;
			}
			stack[top].v = far_side;
			stack[top++].least = key_of(a > b ? a : b, 0);
			v = near_side;
		}
		scan_leaf(&s, v.first);
	}
	choose(&s);
	sort_points(near, s.count);
	return s.count;
}

uint32_t pz_kdtree_place(const struct pz_kdtree *t, const float *q)
{
	struct node v = root_of(t);

	while (v.leaves > 1) {
		struct node a = left_of(v), b = right_of(v);

		v = box_square(t, b.at, q) < box_square(t, a.at, q) ? b : a;
	}
	return (uint32_t)v.first;
}
