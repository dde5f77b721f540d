/* scalars.h -- the scalars of a stream's records as columns of numbers
 *
 * What a stage that fits something keeps of each galaxy: 40 bytes, no pixels.
 *
 *      struct scalars c = { 0 };
 *
 *      scalars_begin(&c, pz_reader_header(in));
 *      while (rc == 0 && (got = pz_read(in)) > 0)
 *              rc = scalars_add(&c, pz_reader_record(in));
 *      galaxies = scalars_galaxies(&c, ESTIMATE_MODE);
 *      scalars_release(&c);
 *
 * The keys: "z", the true redshift, or that of another target (axes.h); "mag"; "zphot",
 * a map of estimates {"mode", "mean", "median"}.
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
	double *z, *mag, *zphot[ESTIMATES]; /* NaN: absent                    */
	size_t without_mag;
};

/* What is the truth of the records of this header. */
void scalars_begin(struct scalars *c, const struct pz_header *h);
/* Appends a record's numbers. 0 or PZ_ENOMEM. */
int scalars_add(struct scalars *c, const pz_map *record);
void scalars_release(struct scalars *c);

/* Whether residuals are plain differences: what is estimated is no redshift. */
bool scalars_plain(const struct scalars *c);

/* The columns as the library takes them; borrowed until the next add. */
struct pz_galaxies scalars_galaxies(const struct scalars *c, enum estimate which);

/* Says on stderr how many galaxies went into the faintest magnitude row for lack of a
 * magnitude, if any did; which: whose they are, "" for the input's. */
void say_without_mag(const struct tool *t, const char *which, size_t count);

/* Puts "NAME: record 12 (id 345): " before the text of a failure at the record last
 * read from in; returns code. */
int record_fail(const struct pz_reader *in, const pz_map *record, int code);

/* A hash of the record's id (partition.h). PZ_EDATA: it has none. */
int record_hash(const pz_map *record, uint64_t seed, uint64_t *hash);

/* 0 where a and b cut redshift and magnitude alike (an extension apart), else
 * PZ_EFIT naming the field; name: of the stream of b. */
int axes_agree(const struct pz_header *a, const struct pz_header *b, const char *name);

/* 0 where the header has what its tool needs to make bins, else PZ_EFIT. */
int axes_needed(const struct pz_header *h);

#endif
