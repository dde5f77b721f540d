# bins.mk -- the number of redshift bins
#
# Step 3 adds half as many bins on either side; to 20 bins it adds 20 on either side.

bins.mock   := 20 40 80 160 400
bins.survey := 20 50 180 500 1000
bins.what   := redshift bins
bins.axis   := --log
bins.with    = $(if $(filter 80 180,$1),$(from-step1),$(all-steps) GRID='--bins $1' \
	EXTEND='$(if $(filter 20,$1),--extend 20$(comma)20)')
comma       := ,

$(eval $(call experiment,bins))
