-- sdss.sql -- galaxies of SDSS's main galaxy sample with their redshifts, for CasJobs (DR12 or later)
--
-- Dereddened Petrosian r up to 17.8 (mag), redshifts below 0.4 without a warning, clean photometry,
-- outside of masks; E(B-V) of Schlegel et al. 1998. u to z are dereddened model magnitudes, and
-- photoz is the archive's own estimate, for comparison (fromtable, knn).
--
-- The query makes a table pzpipe in MyDB: download it as CSV. Its columns have the names that sdss.mk
-- and cutout expect.
SELECT
    p.objID AS objid, p.ra, p.dec, p.rerun, p.run, p.camcol, p.field,
    s.z AS zspec, p.petroMag_r - p.extinction_r AS mag, g.e_bv_sfd AS ebv,
    p.dered_u AS u, p.dered_g AS g, p.dered_r AS r, p.dered_i AS i, p.dered_z AS z,
    e.z AS photoz, e.zErr AS photoz_error
INTO mydb.pzpipe
FROM SpecObj AS s
    JOIN PhotoObj AS p ON p.objID = s.bestObjID
    JOIN galSpecInfo AS g ON g.specObjID = s.specObjID
    LEFT JOIN Photoz AS e ON e.objID = p.objID
WHERE s.survey = 'sdss' AND s.class = 'GALAXY' AND s.zWarning = 0
    AND s.z > 0 AND s.z < 0.4
    AND (s.legacy_target1 & (64 | 128 | 256)) > 0 -- GALAXY, GALAXY_BIG, GALAXY_BRIGHT_CORE
    AND p.petroMag_r - p.extinction_r < 17.8
    AND p.clean = 1 AND p.insideMask = 0
