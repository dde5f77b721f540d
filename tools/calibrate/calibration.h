/* calibration.h -- step 4's plan and table for people to read and programs to plot
 *
 * A line for each cell; of estimates that were not calibrated there is none:
 *
 *      plan   estimate  row  mag  zphot_bin  zphot  z_bin  z  number
 *      table  estimate  row  mag  bin  zphot  count  mean
 *
 * mag, zphot and z are the middles of row and bins. As a table with tabs between the
 * columns; where the file's name ends in .json, as an array of objects.
 */
#ifndef CALIBRATION_H
#define CALIBRATION_H

#include <pz/calibrate.h>

#include "../common/scalars.h"

/* What one kind of estimate is corrected by. */
struct calibration {
	struct pz_plan plan;
	struct pz_correction *correction; /* NULL: not calibrated               */
};

void calibration_release(struct calibration c[ESTIMATES]);

int calibration_write_plan(const char *path, const struct calibration c[ESTIMATES]);
/* Cells of which no galaxy was drawn are left out. */
int calibration_write_table(const char *path, const struct calibration c[ESTIMATES]);

#endif
