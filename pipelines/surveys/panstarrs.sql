-- panstarrs.sql -- galaxies of Pan-STARRS1 DR2 with redshifts of your own list, for CasJobs at MAST
--
-- Upload the list to MyDB as the table redshifts, with the columns ra, dec (degrees) and zspec: from
-- SDSS's own CasJobs, for example, where sdss.sql shows how. The context is PanSTARRS_DR2.
--
-- Within 1 arcsec (1/60 arcmin) of a redshift: primary detections of the stacks with Kron r up to 20,
-- detected in all five bands (-999 means that there is no magnitude), which are more likely galaxies
-- than stars (ps_score of Tachibana and Miller 2018). The magnitude is not corrected for extinction, of
-- which the archive has no column; DUST of the recipe gives the network E(B-V).
--
-- projectionID and skyCellID are of the cell of the object; where cells overlap, its neighbours would
-- do as well.
--
-- Not tried at the archive.
SELECT
    o.objID, o.raMean, o.decMean, o.projectionID, o.skyCellID, q.zspec, m.rKronMag,
    m.gKronMag, m.iKronMag, m.zKronMag, m.yKronMag
INTO mydb.pzpipe
FROM mydb.redshifts AS q
    CROSS APPLY dbo.fGetNearbyObjEq(q.ra, q.dec, 1.0/60) AS n
    JOIN ObjectThin AS o ON o.objID = n.objID
    JOIN StackObjectThin AS m ON m.objID = o.objID AND m.primaryDetection = 1
    JOIN HLSP_PS1_PSC.pointsource_scores AS c ON c.objID = o.objID
WHERE q.zspec > 0 AND q.zspec < 1
    AND m.rKronMag > 14 AND m.rKronMag < 20
    AND m.gKronMag > 0 AND m.iKronMag > 0 AND m.zKronMag > 0 AND m.yKronMag > 0
    AND c.ps_score < 0.5
