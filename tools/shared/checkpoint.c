/* checkpoint.c -- a model with Adam's moments and the numbers of its run */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include <pz/error.h>
#include <pz/file.h>

#include "checkpoint.h"
#include "tensors.h"

static const struct {
	const char *name;
	size_t offset;
} fields[] = {
	{ "checkpoint.examples", offsetof(struct run_id, examples) },
	{ "checkpoint.batch", offsetof(struct run_id, batch) },
	{ "checkpoint.augment", offsetof(struct run_id, augment) },
	{ "checkpoint.roles", offsetof(struct run_id, roles) },
};

static void put_numbers(pz_map *m, const struct pz_train *t, const struct run_id *id)
{
	const char *const names[] = { "examples",  "batch", "augment",  "roles",
				      "iteration", "step",  "loss_sum", "loss_count" };
	const double values[] = { id->examples,         id->batch,
				  id->augment,          id->roles,
				  (double)t->iteration, (double)t->adam.step,
				  t->loss_sum,          (double)t->loss_count };

	pz_map_set_named(m, "checkpoint", names, values, sizeof values / sizeof *values);
	pz_map_set_integer(m, "seed", (int64_t)id->seed);
	pz_map_set_integer(m, "data", (int64_t)id->data);
}

int checkpoint_write_to(FILE *to, const char *name, const struct model *m, const struct pz_train *t,
			const struct run_id *id)
{
	struct pz_header h;
	struct pz_writer *w = NULL;
	int rc = pz_header_copy(&h, &m->header);

	if (rc < 0)
		return rc;
	put_numbers(h.map, t, id);
	if ((rc = pz_writer_open(&w, to, name, &h)) == 0 && (rc = model_write(m, w)) == 0 &&
	    (rc = tensors_write(w, m->net, t->adam.first, 1, t->adam.roles)) == 0)
		rc = tensors_write(w, m->net, t->adam.second, 2, t->adam.roles);
	if (rc == 0)
		rc = pz_writer_close(w);
	else
		pz_writer_abandon(w);
	pz_header_release(&h);
	return rc;
}

int checkpoint_write(const char *path, const struct model *m, const struct pz_train *t,
		     const struct run_id *id)
{
	struct pz_file f;
	int rc = pz_file_begin(&f, path);

	if (rc < 0)
		return rc;
	if ((rc = checkpoint_write_to(f.stream, path, m, t, id)) < 0) {
		pz_file_abandon(&f);
		return rc;
	}
	return pz_file_commit(&f);
}

/* Whether h is a checkpoint of the run id. */
static int check_run(const struct pz_header *h, const struct run_id *id)
{
	int64_t seed = 0, data = 0;

	if (!pz_map_has(h->map, "checkpoint"))
		return pz_fail(PZ_EFIT, "a model, but no checkpoint");
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		double want = *(const double *)((const char *)id + fields[i].offset);
		double have = pz_map_number(h->map, fields[i].name, NAN);

		if (have != want)
			return pz_fail(PZ_EFIT, "%s: this run has %g, the checkpoint %g",
				       fields[i].name + strlen("checkpoint."), want, have);
	}
	if (pz_map_integer(h->map, "seed", &seed) <= 0 || (uint64_t)seed != id->seed)
		return pz_fail(PZ_EFIT, "seed: this run has %llu, the checkpoint %llu",
			       (unsigned long long)id->seed, (unsigned long long)seed);
	if (pz_map_integer(h->map, "data", &data) <= 0 || (uint64_t)data != id->data)
		return pz_fail(PZ_EFIT, "its run learned from other stamps or labels");
	return 0;
}

static int check_net(const struct pz_header *h, const struct model *m)
{
	char text[PZ_NET_TEXT_MAX];
	int rc = model_fits(m, h);

	if (rc < 0)
		return rc;
	if (pz_map_text(h->map, "net", text, sizeof text) <= 0 ||
	    strcmp(text, pz_net_text(m->net)) != 0)
		return pz_fail(PZ_EFIT, "net: the checkpoint's network is another");
	if (!h->has_grid || pz_grid_total(&h->grid) != pz_grid_total(&m->header.grid))
		return pz_fail(PZ_EFIT, "grid: this run has %d bins, the checkpoint %d",
			       pz_grid_total(&m->header.grid),
			       h->has_grid ? pz_grid_total(&h->grid) : 0);
	return 0;
}

static int take_numbers(const struct pz_header *h, struct pz_train *t)
{
	int64_t iteration = -1, step = -1, loss_count = -1;

	if (pz_map_integer(h->map, "checkpoint.iteration", &iteration) <= 0 || iteration < 0 ||
	    pz_map_integer(h->map, "checkpoint.step", &step) <= 0 || step < 0 ||
	    pz_map_integer(h->map, "checkpoint.loss_count", &loss_count) <= 0 || loss_count < 0)
		return pz_fail(PZ_ECUT, "header: checkpoint: expected iteration, step, loss_count");
	t->iteration = iteration;
	t->adam.step = step;
	t->loss_count = loss_count;
	t->loss_sum = pz_map_number(h->map, "checkpoint.loss_sum", 0);
	return 0;
}

int checkpoint_read(const char *path, struct model *m, struct pz_train *t, const struct run_id *id)
{
	struct pz_reader *from;
	const struct pz_header *h;
	int rc = pz_reader_open(&from, &path, 1, 0);

	if (rc < 0)
		return rc;
	h = pz_reader_header(from);
	if ((rc = pz_header_need_kind(h, "model")) < 0 || (rc = check_run(h, id)) < 0 ||
	    (rc = check_net(h, m)) < 0 || (rc = take_numbers(h, t)) < 0)
		pz_fail_in(rc, "%s", path);
	else
		rc = tensors_read(
			from,
			&(struct tensors){
				.net = m->net,
				.block = { pz_net_values(m->net), t->adam.first, t->adam.second },
				.roles = { PZ_ROLES_ALL, t->adam.roles, t->adam.roles } });
	pz_reader_close(from);
	return rc;
}
