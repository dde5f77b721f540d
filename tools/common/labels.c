/* labels.c -- writes labels into records and reads them */
#include <math.h>
#include <string.h>

#include <pz/error.h>

#include "labels.h"

#define FIELDS 3 /* channel, centre, width */

static const char *const kind_names[] = { "single", "channels" };

const char *labels_kind_name(enum labels_kind kind)
{
	return kind_names[kind];
}

void labels_set_kind(struct pz_header *h, enum labels_kind kind)
{
	pz_map_set_text(h->map, "labels", kind_names[kind]);
}

int labels_kind(const struct pz_header *h, enum labels_kind *kind)
{
	char name[16];
	int rc = pz_map_text(h->map, "labels", name, sizeof name);

	if (rc == 0)
		return pz_fail(PZ_EMISMATCH,
			       "header: expected labels, found none: softlabel makes them");
	if (!h->has_grid || !h->has_rows)
		return pz_fail(PZ_EMISMATCH, "header: expected a %s for the labels, found none",
			       h->has_grid ? "set of magnitude rows" : "grid");
	for (int i = 0; rc > 0 && i <= LABELS_CHANNELS; i++) {
		if (!strcmp(name, kind_names[i])) {
			*kind = (enum labels_kind)i;
			return 0;
		}
	}
	return pz_fail(PZ_ECORRUPT,
		       "header: labels: expected single or channels, found another value");
}

void labels_put(pz_map *record, const struct pz_label *label, int n)
{
	double value[LABELS_MAX * FIELDS];

	for (int i = 0; i < n; i++) {
		value[FIELDS * i] = label[i].channel;
		value[FIELDS * i + 1] = label[i].centre;
		value[FIELDS * i + 2] = label[i].width;
	}
	pz_map_set_numbers(record, "label", value, FIELDS * n, FIELDS);
}

static int check_label(const struct pz_header *h, int channels, const double *value)
{
	double n = h->grid.bins;

	if (!(value[0] >= 0 && value[0] < channels) || value[0] != floor(value[0]))
		return pz_fail(PZ_EDATA, "label: channel: expected 0 to %d, found %g", channels - 1,
			       value[0]);
	if (!(value[1] >= -n && value[1] <= 2 * n))
		return pz_fail(PZ_EDATA, "label: centre: expected %g to %g bins, found %g", -n,
			       2 * n, value[1]);
	if (!(value[2] >= 0 && isfinite(value[2])))
		return pz_fail(PZ_EDATA, "label: width: expected at least 0 bins, found %g",
			       value[2]);
	return 0;
}

int labels_get(const pz_map *record, const struct pz_header *h, enum labels_kind kind,
	       struct pz_label label[LABELS_MAX])
{
	int channels = kind == LABELS_SINGLE ? 1 : h->rows.channels;
	int most = kind == LABELS_SINGLE ? 1 : LABELS_MAX;
	double value[LABELS_MAX * FIELDS];
	int count = pz_map_numbers(record, "label", value, LABELS_MAX * FIELDS);

	if (count == 0)
		return pz_fail(PZ_EDATA, "label: expected a label, found none");
	if (count < 0 || count % FIELDS != 0 || count > most * FIELDS)
		return pz_fail(PZ_EDATA, "label: expected 1 to %d of [channel, centre, width]",
			       most);
	for (int i = 0; i < count / FIELDS; i++) {
		const double *v = value + FIELDS * i;

		if (check_label(h, channels, v) < 0)
			return PZ_EDATA;
		label[i] = (struct pz_label){ (int)v[0], v[1], v[2] };
	}
	if (count == 2 * FIELDS && label[0].channel == label[1].channel)
		return pz_fail(PZ_EDATA,
			       "label: expected different channels, found channel %d twice",
			       label[0].channel);
	return count / FIELDS;
}
