/* network.c -- a model as a file that other programs read */
#include <string.h>

#include <pz/exchange.h>

#include "../common/model.h"
#include "view.h"

#define NOTES 12
#define NOTE  400 /* bytes of a text */

/* What the network has to be told, and says: of the pixels, and of the grid of its p(z). */
struct notes {
	struct pz_note note[NOTES];
	char text[NOTES][NOTE];
	int n;
};

static void add_text(struct notes *all, const char *key, const char *text)
{
	snprintf(all->text[all->n], NOTE, "%s", text);
	all->note[all->n] = (struct pz_note){ key, all->text[all->n] };
	all->n++;
}

static void add_number(struct notes *all, const char *key, double x)
{
	char text[40];

	pz_value_format(x, false, text, sizeof text);
	add_text(all, key, text);
}

static void add_bands(struct notes *all, const struct pz_header *h)
{
	char list[NOTE] = "";
	size_t used = 0;

	for (int b = 0; b < h->bands && used < sizeof list; b++)
		used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", b ? "," : "",
					 h->band[b]);
	add_text(all, "bands", list);
}

/* The same keys as in headers of streams. */
static void describe(struct notes *all, const struct model *m)
{
	const struct pz_header *h = &m->header;

	add_bands(all, h);
	add_number(all, "pixscale", h->pixscale);
	add_text(all, "unit", h->unit);
	add_text(all, "stretch", *h->stretch ? h->stretch : "none");
	add_number(all, "divide", h->divide);
	add_text(all, "grid.target", h->grid.target);
	add_number(all, "grid.min", h->grid.min);
	add_number(all, "grid.max", h->grid.max);
	add_number(all, "grid.bins", h->grid.bins);
	add_number(all, "grid.left", h->grid.left);
	add_number(all, "grid.right", h->grid.right);
	all->note[all->n++] = (struct pz_note){ "net", pz_net_text(m->net) };
}

static int write_network(const struct model *m, const char *onnx, const char *safetensors)
{
	static struct notes notes;
	struct pz_file file;
	int rc = pz_file_begin(&file, onnx ? onnx : safetensors);

	if (rc < 0)
		return rc;
	describe(&notes, m);
	rc = onnx ? pz_net_write_onnx(m->net, notes.note, notes.n, file.stream)
		  : pz_net_write_safetensors(m->net, notes.note, notes.n, file.stream);
	if (rc == 0)
		return pz_file_commit(&file);
	pz_file_abandon(&file);
	return pz_fail_in(rc, "%s", onnx ? onnx : safetensors);
}

int view_network(struct tool *t, const char *onnx, const char *safetensors)
{
	struct model m = { 0 };
	int rc;

	if (t->operand_count != 1)
		return pz_fail(PZ_EUSAGE, "%s: expected one model, found %d files",
			       onnx ? "--onnx" : "--safetensors", t->operand_count);
	if ((rc = model_read(&m, t->operands[0])) == 0)
		rc = write_network(&m, onnx, safetensors);
	model_release(&m);
	return rc;
}
