/* record_pdf.c -- reads, checks and writes p(z) */
#include <stdlib.h>

#include <pz/error.h>
#include <pz/pdf.h>

#include "record_pdf.h"
#include "scalars.h"

int pdf_init(struct pdf *d, const struct pz_grid *grid)
{
	*d = (struct pdf){ .grid = *grid, .bins = (size_t)pz_grid_total(grid) };
	d->f4 = malloc(d->bins * sizeof *d->f4);
	d->p = malloc(d->bins * sizeof *d->p);
	return d->f4 && d->p ? 0 : pz_fail(PZ_ENOMEM, "no memory for p(z) of %zu bins", d->bins);
}

void pdf_release(struct pdf *d)
{
	free(d->f4);
	free(d->p);
	*d = (struct pdf){ 0 };
}

int pdf_load(struct pdf *d, const pz_map *record)
{
	const void *bytes;
	size_t size;
	int rc = pz_map_bytes(record, "pz", &bytes, &size);

	if (rc < 0)
		return pz_fail(PZ_EDATA, "pz: expected bytes, found another value");
	if (rc == 0)
		return 0;
	if (size != d->bins * sizeof *d->f4)
		return pz_fail(PZ_EDATA, "pz: expected %zu bytes (%zu bins), found %zu",
			       d->bins * sizeof *d->f4, d->bins, size);
	pz_pixels_load(d->f4, bytes, d->bins, PZ_F4);
	for (size_t i = 0; i < d->bins; i++)
		d->p[i] = (double)d->f4[i];
	if (pz_pdf_is_missing(&d->grid, d->p))
		return 0;
	return (rc = pz_pdf_check(&d->grid, d->p)) < 0 ? rc : 1;
}

void pdf_store(struct pdf *d, pz_map *record)
{
	for (size_t i = 0; i < d->bins; i++)
		d->f4[i] = (float)d->p[i];
	pz_map_set_bytes(record, "pz", d->f4, d->bins * sizeof *d->f4);
}

void pdf_put_estimates(const struct pz_grid *grid, const double *p, pz_map *record)
{
	double point[ESTIMATES];

	point[ESTIMATE_MODE] = pz_pdf_mode(grid, p);
	point[ESTIMATE_MEAN] = pz_pdf_mean(grid, p);
	point[ESTIMATE_MEDIAN] = pz_pdf_median(grid, p);
	pz_map_set_named(record, "zphot", estimate_name, point, ESTIMATES);
}
