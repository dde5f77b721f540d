/* galactic.h -- where galactic coordinates are on the sky */
#ifndef WCS_GALACTIC_H
#define WCS_GALACTIC_H

/* The galactic pole in RA and Dec, and the galactic longitude of the celestial
 * pole, degrees, ICRS (Hipparcos catalogue, volume 1, section 1.5.3). */
#define GALACTIC_POLE_RA  192.85948
#define GALACTIC_POLE_DEC 27.12825
#define GALACTIC_POLE_LON 122.93192

#endif
