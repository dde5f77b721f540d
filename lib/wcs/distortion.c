/* distortion.c -- which of several distortions a header means, and its cards as WCSLIB wants them
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <pz/error.h>

#include "card_list.h"

#define ORDER_MAX   9  /* of SIP */
#define PLATE_TERMS 13 /* of AMDX, AMDY */

static bool ends_in_sip(const char *ctype)
{
	size_t n = strlen(ctype);

	return n >= 4 && !strcmp(ctype + n - 4, "-SIP");
}

static int understand_types(struct card_list *l)
{
	const char *one = l->ctype[0], *two = l->ctype[1];

	l->lat = !strncmp(one, "DEC-", 4) || !strncmp(one, "GLAT", 4) ? 0 : 1;
	l->sip = ends_in_sip(one);
	if (l->sip != ends_in_sip(two))
		return pz_fail(PZ_EDATA,
			       "%s: expected -SIP in both CTYPE1 and CTYPE2 or in none, found %s "
			       "and %s",
			       l->where, one, two);
	if (strstr(one, "-TAB") || strstr(two, "-TAB"))
		return pz_fail(PZ_EDATA,
			       "%s: coordinates given as a table (CTYPE %s, %s) are not supported",
			       l->where, one, two);
	return 0;
}

int pz_distortion_read_types(struct card_list *l)
{
	for (int k = 0; k < l->count; k++) {
		struct card *c = &l->item[k].card;
		int rc;

		if (strncmp(c->key, "CTYPE", 5) != 0 || c->i > 2 || l->ctype[c->i - 1][0])
			continue;
		if ((rc = pz_card_read(c, l->item[k].at, l->item[k].left, l->where)) < 0)
			return rc;
		if (rc > 0)
			strcpy(l->ctype[c->i - 1], c->text);
	}
	return understand_types(l);
}

/* Whether both axes have this projection. */
bool pz_distortion_is(const struct card_list *l, const char *code)
{
	for (int k = 0; k < 2; k++)
		if (strlen(l->ctype[k]) < 8 || strncmp(l->ctype[k] + 4, code, 4) != 0)
			return false;
	return true;
}

/* A_p_q and the like, not those of the inverse. */
static bool has_sip(const struct card_list *l)
{
	for (int k = 0; k < l->count; k++)
		if (l->item[k].card.group == CARD_SIP && l->item[k].card.key[1] == '_')
			return true;
	return false;
}

/* WCSLIB takes one card of them for all. */
static bool has_plate(const struct card_list *l)
{
	static const char *const keys[] = { "CNPIX1",   "CNPIX2",  "PPO3",    "PPO6",    "XPIXELSZ",
					    "YPIXELSZ", "PLTRAH",  "PLTRAM",  "PLTRAS",  "PLTDECSN",
					    "PLTDECD",  "PLTDECM", "PLTDECS", "PLATEID", "AMDX1",
					    "AMDX2",    "AMDX3",   "AMDY1",   "AMDY2",   "AMDY3" };

	for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
		if (!pz_cards_find(l, keys[k]))
			return false;
	return true;
}

/* Whether PV has a polynomial, which for TAN the standard does not know: as AST has it, on
 * the axis of latitude any, on the other more than its five numbers. */
static bool has_polynomial(const struct card_list *l)
{
	for (int k = 0; k < l->count; k++) {
		const struct card *c = &l->item[k].card;

		if (!is_left(&l->item[k]) && is_pv(c) && c->i <= 2 &&
		    (c->i - 1 == l->lat || c->j > 4))
			return true;
	}
	return false;
}

int pz_distortion_choose(struct card_list *l)
{
	bool sip = has_sip(l), polynomial = has_polynomial(l);

	if (!l->sip && sip)
		pz_cards_note(l,
			      "its SIP coefficients are not applied: CTYPE does not end in -SIP");
	if (!l->sip)
		pz_cards_leave_group(l, CARD_SIP);
	if (l->sip && polynomial && !sip)
		return pz_fail(PZ_EDATA,
			       "%s: CTYPE1: expected SIP coefficients with %s, found polynomials "
			       "under PV alone (RA---TPV?)",
			       l->where, l->ctype[0]);
	if (l->sip && polynomial) {
		pz_cards_note(l, "its polynomials under PV are not applied: CTYPE says SIP");
		pz_cards_leave_group(l, CARD_PV);
	}
	if (!pz_distortion_is(l, "-TNX") && !pz_distortion_is(l, "-ZPX"))
		pz_cards_leave_group(l, CARD_WAT);
	if (l->sip || pz_cards_have(l, CARD_WAT) || !has_plate(l))
		pz_cards_leave_group(l, CARD_DSS);
	return 0;
}

/* Of Paper IV's distortions there are tables alone; of others WCSLIB believes the records,
 * which index its memory, and nobody writes them. Records without a distortion are none. */
