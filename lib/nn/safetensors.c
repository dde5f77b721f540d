/* safetensors.c -- a network's parameters as a safetensors file
 *
 *      8 bytes     length of the header, lowest first
 *      header      JSON: {"NAME": {"dtype": "F32", "shape": [..], "data_offsets": [begin, end]}}
 *      values      float32, lowest byte first
 *
 * Source: github.com/huggingface/safetensors, "Format".
 */
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pz/error.h>
#include <pz/exchange.h>
#include <pz/file.h>
#include <pz/pixel.h>

#define HEADER_MAX ((uint64_t)1 << 24) /* bytes; a network here has a few hundred tensors */
#define ALIGN      8

/* The engine's axis in the place of PyTorch's axis i: (out, in, ky, kx) of (out, ky, kx, in). */
static int axis(const struct pz_tensor *t, int i)
{
	return t->rank < 4 || i == 0 ? i : i == 1 ? 3 : i - 1;
}

/* -- writing */

/* The header as JSON, to be freed; NULL: no memory. */
static char *make_header(const struct pz_net *net, const struct pz_note *notes, int n)
{
	json_t *all = json_object(), *said = json_object();
	uint64_t at = 0;
	char *text;

	for (int i = 0; i < n; i++)
		json_object_set_new(said, notes[i].key, json_string(notes[i].text));
	json_object_set_new(all, "__metadata__", said);
	for (size_t i = 0; i < pz_net_tensors(net); i++) {
		const struct pz_tensor *t = pz_net_tensor(net, i);
		uint64_t end = at + t->count * sizeof(float);
		json_t *shape = json_array();

		for (int k = 0; k < t->rank; k++)
			json_array_append_new(shape,
					      json_integer((json_int_t)t->shape[axis(t, k)]));
		json_object_set_new(all, t->name,
				    json_pack("{s:s, s:o, s:[I, I]}", "dtype", "F32", "shape",
					      shape, "data_offsets", (json_int_t)at,
					      (json_int_t)end));
		at = end;
	}
	text = json_dumps(all, JSON_COMPACT);
	json_decref(all);
	return text;
}

/* One tensor's values in PyTorch's order, where that is another one by way of moved. */
static bool write_values(const struct pz_tensor *t, const float *v, FILE *to)
{
	size_t area = t->rank == 4 ? t->shape[1] * t->shape[2] : 1;
	size_t in = t->shape[t->rank - 1];

	if (area == 1)
		return fwrite(v, sizeof *v, t->count, to) == t->count;
	for (size_t o = 0; o < t->shape[0]; o++)
		for (size_t i = 0; i < in; i++)
			for (size_t k = 0; k < area; k++)
				if (fwrite(&v[(o * area + k) * in + i], sizeof *v, 1, to) != 1)
					return false;
	return true;
}

int pz_net_write_safetensors(const struct pz_net *net, const struct pz_note *notes, int n, FILE *to)
{
	const float *values = pz_net_values((struct pz_net *)(uintptr_t)net);
	char *header = make_header(net, notes, n);
	size_t size = header ? strlen(header) : 0, filled = (size + ALIGN - 1) / ALIGN * ALIGN;
	unsigned char length[8];
	bool ok;

	if (!header)
		return pz_fail(PZ_ENOMEM, "no memory for a header of tensors");
	for (int i = 0; i < 8; i++)
		length[i] = (unsigned char)((uint64_t)filled >> 8 * i);
	ok = fwrite(length, 1, 8, to) == 8 && fwrite(header, 1, size, to) == size &&
	     fprintf(to, "%*s", (int)(filled - size), "") >= 0;
	free(header);
	for (size_t i = 0; ok && i < pz_net_tensors(net); i++)
		ok = write_values(pz_net_tensor(net, i), values + pz_net_tensor(net, i)->offset,
				  to);
	return ok ? 0 : pz_fail(PZ_EIO, "cannot write the tensors: %m");
}

/* -- reading */

struct file {
	const char *path;
	int fd;
	uint64_t begin, size; /* of the values */
	json_t *header;
};

/* A tensor as the file describes it. */
struct stored {
	const char *type;
	size_t bytes; /* of a value */
	uint64_t begin;
};

