/* planes.c -- bits of a mask by the names that its header gives them
 *
 * The number of a plane differs between files of one survey, so it is looked up in each.
 *
 *      MP_SAT  = 1             HSC and Rubin (afw): the bit's number, from 0
 *      MSKN0001= 'SAT'         Rubin since DP2: the name, and under
 *      MSKM0001= 2             MSKMnnnn the bit's value; where no plane has one (SPHEREx), the
 *                              number in the keyword is the bit's, from 0
 *      MB_SAT_R= 8             Legacy Surveys: the bit's value
 *      MBIT_3  = 'SATUR_R'     Legacy Surveys (BITNM3 before): the name of bit 3
 *      MSKNAM01= 'SAT'         Pan-STARRS: the name, and under
 *      MSKVAL01= 2             MSKVALnn the bit's value
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pz/error.h>

#include "planes.h"

#define CARD       80
#define NAME       72
#define PLANES_MAX 512

struct plane {
	char name[NAME], prefix[4]; /* MP_, MB_ or ""             */
	char suffix[8];             /* of a name whose value stands elsewhere; or "" */
	uint64_t bits;              /* 0: not found yet           */
	bool numbered;              /* by MSKNnnnn                */
};

struct planes {
	struct plane *plane;
	int count;
};

/* A card's keyword and value, quotes and trailing blanks taken off. */
static bool split_card(const char *card, char key[NAME], char value[NAME])
{
	bool long_key = !strncmp(card, "HIERARCH ", 9);
	const char *equals = memchr(card, '=', CARD), *from = long_key ? card + 9 : card, *to;
	size_t n;

	if (!equals || (!long_key && equals != card + 8))
		return false;
	for (n = (size_t)(equals - from); n && from[n - 1] == ' ';)
		n--;
	snprintf(key, NAME, "%.*s", (int)n, from);
	for (from = equals + 1; from < card + CARD && *from == ' ';)
		from++;
	if (from < card + CARD && *from == '\'') {
		from++;
		to = memchr(from, '\'', (size_t)(card + CARD - from));
	} else {
		to = memchr(from, '/', (size_t)(card + CARD - from));
	}
	for (to = to ? to : card + CARD; to > from && to[-1] == ' ';)
		to--;
	snprintf(value, NAME, "%.*s", (int)(to - from), from);
	return true;
}

static bool is_whole(const char *text, uint64_t most, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 10);
	return *text >= '0' && *text <= '9' && !*end && !errno && *value <= most;
}

static void add(struct planes *p, const char *prefix, const char *name, const char *suffix,
		uint64_t bits)
{
	struct plane *to = &p->plane[p->count];

	if (p->count == PLANES_MAX || !*name)
		return;
	snprintf(to->name, sizeof to->name, "%s", name);
	snprintf(to->prefix, sizeof to->prefix, "%s", prefix);
	snprintf(to->suffix, sizeof to->suffix, "%s", suffix);
	to->bits = bits;
	p->count++;
}

/* A name whose value stands under another keyword of the same ending. */
static void add_pair(struct planes *p, const char *key, const char *of_name, const char *value)
{
	int before = p->count;

	add(p, "", value, key + strlen(of_name), 0);
	if (p->count > before)
		p->plane[before].numbered = !strcmp(of_name, "MSKN");
}

static void complete(struct planes *p, const char *suffix, uint64_t bits)
{
	for (int i = 0; i < p->count; i++)
		if (*p->plane[i].suffix && !strcmp(p->plane[i].suffix, suffix))
			p->plane[i].bits = bits;
}

/* MSKNnnnn where the header has no MSKMnnnn at all: nnnn is the bit. */
static void complete_by_number(struct planes *p)
{
	for (int i = 0; i < p->count; i++)
		if (p->plane[i].numbered && p->plane[i].bits)
			return;
	for (int i = 0; i < p->count; i++) {
		unsigned long n = strtoul(p->plane[i].suffix, NULL, 10);

		if (p->plane[i].numbered && n <= 63)
			p->plane[i].bits = (uint64_t)1 << n;
	}
}

static void read_names(struct planes *p, const char *key, const char *value)
{
	uint64_t n;

	if (!strncmp(key, "MP_", 3) && is_whole(value, 63, &n))
		add(p, "MP_", key + 3, "", (uint64_t)1 << n);
	else if (!strncmp(key, "MB_", 3) && is_whole(value, UINT64_MAX, &n))
		add(p, "MB_", key + 3, "", n);
	else if ((!strncmp(key, "MBIT_", 5) || !strncmp(key, "BITNM", 5)) &&
		 is_whole(key + 5, 63, &n))
		add(p, "", value, "", (uint64_t)1 << n);
	else if (!strncmp(key, "MSKNAM", 6) && is_whole(key + 6, 999, &n))
		add_pair(p, key, "MSKNAM", value);
	else if (!strncmp(key, "MSKN", 4) && is_whole(key + 4, 9999, &n))
		add_pair(p, key, "MSKN", value);
}

