/* plan_trunk.c -- the steps of the trunk: convolutions, pools, blocks, and the maps between them */
#include <string.h>

#include "conv.h"
#include "plan_parts.h"

static int map_new(struct builder *b, const struct nn_item *item, int side, int channels,
		   struct nn_map *map)
{
	size_t floats = (size_t)side * (size_t)side * (size_t)channels;

	*map = (struct nn_map){ b->plan->maps, side, channels, channels, 0 };
	b->plan->maps += floats;
	return b->plan->maps < LIMIT ? 0 : pz_nn_plan_misfit(item, "maps too large", side);
}

/* The pool that the item behind a convolution asks for, if `more` items are left. */
static enum nn_pool pool_behind(const struct nn_item *item, size_t more)
{
	if (more && item->kind == NN_POOL)
		return NN_HALF;
	return more && item->kind == NN_POOL_SAME ? NN_SAME : NN_KEEP;
}

static int pooled_side(const struct nn_item *item, enum nn_pool pool, int *side)
{
	if (pool == NN_HALF && *side % 2)
		return pz_nn_plan_misfit(item, "a pool of stride 2 needs an even side", *side);
	if (pool == NN_HALF)
		*side /= 2;
	return 0;
}

static int conv_side(const struct nn_item *item, int *side)
{
	if (item->valid && *side < item->kernel)
		return pz_nn_plan_misfit(item, "the kernel is larger than the map", *side);
	if (item->valid)
		*side -= item->kernel - 1;
	return 0;
}

/* Side and channels at the end of items [i, end) that begin with map `in`. */
static int path_shape(const struct builder *b, size_t i, size_t end, const struct nn_map *in,
		      int *side, int *channels)
{
	int rc = 0;

	*side = in->side;
	*channels = in->channels;
	for (; i < end && rc == 0; i++) {
		const struct nn_item *item = &b->text->item[i];

		if (item->kind == NN_CONV) {
			*channels = item->width;
			rc = conv_side(item, side);
		} else {
			rc = pooled_side(item, item->kind == NN_POOL ? NN_HALF : NN_SAME, side);
		}
	}
	return rc;
}

static struct nn_step *step_add(struct builder *b, const struct nn_map *in)
{
	struct nn_step *s = &b->plan->step[b->plan->steps++];

	memset(s, 0, sizeof *s);
	s->in = *in;
	s->image = in->at == b->plan->image.at;
	return s;
}

/* A stack reading `in`; its branches are added one by one. */
static struct nn_step *stack_add(struct builder *b, const struct nn_map *in, int kernel, bool valid,
				 int side)
{
	struct nn_step *s = step_add(b, in);

	s->conv = true;
	s->c.kernel = kernel;
	s->c.pad = valid ? 0 : kernel / 2;
	s->c.in = in->channels;
	s->c.side = side;
	return s;
}

static void branch_add(struct nn_conv *c, const struct nn_item *item, enum nn_pool pool,
		       const struct nn_map *out)
{
	c->branch[c->branches++] =
		(struct nn_branch){ c->out, item->width, item->norm, item->act, pool, *out };
	c->out += item->width;
	c->norm |= item->norm;
}

/* All branches are there: places for the product and the parameters. */
static int stack_close(struct builder *b, struct nn_conv *c, const struct nn_item *const *items)
{
	struct nn_plan *p = b->plan;
	size_t floats = (size_t)c->side * (size_t)c->side * (size_t)c->out;

	pz_nn_conv_method(c);
	c->planes = p->planes;
	p->planes += pz_nn_conv_planes(c);
	c->lane = p->lane;
	p->lane += pz_nn_conv_lane(c) + (c->norm ? 3 : 2) * (size_t)c->out;
	c->z = p->products;
	p->products += floats;
	p->product_max = floats > p->product_max ? floats : p->product_max;
	pz_nn_plan_add_conv(b, c, items);
	if (p->products >= LIMIT || b->net->block >= LIMIT)
		return pz_nn_plan_misfit(items[0], "layer too large", c->side);
	return 0;
}

/* Items [i, end) one behind the other from map `at` on, which becomes the last
 * one; that is *goal, where goal is not NULL. */
