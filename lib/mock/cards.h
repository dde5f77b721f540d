/* cards.h -- private: what the headers of the mock sky's files say */
#ifndef PZ_MOCK_CARDS_H
#define PZ_MOCK_CARDS_H

#include <pz/fits.h>

#include "parts.h"

#define MOCK_CARDS  48
#define MOCK_PLANES 16 /* of a mask that have names */

struct archive;

/* What is to be written, and all there is to know for it. */
struct mock_job {
	const struct pz_mock *sky;
	const struct pz_mock_layout *layout;
	pz_mock_source *source;
	const void *context;
	const struct pz_mock_output *to;
	const struct archive *archive; /* whose files are imitated; NULL: SDSS's */
};

struct mock_cards {
	struct pz_fits_card card[MOCK_CARDS];
	char seed[24];
	int n;
};

/* Texts are the caller's. */
void pz_mock_cards_text(struct mock_cards *c, const char *key, const char *text,
			const char *comment);
void pz_mock_cards_number(struct mock_cards *c, const char *key, double number,
			  const char *comment);
/* Who made this, of what; no time, host or path. */
void pz_mock_cards_origin(struct mock_cards *c, const struct mock_job *job);
/* All of a projection (TAN or TPV) but its matrix; the CD matrix; both of TAN. */
void pz_mock_cards_projection(struct mock_cards *c, const struct pz_mock_wcs *w, const char *kind);
void pz_mock_cards_matrix(struct mock_cards *c, const struct pz_mock_wcs *w);
void pz_mock_cards_wcs(struct mock_cards *c, const struct pz_mock_wcs *w);

#endif
