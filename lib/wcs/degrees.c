/* degrees.c -- matrices of degrees, for polynomials of degrees */
#include <math.h>
#include <string.h>
#include <wcslib/wcs.h>

#include <pz/error.h>

#include "degrees.h"

/* The matrix that CDELT and CROTA are, into PC; the first axis is that of longitude. */
static void turn(struct wcsprm *wcs)
{
	double angle = wcs->crota[1] * (M_PI / 180), *pc = wcs->pc;
	int n = wcs->naxis;

	pc[0] = pc[n + 1] = cos(angle);
	pc[1] = -sin(angle) * wcs->cdelt[1] / wcs->cdelt[0];
	pc[n] = sin(angle) * wcs->cdelt[0] / wcs->cdelt[1];
}

int pz_wcs_set_degrees(struct wcsprm *wcs, const char *where)
{
	const char *code = strlen(wcs->ctype[0]) >= 8 ? wcs->ctype[0] + 5 : "";
	int n = wcs->naxis;

	if (n < 2 ||
	    (strncmp(code, "TPV", 3) && strncmp(code, "TNX", 3) && strncmp(code, "ZPX", 3)))
		return 0;
	if (wcs->ctype[0][0] == 'D' || !strncmp(wcs->ctype[0], "GLAT", 4))
		return pz_fail(
			PZ_EDATA,
			"%s: CTYPE1: expected the axis of longitude first with %.3s, found %s",
			where, code, wcs->ctype[0]);
	for (int i = 0; i < 2; i++)
		if (wcs->cunit[i][0] && strcmp(wcs->cunit[i], "deg") != 0)
			return pz_fail(PZ_EDATA, "%s: CUNIT%d: expected deg with %.3s, found %s",
				       where, i + 1, code, wcs->cunit[i]);
	if (wcs->altlin & 2)
		return 0;
	if (wcs->altlin == 4)
		turn(wcs);
	for (int i = 0; i < n * n; i++)
		wcs->cd[i] = wcs->cdelt[i / n] * wcs->pc[i];
	for (int i = 0; i < n; i++)
		wcs->cdelt[i] = 1;
	wcs->altlin = 2;
	return 0;
}
