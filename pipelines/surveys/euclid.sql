-- euclid.sql -- galaxies of Euclid Q1 with redshifts of its own spectrograph, for TAP of IRSA
--
-- Detected in VIS up to magnitude 23.5, not spurious, with the best redshift of the spectrum (spe_rank 0).
-- These redshifts can be trusted only where the spectrograph sees H alpha, 0.9 < z < 1.8, and only a small
-- part of them (spe_z_prob). For a training sample of all redshifts match the catalogue with a list of
-- ground-based redshifts instead (DESI, for example), by position, as rubin.sql does.
--
-- flux_detection_total is in microjansky. The magnitude is not corrected for extinction; gal_ebv is of
-- Planck's map.
--
-- Not tried at the archive: that IRSA's copy of the catalogue calls E(B-V), the flags and the total flux as
-- the catalogue of ESA (catalogue.mer_catalogue) does. ESA's has right_ascension and declination for ra, dec.
SELECT
    m.object_id, m.ra, m.dec, m.tileid, g.spe_z, m.gal_ebv,
    23.9 - 2.5 * LOG10(m.flux_detection_total) AS mag
FROM euclid_q1_mer_catalogue m
    JOIN euclid_q1_spectro_zcatalog_spe_galaxy_candidates g ON g.object_id = m.object_id AND g.spe_rank = 0
WHERE g.spe_z_prob > 0.99 AND g.spe_z > 0.9 AND g.spe_z < 1.8
    AND m.vis_det = 1 AND m.spurious_flag = 0 AND m.flux_detection_total > 1.445
