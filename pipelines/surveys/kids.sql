-- kids.sql -- galaxies of KiDS DR5 with redshifts of your own list, for the catalogue service of ESO
--
-- The catalogue has no spectroscopic redshifts. Upload your list with the query as the table redshifts,
-- with the columns ra, dec (degrees) and zspec (TOPCAT, or in pyvo: uploads={"redshifts": table}), to
-- https://archive.eso.org/tap_cat.
--
-- Within 1 arcsec of a redshift: galaxies (SG2DPHOT 0) with r up to 23, corrected for extinction, without
-- flags of the detection and of pixels. E(B-V) is not in the table (DUST of the recipe). ADQL has no & for
-- the bits of MASK: the recipe's CUT and KEEP select by them.
--
-- Not tried at the archive: whether the server joins an uploaded table by position, and that SG2DPHOT,
-- Flag and IMAFLAGS_ISO mean in DR5 what they mean in DR4. Where it does not join, take all galaxies of an
-- area by the same conditions, and match them with your list in TOPCAT.
SELECT
    k.ID, k.RAJ2000, k.DECJ2000, k.KIDS_TILE, q.zspec, k.MAG_AUTO - k.EXTINCTION_r AS mag, k.MASK
FROM TAP_UPLOAD.redshifts AS q
    JOIN KiDS_DR5_0_ugriZYJHKs_cat_fits AS k
        ON 1 = CONTAINS(POINT('ICRS', k.RAJ2000, k.DECJ2000), CIRCLE('ICRS', q.ra, q.dec, 0.000278))
WHERE q.zspec > 0 AND q.zspec < 2
    AND k.SG2DPHOT = 0 AND k.MAG_AUTO - k.EXTINCTION_r < 23
    AND k.Flag < 4 AND k.IMAFLAGS_ISO = 0
