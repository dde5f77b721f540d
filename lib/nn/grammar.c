/* grammar.c -- the network's text: parsing, the order of its items, writing */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/file.h>
#include <pz/nn.h>

#include "grammar.h"

#define WORDS    8
#define WORD_MAX 32

static const char *const act_names[] = { "none", "relu", "tanh", "prelu" };

/* A line cut into words. */
struct line {
	int number, count;
	char word[WORDS][WORD_MAX];
};

/* Cuts the line at *p, without its comment, and moves *p behind it. */
static int line_read(struct line *l, const char **p)
{
	const char *s = *p, *end = s + strcspn(s, "\n");
	const char *stop = s + strcspn(s, "#\n");

	l->number++;
	l->count = 0;
	*p = *end ? end + 1 : end;
	for (;;) {
		size_t n = 0;

		while (s < stop && isspace((unsigned char)*s))
			s++;
		if (s == stop)
			return 0;
		if (l->count == WORDS)
			return pz_fail(PZ_EARG, "network line %d: too many words", l->number);
		while (s < stop && !isspace((unsigned char)*s)) {
			if (n == WORD_MAX - 1)
				return pz_fail(PZ_EARG, "network line %d: word too long",
					       l->number);
			l->word[l->count][n++] = *s++;
		}
		l->word[l->count++][n] = 0;
	}
}

static int bad(const struct nn_item *item, const char *what, const char *found)
{
	return pz_fail(PZ_EARG, "network line %d: expected %s, found '%s'", item->line, what,
		       found);
}

/* A whole number from 1 to max, with nothing behind it but `tail`. */
static int number_read(const char *word, int max, const char *tail, int *value)
{
	char *end;
	long v;

	if (!isdigit((unsigned char)*word))
		return -1;
	v = strtol(word, &end, 10);
	if (v < 1 || v > max || strcmp(end, tail))
		return -1;
	*value = (int)v;
	return 0;
}

static int kernel_read(struct nn_item *item, const char *word)
{
	char tail[WORD_MAX];
	const char *x = strchr(word, 'x');

	if (x) {
		snprintf(tail, sizeof tail, "x%.*s", (int)(x - word), word);
		if (!number_read(word, NN_KERNEL, tail, &item->kernel) && item->kernel % 2)
			return 0;
	}
	return bad(item, "a kernel such as 3x3, odd and at most 15", word);
}

static int act_read(struct nn_item *item, const char *word)
{
	for (size_t i = 0; i < sizeof act_names / sizeof *act_names; i++) {
		if (!strcmp(word, act_names[i])) {
			item->act = (enum nn_act)i;
			return 0;
		}
	}
	return bad(item, "prelu, relu, tanh or none", word);
}

static int name_read(struct nn_item *item, const char *word)
{
	size_t n = strlen(word);

	if (n >= NN_NAME || !isalpha((unsigned char)*word) ||
	    strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != n)
		return bad(item, "a name of at most 15 letters, digits and _", word);
	memcpy(item->name, word, n + 1);
	return 0;
}

/* The words behind conv or dense: [NAME] [KxK] WIDTH [norm] ACT [valid]. */
static int layer_read(struct nn_item *item, const struct line *l, const char *form)
{
	bool conv = item->kind == NN_CONV;
	int i = 1, rc;

	if (l->count > i && isalpha((unsigned char)*l->word[i]) &&
	    (rc = name_read(item, l->word[i++])) < 0)
		return rc;
	if (l->count - i < 2 + conv)
		return bad(item, form, l->word[0]);
	if (conv && (rc = kernel_read(item, l->word[i++])) < 0)
		return rc;
	if (number_read(l->word[i], conv ? NN_CHANNELS : NN_UNITS, "", &item->width) < 0)
		return bad(item, conv ? "channels, 1 to 4096" : "units, 1 to 65536", l->word[i]);
	item->norm = conv && l->count > i + 2 && !strcmp(l->word[i + 1], "norm");
	i += 1 + item->norm;
	if ((rc = act_read(item, l->word[i])) < 0)
		return rc;
	i++;
	if (conv && l->count == i + 1 && !strcmp(l->word[i], "valid")) {
		item->valid = true;
		i++;
	}
	return l->count == i ? 0 : bad(item, "the end of the line", l->word[i]);
}

static int word_only(struct nn_item *item, enum nn_kind kind, const struct line *l)
{
	item->kind = kind;
	return l->count == 1 ? 0 : bad(item, "the end of the line", l->word[1]);
}

