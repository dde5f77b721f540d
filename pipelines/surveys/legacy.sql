-- legacy.sql -- galaxies of the Legacy Surveys DR10 with spectroscopic redshifts of SDSS, for Astro Data Lab
--
-- Extended sources with dereddened r up to 20.5, observed in all four bands, on pixels that are not
-- saturated, bad in all exposures or beside a bright star (maskbits, see the page of DR10 on bitmasks).
-- The table also has the north of DR9, without i: nobs_i leaves it out.
-- The nearest spectrum within 1 arcsec; redshifts below 1.6 without a warning.
--
-- For the query client or the web interface (https://datalab.noirlab.edu), as CSV: & is of PostgreSQL
-- and not of ADQL, so it is not for TAP. Other redshifts: DESI's are in desi_dr1.zpix, your own in a
-- table of mydb; join them by position, with q3c_join(ra, dec, t.ra, t.dec, 1.0/3600).
--
-- Not tried at the archive: that x.id2 is specobjid, as id2 of other tables of this kind is.
SELECT DISTINCT ON (t.ls_id)
    t.ls_id, t.ra, t.dec, t.brickname, s.z AS zspec, t.dered_mag_r, t.ebv, t.maskbits,
    t.dered_mag_g, t.dered_mag_i, t.dered_mag_z
FROM ls_dr10.x1p5__tractor__sdss_dr17__specobj AS x
    JOIN ls_dr10.tractor AS t ON t.ls_id = x.id1
    JOIN sdss_dr17.specobj AS s ON s.specobjid = x.id2
WHERE x.distance < 1
    AND s.class = 'GALAXY' AND s.zwarning = 0 AND s.z > 0 AND s.z < 1.6
    AND t.brick_primary = 1 AND t.type <> 'PSF' AND t.dered_mag_r < 20.5
    AND t.nobs_g > 0 AND t.nobs_r > 0 AND t.nobs_i > 0 AND t.nobs_z > 0
    AND (t.maskbits & (2 + 4 + 8 + 16 + 32 + 64 + 128 + 16384 + 32768)) = 0
ORDER BY t.ls_id, x.distance
