/* fuzz_head.c -- headers as text beside an image: errors, or cards of which none but whole ones are
 * left, and numbers that are numbers
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "../../lib/wcs/head.h"
#include "../../lib/wcs/transform.h"
#include "fuzz.h"

/* The cards are printable, and their WCS, if there is one, is a WCS or an error. */
static void check_head(const struct heads *h, size_t k)
{
	const struct head *head = &h->head[k];
	struct pz_wcs *w;
	double scale;

	for (size_t i = 0; i < 80 * (size_t)head->count; i++)
		if (head->cards[i] < ' ' || head->cards[i] > '~')
			abort();
	if (pz_head_number(h, k, "FLXSCALE", &scale) > 0 ? !isfinite(scale) : !isnan(scale))
		abort();
	if (pz_head_has_wcs(h, k)) {
		head->cards[80 * (size_t)head->count] = '\0'; /* there is room for it */
		if (pz_wcs_parse(&w, head->cards, head->count, "fuzz") == 0)
			pz_wcs_free(w);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct heads h;

	if (pz_heads_parse(&h, (const char *)bytes, size, "fuzz") < 0) {
		if (strncmp(pz_error_text(), "fuzz", 4) != 0)
			abort();
		return 0;
	}
	for (size_t k = 0; k < h.count; k++)
		check_head(&h, k);
	pz_heads_free(&h);
	return 0;
}

/* ---- seeds ---- */

static const char *const seeds[] = {
	"HISTORY   by SCAMP\nCOMMENT   (c) \xe9\nEQUINOX =  2000.0\nRADESYS = 'ICRS'\n"
	"CTYPE1  = 'RA---TPV'\nCTYPE2  = 'DEC--TPV'\nCUNIT1  = 'deg'\nCUNIT2  = 'deg'\n"
	"CRVAL1  = 1.500000E+02 / World\nCRVAL2  = 2.2\nCRPIX1  = 1000\nCRPIX2  = 2000\n"
	"CD1_1   = -5E-5\nCD1_2   = 0.\nCD2_1   = 0.\nCD2_2   = 5E-5\nPV1_0   = 0.\n"
	"PV1_1   = 1.\nPV2_1   = 1.\nPV2_7   = 1E-3\nFLXSCALE= 1.012D0 / relative flux scale\n"
	"MAGZEROP= 30.\nPHOTLINK= F\nEND     \n",
	"CTYPE1  = 'RA---TAN'\r\n\r\nFLXSCALE=x\r\nEND\r\n\r\nFLXSCALE=1/2\r\nEND",
	"END\nEND\n\nEND",
	"CRVAL1 no\nEND\n",
	"FLXSCALE=                                                                      1234567890",
};

uint8_t *fuzz_seed(int i, size_t *size)
{
	if (i < 0 || (size_t)i >= sizeof seeds / sizeof *seeds)
		return NULL;
	return fuzz_text(seeds[i], size);
}
