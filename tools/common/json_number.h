/* json_number.h -- the JSON that residuals writes: reading it, and numbers deep inside
 *
 *      rc = json_report_read("report.json", &report);
 *      x = json_number_at(json_object_get(report, "step3"), "tv.value");
 */
#ifndef JSON_NUMBER_H
#define JSON_NUMBER_H

#include <jansson.h>

/* Reads a report of residuals --json: an object of one stream or more, each with its count "n".
 * json_decref it. PZ_EDATA says what was found instead. */
int json_report_read(const char *path, json_t **report);

/* The number under a path, whose dots lead into objects and arrays ("tomography.bins.0.bias_pz");
 * NaN: it is null, another value or missing. */
double json_number_at(const json_t *o, const char *path);

#endif
