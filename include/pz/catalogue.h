/* catalogue.h -- galaxies from a FITS table or a table that is text, row by row
 *
 * Example:
 *      struct pz_catalogue *c;
 *      struct pz_catalogue_row g;
 *      const char *note;
 *
 *      rc = pz_catalogue_open(&c, "galaxies.csv", &(struct pz_catalogue_options){
 *                      .columns = "id=objid,mag=dered_r", .carry = "u,g" });
 *      while (rc == 0 && (got = pz_catalogue_next(c, &g)) > 0)
 *              use(g.ra, g.dec, g.z);
 *      while ((note = pz_catalogue_note(c)))
 *              use(note);
 *      pz_catalogue_close(c);
 *
 * What is looked for, and the names tried in this order, whatever their case:
 *
 *      id   id, objid, object_id, source_id, name          else: the row's number, from 1
 *      ra   ra, raj2000, ra_deg, alpha_j2000               must be there
 *      dec  dec, dej2000, decj2000, dec_deg, delta_j2000   must be there
 *      z    zspec, z_spec, specz, redshift, z
 *      mag  mag, dered_B, B          with B the band: r
 *      ebv  ebv, e_bv, ebv_sfd, e(b-v)
 *      zphot         zphot, zphot_mode, zphoto, photoz, z_phot, zmode
 *      zphot_mean    zphot_mean, zmean
 *      zphot_median  zphot_median, zmedian
 *
 * A column z that stands beside u, g, r or i, or beside magnitudes of these bands with other
 * names and none of z (mag_r, but no mag_z), may be a magnitude: it is no redshift unless
 * `columns` says so. Where units are stated, they decide. `columns` names others, which then must
 * be there; NAME[2] is the third of the values that column NAME of a FITS table has in each row.
 *
 * Text is read as delimited.h says. Empty cells, nan, null, none, n/a, -- and \\N are NaN.
 * Coordinates are in the unit that the table states (degrees, radians, hours, arc minutes
 * or seconds; else degrees) or sexagesimal: 12:34:56.7 and 12 34 56.7 (hours for RA),
 * 12h34m56.7s, 187d42m21s. Units that do not suit (a flux as magnitude) are refused.
 *
 * Numbers that stand for "no value" (missing.h): those of options.missing are NaN in all
 * columns but id, ra and dec. Where it names none, -99 and its like, and a redshift of -1 or
 * less, are refused in z, mag, ebv and zphot, and in further columns that are magnitudes by
 * their name or unit, or that are named in `strict`.
 *
 * `features` names columns whose numbers together are the features of a galaxy: NAME, a number or
 * all values of a vector; NAME[2], one of them; NAME[0:512], those from 0 to 511; FIRST..LAST, all
 * columns from one to another; NEW=NAME, a number under another name.
 *
 * Memory: a block of rows.
 */
#ifndef PZ_CATALOGUE_H
#define PZ_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pz/api.h>
#include <pz/missing.h>

#define PZ_ID_MAX     64      /* bytes of an id that is text, the 0 included   */
#define PZ_CARRY_MAX  64      /* further columns                               */
#define PZ_FEATURE    96      /* bytes of a feature's name, likewise           */
#define PZ_VECTOR_MAX 1000000 /* numbers of a vector                      */
#define PZ_CELL_MAX   256     /* bytes of a further cell that is text, likewise */

struct pz_catalogue;

struct pz_catalogue_options {
	const char *columns;  /* "id=objid,z=zspec"; NULL: the names above       */
	const char *carry;    /* "u,g,mag_z=z": further columns of numbers, and what
				 they are to be called; may be NULL              */
	const char *band;     /* B of the names above; NULL: r                   */
	const char *hdu;      /* of a FITS file; NULL: its first table           */
	bool anywhere;        /* rows need no coordinates, the file no ra and dec */
	bool texts;           /* further columns may have whole numbers and texts */
	const char *features; /* "g,r,i,embedding[0:512]": numbers that are handed out together,
				NaN where one is unknown; may be NULL           */
	const char *strict;   /* of them, by key, those that hold what is measured */
	bool positive;        /* all of them do, and what is not above 0 is NaN */
	bool numbered;        /* without any known column, rows are galaxies too: their ids are
				 their numbers                                   */
	struct pz_missing missing;
};

/* What a further cell is: in a FITS table as its column, in text as it reads: 12 is a
 * whole number, 1.5 and 1e3 are numbers, 007 and a12 are texts. */
