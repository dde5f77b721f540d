/* foreign.c -- what is no stream: what else it looks like, and what to do with it */
#include <stdbool.h>
#include <string.h>

#include <pz/error.h>

#include "foreign.h"

#define LOOK 512 /* bytes that text is told by */

static const struct {
	const char *magic;
	size_t length;
	const char *text;
} kinds[] = {
	{ "SIMPLE  =", 9,
	  " but FITS: cutout makes stamps of frames and a catalogue, fromtable a stream of a "
	  "table" },
	{ "\x1f\x8b", 2, " but packed by gzip: gzip -dc gives what is in it" },
	{ "BZh", 3, " but packed by bzip2: bzip2 -dc gives what is in it" },
	{ "PAR1", 4, " but a Parquet file: write it as CSV or FITS for fromtable or cutout" },
	{ "\x89HDF", 4, " but an HDF5 file" },
	{ "\x93NUMPY", 6, " but a NumPy array" },
	{ "PK\3\4", 4, " but a zip archive" },
	{ "\x89PNG", 4, " but an image (PNG)" },
};

/* Whether the bytes are those of text of some lines. */
static bool is_text(const unsigned char *bytes, size_t n)
{
	size_t look = n < LOOK ? n : LOOK;

	for (size_t i = 0; i < look; i++)
		if ((bytes[i] < ' ' && !memchr("\t\r\n\f", bytes[i], 4)) || bytes[i] == 0x7f)
			return false;
	return look > 0 && memchr(bytes, '\n', look);
}

int pz_foreign_fail(const unsigned char *bytes, size_t n)
{
	const char *what = "";

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (n >= kinds[i].length && !memcmp(bytes, kinds[i].magic, kinds[i].length))
			what = kinds[i].text;
	if (!*what && is_text(bytes, n))
		what = " but text: cutout makes stamps of a catalogue, fromtable a stream of a "
		       "table";
	return *what ? pz_fail(PZ_ECORRUPT, "not a pzpipe stream%s", what)
		     : pz_fail_in(PZ_ECORRUPT, "not a pzpipe stream");
}
