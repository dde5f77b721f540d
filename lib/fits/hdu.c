/* hdu.c -- finding the HDU */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pz/error.h>

#include "open.h"

#define TABLE "a table"

int pz_fits_step(const struct pz_fits *f, int n)
{
	LONGLONG at = 0;
	int status = 0, rc;

	if (n >= FITS_HDUS_MAX)
		return pz_fail(PZ_EDATA, "%s: more than %d HDUs", f->path, FITS_HDUS_MAX);
	if (n > 0)
		fits_get_hduaddrll(f->file, NULL, NULL, &at, &status);
	if (status)
		return pz_fits_fail(f->path, status, "looking for the next HDU");
	if ((rc = pz_fits_check_header(f, n, &at)) <= 0)
		return rc;
	fits_movabs_hdu(f->file, n + 1, NULL, &status);
	if (status == END_OF_FILE) {
		fits_clear_errmsg();
		return 0;
	}
	return status ? pz_fits_fail(f->path, status, "looking for the next HDU") : 1;
}

bool pz_fits_suits(struct pz_fits *f, char *found, size_t size)
{
	int type = 0, axes = 0, bitpix = 0, status = 0;
	LONGLONG length[FITS_AXES_MAX] = { 0 };
	int deep = 0; /* axes beyond the second that are longer than 1 */
	size_t used;
	bool flat;

	fits_get_hdu_type(f->file, &type, &status);
	if (type != IMAGE_HDU) {
		snprintf(found, size, TABLE);
		return status == 0 && f->table;
	}
	fits_get_img_paramll(f->file, FITS_AXES_MAX, &bitpix, &axes, length, &status);
	if (status || axes == 0) {
		snprintf(found, size, "no data");
		return false;
	}
	flat = axes >= 2 && axes <= FITS_AXES_MAX && length[0] > 0 && length[1] > 0;
	used = (size_t)snprintf(found, size, "an image of %lld", (long long)length[0]);
	for (int i = 1; i < axes && i < FITS_AXES_MAX && used < size; i++) {
		used += (size_t)snprintf(found + used, size - used, " x %lld",
					 (long long)length[i]);
		flat = flat && length[i] > 0;
		deep += i >= 2 && length[i] > 1;
	}
	return flat && deep <= f->cube && !f->table;
}

const char *pz_fits_wanted(const struct pz_fits *f)
{
	return f->table  ? "a table"
	       : f->cube ? "an image of two or three axes"
			 : "an image of two axes";
}

/* Goes to the first HDU that suits. */
static int find_first(struct pz_fits *f)
{
	char found[160], primary[160] = "";
	int tables = 0, rc;

	for (f->hdu = 0; (rc = pz_fits_step(f, f->hdu)) > 0; f->hdu++) {
		if (pz_fits_suits(f, found, sizeof found))
			return 0;
		if (f->hdu == 0)
			memcpy(primary, found, sizeof primary);
		tables += !strcmp(found, TABLE);
	}
	if (rc < 0)
		return rc;
	if (f->hdu == 1)
		return pz_fail(PZ_EDATA, "%s: HDU 0: expected %s, found %s and no other HDU",
			       f->path, pz_fits_wanted(f), primary);
	return pz_fail(PZ_EDATA, "%s: expected %s, found none in %d HDUs (HDU 0: %s; %d tables)",
		       f->path, pz_fits_wanted(f), f->hdu, primary, tables);
}

/* Whether the current HDU is called so by EXTNAME or HDUNAME, in any case of letters. */
static bool is_called(struct pz_fits *f, const char *name)
{
	char value[FLEN_VALUE];

	return (pz_fits_text(f, "EXTNAME", value, sizeof value) && !strcasecmp(value, name)) ||
	       (pz_fits_text(f, "HDUNAME", value, sizeof value) && !strcasecmp(value, name));
}

int pz_fits_seek_name(struct pz_fits *f, const char *name, long version)
{
	int rc;

	for (f->hdu = 0; (rc = pz_fits_step(f, f->hdu)) > 0; f->hdu++)
		if (is_called(f, name) &&
		    (version == 0 || pz_fits_number(f, "EXTVER", 1) == (double)version))
			return 1;
	return rc;
}

/* Goes to the HDU of an EXTNAME, or of "EXTNAME,EXTVER": 1, or 0 where there is none. */
static int seek_by_name(struct pz_fits *f, const char *hdu)
{
	char name[FLEN_VALUE];
	const char *comma = strrchr(hdu, ',');
	long version = comma ? strtol(comma + 1, NULL, 10) : 0;
	int rc = pz_fits_seek_name(f, hdu, 0);

	if (rc != 0 || version < 1 || version > INT_MAX ||
	    comma[1 + strspn(comma + 1, "0123456789")])
		return rc;
	snprintf(name, sizeof name, "%.*s", (int)(comma - hdu), hdu);
	return pz_fits_seek_name(f, name, version);
}

/* Goes to the HDU of that number (from 0): 1, or 0 where there is none. */
static int seek_number(struct pz_fits *f, int number)
{
	int rc = 1;

	for (f->hdu = 0; (rc = pz_fits_step(f, f->hdu)) > 0 && f->hdu < number; f->hdu++)
		;
	return rc;
}

/* Goes to the HDU of that number or name. */
static int find_one(struct pz_fits *f, const char *hdu)
{
	char *end, found[160];
	long number = strtol(hdu, &end, 10);
	bool counted = *hdu && !*end && number >= 0 && number < 100000;
	int rc = counted ? seek_number(f, (int)number) : seek_by_name(f, hdu);

	if (rc < 0)
		return rc;
	if (rc == 0)
		return pz_fail(PZ_EDATA, "%s: no HDU '%s' (%d HDUs, counted from 0)", f->path, hdu,
			       f->hdu);
	if (!pz_fits_suits(f, found, sizeof found))
		return pz_fail(PZ_EDATA, "%s: HDU %d: expected %s, found %s", f->path, f->hdu,
			       pz_fits_wanted(f), found);
	return 0;
}

/* Goes to the first that is there of "NAME|NUMBER|...". */
static int find_named(struct pz_fits *f, const char *hdu)
{
	char one[FLEN_VALUE];
	int rc;

	for (const char *next; (next = strchr(hdu, '|')); hdu = next + 1) {
		snprintf(one, sizeof one, "%.*s", (int)(next - hdu), hdu);
		if ((rc = find_one(f, one)) != PZ_EDATA)
			return rc;
	}
	return find_one(f, hdu);
}

int pz_fits_find_hdu(struct pz_fits *f, const char *hdu)
{
	return hdu ? find_named(f, hdu) : find_first(f);
}