enum pz_cell { PZ_CELL_NUMBER, PZ_CELL_INTEGER, PZ_CELL_TEXT };

struct pz_catalogue_row {
	uint64_t row;         /* from 0, those passed over included           */
	int64_t id;           /* where name is ""                             */
	char name[PZ_ID_MAX]; /* the id where it is no whole number           */
	double ra, dec;       /* degrees, RA from 0 to below 360              */
	double z, mag, ebv;   /* NaN: unknown                                 */
	double zphot, zphot_mean, zphot_median;
	double carry[PZ_CARRY_MAX]; /* NaN: unknown, or text                  */
	/* with options.texts; until the next row */
	enum pz_cell carry_type[PZ_CARRY_MAX];
	int64_t carry_integer[PZ_CARRY_MAX];
	const char *carry_text[PZ_CARRY_MAX];
	const float *features; /* pz_catalogue_features of them; until the next row */
	const double *vector;  /* of pz_catalogue_set_vector; NaN: unknown       */
};

/* PZ_EUSAGE: columns, carry or features cannot be read. PZ_EIO: no such file. PZ_EDATA: a column
 * is missing (the text lists those found). */
PZ_API int pz_catalogue_open(struct pz_catalogue **c, const char *path,
			     const struct pz_catalogue_options *o);
PZ_API void pz_catalogue_close(struct pz_catalogue *c); /* NULL is fine */

/* The next row with good coordinates: 1; 0 at the end; < 0 error: PZ_EDATA a cell that is
 * no number, no id, or looks like a missing value; PZ_ECORRUPT a row of another number of cells. */
PZ_API int pz_catalogue_next(struct pz_catalogue *c, struct pz_catalogue_row *row);

/* Has all rows give a vector: the numbers of the columns in a comma list, one behind the other. An
 * item is a column, with all values that it has in a row; NAME[2], one of them; NAME[0:512], those
 * from 0 to 511; FIRST..LAST, all columns from one to another in the order of the file. *items:
 * how many the list has. To be called before the first row. PZ_EDATA: there is no such column;
 * PZ_EUSAGE: the list cannot be read. */
PZ_API int pz_catalogue_set_vector(struct pz_catalogue *c, const char *list, int *items);
/* How many numbers it has, and whether the file keeps some of them in 32 bits. */
PZ_API size_t pz_catalogue_vector_values(const struct pz_catalogue *c);
PZ_API bool pz_catalogue_vector_narrow(const struct pz_catalogue *c);
/* Whether there is a column of that name, or NAME[2]. */
PZ_API bool pz_catalogue_has_column(const struct pz_catalogue *c, const char *name);

/* What the further columns are called. */
PZ_API int pz_catalogue_carried(const struct pz_catalogue *c);
PZ_API const char *pz_catalogue_carry(const struct pz_catalogue *c, int i);
/* How many features there are, and what feature i is called: "g", "embedding[0]". The
 * column of the redshift is none. */
PZ_API int pz_catalogue_features(const struct pz_catalogue *c);
PZ_API void pz_catalogue_feature(const struct pz_catalogue *c, int i, char name[PZ_FEATURE]);
/* Whether feature i is a column of one number a row. */
PZ_API bool pz_catalogue_feature_alone(const struct pz_catalogue *c, int i);
/* Whether the file has redshifts, magnitudes, E(B-V): "z", "mag", "ebv", "zphot"..., "id". */
PZ_API bool pz_catalogue_has(const struct pz_catalogue *c, const char *what);
/* Whether there is a column z that was taken for a magnitude, and so for no redshift; a note says
 * so. */
PZ_API bool pz_catalogue_doubted(const struct pz_catalogue *c);
/* What the user should know and no error is (no column of ids, texts that were Latin-1): the
 * next line that has not been given out, NULL: no more for now. Ask after opening and at the end.
 */
PZ_API const char *pz_catalogue_note(struct pz_catalogue *c);
/* How many rows were passed over for their coordinates, and, where any, the number
 * (from 0) of the first. */
PZ_API uint64_t pz_catalogue_bad(const struct pz_catalogue *c, uint64_t *first);
/* The id of that row; "" where there is none. */
PZ_API const char *pz_catalogue_bad_id(const struct pz_catalogue *c);
/* What a cell of an id means, as in a table: a whole number, or a text in name (else ""). */
PZ_API int pz_catalogue_id(const char *cell, int64_t *id, char name[PZ_ID_MAX]);

#endif
