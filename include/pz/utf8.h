/* utf8.h -- texts from outside as the stream has them
 *
 * Any MessagePack library reads the stream's texts, as UTF-8. Old tables and headers have
 * Latin-1, whose bytes are hardly ever valid UTF-8; so what is none is taken for it.
 */
#ifndef PZ_UTF8_H
#define PZ_UTF8_H

#include <stddef.h>

#include <pz/api.h>

/* A text in room bytes becomes UTF-8, where it is none from Latin-1: 1, else 0 and nothing
 * changes; PZ_EDATA: it would need more room. */
PZ_API int pz_utf8_from_latin1(char *text, size_t room);

#endif
