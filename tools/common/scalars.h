/* scalars.h -- the scalars of a stream's records as columns of numbers
 *
 * What a stage that fits something keeps of each galaxy: 40 bytes, no pixels.
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
 * The keys: "z", the true redshift, or that of another target (axes.h); "mag"; "zphot",
 * a map of estimates {"mode", "mean", "median"}. A number that codes write for "none",
 * -99 say, is none here.
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
	size_t without_mag;
};

/* Galaxies that lack a value: how many; how many of them have a number that stands for
 * none, and the first such number. */
struct lacking {
	uint64_t count, sentinels;
	double sentinel;
};

/* What is the truth of the records of this header. */
void scalars_begin(struct scalars *c, const struct pz_header *h);
/* Appends a record's numbers. 0 or PZ_ENOMEM. */
int scalars_add(struct scalars *c, const pz_map *record);
void scalars_release(struct scalars *c);

/* Whether residuals are plain differences: what is estimated is no redshift. */
bool scalars_plain(const struct scalars *c);

/* The galaxies that have this estimate, as the library takes them: columns of c where
 * all of them have it, borrowed until the next add; else copied into *own, which the
 * caller frees (NULL: nothing was copied). 0 or PZ_ENOMEM. */
int scalars_with(const struct scalars *c, enum estimate which, struct pz_galaxies *g, double **own);

/* A record's magnitude; NaN where it has none, or a number that stands for none. */
double record_magnitude(const pz_map *record);

/* A record's true value or estimate, which stands under key; NaN where it has none, and
 * that is counted in l. */
double record_value(const pz_map *record, const char *key, const char *target, struct lacking *l);
/* PZ_EDATA: what is there instead of the value that a strict tool expects. */
int record_lacks(const pz_map *record, const char *key);
/* Adds the galaxies of a stream whose truth and estimate are known; counts the others, of
 * which the first is an error where strict. */
int scalars_collect(struct scalars *c, struct pz_reader *in, enum estimate e, bool strict,
		    struct lacking *z, struct lacking *zphot);

/* What a strict tool wants of every galaxy: the estimates that the first one has (all zero
 * before; those wanted of the first as well may be set). */
struct whole {
	bool begun, estimate[ESTIMATES];
};

/* PZ_EDATA: a galaxy that lacks one of them, or has one that the first lacks. */
int whole_check(struct whole *w, const char *target, const pz_map *record);

/* Says on stderr how many galaxies have no such value and are left out, if any were;
 * which: whose they are, "" for the input's. */
void say_lacking(const struct tool *t, const char *which, const char *key, const struct lacking *l);

/* Says on stderr how many galaxies went into the faintest magnitude row for lack of a
 * magnitude, if any did; which: whose they are, "" for the input's. */
void say_without_mag(const struct tool *t, const char *which, size_t count);

/* Puts "NAME: record 12 (id 345): " before the text of a failure at the record last
 * read from in; returns code. */
int record_fail(const struct pz_reader *in, const pz_map *record, int code);

/* A hash of the record's id (partition.h). PZ_EDATA: it has none. */
int record_hash(const pz_map *record, uint64_t seed, uint64_t *hash);

/* 0 where a and b cut redshift and magnitude alike (an extension apart), else
 * PZ_EMISMATCH naming the field; name: of the stream of b. */
int axes_agree(const struct pz_header *a, const struct pz_header *b, const char *name);

/* 0 where the header has what its tool needs to make bins, else PZ_EMISMATCH. */
int axes_needed(const struct pz_header *h);

#endif
