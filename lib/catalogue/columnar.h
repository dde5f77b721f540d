/* columnar.h -- rows of files whose columns are read each by itself: FITS tables, arrays
 *
 * A source of this kind begins with a struct columnar and sets all of it but `row`; its `next` is
 * pz_columnar_next.
 */
#ifndef CATALOGUE_COLUMNAR_H
#define CATALOGUE_COLUMNAR_H

#include "source.h"

struct columnar {
	struct source source;
	const char *path; /* for messages                                    */
	uint64_t rows, row;
	size_t parsed; /* bytes of a text that is read as a number, at most  */
	bool (*is_text)(struct columnar *s, int c);
	/* All values of column c in n rows; texts of at most size - 1 bytes. */
	int (*doubles)(struct columnar *s, int c, uint64_t row, size_t n, double *to);
	int (*texts)(struct columnar *s, int c, uint64_t row, size_t n, char *to, size_t size);
	/* A further column, whatever it is, in the next n rows; the ids of the next rows->n. */
	int (*cells)(struct columnar *s, struct place p, int want, size_t n, struct rows *rows);
	int (*ids)(struct columnar *s, int c, struct rows *rows);
};

/* As source.next. */
int pz_columnar_next(struct source *source, const struct place *place, int wants, int id,
		     struct rows *rows);

/* The numbers of the next n rows: of a column with one value a row, which may be a text, or one of
 * its values. */
int pz_columnar_numbers(struct columnar *s, struct place p, int want, size_t n, struct rows *rows);
/* Ids that are texts, and such that are kept as numbers that are exact below 2^digits. */
int pz_columnar_names(struct columnar *s, int c, struct rows *rows);
int pz_columnar_real_ids(struct columnar *s, int c, int digits, struct rows *rows);
/* PZ_EDATA where a row has more ids than one. */
int pz_columnar_check_one_id(const struct columnar *s, int c, size_t values);
/* Puts the place before the text of a failure, and returns rc; i: of the next rows. */
int pz_columnar_fail_id(const struct columnar *s, int c, size_t i, int rc);

#endif
