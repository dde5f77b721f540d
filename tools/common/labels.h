/* labels.h -- the labels of stamps in a stream: softlabel writes them, train reads them
 *
 * The header has under "labels" what the network learns:
 *
 *      "single"     one softmax over the bins (the baseline)
 *      "channels"   a softmax per magnitude channel and a gate that chooses among
 *                   them; rows.channels says how many
 *
 * A record has its labels under "label" as [[channel, centre, width], ...]. Centre (a real
 * number; the middle of bin b is b) and width are in bins of the grid without its extension: in
 * the network's grid a centre is at grid.left + centre. Width 0 is a one-hot label at
 * floor(grid.left + centre + 0.5), clamped into the grid; any other width is the standard
 * deviation of a Gaussian. "single" has one label, of channel 0; "channels" has one, or two for a
 * galaxy of an odd magnitude row; channels that are not listed are uniform. The gate's target is
 * 1 for one listed channel, 1/2 each for two.
 *
 * grid.left and grid.right are those of the network to be trained: 0 except in step 3.
 */
#ifndef LABELS_H
#define LABELS_H

#include <pz/label.h>
#include <pz/stream.h>

#define LABELS_MAX 2 /* of a galaxy */

enum labels_kind { LABELS_SINGLE, LABELS_CHANNELS };

/* "single" or "channels". */
const char *labels_kind_name(enum labels_kind kind);
/* Writes the kind into a header. */
void labels_set_kind(struct pz_header *h, enum labels_kind kind);
/* The kind of a header that has grid and rows; PZ_EMISMATCH where it is not labelled. */
int labels_kind(const struct pz_header *h, enum labels_kind *kind);

void labels_put(pz_map *record, const struct pz_label *label, int n);
/* Reads the labels of a record: 1 or 2. PZ_EDATA says what is missing or out of range (a centre may
 * be n bins outside of a grid of n bins, as far as a shifted mean can be). */
int labels_get(const pz_map *record, const struct pz_header *h, enum labels_kind kind,
	       struct pz_label label[LABELS_MAX]);

#endif
