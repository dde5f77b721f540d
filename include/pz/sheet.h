/* sheet.h -- a contact sheet: stamps in rows, a caption under each
 *
 *      +-------+-------+-------+
 *      | stamp | stamp | stamp |     magnified by whole pixels to a size
 *      | 12345 | 12346 | 12347 |     that the caption fits under
 *      +-------+-------+-------+
 *       |----| 5 arcsec              where the scale is known
 *
 * Example:
 *      struct pz_sheet *s;
 *
 *      struct pz_sheet_form form = { .count = 64, .size = 32, .lines = 2 };
 *
 *      if ((rc = pz_sheet_new(&s, &form)) == 0) {
 *              pz_sheet_put(s, i, rgb, "12345\nz 0.081");
 *              rc = pz_sheet_write(s, "sheet.png");
 *      }
 *      pz_sheet_free(s);
 */
#ifndef PZ_SHEET_H
#define PZ_SHEET_H

#include <pz/api.h>

struct pz_sheet;

struct pz_sheet_form {
	int count;       /* cells                                                 */
	int columns;     /* 0: about as wide as high                              */
	int size;        /* of a stamp, pixels a side                             */
	int lines;       /* of a caption, at most 4                               */
	double pixscale; /* arcsec per pixel, for the bar; 0 or NaN: unknown, no bar */
};

/* An empty sheet. 0, PZ_EARG where the picture would be too large, PZ_ENOMEM. */
PZ_API int pz_sheet_new(struct pz_sheet **s, const struct pz_sheet_form *form);
PZ_API void pz_sheet_free(struct pz_sheet *s); /* NULL is fine */

/* Cell i: rgb[size][size][3], row 0 of the picture at the bottom as FITS has it;
 * caption: up to form.lines lines of ASCII, cut on the left where they are too long. */
PZ_API void pz_sheet_put(struct pz_sheet *s, int i, const unsigned char *rgb, const char *caption);

PZ_API int pz_sheet_write(const struct pz_sheet *s, const char *path);

#endif
