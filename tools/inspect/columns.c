/* columns.c -- collects the values of all records by their names */
#include <stdlib.h>
#include <string.h>

#include <pz/text.h>

#include "../common/counted.h"
#include "../common/scalars.h"
#include "columns.h"

int columns_init(struct columns *c)
{
	*c = (struct columns){ 0 };
	c->column = calloc(COLUMNS_MAX, sizeof *c->column);
	return c->column ? 0 : pz_fail(PZ_ENOMEM, "no memory for the columns");
}

void columns_release(struct columns *c)
{
	for (int i = 0; i < c->n; i++)
		tally_release(&c->column[i].tally);
	free(c->column);
}

/* Records usually have their keys in the same order: the column after the last one is tried first.
 */
struct column *columns_find(struct columns *c, const struct value *v)
{
	int i = c->guess;

	if (i >= c->n || strcmp(c->column[i].name, v->name) != 0)
		for (i = 0; i < c->n && strcmp(c->column[i].name, v->name) != 0; i++)
			;
	if (i == COLUMNS_MAX) {
		c->dropped++;
		return NULL;
	}
	if (i == c->n) {
		c->n++;
		memcpy(c->column[i].name, v->name, sizeof v->name);
		c->column[i].type = v->type;
		tally_init(&c->column[i].tally);
	}
	c->guess = (i + 1) % COLUMNS_MAX;
	return &c->column[i];
}

int columns_walk(struct columns *c, struct tool *t, value_fn *fn)
{
	pz_map *scratch = pz_map_new();
	int rc;

	if (!scratch)
		return pz_fail(PZ_ENOMEM, "no memory for a record");
	while ((rc = pz_read(t->in)) > 0)
		if ((rc = values_each(pz_reader_record(t->in), scratch, fn, c)) < 0) {
			rc = record_fail(t->in, pz_reader_record(t->in), rc);
			break;
		}
	pz_map_free(scratch);
	if (rc >= 0 && c->dropped)
		tool_say(t, "only the first %d names are shown; %s left out", COLUMNS_MAX,
			 COUNTED(c->dropped, "value of another was", "values of others were"));
	return rc;
}

void column_print_name(const struct column *column, int width, FILE *to)
{
	int n = (int)pz_text_print(column->name, strlen(column->name), ' ', to);

	if (n < width)
		fprintf(to, "%*s", width - n, "");
}
