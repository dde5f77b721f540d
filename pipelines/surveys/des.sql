-- des.sql -- galaxies of DES DR2 with spectroscopic redshifts of SDSS, for Astro Data Lab
--
-- Extended objects (extended_class_coadd) with dereddened i up to 22.5, without flags of the detection
-- and of pixels; the nearest to a spectrum within 1 arcsec; redshifts below 2 without a warning.
--
-- SDSS covers only the north of DES. Other redshifts: a table of your own in mydb, with ra, dec and z, in
-- the place of sdss_dr17.specobj.
--
-- Names of files have a number of the processing (DES0000-0207_r4907p01_r.fits.fz); they are in the
-- archive's table of images.
--
-- For the query client or the web interface (https://datalab.noirlab.edu), as CSV. Not tried at the
-- archive: how long the join by position takes. Astro Data Lab has tables of neighbours of des_dr2.main
-- (x1p5__main__...), of which one for SDSS would be faster.
SELECT DISTINCT ON (m.coadd_object_id)
    m.coadd_object_id, m.ra, m.dec, m.tilename, s.z AS zspec, m.mag_auto_i_dered, m.ebv_sfd98,
    m.mag_auto_g_dered, m.mag_auto_r_dered, m.mag_auto_z_dered, m.mag_auto_y_dered,
    f.file_g, f.file_r, f.file_i, f.file_z, f.file_y
FROM sdss_dr17.specobj AS s
    JOIN des_dr2.main AS m ON q3c_join(s.ra, s.dec, m.ra, m.dec, 1.0/3600)
    JOIN (
        SELECT object,
            MAX(CASE WHEN filter = 'g' THEN fileref END) AS file_g,
            MAX(CASE WHEN filter = 'r' THEN fileref END) AS file_r,
            MAX(CASE WHEN filter = 'i' THEN fileref END) AS file_i,
            MAX(CASE WHEN filter = 'z' THEN fileref END) AS file_z,
            MAX(CASE WHEN filter = 'Y' THEN fileref END) AS file_y
        FROM ivoa_des_dr2.siav1
        WHERE obs_pub_did LIKE '%#1' AND fileref NOT LIKE '%nobkg%'
        GROUP BY object
    ) AS f ON f.object = m.tilename
WHERE s.class = 'GALAXY' AND s.zwarning = 0 AND s.z > 0 AND s.z < 2
    AND m.extended_class_coadd >= 2 AND m.mag_auto_i_dered < 22.5
    AND m.flags_g < 4 AND m.flags_r < 4 AND m.flags_i < 4 AND m.flags_z < 4 AND m.flags_y < 4
    AND m.imaflags_iso_g = 0 AND m.imaflags_iso_r = 0 AND m.imaflags_iso_i = 0
    AND m.imaflags_iso_z = 0 AND m.imaflags_iso_y = 0
ORDER BY m.coadd_object_id, q3c_dist(s.ra, s.dec, m.ra, m.dec)
