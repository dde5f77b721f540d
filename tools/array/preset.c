/* preset.c -- sets of images that many people have
 *
 *      pasquet      Pasquet et al. 2019 (A&A 621, A26), SDSS, as Lin et al. 2022 took them:
 *                   data (N, 64, 64, 5), z, ebv; or Pasquet's sdss.npz: cube, and labels, records
 *                   of z, EBV, ra, dec, dered_petro_r and more
 *      galaxiesml   Do et al. 2024 (arXiv:2410.00271), HSC PDR2: image (N, 5, S, S),
 *                   object_id, specz_redshift, g_cmodel_mag to y_cmodel_mag
 *      mmu          Multimodal Universe (arXiv:2412.02527): image_flux or image_array
 *                   (N, bands, S, S), image_band, image_scale, object_id, ra, dec
 */
#include <stddef.h>

#include "preset.h"

/* HSC's coadded images: 27 mag is a flux of 1. The range is that of spectroscopic redshifts. */
static const struct pz_survey hsc = {
	.name = "hsc",
	.grid = { .target = "z", .min = 0, .max = 4, .bins = 400 },
	.rows = { .mag = "i", .min = 18, .width = 0.5, .channels = 8 },
	.divide = 1,
	.outlier = 0.15,
	.fit_from = 0,
	.threshold = 100,
};

static const struct preset presets[] = {
	{ .name = "none", .images = "image,images,img,data,cube,stamps,image_flux,image_array" },
	{ .name = "pasquet",
	  .images = "data,cube",
	  .bands = "u,g,r,i,z",
	  .pixscale = 0.396,
	  .unit = "nmgy",
	  .survey = "sdss" },
	{ .name = "galaxiesml",
	  .images = "image",
	  .columns = "id=object_id,z=specz_redshift,mag=i_cmodel_mag",
	  .bands = "g,r,i,z,y",
	  .pixscale = 0.168,
	  .unit = "flux of AB 27",
	  .settings = &hsc },
	{ .name = "mmu", .images = "image_flux,image_array", .columns = "id=object_id" },
};

const struct preset *preset_get(int i)
{
	return &presets[i];
}

int preset_survey(const struct preset *preset, const char *named, struct pz_survey *survey)
{
	if (!named && preset->settings) {
		*survey = *preset->settings;
		return 0;
	}
	return pz_survey_find(survey, named ? named : preset->survey ? preset->survey : "sdss");
}
