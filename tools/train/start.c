/* start.c -- reads a network's text or a model, and checks that it fits the labels */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/exchange.h>

#include "../common/used.h"
#include "start.h"

/* The text of --net: a built-in name or a file. */
static int read_net(const char *name, char *text, size_t size)
{
	FILE *f;
	size_t n;
	int failed;

	if (pz_net_builtin(name)) {
		snprintf(text, size, "%s", name);
		return 0;
	}
	if (!(f = fopen(name, "re")))
		return errno == ENOENT
			       ? pz_fail(PZ_EUSAGE,
					 "--net: expected P, T, S1, S2, S3, M or a file with a "
					 "network's text; there is no file '%s'",
					 name)
			       : pz_fail(PZ_EIO, "%s: %s", name, strerror(errno));
	n = fread(text, 1, size, f);
	failed = ferror(f) ? errno : 0;
	fclose(f);
	if (failed)
		return pz_fail(PZ_EIO, "%s: %s", name, strerror(failed));
	if (n == size || memchr(text, 0, n))
		return pz_fail(PZ_EDATA,
			       "%s: expected the text of a network, found %s (pzpipe(7) describes "
			       "such texts)",
			       name, n == size ? "a longer file" : "a binary file");
	text[n] = 0;
	return 0;
}

/* Parameters that were trained elsewhere: those of the trunk and the hidden layers, and the scale
 * of features, must be there, the outputs may. */
static int read_weights(struct model *m, const struct tool *t, const char *path)
{
	char *others;
	int read, rc;

	rc = pz_net_read_safetensors(m->net, path, PZ_ROLE_TRUNK | PZ_ROLE_HIDDEN | PZ_ROLE_SCALE,
				     &read, &others);
	if (rc < 0)
		return rc;
	if ((size_t)read == pz_net_tensors(m->net))
		tool_say(t, "%s: all %d tensors of the network are read", path, read);
	else
		tool_say(t, "%s: %d of the network's %zu tensors are read, the others are new",
			 path, read, pz_net_tensors(m->net));
	if (others)
		tool_say(t, "%s: tensors that the network does not have are ignored: %s", path,
			 others);
	free(others);
	return 0;
}

/* Puts "whiten" before a network that reads pixels and does not have it. */
static int whiten_first(struct model *m, const struct pz_header *h)
{
	char text[PZ_NET_TEXT_MAX + 8];
	int rc;

	if (!model_uses_pixels(m) || pz_net_find(m->net, "whiten.weight"))
		return 0;
	snprintf(text, sizeof text, "whiten\n%s", pz_net_text(m->net));
	model_release(m);
	if ((rc = model_new(m, text, h)) < 0)
		pz_fail_in(rc, "with whiten before it");
	return rc;
}

static int start_from_text(struct model *m, const struct tool *t, const struct start_options *o)
{
	const struct pz_header *h = pz_reader_header(t->in);
	char text[PZ_NET_TEXT_MAX];
	int rc = read_net(o->net, text, sizeof text);

	if (rc < 0)
		return rc;
	if ((rc = model_new(m, text, h)) < 0 ||
	    (o->whiten && !o->weights && (rc = whiten_first(m, h)) < 0))
		return pz_fail_in(rc, "%s", rc == PZ_EARG ? o->net : pz_reader_name(t->in));
	pz_net_init(m->net, t->seed);
	return o->weights ? read_weights(m, t, o->weights) : 0;
}

/* Networks are made for pixels of the order of 1, and predict later refuses stamps that were
 * not stretched as those of the training were. */
static int check_normalised(const struct pz_reader *in)
{
	if (pz_reader_header(in)->stretch[0])
		return 0;
	return pz_fail(PZ_EMISMATCH,
		       "%s: the stamps were not normalised: run normalize before softlabel, or "
		       "give --raw to learn from pixels as they are",
		       pz_reader_name(in));
}

/* A gate that is kept must choose among the same magnitude rows. */
static int check_rows(const struct model *from, const struct pz_header *h)
{
	const struct pz_rows *a = &from->header.rows, *b = &h->rows;

	if (a->channels != b->channels || a->min != b->min || a->width != b->width)
		return pz_fail(PZ_EMISMATCH,
			       "rows: the model has %d channels from %g in steps of %g mag, the "
			       "stamps have %d from %g in steps of %g",
			       a->channels, a->min, a->width, b->channels, b->min, b->width);
	return 0;
}

static int check_grid(const struct model *from, const struct pz_header *h)
{
	const struct pz_grid *a = &from->header.grid, *b = &h->grid;

	if (!pz_grid_equal(a, b))
		return pz_fail(PZ_EMISMATCH,
			       "grid: the model has %g to %g in %d+%d+%d bins, the labels have %g "
			       "to %g in %d+%d+%d: --heads new makes heads for the labels' grid",
			       a->min, a->max, a->left, a->bins, a->right, b->min, b->max, b->left,
			       b->bins, b->right);
	return 0;
}

/* Whether the model's network, as a part of m, fits the labels of m. */
static int check_labels(const struct model *from, const struct model *m,
			const struct start_options *o)
{
	const struct pz_header *h = &m->header;
	int rc = 0;

	if (from->labels != m->labels)
		return pz_fail(PZ_EMISMATCH, "labels: the model has learned %s, the stamps have %s",
			       labels_kind_name(from->labels), labels_kind_name(m->labels));
	if (from->labels == LABELS_CHANNELS)
		rc = check_rows(from, h);
	return rc == 0 && !o->new_heads ? check_grid(from, h) : rc;
}

/* The network of --from for the labels' grid, with its own heads or with new ones. */
static int start_from_model(struct model *m, struct tool *t, const struct start_options *o)
{
	const struct pz_header *h = pz_reader_header(t->in);
	unsigned kept = PZ_ROLES_ALL & ~(o->new_heads ? PZ_ROLE_HEAD : 0u);
	struct model from;
	int rc;

	if ((rc = model_read(&from, o->from)) == 0 &&
	    (rc = used_stream(t, o->from, from.hash)) == 0 && (rc = model_fits(&from, h)) == 0 &&
	    (rc = model_new(m, pz_net_text(from.net), h)) == 0 &&
	    (rc = check_labels(&from, m, o)) == 0) {
		pz_net_init(m->net, t->seed);
		rc = pz_net_copy(m->net, from.net, kept);
	}
	model_release(&from);
	return rc;
}

int start_network(struct model *m, struct tool *t, const struct start_options *o)
{
	int rc = o->from ? start_from_model(m, t, o) : start_from_text(m, t, o);

	return rc == 0 && !o->raw && model_uses_pixels(m) ? check_normalised(t->in) : rc;
}
