/* header.c -- the cards of a WCS, and what they mean together */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pz/error.h>

#include "card.h"
#include "header.h"
#include "wat.h"

#define RECORDS_MAX 4096 /* of Paper IV */
#define ORDER_MAX   9    /* of SIP */
#define PLATE_TERMS 13   /* of AMDX, AMDY */

/* A card of the WCS; key "" where it is left out. */
struct item {
	struct card card;
	const char *at;
	int left; /* cards from here on */
};

struct list {
	struct item *item;
	int count;
	const char *where;
	struct header_notes *notes;

	char ctype[2][72]; /* of the first two axes; "" where there is none      */
	int lat;           /* the axis of latitude, from 0 */
	bool sip;          /* CTYPE has -SIP */
};

static void leave(struct item *item)
{
	item->card.key[0] = 0;
}

static bool is_left(const struct item *item)
{
	return item->card.key[0] == 0;
}

/* PVi_m, not PROJPm. */
static bool is_pv(const struct card *c)
{
	return c->group == CARD_PV && c->key[1] == 'V';
}

static void note(struct list *l, const char *text)
{
	snprintf(l->notes->text, sizeof l->notes->text, "%s", text);
}

/* ---- what there is ---- */

/* Cards behind END are none. */
static int count_cards(const char *header, int cards)
{
	for (int n = 0; n < cards; n++)
		if (!strncmp(header + (size_t)n * CARD, "END     ", 8))
			return n;
	return cards;
}

static int collect_cards(struct list *l, const char *header, int cards)
{
	struct card c;
	int n = 0;

	for (int i = 0; i < cards; i++)
		n += pz_card_find(&c, header + (size_t)i * CARD);
	if (!(l->item = malloc(((size_t)n + HEADER_ROOM) * sizeof *l->item)))
		return pz_fail(PZ_ENOMEM, "%s: no memory for its WCS", l->where);
	for (int i = 0; i < cards; i++) {
		const char *at = header + (size_t)i * CARD;

		if (pz_card_find(&c, at))
			l->item[l->count++] = (struct item){ c, at, cards - i };
		else if (!strncmp(at, "CTYPE1", 6) && isupper((unsigned char)at[6]) && at[7] == ' ')
			l->notes->other = at[6];
	}
	return 0;
}

/* Whether a keyword's number has to be that of an axis. */
static bool counts_axes(const struct card *c)
{
	return c->group == CARD_TYPE || c->group == CARD_CD || c->group == CARD_PC ||
	       c->group == CARD_CROTA || is_pv(c) || c->group == CARD_TABLE ||
	       (c->group == CARD_AXIS && c->key[0] == 'C');
}

/* A header may name more axes than a WCS can have, and WCSLIB makes a matrix of them. */
static int check_axes(const struct list *l)
{
	for (int k = 0; k < l->count; k++) {
		const struct card *c = &l->item[k].card;
		bool matrix = c->group == CARD_CD || c->group == CARD_PC;

		if (counts_axes(c) && strcmp(c->key, "AXISCORR") != 0 &&
		    (c->i < 1 || c->i > CARD_AXES || (matrix && (c->j < 1 || c->j > CARD_AXES))))
			return pz_fail(PZ_EDATA, "%s: %s: expected axes from 1 to %d", l->where,
				       c->key, CARD_AXES);
	}
	return 0;
}

/* ---- what CTYPE says of it ---- */

static int read_types(struct list *l)
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
	return 0;
}

static bool ends_in_sip(const char *ctype)
{
	size_t n = strlen(ctype);

	return n >= 4 && !strcmp(ctype + n - 4, "-SIP");
}

static int understand_types(struct list *l)
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

/* Whether both axes have this projection. */
static bool is_projection(const struct list *l, const char *code)
{
	for (int k = 0; k < 2; k++)
		if (strlen(l->ctype[k]) < 8 || strncmp(l->ctype[k] + 4, code, 4) != 0)
			return false;
	return true;
}

