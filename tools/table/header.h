/* header.h -- what a FITS table says of the grid, rows and limits of its stream
 *
 * totable writes these keywords, fromtable takes them back:
 *
 *      PZPIPE    2: a table of totable's (1: before columns said their own name, key.h)
 *      SURVEY, TARGET; GRIDMIN, GRIDMAX, GRIDBINS, GRIDLOW, GRIDHIGH; ROWSMAG, ROWSMIN,
 *      ROWSWID, ROWSCHAN; LIMDIV, LIMOUT, LIMFIT, LIMTHR    the header's grid, rows, limits
 *      HISTORY   the tools that made it, for people
 *
 * STILTS and TOPCAT drop them, but keep what a column says: so TCOMM has, behind the
 * column's key, those that the column depends on. pz and the estimates have the grid
 * (G=TARGET,MIN,MAX,BINS,LOW,HIGH), mag the rows (R=), z the limits (L=), id the survey (S=).
 */
#ifndef TABLE_HEADER_H
#define TABLE_HEADER_H

#include <pz/fits.h>
#include <pz/stream.h>

#define TABLE_HEADER_CARDS 20
#define TABLE_LACKS        32
#define TABLE_VERSION      2
#define TABLE_COMMENT      69 /* bytes of a comment that fits a card, the 0 included */

/* The keywords of a header into card[TABLE_HEADER_CARDS], which borrow from h: how many. */
int table_header_cards(const struct pz_header *h, struct pz_fits_card *card);
/* The comment of the column of that path, whose TKEY is key; false: it has no place. */
bool table_header_comment(const struct pz_header *h, const char *path, const char *key,
			  char comment[TABLE_COMMENT]);

/* What table f says: 1; 0 where it is not totable's. version: of PZPIPE, 0: its columns'
 * comments alone are left, and lacks then lists what these do not say: "rows, limits". What it does
 * not say stays as it is in survey. PZ_EDATA: a number that cannot be, comments that do not agree.
 */
int table_header_read(struct pz_fits *f, struct pz_survey *survey, int *version,
		      char lacks[TABLE_LACKS]);

#endif
