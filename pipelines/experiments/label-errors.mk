# label-errors.mk -- baseline and step 1 learn from redshifts with errors
#
# Normal errors are added to every training redshift of the two, and galaxies that leave the grid
# are left out; steps 2 and 3 learn from true redshifts.

label-errors.mock   := 0 0.02 0.04 0.06 0.1 0.2
label-errors.survey := 0 0.02 0.04 0.06 0.1 0.2
label-errors.what   := errors of training redshifts
label-errors.with    = $(if $(filter 0,$1),$(from-step1),$(all-steps) ERRORS='--errors $1')

$(eval $(call experiment,label-errors))
