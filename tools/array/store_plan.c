/* store_plan.c -- the arrays of a file that holds a stream, and what stands in them but records */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "store_plan.h"

#define OWN   9         /* arrays beside those of columns, at most */
#define NAMES (1 << 20) /* names of features */

/* An array by itself. */
struct extra {
	const char *name;
	enum pz_array_kind kind;
	size_t bytes;
	uint64_t n;
	const void *values;
};

/* -- columns */

static void plan_values(struct pz_array_column *to, const struct stored_column *c,
			const struct pz_header *h)
{
	static const struct {
		enum pz_array_kind kind;
		size_t bytes;
	} type[] = {
		[STORED_INTEGER] = { PZ_ARRAY_INTEGER, 8 },
		[STORED_DOUBLE] = { PZ_ARRAY_FLOAT, 8 },
		[STORED_FLOAT] = { PZ_ARRAY_FLOAT, 4 },
		[STORED_BOOL] = { PZ_ARRAY_BOOL, 1 },
		[STORED_TEXT] = { PZ_ARRAY_TEXT, 0 },
		[STORED_BYTES] = { PZ_ARRAY_INTEGER, 1 },
		[STORED_BINS] = { PZ_ARRAY_FLOAT, 4 },
		[STORED_IMAGE] = { PZ_ARRAY_FLOAT, 0 },
	};

	*to = (struct pz_array_column){ .name = stored_array(c->path),
					.kind = type[c->stored].kind,
					.bytes = type[c->stored].bytes,
					.dims = c->vector,
					.shape = { c->width } };
	if (c->stored == STORED_TEXT)
		to->bytes = c->width;
	if (c->stored == STORED_BINS)
		to->shape[0] /= sizeof(float);
	if (c->stored != STORED_IMAGE)
		return;
	to->bytes = pz_pixel_bytes(h->pixel);
	to->dims = 3;
	to->shape[0] = (uint64_t)h->bands;
	to->shape[1] = to->shape[2] = (uint64_t)h->size;
}

/* Bytes of a record's values. */
static size_t row_bytes(const struct stored_column *c)
{
	bool numbers = c->stored == STORED_INTEGER || c->stored == STORED_DOUBLE ||
		       c->stored == STORED_FLOAT;

	return numbers ? (c->vector ? c->width : 1) * sizeof(double) : c->width + 1;
}

static int plan_columns(struct plan *p, const struct store *s, const struct pz_header *h)
{
	size_t row = 0;

	p->column = calloc((size_t)s->columns.n + OWN, sizeof *p->column);
	p->array = calloc((size_t)s->columns.n + 1, sizeof *p->array);
	p->met = calloc((size_t)s->columns.n + 1, 1);
	if (!p->column || !p->array || !p->met)
		return pz_fail(PZ_ENOMEM, "no memory for the arrays");
	for (int i = 0; i < s->columns.n; i++) {
		const struct stored_column *c = &s->columns.column[i];

		p->array[i] = -1;
		if (c->stored == STORED_REST)
			continue;
		row = row_bytes(c) > row ? row_bytes(c) : row;
		p->array[i] = p->n;
		plan_values(&p->column[p->n++], c, h);
	}
	p->row = malloc(row + 1);
	return p->row ? 0 : pz_fail(PZ_ENOMEM, "no memory for a record");
}

/* -- what stands by itself */

static void add_extra(struct plan *p, const struct extra *e)
{
	p->column[p->n++] = (struct pz_array_column){ .name = e->name,
						      .kind = e->kind,
						      .bytes = e->bytes,
						      .dims = 1,
						      .shape = { e->n },
						      .alone = true };
}

