/* calibration.c -- writes the cells of step 4 as lines of a table or of JSON */
#include <string.h>

#include <pz/error.h>
#include <pz/file.h>

#include "calibration.h"

#define VALUES_MAX 7

/* A file of lines, each with the name of an estimate and the same named numbers. */
struct lines {
	struct pz_file file;
	const char *const *name;
	int values;
	bool json;
	size_t count;
};

static int begin_lines(struct lines *l, const char *path, const char *const *name, int values)
{
	size_t n = strlen(path);
	int rc;

	*l = (struct lines){ .name = name, .values = values };
	l->json = n >= 5 && !strcmp(path + n - 5, ".json");
	if ((rc = pz_file_begin(&l->file, path)) < 0)
		return rc;
	if (l->json)
		fputc('[', l->file.stream);
	else
		fputs("estimate", l->file.stream);
	for (int i = 0; i < values && !l->json; i++)
		fprintf(l->file.stream, "\t%s", name[i]);
	return 0;
}

static void add_line(struct lines *l, const char *estimate, const double *value)
{
	FILE *to = l->file.stream;
	char number[40];

	if (l->json)
		fprintf(to, "%s\n{\"estimate\": \"%s\"", l->count++ ? "," : "", estimate);
	else
		fprintf(to, "\n%s", estimate);
	for (int i = 0; i < l->values; i++) {
		pz_value_format(value[i], false, number, sizeof number);
		if (l->json)
			fprintf(to, ", \"%s\": %s", l->name[i], number);
		else
			fprintf(to, "\t%s", number);
	}
	if (l->json)
		fputc('}', to);
}

static int end_lines(struct lines *l)
{
	fputs(l->json ? "\n]\n" : "\n", l->file.stream);
	return pz_file_commit(&l->file);
}

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
	static const char *const name[] = { "row",   "mag", "zphot_bin", "zphot",
					    "z_bin", "z",   "number" };
	struct lines l;
	int rc = begin_lines(&l, path, name, 7);

	for (int e = 0; e < ESTIMATES && rc == 0; e++)
		for (size_t k = 0; k < c[e].plan.count; k++) {
			const struct pz_correction *of = c[e].correction;
			const struct pz_plan_cell *cell = &c[e].plan.cell[k];
			double value[VALUES_MAX] = {
				cell->row,           row_middle(&of->rows, cell->row),
				cell->zphot_bin,     bin_centre(&of->grid, cell->zphot_bin),
				cell->zspec_bin,     bin_centre(&of->grid, cell->zspec_bin),
				(double)cell->number
			};

			add_line(&l, estimate_name[e], value);
		}
	return rc < 0 ? rc : end_lines(&l);
}

int calibration_write_table(const char *path, const struct calibration c[ESTIMATES])
{
	static const char *const name[] = { "row", "mag", "bin", "zphot", "count", "mean" };
	struct lines l;
	int rc = begin_lines(&l, path, name, 6);

	for (int e = 0; e < ESTIMATES && rc == 0; e++) {
		const struct pz_correction *of = c[e].correction;
		int cells = of ? pz_rows_count(&of->rows) * PZ_WIDE : 0;

		for (int k = 0; k < cells; k++) {
			int row = k / PZ_WIDE, bin = k % PZ_WIDE;
			double value[VALUES_MAX] = { row,
						     row_middle(&of->rows, row),
						     bin,
						     pz_grid_wide_centre(&of->grid, bin),
						     (double)of->count[k],
						     of->mean[k] };

			if (of->count[k])
				add_line(&l, estimate_name[e], value);
		}
	}
	return rc < 0 ? rc : end_lines(&l);
}

void calibration_release(struct calibration c[ESTIMATES])
{
	for (int e = 0; e < ESTIMATES; e++) {
		pz_plan_release(&c[e].plan);
		pz_calibrate_free(c[e].correction);
	}
}
