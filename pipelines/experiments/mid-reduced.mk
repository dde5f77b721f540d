# mid-reduced.mk -- the effect of a gap in the training redshifts
#
# Only a share of the training galaxies with 0.08 <= z <= 0.12 is kept, in every step; the test
# sample is unchanged.

mid-reduced.mock   := 1 0.3 0.1
mid-reduced.survey := 1 0.1
mid-reduced.what   := share kept at z = 0.08 to 0.12
mid-reduced.axis   := --log
mid-reduced.with    = $(if $(filter 1,$1),$(from-step1),$(all-steps) TRAIN_SAMPLE=$(OUT)/mid-reduced/thinned-$1.pz)

$(OUT)/mid-reduced/thinned-%.pz: $(COMMON)/train.pz
	mkdir -p $(@D); \
	partition --keep some --parts some=$* --within z=0.08,0.12 --seed $(SEED)001 $< -o $@

$(eval $(call experiment,mid-reduced))
$(foreach v,$(mid-reduced.$(SCALE)),$(eval $(call report,mid-reduced,$v): $(OUT)/mid-reduced/thinned-$v.pz))