static int path_build(struct builder *b, size_t i, size_t end, struct nn_map *at,
		      const struct nn_map *goal)
{
	while (i < end) {
		const struct nn_item *item = &b->text->item[i++];
		bool conv = item->kind == NN_CONV;
		enum nn_pool pool;
		int side = at->side, product, rc;
		struct nn_map out;

		if (conv && (rc = conv_side(item, &side)) < 0)
			return rc;
		product = side;
		pool = pool_behind(item + conv, !conv || i < end);
		i += conv && pool != NN_KEEP;
		if ((rc = pooled_side(item + conv, pool, &side)) < 0)
			return rc;
		if (i == end && goal)
			out = *goal;
		else if ((rc = map_new(b, item, side, conv ? item->width : at->channels, &out)) < 0)
			return rc;
		if (conv) {
			struct nn_step *s = stack_add(b, at, item->kernel, item->valid, product);

			branch_add(&s->c, item, pool, &out);
			if ((rc = stack_close(b, &s->c, &item)) < 0)
				return rc;
		} else {
			struct nn_step *s = step_add(b, at);

			s->pool = pool;
			s->out = out;
		}
		*at = out;
	}
	return 0;
}

/* A block's paths: items [from, to), their slice of the block's map (of a block that adds: a map of
 * their own, but for the first), and where they stand once the stack of 1x1 layers at their
 * beginnings is built. */
struct path {
	size_t from, to;
	struct nn_map goal, at;
};

/* Finds the paths behind the word block at item i; returns how many, and the
 * item of the word end. */
static int paths_find(const struct builder *b, size_t i, struct path *path, size_t *end)
{
	int n = 0;

	for (i++; b->text->item[i].kind != NN_END; i++) {
		if (b->text->item[i].kind != NN_PATH) {
			path[n - 1].to = i + 1;
			continue;
		}
		if (n == NN_PATHS)
			return pz_nn_plan_misfit(&b->text->item[i], "more than 16 paths", b->side);
		path[n].from = path[n].to = i + 1; /* it may be empty */
		n++;
	}
	*end = i;
	return n;
}

static int path_misfit(const struct builder *b, const struct path *path, const char *what, int side)
{
	return pz_nn_plan_misfit(&b->text->item[path->to - 1], what, side);
}

/* Makes the block's map and cuts it into the paths' slices. */
static int paths_join(struct builder *b, size_t end, struct path *path, int n,
		      const struct nn_map *in, struct nn_map *wide)
{
	int side = 0, channels, total = 0, rc;

	for (int i = 0; i < n; i++) {
		struct nn_map *goal = &path[i].goal;

		path[i].at = *in;
		if ((rc = path_shape(b, path[i].from, path[i].to, in, &goal->side, &channels)) < 0)
			return rc;
		if (i && goal->side != side)
			return path_misfit(b, &path[i],
					   "the paths of a block end with different sides",
					   goal->side);
		side = goal->side;
		goal->first = total;
		goal->channels = channels;
		total += channels;
	}
	if ((rc = map_new(b, &b->text->item[end], side, total, wide)) < 0)
		return rc;
	for (int i = 0; i < n; i++) {
		path[i].goal.at = wide->at;
		path[i].goal.stride = wide->stride;
	}
	return 0;
}

/* Makes the map of a block that adds; path `first`, which is not empty, writes it. */
static int paths_add(struct builder *b, size_t end, struct path *path, int n,
		     const struct nn_map *in, struct nn_map *sum, int *first)
{
	int side, channels, rc;

	*first = -1;
	for (int i = 0; i < n; i++) {
		path[i].at = *in;
		if ((rc = path_shape(b, path[i].from, path[i].to, in, &side, &channels)) < 0)
			return rc;
		if (i && (side != sum->side || channels != sum->channels))
			return path_misfit(b, &path[i],
					   "the paths that are added have different sides or "
					   "channels",
					   side);
		if ((i == 0 || path[i].to > path[i].from) &&
		    (rc = map_new(b, &b->text->item[end], side, channels, &path[i].goal)) < 0)
			return rc;
		if (i == 0)
			*sum = path[0].goal;
		if (*first < 0 && path[i].to > path[i].from) {
			path[i].goal = *sum;
			*first = i;
		}
	}
	return *first < 0 ? path_misfit(b, &path[0], "all paths that are added are empty", in->side)
			  : 0;
}

/* Adds to the map of the block what its other paths end with. */
static void paths_sum(struct builder *b, const struct path *path, int n, int first,
		      const struct nn_map *sum)
{
	for (int i = 0; i < n; i++) {
		struct nn_step *s;

		if (i == first)
			continue;
		s = step_add(b, &path[i].at);
		s->sum = true;
		s->out = *sum;
	}
}