static bool has_group(const struct list *l, enum card_group group)
{
	for (int k = 0; k < l->count; k++)
		if (!is_left(&l->item[k]) && l->item[k].card.group == group)
			return true;
	return false;
}

static void leave_group(struct list *l, enum card_group group)
{
	for (int k = 0; k < l->count; k++)
		if (l->item[k].card.group == group)
			leave(&l->item[k]);
}

/* A_p_q and the like, not those of the inverse. */
static bool has_sip(const struct list *l)
{
	for (int k = 0; k < l->count; k++)
		if (l->item[k].card.group == CARD_SIP && l->item[k].card.key[1] == '_')
			return true;
	return false;
}

static struct item *find(const struct list *l, const char *key)
{
	for (int k = 0; k < l->count; k++)
		if (!strcmp(l->item[k].card.key, key))
			return &l->item[k];
	return NULL;
}

/* WCSLIB takes one card of them for all. */
static bool has_plate(const struct list *l)
{
	static const char *const keys[] = { "CNPIX1",   "CNPIX2",  "PPO3",    "PPO6",    "XPIXELSZ",
					    "YPIXELSZ", "PLTRAH",  "PLTRAM",  "PLTRAS",  "PLTDECSN",
					    "PLTDECD",  "PLTDECM", "PLTDECS", "PLATEID", "AMDX1",
					    "AMDX2",    "AMDX3",   "AMDY1",   "AMDY2",   "AMDY3" };

	for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
		if (!find(l, keys[k]))
			return false;
	return true;
}

/* Whether PV has a polynomial, which for TAN the standard does not know: as AST has it, on
 * the axis of latitude any, on the other more than its five numbers. */
static bool has_polynomial(const struct list *l)
{
	for (int k = 0; k < l->count; k++) {
		const struct card *c = &l->item[k].card;

		if (!is_left(&l->item[k]) && is_pv(c) && c->i <= 2 &&
		    (c->i - 1 == l->lat || c->j > 4))
			return true;
	}
	return false;
}

/* SCAMP's TAN is TPV. */
static void rename_tan(struct list *l)
{
	for (int k = 0; k < l->count; k++)
		if (!strncmp(l->item[k].card.key, "CTYPE", 5))
			memcpy(l->item[k].card.text + 5, "TPV", 3);
	for (int k = 0; k < 2; k++)
		memcpy(l->ctype[k] + 5, "TPV", 3);
}

static int choose_distortion(struct list *l)
{
	bool sip = has_sip(l), polynomial = has_polynomial(l);

	if (!l->sip && sip)
		note(l, "its SIP coefficients are not applied: CTYPE does not end in -SIP");
	if (!l->sip)
		leave_group(l, CARD_SIP);
	if (l->sip && polynomial && !sip)
		return pz_fail(PZ_EDATA,
			       "%s: CTYPE1: expected SIP coefficients with %s, found polynomials "
			       "under PV alone (RA---TPV?)",
			       l->where, l->ctype[0]);
	if (l->sip && polynomial) {
		note(l, "its polynomials under PV are not applied: CTYPE says SIP");
		leave_group(l, CARD_PV);
	}
	if (!is_projection(l, "-TNX") && !is_projection(l, "-ZPX"))
		leave_group(l, CARD_WAT);
	if (l->sip || has_group(l, CARD_WAT) || !has_plate(l))
		leave_group(l, CARD_DSS);
	return 0;
}

/* What a third axis is called, and in which unit, is of no use; nor how it bends. */
static void leave_further_axes(struct list *l)
{
	for (int k = 0; k < l->count; k++) {
		const struct card *c = &l->item[k].card;

		if (c->i > 2 && (c->group == CARD_TYPE || c->group == CARD_CROTA || is_pv(c)))
			leave(&l->item[k]);
	}
}

/* ---- values ---- */

