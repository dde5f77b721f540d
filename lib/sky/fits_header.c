/* fits_header.c -- a header, read before CFITSIO reads it
 *
 * CFITSIO divides by a tile's sides and by the pixels in a block of Rice's code as soon as
 * it comes to an HDU, and has not looked whether they are 0.
 */
#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pz/error.h>

#include "fits_open.h"

#define CARD 80

/* What a header says of a compressed image. */
struct promises {
	bool image, rice;
	char side[9], block[9]; /* keywords whose value is not 1 or more; or "" */
};

/* Whether a card's keyword begins so; CFITSIO ends it at a blank or at the =. */
static bool has_key(const char *card, const char *key)
{
	return !strncmp(card, key, strlen(key));
}

/* Whether a card's value is a number, or a text of one, from 1 on. */
static bool is_positive(const char *card)
{
	char text[CARD - 9 + 1], *at = text;

	memcpy(text, card + 9, sizeof text - 1);
	text[sizeof text - 1] = 0;
	for (char *c = text; *c; c++)
		if (*c == 'D' || *c == 'd') /* of an exponent */
			*c = 'e';
	while (isspace((unsigned char)*at) || *at == '\'')
		at++;
	return strtod(at, NULL) >= 1;
}

static void note(char to[9], const char *card)
{
	memcpy(to, card, 8);
	to[strcspn(to, " =")] = 0;
}

static void read_card(struct promises *p, const char *card)
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

/* A block of the file at byte `at`; false where there is none. */
static bool read_block(const struct pz_fits *f, int fd, LONGLONG at, char *block)
{
	if (!f->bytes)
		return pread(fd, block, FITS_BLOCK, (off_t)at) == FITS_BLOCK;
	if (at < 0 || (size_t)at > f->length || f->length - (size_t)at < FITS_BLOCK)
		return false;
	memcpy(block, (const char *)f->bytes + at, FITS_BLOCK);
	return true;
}

static void read_header(const struct pz_fits *f, int fd, LONGLONG at, struct promises *p)
{
	char block[FITS_BLOCK];

	for (; read_block(f, fd, at, block); at += FITS_BLOCK)
		for (const char *card = block; card < block + FITS_BLOCK; card += CARD) {
			if (has_key(card, "END "))
				return;
			read_card(p, card);
		}
}

int fits_check_header(const struct pz_fits *f, int n, LONGLONG at)
{
	int fd = f->bytes ? -1 : f->spool >= 0 ? f->spool : open(f->path, O_RDONLY | O_CLOEXEC);
	struct promises p = { 0 };
	const char *key;

	if (!f->bytes && fd < 0)
		return pz_fail(PZ_EDATA, "%s: cannot open it again", f->path);
	read_header(f, fd, at, &p);
	if (!f->bytes && f->spool < 0)
		close(fd);
	key = *p.side ? p.side : p.rice ? p.block : "";
	if (p.image && *key)
		return pz_fail(PZ_ECUT, "%s: HDU %d: corrupt: expected a number above 0 under %s",
			       f->path, n, key);
	return 0;
}
