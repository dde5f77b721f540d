/* table_header.c -- keywords of a table, and back */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/file.h>

#include "table_header.h"

#define VERSION 1

/* Where a keyword's number stands in a survey. */
static const struct {
	const char *key;
	size_t offset;
	bool whole;
	const char *comment;
} numbers[] = {
#define AT(field) offsetof(struct pz_survey, field)
	{ "GRIDMIN", AT(grid.min), false, "lower end of the redshift grid" },
	{ "GRIDMAX", AT(grid.max), false, "upper end of the redshift grid" },
	{ "GRIDBINS", AT(grid.bins), true, "its bins" },
	{ "GRIDLOW", AT(grid.left), true, "bins of pz below it" },
	{ "GRIDHIGH", AT(grid.right), true, "bins of pz above it" },
	{ "ROWSMIN", AT(rows.min), false, "bright end of the magnitude rows" },
	{ "ROWSWID", AT(rows.width), false, "width of a row" },
	{ "ROWSCHAN", AT(rows.channels), true, "magnitude channels" },
	{ "LIMDIV", AT(divide), false, "what fluxes are divided by" },
	{ "LIMOUT", AT(outlier), false, "outlier threshold" },
	{ "LIMFIT", AT(fit_from), false, "lines are fitted from this redshift" },
	{ "LIMTHR", AT(threshold), true, "balancing threshold" },
#undef AT
};

#define NUMBERS (sizeof numbers / sizeof *numbers)

/* What a header has of them: by the key's first letter. */
static bool has(const struct pz_header *h, const char *key)
{
	return *key == 'G' ? h->has_grid : *key == 'R' ? h->has_rows : h->has_limits;
}

static void add_text(struct pz_fits_card *card, const char *key, const char *text,
		     const char *comment)
{
	*card = (struct pz_fits_card){ .key = key, .text = text, .comment = comment };
}

int table_header_cards(const struct pz_header *h, struct pz_fits_card *card)
{
	struct pz_survey s = { .grid = h->grid,
			       .rows = h->rows,
			       .divide = h->limits.divide,
			       .outlier = h->limits.outlier,
			       .fit_from = h->limits.fit_from,
			       .threshold = h->limits.threshold };
	int n = 0;

	card[n++] = (struct pz_fits_card){ .key = "PZPIPE",
					   .number = VERSION,
					   .comment = "a stream's table: fromtable takes it back" };
	if (*h->survey)
		add_text(&card[n++], "SURVEY", h->survey, "whose grid, rows and limits");
	if (h->has_grid && *h->grid.target)
		add_text(&card[n++], "TARGET", h->grid.target, "what is estimated");
	if (h->has_rows && *h->rows.mag)
		add_text(&card[n++], "ROWSMAG", h->rows.mag, "band of the magnitude rows");
	for (size_t i = 0; i < NUMBERS; i++) {
		const void *at = (const char *)&s + numbers[i].offset;
		double x = numbers[i].whole ? *(const int *)at : *(const double *)at;

		if (has(h, numbers[i].key) && isfinite(x))
			card[n++] = (struct pz_fits_card){ .key = numbers[i].key,
							   .number = x,
							   .comment = numbers[i].comment };
	}
	return n;
}

static int take_number(struct pz_fits *f, size_t i, struct pz_survey *s)
{
	void *at = (char *)s + numbers[i].offset;
	double x = pz_fits_number(f, numbers[i].key, NAN);

	if (isnan(x))
		return 0;
	if (!numbers[i].whole)
		*(double *)at = x;
	else if (x == floor(x) && fabs(x) <= 1 << 30)
		*(int *)at = (int)x;
	else
		return pz_fail(PZ_EDATA, "%s: keyword %s: expected a whole number, found %g",
			       pz_fits_where(f), numbers[i].key, x);
	return 0;
}

int table_header_read(struct pz_fits *f, struct pz_survey *s)
{
	int rc = 0;

	if (!(pz_fits_number(f, "PZPIPE", 0) >= VERSION))
		return 0;
	/* limits of another target than z are not there */
	if (!isnan(pz_fits_number(f, "LIMTHR", NAN))) {
		s->outlier = NAN;
		s->fit_from = -INFINITY;
	}
	pz_fits_text(f, "SURVEY", s->name, sizeof s->name);
	pz_fits_text(f, "TARGET", s->grid.target, sizeof s->grid.target);
	pz_fits_text(f, "ROWSMAG", s->rows.mag, sizeof s->rows.mag);
	for (size_t i = 0; i < NUMBERS && rc == 0; i++)
		rc = take_number(f, i, s);
	if (rc == 0 && ((rc = pz_grid_check(&s->grid)) < 0 || (rc = pz_rows_check(&s->rows)) < 0))
		rc = pz_fail_in(PZ_EDATA, "%s", pz_fits_where(f));
	return rc < 0 ? rc : 1;
}

/* -- columns */

/* Keys that a catalogue's row has fields of its own for, and what these are called. */
static const char *const field[][2] = { { "id", "id" },
					{ "ra", "ra" },
					{ "dec", "dec" },
					{ "z", "z" },
					{ "mag", "mag" },
					{ "ebv", "ebv" },
					{ "zphot.mode", "zphot" },
					{ "zphot.mean", "zphot_mean" },
					{ "zphot.median", "zphot_median" } };

static const char *field_of(const char *key)
{
	for (size_t i = 0; i < sizeof field / sizeof *field; i++)
		if (!strcmp(field[i][0], key))
			return field[i][1];
	return NULL;
}

/* What column c is called in the records. */
static void key_of(struct pz_fits *f, int c, char *key, size_t size)
{
	char card[16];

	snprintf(card, sizeof card, "TKEY%hd", (short)(c + 1));
	/* commas and = would part the list of columns */
	if (pz_fits_text(f, card, key, size) <= 0 || key[strcspn(key, ",=")])
		snprintf(key, size, "%s", pz_fits_column_name(f, c));
}

int table_back_read(struct table_back *b, struct pz_fits *f)
{
	size_t columns_size, carry_size;
	FILE *columns, *carry;
	char key[PZ_FITS_NAME];
	int rc;

	*b = (struct table_back){ 0 };
	columns = open_memstream(&b->columns, &columns_size);
	carry = open_memstream(&b->carry, &carry_size);
	for (int c = 0; c < pz_fits_columns(f) && columns && carry; c++) {
		const char *name = pz_fits_column_name(f, c), *to;

		key_of(f, c, key, sizeof key);
		if (!strcmp(key, "pz"))
			b->has_pz = true;
		else if ((to = field_of(key)))
			fprintf(columns, "%s%s=%s", ftell(columns) ? "," : "", to, name);
		else
			fprintf(carry, "%s%s=%s", ftell(carry) ? "," : "", key, name);
	}
	rc = pz_file_close_text(columns, &b->columns);
	return pz_file_close_text(carry, &b->carry) < 0 ? PZ_ENOMEM : rc;
}

void table_back_release(struct table_back *b)
{
	free(b->columns);
	free(b->carry);
	*b = (struct table_back){ 0 };
}
