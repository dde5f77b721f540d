# sample-size.mk -- the number of galaxies from which baseline and step 1 learn
#
# Random parts of the training sample, the smaller ones within the larger ones; the balanced subset
# of steps 2 and 3 is taken from all of it.

TRAINED ?= $(if $(filter survey,$(SCALE)),393219,20000)

sample-size.mock   := 1000 2500 5000 10000 20000
sample-size.survey := 100000 150000 200000 300000 393219
sample-size.what   := galaxies of baseline and step 1
sample-size.axis   := --log
sample-size.with    = $(if $(filter $(TRAINED),$1),$(from-step1),$(all-steps) \
	LEARN_SAMPLE=$(OUT)/sample-size/learn-$1.pz)

# Another seed than that which divided training and test sample: its random numbers are used up.
$(OUT)/sample-size/learn-%.pz: $(COMMON)/train.pz
	mkdir -p $(@D); \
	partition --keep some --parts some=$*/$(TRAINED) --seed $(SEED)001 $< -o $@

$(eval $(call experiment,sample-size))
$(foreach v,$(sample-size.$(SCALE)),$(eval $(call report,sample-size,$v): $(OUT)/sample-size/learn-$v.pz))