static int read_values(struct list *l)
{
	for (int k = 0; k < l->count; k++) {
		struct item *item = &l->item[k];
		int rc;

		if (is_left(item))
			continue;
		rc = pz_card_read(&item->card, item->at, item->left, l->where);
		if (rc < 0 && item->card.group != CARD_DATE)
			return rc;
		l->notes->undated |= rc < 0;
		if (rc <= 0)
			leave(item);
	}
	return 0;
}

/* By keyword, records by what they say, then in the header's order. */
static int by_key(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order = strcmp(x->card.key, y->card.key);

	if (order == 0 && x->card.type == CARD_RECORD)
		order = strcmp(x->card.text, y->card.text);
	return order ? order : (x->at > y->at) - (x->at < y->at);
}

/* Whether two cards that follow each other are of the same keyword, or field of a record. */
static bool same_key(const struct card *a, const struct card *b)
{
	size_t n = a->type == CARD_RECORD ? strcspn(a->text, ":") + 1 : 0;

	return !strcmp(a->key, b->key) && !strncmp(a->text, b->text, n);
}

static bool same_value(const struct card *a, const struct card *b)
{
	return a->type == CARD_TEXT || a->type == CARD_LINE ? !strcmp(a->text, b->text)
							    : a->number == b->number;
}

/* Leaves one card of each keyword, and an error where they contradict each other. */
static int leave_doubles(struct list *l)
{
	int n = 0, records = 0;

	qsort(l->item, (size_t)l->count, sizeof *l->item, by_key);
	for (int k = 0; k < l->count; k++) {
		struct card *c = &l->item[k].card, *last = n ? &l->item[n - 1].card : NULL;

		if (is_left(&l->item[k]))
			continue;
		if (!last || !same_key(last, c)) {
			records += c->type == CARD_RECORD;
			l->item[n++] = l->item[k];
		} else if (same_value(last, c)) {
			continue;
		} else if (c->group == CARD_DATE) {
			l->notes->undated = true;
		} else {
			return pz_fail(PZ_EDATA, "%s: %s: expected one card, found two: %s and %s",
				       l->where, c->key, last->text, c->text);
		}
	}
	l->count = n;
	if (records > RECORDS_MAX)
		return pz_fail(PZ_EDATA, "%s: %d records of distortions (DP, DQ), more than %d",
			       l->where, records, RECORDS_MAX);
	return 0;
}

static double number(const struct list *l, const char *key, double absent)
{
	const struct item *item = find(l, key);

	return item ? item->card.number : absent;
}

/* ---- what the values say ---- */

static int check_counts(const struct list *l)
{
	for (int k = 0; k < l->count; k++) {
		const struct card *c = &l->item[k].card;
		bool naxis = !strcmp(c->key, "NAXIS");

		if (c->group == CARD_SIZE &&
		    !(c->number >= (naxis ? 0 : 2) && c->number <= CARD_AXES))
			return pz_fail(PZ_EDATA, "%s: %s: expected 2 to %d, found %s", l->where,
				       c->key, CARD_AXES, c->text);
	}
	return 0;
}

/* Of Paper IV's distortions there are tables alone; of others WCSLIB believes the records,
 * which index its memory, and nobody writes them. Records without a distortion are none. */
static int check_tables(struct list *l)
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
		if (*kind && !find(l, kind))
			leave(&l->item[k]);
	}
	return 0;
}

/* Of one polynomial of SIP: what lies beyond its order is none of it. */
static int trim_sip(struct list *l, const char *letters)
{
	char key[16];
	size_t n = strlen(letters);
	const struct item *order;
	int most;

	snprintf(key, sizeof key, "%sORDER", letters);
	order = find(l, key);
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
			note(l, "its SIP coefficients beyond A_ORDER and B_ORDER are not applied");
		leave(&l->item[k]);
	}
	return 0;
}

