/* write.c -- arrays of one number of rows into a file, columns side by side
 *
 * A few rows of each column come at a time; they are gathered, so that large pieces are written.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pz/error.h>

#include "../base/os.h"
#include "write.h"

#define BLOCK  ((size_t)1 << 18) /* bytes of a column that are gathered, a row at least         */
#define SETTLE ((size_t)1 << 24) /* bytes after which the disk begins, while we go on computing */

static bool ends_in(const char *path, const char *ending)
{
	size_t n = strlen(path), m = strlen(ending);

	return n > m && !strcasecmp(path + n - m, ending);
}

bool pz_arrays_can_write(const char *path)
{
	return ends_in(path, ".npz") || ends_in(path, ".hdf5") || ends_in(path, ".h5");
}

/* Two arrays of one name, or one that is named as another's group. */
static int check_names(const struct pz_arrays_file *f)
{
	for (int i = 0; i < f->n; i++)
		for (int k = 0; k < f->n; k++) {
			const char *a = f->out[i].is->name, *b = f->out[k].is->name;
			size_t n = strlen(a);

			if (i != k && !strncmp(a, b, n) && (b[n] == '\0' || b[n] == '/'))
				return pz_fail(PZ_EDATA,
					       "%s: two arrays cannot have the names '%s' and '%s'",
					       f->path, a, b);
		}
	return 0;
}

static int plan_column(struct pz_arrays_file *f, struct out *out, uint64_t rows)
{
	const struct pz_array_column *c = out->is;
	size_t values = 1;

	for (int d = c->alone ? 1 : 0; d < c->dims; d++)
		values *= c->shape[d];
	out->rows = !c->alone ? rows : c->dims ? c->shape[0] : 1;
	out->one = values * c->bytes;
	out->room = out->one && out->one < BLOCK ? BLOCK / out->one : 1;
	/* zeros: of a text without bytes HDF5 takes one */
	out->block = calloc(out->room * out->one + 1, 1);
	if (!*c->name || strlen(c->name) >= PZ_ARRAY_NAME || c->name[0] == '/')
		return pz_fail(PZ_EDATA, "%s: an array cannot have the name '%.80s'", f->path,
			       c->name);
	return out->block ? 0 : pz_fail(PZ_ENOMEM, "%s: no memory for a block of rows", f->path);
}

static void release(struct pz_arrays_file *f)
{
	for (int c = 0; f->out && c < f->n; c++)
		free(f->out[c].block);
	free(f->out);
	free(f->path);
	free(f);
}

int pz_arrays_begin(struct pz_arrays_file **out, const char *path, uint64_t rows,
		    const struct pz_array_column *columns, int n)
{
	struct pz_arrays_file *f = calloc(1, sizeof *f);
	int rc = 0;

	*out = NULL;
	if (!f || !(f->path = strdup(path)) ||
	    !(f->out = calloc(n ? (size_t)n : 1, sizeof *f->out))) {
		if (f)
			release(f);
		return pz_fail(PZ_ENOMEM, "%s: no memory", path);
	}
	f->n = n;
	f->writer = ends_in(path, ".npz") ? &pz_arrays_npz : &pz_arrays_hdf5;
	for (int c = 0; c < n && rc == 0; c++) {
		f->out[c].is = &columns[c];
		rc = plan_column(f, &f->out[c], rows);
	}
	if (rc < 0 || (rc = check_names(f)) < 0 || (rc = f->writer->begin(f)) < 0)
		pz_arrays_abandon(f);
	else
		*out = f;
	return rc;
}

static int flush_block(struct pz_arrays_file *f, int c)
{
	struct out *out = &f->out[c];
	size_t n = out->used;
	int rc;

	if (n == 0)
		return 0;
	out->used = 0;
	rc = f->writer->put(f, c, n, out->block);
	out->written += n;
	f->unsettled += n * out->one;
	if (f->unsettled >= SETTLE) {
		f->unsettled = 0;
		pz_os_write_out(fileno(f->file.stream));
	}
	return rc;
}

int pz_arrays_add(struct pz_arrays_file *f, int c, size_t n, const void *values)
{
	struct out *out = &f->out[c];
	const char *at = values;
	int rc = 0;

	if (n > out->rows - out->written - out->used)
		return pz_fail(PZ_EARG, "%s: array '%s': expected %llu rows, found more", f->path,
			       out->is->name, (unsigned long long)out->rows);
	for (size_t some; n > 0 && rc == 0; n -= some, at += some * out->one) {
		some = out->room - out->used < n ? out->room - out->used : n;
		memcpy(out->block + out->used * out->one, at, some * out->one);
		out->used += some;
		if (out->used == out->room)
			rc = flush_block(f, c);
	}
	return rc;
}

int pz_arrays_note(struct pz_arrays_file *f, int c, const char *key, const char *text)
{
	return f->writer->note ? f->writer->note(f, c, key, text, 0) : 0;
}

int pz_arrays_note_number(struct pz_arrays_file *f, int c, const char *key, double number)
{
	return f->writer->note ? f->writer->note(f, c, key, NULL, number) : 0;
}

int pz_arrays_finish(struct pz_arrays_file *f)
{
	int rc = 0;

	for (int c = 0; c < f->n && rc == 0; c++) {
		rc = flush_block(f, c);
		if (rc == 0 && f->out[c].written != f->out[c].rows)
			rc = pz_fail(PZ_EARG, "%s: array '%s': expected %llu rows, found %llu",
				     f->path, f->out[c].is->name,
				     (unsigned long long)f->out[c].rows,
				     (unsigned long long)f->out[c].written);
	}
	if (rc < 0) {
		pz_arrays_abandon(f);
		return rc;
	}
	if ((rc = f->writer->end(f, true)) == 0)
		rc = pz_file_commit(&f->file);
	else
		pz_file_abandon(&f->file);
	release(f);
	return rc;
}

void pz_arrays_abandon(struct pz_arrays_file *f)
{
	if (!f)
		return;
	f->writer->end(f, false);
	pz_file_abandon(&f->file);
	release(f);
}
