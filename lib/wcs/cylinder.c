/* cylinder.c -- longitudes of cylindrical projections, by whole turns */
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <wcslib/wcs.h>

#include "cylinder.h"

static bool is_cylindrical(const char *code)
{
	static const char *const codes[] = { "CAR", "CEA", "MER", "CYP", "HPX" };

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (!strcmp(code, codes[i]))
			return true;
	return false;
}

static double longitude(const struct cylinder *c, const double pixel[2])
{
	return c->lng[0] * pixel[0] + c->lng[1] * pixel[1] + c->lng[2];
}

void pz_cylinder_init(struct cylinder *c, const struct wcsprm *wcs)
{
	const struct linprm *lin = &wcs->lin;
	int n = wcs->naxis, lng = wcs->lng;

	*c = (struct cylinder){ 0 };
	if (!is_cylindrical(wcs->cel.prj.code))
		return;
	c->turn = 360 * wcs->cel.prj.w[0];
	c->lng[2] = wcs->cel.prj.x0;
	for (int k = 0; k < 2; k++) {
		/* of a matrix that is CDELT alone WCSLIB keeps none */
		double unity = k == lng ? lin->cdelt[k] : 0;

		c->lng[k] = lin->piximg ? lin->piximg[lng * n + k] : unity;
		c->lng[2] -= c->lng[k] * lin->crpix[k];
		if (lin->imgpix)
			c->period[k] = c->turn * lin->imgpix[k * n + lng];
		else
			c->period[k] = unity == 0 ? 0 : c->turn / unity;
	}
}

void pz_cylinder_centre(struct cylinder *c, double width, double height)
{
	c->home = longitude(c, (const double[]){ (width + 1) / 2, (height + 1) / 2 });
}

/* To within half a turn of a longitude; of the two pixels that are just that, the lower one,
 * as the edge of an image belongs to its first pixel. NaN stays. */
static void move(const struct cylinder *c, double to, double pixel[2])
{
	double turns;

	if (c->turn == 0)
		return;
	turns = (longitude(c, pixel) - to) / c->turn;
	turns = c->period[0] + c->period[1] > 0 ? floor(turns + 0.5) : ceil(turns - 0.5);
	if (turns == 0)
		return;
	for (int k = 0; k < 2; k++)
		pixel[k] -= turns * c->period[k];
}

void pz_cylinder_to_reference(const struct cylinder *c, double pixel[2])
{
	move(c, 0, pixel);
}

void pz_cylinder_to_image(const struct cylinder *c, double pixel[2])
{
	move(c, c->home, pixel);
}
