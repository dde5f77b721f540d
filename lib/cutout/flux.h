/* flux.h -- what the pixels of a frame mean, and what makes them the stamps' flux
 *
 *      flux = (linear(pixel) - bias) scale             of one frame pixel
 *      flux = (linear(pixel) - bias) scale area        where pixels are a mean over an area
 *                                                      of the sky (MJy/sr), in sr
 */
#ifndef CUTOUT_FLUX_H
#define CUTOUT_FLUX_H

#include <pz/cutout.h>
#include <pz/fits.h>

#include "unit.h"

#define FLUX_KEYWORD 9  /* bytes, the 0 included */
#define FLUX_ITEM    80 /* bytes of an item of a list */

/* Pan-STARRS writes stacks as asinh: linear = offset + 2 soften sinh(pixel ln(10) / 2.5). */
struct flux_asinh {
	double offset, soften; /* BOFFSET, BSOFTEN; soften 0: pixels are linear       */
};

struct flux {
	struct flux_asinh asinh;
	double bias, scale;
	bool per_area;
};

/* Reads BSOFTEN and BOFFSET. PZ_EDATA: one of them without the other, or no number. */
int pz_flux_read_asinh(struct flux_asinh *a, struct pz_fits *file);
/* Makes n pixels linear; NaN stays. */
void pz_flux_make_linear(const struct flux_asinh *a, size_t n, float *pixels);

/* The unit of stamps by their first frame where no zero point says: its BUNIT without any
 * area, where there was one nJy for any jansky. Never fails: what is wrong with a unit,
 * pz_flux_read says. */
void pz_flux_unit(struct pz_fits *file, char unit[UNIT_NAME]);

/* The keyword of a frame's zero point, where its unit is one of the instrument's; "" where
 * there is none or none is needed. For a hint where no zero point is asked for. */
void pz_flux_zeropoint_keyword(struct pz_fits *file, const char *unit, char keyword[FLUX_KEYWORD]);

/* Item b of a list with commas, or the last one, without blanks around it. */
void pz_flux_item(const char *list, int b, char item[FLUX_ITEM]);
/* Whether an item is a number and no keyword. */
bool pz_flux_is_number(const char *item, double *value);

/* What makes the pixels of a frame of band b the stamps' unit: that of the first frame, or
 * with NULL nanomaggies by zero points. PZ_EDATA: a zero point that
 * is none, a unit that is another one or no flux. */
int pz_flux_read(struct flux *f, struct pz_fits *file, const struct pz_frame *from, int b,
		 const struct pz_cutout_options *o, const char *unit);

#endif
