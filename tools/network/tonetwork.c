/* tonetwork -- write a model as a network of other programs
 *
 *   in    a model
 *   out   -o NAME.onnx: an ONNX graph, which runs without pzpipe
 *         -o NAME.safetensors: its parameters, for PyTorch and train --weights
 */
#include <stdlib.h>
#include <string.h>

#include <pz/exchange.h>
#include <pz/file.h>
#include <pz/libraries.h>

#include "../common/model.h"
#include "../common/tool.h"

typedef int write_fn(const struct pz_net *net, const struct pz_note *notes, int n, FILE *to);

#define NOTES 13
#define NOTE  1664 /* bytes of a text: numbers or names of 64 bands */

/* What the network has to be told, and says: of the pixels, and of the grid of its p(z). */
struct notes {
	struct pz_note note[NOTES];
	char text[NOTES][NOTE], *features;
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

/* What each band is divided by, "0.05,0.02". */
static void add_soften(struct notes *all, const struct pz_header *h)
{
	char list[NOTE] = "", text[40];
	size_t used = 0;

	for (int b = 0; b < h->bands && used < sizeof list; b++) {
		pz_value_format(h->soften[b], false, text, sizeof text);
		used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", b ? "," : "",
					 text);
	}
	add_text(all, "soften", list);
}

/* The names of the features, "g,r,i". */
static int list_features(struct notes *all, const struct pz_header *h)
{
	struct pz_feature_walk walk = { 0 };
	char name[PZ_FEATURE_NAME];
	size_t size;
	FILE *to = open_memstream(&all->features, &size);

	if (!to)
		return pz_fail(PZ_ENOMEM, "no memory for the names of features");
	for (int i = 0; pz_header_next_feature(h, &walk, name); i++)
		fprintf(to, "%s%s", i ? "," : "", name);
	return pz_file_close_text(to, &all->features);
}

/* The same keys as in headers of streams. */
static void describe_model(struct notes *all, const struct model *m)
{
	const struct pz_header *h = &m->header;

	if (model_uses_pixels(m)) {
		add_bands(all, h);
		add_number(all, "pixscale", h->pixscale);
		if (h->psf > 0)
			add_number(all, "psf", h->psf);
		add_text(all, "unit", h->unit);
		add_text(all, "stretch", *h->stretch ? h->stretch : "none");
		if (h->has_soften)
			add_soften(all, h);
		else
			add_number(all, "divide", h->divide);
	}
	if (all->features)
		all->note[all->n++] = (struct pz_note){ "features", all->features };
	add_text(all, "grid.target", h->grid.target);
	add_number(all, "grid.min", h->grid.min);
	add_number(all, "grid.max", h->grid.max);
	add_number(all, "grid.bins", h->grid.bins);
	add_number(all, "grid.left", h->grid.left);
	add_number(all, "grid.right", h->grid.right);
	all->note[all->n++] = (struct pz_note){ "net", pz_net_text(m->net) };
}

/* What writes a file of that name; NULL: its ending is none of those known. */
static write_fn *writer_of(const char *path)
{
	const char *ending = strrchr(path, '.');

	if (ending && !strcmp(ending, ".onnx"))
		return pz_net_write_onnx;
	return ending && !strcmp(ending, ".safetensors") ? pz_net_write_safetensors : NULL;
}

static int write_network(const struct model *m, const char *path)
{
	static struct notes notes;
	struct pz_file file;
	int rc = pz_file_begin(&file, path);

	if (rc < 0)
		return rc;
	rc = model_uses_features(m) ? list_features(&notes, &m->header) : 0;
	describe_model(&notes, m);
	if (rc == 0)
		rc = writer_of(path)(m->net, notes.note, notes.n, file.stream);
	free(notes.features);
	if (rc == 0)
		return pz_file_commit(&file);
	pz_file_abandon(&file);
	return pz_fail_in(rc, "%s", path);
}

/* Other programs get convolutions in the place of normalised ones. */
static int fold(struct model *m)
{
	struct pz_net *folded;
	int rc = pz_net_fold(m->net, &folded);

	if (rc < 0)
		return rc;
	pz_net_free(m->net);
	m->net = folded;
	return 0;
}

static int check_options(const struct tool *t, const char *path)
{
	if (!path || !writer_of(path))
		return pz_fail(
			PZ_EUSAGE,
			"expected --output with a name that ends in .onnx or .safetensors%s%s%s",
			path ? ", found '" : "", path ? path : "", path ? "'" : "");
	if (t->operand_count != 1)
		return pz_fail(PZ_EUSAGE, "expected one model, found %d files", t->operand_count);
	return 0;
}

int main(int argc, char **argv)
{
	const char *output = NULL;
	const struct pz_option table[] = {
		{ PZ_OPTION_OUTPUT, 'o', "output", "FILE", &output,
		  "write this file: an ONNX graph (.onnx) or parameters (.safetensors)" },
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "tonetwork",
		.does = "write a model as a network of other programs (ONNX, safetensors)",
		.usage = "--output FILE MODEL",
		.options = table,
		.libraries = (library_name *const[]){ pz_nn_library, NULL },
	};
	struct model m = { 0 };
	int rc;

	tool_begin(&t, argc, argv);
	if ((rc = check_options(&t, output)) == 0 && (rc = model_read(&m, t.operands[0])) == 0 &&
	    (rc = fold(&m)) == 0)
		rc = write_network(&m, output);
	model_release(&m);
	return tool_end(&t, rc);
}