/* The 1x1 layers at the beginnings of paths: one stack. */
static int paths_stack(struct builder *b, struct path *path, int n, const struct nn_map *in)
{
	const struct nn_item *items[NN_PATHS];
	struct nn_step *s = NULL;
	int rc;

	for (int i = 0; i < n; i++) {
		const struct nn_item *item = &b->text->item[path[i].from];
		enum nn_pool pool = pool_behind(item + 1, path[i].from + 1 < path[i].to);
		int side = in->side;

		if (item->kind != NN_CONV || item->kernel != 1)
			continue;
		if ((rc = pooled_side(item + 1, pool, &side)) < 0)
			return rc;
		path[i].from += 1 + (pool != NN_KEEP);
		path[i].at = path[i].goal;
		if (path[i].from < path[i].to &&
		    (rc = map_new(b, item, side, item->width, &path[i].at)) < 0)
			return rc;
		s = s ? s : stack_add(b, in, 1, false, in->side);
		items[s->c.branches] = item;
		branch_add(&s->c, item, pool, &path[i].at);
	}
	return s ? stack_close(b, &s->c, items) : 0;
}

/* The block at item *i, which becomes the item of its end. */
static int block_build(struct builder *b, size_t *i, struct nn_map *at)
{
	bool adds = b->text->item[*i].kind == NN_ADD;
	struct path path[NN_PATHS];
	struct nn_map wide;
	int n, rc, first = 0;

	b->block = b->text->item[*i].name;
	b->side = at->side;
	if ((n = paths_find(b, *i, path, i)) < 0)
		return n;
	rc = adds ? paths_add(b, *i, path, n, at, &wide, &first)
		  : paths_join(b, *i, path, n, at, &wide);
	if (rc < 0 || (rc = paths_stack(b, path, n, at)) < 0)
		return rc;
	for (int k = 0; k < n; k++)
		if ((rc = path_build(b, path[k].from, path[k].to, &path[k].at, &path[k].goal)) < 0)
			return rc;
	if (adds)
		paths_sum(b, path, n, first, &wide);
	b->block = "";
	*at = wide;
	return 0;
}

/* Of the steps that read one map the last one comes first on the way back: the others add. */
static void adds_mark(struct nn_plan *p)
{
	for (size_t i = 0; i < p->steps; i++)
		for (size_t k = i + 1; k < p->steps; k++)
			p->step[i].add |= p->step[k].in.at == p->step[i].in.at;
}

/* What decorrelates the bands of a pixel: measured in training data, and nothing learns it. */
static void whiten_add(struct builder *b)
{
	struct nn_plan *p = b->plan;
	size_t bands = (size_t)b->net->shape.bands;

	p->whiten = true;
	p->white_weight = pz_nn_plan_place(b, bands * bands);
	p->white_bias = pz_nn_plan_place(b, bands);
	pz_nn_plan_add_layer(b, "whiten", 1, bands, bands, b->net->shape.size);
	pz_nn_plan_add_tensor(b, PZ_ROLE_SCALE, "whiten", "weight", p->white_weight, 4,
			      (size_t[]){ bands, 1, 1, bands });
	pz_nn_plan_add_tensor(b, PZ_ROLE_SCALE, "whiten", "bias", p->white_bias, 1, &bands);
}

/* Items from the first on to mean or flatten, or to what joins the vector where no pixels are
 * read; returns that item's number. */
int pz_nn_plan_trunk(struct builder *b, size_t *i)
{
	struct nn_plan *p = b->plan;
	const struct pz_net_shape *s = &b->net->shape;
	int rc = map_new(b, b->text->item, s->size, s->bands, &p->image);

	p->last = p->image;
	if (b->text->item[*i].kind == NN_WHITEN) {
		whiten_add(b);
		++*i;
	}
	while (rc == 0) {
		enum nn_kind kind = b->text->item[*i].kind;
		size_t end = *i;

		if (kind >= NN_MEAN)
			break;
		if (kind == NN_BLOCK || kind == NN_ADD) {
			rc = block_build(b, i, &p->last);
			++*i;
			continue;
		}
		while (b->text->item[end].kind <= NN_POOL_SAME)
			end++;
		rc = path_build(b, *i, end, &p->last, NULL);
		*i = end;
	}
	adds_mark(p);
	return rc;
}
