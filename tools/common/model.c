/* model.c -- writes a network as a stream, and reads it */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "model.h"
#include "stamp.h"
#include "tensors.h"

/* The shape of a network for a stream with this header. */
static struct pz_net_shape shape_of(const struct pz_header *h, enum labels_kind labels)
{
	return (struct pz_net_shape){
		.bands = h->bands,
		.size = h->size,
		.bins = pz_grid_total(&h->grid),
		.channels = labels == LABELS_SINGLE ? 0 : h->rows.channels,
		.features = h->features,
	};
}

int model_new(struct model *m, const char *text, const struct pz_header *h)
{
	struct pz_net_shape shape;
	int rc;

	*m = (struct model){ 0 };
	if ((rc = labels_kind(h, &m->labels)) < 0 || (rc = pz_header_copy(&m->header, h)) < 0)
		return rc;
	strcpy(m->header.kind, "model");
	shape = shape_of(h, m->labels);
	if ((rc = pz_net_new(&m->net, text, &shape)) < 0)
		return rc;
	pz_map_set_text(m->header.map, "net", pz_net_text(m->net));
	if (!model_uses_pixels(m))
		stamp_drop_header(&m->header);
	if (!model_uses_features(m))
		pz_header_set_features(&m->header, NULL, 0);
	return pz_map_error(m->header.map);
}

void model_release(struct model *m)
{
	pz_net_free(m->net);
	pz_header_release(&m->header);
	*m = (struct model){ 0 };
}

bool model_uses_pixels(const struct model *m)
{
	return pz_net_shape(m->net)->bands > 0;
}

bool model_uses_features(const struct model *m)
{
	return pz_net_shape(m->net)->features > 0;
}

/* Names the first feature in which two headers differ. */
static int features_fit(const struct pz_header *h, const struct pz_header *s)
{
	char expected[PZ_FEATURE_NAME], found[PZ_FEATURE_NAME];
	struct pz_feature_walk a = { 0 }, b = { 0 };
	bool more;
	int i = 0;

	if (s->features == 0)
		return pz_fail(PZ_EMISMATCH,
			       "features: the model reads %d, the data have none: fromtable "
			       "--features makes them from columns of a table",
			       h->features);
	do {
		more = pz_header_next_feature(h, &a, expected);
		more |= pz_header_next_feature(s, &b, found);
		i++;
	} while (more && !strcmp(expected, found));
	if (!more)
		return 0;
	return pz_fail(PZ_EMISMATCH,
		       "features: the model reads %d of them, of which number %d is '%s'; the data "
		       "have %d, and '%s' there",
		       h->features, i, expected, s->features, found);
}

static bool close_to(double a, double b)
{
	return fabs(a - b) <= 0.01 * fabs(b);
}

/* Whether the pixels of both were divided by the same. */
static int divisors_fit(const struct pz_header *h, const struct pz_header *s)
{
	for (int b = 0; b < h->bands; b++) {
		double want = pz_header_divisor(h, b), have = pz_header_divisor(s, b);

		if (want == have)
			continue;
		if (!h->has_soften && !s->has_soften)
			return pz_fail(
				PZ_EMISMATCH,
				"divide: the model expects %g, the stamps have %g (normalize "
				"--like MODEL does to stamps what was done to the model's)",
				want, have);
		return pz_fail(PZ_EMISMATCH,
			       "soften: the model expects %g in band '%s', the stamps have %g "
			       "(normalize --like MODEL does to stamps what was done to the "
			       "model's)",
			       want, h->band[b], have);
	}
	return 0;
}

/* What a header says of PSFs, in words. */
static const char *psf_text(const struct pz_header *h, char text[40])
{
	if (h->psf > 0)
		snprintf(text, 40, "one of %g arcsec", h->psf);
	else
		snprintf(text, 40, "those of their frames");
	return text;
}

