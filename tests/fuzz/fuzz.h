/* fuzz.h -- a target: what reads bytes from outside, and inputs to begin from
 *
 * Each fuzz_NAME.c defines the two functions below. Linked with libFuzzer (make
 * fuzz) it looks for inputs that crash, hang or waste memory; linked with
 * standalone.c (make check) it reads its seeds, all their cuts and many flips.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Reads the bytes as its kind of input; 0. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Seed i from malloc, or NULL where there are no more. */
uint8_t *fuzz_seed(int i, size_t *size);

/* A copy of n bytes, or of a text. */
uint8_t *fuzz_copy(const void *bytes, size_t n);
uint8_t *fuzz_text(const char *text, size_t *size);

/* The bytes as a file without a name: "/proc/self/fd/N", until the next call. */
const char *fuzz_file(const uint8_t *bytes, size_t size);
/* The same with a name in $TMPDIR, for libraries that ask where a file really is. */
const char *fuzz_named_file(const uint8_t *bytes, size_t size);
/* As fuzz_file, when the segments of a stream were given the trailers that they should have, and
 * the last one a trailer where it is cut: what is changed inside then comes as far as a good
 * stream. */
const char *fuzz_mended_file(const uint8_t *bytes, size_t size);

#endif
