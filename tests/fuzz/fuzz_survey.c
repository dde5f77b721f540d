/* fuzz_survey.c -- a survey's settings: what is accepted is fit for use */
#include <stdlib.h>

#include <pz/bins.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct pz_survey s;

	if (pz_survey_find(&s, fuzz_file(bytes, size)) == 0 &&
	    (pz_grid_check(&s.grid) < 0 || pz_rows_check(&s.rows) < 0))
		abort();
	return 0;
}

uint8_t *fuzz_seed(int i, size_t *size)
{
	static const char *const texts[] = {
		"{}",
		"{\"survey\": \"demo\", \"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 0.4, "
		"\"bins\": 80, \"left\": 0, \"right\": 3},\n"
		" \"rows\": {\"mag\": \"r\", \"min\": 15.5, \"width\": 0.5, \"channels\": 3},\n"
		" \"limits\": {\"outlier\": 0.05, \"fit_from\": 0.15, \"divide\": 1, "
		"\"threshold\": 50}}",
	};

	return i < 2 ? fuzz_text(texts[i], size) : NULL;
}
