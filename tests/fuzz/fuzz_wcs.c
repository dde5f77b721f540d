/* fuzz_wcs.c -- cards of a WCS, a line each: errors, or pixels and places on the sky that
 * belong together
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "../../lib/wcs/transform.h"
#include "fuzz.h"

#define CARD      80
#define CARDS_MAX 400
#define POINTS    70 /* more than WCSLIB is given at a time */

/* The lines as cards of 80 bytes; NUL bytes as blanks. */
static int make_header(const uint8_t *bytes, size_t size, char *header)
{
	int cards = 0;
	size_t at = 0;

	memset(header, ' ', (size_t)CARDS_MAX * CARD);
	for (size_t i = 0; i < size && cards < CARDS_MAX; i++) {
		if (bytes[i] == '\n' || at == CARD) {
			cards++;
			at = 0;
		}
		if (bytes[i] != '\n' && bytes[i] != 0 && cards < CARDS_MAX)
			header[(size_t)cards * CARD + at++] = (char)bytes[i];
	}
	cards += cards < CARDS_MAX;
	header[(size_t)cards * CARD] = 0;
	return cards;
}

/* A copy does what the first one does, to the bit. */
static void compare(struct pz_wcs *w, struct pz_wcs *copy)
{
	double pixel[2 * POINTS], a[2 * POINTS], b[2 * POINTS];
	struct pz_cap cap;

	for (int i = 0; i < POINTS; i++) {
		pixel[2 * i] = 7 * i - 20;
		pixel[2 * i + 1] = 100 - 3 * i;
	}
	pz_wcs_sky(w, POINTS, pixel, a);
	pz_wcs_sky(copy, POINTS, pixel, b);
	if (memcmp(a, b, sizeof a) != 0)
		for (int i = 0; i < 2 * POINTS; i++)
			if (a[i] != b[i] && !(isnan(a[i]) && isnan(b[i])))
				abort();
	pz_wcs_pixels(w, POINTS, a, b);
	pz_wcs_smooth_pixels(w, POINTS, a, b);
	pz_wcs_cap(w, 100, 100, &cap);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static char header[CARDS_MAX * CARD + 1];
	int cards = make_header(bytes, size, header);
	struct pz_wcs *w, *copy;

	if (pz_wcs_parse(&w, header, cards, "fuzz") < 0) {
		if (strncmp(pz_error_text(), "fuzz", 4) != 0)
			abort();
		return 0;
	}
	if (pz_wcs_copy(&copy, w) < 0)
		abort();
	compare(w, copy);
	pz_wcs_free(w);
	pz_wcs_free(copy);
	return 0;
}

/* ---- seeds ---- */

#define LINEAR                                                                                     \
	"CRVAL1  = 10. / [deg\xb0]\nCRVAL2  = +2D+1\nCRPIX1  = 5\nCRPIX2  = 6\n"                   \
	"CDELT1  = -1E-4\nCDELT2  = 1d-4\n"

static const char *const seeds[] = {
	"NAXIS   = 2\nCTYPE1  = 'RA---TAN'\nCTYPE2  = 'DEC--TAN'\n" LINEAR "PC1_2   = .1\nEND",
	"CTYPE1  = 'RA---TAN-SIP'\nCTYPE2  = 'DEC--TAN-SIP'\n" LINEAR
	"A_ORDER = 2\nB_ORDER = 3\nA_2_0   = 1E-3\nB_0_3   = 1D-5\nAP_ORDER= 1\nAP_1_0  = 1E-4\n",
	"CTYPE1  = 'RA---TAN'\nCTYPE2  = 'DEC--TAN'\n" LINEAR "PV1_0   = 0\nPV1_1   = 1.\n"
	"PV1_5   = 1E-2\nPV2_1   = 1\nPV2_3   = 1E-2\nPV2_39  = 1.",
	"CTYPE1  = 'GLON-CAR'\nCTYPE2  = 'GLAT-CAR'\n" LINEAR "CROTA2  = 30.\nLONPOLE = 180.",
	"WCSAXES = 3\nCTYPE1  = 'DEC--ZPN'\nCTYPE2  = 'RA---ZPN'\nCTYPE3  = 'FREQ'\n" LINEAR
	"PV1_1   = 1.\nPV1_3   = -50.\nCRVAL3  = 1.4E9\nEQUINOX = 1950.0\nDATE-OBS= '1984-01-01'\n"
	"PROJP5  = 1.\nCD3_3   = 2.\n",
	"CTYPE1  = 'RA---TNX'\nCTYPE2  = 'DEC--TNX'\n" LINEAR
	"WAT1_001= 'wtype=tnx axtype=ra lngcor = \"3. 2. 2. 1. -1. 1. -1. 1. .1 .2 .3 '\n"
	"WAT1_002= '.4 \"'\n"
	"WAT2_001= 'wtype=tnx axtype=dec latcor = \"1. 2. 2. 2. -1. 1. -1. 1. .1 .2 .3 \"'\n",
	"CTYPE1  = 'RA---ZPX'\nCTYPE2  = 'DEC--ZPX'\n" LINEAR
	"WAT1_001= 'wtype=zpx axtype=ra projp1=1. projp3=337.74 lngcor = \"3. 1. 1. 0. -'\n"
	"WAT1_002= '1. 1. -1. 1. .1\"'\n"
	"WAT2_001= 'wtype=zpx axtype=dec projp1=1. projp3=337.74 latcor = \"3. 1. 1. 0. '\n"
	"WAT2_002= '-1. 1. -1. 1. .1 \"'\n",
	"CTYPE1  = 'RA---TAN'\nCTYPE2  = 'DEC--TAN'\n" LINEAR
	"CPDIS1  = 'Lookup'\nDP1     = 'NAXES: 2'\nDP1     = 'EXTVER: 1'\nDQ1     = 'AXIS.1: 1D0'\n"
	"D2IMDIS2= 'Lookup'\n",
	"CTYPE1  = 'RA---TAN'\nCTYPE2  = 'DEC--TAN'\n" LINEAR
	"CNPIX1  = 1\nCNPIX2  = 1\nPPO3    = 177500.\nPPO6    = 177500.\nXPIXELSZ= 25.\n"
	"YPIXELSZ= 25.\nPLTRAH  = 1\nPLTRAM  = 2\nPLTRAS  = 3.\nPLTDECSN= '-'\nPLTDECD = 4\n"
	"PLTDECM = 5\nPLTDECS = 6.\nPLATEID = 'A001'\nAMDX1   = 67.\nAMDX2   = .1\nAMDX3   = 1.\n"
	"AMDX4   = 1E-5\nAMDY1   = 67.\nAMDY2   = -.1\nAMDY3   = 2.\nAMDY13  = 0.\nAMDX14  = 1.\n",
	"CTYPE1  = 'RA---TAN&'\nCONTINUE  '-SIP'\nHIERARCH CTYPE2 = 'DEC--TAN-SIP'\n" LINEAR
	"CD1_1   = 1.\nRADECSYS= 'fk5'\nEPOCH   = 'J2000'\nCTYPE1A = 'x'",
};

uint8_t *fuzz_seed(int i, size_t *size)
{
	if (i < 0 || (size_t)i >= sizeof seeds / sizeof *seeds)
		return NULL;
	return fuzz_text(seeds[i], size);
}
