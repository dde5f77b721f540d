/* crc.h -- the checksum of a zip archive's members */
#ifndef ARRAY_CRC_H
#define ARRAY_CRC_H

#include <stddef.h>
#include <stdint.h>

/* CRC-32 of n further bytes behind those whose checksum is crc; 0 at the beginning. The same as
 * zlib's crc32, in less time where the processor multiplies polynomials (PCLMULQDQ). */
uint32_t pz_crc32(uint32_t crc, const void *bytes, size_t n);

#endif
