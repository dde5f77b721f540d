/* half.h -- float16 to and from float32, by the processor's own instructions
 *
 * The same bits as pz_half_value and pz_half_of give (pixel.c), eight at a time.
 */
#ifndef PZ_BASE_HALF_H
#define PZ_BASE_HALF_H

#include <stddef.h>

/* Convert the first numbers of n, as many as come in eights, and return how many: 0 where the
 * processor has no F16C, or PZ_CPU forbids it. stored: 2 bytes a number, without alignment. */
size_t pz_half_load_eights(float *to, const void *stored, size_t n);
size_t pz_half_store_eights(void *stored, const float *from, size_t n);

#endif
