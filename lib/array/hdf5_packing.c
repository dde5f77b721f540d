/* hdf5_packing.c -- attributes of a dataset that say what its numbers mean
 *
 * scale_factor, add_offset, _FillValue and missing_value are applied, as the CF conventions (1.11,
 * 8.1 and 2.5.1) define them and xarray and netCDF write them. BSCALE and BZERO come with the
 * headers of FITS images that others have copied; whether they were applied, nobody knows.
 */
#define H5_USE_110_API
#include <math.h>

#include "hdf5_type.h"

bool pz_hdf5_number(hid_t of, const char *key, double *value)
{
	hid_t id, type, space;
	H5T_class_t class;
	bool found = false;

	if (H5Aexists(of, key) <= 0 || (id = H5Aopen(of, key, H5P_DEFAULT)) < 0)
		return false;
	type = H5Aget_type(id);
	space = H5Aget_space(id);
	class = H5Tget_class(type);
	if ((class == H5T_FLOAT || class == H5T_INTEGER) &&
	    H5Sget_simple_extent_npoints(space) == 1)
		found = H5Aread(id, H5T_NATIVE_DOUBLE, value) >= 0;
	H5Sclose(space);
	H5Tclose(type);
	H5Aclose(id);
	return found;
}

void pz_hdf5_packing(hid_t id, struct packing *p)
{
	static const char *const none[] = { "_FillValue", "missing_value" };
	double zero = 0, scale = 1;

	*p = (struct packing){ .scale = 1 };
	p->scaled = pz_hdf5_number(id, "scale_factor", &p->scale);
	p->scaled |= pz_hdf5_number(id, "add_offset", &p->offset);
	p->scaled &= !(p->scale == 1 && p->offset == 0);
	for (int i = 0; i < 2; i++)
		p->nones += pz_hdf5_number(id, none[i], &p->none[p->nones]) &&
			    !isnan(p->none[p->nones]);
	pz_hdf5_number(id, "BSCALE", &scale);
	pz_hdf5_number(id, "BZERO", &zero);
	p->unclear = !p->scaled && !(scale == 1 && zero == 0);
}
