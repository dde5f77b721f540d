/* mock.h -- a simulated sky: galaxies, stamps and frames
 *
 * A flux-limited survey from analytic physics alone (pzpipe-method(7), SIMULATED SKY): Schechter
 * functions in a flat LCDM universe, bulges and disks with spectra of their own,
 * dust, Galactic reddening, seeing and noise.
 *
 * Example:
 *      struct pz_mock *sky;
 *      struct pz_mock_galaxy g;
 *      if ((rc = pz_mock_open(&sky, "sdss", seed)) == 0) {
 *              pz_mock_galaxy(sky, 17, &g);               // galaxy 17 of this seed
 *              pz_mock_stamp(sky, 17, &g, 64, stamp);     // (5, 64, 64)
 *      }
 *      pz_mock_close(sky);
 *
 * Galaxy i of a seed is a function of the two alone: however many are drawn, in
 * whatever order and by however many threads. An open sky is only read, so any
 * number of threads may share it.
 *
 * Fluxes are in the survey's unit, magnitudes are AB and freed of Galactic dust
 * unless said otherwise; bands are ugriz in this order.
 */
#ifndef PZ_MOCK_H
#define PZ_MOCK_H

#include <stdbool.h>
#include <stdint.h>

#include <pz/api.h>

#define PZ_MOCK_BANDS        5
#define PZ_MOCK_GALAXIES_MAX 100000000 /* of one sky                                   */
#define PZ_MOCK_FIELDS_MAX   9999      /* four digits in a frame's name                */
#define PZ_MOCK_DENSITY      700       /* galaxies per frame: light seldom overlaps */
#define PZ_MOCK_DENSITY_MAX  5000      /* a galaxy every 24 pixels                     */

struct pz_mock;

/* What the telescope and the selection are like; constant per survey. */
struct pz_mock_survey {
	const char *name;
	const char *unit;  /* of fluxes, as streams call it: nmgy     */
	const char *bunit; /* the same as FITS headers call it        */
	double zeropoint;  /* magnitude of flux 1                     */
	double pixscale;   /* arcsec per pixel                        */
	double exptime;    /* seconds, for the header                 */
	int width, height; /* of a frame, pixels                      */
	const char *band[PZ_MOCK_BANDS];
	double centre[PZ_MOCK_BANDS];     /* of the passbands, Angstrom              */
	double breadth[PZ_MOCK_BANDS];    /* full width of the passbands, Angstrom   */
	double extinction[PZ_MOCK_BANDS]; /* A/E(B-V)                                */
	double fwhm[PZ_MOCK_BANDS];       /* of the PSF, pixel included, arcsec      */
	double sky[PZ_MOCK_BANDS];        /* noise of an empty pixel, flux           */
	double electrons[PZ_MOCK_BANDS];  /* per unit of flux                        */
	double zmin, zmax;
	int selection;                      /* band of the limit                       */
	double bright, limit;               /* magnitudes between which galaxies are in */
	double half, softness;              /* completeness 1/(1+exp((m-half)/softness)) */
	double field_limit;                 /* of the selection band, for the field  */
	double field_galaxies, field_stars; /* above the limit, per square degree */
};

/* A knot of young stars in the disk: a Gaussian. */
#define PZ_MOCK_KNOTS 12
struct pz_mock_knot {
	double x, y;  /* from the centre along and across the major axis, arcsec */
	double sigma; /* arcsec                                                   */
	double share; /* of the light of all knots; they sum to 1                 */
};

/* Bulge or disk. */
struct pz_mock_part {
	double flux[PZ_MOCK_BANDS]; /* before Galactic dust                    */
	double radius;              /* half-light, major axis, arcsec          */
	double axis;                /* ratio of the axes, 0..1                 */
};

