/* exchange.h -- networks to and from other programs
 *
 * ONNX: the whole network as a graph that runs without pzpipe, in onnxruntime or a browser.
 *
 *      input   "image"      float32 (N, bands, size, size), pixels as the network was trained on;
 *                           where it reads pixels
 *      input   "ebv"        float32 (N, 1), E(B-V); where the network's text joins it
 *      input   "features"   float32 (N, A), the features, NaN: missing; where the text joins them
 *      output  "pz"         float32 (N, bins of the extended grid), probabilities
 *      output  "hidden"     float32 (N, F), the last hidden layer
 *
 * safetensors: the parameters alone, float32, by their names (pz_net_tensor), as PyTorch has them:
 *
 *      convolution   NAME.weight (out, in, ky, kx), NAME.bias (out), NAME.slope (out) of PReLU
 *      hidden layer  NAME.weight (out, in), NAME.bias (out), NAME.slope (out)
 *      whiten        whiten.weight (C, C, 1, 1), whiten.bias (C): a convolution before all others
 *      features      features.mean (A), features.scale (A): (x - mean) scale joins the vector,
 *                    and 0 for a missing x
 *      outputs       headK.weight (bins, F), headK.bias (bins);
 *                    gate.weight (channels, F), gate.bias
 *
 * Behind "flatten" the vector has the channels of a pixel side by side, pixels row by row: in
 * PyTorch x.permute(0, 2, 3, 1).flatten(1). NAME of a layer in a block is BLOCK.NAME.
 */
#ifndef PZ_EXCHANGE_H
#define PZ_EXCHANGE_H

#include <stdio.h>

#include <pz/api.h>
#include <pz/nn.h>

/* What a file says beside its tensors: pairs of texts. */
struct pz_note {
	const char *key, *text;
};

/* Writes the network to a stream that stays the caller's. PZ_ENOMEM; PZ_EDATA: more than the
 * 2 GiB that ONNX's files may have; PZ_EIO. */
PZ_API int pz_net_write_onnx(const struct pz_net *net, const struct pz_note *notes, int n,
			     FILE *to);
PZ_API int pz_net_write_safetensors(const struct pz_net *net, const struct pz_note *notes, int n,
				    FILE *to);

/* Reads tensors of the file at path into the network: of float16, bfloat16, float32 or float64,
 * with the names and shapes above. *read is how many there were; *others lists, for the caller to
 * free, names that the network does not have, NULL: none.
 * PZ_EIO; PZ_ECORRUPT: no safetensors, or cut; PZ_EMISMATCH: a tensor of these roles is missing or
 * has another shape; PZ_EDATA: a value that is not finite, another type. Those of other roles are
 * read where they are there and fit. */
PZ_API int pz_net_read_safetensors(struct pz_net *net, const char *path, unsigned roles, int *read,
				   char **others);

#endif
