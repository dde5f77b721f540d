/* parts.h -- what the files of the mock sky share among themselves
 *
 *      mock_survey      telescopes and selections
 *      mock_spectra     spectra through passbands: flux tables
 *      mock_cosmology   distances, volumes
 *      mock_population  galaxies: luminosity, type, spectra, sizes, selection
 *      mock_knots       star-forming knots of disks
 *      mock_photometry  magnitudes with their errors
 *      mock_spectrum    redshifts of spectra, some of them wrong
 *      mock_field       galaxies and stars that are not in the catalogue
 *      mock_profile     bulges and disks as sums of Gaussians
 *      mock_render      galaxies to pixels
 *      pz_mock_noise       many normal numbers, fast
 *      mock_frames      places, projections, whole frames
 */
#ifndef PZ_MOCK_PARTS_H
#define PZ_MOCK_PARTS_H

#include <stddef.h>
#include <stdint.h>

#include <pz/mock.h>
#include <pz/random.h>

#define MOCK_R 2 /* the r band */

/* What light is made of: three old populations by metallicity, young stars, and
 * the emission lines that go with them. */
enum mock_light { MOCK_POOR, MOCK_SOLAR, MOCK_RICH, MOCK_YOUNG, MOCK_LINES, MOCK_LIGHTS };

/* Band fluxes of each kind of light against dust and redshift. */
struct mock_spectra {
	int nz; /* redshifts 0, dz, 2 dz ...                         */
	double dz;
	double *table; /* (MOCK_LIGHTS, dust, nz, PZ_MOCK_BANDS)            */
};

/* Light of a black body at wavelength `to` over that at `from`, both in Angstrom: of f_lambda where
 * power is 5, of f_nu where it is 3. */
double pz_mock_black_body(double power, double from, double to, double kelvin);

int pz_mock_spectra_init(struct mock_spectra *s, const struct pz_mock_survey *survey);
void pz_mock_spectra_release(struct mock_spectra *s);
/* flux += weight * light of a kind behind av magnitudes of dust, at z; f_nu in the
 * bands, up to the distance, in units of solar light's r flux at redshift 0. */
void pz_mock_spectra_add(const struct mock_spectra *s, enum mock_light kind, double av, double z,
			 double weight, double flux[PZ_MOCK_BANDS]);

/* Distances of flat LCDM on the redshifts of a table. */
#define MOCK_NZ 512
struct mock_cosmology {
	double zmin, dz;          /* redshift k: zmin + (k + 1/2) dz           */
	double modulus[MOCK_NZ];  /* distance modulus, magnitudes              */
	double volume[MOCK_NZ];   /* comoving, per unit z, any unit            */
	double distance[MOCK_NZ]; /* luminosity distance, Mpc                */
};

void pz_mock_cosmology_init(struct mock_cosmology *c, double zmin, double zmax);
double pz_mock_cosmology_distance(const struct mock_cosmology *c, double z);

/* Cumulative densities of (type, redshift), and of absolute magnitude in each. */
#define MOCK_TYPES 4
#define MOCK_NM    256
struct mock_density {
	double offset[MOCK_NZ]; /* brightest apparent minus absolute magnitude */
	double cell[MOCK_TYPES * MOCK_NZ];
	double mag[MOCK_TYPES * MOCK_NZ][MOCK_NM];
};

struct pz_mock {
	struct pz_mock_survey *survey;
	uint64_t seed;
	bool aligned; /* see struct pz_mock_pixels      */
	double finer; /* pixel scale in the survey's own */
	struct mock_spectra spectra;
	struct mock_cosmology cosmology;
	struct mock_density *density;
	double observed_to, failures; /* see pz_mock_set_spectra() */
	struct pz_mock *field;        /* of galaxies and stars beside the sample; NULL: none */
};

const struct pz_mock_survey *pz_mock_survey_find(const char *name);
/* The sky of a survey that is copied. */
int pz_mock_open_survey(struct pz_mock **sky, const struct pz_mock_survey *survey, uint64_t seed);

/* Fills the density of a sky whose survey, spectra and cosmology are known. */
void pz_mock_init_density(struct pz_mock *sky);

/* Fills in the magnitudes that galaxy i of this sky has in a catalogue. */
void pz_mock_measure(const struct pz_mock *sky, uint64_t i, struct pz_mock_galaxy *g);

/* Gives a galaxy whose magnitudes are measured its spectroscopic redshift. */
void pz_mock_take_spectrum(const struct pz_mock *sky, uint64_t i, struct pz_mock_galaxy *g);

/* Gives galaxy i its knots, whose fluxes and disk are known. */
void pz_mock_place_knots(const struct pz_mock *sky, uint64_t i, struct pz_mock_galaxy *g);

/* A walk through what the field has in a rectangle of pixels: nothing where the sky has no field.
 * What is found depends on the purpose and the number, not on the band. */
struct mock_field {
	const struct pz_mock *sky; /* of the field */
	struct pz_random random;
	double from[2], to[2];
	uint64_t galaxies, stars; /* still to come */
	uint64_t next;            /* number of the next galaxy */
};

void pz_mock_field_begin(struct mock_field *f, const struct pz_mock *sky, const char *purpose,
			 uint64_t number, const double from[2], const double to[2]);
/* 1 with the next object and its pixel, 0 at the end. */
int pz_mock_field_next(struct mock_field *f, struct pz_mock_galaxy *g, double at[2]);

/* A profile of half-light radius 1 and unit total as a sum of Gaussians, which
 * has a little less than all of the light, as the profile's far wings are not in
 * it. Galaxies are drawn with all their light in the sum. */
struct mock_profile {
	double total; /* of the fluxes                   */
	int n;
	const double (*gaussian)[2]; /* flux, sigma                     */
};

extern const struct mock_profile pz_mock_profiles[2]; /* de Vaucouleurs, exponential */

/* An exponential profile is exp(-this x), x in half-light radii. */
#define MOCK_EXPONENTIAL 1.6783469900166612

/* Share of the light of profile 0 or 1 within x half-light radii. */
double pz_mock_enclosed(int profile, double x);
/* Half-light radius of bulge and disk together: their radii, the bulge's share. */
double pz_mock_half_light(double bulge, const double radius[2]);

/* Seeing: Gaussian of this variance in pixels squared, for a numbered frame or
 * stamp. */
double pz_mock_seeing(const struct pz_mock *sky, const char *purpose, uint64_t number, int b);

struct mock_canvas {
	float *pixels; /* (height, width) */
	int width, height;
};

/* Adds the galaxy's light in band b, reddened, centred on pixel at[] counted from 0. */
void pz_mock_draw(const struct mock_canvas *to, const struct pz_mock *sky,
		  const struct pz_mock_galaxy *g, int b, const double at[2], double seeing);
/* The same of one Gaussian: flux, centre, covariance xx xy yy, all in pixels;
 * left out where it is below the floor. */
void pz_mock_draw_gaussian(const struct mock_canvas *to, double flux, const double at[2],
			   const double cov[3], double floor);

/* n normal numbers of a stream, single precision, the same on every machine. */
void pz_mock_normals(uint64_t seed, uint64_t stream, float *to, size_t n);
/* Adds the noise of the sky and of the light itself to n pixels of band b. */
void pz_mock_noise(const struct pz_mock *sky, int b, uint64_t stream, float *pixels, size_t n);

#endif