static int item_read(struct nn_item *item, const struct line *l)
{
	const char *w = l->word[0];

	*item = (struct nn_item){ .line = l->number };
	if (!strcmp(w, "conv")) {
		item->kind = NN_CONV;
		return layer_read(item, l, "conv [NAME] KxK CHANNELS [norm] ACT [valid]");
	}
	if (!strcmp(w, "dense")) {
		item->kind = NN_DENSE;
		return layer_read(item, l, "dense [NAME] UNITS ACT");
	}
	if (!strcmp(w, "block") || !strcmp(w, "add")) {
		item->kind = *w == 'b' ? NN_BLOCK : NN_ADD;
		return l->count == 2 ? name_read(item, l->word[1])
				     : bad(item, "a name behind this word", w);
	}
	if (!strcmp(w, "pool") && l->count == 2 && !strcmp(l->word[1], "same")) {
		item->kind = NN_POOL_SAME;
		return 0;
	}
	if (!strcmp(w, "whiten"))
		return word_only(item, NN_WHITEN, l);
	if (!strcmp(w, "pool"))
		return word_only(item, NN_POOL, l);
	if (!strcmp(w, "path"))
		return word_only(item, NN_PATH, l);
	if (!strcmp(w, "end"))
		return word_only(item, NN_END, l);
	if (!strcmp(w, "mean"))
		return word_only(item, NN_MEAN, l);
	if (!strcmp(w, "flatten"))
		return word_only(item, NN_FLATTEN, l);
	if (!strcmp(w, "ebv"))
		return word_only(item, NN_EBV, l);
	if (!strcmp(w, "features"))
		return word_only(item, NN_FEATURES, l);
	return bad(item,
		   "whiten, conv, pool, block, add, path, end, mean, flatten, ebv, features or "
		   "dense",
		   w);
}

/* Where in a network an item stands; each item allows some places only. In a block that adds, a
 * path may be empty: the place is PATH at once. */
enum place { START, WHITE, TRUNK, BLOCK, PATH_START, PATH, VECTOR, EBV, FEATURES, HIDDEN };

static int misplaced(const struct nn_item *item, const char *why)
{
	return pz_fail(PZ_EARG, "network line %d: %s", item->line, why);
}

/* `adds`: whether the block that is open, if any, adds its paths. */
static int place_next(enum place *p, bool adds, const struct nn_item *item)
{
	bool trunk = *p <= TRUNK;

	switch (item->kind) {
	case NN_WHITEN:
		*p = WHITE;
		return 0;
	case NN_CONV:
	case NN_POOL:
	case NN_POOL_SAME:
		if (*p == BLOCK)
			return misplaced(item, "expected 'path' first in a block");
		if (*p > PATH)
			return misplaced(item,
					 "convolutions and pools come before mean or flatten");
		*p = trunk ? TRUNK : PATH;
		return 0;
	case NN_BLOCK:
	case NN_ADD:
		if (!trunk)
			return misplaced(item, "a block stands in the trunk, not inside a block");
		*p = BLOCK;
		return 0;
	case NN_PATH:
		if (*p != BLOCK && *p != PATH)
			return misplaced(item,
					 "a path stands in a block, behind one that is not empty");
		*p = adds ? PATH : PATH_START;
		return 0;
	case NN_END:
		if (*p != PATH)
			return misplaced(item, "end closes a block whose last path is not empty");
		*p = TRUNK;
		return 0;
	case NN_MEAN:
	case NN_FLATTEN:
		if (!trunk)
			return misplaced(item, "mean or flatten comes once, behind the trunk");
		*p = VECTOR;
		return 0;
	case NN_EBV:
		if (*p != VECTOR && *p != START)
			return misplaced(item, "ebv comes once, behind mean or flatten, or first");
		*p = EBV;
		return 0;
	case NN_FEATURES:
		if (*p != VECTOR && *p != EBV && *p != START)
			return misplaced(
				item, "features come once, behind mean, flatten or ebv, or first");
		*p = FEATURES;
		return 0;
	case NN_DENSE:
		if (*p < VECTOR)
			return misplaced(item, "dense comes behind mean, flatten or features");
		*p = HIDDEN;
		return 0;
	}
	return 0;
}

/* Layers without a name are numbered: conv0, conv1 ... in the trunk and in each
 * block, fc0, fc1 ... behind it. */
struct names {
	int trunk, block, dense;
	size_t block_start; /* item number; 0: not in a block */
	bool adds;          /* the block does                 */
};

static bool opens_block(const struct nn_item *item)
{
	return item->kind == NN_BLOCK || item->kind == NN_ADD;
}

static void name_default(struct names *n, struct nn_item *item)
{
	if (item->kind == NN_CONV && !*item->name)
		snprintf(item->name, sizeof item->name, "conv%d",
			 n->block_start ? n->block : n->trunk);
	if (item->kind == NN_DENSE && !*item->name)
		snprintf(item->name, sizeof item->name, "fc%d", n->dense);
	n->trunk += item->kind == NN_CONV && !n->block_start;
	n->block += item->kind == NN_CONV && n->block_start;
	n->dense += item->kind == NN_DENSE;
}

