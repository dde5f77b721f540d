/* header_stretch.c -- what was done to the pixels of stamps, in the header */
#include <float.h>

#include <pz/error.h>
#include <pz/stream.h>

#include "header.h"

/* A divisor for each band. */
static int take_soften(struct pz_header *h)
{
	int n = pz_map_numbers(h->map, "soften", h->soften, PZ_BANDS_MAX);

	if (n < 0 || !pz_map_has(h->map, "soften"))
		return n;
	if (n == 0 || n != h->bands)
		return pz_fail(PZ_ECORRUPT,
			       "header: soften: expected a number for each of %d bands, found %d",
			       h->bands, n);
	for (int b = 0; b < n; b++)
		if (!(h->soften[b] > 0 && h->soften[b] <= FLT_MAX))
			return pz_fail(PZ_ECORRUPT,
				       "header: soften: expected numbers above 0, found %g",
				       h->soften[b]);
	h->has_soften = true;
	return 0;
}

int pz_header_take_stretch(struct pz_header *h)
{
	int rc = pz_map_text(h->map, "stretch", h->stretch, sizeof h->stretch);

	h->divide = pz_map_number(h->map, "divide", 0);
	return rc < 0 ? rc : take_soften(h);
}

void pz_header_put_stretch(struct pz_header *h)
{
	bool softened = h->stretch[0] && h->has_soften;

	if (h->stretch[0])
		pz_map_set_text(h->map, "stretch", h->stretch);
	else
		pz_map_drop(h->map, "stretch");
	if (h->stretch[0] && !softened)
		pz_map_set_number(h->map, "divide", h->divide);
	else
		pz_map_drop(h->map, "divide");
	if (softened)
		pz_map_set_numbers(h->map, "soften", h->soften, h->bands, 0);
	else
		pz_map_drop(h->map, "soften");
}

double pz_header_divisor(const struct pz_header *h, int band)
{
	if (!h->stretch[0])
		return 1;
	if (h->has_soften)
		return h->soften[band];
	return h->divide > 0 ? h->divide : 1;
}
