-- rubin.sql -- galaxies of Rubin's Data Preview 1 with redshifts of your own list, for TAP of the Science Platform
--
-- The release has no spectroscopic redshifts. Upload your list with the query as the table redshifts, with
-- the columns ra, dec (degrees) and zspec (in pyvo: uploads={"redshifts": table}).
--
-- Within 1 arcsec of a redshift: extended objects with i up to 24.5 whose model magnitudes are good in
-- g, r, i and z. The magnitude is not corrected for extinction; E(B-V) is that of Schlegel et al. 1998.
--
-- Names of columns are those of the archive's page on the schema. Not tried at the archive: whether the
-- server joins an uploaded table by position. Where it does not, take the objects of one field, by the
-- same conditions and 1 = CONTAINS(POINT('ICRS', o.coord_ra, o.coord_dec), CIRCLE('ICRS', 53.13, -28.10, 1.0)),
-- and match them with your list in TOPCAT.
SELECT
    o.objectId, o.coord_ra, o.coord_dec, o.tract, o.patch, q.zspec, o.i_cModelMag, o.ebv,
    o.g_cModelMag, o.r_cModelMag, o.z_cModelMag
FROM TAP_UPLOAD.redshifts AS q
    JOIN dp1.Object AS o
        ON 1 = CONTAINS(POINT('ICRS', o.coord_ra, o.coord_dec), CIRCLE('ICRS', q.ra, q.dec, 0.000278))
WHERE q.zspec > 0 AND q.zspec < 4
    AND o.refExtendedness = 1 AND o.i_cModelMag < 24.5
    AND o.g_cModel_flag = 0 AND o.r_cModel_flag = 0 AND o.i_cModel_flag = 0 AND o.z_cModel_flag = 0
