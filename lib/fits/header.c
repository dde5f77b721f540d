/* header.c -- a header, read before CFITSIO reads it
 *
 * CFITSIO divides by a tile's sides and by the pixels in a block of Rice's code as soon as
 * it comes to an HDU, asks for as many columns as a header says, and goes on with what it
 * has not found. So what it relies on is looked at here before.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pz/error.h>
#include <pz/file.h>

#include "open.h"

#define CARD 80
#define AXES 999

/* What a header says of its data. */
struct promises {
	const char *wrong; /* what was expected, where something else was found */
	char key[9];       /* there                                             */
	bool primary, known, ended;
	bool unread;               /* it could not be read: the error is said */
	bool table, ascii, groups; /* XTENSION is BINTABLE or TABLE; random groups */
	bool image, rice;          /* compressed                              */
	char side[9], block[9];    /* keywords whose value is not 1 or more; or "" */
	int64_t bitpix, axes, pcount, gcount, columns; /* -1: not there          */
	int64_t axis[AXES + 1];                        /* from 1                 */
	unsigned char form[PZ_FITS_COLUMNS_MAX + 1];   /* 1 TFORMn, 2 TBCOLn     */
};

/* Whether a card's keyword begins so; CFITSIO ends it at a blank or at the =. */
static bool has_key(const char *card, const char *key)
{
	return !strncmp(card, key, strlen(key));
}

/* The same, for the whole keyword. */
static bool is_key(const char *card, const char *key)
{
	size_t n = strlen(key);

	return has_key(card, key) && (card[n] == ' ' || card[n] == '=');
}

/* The number behind a keyword that begins so, up to most; 0: none. */
static int index_of(const char *card, const char *key, int most)
{
	char digits[9] = "", *end;
	long n;

	if (!has_key(card, key))
		return 0;
	memcpy(digits, card + strlen(key), 8 - strlen(key));
	n = strtol(digits, &end, 10);
	return isdigit((unsigned char)*digits) && (!*end || *end == ' ' || *end == '=') && n >= 1 &&
			       n <= most
		       ? (int)n
		       : 0;
}

static void note(char to[9], const char *card)
{
	memcpy(to, card, 8);
	to[8] = 0;
	to[strcspn(to, " =")] = 0;
}

static void complain(struct promises *p, const char *card, const char *wrong)
{
	if (p->wrong)
		return;
	note(p->key, card);
	p->wrong = wrong;
}

/* The text behind the =. */
static void value_of(const char *card, char text[CARD - 9 + 1])
{
	memcpy(text, card + 9, CARD - 9);
	text[CARD - 9] = '\0';
}

/* Whether a card's value is a number, or a text of one, from 1 on. */
static bool is_positive(const char *card)
{
	char text[CARD - 9 + 1], *at = text;

	value_of(card, text);
	for (char *c = text; *c; c++)
		if (*c == 'D' || *c == 'd') /* of an exponent */
			*c = 'e';
	while (isspace((unsigned char)*at) || *at == '\'')
		at++;
	return strtod(at, NULL) >= 1;
}

/* A whole number from least on. */
static int64_t read_whole(struct promises *p, const char *card, int64_t least, const char *wrong)
{
	char text[CARD - 9 + 1], *end;
	int64_t value;

	value_of(card, text);
	errno = 0;
	value = strtoll(text, &end, 10);
	if (card[8] != '=' || errno || end == text || !strchr(" /.", *end) || value < least) {
		complain(p, card, wrong);
		return least;
	}
	return value;
}

static void read_first(struct promises *p, const char *card)
{
	char text[CARD - 9 + 1];

	p->known = p->primary ? has_key(card, "SIMPLE  =") : has_key(card, "XTENSION=");
	if (!p->known || p->primary)
		return;
	value_of(card, text);
	p->table = strstr(text, "'BINTABLE") || strstr(text, "'A3DTABLE");
	p->ascii = strstr(text, "'TABLE") != NULL;
}

static void read_compression(struct promises *p, const char *card)
{
	if (has_key(card, "ZIMAGE"))
		p->image = true;
	else if (has_key(card, "ZCMPTYPE"))
		p->rice |= memmem(card, CARD, "RICE", 4) != NULL;
	else if (has_key(card, "ZTILE") && !is_positive(card))
		note(p->side, card);
	else if (has_key(card, "ZVAL1") && !is_positive(card))
		note(p->block, card);
}