int pz_distortion_check_tables(struct card_list *l)
{
	static const char *const kinds[][2] = { { "DP", "CPDIS" },
						{ "DQ", "CQDIS" },
						{ "D2IM", "D2IMDIS" } };

	for (int k = 0; k < l->count; k++) {
		struct card *c = &l->item[k].card;
		char kind[16] = "";

		if (c->group != CARD_TABLE)
			continue;
		if (c->type == CARD_TEXT && strcasecmp(c->text, "Lookup") != 0)
			return pz_fail(PZ_EDATA,
				       "%s: %s: expected 'Lookup', found '%s', which is not "
				       "supported",
				       l->where, c->key, c->text);
		for (int i = 0; i < 3 && c->type == CARD_RECORD; i++)
			if (!strncmp(c->key, kinds[i][0], strlen(kinds[i][0])))
				snprintf(kind, sizeof kind, "%s%d", kinds[i][1], c->i % 100);
		if (*kind && !pz_cards_find(l, kind))
			leave(&l->item[k]);
	}
	return 0;
}

/* Of one polynomial of SIP: what lies beyond its order is none of it. */
static int trim_sip(struct card_list *l, const char *letters)
{
	char key[16];
	size_t n = strlen(letters);
	const struct card_item *order;
	int most;

	snprintf(key, sizeof key, "%sORDER", letters);
	order = pz_cards_find(l, key);
	most = order ? (int)order->card.number : -1;
	if (most > ORDER_MAX || (order && most < 0))
		return pz_fail(PZ_EDATA, "%s: %s: expected 0 to %d, found %d", l->where, key,
			       ORDER_MAX, most);
	for (int k = 0; k < l->count; k++) {
		struct card *c = &l->item[k].card;

		if (c->group != CARD_SIP || c->type != CARD_NUMBER || strncmp(c->key, letters, n))
			continue;
		if (!order && n == 2)
			return pz_fail(PZ_EDATA, "%s: %s: expected %s with it, which is missing",
				       l->where, c->key, key);
		if (c->i + c->j <= most)
			continue;
		if (c->number != 0 && n == 2)
			pz_cards_note(
				l,
				"its SIP coefficients beyond A_ORDER and B_ORDER are not applied");
		leave(&l->item[k]);
	}
	return 0;
}

int pz_distortion_check_sip(struct card_list *l)
{
	static const char *const letters[] = { "A_", "B_", "AP_", "BP_" };
	bool a = pz_cards_find(l, "A_ORDER") != NULL, b = pz_cards_find(l, "B_ORDER") != NULL;
	int rc = 0;

	for (int k = 0; k < 4 && rc == 0; k++)
		rc = trim_sip(l, letters[k]);
	if (rc == 0 && a != b)
		return pz_fail(PZ_EDATA, "%s: %s: expected %s with it, which is missing", l->where,
			       a ? "A_ORDER" : "B_ORDER", a ? "B_ORDER" : "A_ORDER");
	return rc;
}

/* SCAMP's TAN is TPV. */
static void rename_tan(struct card_list *l)
{
	for (int k = 0; k < l->count; k++)
		if (!strncmp(l->item[k].card.key, "CTYPE", 5))
			memcpy(l->item[k].card.text + 5, "TPV", 3);
	for (int k = 0; k < 2; k++)
		memcpy(l->ctype[k] + 5, "TPV", 3);
}

/* TPV's PVi_1 is 1 where it is not given; WCSLIB takes it for 0. */
static void add_unity(struct card_list *l)
{
	for (int i = 1; i <= 2; i++) {
		struct card one = { .group = CARD_PV, .i = i, .j = 1, .text = "1", .number = 1 };

		snprintf(one.key, sizeof one.key, "PV%d_1", i);
		if (!pz_cards_find(l, one.key))
			l->item[l->count++] = (struct card_item){ .card = one };
	}
}

/* Of a plate's polynomial in x and y WCSLIB knows 13 terms, and falls over others. Those from 14
 * on are of magnitude and colour: no place in the image has them. */
static void leave_plate_terms(struct card_list *l)
{
	for (int k = 0; k < l->count; k++) {
		const struct card *c = &l->item[k].card;

		if (c->group != CARD_DSS || strncmp(c->key, "AMD", 3) != 0 ||
		    (c->i >= 1 && c->i <= PLATE_TERMS))
			continue;
		if (c->number != 0 && !is_left(&l->item[k]))
			pz_cards_note(
				l, "the terms of its plate solution beyond AMDX13 and AMDY13 (of "
				   "magnitude and colour) are not applied");
		leave(&l->item[k]);
	}
}

/* Room for it WCSLIB has none. */
static void shorten_plate(struct card_list *l)
{
	struct card_item *plate = pz_cards_find(l, "PLATEID");

	if (plate)
		plate->card.text[strnlen(plate->card.text, 4)] = 0;
}

void pz_distortion_prepare(struct card_list *l)
{
	if (!l->sip && pz_distortion_is(l, "-TAN") && has_polynomial(l))
		rename_tan(l);
	if (pz_distortion_is(l, "-TPV"))
		add_unity(l);
	leave_plate_terms(l);
	shorten_plate(l);
}
