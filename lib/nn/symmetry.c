/* symmetry.c -- the eight symmetries of the square */
#include <string.h>

#include <pz/nn.h>

static void plane_apply(int s, size_t size, const float *x, float *y)
{
	for (size_t i = 0; i < size; i++) {
		for (size_t j = 0; j < size; j++) {
			size_t row = s & 4 ? j : i, column = s & 4 ? i : j;

			if (s & 2)
				row = size - 1 - row;
			if (s & 1)
				column = size - 1 - column;
			y[i * size + j] = x[row * size + column];
		}
	}
}

void pz_symmetry_apply(int s, size_t bands, size_t size, const float *x, float *y)
{
	size_t plane = size * size;

	if (s == 0) {
		memcpy(y, x, bands * plane * sizeof *y);
		return;
	}
	for (size_t c = 0; c < bands; c++)
		plane_apply(s, size, x + c * plane, y + c * plane);
}