static void read_card(struct promises *p, const char *card)
{
	int n;

	if (is_key(card, "BITPIX"))
		p->bitpix = read_whole(p, card, -64, "8, 16, 32, 64, -32 or -64");
	else if (is_key(card, "NAXIS"))
		p->axes = read_whole(p, card, 0, "a number of axes");
	else if ((n = index_of(card, "NAXIS", AXES)))
		p->axis[n] = read_whole(p, card, 0, "a length of 0 or more");
	else if (is_key(card, "PCOUNT"))
		p->pcount = read_whole(p, card, 0, "a number of 0 or more");
	else if (is_key(card, "GCOUNT"))
		p->gcount = read_whole(p, card, 0, "a number of 0 or more");
	else if (is_key(card, "GROUPS"))
		p->groups = true;
	else if (is_key(card, "TFIELDS"))
		p->columns = read_whole(p, card, 0, "a number of columns from 0 to 999");
	else if ((n = index_of(card, "TFORM", PZ_FITS_COLUMNS_MAX)))
		p->form[n] |= 1;
	else if ((n = index_of(card, "TBCOL", PZ_FITS_COLUMNS_MAX)))
		p->form[n] |= 2;
	else if (*card == 'Z')
		read_compression(p, card);
}

/* A block of the file at byte `at`; false where there is none, or it cannot be read. */
static bool read_block(const struct pz_fits *f, struct promises *p, LONGLONG at, char *block)
{
	if (!f->bytes) {
		int rc = at < 0 ? PZ_ECORRUPT : pz_file_get(f->fd, (off_t)at, block, FITS_BLOCK);

		p->unread = rc == PZ_EIO;
		return rc == 0;
	}
	if (at < 0 || (size_t)at > f->length || f->length - (size_t)at < FITS_BLOCK)
		return false;
	memcpy(block, (const char *)f->bytes + at, FITS_BLOCK);
	return true;
}

/* Reads the cards, and moves *at behind them. */
static void read_header(const struct pz_fits *f, LONGLONG *at, struct promises *p)
{
	char block[FITS_BLOCK];

	for (int n = 0; n < FITS_CARDS_MAX && read_block(f, p, *at, block);) {
		*at += FITS_BLOCK;
		for (const char *card = block; card < block + FITS_BLOCK; card += CARD, n++) {
			if (n == 0)
				read_first(p, card);
			if (n == 0 && !p->known)
				return;
			if (has_key(card, "END ")) {
				p->ended = true;
				return;
			}
			read_card(p, card);
		}
	}
}

static bool missing(struct promises *p, int64_t value, const char *key)
{
	if (value < 0 && !p->wrong) {
		p->wrong = "such a card, found none";
		note(p->key, key);
	}
	return value < 0;
}

/* Finds the first of the cards a table must have that is not there. */
static void check_columns(struct promises *p)
{
	if (missing(p, p->columns, "TFIELDS "))
		return;
	if (p->columns > PZ_FITS_COLUMNS_MAX)
		complain(p, "TFIELDS ", "a number of columns from 0 to 999");
	if (p->axes != 2)
		complain(p, "NAXIS   ", "2 in a table");
	for (int c = 1; c <= p->columns && c <= PZ_FITS_COLUMNS_MAX && !p->wrong; c++) {
		char key[24];

		snprintf(key, sizeof key, "%s%d        ", p->form[c] & 1 ? "TBCOL" : "TFORM", c);
		if (!(p->form[c] & 1) || (p->ascii && !(p->form[c] & 2)))
			missing(p, -1, key);
	}
}

static void check_cards(struct promises *p)
{
	int64_t b = p->bitpix;
	const char *key = *p->side ? p->side : p->rice ? p->block : "";

	if (missing(p, b == -1 ? -1 : 0, "BITPIX  ") || missing(p, p->axes, "NAXIS   "))
		return;
	if (b != 8 && b != 16 && b != 32 && b != 64 && b != -32 && b != -64)
		complain(p, "BITPIX  ", "8, 16, 32, 64, -32 or -64");
	if (p->axes > AXES)
		complain(p, "NAXIS   ", "at most 999 axes");
	for (int i = 1; i <= p->axes && i <= AXES && !p->wrong; i++) {
		char name[16];

		snprintf(name, sizeof name, "NAXIS%d  ", i);
		missing(p, p->axis[i], name);
	}
	if (p->table || p->ascii)
		check_columns(p);
	if (p->image && *key)
		complain(p, key, "a number above 0");
}

