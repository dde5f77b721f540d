/* header.h -- cards of a FITS table with the grid, rows and limits of its stream
 *
 * totable writes these keywords, fromtable reads them:
 *
 *      PZPIPE    2: totable wrote this table (1: cards of columns without names, key.h)
 *      SURVEY, TARGET; GRIDMIN, GRIDMAX, GRIDBINS, GRIDLOW, GRIDHIGH; ROWSMAG, ROWSMIN,
 *      ROWSWID, ROWSCHAN; LIMDIV, LIMOUT, LIMFIT, LIMTHR    the header's grid, rows, limits
 *      HISTORY   the tools that made it, for readers
 *
 * STILTS and TOPCAT drop them, but keep the descriptions of columns: so TCOMM has, after the key of
 * the column, the numbers that belong to it. pz and the estimates have the grid
 * (G=TARGET,MIN,MAX,BINS,LOW,HIGH), mag the rows (R=), z the limits (L=), id the survey (S=).
 */
#ifndef TABLE_HEADER_H
#define TABLE_HEADER_H

#include <pz/stream.h>

#include "table_file.h"

#define TABLE_HEADER_CARDS 21 /* that of the features included */
#define TABLE_LACKS        32
#define TABLE_VERSION      2
#define TABLE_COMMENT      69 /* bytes of a comment that fits a card, the 0 included */

/* The keywords of a header into card[TABLE_HEADER_CARDS], which borrow from h: how many. */
int table_header_cards(const struct pz_header *h, struct pz_fits_card *card);
/* The comment of the column of that path, whose TKEY is key; false: it does not fit into a card. */
bool table_header_comment(const struct pz_header *h, const char *path, const char *key,
			  char comment[TABLE_COMMENT]);

/* Reads the cards of table f: 1; 0: totable did not write it. version: of PZPIPE; 0: only the
 * comments of columns are left, and lacks then lists what these do not have: "rows, limits". What
 * is missing stays as it is in survey. PZ_EDATA: impossible numbers, or comments that do not agree.
 */
int table_header_read(struct table_file *f, struct pz_survey *survey, int *version,
		      char lacks[TABLE_LACKS]);

/* The text of the card FEATURES, which the caller frees; NULL: the stream has no features, or more
 * names than a card should have. PZ_ENOMEM. */
int table_features_text(const struct pz_header *h, char **text);
/* Puts the names of the n features of table f into the header; where the card is missing or does
 * not fit, they are called features[0] and so on. */
int table_features_read(struct table_file *f, size_t n, struct pz_header *h);

#endif
