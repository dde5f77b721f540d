/* fk4.c -- to FK5 by Murray 1989 (A&A 218, 325), equations 28 and 29, from there to
 * ICRS by Mignard & Froeschle 2000 (A&A 354, 732); terms of aberration as in the
 * Explanatory Supplement to the Astronomical Almanac (1992), equation 3.531
 */
#include <math.h>

#include "fk4.h"

static const double b1950_to_j2000[3][3] = {
	{ 0.9999256794956877, -0.0111814832204662, -0.0048590038153592 },
	{ 0.0111814832391717, 0.9999374848933135, -0.0000271625947142 },
	{ 0.0048590037723143, -0.0000271702937440, 0.9999881946023742 },
};

/* In a century from 1950, millionths. */
static const double rotation[3][3] = {
	{ -0.0026455262, -1.1539918689, 2.1111346190 },
	{ 1.1540628161, -0.0129042997, 0.0236021478 },
	{ -2.1112979048, -0.0056024448, 0.0102587734 },
};

/* FK5 to ICRS, less 1: 19.9, 9.1 and 22.9 mas about the axes. */
#define MAS (M_PI / 180 / 3.6e6)
static const double frame[3][3] = {
	{ 0, 22.9 * MAS, 9.1 * MAS },
	{ -22.9 * MAS, 0, -19.9 * MAS },
	{ -9.1 * MAS, 19.9 * MAS, 0 },
};

static const double aberration[3] = { -1.62557e-6, -0.31919e-6, -0.13843e-6 };

void pz_fk4_begin(struct fk4 *k, double epoch, bool aberrated)
{
	double t = (epoch - 1950) / 100, fk5[3][3];

	k->aberrated = aberrated;
	for (int i = 0; i < 9; i++)
		fk5[i / 3][i % 3] = b1950_to_j2000[i / 3][i % 3] +
				    1e-6 * t * rotation[i / 3][i % 3];
	for (int i = 0; i < 3; i++)
		for (int j = 0; j < 3; j++)
			k->matrix[i][j] = fk5[i][j] + frame[i][0] * fk5[0][j] +
					  frame[i][1] * fk5[1][j] + frame[i][2] * fk5[2][j];
}

static void to_vector(const double radec[2], double v[3])
{
	double ra = radec[0] * (M_PI / 180), dec = radec[1] * (M_PI / 180);

	v[0] = cos(dec) * cos(ra);
	v[1] = cos(dec) * sin(ra);
	v[2] = sin(dec);
}

static void to_radec(const double v[3], double radec[2])
{
	double ra = atan2(v[1], v[0]) * (180 / M_PI);

	radec[0] = ra < 0 ? ra + 360 : ra;
	radec[1] = atan2(v[2], hypot(v[0], v[1])) * (180 / M_PI);
}

static double dot(const double a[3], const double b[3])
{
	return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

void pz_fk4_to_icrs(const struct fk4 *k, size_t n, double *radec)
{
	for (size_t i = 0; i < n; i++) {
		double v[3], turned[3], along;

		to_vector(radec + 2 * i, v);
		along = dot(v, aberration);
		for (int j = 0; j < 3 && k->aberrated; j++)
			v[j] += along * v[j] - aberration[j];
		for (int j = 0; j < 3; j++)
			turned[j] = dot(k->matrix[j], v);
		to_radec(turned, radec + 2 * i);
	}
}

void pz_fk4_from_icrs(const struct fk4 *k, size_t n, double *radec)
{
	for (size_t i = 0; i < n; i++) {
		double v[3], seen[3];

		to_vector(radec + 2 * i, v);
		for (int j = 0; j < 3; j++) {
			seen[j] = k->matrix[0][j] * v[0] + k->matrix[1][j] * v[1] +
				  k->matrix[2][j] * v[2];
			if (k->aberrated)
				seen[j] += aberration[j];
		}
		to_radec(seen, radec + 2 * i);
	}
}