/* The bytes of the data; -1: more than any file has. */
static LONGLONG data_size(const struct promises *p)
{
	int64_t size = p->axes > 0, bytes = (p->bitpix < 0 ? -p->bitpix : p->bitpix) / 8;
	int64_t extra = p->pcount > 0 ? p->pcount : 0, groups = p->gcount >= 0 ? p->gcount : 1;
	bool over = false;

	for (int i = p->groups && p->axis[1] == 0 ? 2 : 1; i <= p->axes; i++)
		over |= __builtin_mul_overflow(size, p->axis[i], &size);
	over |= __builtin_add_overflow(size, p->axes > 0 ? extra : 0, &size);
	over |= __builtin_mul_overflow(size, groups, &size);
	over |= __builtin_mul_overflow(size, bytes, &size);
	return over || size > INT64_MAX / 2 ? -1 : size;
}

static LONGLONG in_whole_blocks(LONGLONG size)
{
	return (size + FITS_BLOCK - 1) / FITS_BLOCK * FITS_BLOCK;
}

/* Of a file without a whole block: whether it is the beginning of a FITS file. */
static bool is_beginning(const struct pz_fits *f)
{
	char bytes[9];
	ssize_t n = f->bytes ? (ssize_t)f->length : pread(f->fd, bytes, sizeof bytes, 0);

	n = n > (ssize_t)sizeof bytes ? (ssize_t)sizeof bytes : n;
	if (f->bytes && n > 0)
		memcpy(bytes, f->bytes, (size_t)n);
	return n > 0 && !memcmp(bytes, "SIMPLE  =", (size_t)n);
}

/* As pz_fits_check_header, but that *at is where the data begin, which have *size bytes. */
static int measure_hdu(const struct pz_fits *f, int n, LONGLONG *at, LONGLONG *size)
{
	struct promises p = { .primary = n == 0,
			      .bitpix = -1,
			      .axes = -1,
			      .columns = -1,
			      .pcount = -1,
			      .gcount = -1 };

	memset(p.axis, -1, sizeof p.axis);
	read_header(f, at, &p);
	if (p.unread)
		return pz_fail_in(PZ_EIO, "%s: HDU %d", f->path, n);
	if (!p.known && n == 0 && is_beginning(f))
		return pz_fail(PZ_ECORRUPT, "%s: cut short or corrupt: its header has no END",
			       f->path);
	if (!p.known)
		return n == 0 ? pz_fail(PZ_EDATA,
					"%s: not a FITS file (no SIMPLE = T at its beginning)",
					f->path)
			      : 0;
	if (!p.ended)
		return pz_fail(PZ_ECORRUPT,
			       "%s: HDU %d: cut short or corrupt: its header has no END", f->path,
			       n);
	check_cards(&p);
	if (p.wrong)
		return pz_fail(PZ_ECORRUPT, "%s: HDU %d: corrupt: %s: expected %s", f->path, n,
			       p.key, p.wrong);
	if ((*size = data_size(&p)) < 0)
		return pz_fail(PZ_ECORRUPT,
			       "%s: HDU %d: corrupt: its axes are longer than any file", f->path,
			       n);
	return 1;
}

int pz_fits_check_header(const struct pz_fits *f, int n, LONGLONG *at)
{
	LONGLONG size = 0;
	int rc = measure_hdu(f, n, at, &size);

	if (rc > 0)
		*at += in_whole_blocks(size);
	return rc;
}

/* CFITSIO takes bytes in memory to be as many as their headers say, and the last ones for 0. */
int pz_fits_check_end(const struct pz_fits *f, int n)
{
	LONGLONG at = 0, size = 0;
	LONGLONG length = f->bytes ? (LONGLONG)f->length : f->file->Fptr->filesize;
	int status = 0, rc;

	fits_get_hduaddrll(f->file, &at, NULL, NULL, &status);
	if (status)
		return pz_fits_fail(f->path, status, "looking for its end");
	if ((rc = measure_hdu(f, n, &at, &size)) < 0)
		return rc;
	if (at + size <= length)
		return 0;
	return pz_fail(PZ_ECORRUPT,
		       "%s: HDU %d: cut short or corrupt: expected to byte %lld, found %lld bytes",
		       f->path, n, (long long)(at + in_whole_blocks(size)), (long long)length);
}
