/* font.h -- private: the letters of captions, 5 pixels wide and 7 high
 *
 * ASCII 32 to 126, a byte per column from the left, bit 0 at the top.
 */
#ifndef PZ_DRAW_FONT_H
#define PZ_DRAW_FONT_H

#define FONT_WIDTH  5
#define FONT_HEIGHT 7

extern const unsigned char pz_font_glyph[95][FONT_WIDTH];

#endif
