/* header.c -- writes and reads the cards of a table with the grid, rows and limits of its stream */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "header.h"

/* The field of a survey for each keyword. */
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

/* Whether a header has the part to which a keyword belongs, by its first letter. */
static bool has_part(const struct pz_header *h, const char *key)
{
	return *key == 'G' ? h->has_grid : *key == 'R' ? h->has_rows : h->has_limits;
}

static struct pz_survey survey_of(const struct pz_header *h)
{
	return (struct pz_survey){ .grid = h->grid,
				   .rows = h->rows,
				   .divide = h->limits.divide,
				   .outlier = h->limits.outlier,
				   .fit_from = h->limits.fit_from,
				   .threshold = h->limits.threshold };
}

static double number_at(const struct pz_survey *s, size_t i)
{
	const void *at = (const char *)s + numbers[i].offset;

	return numbers[i].whole ? *(const int *)at : *(const double *)at;
}

static void add_text(struct pz_fits_card *card, const char *key, const char *text,
		     const char *comment)
{
	*card = (struct pz_fits_card){ .key = key, .text = text, .comment = comment };
}

int table_header_cards(const struct pz_header *h, struct pz_fits_card *card)
{
	struct pz_survey s = survey_of(h);
	int n = 0;

	card[n++] = (struct pz_fits_card){ .key = "PZPIPE",
					   .number = TABLE_VERSION,
					   .comment = "a stream's table: fromtable takes it back" };
	if (*h->survey)
		add_text(&card[n++], "SURVEY", h->survey, "whose grid, rows and limits");
	if (h->has_grid && *h->grid.target)
		add_text(&card[n++], "TARGET", h->grid.target, "what is estimated");
	if (h->has_rows && *h->rows.mag)
		add_text(&card[n++], "ROWSMAG", h->rows.mag, "band of the magnitude rows");
	for (size_t i = 0; i < NUMBERS; i++)
		if (has_part(h, numbers[i].key) && isfinite(number_at(&s, i)))
			card[n++] = (struct pz_fits_card){ .key = numbers[i].key,
							   .number = number_at(&s, i),
							   .comment = numbers[i].comment };
	return n;
}

/* Puts a number of the file, which has this key there, into the survey. */
static int put_number(const struct table_file *f, const char *key, size_t i, double x,
		      struct pz_survey *s)
{
	void *at = (char *)s + numbers[i].offset;

	if (!numbers[i].whole)
		*(double *)at = x;
	else if (x == floor(x) && fabs(x) <= 1 << 30)
		*(int *)at = (int)x;
	else
		return pz_fail(PZ_EDATA, "%s: %s: expected a whole number, found %g",
			       table_file_where(f), key, x);
	return 0;
}

static int check_survey(const struct table_file *f, const struct pz_survey *s)
{
	if (pz_grid_check(&s->grid) < 0 || pz_rows_check(&s->rows) < 0)
		return pz_fail_in(PZ_EDATA, "%s", table_file_where(f));
	return 0;
}

static int read_keywords(struct table_file *f, struct pz_survey *s)
{
	int rc = 0;

	/* limits are missing if the target is not redshift */
	if (!isnan(table_file_number(f, "LIMTHR", NAN))) {
		s->outlier = NAN;
		s->fit_from = -INFINITY;
	}
	table_file_text(f, "SURVEY", s->name, sizeof s->name);
	table_file_text(f, "TARGET", s->grid.target, sizeof s->grid.target);
	table_file_text(f, "ROWSMAG", s->rows.mag, sizeof s->rows.mag);
	for (size_t i = 0; i < NUMBERS && rc == 0; i++) {
		double x = table_file_number(f, numbers[i].key, NAN);

		if (!isnan(x))
			rc = put_number(f, numbers[i].key, i, x, s);
	}
	return rc;
}

/* -- the same in the comments of columns, which some programs keep when they drop keywords */

/* What the comment of a column has besides its key: G grid, R rows, L limits (the first letters
 * above), S the name of the survey; 0: nothing. */
static char subject_of(const char *path)
{
	if (!strcmp(path, "pz") || !strncmp(path, "zphot.", 6))
		return 'G';
	if (!strcmp(path, "mag"))
		return 'R';
	return !strcmp(path, "z") ? 'L' : !strcmp(path, "id") ? 'S' : '\0';
}