struct pz_mock_galaxy {
	double z;
	double zspec; /* of a spectrum: z, a wrong one where it failed, NaN: not observed */
	double ebv;   /* E(B-V) of our Galaxy                   */
	double mag;   /* r as measured: 0.02 mag error          */
	double mags[PZ_MOCK_BANDS];       /* true                                   */
	double measured[PZ_MOCK_BANDS];   /* with errors, asinh magnitudes       */
	double error[PZ_MOCK_BANDS];      /* 1 sigma of these, magnitudes        */
	double size;                      /* half-light radius of the whole in r, of circles of
					     equal area, without PSF, arcsec         */
	double axis;                      /* mean of bulge and disk by r flux        */
	double bulge;                     /* fraction of the r flux                  */
	double angle;                     /* of the major axis from the x axis, rad  */
	struct pz_mock_part part[2];      /* bulge (de Vaucouleurs), disk (exponential) */
	int knots;                        /* in the disk                            */
	double knots_flux[PZ_MOCK_BANDS]; /* of all knots: a part of the disk's   */
	struct pz_mock_knot knot[PZ_MOCK_KNOTS];
};

/* The sky of a survey ("sdss", "cfhtls-wide", "cfhtls-deep") and seed; computes
 * the tables (a tenth of a second). PZ_EARG: no such survey. */
PZ_API int pz_mock_open(struct pz_mock **sky, const char *survey, uint64_t seed);

/* How pixels lie on the sky. */
struct pz_mock_pixels {
	double scale; /* arcsec, 0.05 to 5; 0: the survey's. The noise of a pixel goes with it */
	bool aligned; /* north up, east left, all bands on one grid: as coadded images are;
			 else as SDSS frames are                                       */
};

/* The same sky by other pixels. PZ_EARG: a scale outside of the range. */
PZ_API int pz_mock_open_pixels(struct pz_mock **sky, const char *survey,
			       const struct pz_mock_pixels *pixels, uint64_t seed);
PZ_API void pz_mock_close(struct pz_mock *sky); /* NULL is fine */
/* Gives the sky a field: from now on frames and stamps show galaxies and stars, most of them
 * fainter than the sample, that are not among the numbered ones. Once, before the sky is shared. */
PZ_API int pz_mock_open_field(struct pz_mock *sky);
/* Spectra of the sample reach to a measured magnitude of the selection band (INFINITY: of all
 * galaxies) and have a wrong redshift with the probability `failures` at the limit, a half of
 * it for every magnitude brighter. Before: all redshifts are known and right. */
PZ_API void pz_mock_set_spectra(struct pz_mock *sky, double limit, double failures);
PZ_API const struct pz_mock_survey *pz_mock_survey(const struct pz_mock *sky);

/* Galaxy i of the survey's flux-limited sample. */
PZ_API void pz_mock_galaxy(const struct pz_mock *sky, uint64_t i, struct pz_mock_galaxy *g);

/* What is known of a galaxy, from a real sample, say. */
struct pz_mock_known {
	double z;
	double mags[PZ_MOCK_BANDS];   /* measured; not finite where unknown; r must be finite */
	double errors[PZ_MOCK_BANDS]; /* 1 sigma of these; not above 0: the magnitude is exact */
	double size;                  /* half-light radius, arcsec; not above 0: unknown       */
	double ebv;                   /* below 0 or NaN: unknown                               */
};

/* Galaxy i with what is known of it; the rest is drawn, and the likeliest-looking of a few draws
 * kept. An unknown magnitude is drawn too, relative to the others. Where a magnitude has an error,
 * the true one differs from it: the catalogue's noise is not in the pixels. PZ_EDATA: z outside the
 * survey's range, or no r. */
PZ_API int pz_mock_galaxy_like(const struct pz_mock *sky, uint64_t i,
			       const struct pz_mock_known *known, struct pz_mock_galaxy *g);

/* The galaxy alone on a stamp (5, size, size), at most half a pixel from its
 * centre, reddened, with its own seeing and with noise. size >= 1. */
PZ_API void pz_mock_stamp(const struct pz_mock *sky, uint64_t i, const struct pz_mock_galaxy *g,
			  int size, float *stamp);

