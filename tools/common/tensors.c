/* tensors.c -- blocks of parameters and moments as records */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "tensors.h"

#define ALIGN 64 /* of a tensor's data in the file */

static const char *role_name(enum pz_role role)
{
	switch (role) {
	case PZ_ROLE_TRUNK:
		return "trunk";
	case PZ_ROLE_HIDDEN:
		return "hidden";
	case PZ_ROLE_HEAD:
		return "head";
	case PZ_ROLE_SCALE:
		return "scale";
	default:
		return "gate";
	}
}

/* Bytes of a map of a few short keys, as MessagePack has it. */
static size_t packed_size(const pz_map *m)
{
	size_t total = 1;

	for (size_t i = 0; i < pz_map_count(m); i++) {
		size_t key, value;

		pz_map_key(m, i, &key);
		pz_map_raw_at(m, i, &value);
		total += 1 + key + value;
	}
	return total;
}

/* Sets "pad" to as many bytes as bring the data of the record's end, which follows
 * as its last key, to a boundary. */
static void set_pad(pz_map *m, uint64_t position, size_t data)
{
	const unsigned char zero[ALIGN] = { 0 };
	size_t head = 1 + strlen("data") + (data < 256 ? 2 : data < 65536 ? 3 : 5);
	size_t pad = 1 + strlen("pad") + 2;
	uint64_t at = position + packed_size(m) + pad + head;

	pz_map_set_bytes(m, "pad", zero, (size_t)(-at % ALIGN));
}

/* One tensor's part of a block: the parameters (moment 0) or a moment of Adam. */
static int write_tensor(struct pz_writer *to, pz_map *m, const struct pz_tensor *t,
			const float *block, int moment)
{
	double shape[4];

	for (int i = 0; i < t->rank; i++)
		shape[i] = (double)t->shape[i];
	pz_map_clear(m);
	pz_map_set_text(m, "name", t->name);
	pz_map_set_text(m, "role", role_name(t->role));
	if (moment)
		pz_map_set_integer(m, "moment", moment);
	pz_map_set_numbers(m, "shape", shape, t->rank, 0);
	set_pad(m, pz_writer_position(to), t->count * sizeof *block);
	pz_map_set_bytes(m, "data", block + t->offset, t->count * sizeof *block);
	return pz_write(to, m);
}

int tensors_write(struct pz_writer *to, const struct pz_net *net, const float *block, int moment,
		  unsigned roles)
{
	pz_map *m = pz_map_new();
	int rc = m ? 0 : pz_fail(PZ_ENOMEM, "no memory for a tensor");

	for (size_t i = 0; rc == 0 && i < pz_net_tensors(net); i++) {
		const struct pz_tensor *t = pz_net_tensor(net, i);

		if (t->role & roles)
			rc = write_tensor(to, m, t, block, moment);
	}
	pz_map_free(m);
	return rc;
}

static int check_shape(const pz_map *record, const struct pz_tensor *t)
{
	double shape[4];
	int rank = pz_map_numbers(record, "shape", shape, 4);

	if (rank < 0)
		return rank;
	for (int i = 0; i < t->rank && rank == t->rank; i++)
		if (shape[i] != (double)t->shape[i])
			rank = 0;
	return rank == t->rank
		       ? 0
		       : pz_fail(PZ_ECORRUPT,
				 "shape: expected that of the network (%zu values), found another",
				 t->count);
}

static int check_values(const float *v, size_t n)
{
	size_t i = 0;

	if (pz_pixels_finite(v, n))
		return 0;
	while (isfinite(v[i]))
		i++;
	return pz_fail(PZ_ECORRUPT, "value %zu: expected a finite number, found %g", i,
		       (double)v[i]);
}

/* The data of one tensor into its place. */
static int take_data(const pz_map *record, const struct pz_tensor *t, float *block)
{
	const void *bytes;
	size_t size = 0;
	int rc = check_shape(record, t);

	if (rc < 0 || (rc = pz_map_bytes(record, "data", &bytes, &size)) < 0)
		return rc;
	if (size != t->count * sizeof *block)
		return pz_fail(PZ_ECORRUPT, "data: expected %zu bytes, found %zu",
			       t->count * sizeof *block, size);
	memcpy(block + t->offset, bytes, size);
	return check_values(block + t->offset, t->count);
}

static int take_tensor(struct tensors *in, const pz_map *record)
{
	char name[sizeof((struct pz_tensor *)0)->name];
	const struct pz_tensor *t;
	int64_t moment = 0;
	size_t at = 0;
	int rc;

	if ((rc = pz_map_text(record, "name", name, sizeof name)) <= 0)
		return rc < 0 ? rc
			      : pz_fail(PZ_ECORRUPT, "expected the name of a tensor, found none");
	if (!(t = pz_net_find(in->net, name)))
		return pz_fail(PZ_ECORRUPT, "tensor '%s': the network has no such tensor", name);
	if ((rc = pz_map_integer(record, "moment", &moment)) < 0 || moment < 0 ||
	    moment >= TENSORS_BLOCKS)
		return pz_fail(PZ_ECORRUPT, "tensor '%s': moment: expected 1 to %d", name,
			       TENSORS_BLOCKS - 1);
	if (!in->block[moment])
		return 0;
	while (pz_net_tensor(in->net, at) != t)
		at++;
	if (in->came[at] & 1u << moment)
		return pz_fail(PZ_ECORRUPT, "tensor '%s': expected it once, found it twice", name);
	in->came[at] |= (unsigned char)(1u << moment);
	return (rc = take_data(record, t, in->block[moment])) < 0
		       ? pz_fail_in(rc, "tensor '%s'", name)
		       : 0;
}

static int check_complete(const struct tensors *in)
{
	for (size_t i = 0; i < pz_net_tensors(in->net); i++) {
		const struct pz_tensor *t = pz_net_tensor(in->net, i);

		for (int k = 0; k < TENSORS_BLOCKS; k++)
			if (in->block[k] && in->roles[k] & t->role && !(in->came[i] & 1u << k))
				return pz_fail(
					PZ_ECORRUPT,
					"tensor '%s': expected in the file, found no record of it",
					t->name);
	}
	return 0;
}

int tensors_read(struct pz_reader *from, struct tensors *in)
{
	int got;

	if (!(in->came = calloc(pz_net_tensors(in->net), 1)))
		return pz_fail(PZ_ENOMEM, "no memory for a model");
	while ((got = pz_read(from)) > 0)
		if ((got = take_tensor(in, pz_reader_record(from))) < 0) {
			pz_fail_in(got, "%s", pz_reader_name(from));
			break;
		}
	if (got == 0 && (got = check_complete(in)) < 0)
		pz_fail_in(got, "%s", pz_reader_name(from));
	free(in->came);
	return got;
}
