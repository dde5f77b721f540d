/* frames_list.c -- lists of files, and tables of files and bands */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include <pz/error.h>
#include <pz/fits.h>

#include "csv_rows.h"
#include "frames_found.h"

#define TEXT 4096 /* bytes of a cell */

enum { FILE_NAME, BAND, HDU, FIELD, MASK, MASK_HDU, COLUMNS };

static const struct {
	const char *name[3];
} wanted[COLUMNS] = {
	[FILE_NAME] = { { "file", "filename", "path" } },
	[BAND] = { { "band", "filter" } },
	[HDU] = { { "hdu" } },
	[FIELD] = { { "field" } },
	[MASK] = { { "mask" } },
	[MASK_HDU] = { { "mask_hdu" } },
};

/* What is being read. */
struct list {
	struct found_list *to;
	const char *path;
	const char *const *band;
	int bands;
};

static bool is_word(int c)
{
	return isalnum(c);
}

/* Where band's name stands alone in the file's name, without its directory; or NULL. */
static const char *stands_alone(const char *path, const char *band)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *at;
	size_t n = strlen(band);

	for (at = strstr(name, band); at; at = strstr(at + 1, band))
		if ((at == name || !is_word((unsigned char)at[-1])) &&
		    !is_word((unsigned char)at[n]))
			break;
	return at;
}

/* The path with %b for the band where that stands alone, else as it is; a new string. */
static char *field_of(const char *path, const char *band)
{
	const char *at = stands_alone(path, band);
	char *field = NULL;

	if (!at)
		return strdup(path);
	if (asprintf(&field, "%.*s%%b%s", (int)(at - path), path, at + strlen(band)) < 0)
		return NULL;
	return field;
}

static int add(const struct list *l, const char *path, int band)
{
	struct found one = { .field = field_of(path, l->band[band]),
			     .path = strdup(path),
			     .band = band,
			     .pattern = l->to->patterns };

	return found_add(l->to, one, true);
}

/* A line of a list: a pattern, or a file that names its band. */
static int add_line(const struct list *l, const char *line)
{
	int band = -1;

	if (strstr(line, "%b"))
		return frames_match(l->to, line, l->band, l->bands);
	for (int b = 0; b < l->bands; b++) {
		if (l->bands > 1 && !stands_alone(line, l->band[b]))
			continue;
		if (band >= 0)
			return pz_fail(PZ_EDATA,
				       "%s: '%s' could be of band %s or %s; a table with columns "
				       "file and band would say",
				       l->path, line, l->band[band], l->band[b]);
		band = b;
	}
	return band < 0 ? 0 : add(l, line, band);
}

static int read_lines(const struct list *l)
{
	FILE *file = fopen(l->path, "re");
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	int rc = 0;

	if (!file)
		return pz_fail(PZ_EDATA, "%s: %s", l->path, strerror(errno));
	while (rc == 0 && (n = getline(&line, &room, file)) >= 0) {
		char *text = line + strspn(line, " \t");

		while (n > 0 && isspace((unsigned char)line[n - 1]))
			line[--n] = '\0';
		if (*text && *text != '#')
			rc = add_line(l, text);
	}
	if (rc == 0 && !feof(file)) /* no memory for a line is no error of the file's */
		rc = pz_fail(PZ_EDATA, "%s: %s", l->path, strerror(errno));
	free(line);
	fclose(file);
	return rc;
}

/* A copy of a text that is not empty; NULL, and not whole, where there is no memory. */
static char *copy_or_null(const char *text, bool *whole)
{
	char *copy = text && *text ? strdup(text) : NULL;

	*whole &= copy || !text || !*text;
	return copy;
}

/* A row of a table; cells may be NULL. */
static int add_row(const struct list *l, const char *const cell[COLUMNS], uint64_t row)
{
	struct found one = { .pattern = l->to->patterns };
	const char *path = cell[FILE_NAME];
	bool whole = true;
	int b = 0;

	if (!*path || !cell[BAND][0])
		return pz_fail(PZ_EDATA, "%s: row %llu: expected a file and a band", l->path,
			       (unsigned long long)row);
	while (b < l->bands && strcmp(l->band[b], cell[BAND]) != 0)
		b++;
	if (b == l->bands)
		return 0;
	one.field = cell[FIELD] && *cell[FIELD] ? strdup(cell[FIELD]) : field_of(path, l->band[b]);
	one.path = strdup(path);
	one.hdu = copy_or_null(cell[HDU], &whole);
	one.mask = copy_or_null(cell[MASK], &whole);
	one.mask_hdu = copy_or_null(cell[MASK_HDU], &whole);
	one.band = b;
	return found_add(l->to, one, whole);
}