static int open_file(struct file *f, const char *path)
{
	unsigned char length[8];
	uint64_t size = 0;
	json_error_t error;
	struct stat st;
	char *text;
	int rc;

	*f = (struct file){ .path = path, .fd = open(path, O_RDONLY | O_CLOEXEC) };
	if (f->fd < 0 || fstat(f->fd, &st) < 0)
		return pz_fail(PZ_EIO, "%s: %m", path);
	if ((rc = pz_file_get(f->fd, 0, length, sizeof length)) < 0)
		return pz_fail(PZ_ECORRUPT, "%s: expected tensors (safetensors), found %lld bytes",
			       path, (long long)st.st_size);
	for (int i = 0; i < 8; i++)
		size |= (uint64_t)length[i] << 8 * i;
	if (size < 2 || size > HEADER_MAX || size + 8 > (uint64_t)st.st_size)
		return pz_fail(PZ_ECORRUPT,
			       "%s: expected tensors (safetensors), found a header of %llu bytes",
			       path, (unsigned long long)size);
	if (!(text = malloc(size)))
		return pz_fail(PZ_ENOMEM, "%s: no memory for a header", path);
	if ((rc = pz_file_get(f->fd, 8, text, size)) == 0)
		f->header = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
	free(text);
	if (rc == 0 && !json_is_object(f->header))
		rc = pz_fail(PZ_ECORRUPT, "%s: the header is no JSON: %s", path, error.text);
	f->begin = 8 + size;
	f->size = (uint64_t)st.st_size - f->begin;
	return rc;
}

static void close_file(struct file *f)
{
	json_decref(f->header);
	if (f->fd >= 0)
		close(f->fd);
}

static size_t type_bytes(const char *type)
{
	static const struct {
		const char *name;
		size_t bytes;
	} known[] = { { "F64", 8 }, { "F32", 4 }, { "F16", 2 }, { "BF16", 2 } };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (!strcmp(known[i].name, type))
			return known[i].bytes;
	return 0;
}

static bool shape_fits(const struct pz_tensor *t, const json_t *shape)
{
	if (!json_is_array(shape) || json_array_size(shape) != (size_t)t->rank)
		return false;
	for (int i = 0; i < t->rank; i++)
		if (json_integer_value(json_array_get(shape, (size_t)i)) !=
		    (json_int_t)t->shape[axis(t, i)])
			return false;
	return true;
}

static int fail_tensor(const struct file *f, const struct pz_tensor *t, enum pz_error code,
		       const char *expected)
{
	return pz_fail(code, "%s: tensor '%s': expected %s", f->path, t->name, expected);
}

