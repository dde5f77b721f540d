/* cards.c -- what the headers of the mock sky's files say */
#include <stdio.h>
#include <string.h>

#include "cards.h"

void pz_mock_cards_text(struct mock_cards *c, const char *key, const char *text,
			const char *comment)
{
	c->card[c->n++] = (struct pz_fits_card){ .key = key, .text = text, .comment = comment };
}

void pz_mock_cards_number(struct mock_cards *c, const char *key, double number, const char *comment)
{
	c->card[c->n++] = (struct pz_fits_card){ .key = key, .number = number, .comment = comment };
}

/* The seed is a text: it has up to 64 bits. */
void pz_mock_cards_origin(struct mock_cards *c, const struct mock_job *job)
{
	snprintf(c->seed, sizeof c->seed, "%llu", (unsigned long long)job->sky->seed);
	pz_mock_cards_text(c, "ORIGIN", "simulated", "no real sky");
	pz_mock_cards_text(c, "CREATOR", "pzpipe mock " PZ_VERSION, NULL);
	pz_mock_cards_text(c, "SURVEY", job->sky->survey->name, "what is imitated");
	pz_mock_cards_text(c, "SEED", c->seed, "of the random numbers");
	if (job->to->arguments)
		pz_mock_cards_text(c, "ARGS", job->to->arguments, NULL);
}

void pz_mock_cards_projection(struct mock_cards *c, const struct pz_mock_wcs *w, const char *kind)
{
	bool tpv = !strcmp(kind, "TPV");

	pz_mock_cards_text(c, "RADESYS", "ICRS", NULL);
	pz_mock_cards_text(c, "CTYPE1", tpv ? "RA---TPV" : "RA---TAN", NULL);
	pz_mock_cards_text(c, "CTYPE2", tpv ? "DEC--TPV" : "DEC--TAN", NULL);
	pz_mock_cards_text(c, "CUNIT1", "deg", NULL);
	pz_mock_cards_text(c, "CUNIT2", "deg", NULL);
	pz_mock_cards_number(c, "CRPIX1", w->crpix[0], NULL);
	pz_mock_cards_number(c, "CRPIX2", w->crpix[1], NULL);
	pz_mock_cards_number(c, "CRVAL1", w->crval[0], NULL);
	pz_mock_cards_number(c, "CRVAL2", w->crval[1], NULL);
}

void pz_mock_cards_matrix(struct mock_cards *c, const struct pz_mock_wcs *w)
{
	pz_mock_cards_number(c, "CD1_1", w->cd[0], NULL);
	pz_mock_cards_number(c, "CD1_2", w->cd[1], NULL);
	pz_mock_cards_number(c, "CD2_1", w->cd[2], NULL);
	pz_mock_cards_number(c, "CD2_2", w->cd[3], NULL);
}

void pz_mock_cards_wcs(struct mock_cards *c, const struct pz_mock_wcs *w)
{
	pz_mock_cards_projection(c, w, "TAN");
	pz_mock_cards_matrix(c, w);
}
