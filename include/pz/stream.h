/* stream.h -- what flows between the tools
 *
 *      stream = segment+        segment = header record* trailer
 *
 * each one MessagePack map, written back to back. The header says what the
 * records are; the trailer {"end": count, "xxh3": hash of the bytes before it, "small": hash}
 * says that nothing was lost. A stream without trailer was cut: reading it is
 * PZ_ECORRUPT, and a tool that fails writes none, so that a failure walks down the
 * pipe. Segments in a row are one stream where their headers agree (history
 * apart), else PZ_EMISMATCH naming the field.
 *
 * Example:
 *      struct pz_reader *in;
 *      struct pz_writer *out = NULL;
 *
 *      if ((rc = pz_reader_open(&in, NULL, 0, 0)) == 0)       // standard input
 *              rc = pz_writer_open(&out, stdout, "stdout", pz_reader_header(in));
 *      while (rc == 0 && (rc = pz_read(in)) > 0)
 *              rc = pz_write(out, pz_reader_record(in));
 *      if (rc == 0)
 *              rc = pz_writer_close(out);      // the trailer
 *      else
 *              pz_writer_abandon(out);
 *      pz_reader_close(in);
 *
 * Hashes are XXH3 of 64 bits. A value of bytes above 4 KiB at the top of a record is large:
 * readers that only need scalars leave it out, and fetch it by its place. So that nothing
 * goes unchecked then, the trailer's "small" is the hash of the segment without the payloads
 * of large values (lib/stream/trailer.h), and a record with large values has a last key
 * "xxh3": for each of them, in their order, the lower 32 bits of its XXH3 (1 where these are
 * 0), highest byte first. The reader takes this key out again and the writer makes it anew:
 * tools do not see it. A record without it and a trailer without "small" (streams of other
 * programs, and old ones) are accepted; who changes a large value in a program of their own
 * drops the record's "xxh3".
 *
 * Memory: one record, and a buffer of a megabyte.
 */
#ifndef PZ_STREAM_H
#define PZ_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include <pz/api.h>
#include <pz/bins.h>
#include <pz/map.h>
#include <pz/pixel.h>

#define PZ_BANDS_MAX    64
#define PZ_BAND_NAME    16   /* bytes of a band's name, the 0 included */
#define PZ_SIZE_MAX     4096 /* pixels on a side of a stamp            */
#define PZ_FEATURE_NAME 64   /* bytes of a feature's name, the 0 included */

/* What a stream says of itself. Fields that do not apply are 0, "" or false. */
struct pz_header {
	char kind[16]; /* stamps, predictions, model, catalogue, nz */
	int bands;     /* C                                         */
	char band[PZ_BANDS_MAX][PZ_BAND_NAME];
	int size;            /* S: a stamp is (C, S, S)               */
	double pixscale;     /* arcsec per pixel                      */
	double psf;          /* FWHM of the PSF of all bands, arcsec; 0: as their frames had it */
	char unit[72];       /* of the pixels: nmgy (a card of FITS) */
	enum pz_pixel pixel; /* f4 or f2                              */
	char stretch[16];    /* "": as measured; sqrt, asinh, log     */
	double divide;       /* flux divisor used with the stretch    */
	bool has_soften;     /* then each band had a divisor of its own (pz_header_divisor): */
	double soften[PZ_BANDS_MAX];
	bool has_grid, has_rows, has_limits;
	struct pz_grid grid;
	struct pz_rows rows;
	int features; /* of a galaxy ("features" of a record: float32, NaN: missing); names:
			 pz_header_next_feature */
	struct {
		double divide, outlier, fit_from;
		int threshold;
	} limits; /* the survey's (pzpipe-method(7), SURVEYS)    */
	char survey[32];
	pz_map *map; /* all keys, those unknown here included */
};

PZ_API int pz_header_init(struct pz_header *h, const char *kind);
PZ_API int pz_header_copy(struct pz_header *dst,
			  const struct pz_header *src); /* dst: uninitialised */
PZ_API void pz_header_release(struct pz_header *h);     /* all zero is fine   */
/* From the MessagePack map of a header, size bytes, which h copies. PZ_ECORRUPT: it is none. */
PZ_API int pz_header_decode(struct pz_header *h, const void *bytes, size_t size);
PZ_API void pz_header_set_survey(struct pz_header *h, const struct pz_survey *s);
/* Where a walk over the names of features stands; all zero before the first. */
struct pz_feature_walk {
	const void *item; /* private */
	size_t size;
};

/* The next name, as a C string: true; false, and "", behind the last. */
PZ_API bool pz_header_next_feature(const struct pz_header *h, struct pz_feature_walk *walk,
				   char name[PZ_FEATURE_NAME]);
/* The name of feature i (from 0); "" where there is none. It is counted from the first: whoever
 * wants all of them walks. */
PZ_API void pz_header_feature(const struct pz_header *h, int i, char name[PZ_FEATURE_NAME]);
/* Sets number and names of the features; n 0: none. PZ_EARG: an empty name, or one that is too
 * long. */
PZ_API int pz_header_set_features(struct pz_header *h, const char *const *names, int n);
/* A file that went into a stream: its name without folders, and the hash of its bytes or, of
 * a stream, that of its trailer; of what is read but once ("-", a pipe) there is none. */
