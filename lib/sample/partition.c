/* partition.c -- shares of the unit interval */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/partition.h>
#include <pz/random.h>

#define ROUNDING 1e-9 /* shares typed in decimals may miss 1 by this much          */

uint64_t pz_id_hash_text(const char *id, size_t length, uint64_t seed)
{
	return pz_hash(id, length, seed);
}

uint64_t pz_id_hash_int(int64_t id, uint64_t seed)
{
	char text[sizeof "-9223372036854775808"];
	int length = snprintf(text, sizeof text, "%" PRId64, id);

	return pz_id_hash_text(text, (size_t)length, seed);
}

/* A number, or a fraction of two, that ends at end; NaN where it is none. */
static double parse_share(const char *text, const char *end)
{
	char *rest;
	double share = strtod(text, &rest), of = 1;

	if (rest > text && *rest == '/') {
		text = rest + 1;
		of = strtod(text, &rest);
	}
	return rest > text && rest == end ? share / of : NAN;
}

/* One "name=share" of the given length. */
static int parse_part(struct pz_parts *p, const char *text, size_t length)
{
	const char *equals = memchr(text, '=', length);
	size_t name = equals ? (size_t)(equals - text) : 0;
	struct pz_part *part = &p->part[p->count];

	if (name == 0 || name >= sizeof part->name)
		return pz_fail(PZ_EUSAGE, "parts: expected name=share, found '%.*s'", (int)length,
			       text);
	if (p->count == PZ_PARTS_MAX)
		return pz_fail(PZ_EUSAGE, "parts: expected at most %d", PZ_PARTS_MAX);
	memcpy(part->name, text, name);
	part->name[name] = '\0';
	for (int i = 0; i < p->count; i++)
		if (strcmp(p->part[i].name, part->name) == 0)
			return pz_fail(PZ_EUSAGE, "parts: '%s' is listed twice", part->name);
	part->share = parse_share(equals + 1, text + length);
	if (!(part->share > 0 && part->share <= 1))
		return pz_fail(PZ_EUSAGE,
			       "parts: %s: expected a share above 0 and up to 1, found '%.*s'",
			       part->name, (int)(length - name - 1), equals + 1);
	p->count++;
	return 0;
}

int pz_parts_parse(struct pz_parts *p, const char *text)
{
	double sum = 0;

	*p = (struct pz_parts){ 0 };
	for (;;) {
		size_t length = strcspn(text, ",");
		int rc = parse_part(p, text, length);

		if (rc)
			return rc;
		sum += p->part[p->count - 1].share;
		if (text[length] == '\0')
			break;
		text += length + 1;
	}
	if (sum > 1 + ROUNDING)
		return pz_fail(PZ_EUSAGE, "parts: expected shares of at most 1 together, found %g",
			       sum);
	return 0;
}

int pz_parts_find(const struct pz_parts *p, const char *name)
{
	char known[sizeof p->part] = "";

	for (int i = 0; i < p->count; i++) {
		if (strcmp(p->part[i].name, name) == 0)
			return i;
		strcat(strcat(known, i ? ", " : ""), p->part[i].name);
	}
	return pz_fail(PZ_EUSAGE, "part: expected one of %s, found '%s'", known, name);
}

int pz_parts_of(const struct pz_parts *p, uint64_t hash)
{
	double x = (double)(hash >> 11) * 0x1p-53, upto = 0;

	for (int i = 0; i < p->count; i++) {
		upto += p->part[i].share;
		if (x < upto)
			return i;
	}
	/* A sum such as 0.7 + 0.2 + 0.1 rounds to just below 1: no one falls through. */
	return upto > 1 - ROUNDING ? p->count - 1 : -1;
}
