/* missing.c -- numbers that stand for "no value" */
#include <float.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/missing.h>

/* Behind what people write: the UKIDSS and VISTA archives, HEALPix, the powers of ten of codes, the
 * least integers of 16, 32 and 64 bits, netCDF's fill value, the largest floats. */
static const double suspect[] = { -99,         -999,
				  -9999,       -99999,
				  -99.9,       -99.99,
				  99,          999,
				  9999,        99999,
				  99.9,        99.99,
				  -9.999995e8, -1.6375e30,
				  1e20,        1e30,
				  -1e20,       -1e30,
				  -0x1p15,     -0x1p31,
				  -0x1p63,     FLT_MAX,
				  DBL_MAX,     -FLT_MAX,
				  -DBL_MAX,    9.969209968386869e36 };

/* No redshift and no magnitude is as large, whatever archives write. */
#define LARGE 1000

/* The same number, or the same once it has been a float. */
static bool is_same(double x, double sentinel)
{
	return x == sentinel || (fabs(sentinel) <= FLT_MAX && x == (double)(float)sentinel);
}

/* One number of the list, which ends at a comma or the end. */
static int take_number(struct pz_missing *m, const char **list)
{
	const char *p = *list;
	char *end;

	if (m->count == PZ_MISSING_MAX)
		return pz_fail(PZ_EUSAGE, "missing: expected at most %d numbers", PZ_MISSING_MAX);
	m->value[m->count++] = strtod(p, &end);
	end += strspn(end, " ");
	if (end == p || (*end && *end != ','))
		return pz_fail(PZ_EUSAGE,
			       "missing: expected numbers like -99,-9999 or 'none', found '%.*s'",
			       (int)strcspn(p, ","), p);
	*list = *end ? end + 1 : NULL;
	return 0;
}

int pz_missing_parse(struct pz_missing *m, const char *list)
{
	int rc = 0;

	*m = (struct pz_missing){ .given = list };
	if (!list || !strcmp(list, "none"))
		return 0;
	while (list && rc == 0)
		rc = take_number(m, &list);
	return rc;
}

bool pz_missing_is(const struct pz_missing *m, double x)
{
	for (int i = 0; i < m->count; i++)
		if (is_same(x, m->value[i]))
			return true;
	return false;
}

bool pz_missing_suspect(double x)
{
	for (size_t i = 0; i < sizeof suspect / sizeof *suspect; i++)
		if (is_same(x, suspect[i]))
			return true;
	return false;
}

bool pz_is_redshift(double x)
{
	return x > -1 && x < LARGE && !pz_missing_suspect(x);
}

bool pz_is_magnitude(double x)
{
	return fabs(x) < LARGE && !pz_missing_suspect(x);
}