/* Whether the bands of both have the same PSF, or else those of their frames. */
static int psfs_fit(const struct pz_header *h, const struct pz_header *s)
{
	char want[40], have[40];

	if (close_to(s->psf, h->psf))
		return 0;
	return pz_fail(PZ_EMISMATCH,
		       "psf: the model expects bands with %s, the stamps have %s (cutout "
		       "--match-psf)",
		       psf_text(h, want), psf_text(s, have));
}

static int pixels_fit(const struct pz_header *h, const struct pz_header *s)
{
	const char *want = h->stretch[0] ? h->stretch : "none";
	const char *have = s->stretch[0] ? s->stretch : "none";

	if (s->bands == 0 || s->size == 0)
		return pz_fail(PZ_EMISMATCH,
			       "header: expected the bands and the size of stamps, found none");
	for (int i = 0; i < h->bands || i < s->bands; i++) {
		const char *expected = i < h->bands ? h->band[i] : "no more";
		const char *found = i < s->bands ? s->band[i] : "no more";

		if (strcmp(expected, found) != 0)
			return pz_fail(
				PZ_EMISMATCH,
				"bands: the model expects '%s' as band %d, the stamps have '%s'",
				expected, i + 1, found);
	}
	if (h->size != s->size)
		return pz_fail(PZ_EMISMATCH,
			       "size: the model expects %d pixels, the stamps have %d", h->size,
			       s->size);
	if (strcmp(want, have) != 0)
		return pz_fail(PZ_EMISMATCH,
			       "stretch: the model expects '%s', the stamps have '%s' (see "
			       "normalize)",
			       want, have);
	if (divisors_fit(h, s) < 0)
		return PZ_EMISMATCH;
	if (h->pixscale > 0 && s->pixscale > 0 && !close_to(s->pixscale, h->pixscale))
		return pz_fail(PZ_EMISMATCH,
			       "pixscale: the model expects %g arcsec, the stamps have %g",
			       h->pixscale, s->pixscale);
	return psfs_fit(h, s);
}

int model_fits(const struct model *m, const struct pz_header *s)
{
	int rc = model_uses_pixels(m) ? pixels_fit(&m->header, s) : 0;

	return rc == 0 && model_uses_features(m) ? features_fit(&m->header, s) : rc;
}

int model_write(const struct model *m, struct pz_writer *to)
{
	return tensors_write(to, m->net, pz_net_values(m->net), 0, PZ_ROLES_ALL);
}

/* The network of a model's header, without values yet. */
static int read_header(struct model *m, const struct pz_header *h)
{
	char *text = malloc(PZ_NET_TEXT_MAX);
	int rc;

	if (!text)
		return pz_fail(PZ_ENOMEM, "no memory for a model");
	if ((rc = pz_header_need_kind(h, "model")) == 0) {
		rc = pz_map_text(h->map, "net", text, PZ_NET_TEXT_MAX);
		rc = rc == 0 ? pz_fail(PZ_ECORRUPT,
				       "header: net: expected the text of a network, found none")
			     : rc;
	}
	if (rc > 0)
		rc = model_new(m, text, h);
	free(text);
	/* A text or shape that is not possible is here an error of the file, not of the caller. */
	return rc == PZ_EARG ? PZ_ECORRUPT : rc;
}

/* Values are copied while they are read and hashed, so that they are those of which the trailer has
 * the hash, even if the file changes later. */
int model_read(struct model *m, const char *path)
{
	struct pz_reader *from;
	int rc;

	*m = (struct model){ 0 };
	if ((rc = pz_reader_open(&from, &path, 1, 0)) < 0)
		return rc;
	if ((rc = read_header(m, pz_reader_header(from))) < 0)
		pz_fail_in(rc, "%s", path);
	else
		rc = tensors_read(from, &(struct tensors){ .net = m->net,
							   .block = { pz_net_values(m->net) },
							   .roles = { PZ_ROLES_ALL } });
	m->hash = pz_reader_hash(from);
	pz_reader_close(from);
	return rc;
}