/* Where galaxies stand: field after field along the sky, in each a jittered grid
 * of at least `density` cells, a galaxy in each of the first `density`. */
struct pz_mock_layout {
	uint64_t galaxies;
	int density; /* galaxies per field                     */
	int fields;
	int columns, rows; /* of the grid                            */
};

/* density 0: PZ_MOCK_DENSITY, or as many on the same area of sky where pixels have another scale
 * than the survey's. PZ_EARG: more than PZ_MOCK_FIELDS_MAX fields, or a number out of its range. */
PZ_API int pz_mock_layout(struct pz_mock_layout *l, const struct pz_mock *sky, uint64_t galaxies,
			  int density);

/* TAN projection of a frame; pixels count from 1 as in FITS. */
struct pz_mock_wcs {
	double crpix[2], crval[2]; /* pixel, degrees                       */
	double cd[4];              /* CD1_1 CD1_2 CD2_1 CD2_2, degrees per pixel */
};

/* WCS of band b of a field: axes turned as in SDSS (x to the north, y to the
 * east), each band some pixels off the others. */
PZ_API void pz_mock_wcs(const struct pz_mock *sky, int field, int b, struct pz_mock_wcs *wcs);
PZ_API void pz_mock_wcs_sky(const struct pz_mock_wcs *wcs, const double pixel[2], double radec[2]);
PZ_API void pz_mock_wcs_pixel(const struct pz_mock_wcs *wcs, const double radec[2],
			      double pixel[2]);

/* Degrees, from the galaxy's place in its field. */
PZ_API void pz_mock_place(const struct pz_mock *sky, const struct pz_mock_layout *l, uint64_t i,
			  double radec[2]);

/* Where the galaxies come from, for frames: fills galaxy i. Called by many
 * threads at once. */
typedef int pz_mock_source(const void *context, uint64_t i, struct pz_mock_galaxy *g);

/* The pixels (height, width) of band b of a field. */
PZ_API int pz_mock_frame(const struct pz_mock *sky, const struct pz_mock_layout *l, int field,
			 int b, pz_mock_source *source, const void *context, float *pixels);

/* Archives of surveys whose files pz_mock_write can imitate, and what they need: number i, counted
 * from 0, is called name (that of the survey's preset), and its pixels have a scale. false: there
 * are not so many. */
struct pz_mock_archive {
	const char *name;
	double pixscale; /* arcsec                                      */
	int bands;       /* files or HDUs of images that a field has; a band that the sky does
			    not have is the one next to it                              */
};
PZ_API bool pz_mock_archive_at(int i, struct pz_mock_archive *a);

enum pz_mock_compress { PZ_MOCK_PLAIN, PZ_MOCK_GZ, PZ_MOCK_FZ };

struct pz_mock_output {
	const char *directory;          /* made where it is missing, not its parents           */
	enum pz_mock_compress compress; /* fz loses a part of the noise (Rice)          */
	const char *archive;            /* of pz_mock_archives; NULL: frames like SDSS's */
	const char *arguments;          /* of the program, for the headers               */
	/* Called as each frame is done, one thread at a time; below 0 stops. */
	int (*progress)(void *context);
	void *context;
};

/* Writes the whole sky as FITS files: frame-<band>-000001-1-<field>.fits, with .gz
 * or .fz where compressed, and last catalogue.fits. A sky that stood there before
 * is removed first; after a failure none is left. Memory: three frames per
 * thread, six of an archive's.
 *
 * With an archive, the files are named, compressed and scaled as that archive's (with "mock" and a
 * number in the place of a tile's name), for a sky whose pixels are aligned. Every field is cut
 * into two tiles that overlap, and each tile has bad pixels, which its mask tells. PZ_EARG: no such
 * archive, or another compression than PZ_MOCK_PLAIN. */
PZ_API int pz_mock_write(const struct pz_mock *sky, const struct pz_mock_layout *l,
			 pz_mock_source *source, const void *context,
			 const struct pz_mock_output *to);

#endif
