/* kind.c -- files that are no delimited text, by their first bytes
 *
 * Whoever hands over such a file is told what it is and how it becomes a table that is read.
 */
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include <pz/error.h>

#include "parts.h"

#define ASTROPY(read) "python3 -c \"from astropy.table import Table; " read ".write('table.fits')\""

/* What a file begins with, behind `at` bytes; in capitals or not where it is markup. */
static const struct {
	size_t at;
	const char *magic;
	size_t length;
	const char *kind, *out;
} kinds[] = {
	{ 0, "PAR1", 4, "a Parquet file",
	  "python3 -c \"import pandas; pandas.read_parquet('FILE').to_csv('table.csv', "
	  "index=False)\"" },
	{ 0, "\x89HDF\r\n\x1a\n", 8, "an HDF5 file",
	  "as a catalogue it is read by its name, and not from a pipe" },
	{ 0, "\x93NUMPY", 6, "a NumPy array (.npy)",
	  "as a catalogue it is read by its name, and not from a pipe" },
	{ 0, "SIMPLE  =", 9, "a FITS file",
	  "give its name: it is not read from a pipe or standard input" },
	{ 0, "\x1f\x8b", 2, "packed by gzip", "gzip -dc FILE, into a pipe or a file" },
	{ 0, "BZh", 3, "packed by bzip2", "bzip2 -dc FILE, into a pipe or a file" },
	{ 0,
	  "\xfd"
	  "7zXZ",
	  5, "packed by xz", "xz -dc FILE, into a pipe or a file" },
	{ 0, "\x28\xb5\x2f\xfd", 4, "packed by zstd", "zstd -dc FILE, into a pipe or a file" },
	{ 0, "\xd0\xcf\x11\xe0", 4, "an Excel file (.xls)", "save it as CSV" },
	{ 0, "ARROW1", 6, "a Feather file",
	  "python3 -c \"import pandas; pandas.read_feather('FILE').to_csv('table.csv', "
	  "index=False)\"" },
	{ 0, "SQLite format 3", 15, "an SQLite database",
	  "sqlite3 -header -csv FILE 'select * from TABLE'" },
	{ 0, "%PDF", 4, "a PDF document", "get the table itself" },
	{ 0, "\xff\xfe", 2, "text in UTF-16", "iconv -f utf-16 -t utf-8 FILE" },
	{ 0, "\xfe\xff", 2, "text in UTF-16", "iconv -f utf-16 -t utf-8 FILE" },
	{ 0, "\\", 1, "an IPAC table", "stilts tpipe ifmt=ipac in=FILE out=table.fits" },
	{ 0, "{\"", 2, "JSON", "write CSV or a FITS table of it" },
	{ 0, "{\n", 2, "JSON", "write CSV or a FITS table of it" },
	{ 0, "[{", 2, "JSON", "write CSV or a FITS table of it" },
	{ 0, "[\n", 2, "JSON", "write CSV or a FITS table of it" },
};

/* Markup begins with a word, after blanks; a VOTable stands anywhere near the beginning. */
static int refuse_markup(const char *path, const char *bytes, size_t n)
{
	const char *begin = bytes, *end = bytes + n;

	while (begin < end && strchr(" \t\r\n\xef\xbb\xbf", *begin) && *begin)
		begin++;
	if (begin == end || *begin != '<')
		return 0;
	if (memmem(bytes, n < 4096 ? n : 4096, "VOTABLE", 7))
		return pz_fail(PZ_EDATA,
			       "%s: expected a table, found a VOTable: stilts tpipe in=FILE "
			       "out=table.fits, or " ASTROPY("Table.read('FILE')"),
			       path);
	return pz_fail(PZ_EDATA,
		       "%s: expected a table, found a page of markup (HTML or XML), as servers "
		       "send with an error",
		       path);
}

/* What a zip archive holds, by its first member's name; 0: NumPy arrays. */
static int refuse_archive(const char *path, const char *bytes, size_t n)
{
	size_t near = n < 4096 ? n : 4096;

	if (memmem(bytes, near, "[Content_Types].xml", 19) || memmem(bytes, near, "xl/", 3))
		return pz_fail(PZ_EDATA,
			       "%s: expected a table, found an Excel file (.xlsx): save it as CSV",
			       path);
	if (memmem(bytes, near, ".npy", 4))
		return 0;
	return pz_fail(PZ_EDATA, "%s: expected a table, found a zip archive: unzip it", path);
}

/* A header of pzpipe's: a map, with one of two keys among the first. */
static bool is_stream(const char *bytes, size_t n)
{
	unsigned char first = n ? (unsigned char)bytes[0] : 0;

	return ((first & 0xf0) == 0x80 || first == 0xde || first == 0xdf) &&
	       (memmem(bytes, n, "\xa6pzpipe", 7) || memmem(bytes, n, "\xa7history", 8));
}

int pz_kind_check(const char *path, const char *bytes, size_t n)
{
	int rc;

	if (is_stream(bytes, n))
		return pz_fail(PZ_EDATA,
			       "%s: expected a table, found a stream of pzpipe's: tools that take "
			       "streams read it as it is; totable makes a table of it",
			       path);
	if (n >= 4 && !memcmp(bytes, "PK\3\4", 4))
		return (rc = refuse_archive(path, bytes, n)) < 0
			       ? rc
			       : pz_fail(PZ_EDATA,
					 "%s: expected a table, found NumPy arrays (.npz): as a "
					 "catalogue they are read by the file's name, and not from "
					 "a pipe",
					 path);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (n >= kinds[i].at + kinds[i].length &&
		    !memcmp(bytes + kinds[i].at, kinds[i].magic, kinds[i].length))
			return pz_fail(PZ_EDATA, "%s: expected a table, found %s: %s", path,
				       kinds[i].kind, kinds[i].out);
	return refuse_markup(path, bytes, n);
}

/* The beginning of a file, as far as it can be read: how many bytes. */
static size_t peek(const char *path, char *bytes, size_t size)
{
	FILE *file = fopen(path, "rbe");
	size_t n = file ? fread(bytes, 1, size, file) : 0;

	if (file)
		fclose(file);
	return n;
}

int pz_kind_check_archive(const char *path)
{
	char bytes[4096];
	size_t n = peek(path, bytes, sizeof bytes);

	return n >= 4 && !memcmp(bytes, "PK\3\4", 4) ? refuse_archive(path, bytes, n) : 0;
}

int pz_kind_hint_packed(const char *path, int rc)
{
	char bytes[3];
	size_t n = peek(path, bytes, sizeof bytes);
	const char *how = NULL;

	if (n >= 2 && !memcmp(bytes, "\x1f\x8b", 2))
		how = "gzip -dc";
	if (n >= 3 && !memcmp(bytes, "BZh", 3))
		how = "bzip2 -dc";
	if (!how || rc != PZ_EDATA)
		return rc;
	return pz_fail(PZ_EDATA,
		       "%s (a compressed table of text can be read through a pipe: %s %s | ...)",
		       pz_error_text(), how, path);
}
