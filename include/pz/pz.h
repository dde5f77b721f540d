/* pz.h -- the library on one page: what there is, by subject, and all of it for one #include
 *
 * Everything        error        how a function says that it failed: read this one first
 * needs these       api          which functions are public
 *                   file         files that appear under their name only when they are whole
 *                   options      command lines, from one table of options
 *                   progress     progress lines, times for people
 *                   random       reproducible random numbers, a hash
 *                   team         loops whose items are shared among threads
 *                   threads      how many threads this process uses
 *                   ahead        a thread that reads ahead
 *                   cpu          which instructions the kernels use
 *                   libraries    versions of the libraries that this build uses
 *
 * Texts             text, utf8   UTF-8: what is valid, what may be printed, Latin-1
 *                   alike        the name that a mistyped one was meant for
 *                   missing      numbers that stand for "no value", such as -99
 *
 * Streams           stream       reading and writing streams: header, records, trailer
 *                   map          one record: keys and MessagePack values
 *                   pixel        pixels as they are stored: float32, float16
 *                   expression   conditions on records, as text: "mag < 20 and z > 0.1"
 *
 * Tables, the sky   catalogue    galaxies from a FITS table or a text table
 *                   delimited    any table that is text
 *                   fits         FITS images, tables, keywords
 *                   array        arrays in HDF5 and NumPy's files
 *
 * Stamps            frames       which file holds which field in which band
 *                   cutout       stamps of galaxies, cut out of frames
 *                   psf          images of a wider PSF, by convolution
 *                   dust         E(B-V) of places on the sky, from the maps of SFD
 *                   aperture     flux within a circle
 *                   normalize    pixels on a scale that networks can learn from
 *                   mock         a simulated sky
 *
 * What is learned   bins         redshift bins, magnitude rows, channels, surveys
 *                   galaxies     a set of galaxies as columns of numbers
 *                   partition    training, validation and test samples, by id
 *                   balance      the balanced subset (step 2)
 *                   label        hard labels (step 1), soft and shifted labels (step 3)
 *
 * Networks          nn           networks: text, parameters, predictions, gradients
 *                   train        a training run
 *                   ranks        several processes that train one network
 *                   exchange     networks as ONNX and safetensors
 *                   domain       whether a galaxy is like those that a network has learned from
 *
 * Estimates         pdf          point estimates of p(z)
 *                   density      p(z) of any form on a grid of bins
 *                   scores       how good p(z) are: PIT, CRPS, log loss and others
 *                   metrics      how good point estimates are, in single numbers
 *                   curve, fit   residuals against redshift, a line through them
 *                   distance     the distributions of estimates and truth
 *                   variance     the variance of an estimate
 *                   measure      all numbers of point estimates at once
 *                   tomography   mean redshifts in bins of estimates
 *                   trend        numbers against any property of the galaxies
 *                   quantiles    bins that hold equal numbers of galaxies
 *                   bootstrap    errors by resampling
 *                   calibrate    calibration against photometric redshift (step 4)
 *                   recalibrate  p(z) that are calibrated at each magnitude and redshift
 *                   prior        p(z) for another n(z)
 *                   conformal    intervals that hold a stated share of galaxies
 *                   nz           n(z) of a sample, from its p(z)
 *                   knn          nearest neighbours, as a benchmark
 *
 * Pictures          figure       the figures of the article, drawn by gnuplot
 *                   sweep        the figure of an experiment
 *                   sheet        contact sheets of stamps
 *                   colour       three bands as one colour picture
 *
 * Every function says in its header which of its arguments it keeps, who frees its result and
 * which errors it returns. The steps are those of Lin et al. 2022 (A&A 662, A36). Three short
 * programs that use the library stand in tests/samples; they are compiled with
 *
 *      cc sample.c $(pkg-config --cflags --libs pzpipe)
 */
#ifndef PZ_PZ_H
#define PZ_PZ_H

#include <pz/ahead.h>
#include <pz/alike.h>
#include <pz/aperture.h>
#include <pz/api.h>
#include <pz/array.h>
#include <pz/balance.h>
#include <pz/bins.h>
#include <pz/bootstrap.h>
#include <pz/calibrate.h>
#include <pz/catalogue.h>
#include <pz/colour.h>
#include <pz/conformal.h>
#include <pz/cpu.h>
#include <pz/curve.h>
#include <pz/cutout.h>
#include <pz/delimited.h>
#include <pz/density.h>
#include <pz/distance.h>
#include <pz/domain.h>
#include <pz/dust.h>
#include <pz/error.h>
#include <pz/exchange.h>
#include <pz/expression.h>
#include <pz/figure.h>
#include <pz/file.h>
#include <pz/fit.h>
#include <pz/fits.h>
#include <pz/frames.h>
#include <pz/galaxies.h>
#include <pz/knn.h>
#include <pz/label.h>
#include <pz/libraries.h>
#include <pz/map.h>
#include <pz/measure.h>
#include <pz/metrics.h>
#include <pz/missing.h>
#include <pz/mock.h>
#include <pz/nn.h>
#include <pz/normalize.h>
#include <pz/nz.h>
#include <pz/options.h>
#include <pz/partition.h>
#include <pz/pdf.h>
#include <pz/pixel.h>
#include <pz/prior.h>
#include <pz/progress.h>
#include <pz/psf.h>
#include <pz/quantiles.h>
#include <pz/random.h>
#include <pz/ranks.h>
#include <pz/recalibrate.h>
#include <pz/scores.h>
#include <pz/sheet.h>
#include <pz/stream.h>
#include <pz/sweep.h>
#include <pz/team.h>
#include <pz/text.h>
#include <pz/threads.h>
#include <pz/tomography.h>
#include <pz/train.h>
#include <pz/trend.h>
#include <pz/utf8.h>
#include <pz/variance.h>

#endif
