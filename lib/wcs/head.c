/* head.c -- headers as text: lines to cards */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pz/error.h>

#include "card.h"
#include "head.h"

void pz_heads_free(struct heads *h)
{
	for (size_t k = 0; k < h->count; k++)
		free(h->head[k].cards);
	free(h->head);
	free(h->path);
	*h = (struct heads){ 0 };
}

/* A line as a card: blanks for what is no printable ASCII, and up to 80 bytes. */
static void make_card(const char *line, size_t n, char card[CARD])
{
	memset(card, ' ', CARD);
	for (size_t i = 0; i < n && i < CARD; i++)
		if (line[i] > ' ' && line[i] < 127)
			card[i] = line[i];
}

static bool begins(const char *card, const char *keyword)
{
	char padded[9];

	snprintf(padded, sizeof padded, "%-8s", keyword);
	return !memcmp(card, padded, 8);
}

/* Whether a card may stand in a header. */
static bool is_card(const char card[CARD])
{
	return memchr(card, '=', CARD) || begins(card, "COMMENT") || begins(card, "HISTORY") ||
	       begins(card, "CONTINUE") || begins(card, "");
}

static bool is_blank_card(const char card[CARD])
{
	for (size_t i = 0; i < CARD; i++)
		if (card[i] != ' ')
			return false;
	return true;
}

/* Adds a card to the header that is being read, NULL: begins it. lines: room for so many. */
static int add_card(struct heads *h, const char card[CARD], size_t lines)
{
	struct head *head, *more;

	if (!card && h->count == HEADS_MAX)
		return pz_fail(PZ_EDATA, "%s: more than %d headers", h->path, HEADS_MAX);
	if (!card) {
		more = realloc(h->head, (h->count + 1) * sizeof *more);
		if (!more)
			return pz_fail(PZ_ENOMEM, "%s: no memory for its headers", h->path);
		h->head = more;
		h->head[h->count] = (struct head){ malloc(lines * CARD + 1), 0 };
		if (!h->head[h->count++].cards)
			return pz_fail(PZ_ENOMEM, "%s: no memory for its headers", h->path);
		return 0;
	}
	head = &h->head[h->count - 1];
	memcpy(head->cards + (size_t)head->count++ * CARD, card, CARD);
	return 0;
}

/* How many lines there are up to the next END. */
static size_t count_lines(const char *text, const char *end)
{
	size_t lines = 1;

	for (; text < end; lines++) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		char card[CARD];

		stop = stop ? stop : end;
		make_card(text, (size_t)(stop - text), card);
		if (begins(card, "END"))
			return lines;
		text = stop + 1;
	}
	return lines;
}

static int parse_lines(struct heads *h, const char *text, const char *end)
{
	bool open = false;

	for (size_t line = 1; text < end; line++) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		char card[CARD];
		int rc = 0;

		stop = stop ? stop : end;
		make_card(text, (size_t)(stop - text), card);
		if (!open && !is_blank_card(card)) {
			rc = add_card(h, NULL, count_lines(text, end));
			open = true;
		}
		if (rc == 0 && begins(card, "END"))
			open = false;
		else if (rc == 0 && !is_card(card))
			rc = pz_fail(PZ_EDATA,
				     "%s: line %zu: expected a card of a header, as KEYWORD = "
				     "value, found '%.40s'",
				     h->path, line, card);
		else if (rc == 0 && !is_blank_card(card))
			rc = add_card(h, card, 0);
		if (rc < 0)
			return rc;
		text = stop + 1;
	}
	if (open || h->count == 0)
		return pz_fail(PZ_EDATA, "%s: expected headers that end in END, found %s", h->path,
			       open ? "no END behind the last" : "none");
	return 0;
}

int pz_heads_parse(struct heads *h, const char *text, size_t size, const char *path)
{
	int rc;

	*h = (struct heads){ .path = strdup(path) };
	if (!h->path)
		return pz_fail(PZ_ENOMEM, "%s: no memory", path);
	if ((rc = parse_lines(h, text, text + size)) < 0)
		pz_heads_free(h);
	return rc;
}

int pz_heads_read(struct heads *h, const char *path)
{
	FILE *file = fopen(path, "re");
	struct stat s;
	char *text = NULL;
	size_t n;
	int rc = 0;

	*h = (struct heads){ 0 };
	if (!file || fstat(fileno(file), &s) != 0) {
		rc = pz_fail(PZ_EIO, "%s: %s", path, strerror(errno));
		goto done;
	}
	if (!S_ISREG(s.st_mode) || s.st_size > (off_t)HEAD_SIZE_MAX) {
		rc = pz_fail(PZ_EDATA, "%s: expected a text file of at most %zu MiB", path,
			     HEAD_SIZE_MAX >> 20);
		goto done;
	}
	if (!(text = malloc((size_t)s.st_size + 1))) {
		rc = pz_fail(PZ_ENOMEM, "%s: no memory", path);
		goto done;
	}
	n = fread(text, 1, (size_t)s.st_size, file);
	if (ferror(file))
		rc = pz_fail(PZ_EIO, "%s: %s", path, strerror(errno));
	else
		rc = pz_heads_parse(h, text, n, path);
done:
	if (file)
		fclose(file);
	free(text);
	return rc;
}

/* The last card of a keyword, as in FITS readers where one comes twice; or NULL. */
static const char *find_card(const struct head *head, const char *key)
{
	for (int i = head->count - 1; i >= 0; i--)
		if (begins(head->cards + (size_t)i * CARD, key))
			return head->cards + (size_t)i * CARD;
	return NULL;
}

int pz_head_has_wcs(const struct heads *h, size_t k)
{
	return find_card(&h->head[k], "CTYPE1") != NULL;
}

int pz_head_number(const struct heads *h, size_t k, const char *key, double *number)
{
	const char *card = find_card(&h->head[k], key);
	struct card value = { .type = CARD_NUMBER };
	char *where = NULL;
	int rc;

	*number = NAN;
	if (!card)
		return 0;
	if (asprintf(&where, "%s: header %zu", h->path, k + 1) < 0)
		return pz_fail(PZ_ENOMEM, "%s: no memory", h->path);
	snprintf(value.key, sizeof value.key, "%s", key);
	if ((rc = pz_card_read(&value, card, 1, where)) > 0)
		*number = value.number;
	free(where);
	return rc;
}