/* All texts of an array of the header, as an array of texts of one length. */
static int take_names(struct extra *e, const struct pz_header *h, const char *key)
{
	size_t size, item_size, n, longest = 1;
	const void *raw = pz_map_raw(h->map, key, &size), *item = NULL;
	char *names, *at;

	if (!raw || pz_value_type(raw) != PZ_ARRAY)
		return 0;
	while (pz_value_next(raw, size, &item, &item_size)) {
		if (pz_value_type(item) != PZ_TEXT)
			return 0;
		pz_value_bytes(item, item_size, &n);
		longest = n > longest ? n : longest;
		e->n++;
	}
	if (e->n == 0 || e->n > NAMES / longest)
		return 0;
	if (!(at = names = calloc(e->n, longest)))
		return pz_fail(PZ_ENOMEM, "no memory for names");
	for (item = NULL; pz_value_next(raw, size, &item, &item_size); at += longest) {
		const char *text = pz_value_bytes(item, item_size, &n);

		memcpy(at, text, n);
	}
	e->bytes = longest;
	e->values = names;
	return 1;
}

static int take_edges(struct extra *e, const struct pz_header *h)
{
	const struct pz_grid *g = &h->grid;
	double *edge = malloc(((size_t)pz_grid_total(g) + 1) * sizeof *edge);

	if (!edge)
		return pz_fail(PZ_ENOMEM, "no memory for a grid");
	for (int i = 0; i <= pz_grid_total(g); i++)
		edge[i] = g->min + (i - g->left) * ((g->max - g->min) / g->bins);
	e->n = (uint64_t)pz_grid_total(g) + 1;
	e->values = edge;
	return 1;
}

/* The header's bytes, borrowed from holder, which the caller frees. */
static int take_header(struct extra *e, const struct pz_header *h, pz_map **holder)
{
	size_t size = 0;

	if (!(*holder = pz_map_new()))
		return pz_fail(PZ_ENOMEM, "no memory for a header");
	pz_map_set_map(*holder, "header", h->map);
	if (pz_map_error(*holder) < 0)
		return pz_map_error(*holder);
	e->values = pz_map_raw(*holder, "header", &size);
	e->n = size;
	return 0;
}

/* -- attributes */

struct noted {
	struct plan *p;
	int rc;
};

static void note(struct noted *n, const char *array, const char *key, const char *text)
{
	for (int c = 0; c < n->p->n && n->rc == 0 && *text; c++)
		if (!strcmp(n->p->column[c].name, array))
			n->rc = pz_arrays_note(n->p->file, c, key, text);
}

static void note_number(struct noted *n, const char *array, const char *key, double x)
{
	for (int c = 0; c < n->p->n && n->rc == 0; c++)
		if (!strcmp(n->p->column[c].name, array))
			n->rc = pz_arrays_note_number(n->p->file, c, key, x);
}

static int note_all(struct plan *p, const struct pz_header *h)
{
	struct noted n = { .p = p };
	char bands[PZ_BANDS_MAX * PZ_BAND_NAME] = "", soften[PZ_BANDS_MAX * 26] = "", text[40];

	for (int b = 0; b < h->bands; b++)
		snprintf(bands + strlen(bands), sizeof bands - strlen(bands), "%s%s", b ? "," : "",
			 h->band[b]);
	for (int b = 0; b < h->bands && *h->stretch && h->has_soften; b++) {
		pz_value_format(h->soften[b], false, text, sizeof text);
		snprintf(soften + strlen(soften), sizeof soften - strlen(soften), "%s%s",
			 b ? "," : "", text);
	}
	note(&n, "image", "bands", bands);
	note(&n, "image", "unit", h->unit);
	note(&n, "image", "stretch", h->stretch);
	note(&n, "image", "survey", h->survey);
	if (h->pixscale > 0)
		note_number(&n, "image", "pixscale", h->pixscale);
	if (h->psf > 0)
		note_number(&n, "image", "psf", h->psf);
	if (*h->stretch && !h->has_soften)
		note_number(&n, "image", "divide", h->divide);
	note(&n, "image", "soften", soften);
	note(&n, "ra", "unit", "deg");
	note(&n, "dec", "unit", "deg");
	note(&n, "mag", "unit", "mag");
	note(&n, "ebv", "unit", "mag");
	if (h->has_grid)
		note(&n, "pz", "target", *h->grid.target ? h->grid.target : "z");
	note(&n, STORE_HEADER, "about",
	     "the stream that these arrays hold, for fromarray: see toarray(1)");
	return n.rc;
}

