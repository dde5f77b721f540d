/* messages.c -- what cutout says about catalogue, frames and stamps */
#include <stdio.h>
#include <string.h>

#include <pz/error.h>

#include "../common/counted.h"
#include "../common/twice.h"
#include "messages.h"

/* Appends an item to a list, and between the two, unless the list is empty, what separates them. */
static void append_item(char *to, size_t size, const char *separator, const char *item)
{
	size_t used = strlen(to);

	snprintf(to + used, size - used, "%s%s", used ? separator : "", item);
}

/* Says which columns were not found ("no column of magnitudes or E(B-V) was found"), and which
 * have no value. What was said when the catalogue was read is not said again. */
static void say_columns(const struct tool *t, const struct galaxies *g, const char *file)
{
	const struct {
		bool lacking, empty;
		const char *key, *what, *option;
	} column[] = {
		{ !g->has_z && !g->doubted_z, g->has_z && !g->z, "z", "redshifts", "z=NAME" },
		{ !g->has_mag, g->has_mag && !g->mag, "mag", "magnitudes", "mag=NAME" },
		{ !g->has_ebv, g->has_ebv && !g->ebv, "ebv", "E(B-V)", "ebv=NAME" },
	};
	char whats[64] = "", keys[32] = "", options[64] = "";
	int lacking = 0, left = 0;

	for (int i = 0; i < 3; i++)
		lacking += column[i].lacking;
	left = lacking;
	for (int i = 0; i < 3; i++) {
		if (column[i].empty)
			tool_say(t, "%s: the column of %s has no value in any row", file,
				 column[i].what);
		if (!column[i].lacking)
			continue;
		left--;
		append_item(whats, sizeof whats, left ? ", " : " or ", column[i].what);
		append_item(keys, sizeof keys, left ? ", " : " and ", column[i].key);
		append_item(options, sizeof options, ",", column[i].option);
	}
	if (lacking)
		tool_say(t,
			 "%s: no column of %s was found: the stamps will lack %s; --columns %s "
			 "names %s",
			 file, whats, keys, options, lacking > 1 ? "them" : "one");
}

int messages_of_catalogue(const struct tool *t, const struct galaxies *g, const char *file)
{
	size_t duplicates, first = 0;
	char name[PZ_ID_MAX];
	int rc = galaxies_count_duplicates(g, &duplicates, &first);

	if (rc < 0)
		return rc;
	if (g->n == 0 && g->bad)
		return pz_fail(
			PZ_EDATA,
			"%s: expected RA from -180 to 360 and Dec from -90 to 90 degrees, or "
			"12:34:56.7, found no such coordinates in %s; the first is row %llu, id "
			"%s: are RA and Dec exchanged (--columns ra=NAME,dec=NAME)?",
			file, COUNTED(g->bad, "row", "rows"), (unsigned long long)g->first_bad + 1,
			g->bad_id);
	if (g->n == 0)
		return pz_fail(PZ_EDATA, "%s: expected galaxies, found no rows", file);
	if (g->bad)
		tool_say(t,
			 "%s: %s left out, because the coordinates are missing or impossible; the "
			 "first is row %llu, id %s",
			 file, COUNTED(g->bad, "row was", "rows were"),
			 (unsigned long long)g->first_bad + 1, g->bad_id);
	say_columns(t, g, file);
	if (duplicates) {
		galaxies_name(g, first, name);
		twice_say(t, file, duplicates, name);
	}
	return 0;
}

void messages_of_dust(const struct tool *t, const char *file, size_t filled, size_t known)
{
	if (known)
		tool_say(t, "%s: %s E(B-V) of the catalogue, %zu that of the maps of --dust", file,
			 COUNTED(known, "galaxy keeps the", "galaxies keep the"), filled);
}

void messages_of_frames(const struct tool *t, const struct pz_frames *frames)
{
	const char *first, *unknown = pz_frames_unknown(frames);
	size_t twice = pz_frames_twice(frames, &first);

	if (unknown)
		tool_say(t,
			 "unknown columns of a table of frames are ignored: %s; known are file, "
			 "band, hdu, plane, field, zeropoint, psf, mask and mask_hdu",
			 unknown);
	if (twice)
		tool_say(t, "%s named more than once for the same band; the first is %s",
			 COUNTED(twice, "file is", "files are"), first);
}