/* The same, and what the header says instead. */
static int fail_found(const struct file *f, const struct pz_tensor *t, enum pz_error code,
		      const char *expected, const json_t *found)
{
	char *text = found ? json_dumps(found, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
	int rc = pz_fail(code, "%s: tensor '%s': expected %s, found %.80s", f->path, t->name,
			 expected, text ? text : "nothing");

	free(text);
	return rc;
}

/* What the header says of a tensor, checked against the network and the file. */
static int find_tensor(const struct file *f, const struct pz_tensor *t, struct stored *s)
{
	const json_t *of = json_object_get(f->header, t->name);
	const json_t *range = json_object_get(of, "data_offsets");
	json_int_t begin = json_integer_value(json_array_get(range, 0));
	json_int_t end = json_integer_value(json_array_get(range, 1));
	char expected[120] = "the shape (";
	size_t used = strlen(expected);

	if (!shape_fits(t, json_object_get(of, "shape"))) {
		for (int i = 0; i < t->rank; i++)
			used += (size_t)snprintf(expected + used, sizeof expected - used, "%s%zu%s",
						 i ? ", " : "", t->shape[axis(t, i)],
						 i + 1 < t->rank ? "" : ")");
		return fail_found(f, t, PZ_EMISMATCH, expected, json_object_get(of, "shape"));
	}
	s->type = json_string_value(json_object_get(of, "dtype"));
	if (!s->type || !(s->bytes = type_bytes(s->type)))
		return fail_found(f, t, PZ_EDATA, "the type F64, F32, F16 or BF16",
				  json_object_get(of, "dtype"));
	if (begin < 0 || end < begin || (uint64_t)end > f->size ||
	    (uint64_t)(end - begin) != t->count * s->bytes)
		return fail_tensor(f, t, PZ_ECORRUPT,
				   "as many bytes as its shape has, in the file");
	s->begin = f->begin + (uint64_t)begin;
	return 0;
}

static float value_of(const struct stored *s, const unsigned char *raw)
{
	uint32_t bits = (uint32_t)raw[0] | (uint32_t)raw[1] << 8;
	double wide;
	float x;

	if (s->bytes == 8) {
		memcpy(&wide, raw, sizeof wide);
		return (float)wide;
	}
	if (s->type[0] == 'F' && s->bytes == 2)
		return pz_half_value((uint16_t)bits);
	if (s->bytes == 2) {
		bits <<= 16; /* bfloat16: the upper half of a float32 */
		memcpy(&x, &bits, sizeof x);
	} else {
		memcpy(&x, raw, sizeof x);
	}
	return x;
}

/* The values, from PyTorch's order into the engine's. */
static int take_tensor(const struct file *f, const struct pz_tensor *t, const struct stored *s,
		       float *to)
{
	size_t area = t->rank == 4 ? t->shape[1] * t->shape[2] : 1;
	size_t in = t->shape[t->rank - 1];
	unsigned char *raw = malloc(t->count * s->bytes), *at = raw;
	int rc = raw ? pz_file_get(f->fd, (off_t)s->begin, raw, t->count * s->bytes)
		     : pz_fail(PZ_ENOMEM, "%s: no memory for a tensor", f->path);

	for (size_t o = 0; o < t->count / (area * in) && rc == 0; o++)
		for (size_t i = 0; i < in; i++)
			for (size_t k = 0; k < area; k++, at += s->bytes)
				to[(o * area + k) * in + i] = value_of(s, at);
	free(raw);
	if (rc == 0 && !pz_pixels_finite(to, t->count))
		rc = fail_tensor(f, t, PZ_EDATA, "numbers, found NaN or infinity");
	return rc;
}

/* Names of the file that the network does not have, as one text. */
static int list_others(const struct file *f, const struct pz_net *net, char **others)
{
	const char *name;
	json_t *of;
	size_t size;
	FILE *to = open_memstream(others, &size);
	bool some = false;

	json_object_foreach(f->header, name, of)
	{
		if (!to || !strcmp(name, "__metadata__") || pz_net_find(net, name))
			continue;
		fprintf(to, "%s%s", some ? ", " : "", name);
		some = true;
	}
	if (pz_file_close_text(to, others) < 0)
		return pz_fail(PZ_ENOMEM, "%s: no memory for a list", f->path);
	if (!some) {
		free(*others);
		*others = NULL;
	}
	return 0;
}

static int read_tensors(const struct file *f, struct pz_net *net, unsigned roles, int *read)
{
	float *values = pz_net_values(net);
	int rc = 0;

	for (size_t i = 0; i < pz_net_tensors(net) && rc == 0; i++) {
		const struct pz_tensor *t = pz_net_tensor(net, i);
		struct stored s = { 0 };

		if (!json_object_get(f->header, t->name)) {
			if (t->role & roles)
				rc = fail_tensor(f, t, PZ_EMISMATCH, "it in the file, found none");
			continue;
		}
		rc = find_tensor(f, t, &s);
		if (rc == PZ_EMISMATCH && !(t->role & roles)) {
			rc = 0;
			continue;
		}
		if (rc == 0)
			rc = take_tensor(f, t, &s, values + t->offset);
		*read += rc == 0;
	}
	return rc;
}

int pz_net_read_safetensors(struct pz_net *net, const char *path, unsigned roles, int *read,
			    char **others)
{
	struct file f;
	int rc = open_file(&f, path);

	*read = 0;
	*others = NULL;
	if (rc == 0 && (rc = read_tensors(&f, net, roles, read)) == 0)
		rc = list_others(&f, net, others);
	close_file(&f);
	return rc;
}
