/* json_number.h -- a number deep in a JSON object
 *
 *      x = json_number_at(stream, "tv.value");
 */
#ifndef JSON_NUMBER_H
#define JSON_NUMBER_H

#include <jansson.h>

/* The number under a path, whose dots lead into objects; NaN: it is null, another value or missing.
 */
double json_number_at(const json_t *o, const char *path);

#endif
