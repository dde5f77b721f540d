/* nofz.c -- counts galaxies, or reads their shares */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <pz/error.h>

#include "axes.h"
#include "counted.h"
#include "nofz.h"
#include "record_pdf.h"
#include "scalars.h"
#include "used.h"

/* Adds the record of a row to the counts. */
static int add_shares(struct pz_counts *c, struct pdf *pdf, const pz_map *record)
{
	int64_t row;
	int rc = pz_map_integer(record, "row", &row);
	double n = pz_map_number(record, "n", NAN);

	if (rc == 0)
		return 0; /* that of all rows */
	if (rc < 0 || row < 0 || row >= pz_rows_count(&c->rows))
		return pz_fail(PZ_EDATA, "row: expected a number from 0 to %d",
			       pz_rows_count(&c->rows) - 1);
	if (!(n >= 0 && n < INFINITY))
		return pz_fail(PZ_EDATA, "n: expected a number of galaxies, found %g", n);
	if ((rc = pdf_load(pdf, record)) <= 0)
		return rc;
	for (size_t b = 0; b < pdf->bins; b++)
		c->count[(size_t)row * pdf->bins + b] += n * pdf->p[b];
	return 0;
}

static int read_shares(struct pz_reader *in, struct pz_counts *c)
{
	struct pdf pdf = { 0 };
	int rc = pdf_init(&pdf, &c->grid);

	while (rc == 0 && (rc = pz_read(in)) > 0)
		if ((rc = add_shares(c, &pdf, pz_reader_record(in))) < 0)
			rc = record_fail(in, pz_reader_record(in), rc);
	pdf_release(&pdf);
	return rc;
}

static int count_galaxies(struct tool *t, const char *path, struct pz_reader *in,
			  struct pz_counts *c)
{
	const char *target = axes_target(pz_reader_header(in));
	struct lacking without_z = { 0 };
	uint64_t outside = 0;
	size_t without_mag = 0;
	int rc;

	while ((rc = pz_read(in)) > 0) {
		const pz_map *record = pz_reader_record(in);
		double mag = record_magnitude(record);
		double z = record_value(record, target, target, &without_z);

		if (isnan(z))
			continue;
		if (pz_counts_add(c, z, mag))
			without_mag += !(mag >= 0);
		else
			outside++;
	}
	if (rc < 0)
		return rc;
	say_lacking(t, path, target, &without_z);
	say_without_mag(t, path, without_mag);
	if (outside)
		tool_say(t, "%s: %s outside of the bins and %s left out", path,
			 COUNTED(outside, "galaxy is", "galaxies are"),
			 outside == 1 ? "was" : "were");
	return 0;
}

static int check_nofz(const struct pz_header *h, const struct pz_header *own, const char *path)
{
	int rc = axes_needed(own);

	if (rc < 0)
		return pz_fail_in(rc, "%s", path);
	if ((rc = axes_agree(h, own, path)) < 0)
		return rc;
	if (!strcmp(own->kind, NOFZ_KIND) && !pz_grid_equal(&h->grid, &own->grid))
		return pz_fail(PZ_EMISMATCH,
			       "%s: grid: expected %d and %d added bins as in the input, found %d "
			       "and %d",
			       path, h->grid.left, h->grid.right, own->grid.left, own->grid.right);
	return 0;
}

int nofz_read(struct tool *t, const char *path, const struct pz_header *h, struct pz_counts *c)
{
	struct pz_reader *in = NULL;
	int rc = tool_refuse_terminal(path);

	if (rc == 0)
		rc = pz_reader_open(&in, &path, 1, PZ_READ_SCALARS);
	if (rc == 0)
		rc = check_nofz(h, pz_reader_header(in), path);
	if (rc == 0 && !strcmp(pz_reader_header(in)->kind, NOFZ_KIND)) {
		pz_reader_no_rewind(in); /* large p(z) are read, too */
		if ((rc = pz_counts_init(c, &h->grid, &h->rows)) == 0)
			rc = read_shares(in, c);
	} else if (rc == 0 && (rc = pz_counts_init(c, &h->grid, &h->rows)) == 0)
		rc = count_galaxies(t, path, in, c);
	if (rc == 0 && !(pz_counts_of(c, -1) > 0))
		rc = pz_fail(PZ_EDATA,
			     "%s: expected galaxies with '%s' within the bins, found none", path,
			     axes_target(h));
	if (rc == 0)
		rc = used_stream(t, path, pz_reader_hash(in));
	pz_reader_close(in);
	return rc;
}
