/* traits.h -- private: what is drawn of a galaxy beside its luminosity */
#ifndef PZ_MOCK_TRAITS_H
#define PZ_MOCK_TRAITS_H

#include <pz/random.h>

struct mock_traits {
	double type;             /* 0..1: early to late                              */
	double bulge;            /* fraction of the r light at rest                  */
	double metal;            /* 0 poor, 1 solar, 2 rich                          */
	double young;            /* fraction of the disk's light at 5500 A           */
	double lines;            /* strength of the emission lines, about 1          */
	double dust, bulge_dust; /* A_V                                              */
	double cos_inclination;
};

/* Of a galaxy of a family of this mean type, of absolute magnitude mag, at z. */
void pz_mock_draw_traits(struct pz_random *r, double type, double mag, double z,
			 struct mock_traits *x);

#endif