void messages_of_images(const struct tool *t, const struct pz_frames_seen *seen)
{
	if (seen->mosaics)
		tool_say(t,
			 "%s several images with a WCS, which are frames, %zu in all; the first is "
			 "%s (--hdu restricts them to one)",
			 COUNTED(seen->mosaics, "file has", "files have"), seen->frames,
			 seen->mosaic);
	if (seen->bare)
		tool_say(
			t, "%s no celestial WCS and %s no frame; the first is %s",
			COUNTED(seen->bare, "image beside frames has", "images beside frames have"),
			seen->bare == 1 ? "is" : "are", seen->no_wcs);
	if (seen->layers)
		tool_say(
			t,
			"%s size and WCS of a frame before in the same file and %s left aside; the "
			"first is %s (--hdu names one)",
			COUNTED(seen->layers, "image has", "images have"),
			seen->layers == 1 ? "is" : "are", seen->layer);
	if (seen->headed)
		tool_say(t,
			 "%s from the header beside, which may have FLXSCALE too; the first is "
			 "%s%s%s",
			 COUNTED(seen->headed, "frame has its WCS", "frames have their WCS"),
			 seen->head, *seen->replaced ? ", in place of the frame's own " : "",
			 seen->replaced);
	if (seen->cut)
		tool_say(t, "%s be read beyond the first image; the first: %s",
			 COUNTED(seen->cut, "file cannot", "files cannot"), seen->why);
}

void messages_of_unit(const struct tool *t, const struct pz_cutout *c)
{
	const char *keyword = pz_cutout_unused_zeropoint(c), *unit = pz_cutout_unit(c);

	if (!strncmp(unit, "flux of AB ", 11))
		tool_say(
			t,
			"pixels of Pan-STARRS stacks are converted to linear fluxes (BSOFTEN, "
			"BOFFSET) in units of the %s; with --zeropoint PS1 they become nanomaggies",
			unit);
	else if (keyword)
		tool_say(t,
			 "pixels stay in '%s', although the frames have a zero point, %s; with "
			 "--zeropoint %s all frames and bands have the same unit, nanomaggies",
			 unit, keyword, keyword);
}

static void say_masks(const struct tool *t, const struct pz_frames *frames)
{
	const char *first = NULL;
	size_t all, unmasked = pz_frames_unmasked(frames, &all, &first);

	if (unmasked && unmasked < all)
		tool_say(t, "%zu of %zu frames %s no mask; the first is %s", unmasked, all,
			 unmasked == 1 ? "has" : "have", first);
}

/* What the headers of frames say that is not taken into account; n frames, of which the first have
 * a note. */
static void say_notes(const struct tool *t, const struct pz_cutout *c, size_t n)
{
	const char *note;
	size_t i;

	for (i = 0; (note = pz_cutout_note(c, i)); i++)
		tool_say(t, "%s", note);
	if (n > i)
		tool_say(t, "the same holds for %s", COUNTED(n - i, "more frame", "more frames"));
}

void messages_of_stamps(const struct tool *t, const struct stamps_done *d)
{
	struct pz_cutout_counts n;
	char name[PZ_ID_MAX];

	pz_cutout_count(d->c, &n);
	if (n.outside)
		tool_say(t, "%zu of %s %s on no frame", n.outside,
			 COUNTED(n.galaxies, "galaxy", "galaxies"), n.outside == 1 ? "is" : "are");
	if (n.poor)
		tool_say(t, "%s dropped: the cover of a band is below %g",
			 COUNTED(n.poor, "galaxy was", "galaxies were"), d->min_cover);
	if (n.faulty) {
		galaxies_name(d->galaxies, n.faulty_galaxy, name);
		tool_say(t, "%s left out, of which no stamp can be cut; the first is galaxy %s: %s",
			 COUNTED(n.faulty, "galaxy was", "galaxies were"), name, n.fault);
	}
	if (n.missing_frames) {
		galaxies_name(d->galaxies, n.missing_galaxy, name);
		tool_say(t,
			 "%s missing; the first is %s, for galaxy %s; %s pixels and cover 0 there",
			 COUNTED(n.missing_frames, "frame is", "frames are"), n.missing, name,
			 COUNTED(n.lacking, "galaxy has", "galaxies have"));
	}
	if (n.skyless)
		tool_say(t,
			 "%s no data in the ring from which the sky is measured; pixels and cover "
			 "are 0 there",
			 COUNTED(n.skyless, "band of a stamp has", "bands of stamps have"));
	if (n.bare)
		tool_say(
			t,
			"%s no data at the place of the galaxy in some band, on any frame; 'cover' "
			"says how much of the stamp has data",
			COUNTED(n.bare, "stamp has", "stamps have"));
	say_masks(t, d->frames);
	say_notes(t, d->c, n.noted);
	if (t->verbose && n.moved)
		tool_say(t, "%s cut from another frame than the deepest, which has no data there",
			 COUNTED(n.moved, "stamp was", "stamps were"));
	if (t->verbose && n.psf_high > 0)
		tool_say(t, "the frames' PSFs had a FWHM from %.3g\" to %.3g\"", n.psf_low,
			 n.psf_high);
	if (t->verbose)
		tool_say(t, "%s of %s, %d x %d pixels of %g\"", COUNTED(n.cut, "stamp", "stamps"),
			 COUNTED(d->bands, "band", "bands"), d->size, d->size,
			 pz_cutout_pixscale(d->c));
}