struct pz_used {
	const char *name;
	uint64_t hash;
	bool hashed;
};

/* Adds {"tool", "version", "args", "seed", "files": [[name, "1a2b3c4d"], ...]} to the history,
 * the first 8 hex digits of each hash; a NULL seed is left out, and "files" where n is 0. */
PZ_API int pz_header_add_history(struct pz_header *h, const char *tool, const char *version,
				 const char *args, const uint64_t *seed, const struct pz_used *used,
				 size_t n);
/* PZ_EMISMATCH, naming what was found, unless kind is among those of the comma list. */
PZ_API int pz_header_need_kind(const struct pz_header *h, const char *kinds);
/* What the pixels of a band were divided by before the stretch: 1 for stamps as measured. */
PZ_API double pz_header_divisor(const struct pz_header *h, int band);
/* Bytes of a stamp: bands * size * size * bytes of a pixel. */
PZ_API size_t pz_header_stamp_bytes(const struct pz_header *h);

struct pz_reader;

/* Where bytes of a stream stand, to fetch them again. */
struct pz_place {
	int file;     /* which of the operands             */
	uint32_t sum; /* checksum of the bytes; 0: unknown */
	off_t offset;
	size_t size;
};

enum pz_read_flags {
	PZ_READ_KEEP = 1,    /* may be rewound: what is no file is spooled to $TMPDIR       */
	PZ_READ_SCALARS = 2, /* large values are not read where the input can seek and is not
				small: their keys read as absent, their places are known.
				All else is checked, and cuts are noticed.                  */
};

/* Opens the files as one stream; n 0 or a name "-": standard input. The header
 * is read and checked. paths are borrowed until the close. */
PZ_API int pz_reader_open(struct pz_reader **r, const char *const *paths, int n, unsigned flags);
PZ_API void pz_reader_close(struct pz_reader *r); /* NULL is fine           */
PZ_API const struct pz_header *pz_reader_header(const struct pz_reader *r);
/* The name of the input being read, for messages. */
PZ_API const char *pz_reader_name(const struct pz_reader *r);

/* Files of fewer bytes are read whole in spite of PZ_READ_SCALARS, so that a fault anywhere
 * in them is noticed; of the whole process, 0 at first. */
PZ_API void pz_reader_whole_below(off_t size);

/* The next record: 1; 0 at the end of the stream, trailer checked; < 0 error,
 * which stays. */
PZ_API int pz_read(struct pz_reader *r);
/* The record that was read; it and its bytes belong to the reader until the next
 * pz_read. May be changed (set, drop). */
PZ_API pz_map *pz_reader_record(struct pz_reader *r);
/* How many records were read. */
PZ_API uint64_t pz_reader_count(const struct pz_reader *r);

/* Passes over n records, whose large values are not read where the input can seek: 0, or < 0;
 * PZ_ECORRUPT where there are not that many. */
PZ_API int pz_reader_pass(struct pz_reader *r, uint64_t n);

/* Back to the first record (PZ_READ_KEEP); flags as at opening, for this pass. A pipe must have
 * been read to its end, or no record of it (PZ_EARG). PZ_ECORRUPT here or later where a file was
 * changed meanwhile, or where the pass before came to the end and this one finds other records. */
PZ_API int pz_reader_rewind(struct pz_reader *r, unsigned flags);
/* Right after opening: this pass will be the only one. Every value is read, and no
 * more of a pipe is spooled; for tools that learn from the header what they need. */
PZ_API void pz_reader_no_rewind(struct pz_reader *r);
/* Where the bytes of the bin under key of the current record stand, read or left out;
 * 0 absent, 1 found. */
PZ_API int pz_reader_place(const struct pz_reader *r, const char *key, struct pz_place *place);
/* Fetches place->size bytes; any thread, any number at a time. Needs PZ_READ_KEEP. PZ_ECORRUPT:
 * they are not what was there when the place was noted, by their checksum or, where there
 * is none, because the file was changed. */
PZ_API int pz_reader_fetch(struct pz_reader *r, const struct pz_place *place, void *bytes);
/* After the end: the trailer's hash ("xxh3"), of several segments a mixture of theirs. */
PZ_API uint64_t pz_reader_hash(const struct pz_reader *r);
/* Says that place will be fetched soon, so that the disk may begin; returns at once. */
PZ_API void pz_reader_ask(const struct pz_reader *r, const struct pz_place *place);

struct pz_writer;

/* Writes the header to a stream that stays the caller's (name: for messages). */
PZ_API int pz_writer_open(struct pz_writer **w, FILE *to, const char *name,
			  const struct pz_header *h);
PZ_API int pz_write(struct pz_writer *w, const pz_map *record);
PZ_API uint64_t pz_writer_count(const struct pz_writer *w);
/* Bytes written so far, header included: where the next record will begin. */
PZ_API uint64_t pz_writer_position(const struct pz_writer *w);
/* Trailer, flush, late errors; frees w in any case. */
PZ_API int pz_writer_close(struct pz_writer *w);
/* After a failure: no trailer, so that readers see the cut. NULL is fine. */
PZ_API void pz_writer_abandon(struct pz_writer *w);

#endif
