/* scalars.h -- the scalars of a stream's records as columns of numbers
 *
 * A tool that fits something keeps 40 bytes of each galaxy, and no pixels.
 *
 *      struct scalars c = { 0 };
 *
 *      scalars_begin(&c, pz_reader_header(in));
 *      while (rc == 0 && (got = pz_read(in)) > 0)
 *              rc = scalars_add(&c, pz_reader_record(in));
 *      rc = scalars_with(&c, ESTIMATE_MODE, &galaxies, &own);
 *      ...
 *      free(own);
 *      scalars_release(&c);
 *
 * The keys: "z", the true redshift, or that of another target (axes.h); "mag"; "zphot", a map of
 * estimates {"mode", "mean", "median"}. A number that programs write for "none", for example -99,
 * counts as missing.
 */
#ifndef SCALARS_H
#define SCALARS_H

#include <stdint.h>

#include <pz/galaxies.h>
#include <pz/stream.h>

#include "tool.h"

enum estimate { ESTIMATE_MODE, ESTIMATE_MEAN, ESTIMATE_MEDIAN, ESTIMATES };

extern const char *const estimate_name[ESTIMATES]; /* "mode", ...            */
extern const char *const estimate_path[ESTIMATES]; /* "zphot.mode", ...      */
#define ESTIMATE_CHOICES "mode,mean,median"

struct scalars {
	char target[32]; /* key of the true value; empty: z                     */
	size_t n, room;
	double *z, *mag, *zphot[ESTIMATES]; /* NaN: none                      */
	const char *weights;                /* key of each galaxy's weight; NULL: all count alike.
					       Set it before the first galaxy                  */
	double *weight;                     /* NULL: all count alike                           */
	size_t without_mag;
};

/* Counts galaxies without a value, and those of them that have a number that means "none", with the
 * first such number. */
struct lacking {
	uint64_t count, sentinels;
	double sentinel;
};

/* Sets the key of the true value from the header. */
void scalars_begin(struct scalars *c, const struct pz_header *h);
/* Appends a record's numbers; with weights it must have one. 0 or PZ_ENOMEM. */
int scalars_add(struct scalars *c, const pz_map *record);
/* After the last galaxy: forgets weights that are all the same. */
void scalars_settle(struct scalars *c);
void scalars_release(struct scalars *c);

/* Whether residuals are plain differences, not divided by 1 + z: the target is not redshift. */
bool scalars_plain(const struct scalars *c);

/* The galaxies that have this estimate, as the library takes them. If all of them have it, these
 * are columns of c, borrowed until the next add; otherwise copies in *own, which the caller frees
 * (NULL: nothing was copied). 0 or PZ_ENOMEM. */
int scalars_with(const struct scalars *c, enum estimate which, struct pz_galaxies *g, double **own);

/* A record's magnitude; NaN: it has none, or a number that means "none". */
double record_magnitude(const pz_map *record);

/* A record's weight under this key, as pz_is_weight() has it; NaN: it has none. */
double record_weight(const pz_map *record, const char *key);

/* A record's true value or estimate under this key; NaN: it has none, which is counted in l. */
double record_value(const pz_map *record, const char *key, const char *target, struct lacking *l);
/* PZ_EDATA with a text that says what the record has instead of the value; for --strict. */
int record_lacks(const pz_map *record, const char *key);
/* Adds the galaxies of a stream that have a true value and an estimate, and counts the others; with
 * strict the first of the latter is an error. */
int scalars_collect(struct scalars *c, struct pz_reader *in, enum estimate e, bool strict,
		    struct lacking *z, struct lacking *zphot);

/* The estimates that every galaxy must have with --strict: those of the first one. All zero before;
 * estimates that the first must have as well may be set. */
struct whole {
	bool begun, estimate[ESTIMATES];
};

/* PZ_EDATA: one of them is missing, or there is one that the first galaxy does not have. */
int whole_check(struct whole *w, const char *target, const pz_map *record);

/* Says on standard error how many galaxies were left out because they have no such value, if any
 * were; which: the name of their stream, "" for the input. */
void say_lacking(const struct tool *t, const char *which, const char *key, const struct lacking *l);

/* Says on standard error how many galaxies without magnitude are in the faintest row, if any are;
 * which: the name of their stream, "" for the input. */
void say_without_mag(const struct tool *t, const char *which, size_t count);

/* Puts "NAME: record 12 (id 345): " before the text of a failure at the record last
 * read from in; returns code. */
int record_fail(const struct pz_reader *in, const pz_map *record, int code);

/* A hash of the record's id (pz/partition.h). PZ_EDATA: it has none. */
int record_hash(const pz_map *record, uint64_t seed, uint64_t *hash);

/* 0 if a and b have the same bins of redshift, except for extensions, and the same magnitude rows;
 * otherwise PZ_EMISMATCH naming the field. name: of the stream of b. */
int axes_agree(const struct pz_header *a, const struct pz_header *b, const char *name);

/* 0 if the header has a grid and magnitude rows, otherwise PZ_EMISMATCH. */
int axes_needed(const struct pz_header *h);

#endif
