/* table_header.h -- what a FITS table says of the stream that it was
 *
 * totable writes these keywords, fromtable takes them back:
 *
 *      PZPIPE    1: a table of totable's
 *      SURVEY, TARGET; GRIDMIN, GRIDMAX, GRIDBINS, GRIDLOW, GRIDHIGH; ROWSMAG, ROWSMIN,
 *      ROWSWID, ROWSCHAN; LIMDIV, LIMOUT, LIMFIT, LIMTHR    the header's grid, rows, limits
 *      TKEYn     what column n is called in the records, where its name is another
 *      HISTORY   the tools that made it, for people
 */
#ifndef TABLE_HEADER_H
#define TABLE_HEADER_H

#include <pz/fits.h>
#include <pz/stream.h>

#define TABLE_HEADER_CARDS 16

/* The keywords of a header into card[TABLE_HEADER_CARDS], which borrow from h: how many. */
int table_header_cards(const struct pz_header *h, struct pz_fits_card *card);

/* What table f says: 1; 0 where it is not totable's. What it does not say stays as it is
 * in survey. PZ_EDATA: a number that cannot be. */
int table_header_read(struct pz_fits *f, struct pz_survey *survey);

/* A table taken back. */
struct table_back {
	char *columns; /* "id=id,zphot=zphot_mode", as pz_catalogue_open has it  */
	char *carry;   /* "u=u,flags=flags": all others                         */
	bool has_pz;   /* there is a vector column pz                           */
};

/* b is released by the caller. 0 or PZ_ENOMEM. */
int table_back_read(struct table_back *b, struct pz_fits *f);
void table_back_release(struct table_back *b);

#endif
