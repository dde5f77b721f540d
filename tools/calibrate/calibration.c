/* calibration.c -- writes the cells of step 4 as lines of a table or of JSON */
#include "calibration.h"
#include "../common/listing.h"

static double row_middle(const struct pz_rows *rows, int row)
{
	return rows->min + (row + 0.5) * rows->width;
}

static double bin_centre(const struct pz_grid *grid, int bin)
{
	return pz_grid_centre(grid, grid->left + bin);
}

int calibration_write_plan(const char *path, const struct calibration c[ESTIMATES])
{
	static const char *const name[] = { "estimate", "row",   "mag", "zphot_bin",
					    "zphot",    "z_bin", "z",   "number" };
	struct listing l;
	int rc = listing_begin(&l, path, name, 8);

	for (int e = 0; e < ESTIMATES && rc == 0; e++)
		for (size_t k = 0; k < c[e].plan.count; k++) {
			const struct pz_correction *of = c[e].correction;
			const struct pz_plan_cell *cell = &c[e].plan.cell[k];
			double value[] = {
				cell->row,           row_middle(&of->rows, cell->row),
				cell->zphot_bin,     bin_centre(&of->grid, cell->zphot_bin),
				cell->zspec_bin,     bin_centre(&of->grid, cell->zspec_bin),
				(double)cell->number
			};

			listing_add(&l, estimate_name[e], value);
		}
	return rc < 0 ? rc : listing_end(&l);
}

int calibration_write_table(const char *path, const struct calibration c[ESTIMATES])
{
	static const char *const name[] = { "estimate", "row",   "mag", "bin",
					    "zphot",    "count", "mean" };
	struct listing l;
	int rc = listing_begin(&l, path, name, 7);

	for (int e = 0; e < ESTIMATES && rc == 0; e++) {
		const struct pz_correction *of = c[e].correction;
		int cells = of ? pz_rows_count(&of->rows) * PZ_WIDE : 0;

		for (int k = 0; k < cells; k++) {
			int row = k / PZ_WIDE, bin = k % PZ_WIDE;
			double value[] = { row,
					   row_middle(&of->rows, row),
					   bin,
					   pz_grid_wide_centre(&of->grid, bin),
					   (double)of->count[k],
					   of->mean[k] };

			if (of->count[k])
				listing_add(&l, estimate_name[e], value);
		}
	}
	return rc < 0 ? rc : listing_end(&l);
}

void calibration_release(struct calibration c[ESTIMATES])
{
	for (int e = 0; e < ESTIMATES; e++) {
		pz_plan_release(&c[e].plan);
		pz_calibrate_free(c[e].correction);
	}
}
