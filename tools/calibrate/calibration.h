/* calibration.h -- writes the plan and the table of step 4, to be read or plotted
 *
 * A line for each cell; estimates that were not calibrated have no lines:
 *
 *      plan   estimate  row  mag  zphot_bin  zphot  z_bin  z  number
 *      table  estimate  row  mag  bin  zphot  count  mean
 *
 * mag, zphot and z are the middles of row and bins. The file is a table with tabs between the
 * columns; if its name ends in .json, an array of objects.
 */
#ifndef CALIBRATION_H
#define CALIBRATION_H

#include <pz/calibrate.h>

#include "../common/scalars.h"

/* The correction of one kind of estimate. */
struct calibration {
	struct pz_plan plan;
	struct pz_correction *correction; /* NULL: not calibrated               */
};

void calibration_release(struct calibration c[ESTIMATES]);

int calibration_write_plan(const char *path, const struct calibration c[ESTIMATES]);
/* Cells without drawn galaxies are left out. */
int calibration_write_table(const char *path, const struct calibration c[ESTIMATES]);

#endif