/* " G=z,0,0.4,180,90,90"; "" if it is too long. */
static void write_words(const struct pz_header *h, char subject, char *text, size_t size)
{
	struct pz_survey s = survey_of(h);
	const char *name = subject == 'G'   ? h->grid.target
			   : subject == 'R' ? h->rows.mag
			   : subject == 'S' ? h->survey
					    : "";
	char number[40];
	int n = snprintf(text, size, " %c=%s", subject, name);

	for (size_t i = 0; i < NUMBERS && n > 0 && (size_t)n < size; i++) {
		if (*numbers[i].key != subject)
			continue;
		pz_value_format(number_at(&s, i), false, number, sizeof number);
		n += snprintf(text + n, size - (size_t)n, ",%s", number);
	}
	if (n < 0 || (size_t)n >= size || strpbrk(name, ",= "))
		*text = '\0';
}

bool table_header_comment(const struct pz_header *h, const char *path, const char *key,
			  char comment[TABLE_COMMENT])
{
	char words[TABLE_COMMENT] = "", subject = subject_of(path);
	int n = snprintf(comment, TABLE_COMMENT, "pzpipe %s", key);

	if (n >= TABLE_COMMENT)
		return false;
	if (subject == 'S' ? *h->survey != '\0' : subject && has_part(h, &subject))
		write_words(h, subject, words, sizeof words);
	if (n + (int)strlen(words) < TABLE_COMMENT)
		strcpy(comment + n, words);
	return true;
}

/* Reads the numbers of a list after its first comma. */
static int read_list(const struct table_file *f, const char *card, char subject, char *list,
		     struct pz_survey *s)
{
	char *end = list;
	int rc = 0;

	for (size_t i = 0; i < NUMBERS && rc == 0; i++) {
		double x;

		if (*numbers[i].key != subject)
			continue;
		if (*end != ',')
			return pz_fail(PZ_EDATA,
				       "%s: %s: expected more numbers in the list, found its end",
				       table_file_where(f), card);
		x = strtod(end + 1, &end);
		rc = put_number(f, card, i, x, s);
	}
	return rc;
}

/* Reads the words of one comment: "G=z,0,0.4,180,90,90". seen: the words of earlier comments. */
static int read_words(const struct table_file *f, const char *card, char *words,
		      char seen[4][TABLE_COMMENT], struct pz_survey *s)
{
	const char *known = "GRLS", *at = *words && words[1] == '=' ? strchr(known, *words) : NULL;
	char *name[] = { s->grid.target, s->rows.mag, NULL, s->name };
	const size_t room[] = { sizeof s->grid.target, sizeof s->rows.mag, 0, sizeof s->name };
	size_t k = at ? (size_t)(at - known) : 0, n;

	if (!at)
		return 0;
	if (seen[k][0] && strcmp(seen[k], words) != 0)
		return pz_fail(PZ_EDATA,
			       "%s: %s: expected the same as in the comment of another column, "
			       "'%s', found '%s'",
			       table_file_where(f), card, seen[k], words);
	strcpy(seen[k], words);
	words += 2;
	n = strcspn(words, ",");
	if (name[k] && n < room[k])
		snprintf(name[k], room[k], "%.*s", (int)n, words);
	return read_list(f, card, *at, words + n, s);
}

/* Reads the comments of columns that still have the name that the comment has. */
static int read_comments(struct table_file *f, struct pz_survey *s, char lacks[TABLE_LACKS])
{
	static const char *const what[] = { "grid", "rows", "limits" };
	char seen[4][TABLE_COMMENT] = { "" };
	int rc = 0, believed = 0;

	for (int c = 0; c < table_file_columns(f) && rc == 0; c++) {
		char card[16], text[TABLE_COMMENT], *words;
		const char *name = table_file_column_name(f, c);
		size_t n = strlen(name);

		snprintf(card, sizeof card, "TCOMM%d", c + 1);
		if (table_file_text(f, card, text, sizeof text) <= 0 ||
		    strncmp(text, "pzpipe ", 7) != 0 || strncmp(text + 7, name, n) != 0 ||
		    text[7 + n] != '=')
			continue;
		believed++;
		if ((words = strchr(text + 7, ' ')))
			rc = read_words(f, card, words + 1, seen, s);
	}
	for (size_t k = 0; k < sizeof what / sizeof *what; k++)
		if (!seen[k][0])
			snprintf(lacks + strlen(lacks), TABLE_LACKS - strlen(lacks), "%s%s",
				 *lacks ? ", " : "", what[k]);
	return rc < 0 ? rc : believed > 0;
}

int table_header_read(struct table_file *f, struct pz_survey *s, int *version,
		      char lacks[TABLE_LACKS])
{
	double x = table_file_number(f, "PZPIPE", 0);
	int rc;

	*version = x >= 1 ? (x >= TABLE_VERSION ? TABLE_VERSION : 1) : 0;
	*lacks = '\0';
	rc = *version ? read_keywords(f, s) : read_comments(f, s, lacks);
	if (rc < 0 || (!*version && rc == 0))
		return rc;
	rc = check_survey(f, s);
	return rc < 0 ? rc : 1;
}
