-- hsc.sql -- galaxies of HSC-SSP PDR3 with the archive's collection of spectroscopic redshifts, for CAS Search
--
-- Of the Wide layer: extended primary objects with i up to 24 (corrected for extinction), whose model
-- magnitudes are good in all bands, off edges and saturated and bad pixels; redshifts that the archive
-- calls secure, below 4, of a spectrum within 0.5 arcsec.
--
-- a_i is the extinction; E(B-V) is not in the table (DUST of the recipe). A patch has one number for x
-- and y (404), the names of files have both (4,4).
--
-- Not tried at the archive: specz_flag_homogeneous, d_pos and the flags of pixels have these names in
-- queries of PDR2, and are taken to be in PDR3's tables specz and forced.
SELECT
    f.object_id, f.ra, f.dec, f.tract, f.patch / 100 AS patch_x, f.patch % 100 AS patch_y,
    s.specz_redshift, f.i_cmodel_mag - f.a_i AS mag,
    f.a_g, f.a_r, f.a_i, f.a_z, f.a_y,
    f.g_cmodel_mag, f.r_cmodel_mag, f.i_cmodel_mag, f.z_cmodel_mag, f.y_cmodel_mag
FROM pdr3_wide.forced AS f
    JOIN pdr3_wide.specz AS s USING (object_id)
WHERE f.isprimary
    AND s.specz_flag_homogeneous AND s.d_pos < 0.5
    AND s.specz_redshift > 0.01 AND s.specz_redshift < 4
    AND f.i_extendedness_value = 1 AND f.i_cmodel_mag - f.a_i < 24
    AND NOT f.g_cmodel_flag AND NOT f.r_cmodel_flag AND NOT f.i_cmodel_flag
    AND NOT f.z_cmodel_flag AND NOT f.y_cmodel_flag
    AND NOT f.g_pixelflags_edge AND NOT f.r_pixelflags_edge AND NOT f.i_pixelflags_edge
    AND NOT f.z_pixelflags_edge AND NOT f.y_pixelflags_edge
    AND NOT f.g_pixelflags_saturatedcenter AND NOT f.r_pixelflags_saturatedcenter
    AND NOT f.i_pixelflags_saturatedcenter AND NOT f.z_pixelflags_saturatedcenter
    AND NOT f.y_pixelflags_saturatedcenter
    AND NOT f.g_pixelflags_bad AND NOT f.r_pixelflags_bad AND NOT f.i_pixelflags_bad
    AND NOT f.z_pixelflags_bad AND NOT f.y_pixelflags_bad