/* -- the whole */

static int begin_file(struct plan *p, const struct store *s, const char *path, struct extra *extra,
		      int n)
{
	int first, rc;

	for (int i = 0; i < n; i++)
		add_extra(p, &extra[i]);
	first = p->n - n;
	p->small = s->forms.n <= 256;
	p->form = p->n;
	p->column[p->n++] = (struct pz_array_column){ .name = STORE_FORM,
						      .kind = PZ_ARRAY_INTEGER,
						      .bytes = p->small ? 1 : 8 };
	if (s->rest) {
		p->rest_at = p->n;
		p->column[p->n++] = (struct pz_array_column){ .name = STORE_REST_AT,
							      .kind = PZ_ARRAY_INTEGER,
							      .bytes = 8 };
		p->rest = p->n;
		add_extra(p, &(struct extra){ STORE_REST, PZ_ARRAY_INTEGER, 1, s->rest, NULL });
	}
	rc = pz_arrays_begin(&p->file, path, s->rows, p->column, p->n);
	for (int i = 0; i < n && rc == 0; i++)
		rc = pz_arrays_add(p->file, first + i, extra[i].n, extra[i].values);
	return rc;
}

int plan_begin(struct plan *p, const struct store *s, const struct pz_header *h, const char *path)
{
	struct extra extra[5] = {
		{ .name = STORE_HEADER, .kind = PZ_ARRAY_INTEGER, .bytes = 1 },
		{ .name = STORE_FORMS, .kind = PZ_ARRAY_INTEGER, .bytes = 1 },
	};
	struct pack forms = { 0 };
	pz_map *holder = NULL;
	int n = 2, rc;

	*p = (struct plan){ .pixel = h->pixel };
	if ((rc = plan_columns(p, s, h)) < 0 || (rc = take_header(&extra[0], h, &holder)) < 0)
		goto done;
	for (int i = 0; i < s->forms.n; i++)
		form_write(&s->forms, i, &s->columns, &forms);
	extra[1].values = forms.bytes;
	extra[1].n = forms.size;
	if ((rc = pack_failed(&forms)) < 0)
		goto done;
	extra[n] = (struct extra){ .name = "bands", .kind = PZ_ARRAY_TEXT };
	if (h->bands > 0 && (rc = take_names(&extra[n], h, "bands")) > 0)
		n++;
	extra[n] = (struct extra){ .name = "feature_names", .kind = PZ_ARRAY_TEXT };
	if (rc >= 0 && (rc = take_names(&extra[n], h, "features")) > 0)
		n++;
	extra[n] = (struct extra){ .name = "grid_edges", .kind = PZ_ARRAY_FLOAT, .bytes = 8 };
	if (rc >= 0 && h->has_grid && (rc = take_edges(&extra[n], h)) > 0)
		n++;
	if (rc >= 0 && (rc = begin_file(p, s, path, extra, n)) == 0)
		rc = note_all(p, h);
done:
	for (int i = 2; i < n; i++)
		free((void *)(uintptr_t)extra[i].values);
	pack_release(&forms);
	pz_map_free(holder);
	return rc;
}

int plan_add_form(struct plan *p, int form, int64_t rest_at)
{
	int64_t number = form;
	unsigned char byte = (unsigned char)form;
	int rc = pz_arrays_add(p->file, p->form, 1, p->small ? (void *)&byte : (void *)&number);

	return rc == 0 && p->rest ? pz_arrays_add(p->file, p->rest_at, 1, &rest_at) : rc;
}

int plan_end(struct plan *p, int rc)
{
	if (rc == 0)
		rc = pz_arrays_finish(p->file);
	else
		pz_arrays_abandon(p->file);
	free(p->column);
	free(p->array);
	free(p->met);
	free(p->row);
	return rc;
}
