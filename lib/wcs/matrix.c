/* matrix.c -- the matrix of a WCS, of which a header may have several */
#include <math.h>
#include <stdio.h>

#include <pz/error.h>

#include "card_list.h"

/* The matrix of the first two axes under CD or PC, or as CROTA turns them. */
static void matrix_of(const struct card_list *l, const char *prefix, const double step[2],
		      double m[2][2])
{
	for (int i = 0; i < 2; i++)
		for (int j = 0; j < 2; j++) {
			char key[16];

			snprintf(key, sizeof key, "%s%d_%d", prefix, i + 1, j + 1);
			m[i][j] = step[i] * pz_cards_number(l, key, *prefix == 'P' && i == j);
		}
}

static void turned(double angle, int lat, const double step[2], double m[2][2])
{
	double c = cos(angle * (M_PI / 180)), s = sin(angle * (M_PI / 180));
	int lng = 1 - lat;

	m[lng][lng] = step[lng] * c;
	m[lng][lat] = -step[lat] * s;
	m[lat][lng] = step[lng] * s;
	m[lat][lat] = step[lat] * c;
}

static bool agree(double a[2][2], double b[2][2])
{
	double most = 0, apart = 0;

	for (int k = 0; k < 4; k++) {
		most = fmax(most, fabs(a[k / 2][k % 2]));
		apart = fmax(apart, fabs(a[k / 2][k % 2] - b[k / 2][k % 2]));
	}
	return apart <= 1e-6 * most;
}

static int contradict(const struct card_list *l, const char *one, const char *other)
{
	return pz_fail(PZ_EDATA,
		       "%s: %s and %s: expected one of them, found both, which contradict each "
		       "other",
		       l->where, one, other);
}

/* The angle is that of latitude; another one on longitude is nobody's. */
static int check_angle(const struct card_list *l, double *angle)
{
	char lat[24], lng[24];
	double other;

	snprintf(lat, sizeof lat, "CROTA%d", l->lat + 1);
	snprintf(lng, sizeof lng, "CROTA%d", 2 - l->lat);
	*angle = pz_cards_number(l, lat, 0);
	other = pz_cards_number(l, lng, 0);
	if (other != 0 && other != *angle)
		return pz_fail(PZ_EDATA, "%s: %s: expected the angle of %s, %g, found %g", l->where,
			       lng, lat, *angle, other);
	return 0;
}

/* Of the ways to write the matrix FITS allows one at a time. */
int pz_wcs_check_matrix(struct card_list *l)
{
	const double step[2] = { pz_cards_number(l, "CDELT1", 1), pz_cards_number(l, "CDELT2", 1) };
	double cd[2][2], pc[2][2], rotated[2][2], angle = 0;
	bool has_cd = pz_cards_have(l, CARD_CD), has_pc = pz_cards_have(l, CARD_PC);
	int rc = 0;

	matrix_of(l, "CD", (const double[]){ 1, 1 }, cd);
	matrix_of(l, "PC", step, pc);
	if (has_cd && has_pc && !agree(cd, pc))
		return contradict(l, "CD1_1", "PC1_1");
	if (!has_cd && (rc = check_angle(l, &angle)) < 0)
		return rc;
	turned(angle, l->lat, step, rotated);
	if (!has_cd && has_pc && angle != 0 && !agree(pc, rotated))
		return contradict(l, "PC1_1", l->lat ? "CROTA2" : "CROTA1");
	for (int i = 0; i < 2 && has_cd; i++)
		if (cd[i][0] == 0 && cd[i][1] == 0)
			return pz_fail(PZ_EDATA, "%s: CD%d_%d: expected a matrix, found a row of 0",
				       l->where, i + 1, i + 1);
	if (has_cd) {
		pz_cards_leave_group(l, CARD_PC);
		pz_cards_leave_group(l, CARD_CROTA);
	} else if (has_pc) {
		pz_cards_leave_group(l, CARD_CROTA);
	}
	return 0;
}
