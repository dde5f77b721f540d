/* parts.h -- what the parts of a catalogue share
 *
 *      rows.c                opens it, hands out rows
 *      columns.c             which column is what, by names, options and units
 *      find.c                a column by its name
 *      columnar.c            rows of FITS tables (fits.c) and arrays (arrays.c); csv.c reads text
 *      features.c            columns whose numbers together are features
 *      spans.c               columns that are taken one behind the other
 *      vectors.c             columns whose numbers together are a vector
 *      missing.c             numbers that stand for no value
 *      unit.c                what units mean
 */
#ifndef CATALOGUE_PARTS_H
#define CATALOGUE_PARTS_H

#include "source.h"

#define NAME          72 /* bytes of a column's name that was asked for */
#define NOTES_MAX     8
#define FEATURE_SPANS 1024       /* items of a list of features */
#define WANT_ID       WANT_CARRY /* among what can be asked for */

struct pz_catalogue {
	struct source *source;
	char *path;
	char asked[WANT_ID + 1][NAME]; /* by the columns option; "": not      */
	char carry[PZ_CARRY_MAX][NAME], carried_from[PZ_CARRY_MAX][NAME];
	int carried;
	bool anywhere, texts, positive, numbered;
	bool strict[PZ_CARRY_MAX]; /* further columns where -99 is refused   */
	struct pz_missing missing;
	char *features;   /* as asked for; NULL: none                           */
	char **span_name; /* what the first spans_named of rows.features are called */
	int spans_named;
	float *feature; /* of the row that was handed out     */
	struct place place[WANTS_MAX];
	int id;
	struct rows rows;
	size_t at; /* in rows                                                */
	uint64_t row, bad, first_bad;
	char bad_id[PZ_ID_MAX];
	uint64_t converted, first_converted; /* texts that were Latin-1      */
	bool doubted;                        /* a column z was taken for a magnitude           */
	char *note[NOTES_MAX];
	int notes, noted;
	bool ended;
};

/* Keeps a line for the user; PZ_ENOMEM. */
int pz_catalogue_say(struct pz_catalogue *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* -- columns.c */

/* What `columns` and `carry` ask for. */
int pz_columns_ask(struct pz_catalogue *c, const struct pz_catalogue_options *o);
/* Finds all of it in c->source. */
int pz_columns_locate(struct pz_catalogue *c, const char *band);
/* What can be asked for: "z". */
const char *pz_columns_what(int w);

/* The next item of a comma list, without blanks around it, into item[NAME]: 1, 0 at the end,
 * PZ_EUSAGE. */
int pz_columns_next_item(const char **list, char *item, const char *option);

/* -- find.c */

/* The column of that name; where none is spelt so, whatever its case. -1: none; PZ_EDATA:
 * two of which nobody can say which is meant. */
int pz_columns_find(const struct pz_catalogue *c, const char *name, int *at);
/* The place of a name, with its number in brackets or without; column -1: there is none. */
int pz_columns_place(const struct pz_catalogue *c, const char *name, struct place *p);
/* PZ_EDATA: there is no such column; the text lists those there are. */
int pz_columns_fail_missing(const struct pz_catalogue *c, const char *what, const char *name);

/* -- spans.c */

/* Adds the columns of an item of a list to spans; what: "a vector", for messages; most: numbers in
 * all. PZ_EDATA: there is no such column or value, or there are too many. The item is changed. */
int pz_spans_add(const struct pz_catalogue *c, struct column_spans *spans, char *item,
		 const char *what, size_t most);

/* -- features.c */

/* Finds the columns of the list of features. PZ_EUSAGE: it cannot be read; PZ_EDATA: there is no
 * such column, or it is the redshift. */
int pz_catalogue_find_features(struct pz_catalogue *c);
/* Copies the features of the row at c->at to c->feature. PZ_EDATA: one looks like a missing value,
 * or is too large for a float32. */
int pz_catalogue_take_features(const struct pz_catalogue *c);
void pz_catalogue_release_features(struct pz_catalogue *c);

/* -- vectors.c */

/* The vector of the row at c->at, where numbers that mean "no value" become NaN; NULL: rows have
 * none. */
const double *pz_vectors_take(const struct pz_catalogue *c);
void pz_vectors_release(struct pz_catalogue *c);

/* -- missing.c */

/* Which further columns are magnitudes, by their names and units, or named in the list. */
void pz_catalogue_find_strict(struct pz_catalogue *c, const char *list);
/* What is missing in the row at c->at becomes NaN; PZ_EDATA: what looks so and was not named. */
int pz_catalogue_judge_missing(const struct pz_catalogue *c);

/* -- unit.c */

enum unit { UNIT_NONE, UNIT_ANGLE, UNIT_MAGNITUDE, UNIT_OTHER };

/* What a unit is, and of an angle the degrees of one. A name ends in one too: ra_rad,
 * "dec [deg]". */
enum unit pz_catalogue_unit(const char *unit, double *degrees);
enum unit pz_catalogue_unit_of_name(const char *name, double *degrees);

#endif