/* Names are unique in their block, or in the network outside of blocks; "head*"
 * and "gate" are the outputs', "whiten" is the first line's. */
static int name_check(const struct nn_text *t, const struct names *n, const struct nn_item *item)
{
	bool inside = false;

	if (!n->block_start && (!strncmp(item->name, "head", 4) || !strcmp(item->name, "gate") ||
				!strcmp(item->name, "whiten")))
		return bad(item, "a name other than head..., gate and whiten", item->name);
	for (size_t i = n->block_start; i < t->count; i++) {
		const struct nn_item *other = &t->item[i];

		inside = !n->block_start && (inside || opens_block(other)) && other->kind != NN_END;
		if ((!inside || opens_block(other)) && *other->name &&
		    !strcmp(other->name, item->name))
			return bad(item, "a name not used before", item->name);
	}
	return 0;
}

static int item_add(struct nn_text *t, struct names *n, enum place *place, struct nn_item *item)
{
	int rc = place_next(place, n->adds, item);

	if (rc < 0)
		return rc;
	if (item->kind == NN_WHITEN && t->count > 0)
		return misplaced(item, "whiten stands first");
	if (t->count == NN_ITEMS)
		return misplaced(item, "more than 512 items");
	name_default(n, item);
	if (*item->name && (rc = name_check(t, n, item)) < 0)
		return rc;
	t->item[t->count++] = *item;
	if (opens_block(item)) {
		n->block_start = t->count;
		n->adds = item->kind == NN_ADD;
	}
	if (item->kind == NN_END)
		n->block_start = 0, n->block = 0, n->adds = false;
	return 0;
}

int pz_nn_text_parse(struct nn_text *t, const char *text)
{
	struct line line = { 0 };
	struct names names = { 0 };
	enum place place = START;
	int rc;

	t->count = 0;
	if (strnlen(text, PZ_NET_TEXT_MAX + 1) > PZ_NET_TEXT_MAX)
		return pz_fail(PZ_EARG, "network: text longer than %d bytes", PZ_NET_TEXT_MAX);
	while (*text) {
		struct nn_item item;

		if ((rc = line_read(&line, &text)) < 0)
			return rc;
		if (line.count == 0)
			continue;
		if ((rc = item_read(&item, &line)) < 0 ||
		    (rc = item_add(t, &names, &place, &item)) < 0)
			return rc;
	}
	if (place < VECTOR)
		return pz_fail(PZ_EARG, "network line %d: text ends before mean or flatten",
			       line.number);
	if (!pz_nn_text_has_pixels(t) && t->item[0].kind == NN_EBV &&
	    (t->count == 1 || t->item[1].kind != NN_FEATURES))
		return misplaced(&t->item[0], "a network without mean or flatten needs features");
	return 0;
}

bool pz_nn_text_has_pixels(const struct nn_text *t)
{
	return t->item[0].kind != NN_EBV && t->item[0].kind != NN_FEATURES;
}

static void item_write(FILE *f, const struct nn_item *item, const char *indent)
{
	static const char *const words[] = {
		[NN_WHITEN] = "whiten",   [NN_POOL] = "pool", [NN_POOL_SAME] = "pool same",
		[NN_PATH] = "path",       [NN_END] = "end",   [NN_MEAN] = "mean",
		[NN_FLATTEN] = "flatten", [NN_EBV] = "ebv",   [NN_FEATURES] = "features"
	};

	fputs(indent, f);
	if (item->kind == NN_CONV)
		fprintf(f, "conv %s %dx%d %d%s %s%s\n", item->name, item->kernel, item->kernel,
			item->width, item->norm ? " norm" : "", act_names[item->act],
			item->valid ? " valid" : "");
	else if (item->kind == NN_DENSE)
		fprintf(f, "dense %s %d %s\n", item->name, item->width, act_names[item->act]);
	else if (opens_block(item))
		fprintf(f, "%s %s\n", item->kind == NN_BLOCK ? "block" : "add", item->name);
	else
		fprintf(f, "%s\n", words[item->kind]);
}

char *pz_nn_text_write(const struct nn_text *t)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	bool block = false;

	for (size_t i = 0; f && i < t->count; i++) {
		const struct nn_item *item = &t->item[i];

		block = block && item->kind != NN_END;
		item_write(f, item, !block ? "" : item->kind == NN_PATH ? "  " : "    ");
		block = block || opens_block(item);
	}
	pz_file_close_text(f, &text);
	return text;
}