/* What a column of this name is for; -1: nothing. */
static int purpose(const char *name)
{
	for (int w = 0; w < COLUMNS; w++)
		for (int i = 0; i < 3 && wanted[w].name[i]; i++)
			if (!strcasecmp(name, wanted[w].name[i]))
				return w;
	return -1;
}

static int read_csv(const struct list *l)
{
	struct csv_rows *rows;
	int rc = csv_rows_open(&rows, l->path);

	while (rc == 0 && (rc = csv_rows_next(rows)) > 0) {
		const char *cell[COLUMNS] = { 0 };

		for (int c = 0; c < rows->columns; c++)
			if (purpose(rows->column[c]) >= 0)
				cell[purpose(rows->column[c])] = rows->cell[c];
		if (!cell[FILE_NAME] || !cell[BAND])
			rc = pz_fail(PZ_EDATA, "%s: expected columns file and band", l->path);
		else
			rc = add_row(l, cell, rows->row);
	}
	csv_rows_close(rows);
	return rc;
}

static int read_fits_row(const struct list *l, struct pz_fits *f, const int column[COLUMNS],
			 char (*text)[TEXT], size_t row)
{
	const char *cell[COLUMNS] = { 0 };

	for (int w = 0; w < COLUMNS; w++) {
		int rc = column[w] < 0 ? 0
				       : pz_fits_read_texts(f, column[w], row, 1, text[w], TEXT);

		if (rc < 0)
			return rc;
		cell[w] = column[w] < 0 ? NULL : text[w];
	}
	return add_row(l, cell, row + 1);
}

static int read_fits(const struct list *l)
{
	int column[COLUMNS], rc;
	char(*text)[TEXT] = malloc(COLUMNS * sizeof *text);
	struct pz_fits *f;

	if (!text)
		return pz_fail(PZ_ENOMEM, "%s: no memory", l->path);
	if ((rc = pz_fits_open_table(&f, l->path, NULL)) < 0)
		goto done;
	memset(column, -1, sizeof column);
	for (int c = 0; c < pz_fits_columns(f); c++)
		if (purpose(pz_fits_column_name(f, c)) >= 0)
			column[purpose(pz_fits_column_name(f, c))] = c;
	if (column[FILE_NAME] < 0 || column[BAND] < 0)
		rc = pz_fail(PZ_EDATA, "%s: expected columns file and band", pz_fits_where(f));
	for (size_t row = 0; row < pz_fits_rows(f) && rc == 0; row++)
		rc = read_fits_row(l, f, column, text, row);
	pz_fits_close(f);
done:
	free(text);
	return rc;
}

/* Whether the first line that is no comment names the columns file and band. */
static bool is_table(char *line)
{
	int seen[COLUMNS] = { 0 };

	for (char *save, *name = strtok_r(line, ", \t\r\n\"", &save); name;
	     name = strtok_r(NULL, ", \t\r\n\"", &save))
		if (purpose(name) >= 0)
			seen[purpose(name)] = 1;
	return seen[FILE_NAME] && seen[BAND];
}

/* What reads the file, by its first line that is no comment. A pipe, which cannot be
 * looked into and then read, has a list. */
static int (*reader_of(const char *path))(const struct list *)
{
	int (*reader)(const struct list *) = read_lines;
	struct stat status;
	char *line = NULL;
	size_t room = 0;
	FILE *file = NULL;

	if (stat(path, &status) == 0 && S_ISREG(status.st_mode))
		file = fopen(path, "re");
	while (file && getline(&line, &room, file) >= 0)
		if (line[0] != '#')
			break;
	if (line && (!strncmp(line, "SIMPLE  =", 9) || !strncmp(line, "\x1f\x8b", 2)))
		reader = read_fits;
	else if (line && is_table(line))
		reader = read_csv;
	free(line);
	if (file)
		fclose(file);
	return reader;
}

int frames_read_list(struct found_list *to, const char *path, const char *const *band, int bands)
{
	struct list l = { to, path, band, bands };
	int rc = reader_of(path)(&l);

	to->patterns++;
	return rc;
}
