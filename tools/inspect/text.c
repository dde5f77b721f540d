/* text.c -- prints a summary, records as text, JSON, or the result of a check */
#include <inttypes.h>
#include <string.h>

#include <pz/text.h>

#include "../common/history.h"
#include "../common/values.h"
#include "view.h"

#define NAME_WIDTH 18 /* of the column of names */

static int print_named(FILE *to, const struct value *v)
{
	int rc, n;

	n = (int)pz_text_print(v->name, strlen(v->name), '?', to);
	fprintf(to, "%*s", n < NAME_WIDTH ? NAME_WIDTH - n : 1, "");
	rc = value_print_readable(v, NAME_WIDTH, to);
	fputc('\n', to);
	return rc;
}

static int print_header_value(void *context, const struct value *v)
{
	const struct tool *t = context;

	return strcmp(v->name, "history") ? print_named(t->text, v) : 0;
}

static void print_history(const struct tool *t, pz_map *step)
{
	size_t size, n = 0;
	const void *raw = pz_map_raw(pz_reader_header(t->in)->map, "history", &size);
	const void *item = NULL;
	const char *name = "history";

	while (raw && pz_value_next(raw, size, &item, &n)) {
		if (pz_map_decode(step, item, n) < 0)
			continue;
		fprintf(t->text, "%-*s ", NAME_WIDTH - 1, name);
		history_print_step(step, t->text);
		fputc('\n', t->text);
		name = "";
	}
}

/* A model's record: name and shape; returns how many parameters it has. */
static double print_tensor(const pz_map *record, FILE *to)
{
	double shape[4], count = 1;
	int rank = pz_map_numbers(record, "shape", shape, 4);
	struct value v;

	if (rank < 1 || rank > 4 || !value_find(record, "name", &v))
		return 0;
	fprintf(to, "%-*s ", NAME_WIDTH - 1, "tensor");
	value_print_cell(&v, to);
	for (int i = 0; i < rank; i++) {
		fprintf(to, "%s%.0f", i ? " x " : "  ", shape[i]);
		count *= shape[i];
	}
	fprintf(to, "  (%.0f)\n", count);
	return count;
}

/* Reads to the end. */
static int print_records(struct tool *t)
{
	bool model = !strcmp(pz_reader_header(t->in)->kind, "model");
	double parameters = 0;
	int rc;

	while ((rc = pz_read(t->in)) > 0)
		if (model)
			parameters += print_tensor(pz_reader_record(t->in), t->text);
	if (rc < 0)
		return rc;
	if (model)
		fprintf(t->text, "%-*s %.0f\n", NAME_WIDTH - 1, "parameters", parameters);
	fprintf(t->text, "%-*s %" PRIu64 ", complete, hash as written\n", NAME_WIDTH - 1, "records",
		pz_reader_count(t->in));
	fprintf(t->text, "%-*s %016" PRIx64 "\n", NAME_WIDTH - 1, "hash", pz_reader_hash(t->in));
	return 0;
}

int view_summary(struct tool *t)
{
	pz_map *scratch = pz_map_new();
	int rc;

	if (!scratch)
		return pz_fail(PZ_ENOMEM, "no memory for a record");
	rc = values_each(pz_reader_header(t->in)->map, scratch, print_header_value, t);
	if (rc >= 0) {
		print_history(t, scratch);
		rc = print_records(t);
	}
	pz_map_free(scratch);
	return rc;
}

static int print_record_value(void *context, const struct value *v)
{
	return print_named(context, v);
}

int view_head(struct tool *t, int n)
{
	pz_map *scratch = pz_map_new();
	int rc = 1;

	if (!scratch)
		return pz_fail(PZ_ENOMEM, "no memory for a record");
	for (int i = 0; i < n && rc >= 0 && (rc = pz_read(t->in)) > 0; i++) {
		fprintf(t->text, "%srecord %d\n", i ? "\n" : "", i + 1);
		rc = values_each(pz_reader_record(t->in), scratch, print_record_value, t->text);
	}
	pz_map_free(scratch);
	return rc < 0 ? rc : 0;
}

static int print_json(const pz_map *m, FILE *to)
{
	int rc = pz_map_json(m, 0, to);

	fputc('\n', to);
	return rc;
}

int view_json(struct tool *t)
{
	int got, rc = print_json(pz_reader_header(t->in)->map, t->text);

	while (rc == 0 && (got = pz_read(t->in)) != 0)
		rc = got < 0 ? got : print_json(pz_reader_record(t->in), t->text);
	return rc;
}

int view_check(struct tool *t)
{
	int rc;

	while ((rc = pz_read(t->in)) > 0)
		;
	if (rc == 0)
		fprintf(t->text, "ok: %" PRIu64 " records\n", pz_reader_count(t->in));
	return rc;
}
