/* missing.h -- numbers that stand for "no value": -99, 999 and their like
 *
 * Codes and archives write a number of their own where they have no value. Taken for a
 * value it spoils every mean, silently. So a table is read with the list of its sentinels
 * (--missing), and what looks like one and is not on the list is refused; in a stream,
 * where no list can be given any more, such a number is never a redshift or a magnitude.
 *
 * Example:
 *      struct pz_missing m;
 *      if ((rc = pz_missing_parse(&m, "-99,-9999")) < 0)
 *              return rc;
 *      if (pz_missing_is(&m, x))
 *              x = NAN;
 *      else if (pz_missing_suspect(x))
 *              return pz_fail(PZ_EDATA, "... looks like a missing value ...");
 *
 * Pure functions; nothing here allocates.
 */
#ifndef PZ_MISSING_H
#define PZ_MISSING_H

#include <stdbool.h>

#include <pz/api.h>

#define PZ_MISSING_MAX 32 /* sentinels of a list */

/* The sentinels of a table. All zero: none was named, what looks like one is refused. */
struct pz_missing {
	bool given; /* the user named the sentinels: other numbers are values, whatever they are */
	int count;
	double value[PZ_MISSING_MAX];
};

/* Fills m from a comma list of numbers; "none" is the list without any: every number is a
 * value. NULL leaves m all zero. PZ_EUSAGE: no number, or too many. */
PZ_API int pz_missing_parse(struct pz_missing *m, const char *list);

/* Whether x is on the list, as it stands or rounded to float32 (a table of floats holds
 * -99.9 as -99.90000153). NaN is not on it: it is missing anyway. */
PZ_API bool pz_missing_is(const struct pz_missing *m, double x);

/* Whether x is a number that codes and archives write for "no value": -99, -999, -9999, -99999,
 * -99.9, -99.99, the same above 0, 1e20, 1e30, the same below 0, -9.999995e8 (UKIDSS, VISTA),
 * -1.6375e30 (HEALPix), -2^15, -2^31, -2^63, 9.96921e36 (netCDF), the largest float and double and
 * the least ones, as it stands or rounded to float32. */
PZ_API bool pz_missing_suspect(double x);

/* Whether x can be a redshift: above -1, below 1000, and no such number. */
PZ_API bool pz_is_redshift(double x);
/* Whether x can be a magnitude: between -1000 and 1000, and no such number. */
PZ_API bool pz_is_magnitude(double x);

#endif