static void read_values(struct planes *p, const char *key, const char *value)
{
	uint64_t n, bits;

	if (!is_whole(value, UINT64_MAX, &bits))
		return;
	if (!strncmp(key, "MSKVAL", 6) && is_whole(key + 6, 999, &n))
		complete(p, key + 6, bits);
	else if (!strncmp(key, "MSKM", 4) && is_whole(key + 4, 9999, &n))
		complete(p, key + 4, bits);
}

static int read_planes(struct pz_fits *mask, struct planes *p)
{
	char *header, key[NAME], value[NAME];
	int cards, rc = pz_fits_header(mask, &header, &cards);

	if (rc < 0)
		return rc;
	if (!(p->plane = calloc(PLANES_MAX, sizeof *p->plane))) {
		free(header);
		return pz_fail(PZ_ENOMEM, "%s: no memory for the names of planes",
			       pz_fits_where(mask));
	}
	for (int i = 0; i < cards; i++)
		if (split_card(header + (size_t)i * CARD, key, value))
			read_names(p, key, value);
	for (int i = 0; i < cards; i++)
		if (split_card(header + (size_t)i * CARD, key, value))
			read_values(p, key, value);
	complete_by_number(p);
	free(header);
	return 0;
}

/* Whether that is what a plane is called: SAT, or MP_SAT. */
static bool is_called(const struct plane *p, const char *name)
{
	size_t n = strlen(p->prefix);

	return !strcasecmp(p->name, name) ||
	       (n && !strncasecmp(p->prefix, name, n) && !strcasecmp(p->name, name + n));
}

/* The bits that the primary header gives a name; 0: none. */
static uint64_t inherited(struct pz_fits *mask, const char *name)
{
	bool with = !strncasecmp(name, "MP_", 3);
	char key[NAME + 4];
	double bit;

	snprintf(key, sizeof key, "MP_%s", name + (with ? 3 : 0));
	for (char *c = key; *c; c++)
		*c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
	if (pz_fits_find_number(mask, key, &bit) <= 0 || !(bit >= 0 && bit <= 63))
		return 0;
	return (double)(int)bit == bit ? (uint64_t)1 << (int)bit : 0;
}

/* "no mask plane 'SATT'; it has BAD, SAT, CR" */
static int fail_unknown(struct pz_fits *mask, const struct planes *p, const char *name)
{
	char list[400] = "";
	size_t used = 0;

	for (int i = 0; i < p->count && used < sizeof list - NAME - 8; i++)
		used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "",
					 p->plane[i].name);
	if (!p->count)
		return pz_fail(PZ_EDATA,
			       "%s: no mask plane '%s': its header names none (MP_*, MB_*, MBIT_*, "
			       "MSKN*); give bits by number",
			       pz_fits_where(mask), name);
	return pz_fail(PZ_EDATA, "%s: no mask plane '%s'; it has %s", pz_fits_where(mask), name,
		       list);
}

static int find_plane(struct pz_fits *mask, const struct planes *p, const char *name,
		      uint64_t *bits)
{
	uint64_t found = 0;

	for (int i = 0; i < p->count; i++) {
		if (!is_called(&p->plane[i], name) || !p->plane[i].bits)
			continue;
		if (found && found != p->plane[i].bits)
			return pz_fail(PZ_EDATA,
				       "%s: mask plane '%s' has two values, 0x%llx and 0x%llx",
				       pz_fits_where(mask), name, (unsigned long long)found,
				       (unsigned long long)p->plane[i].bits);
		found = p->plane[i].bits;
	}
	if (!found)
		found = inherited(mask, name);
	if (!found)
		return fail_unknown(mask, p, name);
	*bits |= found;
	return 0;
}

int pz_mask_planes(struct pz_fits *mask, const char *names, uint64_t *bits)
{
	struct planes p = { 0 };
	int rc = read_planes(mask, &p);

	for (size_t n; rc == 0 && *names; names += n + (names[n] == ',')) {
		char name[NAME];

		n = strcspn(names, ",");
		snprintf(name, sizeof name, "%.*s", (int)n, names);
		rc = find_plane(mask, &p, name, bits);
	}
	free(p.plane);
	return rc;
}
