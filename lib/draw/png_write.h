/* png_write.h -- pictures as files */
#ifndef PZ_DRAW_PNG_WRITE_H
#define PZ_DRAW_PNG_WRITE_H

/* rgb[height][width][3], 8 bits each, rows from the top. The file appears whole or
 * not at all. 0, PZ_EARG (size), PZ_EDATA (cannot be written), PZ_ENOMEM. */
int pz_png_write(const char *path, const unsigned char *rgb, int width, int height);

#endif
