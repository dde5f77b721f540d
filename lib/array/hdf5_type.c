/* hdf5_type.c -- HDF5's types as those of elements
 *
 * Only numbers that fill all of their bits are taken: others (of 12 bits, or with an exponent of
 * another width) are as good as unknown.
 */
#include "hdf5_type.h"

/* Where IEEE 754 has sign, exponent and mantissa, in bits from the lowest. */
static const struct {
	size_t size, sign, exponent_at, exponent_bits, mantissa_bits, bias;
} ieee[] = {
	{ 2, 15, 10, 5, 10, 15 },
	{ 4, 31, 23, 8, 23, 127 },
	{ 8, 63, 52, 11, 52, 1023 },
};

static bool is_ieee(hid_t type, size_t size)
{
	size_t sign, at, bits, mantissa_at, mantissa_bits;

	if (H5Tget_fields(type, &sign, &at, &bits, &mantissa_at, &mantissa_bits) < 0)
		return false;
	for (size_t i = 0; i < sizeof ieee / sizeof *ieee; i++)
		if (size == ieee[i].size)
			return sign == ieee[i].sign && at == ieee[i].exponent_at &&
			       bits == ieee[i].exponent_bits && mantissa_at == 0 &&
			       mantissa_bits == ieee[i].mantissa_bits &&
			       H5Tget_ebias(type) == ieee[i].bias &&
			       H5Tget_norm(type) == H5T_NORM_IMPLIED;
	return false;
}

static bool is_whole(hid_t type, size_t size)
{
	return (size == 1 || size == 2 || size == 4 || size == 8) && H5Tget_offset(type) == 0 &&
	       H5Tget_precision(type) == 8 * size;
}

/* h5py keeps truth values as an enumeration of FALSE and TRUE over one byte. */
static bool is_truth(hid_t type)
{
	return H5Tget_size(type) == 1 && H5Tget_nmembers(type) == 2 &&
	       H5Tget_member_index(type, "FALSE") >= 0 && H5Tget_member_index(type, "TRUE") >= 0;
}

static void describe_value(hid_t type, struct element *e)
{
	size_t size = H5Tget_size(type);
	H5T_order_t order = H5Tget_order(type);

	*e = (struct element){ .kind = 'O', .size = size, .swap = order == H5T_ORDER_BE };
	switch (H5Tget_class(type)) {
	case H5T_FLOAT:
		e->kind = is_ieee(type, size) ? 'f' : 'O';
		break;
	case H5T_INTEGER:
		if (is_whole(type, size))
			e->kind = H5Tget_sign(type) == H5T_SGN_NONE ? 'u' : 'i';
		break;
	case H5T_ENUM:
		e->kind = is_truth(type) ? 'b' : 'O';
		break;
	case H5T_STRING:
		e->kind = H5Tis_variable_str(type) > 0 ? 'V' : 'S';
		e->swap = false;
		return;
	default:
		return;
	}
	if (order != H5T_ORDER_LE && order != H5T_ORDER_BE)
		e->kind = 'O';
}

void pz_hdf5_describe(hid_t type, struct array *which)
{
	hsize_t shape[H5S_MAX_RANK];
	hid_t inner;
	int dims;

	if (H5Tget_class(type) != H5T_ARRAY) {
		describe_value(type, &which->element);
		return;
	}
	dims = H5Tget_array_dims2(type, shape);
	for (int k = 0; k < dims && which->is.dims + k < PZ_ARRAY_DIMS; k++)
		which->is.shape[which->is.dims + k] = shape[k];
	which->is.dims += dims > 0 ? dims : 0;
	inner = H5Tget_super(type);
	describe_value(inner, &which->element);
	if (which->element.kind == 'V')
		which->element.kind = 'O'; /* texts of any length in arrays */
	H5Tclose(inner);
}