static int check_sip(struct list *l)
{
	static const char *const letters[] = { "A_", "B_", "AP_", "BP_" };
	bool a = find(l, "A_ORDER") != NULL, b = find(l, "B_ORDER") != NULL;
	int rc = 0;

	for (int k = 0; k < 4 && rc == 0; k++)
		rc = trim_sip(l, letters[k]);
	if (rc == 0 && a != b)
		return pz_fail(PZ_EDATA, "%s: %s: expected %s with it, which is missing", l->where,
			       a ? "A_ORDER" : "B_ORDER", a ? "B_ORDER" : "A_ORDER");
	return rc;
}

/* The matrix of the first two axes under CD or PC, or as CROTA turns them. */
static void matrix_of(const struct list *l, const char *prefix, const double step[2],
		      double m[2][2])
{
	for (int i = 0; i < 2; i++)
		for (int j = 0; j < 2; j++) {
			char key[16];

			snprintf(key, sizeof key, "%s%d_%d", prefix, i + 1, j + 1);
			m[i][j] = step[i] * number(l, key, *prefix == 'P' && i == j);
		}
}

static void turned(double angle, int lat, const double step[2], double m[2][2])
{
	double c = cos(angle * (M_PI / 180)), s = sin(angle * (M_PI / 180));
	int lng = 1 - lat;

	m[lng][lng] = step[lng] * c;
	m[lng][lat] = -step[lat] * s;
	m[lat][lng] = step[lng] * s;
	m[lat][lat] = step[lat] * c;
}

static bool agree(double a[2][2], double b[2][2])
{
	double most = 0, apart = 0;

	for (int k = 0; k < 4; k++) {
		most = fmax(most, fabs(a[k / 2][k % 2]));
		apart = fmax(apart, fabs(a[k / 2][k % 2] - b[k / 2][k % 2]));
	}
	return apart <= 1e-6 * most;
}

static int contradict(const struct list *l, const char *one, const char *other)
{
	return pz_fail(PZ_EDATA,
		       "%s: %s and %s: expected one of them, found both, which contradict each "
		       "other",
		       l->where, one, other);
}

/* The angle is that of latitude; another one on longitude is nobody's. */
static int check_angle(const struct list *l, double *angle)
{
	char lat[24], lng[24];
	double other;

	snprintf(lat, sizeof lat, "CROTA%d", l->lat + 1);
	snprintf(lng, sizeof lng, "CROTA%d", 2 - l->lat);
	*angle = number(l, lat, 0);
	other = number(l, lng, 0);
	if (other != 0 && other != *angle)
		return pz_fail(PZ_EDATA, "%s: %s: expected the angle of %s, %g, found %g", l->where,
			       lng, lat, *angle, other);
	return 0;
}

/* Of the ways to write the matrix FITS allows one at a time. */
static int check_matrix_cards(struct list *l)
{
	const double step[2] = { number(l, "CDELT1", 1), number(l, "CDELT2", 1) };
	double cd[2][2], pc[2][2], rotated[2][2], angle = 0;
	bool has_cd = has_group(l, CARD_CD), has_pc = has_group(l, CARD_PC);
	int rc = 0;

	matrix_of(l, "CD", (const double[]){ 1, 1 }, cd);
	matrix_of(l, "PC", step, pc);
	if (has_cd && has_pc && !agree(cd, pc))
		return contradict(l, "CD1_1", "PC1_1");
	if (!has_cd && (rc = check_angle(l, &angle)) < 0)
		return rc;
	turned(angle, l->lat, step, rotated);
	if (!has_cd && has_pc && angle != 0 && !agree(pc, rotated))
		return contradict(l, "PC1_1", l->lat ? "CROTA2" : "CROTA1");
	for (int i = 0; i < 2 && has_cd; i++)
		if (cd[i][0] == 0 && cd[i][1] == 0)
			return pz_fail(PZ_EDATA, "%s: CD%d_%d: expected a matrix, found a row of 0",
				       l->where, i + 1, i + 1);
	if (has_cd) {
		leave_group(l, CARD_PC);
		leave_group(l, CARD_CROTA);
	} else if (has_pc) {
		leave_group(l, CARD_CROTA);
	}
	return 0;
}

/* TPV's PVi_1 is 1 where it is not given; WCSLIB takes it for 0. */
static void add_unity(struct list *l)
{
	for (int i = 1; i <= 2; i++) {
		struct card one = { .group = CARD_PV, .i = i, .j = 1, .text = "1", .number = 1 };

		snprintf(one.key, sizeof one.key, "PV%d_1", i);
		if (!find(l, one.key))
			l->item[l->count++] = (struct item){ .card = one };
	}
}

/* Where today's keyword is, the old one does not count. */
static void leave_old(struct list *l)
{
	static const char *const keys[][2] = { { "RADESYS", "RADECSYS" }, { "EQUINOX", "EPOCH" } };

	for (int k = 0; k < 2; k++) {
		struct item *new = find(l, keys[k][0]), *old = find(l, keys[k][1]);

		if (new &&old)
			leave(old);
	}
	for (int k = 0; k < l->count; k++)
		if (l->item[k].card.group == CARD_SYSTEM && l->item[k].card.type == CARD_TEXT)
			for (char *t = l->item[k].card.text; *t; t++)
				*t = (char)toupper((unsigned char)*t);
}

/* Of a plate's polynomial in x and y WCSLIB knows 13 terms, and falls over others. Those from 14
 * on are of magnitude and colour: no place in the image has them. */
static void leave_plate_terms(struct list *l)
{
	for (int k = 0; k < l->count; k++) {
		const struct card *c = &l->item[k].card;

		if (c->group != CARD_DSS || strncmp(c->key, "AMD", 3) != 0 ||
		    (c->i >= 1 && c->i <= PLATE_TERMS))
			continue;
		if (c->number != 0 && !is_left(&l->item[k]))
			note(l, "the terms of its plate solution beyond AMDX13 and AMDY13 (of "
				"magnitude and colour) are not applied");
		leave(&l->item[k]);
	}
}

/* Room for it WCSLIB has none. */
static void shorten_plate(struct list *l)
{
	struct item *plate = find(l, "PLATEID");

	if (plate)
		plate->card.text[strnlen(plate->card.text, 4)] = 0;
}

/* ---- all of it ---- */

static int clean_cards(struct list *l, char *header, int cards)
{
	int rc;

	if ((rc = collect_cards(l, header, cards)) < 0 || (rc = check_axes(l)) < 0 ||
	    (rc = read_types(l)) < 0 || (rc = understand_types(l)) < 0 ||
	    (rc = choose_distortion(l)) < 0)
		return rc;
	leave_further_axes(l);
	if ((rc = read_values(l)) < 0 || (rc = leave_doubles(l)) < 0 ||
	    (rc = check_counts(l)) < 0 || (rc = check_tables(l)) < 0 || (rc = check_sip(l)) < 0 ||
	    (rc = check_matrix_cards(l)) < 0)
		return rc;
	if (!l->sip && is_projection(l, "-TAN") && has_polynomial(l))
		rename_tan(l);
	if (is_projection(l, "-TPV"))
		add_unity(l);
	leave_old(l);
	leave_plate_terms(l);
	shorten_plate(l);
	return 0;
}

/* What is left, over what there was: it is never more. */
static int write_all(const struct list *l, char *header)
{
	int n = 0;

	for (int k = 0; k < l->count; k++)
		if (!is_left(&l->item[k]))
			pz_card_write(&l->item[k].card, header + (size_t)n++ * CARD);
	header[(size_t)n * CARD] = 0;
	return n;
}

int pz_wcs_clean_header(char *header, int *cards, const char *where, struct header_notes *notes)
{
	struct list l = { .where = where, .notes = notes };
	int rc;

	*notes = (struct header_notes){ 0 };
	rc = clean_cards(&l, header, count_cards(header, *cards));
	if (rc == 0) {
		*cards = write_all(&l, header);
		rc = pz_wcs_clean_wat(header, cards, where);
	}
	free(l.item);
	return rc;
}
